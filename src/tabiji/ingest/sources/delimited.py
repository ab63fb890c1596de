"""CSV and its relatives: staged as Parquet of text columns by the engine, every line accounted for.

The engine reads such files fast and in parallel, but in odd ones (line ends of two kinds, quotes that do not close) it may lose
rows without a word. So its rows are counted against the lines of the file; where they do not add up, the file is rewritten row by
row (slower, exact), and that copy is staged.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import duckdb

from tabiji.i18n import N_, text
from tabiji.ingest.errors import UnreadableFileError
from tabiji.ingest.sources.dialect import Dialect
from tabiji.ingest.sources.encoding import TextFile
from tabiji.ingest.sources.staged import Column, Desk, Staged
from tabiji.lake.views import literal

_RAGGED = ("MISSING COLUMNS", "TOO MANY COLUMNS")
_NULLS = "['', '\\N']"


def stage_delimited(desk: Desk, name: str, source: TextFile, dialect: Dialect) -> Staged:
    """Rows of a delimited text file. Raises UnreadableFileError where a quote opens and never closes."""
    return _stage_fast(desk, name, source, dialect) or _stage_rewritten(desk, name, source, dialect)


def stage_numbered(desk: Desk, path: Path, columns: tuple[str, ...], bad: str | None = None) -> Staged:
    """Rows of a CSV file of our own, whose first column is the line that a row came from."""
    staged = desk.path(".parquet")
    options = _options(desk, ["line", *_slots(columns)], Dialect(",", '"', columns, 0))
    desk.con.execute(
        f"COPY (SELECT * FROM read_csv({literal(str(path))}, {options})) TO {literal(str(staged))} (FORMAT parquet)"
    )
    path.unlink()
    query = (
        f"SELECT CAST(line AS BIGINT) AS line, {', '.join(_slots(columns))} FROM read_parquet({literal(str(staged))})"
    )
    return _staged(query, columns, bad)


def _slots(columns: tuple[str, ...]) -> list[str]:
    return [f"c{i}" for i in range(len(columns))]


def _staged(query: str, columns: tuple[str, ...], bad: str | None, shifts: str | None = None) -> Staged:
    slots = _slots(columns)
    pairs = ", ".join(f"{literal(name)}, {slot}" for name, slot in zip(columns, slots, strict=True))
    somewhat = f"coalesce({', '.join(slots)}) IS NOT NULL"
    described = [Column(name, slot, "VARCHAR") for name, slot in zip(columns, slots, strict=True)]
    return Staged(f"SELECT * FROM ({query}) WHERE {somewhat}", described, f"json_object({pairs})", bad, shifts)


def _options(desk: Desk, slots: list[str], dialect: Dialect, rejects: str | None = None) -> str:
    limit = desk.settings.max_line_mb * 2**20
    options = {
        "columns": "{" + ", ".join(f"'{slot}': 'VARCHAR'" for slot in slots) + "}",
        "auto_detect": "false",
        "delim": literal(dialect.delimiter),
        "quote": "'\"'",
        "escape": literal(dialect.escape),
        "header": "false",
        "skip": str(dialect.n_header_lines),
        "nullstr": _NULLS if dialect.escape == '"' else "''",
        "max_line_size": str(limit),
        "buffer_size": str(max(2 * limit, 2**24)),
        "strict_mode": "true",
        "compression": "'none'",
    }
    if rejects is not None:
        options |= {"store_rejects": "true", "rejects_limit": "0"}
        options |= {"rejects_table": literal(rejects), "rejects_scan": literal(rejects + "_scan")}
    return ", ".join(f"{key} = {value}" for key, value in options.items())


def _stage_fast(desk: Desk, name: str, source: TextFile, dialect: Dialect) -> Staged | None:
    """What the engine makes of the file, or None where its rows do not account for every line."""
    if source.line_ends in ("\r", "mixed"):
        return None
    path, staged, rejects = desk.link(source.path, ".csv"), desk.path(".parquet"), desk.name("rejects")
    options = _options(desk, _slots(dialect.columns), dialect, rejects)
    scan = f"SELECT * FROM read_csv({literal(str(path))}, {options})"
    try:
        desk.con.execute(f"COPY ({scan}) TO {literal(str(staged))} (FORMAT parquet)")
    except duckdb.InvalidInputException:
        return None
    parquet = f"read_parquet({literal(str(staged))}, file_row_number = true)"
    n_rows = desk.count(f"SELECT count(*) FROM {parquet}")
    kinds = dict(desk.con.execute(f"SELECT error_type, count(*) FROM {rejects} GROUP BY 1").fetchall())
    n_bad = desk.count(f"SELECT count(DISTINCT line) FROM {rejects}")
    missing = source.n_lines - dialect.n_header_lines - n_rows - n_bad
    shifts = None
    if missing and not kinds:
        shifts = _shifts(desk, parquet, dialect)
        missing -= desk.count(f"SELECT coalesce(max(shift), 0) FROM {shifts}")
    if missing or any(kind not in _RAGGED for kind in kinds):
        staged.unlink()
        return None
    bad = None
    if n_bad:
        bad = desk.name("bad")
        desk.con.execute(
            f"CREATE TABLE {bad} AS SELECT line, any_value(csv_line) AS raw, any_value(error_message) AS detail "
            f"FROM {rejects} GROUP BY line"
        )
    first = dialect.n_header_lines + 1
    query = f"SELECT file_row_number + {first} AS line, {', '.join(_slots(dialect.columns))} FROM {parquet}"
    return _staged(query, dialect.columns, bad, shifts)


def _shifts(desk: Desk, parquet: str, dialect: Dialect) -> str:
    """By how much values of several lines push down the rows after them: a table (line, shift) of such rows only."""
    table = desk.name("shifts")
    breaks = " + ".join(
        f"coalesce(length({s}) - length(replace({s}, chr(10), '')), 0)" for s in _slots(dialect.columns)
    )
    desk.con.execute(
        f"CREATE TABLE {table} AS SELECT line, sum(n) OVER (ORDER BY line) AS shift FROM ("
        f"SELECT file_row_number + {dialect.n_header_lines + 2} AS line, {breaks} AS n FROM {parquet}) WHERE n > 0"
    )
    return table


def _stage_rewritten(desk: Desk, name: str, source: TextFile, dialect: Dialect) -> Staged:
    if len(dialect.delimiter) > 1:
        problem = text(N_("its lines cannot be divided by {delimiter!r}"), delimiter=dialect.delimiter)
        raise UnreadableFileError(file=name, problem=problem)
    rows, bad_rows = desk.path(".csv"), desk.path(".bad.csv")
    n_bad = _rewrite(desk, name, source, dialect, rows, bad_rows)
    bad = None
    if n_bad:
        bad = desk.name("bad")
        options = _options(desk, ["line", "raw", "detail"], Dialect(",", '"', ("line", "raw", "detail"), 0))
        scan = f"SELECT * REPLACE (CAST(line AS BIGINT) AS line) FROM read_csv({literal(str(bad_rows))}, {options})"
        desk.con.execute(f"CREATE TABLE {bad} AS {scan}")
    return stage_numbered(desk, rows, dialect.columns, bad)


def _rewrite(desk: Desk, name: str, source: TextFile, dialect: Dialect, target: Path, bad_target: Path) -> int:
    """Write the rows of a file with their lines to `target`, those that cannot be divided to `bad_target`; how many of these."""
    limit = desk.settings.max_line_mb * 2**20
    csv.field_size_limit(max(csv.field_size_limit(), limit))
    width, n_bad = len(dialect.columns), 0
    taken: list[str] = []
    with (
        source.path.open("rb") as raw,
        target.open("w", encoding="utf-8", newline="") as out,
        bad_target.open("w", encoding="utf-8", newline="") as bad_out,
    ):
        lines = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        reader = csv.reader(_noting(lines, taken), strict=True, **_python_dialect(dialect))  # type: ignore[arg-type]
        write, write_bad = csv.writer(out, lineterminator="\n"), csv.writer(bad_out, lineterminator="\n")
        while True:
            line = reader.line_num + 1
            taken.clear()
            try:
                row = next(reader)
            except StopIteration:
                return n_bad
            except csv.Error as error:
                if "expected after" not in str(error):
                    problem = text(N_("line {line}: a quoted value begins and does not end"), line=line)
                    raise UnreadableFileError(file=name, problem=problem) from None
                row, detail = [], text(N_("a quote stands inside a quoted value"))
            else:
                while len(row) > width and row[-1] == "":
                    row.pop()
                detail = text(N_("{n} values where the header has {width}"), n=len(row), width=width)
            if line <= dialect.n_header_lines or not "".join(taken).strip():
                continue
            if len(row) == width:
                write.writerow([line, *row])
            else:
                n_bad += 1
                write_bad.writerow([line, "".join(taken).rstrip("\r\n"), detail])


def _noting(lines: io.TextIOWrapper, taken: list[str]) -> Iterator[str]:
    """The lines, each also kept in `taken` until the reader has made a row of it."""
    for line in lines:
        taken.append(line)
        yield line


def _python_dialect(dialect: Dialect) -> dict[str, object]:
    if dialect.escape == '"':
        return {"delimiter": dialect.delimiter}
    return {"delimiter": dialect.delimiter, "escapechar": dialect.escape, "doublequote": False}
