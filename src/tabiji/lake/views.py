"""SQL of the lake's views: `<table>_all` = every version of every row, `<table>` = what holds now.

Every column of `schema.columns` is there whatever the files hold, so a question never meets a missing column.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from tabiji.lake import schema
from tabiji.lake.head import TableStats


def quote(name: str) -> str:
    """An identifier as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text as SQL."""
    return "'" + value.replace("'", "''") + "'"


def seconds_of(instant: str) -> str:
    """SQL of an instant (SQL too) as the index counts it: whole seconds since EPOCH, rounded down; a cast alone would take the nearest."""
    since = int(datetime.fromisoformat(schema.EPOCH).replace(tzinfo=UTC).timestamp())
    return f"floor(epoch({instant}))::BIGINT - {since}"


def scan(columns: dict[str, str], files: Sequence[str]) -> str:
    """A query over Parquet files with exactly `columns`; no files give no rows of the right types."""
    if not files:
        empty = ", ".join(f"NULL::{kind} AS {quote(name)}" for name, kind in columns.items())
        return f"SELECT {empty} WHERE false"
    names = ", ".join(f"{quote(name)}::{kind} AS {quote(name)}" for name, kind in columns.items())
    listed = ", ".join(literal(file) for file in files)
    return f"SELECT {names} FROM read_parquet([{listed}])"


def all_versions(table: str, files: Sequence[str], known_as_of: datetime | None) -> str:
    """The query behind `<table>_all`: all versions, or those received by `known_as_of`."""
    query = scan(schema.columns(table), files)
    if known_as_of is None or not files:
        return query
    instant = known_as_of.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return f"{query} WHERE received_at <= TIMESTAMP {literal(instant)}"


def current(table: str, stats: TableStats) -> str:
    """The query behind `<table>`: the highest version of every (origin, id), withdrawn events left out.

    Where nothing was ever superseded it is a bare scan: that is the case of nearly every lake, and it must be fast."""
    everything = quote(f"{table}_all")
    happened = ' WHERE a."at" IS NOT NULL' if table == "event" and stats.withdrawn + stats.superseded else ""
    if not stats.superseded:
        return f"SELECT * FROM {everything} a{happened}"
    # Only rows that have a later version are in `last`, so the join's build side stays small.
    last = f"SELECT origin, id, max(version) AS version FROM {everything} WHERE version > 1 GROUP BY ALL"
    return (
        f"SELECT a.* FROM {everything} a LEFT JOIN ({last}) AS last ON a.origin = last.origin AND a.id = last.id"
        + (happened or " WHERE true")
        + " AND (last.version IS NULL OR a.version = last.version)"
    )
