"""Drafts: under which names the end of a deal stands, and rows of sums."""

import pytest

from tabiji.ingest.guess import EventGuess, Note, Sample, TableGuess, guess_table, read_head, to_mapping, to_yaml


def deals(*columns: str, rows: tuple[str, ...]) -> TableGuess:
    table = [row.split("|") for row in rows]
    return guess_table(Sample("商談.csv", {c: [row[i] or None for row in table] for i, c in enumerate(columns)}))


@pytest.mark.parametrize(
    "name",
    ["受注日", "成約日", "契約日", "契約締結日", "クローズ日", "完了日", "終了日", "決定日", "完了予定日", "close_date", "closedate",
     "Actual Close Date", "actual_close", "Date Closed", "closed_on", "Won Date", "Expected Close Date"],
)  # fmt: skip
def test_the_end_of_a_deal_under_its_usual_names(name):
    rows = ("D1|受注|2024-01-01|2024-02-01", "D2|失注|2024-01-02|2024-02-02", "D3|提案|2024-01-03|")
    table = deals("商談ID", "フェーズ", "作成日", name, rows=rows)
    assert (table.fields["opened_at"], table.fields["closed_at"]) == (("作成日",), (name,))
    assert [(e.name, e.at) for e in table.events if e.name.endswith("won")] == [("opportunity_won", name)]


def test_an_actual_end_is_surer_than_an_expected_one():
    rows = ("D1|受注|2024-01-01|2024-02-01|2024-01-30",)
    table = deals("商談ID", "フェーズ", "作成日", "完了予定日", "契約日", rows=rows)
    assert table.fields["closed_at"] == ("契約日",)


@pytest.mark.parametrize(("won", "lost"), [("受注日", "失注日"), ("成約日", "失注日"), ("won_date", "lost_date")])
def test_days_of_winning_and_of_losing_in_columns_of_their_own(won, lost):
    rows = ("D1|10|2024-01-01|2024-02-01|", "D2|20|2024-01-02||2024-02-02")
    table = deals("deal_id", "amount", "created", won, lost, rows=rows)
    assert table.found == {"closed_at": f'coalesce("{won}", "{lost}")'}
    assert table.events[1:] == (
        EventGuess("opportunity_won", won, "", "amount"),
        EventGuess("opportunity_lost", lost),
    )


def test_a_day_of_losing_alone_tells_of_no_win():
    rows = ("D1|受注|2024-01-01|", "D2|失注|2024-01-02|2024-02-02")
    table = deals("商談ID", "フェーズ", "作成日", "失注日", rows=rows)
    assert [e.name for e in table.events] == ["opportunity_opened", "opportunity_lost"]


@pytest.mark.parametrize(
    ("values", "sql"),
    [
        (["約1,200万円", "約300万円"], '"金額"'),
        (["1億円以上", "3,000万円"], "regexp_replace(\"金額\", '(以上|超|規模|程度)$', '')"),
    ],
)
def test_amounts_in_units_keep_them(bench, values, sql):
    rows = "".join(f'D{i},受注,"{v}",2024-01-0{i}\n' for i, v in enumerate(values, 1))
    table = guess_table(read_head(bench.file("商談.csv", "商談ID,フェーズ,金額,作成日\n" + rows)))
    mapping = to_mapping("crm", [table])
    assert mapping["tables"][0]["columns"]["amount"] == sql
    bench.run(to_yaml(mapping, "A draft"))
    assert bench.row("SELECT amount FROM opportunity WHERE id = 'D2'")[0] == (3e6 if "300" in values[1] else 3e7)


def test_hours_of_half_days_are_times(bench):
    rows = "D1,受注,1,2025/4/1 午後 3:05\nD2,受注,2,2025/4/2 午前10:00\n"
    table = guess_table(read_head(bench.file("商談.csv", "商談ID,フェーズ,金額,作成日時\n" + rows)))
    assert table.fields["opened_at"] == ("作成日時",)


ROWS = "".join(f"D{i},青葉商事,受注,{i},2024-01-01\n" for i in range(1, 12))


@pytest.mark.parametrize("word", ["合計", "総計", "小計 ", "Total", "Grand Total"])
@pytest.mark.parametrize("n", [1, 2_000])
def test_a_row_of_sums_is_passed_over(bench, word, n):
    path = bench.file("商談.csv", "商談ID,取引先名,フェーズ,金額,作成日\n" + ROWS * n + f'{word},,,"1,200",\n')
    table = guess_table(read_head(path), "opportunity")
    assert table.when == f"coalesce(trim(CAST(\"商談ID\" AS VARCHAR)), '') NOT IN ('{word.strip()}')"
    assert table.notes == (Note("Rows of sums are passed over."),)


def test_a_row_of_sums_makes_no_deal(bench):
    path = bench.file("商談.csv", "商談ID,取引先名,フェーズ,金額,作成日\n" + ROWS + "合計,,,66,\n")
    table = guess_table(read_head(path))
    report = bench.run(to_yaml(to_mapping("crm", [table]), "A draft", [table]))
    assert (report.tables[0].accepted, report.tables[0].skipped) == (11, 1)


def test_the_word_in_another_column_does_not_hide_the_key(bench):
    path = bench.file("商談.csv", "商談ID,取引先名,金額,作成日\nD1,A,1,2024-01-01\nD2,B,2,2024-01-02\n,合計,3,\n")
    table = guess_table(read_head(path))
    assert (table.key, "合計" in table.when) == ("商談ID", True)


@pytest.mark.parametrize("row", ["Total,Total,Energy,5", "合計,合計株式会社,,5", "Total,,Energy,5"])
def test_a_company_that_is_called_so_is_none(bench, row):
    path = bench.file("accounts.csv", f"id,name,industry,employees\n1,Acme,Steel,5\n{row}\n")
    assert guess_table(read_head(path)).when == ""
