"""CSV and its relatives, as they come: encodings, delimiters, quotes, line ends, headers."""

import gzip
import random

import pytest

from tabiji.ingest.errors import (
    DamagedFileError,
    EncodingError,
    LineTooLongError,
    TooLargeFileError,
    UnreadableFileError,
)

ACCOUNTS = """
source: s
tables:
  - {{file: {file}, to: account, key: 会社番号, columns: {{name: 会社名, industry: 業種}}{more}}}
"""
TEXT = "会社番号,会社名,業種\r\n0012,㈱東京〜ソフト①,情報\r\n0034,髙島「本店」,小売\r\n"
ROWS = [("0012", "㈱東京〜ソフト①", "情報"), ("0034", "髙島「本店」", "小売")]


def accounts(bench, file="a.csv", more=""):
    bench.run(ACCOUNTS.format(file=file, more=more))
    return bench.rows("SELECT id, name, industry FROM account ORDER BY id")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_encodings_are_recognised(bench, encoding):
    bench.file("a.csv", TEXT.replace("〜", "～"), encoding)  # CP932 has the full-width tilde
    assert accounts(bench) == [(i, n.replace("〜", "～"), b) for i, n, b in ROWS]


@pytest.mark.parametrize(("said", "encoding"), [("Shift_JIS", "cp932"), ("euc_jp", "euc_jp"), ("UTF-8", "utf-8-sig")])
def test_a_named_encoding_wins(bench, said, encoding):
    bench.file("a.csv", "会社番号,会社名,業種\n1,東京,情報\n", encoding)
    assert accounts(bench, more=f", encoding: {said}") == [("1", "東京", "情報")]


def test_an_encoding_is_decided_by_the_whole_file(bench):
    lines = "".join(f"{i},company {i},it\n" for i in range(300_000))  # beyond any look at the head
    bench.file("a.csv", ("会社番号,会社名,業種\n" + lines).encode("cp932") + "x,東京,情報\n".encode("cp932"))
    bench.run(ACCOUNTS.format(file="a.csv", more=""))
    assert bench.row("SELECT name FROM account WHERE id = 'x'") == ("東京",)
    bench.file("b.csv", ("id,name\n" + lines).encode() + b"x,\x93\x8c\n")
    bench.run("source: t\ntables:\n  - {file: b.csv, to: account, key: id, columns: {name: name}}\n")
    assert bench.row("SELECT name FROM account WHERE origin = 't' AND id = 'x'") == ("東",)


def test_bytes_that_fit_no_encoding_are_told_with_their_offset_and_what_would_work(bench):
    data = "会社番号,会社名,業種\n1,東京,情報\n".encode() + b"2,\xff\xff,x\n"
    bench.file("a.csv", data)
    with pytest.raises(EncodingError) as caught:
        accounts(bench)
    message = str(caught.value)
    assert f"not UTF-8 from byte {data.index(bytes([255]))}" in message
    assert "encoding: " in message


def test_latin_letters_are_not_taken_for_kanji(bench):
    bench.file("a.csv", "id,name\n1,Müller\n2,Jürgen\n3,Väinö\n", "cp1252")
    mapping = "source: s\ntables:\n  - {file: a.csv, to: account, key: id, columns: {name: name}%s}\n"
    with pytest.raises(EncodingError, match="encoding: cp1252"):
        bench.run(mapping % "")
    bench.run(mapping % ", encoding: cp1252")
    assert bench.rows("SELECT name FROM account ORDER BY id") == [("Müller",), ("Jürgen",), ("Väinö",)]


def test_a_wrong_named_encoding_is_an_error_at_its_byte(bench):
    bench.file("a.csv", "会社番号,会社名,業種\n1,東京,情報\n", "cp932")
    with pytest.raises(EncodingError, match="byte 0 is not utf-8"):
        accounts(bench, more=", encoding: utf-8")
    with pytest.raises(EncodingError, match="did you mean 'cp932'"):
        accounts(bench, more=", encoding: cp923")


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "^", "\x01"])
def test_delimiters_are_recognised(bench, delimiter):
    bench.file("a.csv", TEXT.replace(",", delimiter))
    assert accounts(bench) == ROWS


@pytest.mark.parametrize(("said", "delimiter"), [("'::'", "::"), ("tab", "\t"), ("x", "x")])
def test_a_named_delimiter_wins(bench, said, delimiter):
    bench.file("a.csv", TEXT.replace(",", delimiter))
    assert accounts(bench, more=f", delimiter: {said}") == ROWS


def test_the_delimiter_is_the_one_that_shows_the_mapped_columns(bench):
    bench.file("a.csv", "会社番号;会社名;業種, 小分類\n1;A, B, C;x, y\n2;D, E, F;z, w\n")
    mapping = """
source: s
tables:
  - {file: a.csv, to: account, key: 会社番号, columns: {name: 会社名}}
"""
    bench.run(mapping)
    assert bench.rows("SELECT name FROM account ORDER BY id") == [("A, B, C",), ("D, E, F",)]


def test_the_line_in_which_excel_names_the_delimiter_is_obeyed(bench):
    bench.file("a.csv", "sep=;\r\n" + TEXT.replace(",", ";") + ";\r\n")
    assert accounts(bench) == ROWS
    bench.file("a.csv", "sep=;\n会社番号;会社名;業種\n;A;x\n")
    accounts(bench)
    assert bench.row("SELECT line FROM quarantine") == (3,)


def test_quotes_hold_delimiters_line_ends_and_quotes(bench):
    bench.file("a.csv", '会社番号,会社名,業種\n1,"a, ""b""\nc",x\n2,5" pipe,y\n')
    assert accounts(bench) == [("1", 'a, "b"\nc', "x"), ("2", '5" pipe', "y")]


def test_quotes_may_be_escaped_by_backslashes(bench):
    bench.file("a.csv", '会社番号,会社名,業種\n1,"a \\"b\\", c",x\n')
    assert accounts(bench) == [("1", 'a "b", c', "x")]


def test_a_value_may_end_in_a_backslash(bench):
    """A path of Windows in quotes ends like an escaped quote; read as one, its value would never end."""
    bench.file("a.csv", '会社番号,会社名,業種\n1,"C:\\share\\",x\n2,"\\","a, b"\n')
    assert accounts(bench) == [("1", "C:\\share\\", "x"), ("2", "\\", "a, b")]


def test_quotes_escaped_by_backslashes_may_all_stand_where_a_value_could_end(bench):
    bench.file("a.csv", '会社番号,会社名,業種\n1,"pipe 12\\", black",x\n')
    assert accounts(bench) == [("1", 'pipe 12", black', "x")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "end", "end end end"])
def test_line_ends_of_any_kind(bench, end, last):
    text = end.join(["会社番号,会社名,業種", "1,A,x", '2,"B",y', "3,C,z"]) + end * last.count("end")
    bench.file("a.csv", text)
    assert accounts(bench) == [("1", "A", "x"), ("2", "B", "y"), ("3", "C", "z")]


def test_line_ends_of_two_kinds_in_one_large_file_lose_nothing(bench):
    head = "".join(f'{i},"name {i}",x\r\n' for i in range(200_000))
    tail = "".join(f'{i},"name {i}",x\n' for i in range(200_000, 400_000))
    bench.file("a.csv", "会社番号,会社名,業種\r\n" + head + tail)
    [table] = bench.run(ACCOUNTS.format(file="a.csv", more="")).tables
    assert (table.rows, table.accepted) == (400_000, 400_000)
    assert bench.row("SELECT count(DISTINCT id), min(length(name)), max(length(name)) FROM account") == (400_000, 6, 11)


def test_blank_lines_and_rows_without_any_value_are_no_rows(bench):
    bench.file("a.csv", "会社番号,会社名,業種\n1,A,x\n\n\n2,B,y\n,,\n\n")
    [table] = bench.run(ACCOUNTS.format(file="a.csv", more="")).tables
    assert (table.rows, table.accepted, table.quarantined) == (2, 2, 0)


def test_rows_that_cannot_be_divided_wait_in_quarantine_with_their_lines(bench):
    text = '会社番号,会社名,業種\n1,"A\nB",x\n2,short\n3,C,y,long\n4,"D "E" F",z\n5,G,w\n'
    bench.file("a.csv", text)
    [table] = bench.run(ACCOUNTS.format(file="a.csv", more="")).tables
    assert (table.rows, table.accepted, table.quarantined, table.reasons) == (5, 2, 3, {"bad_row": 3})
    assert bench.rows("SELECT line, raw FROM quarantine ORDER BY line") == [
        (4, "2,short"),
        (5, "3,C,y,long"),
        (6, '4,"D "E" F",z'),
    ]


def test_short_rows_of_a_plain_file_wait_in_quarantine_with_their_lines(bench):
    bench.file("a.csv", "会社番号,会社名,業種\n1,A,x\n2,short\n3,B,y\n")
    [table] = bench.run(ACCOUNTS.format(file="a.csv", more="")).tables
    assert (table.rows, table.accepted, table.reasons) == (3, 2, {"bad_row": 1})
    assert bench.rows("SELECT line, raw FROM quarantine") == [(3, "2,short")]


def test_lines_of_quarantined_rows_count_values_of_several_lines(bench):
    bench.file("a.csv", '会社番号,会社名,業種\n1,"A\nB\nC",x\n,D,y\n2,"E\nF",z\n,G,w\n')
    bench.run(ACCOUNTS.format(file="a.csv", more=""))
    assert bench.rows("SELECT line, reason FROM quarantine ORDER BY line") == [(5, "missing_key"), (8, "missing_key")]


def test_a_quote_that_never_closes_is_an_error_with_its_line(make):
    bench = make(max_line_mb=1)
    rows = "".join(f'{i},"name {i}",x\n' for i in range(100_000))
    bench.file("a.csv", "会社番号,会社名,業種\n" + rows + 'y,"open,x\n' + rows.replace('"', ""))
    with pytest.raises(UnreadableFileError, match="line 100002: a quoted value begins and does not end"):
        accounts(bench)
    assert bench.lake.head().number == 0


def test_a_line_beyond_the_limit_is_an_error_with_its_line(make):
    bench = make(max_line_mb=1)
    bench.file("a.csv", "会社番号,会社名,業種\n1,A,x\n2," + "y" * 1_100_000 + ",z\n")
    with pytest.raises(LineTooLongError) as caught:
        accounts(bench)
    assert str(caught.value) == "a.csv: line 3 is longer than 1 MB (setting max_line_mb)"


def test_a_file_of_one_huge_line_is_refused_without_reading_it_whole(bench):
    path = bench.file("a.csv", "会社番号,会社名,業種\n1,")
    with path.open("r+b") as handle:
        handle.truncate(2 * 2**30)  # sparse: two gigabytes of zeros
    with pytest.raises(LineTooLongError, match="line 2 "):
        accounts(bench)


def test_long_lines_within_the_limit_are_read(bench):
    long = "長" * 1_000_000
    bench.file("a.csv", f"会社番号,会社名,業種\n1,{long},x\n2,B,y\n")
    assert bench.run(ACCOUNTS.format(file="a.csv", more="")).tables[0].accepted == 2
    assert bench.rows("SELECT length(name) FROM account ORDER BY id") == [(1_000_000,), (1,)]


def test_more_columns_than_the_limit_are_refused(bench):
    bench.file("a.csv", ",".join(f"c{i}" for i in range(2_001)) + "\n")
    with pytest.raises(TooLargeFileError, match="2001 columns"):
        accounts(bench)


def test_gzip_files_are_read_and_damaged_ones_told(bench):
    packed = gzip.compress(TEXT.replace("〜", "～").encode("cp932"))
    bench.file("a.csv.gz", packed)
    assert accounts(bench, "a.csv.gz")[1] == ROWS[1]
    bench.file("b.csv.gz", packed[:-20])
    with pytest.raises(DamagedFileError):
        accounts(bench, "b.csv.gz")


def test_a_gzip_bomb_is_refused(bench, monkeypatch):
    monkeypatch.setattr("tabiji.ingest.sources.encoding.MAX_GZ_FREE_BYTES", 2**22)
    bench.file("a.csv.gz", gzip.compress(TEXT.encode() + b"1,A,x\n" * 2**21))
    with pytest.raises(TooLargeFileError, match="unpacks"):
        accounts(bench, "a.csv.gz")


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_an_error(bench, content):
    bench.file("a.csv", content)
    with pytest.raises(UnreadableFileError, match="empty"):
        accounts(bench)


def test_a_header_alone_brings_no_rows(bench):
    bench.file("a.csv", "会社番号,会社名,業種")
    [table] = bench.run(ACCOUNTS.format(file="a.csv", more="")).tables
    assert (table.rows, table.accepted) == (0, 0)


def test_a_file_without_header(bench):
    bench.file("a.csv", "1\tA\tx\n2\tB\ty\n")
    assert accounts(bench, more=", header: [会社番号, 会社名, 業種]") == [("1", "A", "x"), ("2", "B", "y")]
    mapping = (
        "source: t\ntables:\n  - {file: a.csv, to: account, key: column1, columns: {name: column2}, header: false}\n"
    )
    bench.run(mapping)
    assert bench.rows("SELECT id, name FROM account WHERE origin = 't' ORDER BY id") == [("1", "A"), ("2", "B")]


def test_names_that_occur_twice_are_told_apart(bench):
    bench.file("a.csv", "id,name,Name,,name\n1,a,b,c,d\n")
    report = bench.run(
        "source: s\ntables:\n  - {file: a.csv, to: account, key: id, "
        "columns: {name: name, industry: Name_2, region: column4, country: name_3}}\n"
    )
    assert bench.row("SELECT name, industry, region, country FROM account") == ("a", "b", "c", "d")
    assert [n.code for n in report.notices] == ["renamed_column", "renamed_column"]


def test_odd_paths_and_patterns(bench):
    bench.file("in [1]/a*b.csv", "会社番号,会社名,業種\n1,A,x\n")
    bench.file("parts/2024-02.csv", "会社名,業種,会社番号\nC,z,3\n")
    bench.file("parts/2024-01.csv", "会社番号,会社名\n2,B\n")
    bench.run(ACCOUNTS.format(file='"in [1]/a*b.csv"', more=""))
    [table] = bench.run(ACCOUNTS.format(file='"parts/*.csv"', more="")).tables
    assert (table.file, table.rows) == ("parts/*.csv", 2)
    assert bench.rows("SELECT id, name, industry, file FROM account ORDER BY id") == [
        ("1", "A", "x", "in [1]/a*b.csv"),
        ("2", "B", None, "parts/2024-01.csv"),
        ("3", "C", "z", "parts/2024-02.csv"),
    ]


def test_what_the_fast_and_the_exact_reader_make_of_a_file_is_the_same(bench, tmp_path):
    """Random values with everything that is special in CSV, through both ways."""
    from tabiji.ingest.sources import delimited
    from tabiji.ingest.sources.dialect import Dialect
    from tabiji.ingest.sources.encoding import to_utf8
    from tabiji.ingest.sources.staged import Desk

    chance = random.Random(5)
    pieces = ["a", "é", "東", " ", ",", "\n", '""', "\\N", "0", "-", "'"]
    lines = [
        ",".join('"' + "".join(chance.choices(pieces, k=chance.randint(1, 6))) + '"' for _ in range(3))
        for _ in range(2_000)
    ]
    path = bench.file("a.csv", "x,y,z\n" + "\n".join(lines) + "\n")
    dialect = Dialect(",", '"', ("x", "y", "z"), 1)
    with bench.lake.connect() as con:
        desk = Desk(con, tmp_path, bench.settings)
        source = to_utf8(path, "a.csv", False, None, desk.path(".utf8"), 8, lambda done, total: None)
        fast = delimited._stage_fast(desk, "a.csv", source, dialect)
        exact = delimited._stage_rewritten(desk, "a.csv", source, dialect)
        assert fast is not None
        columns = "SELECT c0, c1, c2 FROM"
        got = [con.execute(f"{columns} ({s.query}) ORDER BY line").fetchall() for s in (fast, exact)]
        assert len(got[0]) == 2_000
        assert got[0] == got[1]
