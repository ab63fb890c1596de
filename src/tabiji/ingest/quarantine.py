"""Rows that cannot be used: kept with their reason until a later import of the same file can use them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tabiji.ingest.rows.candidates import Projected
from tabiji.ingest.rows.gather import Gathered
from tabiji.ingest.sources.staged import Desk, Staged
from tabiji.lake import Batch, Head
from tabiji.lake.views import literal

BAD_ROW = "bad_row"  # the row cannot even be divided into columns


def rejected(
    desk: Desk, origin: str, entry: Projected, gathered: Gathered, staged: Sequence[Staged], now: datetime
) -> str:
    """SELECT of the unusable rows of an entry, in the columns of `schema.QUARANTINE`."""
    judged = desk.name("judged")
    desk.con.execute(
        f"CREATE TABLE {judged} AS SELECT part, line, reason, detail FROM {entry.source} WHERE reason IS NOT NULL"
    )
    lines = f"SELECT part, line, reason, detail, raw FROM {judged} JOIN ({gathered.raw}) USING (part, line)"
    parts = [f"SELECT part, line, reason, detail, raw FROM ({lines})"]
    for part, file in enumerate(staged):
        if file.shifts is not None:
            # Values of several lines above a row push it down: count them in.
            parts[0] = (
                f"SELECT j.part, coalesce(j.line + CAST(s.shift AS BIGINT), j.line) AS line, reason, detail, raw "
                f"FROM ({parts[0]}) j ASOF LEFT JOIN (SELECT {part} AS part, line, shift FROM {file.shifts}) s "
                f"ON j.part = s.part AND j.line >= s.line"
            )
        if file.bad is not None:
            parts.append(f"SELECT {part} AS part, line, {literal(BAD_ROW)} AS reason, detail, raw FROM {file.bad}")
    moment = literal(now.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" "))
    return (
        f'SELECT {literal(origin)} AS origin, {entry.file} AS file, {literal(entry.table.to)} AS "to", line, reason, '
        f"detail, raw, TIMESTAMP {moment} AS received_at FROM ({' UNION ALL '.join(parts)})"
    )


def settle(desk: Desk, batch: Batch, head: Head, origin: str, files: Sequence[str], rows: Sequence[str]) -> None:
    """Replace what the quarantine holds of these files of the origin by `rows` (SELECTs as from `rejected`).

    Nothing is written where it holds just that already. The lake's view `quarantine` must be on the desk's connection."""
    fresh = desk.name("fresh")
    desk.con.execute(f"CREATE TABLE {fresh} AS {' UNION ALL '.join(rows)}")
    listed = ", ".join(literal(name) for name in files)
    mine = f"origin = {literal(origin)} AND file IN ({listed})"
    told = "SELECT * EXCLUDE (received_at) FROM"
    n_now = desk.count(f"SELECT count(*) FROM {fresh}")
    n_before = desk.count(f"SELECT count(*) FROM quarantine WHERE {mine}") if "quarantine" in head.tables else 0
    if n_now == n_before and (
        not n_now or not desk.count(f"SELECT count(*) FROM ({told} {fresh} EXCEPT ALL {told} quarantine WHERE {mine})")
    ):
        return
    query = f"SELECT * FROM quarantine WHERE NOT ({mine}) UNION ALL SELECT * FROM {fresh}"
    batch.replace_quarantine(desk.con.sql(query))
