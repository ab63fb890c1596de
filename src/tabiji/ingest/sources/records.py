"""JSON lines: one object per line; its fields are the columns. A file that is one JSON array of objects is taken likewise."""

from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb

from tabiji.i18n import N_, text
from tabiji.ingest.errors import TooLargeFileError, UnreadableFileError
from tabiji.ingest.sources.damage import engine_words
from tabiji.ingest.sources.dialect import MAX_COLUMNS
from tabiji.ingest.sources.staged import Column, Desk, Staged
from tabiji.lake.views import literal

_OBJECT = "CASE WHEN json_valid(record) THEN json_type(record) = 'OBJECT' ELSE false END"


def stage_lines(desk: Desk, name: str, path: Path) -> Path:
    """The lines of a UTF-8 file, or the items of its array, as Parquet with the columns `line` and `record` (text)."""
    staged = desk.path(".parquet")
    limit = desk.settings.max_line_mb * 2**20
    linked = literal(str(desk.link(path, ".json")))
    with path.open("rb") as handle:
        is_array = handle.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"["
    if is_array:
        scan = (
            f"SELECT json AS record FROM read_json_objects({linked}, format = 'array', maximum_object_size = {limit})"
        )
    else:
        # One text column: a character that JSON never has divides nothing.
        scan = (
            f"SELECT record FROM read_csv({linked}, columns = {{'record': 'VARCHAR'}}, auto_detect = false, header = false, "
            f"delim = '\x01', quote = '', escape = '', max_line_size = {limit}, buffer_size = {max(2 * limit, 2**24)}, "
            "strict_mode = false, compression = 'none')"
        )
    try:
        desk.con.execute(f"COPY ({scan}) TO {literal(str(staged))} (FORMAT parquet)")
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise UnreadableFileError(file=name, problem=engine_words(error)) from error
    return staged


def fields_of(desk: Desk, name: str, staged: Path) -> Sequence[str]:
    """Names of the fields that occur in any record, in alphabetical order. Raises TooLargeFileError for too many."""
    query = (
        f"SELECT DISTINCT unnest(json_keys(record)) AS field FROM read_parquet({literal(str(staged))}) "
        f"WHERE {_OBJECT} ORDER BY 1 LIMIT {MAX_COLUMNS + 1}"
    )
    fields = [row[0] for row in desk.con.execute(query).fetchall()]
    if len(fields) > MAX_COLUMNS:
        problem = text(N_("it has {n} columns; at most {limit} are read"), n=f">{MAX_COLUMNS}", limit=MAX_COLUMNS)
        raise TooLargeFileError(file=name, problem=problem)
    return fields


def stage_records(desk: Desk, staged: Path, fields: Sequence[str], wanted: Collection[str]) -> Staged:
    """Rows of a file of records. Only the `wanted` fields (in lower case) are taken out of them; the others stay in `raw`."""
    source = f"read_parquet({literal(str(staged))}, file_row_number = true)"
    used = [field for field in fields if field.casefold() in wanted]
    pointers = ", ".join(literal("/" + field.replace("~", "~0").replace("/", "~1")) for field in used)
    # The engine may ask for a field before it asks whether the line is JSON at all.
    taken = f", json_extract_string(CASE WHEN {_OBJECT} THEN record END, [{pointers}]) AS fields" if used else ""
    query = f"SELECT file_row_number + 1 AS line, record{taken} FROM {source} WHERE {_OBJECT}"
    places = {field: f"nullif(fields[{i}], '')" for i, field in enumerate(used, 1)}
    columns = [Column(field, places.get(field, "NULL::VARCHAR"), "VARCHAR") for field in fields]
    blank = "trim(coalesce(record, ''), ' ' || chr(9) || chr(13)) = ''"
    bad = None
    if desk.count(f"SELECT count(*) FROM {source} WHERE NOT {_OBJECT} AND NOT {blank}"):
        bad = desk.name("bad")
        detail = text(N_("not a JSON object"))
        desk.con.execute(
            f"CREATE TABLE {bad} AS SELECT file_row_number + 1 AS line, record AS raw, {literal(detail)} AS detail "
            f"FROM {source} WHERE NOT {_OBJECT} AND NOT {blank}"
        )
    return Staged(query, columns, "record", bad)
