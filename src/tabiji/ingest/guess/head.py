"""The head of a file as text, quickly: enough to guess from, however long the file is. An import reads the file properly."""

import codecs
import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from tabiji.i18n import N_, text
from tabiji.ingest.errors import EncodingError, UnreadableFileError
from tabiji.ingest.guess.model import Sample
from tabiji.ingest.guess.totals import is_total
from tabiji.ingest.sources.damage import parquet_damage
from tabiji.ingest.sources.dialect import distinct
from tabiji.ingest.sources.files import Kind, source_file
from tabiji.lake.views import literal

ROWS = 400
BYTES = 512 * 1024
TAIL = 16 * 1024  # bytes of a long file that its last line is looked for in
LONGEST_SHEET = 5_000  # rows of a sheet that are read for its last one
DELIMITERS = (",", "\t", ";", "|")


def read_head(path: Path) -> Sample:
    """Column names and the first values of a CSV (any delimiter, UTF-8, UTF-16 or CP932), XLSX, Parquet or JSON lines file.

    Raises EncodingError, UnreadableFileError."""
    try:
        names, rows = _READERS[source_file(path, path.name).kind](path)
    except duckdb.Error as error:  # only Parquet files are read by the engine
        problem = text(N_("not a complete Parquet file ({reason})"), reason=parquet_damage(error))
        raise UnreadableFileError(file=path.name, problem=problem) from error
    except (OSError, EOFError, zlib.error, ValueError, KeyError, csv.Error) as error:
        raise UnreadableFileError(file=path.name, problem=str(error)) from error
    if not names:
        raise UnreadableFileError(file=path.name, problem=text(N_("it has no columns")))
    known, _ = distinct([name.strip().lstrip("\ufeff") for name in names])  # as an import will know them
    columns = {name: [_value(row, i) for row in rows] for i, name in enumerate(known)}
    return Sample(path.name, columns)


def _unpacked(path: Path) -> gzip.GzipFile | io.BufferedReader:
    """The bytes of a file, which may be compressed with gzip whatever its name."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else path.open("rb")


def _csv(path: Path) -> tuple[list[str], list[Sequence[Any]]]:
    with _unpacked(path) as file:
        raw = file.read(BYTES)
    whole = len(raw) < BYTES
    lines = _decoded(raw, path.name)
    last = "" if whole else _last_line(path)
    if not whole:  # the last line may be cut off
        lines = lines[: lines.rfind("\n") + 1] or lines
    first = lines.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = list(islice(csv.reader(io.StringIO(lines), delimiter=delimiter), ROWS + 1))
    if len(rows) > ROWS and whole:
        last = lines.rstrip().rpartition("\n")[2]
    total = list(csv.reader([last], delimiter=delimiter)) if last else []
    rows += [row for row in total if is_total(row)]
    return (rows[0], [r for r in rows[1:] if any(r)]) if rows else ([], [])


def _last_line(path: Path) -> str:
    """The last line of a long file: a row of sums stands there. Empty where it is compressed, or not to be read."""
    with path.open("rb") as file:
        if file.read(2) in (b"\x1f\x8b", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return ""
        file.seek(-TAIL, io.SEEK_END)
        line = file.read().rstrip().rpartition(b"\n")[2]
    for encoding in ("utf-8", "cp932"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _decoded(raw: bytes, name: str) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return codecs.getincrementaldecoder("utf-16")().decode(raw)
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return codecs.getincrementaldecoder(encoding)("strict").decode(raw)  # a cut character at the end is left
        except UnicodeDecodeError:
            continue
    raise EncodingError(file=name, problem=text(N_("it is neither UTF-8 nor CP932 (Shift_JIS); save it as UTF-8")))


def _xlsx(path: Path) -> tuple[list[str], list[Sequence[Any]]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except BadZipFile as error:
        raise UnreadableFileError(file=path.name, problem=text(N_("it is not an XLSX file"))) from error
    try:
        sheet = book.worksheets[0]
        every = sheet.iter_rows(values_only=True)
        rows: list[Sequence[Any]] = list(islice(every, ROWS + 1))
        more = [row for row in islice(every, LONGEST_SHEET) if is_total([_value(row, i) for i in range(len(row))])]
        rows += more[-1:]
    finally:
        book.close()
    if not rows:
        return [], []
    return [str(c) if c is not None else "" for c in rows[0]], list(rows[1:])


def _parquet(path: Path) -> tuple[list[str], list[Sequence[Any]]]:
    with duckdb.connect(":memory:") as con:
        found = con.execute(f"SELECT * FROM read_parquet({literal(str(path))}) LIMIT {ROWS}")
        names = [column[0] for column in found.description or []]
        return names, list(found.fetchall())


def _json_lines(path: Path) -> tuple[list[str], list[Sequence[Any]]]:
    with _unpacked(path) as packed, io.TextIOWrapper(packed, encoding="utf-8-sig") as file:
        records = [_object(line, n) for n, line in enumerate(islice(file, ROWS), 1) if line.strip()]
    names = list(dict.fromkeys(name for r in records for name in r))
    return names, [[r.get(name) for name in names] for r in records]


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        said = N_("line {line} is not a JSON object; write one object per line (JSON lines), not one list of them")
        raise ValueError(text(said, line=number))
    return found


_READERS: dict[Kind, Callable[[Path], tuple[list[str], list[Sequence[Any]]]]] = {
    "text": _csv, "workbook": _xlsx, "parquet": _parquet, "records": _json_lines,
}  # fmt: skip


def _value(row: Sequence[Any], place: int) -> str | None:
    value = row[place] if place < len(row) else None
    if value is None or value == "":
        return None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
