"""Parquet, XLSX and JSON lines; files that are missing, cut off or not what they claim to be."""

import json
import zipfile
from datetime import date, datetime

import duckdb
import pytest
from openpyxl import Workbook

from tabiji.errors import NotFoundError
from tabiji.ingest import MappingError
from tabiji.ingest.errors import DamagedFileError, MissingFileError, TooLargeFileError, UnreadableFileError
from tabiji.ingest.guess import read_head
from tabiji.ingest.sources.damage import parquet_damage

LOG = """
source: s
timezone: Asia/Tokyo
tables:
  - {{file: {file}, to: event, columns: {{account: a, name: n, at: t, value: v}}{more}}}
"""


def log(bench, file, more=""):
    report = bench.run(LOG.format(file=file, more=more))
    return bench.rows('SELECT account, name, "at", value FROM event ORDER BY ALL'), report


def workbook(bench, name, rows, title="Sheet", more=()):
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for other, lines in more:
        sheet = book.create_sheet(other)
        for line in lines:
            sheet.append(line)
    book.save(bench.folder / name)


@pytest.mark.parametrize(
    ("t", "instant"),
    [
        ("TIMESTAMP '2024-01-01 09:00'", datetime(2024, 1, 1)),
        ("TIMESTAMPTZ '2024-01-01 09:00+00'", datetime(2024, 1, 1, 9)),
        ("TIMESTAMP_NS '2024-01-01 09:00'", datetime(2024, 1, 1)),
        ("DATE '2024-01-01'", datetime(2023, 12, 31, 15)),
        ("'2024-01-01 09:00'", datetime(2024, 1, 1)),
        ("1704067200::BIGINT", datetime(2024, 1, 1)),
    ],
)
def test_parquet_keeps_its_types(bench, t, instant):
    path = bench.folder / "log.parquet"
    duckdb.execute(f"COPY (SELECT 'A' AS a, 'x' AS n, {t} AS t, 5::DECIMAL(9, 2) AS v) TO '{path}' (FORMAT parquet)")
    assert log(bench, "log.parquet")[0] == [("A", "x", instant, 5.0)]


def test_whole_numbers_of_any_type_are_the_same_id(bench):
    path = bench.folder / "log.parquet"
    duckdb.execute(
        "COPY (SELECT a, 'x' AS n, DATE '2024-01-01' AS t, NULL AS v FROM (VALUES (7.0::DOUBLE), (7.5)) r(a)) "
        f"TO '{path}' (FORMAT parquet)"
    )
    assert [row[0] for row in log(bench, "log.parquet")[0]] == ["7", "7.5"]


def test_parquet_with_lists_records_and_odd_names(bench):
    path = bench.folder / "log.parquet"
    duckdb.execute(
        "COPY (SELECT 7 AS line, 'x' AS \"c0\", DATE '2024-01-01' AS \"file_row\", 1 AS v, [1, 2] AS tags, "
        f"{{'k': 'z'}} AS info, 'A'::ENUM('A') AS \"weird \"\"name\") TO '{path}' (FORMAT parquet)"
    )
    bench.run(
        "source: s\ntables:\n  - {file: log.parquet, to: event, columns: {account: line, name: c0, at: file_row},"
        " properties: [tags, info, 'weird \"name']}\n"
    )
    account, properties = bench.row("SELECT account, properties FROM event")
    assert account == "7"
    assert json.loads(properties) == {"tags": "[1,2]", "info": '{"k":"z"}', 'weird "name': "A"}


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda data: b"", "it is empty or cut off"),
        (lambda data: b"account,name\n" * 9, "its end is missing: it is cut off, or is another kind of file"),
        (lambda data: data[:-8] + b"\xff\xff\xff\x7fPAR1", "it is cut off"),
        (lambda data: data[:-200] + bytes(192) + data[-8:], "its list of columns is damaged"),
        (lambda data: data[: len(data) // 3] + bytes(2000) + data[len(data) // 3 + 2000 :], "a part of it cannot be unpacked"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_parquet_file_is_told_in_plain_words(bench, damage, reason):
    path = bench.folder / "log.parquet"
    duckdb.execute(
        f"COPY (SELECT 'A' || i AS a, 'x' AS n, TIMESTAMP '2024-01-01' AS t, i AS v FROM range(50000) r(i)) TO '{path}'"
        " (FORMAT parquet, ROW_GROUP_SIZE 5000)"
    )
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DamagedFileError) as caught:
        log(bench, "log.parquet")
    assert caught.value.render("en") == f"log.parquet: not a complete Parquet file ({reason})"
    try:
        read_head(path)  # that part may be whole
    except UnreadableFileError as early:
        assert early.render("en") == caught.value.render("en")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Prefetch registered for bytes outside file: x.parquet, attempted range: [4, 32955), file size: 9", "it is cut off"),
        ("Out of buffer", "it is cut off"),
        ("Invalid Input Error: something new in '/w/tmp/0003.parquet'", "a part of it cannot be read"),
    ],
)  # fmt: skip
def test_an_engine_s_own_words_do_not_reach_the_reader(said, reason):
    assert parquet_damage(duckdb.Error(said)) == reason


def test_a_half_written_list_of_records_is_told_without_our_own_files(bench):
    bench.file("log.json", '[{"a": 1, "n": "x"}, {"a": 2, "n":')
    with pytest.raises(UnreadableFileError) as caught:
        log(bench, "log.json")
    assert caught.value.render("en") == "log.json: Malformed JSON at byte 14 in record/value 3: unexpected end of data"


def test_a_half_written_parquet_file_is_told(bench):
    path = bench.folder / "log.parquet"
    duckdb.execute(
        f"COPY (SELECT 'A' AS a, 'x' AS n, now() AS t, i AS v FROM range(100000) r(i)) TO '{path}' (FORMAT parquet)"
    )
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(DamagedFileError) as caught:
        log(bench, "log.parquet")
    assert caught.value.render("en") == (
        "log.parquet: not a complete Parquet file (its end is missing: it is cut off, or is another kind of file)"
    )
    path.write_bytes(data[: len(data) // 2] + b"\0" * 100 + data[len(data) // 2 + 100 :])
    with pytest.raises(DamagedFileError, match=r"log\.parquet"):
        log(bench, "log.parquet")
    assert bench.lake.head().number == 0


def test_workbooks_are_read_with_their_types(bench):
    rows = [
        ["a", "n", "t", "v", "zip"],
        ["A", "x", datetime(2024, 1, 1, 9), 5, "0600000"],
        ["B", "x", date(2024, 1, 2), 2.5, "1000001"],
        [None] * 5,
        ["C", "x", "2024年1月3日", "1,200", "x"],
        [1001, "x", 45300.5, None, None],
    ]
    workbook(bench, "log.xlsx", rows, more=[("Other", [["b"]])])
    found, report = log(bench, "log.xlsx", ", properties: [zip]")
    assert found == [
        ("1001", "x", datetime(2024, 1, 9, 3), None),
        ("A", "x", datetime(2024, 1, 1), 5.0),
        ("B", "x", datetime(2024, 1, 1, 15), 2.5),
        ("C", "x", datetime(2024, 1, 2, 15), 1200.0),
    ]
    assert [n.code for n in report.notices] == ["one_sheet"]
    assert bench.row("SELECT properties FROM event WHERE account = 'A'") == ('{"zip":"0600000"}',)


def test_a_sheet_is_chosen_by_name_or_number(bench):
    lines = [["a", "n", "t", "v"], ["A", "x", "2024-01-01", 1]]
    workbook(bench, "log.xlsx", [["nothing"]], title="表紙", more=[("明細一覧", lines)])
    assert len(log(bench, "log.xlsx", ", sheet: 明細一覧")[0]) == 1
    assert log(bench, "log.xlsx", ", sheet: 2")[1].events.duplicates == 1
    with pytest.raises(NotFoundError, match="there is no sheet '明紬一覧'; did you mean '明細一覧'"):
        log(bench, "log.xlsx", ", sheet: 明紬一覧")


def test_lines_of_a_workbook_are_its_rows(bench):
    workbook(bench, "log.xlsx", [["a", "n", "t", "v"], [None] * 4, ["A", "x", "soon", 1]])
    log(bench, "log.xlsx")
    assert bench.row("SELECT line, reason FROM quarantine") == (3, "unreadable_time")


def test_broken_workbooks_are_told(bench):
    workbook(bench, "log.xlsx", [["a", "n", "t", "v"]] + [["A", "x", "2024-01-01", i] for i in range(2_000)])
    data = (bench.folder / "log.xlsx").read_bytes()
    bench.file("cut.xlsx", data[: len(data) // 2])
    with pytest.raises(DamagedFileError, match=r"cut\.xlsx: not a complete XLSX workbook"):
        log(bench, "cut.xlsx")
    with zipfile.ZipFile(bench.folder / "zip.xlsx", "w") as archive:
        archive.writestr("hello.txt", "x")
    with pytest.raises(DamagedFileError, match=r"zip\.xlsx"):
        log(bench, "zip.xlsx")


def test_a_workbook_bomb_is_refused(bench):
    with zipfile.ZipFile(bench.folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (80 * 2**20))
    with pytest.raises(TooLargeFileError, match="unpacks to 80 MB"):
        log(bench, "bomb.xlsx")


def test_json_lines(bench):
    records = [
        {"a": "A", "n": "x", "t": "2024-01-01T09:00:00", "v": 1, "plan": {"name": "pro"}, "we/ird~": "é"},
        {"n": "x", "a": 7, "t": 1704067200000, "v": None, "late": True},
    ]
    text = "\ufeff" + "\n".join(json.dumps(r) for r in records) + '\n\n{"a": "B", \n[1]\n'
    bench.file("log.jsonl", text)
    found, report = log(bench, "log.jsonl", ", properties: {p: \"plan ->> '$.name'\", w: we/ird~, late: late}")
    assert found == [("7", "x", datetime(2024, 1, 1), None), ("A", "x", datetime(2024, 1, 1), 1.0)]
    assert report.tables[0].reasons == {"bad_row": 2}
    assert bench.rows("SELECT properties FROM event ORDER BY account DESC") == [
        ('{"p":"pro","w":"é"}',),
        ('{"late":"true"}',),
    ]
    assert bench.rows("SELECT line, raw FROM quarantine ORDER BY line") == [(4, '{"a": "B", '), (5, "[1]")]


def test_a_json_array_is_taken_as_records(bench):
    bench.file("log.json", json.dumps([{"a": "A", "n": "x", "t": "2024-01-01", "v": 1}] * 3, indent=2))
    assert log(bench, "log.json")[1].events.added == 3


def test_a_missing_file_names_the_nearest(bench):
    bench.file("accounts.csv", "k\n1\n")
    with pytest.raises(MissingFileError) as caught:
        log(bench, "acounts.csv")
    assert str(caught.value) == f"there is no file 'acounts.csv' in {bench.folder}; did you mean 'accounts.csv'?"
    assert caught.value.code == "missing_file"


@pytest.mark.parametrize(
    "file", ["http://example.org/a.csv", "s3://bucket/a.csv", "HTTPS://example.org/a.csv", "file:///etc/passwd"]
)
def test_addresses_are_refused(bench, file):
    with pytest.raises(UnreadableFileError, match="an address cannot be imported"):
        log(bench, file)


def test_folders_archives_and_old_workbooks_are_told(bench):
    (bench.folder / "logs").mkdir()
    with pytest.raises(UnreadableFileError, match=r"this is a folder.*'logs/\*\.csv'"):
        log(bench, "logs")
    with zipfile.ZipFile(bench.folder / "log.zip", "w") as archive:
        archive.writestr("log.csv", "x")
    with pytest.raises(UnreadableFileError, match="ZIP archive"):
        log(bench, "log.zip")
    bench.file("log.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(UnreadableFileError, match=r"old Excel workbook"):
        log(bench, "log.xls")


def test_symbolic_links_and_absolute_paths_are_followed(bench, tmp_path):
    (tmp_path / "elsewhere.csv").write_text("a,n,t,v\nA,x,2024-01-01,1\n")
    (bench.folder / "log.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert len(log(bench, "log.csv")[0]) == 1
    assert log(bench, f'"{tmp_path / "elsewhere.csv"}"')[1].events.duplicates == 1


def test_all_kinds_of_files_with_the_same_rows_give_the_same_events(make):
    rows = [("A", "x", "2024-01-01 09:00:00", 1.5), ("B", "会", "2024-01-02 00:00:00", None)]
    head = ["a", "n", "t", "v"]
    found = []
    for kind in ("csv", "tsv", "jsonl", "xlsx", "parquet"):
        bench = make(kind)
        if kind in ("csv", "tsv"):
            sep = "," if kind == "csv" else "\t"
            lines = [sep.join("" if cell is None else str(cell) for cell in row) for row in [head, *rows]]
            bench.file(f"log.{kind}", "\n".join(lines))
        elif kind == "jsonl":
            bench.file("log.jsonl", "\n".join(json.dumps(dict(zip(head, r, strict=True))) for r in rows))
        elif kind == "xlsx":
            typed = [[r[0], r[1], datetime.fromisoformat(r[2]), r[3]] for r in rows]
            workbook(bench, "log.xlsx", [head, *typed])
        else:
            con = duckdb.connect()
            con.execute("CREATE TABLE l(a VARCHAR, n VARCHAR, t TIMESTAMP, v DOUBLE)")
            con.executemany("INSERT INTO l VALUES (?, ?, ?, ?)", rows)
            con.execute(f"COPY l TO '{bench.folder / 'log.parquet'}' (FORMAT parquet)")
        log(bench, f"log.{kind}")
        found.append(bench.rows('SELECT id, digest, account, name, "at", value FROM event ORDER BY id'))
    assert all(f == found[0] for f in found)
    assert len(found[0]) == 2


def test_an_unknown_field_of_records_names_the_nearest(bench):
    bench.file("log.jsonl", '{"acount": "A", "n": "x", "t": "2024-01-01", "v": 1}\n')
    with pytest.raises(MappingError, match="did you mean 'acount'"):
        bench.run(LOG.format(file="log.jsonl", more="").replace("account: a,", "account: account,"))


LINES = "a,n,t,v\nA,x,2024-01-01,1\n"
READ = [("A", "x", datetime(2023, 12, 31, 15), 1.0)]
ENDINGS = ".csv, .tsv, .tab, .txt, .parquet, .pq, .xlsx, .xlsm, .jsonl, .ndjson, .json"


@pytest.mark.parametrize("name", ["log.dat", "log.2024-01", "log.xls", "log.csv.bak", "log.csv.gz", "log.log"])
@pytest.mark.parametrize(
    "lines", [LINES, LINES.replace(",", "\t"), '{"a": "A", "n": "x", "t": "2024-01-01", "v": 1}\n']
)
def test_a_file_whose_name_says_nothing_is_read_by_its_first_lines_with_a_notice(bench, name, lines):
    bench.file(name, lines)
    found, report = log(bench, name)
    assert found == READ
    kind = "json" if lines.startswith("{") else "csv"
    assert [(n.code, n.values) for n in report.notices] == [("kind_by_lines", {"file": name, "format": kind})]


@pytest.mark.parametrize(
    "content", ["one column\nx\n", "a,n\nA\n", "", "a,n\0,t\nA,x,1\n", "10.0.0.1 GET /\n10.0.0.2 GET /\n"]
)
def test_where_the_first_lines_say_nothing_either_the_error_names_the_endings_that_do(bench, content):
    bench.file("log.dat", content)
    with pytest.raises(UnreadableFileError) as error:
        log(bench, "log.dat")
    assert str(error.value) == (
        f"log.dat: the ending .dat does not say what kind of file it is; what works: {ENDINGS}."
        " Rename it, or say it in the mapping with format: (csv, json, xlsx, parquet)"
    )


def test_a_page_of_html_under_the_name_of_a_workbook_is_told(bench):
    bench.file("log.xls", "<html><body><table><tr><td>a</td></tr></table></body></html>")
    with pytest.raises(UnreadableFileError, match="a page of HTML under the name"):
        log(bench, "log.xls")


@pytest.mark.parametrize("more", [", format: csv", ", format: CSV", ', delimiter: ","'])
def test_the_mapping_may_say_what_a_file_is(bench, more):
    bench.file("log.dat", LINES)
    assert log(bench, "log.dat", more)[0] == READ


def test_lines_of_json_and_workbooks_by_any_name(bench):
    bench.file("log.dump", json.dumps({"a": "A", "n": "x", "t": "2024-01-01", "v": 1}) + "\n")
    assert log(bench, "log.dump", ", format: json")[0] == READ
    workbook(bench, "log.xlsx", [("a", "n", "t", "v"), ("B", "x", datetime(2024, 1, 1), 1)])
    (bench.folder / "log.xlsx").rename(bench.folder / "log.export")
    assert log(bench, "log.export", ", format: xlsx")[0] == [*READ, ("B", "x", datetime(2023, 12, 31, 15), 1.0)]


def test_what_the_content_says_for_certain_needs_no_ending(bench):
    duckdb.execute(
        f"COPY (SELECT 'A' AS a, 'x' AS n, DATE '2024-01-01' AS t, 1 AS v) TO '{bench.folder / 'log'}' (FORMAT parquet)"
    )
    (bench.folder / "log").rename(bench.folder / "log.dat")
    assert log(bench, "log.dat")[0] == READ


def test_a_name_without_an_ending_is_read_as_before(bench):
    bench.file("log", LINES)
    assert log(bench, "log")[0] == READ


def test_a_format_that_there_is_not_names_the_nearest(bench):
    bench.file("log.dat", LINES)
    with pytest.raises(MappingError, match="there is no format 'cvs'; did you mean 'csv'"):
        log(bench, "log.dat", ", format: cvs")
