"""Parquet files: read where they lie, with the types that they declare."""

from pathlib import Path

import duckdb

from tabiji.i18n import N_, text
from tabiji.ingest.errors import DamagedFileError, TooLargeFileError
from tabiji.ingest.sources.damage import parquet_damage
from tabiji.ingest.sources.dialect import MAX_COLUMNS
from tabiji.ingest.sources.staged import Column, Desk, Staged
from tabiji.lake.views import literal, quote


def stage_parquet(desk: Desk, name: str, path: Path) -> Staged:
    """Rows of a Parquet file. Raises DamagedFileError for one that is cut off, TooLargeFileError for too many columns."""
    source = f"read_parquet({literal(str(desk.link(path, '.parquet')))}, file_row_number = true)"
    try:
        described = desk.con.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {source}").fetchall()
    except duckdb.Error as error:
        raise _damaged(name, error) from error
    if len(described) > MAX_COLUMNS:
        problem = text(N_("it has {n} columns; at most {limit} are read"), n=len(described), limit=MAX_COLUMNS)
        raise TooLargeFileError(file=name, problem=problem)
    # Renamed, because `line` and the names of other files' columns must not meet these.
    inner = ", ".join(f"{quote(row[0])} AS p{i}" for i, row in enumerate(described))
    query = f"SELECT file_row_number + 1 AS line, {inner} FROM {source}"
    columns = [_column(row[0], f"p{i}", row[1]) for i, row in enumerate(described)]
    pairs = ", ".join(f"{literal(row[0])}, p{i}" for i, row in enumerate(described))
    return Staged(query, columns, f"json_object({pairs})")


def check_parquet(desk: Desk, name: str, path: Path) -> None:
    """Read all of a Parquet file. Raises DamagedFileError where that is not possible."""
    source = f"read_parquet({literal(str(desk.link(path, '.parquet')))})"
    try:
        desk.con.execute(f"SELECT count(*) FILTER (hash(r) = 0) FROM {source} r").fetchall()
    except duckdb.Error as error:
        raise _damaged(name, error) from error


def _damaged(name: str, error: duckdb.Error) -> DamagedFileError:
    problem = text(N_("not a complete Parquet file ({reason})"), reason=parquet_damage(error))
    return DamagedFileError(file=name, problem=problem)


def _column(name: str, slot: str, sql_type: str) -> Column:
    """Lists and records become their JSON text; bytes and the engine's rarer types become text."""
    if sql_type.endswith("[]") or sql_type.startswith(("STRUCT", "MAP", "UNION")):
        return Column(name, f"CAST(to_json({slot}) AS VARCHAR)", "VARCHAR")
    if sql_type in ("BLOB", "UUID", "INTERVAL", "TIME", "BIT", "JSON") or sql_type.startswith("ENUM"):
        return Column(name, f"CAST({slot} AS VARCHAR)", "VARCHAR")
    return Column(name, slot, sql_type)
