"""Statistics of a table after a batch, from the rows that the batch added wherever that is exact."""

from datetime import UTC, datetime
from pathlib import Path

from tabiji.lake.connection import open_connection
from tabiji.lake.head import TableStats
from tabiji.lake.views import all_versions, current, literal
from tabiji.settings import Settings


def count(
    table: str,
    before: TableStats,
    added: list[str],
    everything: list[str],
    settings: Settings,
    tmp: Path,
    now: datetime,
) -> TableStats:
    """Statistics of `table` once the files `added` have joined it; `everything` are all its files then.

    Every row with a version above 1 supersedes exactly one other, so counting those needs no join."""
    if table == "quarantine":
        return TableStats(rows=_rows(everything, settings, tmp), updated_at=now)
    span = 'min("at"), max("at")' if table == "event" else "NULL, NULL"
    with open_connection(settings, tmp) as con:
        query = f"SELECT count(*), count(*) FILTER (version > 1), {span} FROM ({all_versions(table, added, None)})"
        rows, later, first, last = con.execute(query).fetchall()[0]
    stats = TableStats(
        rows=before.rows + rows,
        superseded=before.superseded + later,
        withdrawn=before.withdrawn,
        first_at=min((x for x in (before.first_at, _aware(first)) if x), default=None),
        last_at=max((x for x in (before.last_at, _aware(last)) if x), default=None),
        updated_at=now if rows else before.updated_at,
    )
    # A version that no longer holds may have carried the extremes, so they are looked up anew.
    return _held_events(stats, everything, settings, tmp) if table == "event" and later else stats


def _held_events(stats: TableStats, files: list[str], settings: Settings, tmp: Path) -> TableStats:
    with open_connection(settings, tmp) as con:
        con.execute(f"CREATE VIEW event_all AS {all_versions('event', files, None)}")
        query = f'SELECT count(*), min("at"), max("at") FROM ({current("event", stats)})'
        held, first, last = con.execute(query).fetchall()[0]
    return TableStats(
        rows=stats.rows,
        superseded=stats.superseded,
        withdrawn=stats.rows - stats.superseded - held,
        first_at=_aware(first),
        last_at=_aware(last),
        updated_at=stats.updated_at,
    )


def _rows(files: list[str], settings: Settings, tmp: Path) -> int:
    if not files:
        return 0
    with open_connection(settings, tmp) as con:
        listed = ", ".join(literal(file) for file in files)
        return int(con.execute(f"SELECT count(*) FROM read_parquet([{listed}])").fetchall()[0][0])


def _aware(naive: datetime | None) -> datetime | None:
    return None if naive is None else naive.replace(tzinfo=UTC)
