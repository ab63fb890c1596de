import pytest

from tabiji.ingest import MappingError, load_mapping
from tabiji.ingest.errors import MissingFileError
from tabiji.ingest.mapping import Expr
from tabiji.journeymap.yaml_file import composing

GOOD = """
source: crm
timezone: Asia/Tokyo
tables:
  - file: deals.csv
    to: opportunity
    key: id
    columns: {account: account, amount: value * 1e6}
    properties: [series, Sub Type]
    types: {zip: text, n: int}
    date_format: DD/MM/YYYY
    events:
      - {name: won, at: closed, when: stage = 'Won', channel: "'sales'", value: amount}
      - {name: "'moved'", at: moved_1}
      - {name: moved, at: moved_2}
  - file: log.csv
    to: event
    at: ts
    columns: {account: a, name: n, event_id: id}
    delimiter: tab
    header: [a, n, ts, id]
  - file: spend.csv
    to: cost
    columns: {on: day, amount: 12.5}
"""


def problems(tmp_path, text, lang="en"):
    path = tmp_path / "mapping.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(MappingError) as caught:
        load_mapping(path)
    return [(p.line, p.render(lang)) for p in caught.value.problems]


def test_a_mapping_is_read_with_the_lines_of_its_expressions(tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text(GOOD, "utf-8")
    mapping = load_mapping(path)
    deals, log, spend = mapping.tables
    assert (mapping.source, mapping.timezone, mapping.folder) == ("crm", "Asia/Tokyo", tmp_path)
    assert deals.key == Expr("id", 7)
    assert deals.columns["amount"] == Expr("value * 1e6", 8)
    assert list(deals.properties.values()) == [Expr('"series"', 9), Expr('"Sub Type"', 9)]
    assert deals.types == {"zip": "text", "n": "integer"}
    assert deals.date_format == "%d/%m/%Y"
    assert [(e.name, e.number) for e in deals.events] == [("won", 1), ("moved", 1), ("moved", 2)]
    assert deals.events[0].when == Expr("stage = 'Won'", 13)
    assert deals.events[0].columns == {"channel": Expr("'sales'", 13), "value": Expr("amount", 13)}
    assert (log.key, log.columns["at"], log.delimiter) == (Expr("id", 19), Expr("ts", 18), "\t")
    assert log.header == ("a", "n", "ts", "id")
    assert spend.columns == {"on": Expr("day", 24), "amount": Expr("12.5", 24)}  # `on` is a word in YAML 1.2


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_an_empty_file_is_told_what_a_mapping_needs(tmp_path, text):
    assert problems(tmp_path, text) == [(0, "the file is empty; a mapping file needs at least `source` and `tables`")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("source: !x crm\n", "the tag '!x' has no meaning here; leave it out"),
        ("source: a\n---\nsource: b\n", "the file has more than one document; keep one in each file (no second `---`)"),
        ("a: " + "[" * 200 + "]" * 200 + "\n", "levels; no such file needs that"),
        ("source: [" + "a," * 1_200 + "a]\n", "values; no such file needs that"),
        ("source: " + "a" * 5_100_000 + "\n", "the file has 5.1 MB; it may have at most 5 MB"),
        ('source: "\\0"\n', "the character U+0000 may not stand here; remove it"),
    ],
)
def test_what_is_wrong_with_the_yaml_is_not_said_of_a_map(tmp_path, monkeypatch, text, words):
    monkeypatch.setattr(composing, "MAX_NODES", 1_000)  # as many as there may be take seconds to read
    ((_, said),) = problems(tmp_path, text)
    assert words in said and "map " not in said
    ((_, said),) = problems(tmp_path, text, "ja")
    assert "マップ" not in said and words not in said


def test_every_problem_is_told_at_once_with_its_line_and_the_nearest_key(tmp_path):
    found = problems(
        tmp_path,
        """source: crm
timezon: Asia/Tokyo
tables:
  - file: a.csv
    to: acount
    key: id
  - file: b.csv
    to: account
    colums: {name: x}
  - file: c.csv
    to: event
    columns: {name: n, tme: t}
  - to: person
    key: id
    types: {x: strin}
    events:
      - {nam: x}
""",
    )
    assert found == [
        (2, "unknown mapping file key 'timezon'; did you mean 'timezone'?"),
        (5, "there is no table 'acount'; did you mean 'account'?"),
        (7, "a table of 'account' needs 'key'"),
        (9, "unknown table key 'colums'; did you mean 'columns'?"),
        (10, "a table of 'event' needs the column at"),
        (10, "a table of 'event' needs the column account / person / opportunity"),
        (12, found[6][1]),
        (13, "'file' is missing"),
        (15, "there is no type 'strin'; did you mean 'string'?"),
        (17, "'name' is missing"),
        (17, "'at' is missing"),
        (17, "unknown event key 'nam'; did you mean 'name'?"),
    ]
    assert found[6][1].startswith("unknown column key 'tme'")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("source: x\n", 1, "'tables' is missing"),
        ("source: x\ntables: []\n", 2, "'tables' is empty"),
        ("tables:\n  - {file: a.csv, to: account, key: id}\n", 1, "'source' is missing"),
        ("source: x\ntables: {a: b}\n", 2, "must be"),
        ("just text\n", 1, "must be"),
        ("source: x\ntables:\n  - {file: a.csv, to: account, key: [id]}\n", 3, "'key' must be"),
        ("source: x\ntables:\n  - {file: a.csv, to: account, key: }\n", 3, "'key' must be"),
        ("source: x\ntimezone: Asia/Tokio\ntables:\n  - {file: a.csv, to: account, key: id}\n", 2, "Asia/Tokyo"),
        ("source: x\ntables:\n  - {file: a.csv, to: account, key: id, delimiter: abcde}\n", 3, "delimiter"),
        ("source: x\ntables:\n  - {file: a.csv, to: account, key: id, date_format: soon}\n", 3, "'soon'"),
        ("source: x\ntables:\n  - {file: a.csv, to: account, key: id, header: [a, A]}\n", 3, "'header'"),
        ("source: x\ntables:\n  - {file: a.csv, to: cost, columns: {on: a, amount: b}, events: []}\n", 3, "'events'"),
        ("source: x\ntables:\n  - {file: a.csv, to: account, key: id, file: b.csv}\n", 3, "'file'"),
        ("source: x\ntables:\n\t- file: a.csv\n", 3, "tab"),
        ("source: x\ntables:\n  - {file: a.csv\n", 4, "YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, text, line, words):
    found = problems(tmp_path, text)
    assert found[0][0] == line
    assert words in found[0][1]


@pytest.mark.parametrize("name", ["deals.csv", "DEALS.CSV", "deals.csv.gz", "deals.xlsx", "deals.xls", "deals.parquet"])
def test_data_in_place_of_a_mapping_file_are_told_apart(tmp_path, name):
    path = tmp_path / name
    path.write_bytes("商談ID\nD1\n".encode("cp932"))
    with pytest.raises(MappingError) as caught:
        load_mapping(path)
    assert caught.value.render("en") == (
        f"{name} has errors:\nerror: this is a file of data, not a mapping file; a mapping file names it and says what its columns are."
        f" Draft one: tabiji mapping {name} --to mapping.yaml"
    )


def test_a_missing_mapping_file_names_the_nearest(tmp_path):
    (tmp_path / "maping.yaml").write_text("x")
    with pytest.raises(MissingFileError) as caught:
        load_mapping(tmp_path / "mapping.yaml")
    assert "did you mean 'maping.yaml'?" in str(caught.value)


def test_the_error_has_one_json_shape(tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text("source: x\ntables: []\n")
    with pytest.raises(MappingError) as caught:
        load_mapping(path)
    error = caught.value.to_dict()["error"]
    assert error["code"] == "bad_mapping"
    assert error["message"] == "mapping.yaml has errors:\nline 2, column 9: error: 'tables' is empty"
    assert [p["line"] for p in error["details"]["problems"]] == [2]
