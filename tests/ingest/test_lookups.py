"""Columns of other files, looked up by a value of the row."""

import pytest

from tabiji.ingest import MappingError

DEALS = """
source: crm
tables:
  - file: deals.csv
    to: opportunity
    key: deal_id
    lookups:
      - {file: deal_company.csv, key: deal_id, columns: [company_id]}
      - {file: stages.csv, by: stage_id, key: id, columns: {stage: label, won: closed_won}}
    columns: {account: company_id, stage: stage, amount: amount}
    events:
      - {name: opportunity_won, at: closed, when: won}
"""


@pytest.fixture
def export(bench):
    bench.file("deals.csv", "deal_id,stage_id,amount,closed\n1,s1,10,2024-01-02\n2,s2,20,2024-01-03\n3,s9,30,\n")
    bench.file("deal_company.csv", "company_id,deal_id\nA,1\nB,2.0\nC,1\n")
    bench.file("stages.csv", "id,label,closed_won\ns1, Won ,TRUE\ns2,Lost,FALSE\n")
    return bench


def test_a_row_takes_columns_of_the_first_row_of_its_key_in_another_file(export):
    report = export.run(DEALS)
    assert export.rows("SELECT id, account, stage, amount FROM opportunity ORDER BY id") == [
        ("1", "A", "Won", 10.0),
        ("2", None, "Lost", 20.0),
        ("3", None, None, 30.0),
    ]
    assert export.rows("SELECT name, opportunity, account FROM event") == [("opportunity_won", "1", "A")]
    assert [(n.code, n.values["n"]) for n in report.notices] == [("several_rows", 1)]


def test_importing_again_adds_nothing(export):
    export.run(DEALS)
    assert export.run(DEALS).to_dict()["events"] == {"added": 0, "changed": 0, "withdrawn": 0, "duplicates": 1}


def test_keys_are_expressions_and_whole_numbers_meet_whatever_their_type(export):
    export.run(
        DEALS.replace("key: deal_id, columns", "by: CAST(deal_id AS DOUBLE), key: CAST(deal_id AS DOUBLE), columns")
    )
    assert export.rows("SELECT id, account FROM opportunity ORDER BY id") == [("1", "A"), ("2", "B"), ("3", None)]


def test_a_lookup_may_use_what_an_earlier_one_found(export):
    export.file("companies.csv", "id,owner\nA,mori\n")
    more = "{file: companies.csv, by: company_id, key: id, columns: {owner: upper(owner)}}"
    export.run(DEALS.replace("    columns: {account", f"      - {more}\n    columns: {{owner: owner, account"))
    assert export.row("SELECT id, owner FROM opportunity WHERE owner IS NOT NULL") == ("1", "MORI")


def test_a_row_is_neither_lost_nor_doubled(export):
    report = export.run(DEALS)
    assert [(t.rows, t.accepted) for t in report.tables] == [(3, 3)]


def test_lines_that_cannot_be_divided_are_told(export):
    export.file("stages.csv", "id,label,closed_won\ns1,Won,TRUE\ns2,Lost,FALSE,x,y\n")
    notice = export.run(DEALS).notices[1]
    assert (notice.code, notice.values["file"], notice.values["n"]) == ("bad_lookup_rows", "stages.csv", 1)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("[company_id]", "[compny_id]", 8, "did you mean 'company_id'"),
        ("by: stage_id", "by: stge_id", 9, "did you mean 'stage_id'"),
        ("[company_id]", "[company_id, {amount: x}]", 8, "a list of columns"),
        ("{stage: label,", "{amount: label, stage: label,", 9, "there is a column 'amount' already"),
        ("by: stage_id, key: id", "by: stage_id", 9, "'key' is missing"),
        ("key: deal_id, columns", "kye: deal_id, columns", 8, "unknown lookup key 'kye'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(export, old, new, line, said):
    with pytest.raises(MappingError) as caught:
        export.run(DEALS.replace(old, new))
    assert any(p.line == line and said in p.render() for p in caught.value.problems), caught.value.render()
