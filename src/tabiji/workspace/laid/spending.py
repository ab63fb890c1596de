"""What channels and campaigns cost, read from the lake for the dates of a question."""

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tabiji.settings import end_of_day, start_of_day

if TYPE_CHECKING:
    from tabiji.lake import Lake
    from tabiji.metrics.credit import Spend
    from tabiji.metrics.scope import Scope


def spend_of(lake: "Lake", scope: "Scope", zone: ZoneInfo, currency: str) -> "Spend | None":
    """Spend from the first to the last day of a question, by channel, campaign and currency; None where there is none.

    currency: of rows that name none."""
    from tabiji.metrics.credit import Spend
    from tabiji.metrics.scope import seconds

    first = None if scope.from_at is None else scope.from_at.astimezone(zone).date()
    last = scope.as_of.astimezone(zone).date()
    if scope.to_at is not None:
        last = min(last, scope.to_at.astimezone(zone).date())
    query = """
        SELECT nullif(channel, ''), nullif(campaign, ''), coalesce(nullif(currency, ''), $1), sum(amount), min("on"), max("on")
        FROM cost WHERE amount IS NOT NULL AND "on" <= $2 AND ($3::DATE IS NULL OR "on" >= $3)
        GROUP BY 1, 2, 3 ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3"""
    with lake.connect(known_as_of=scope.known_as_of) as con:
        rows = con.execute(query, [currency, last, first]).fetchall()
    if not rows:
        return None
    first_on: date = min(row[4] for row in rows)
    last_on: date = max(row[5] for row in rows)
    return Spend(
        rows=tuple((channel, campaign, float(amount)) for channel, campaign, _, amount, _, _ in rows),
        currencies=tuple(sorted({row[2] for row in rows})),
        first_on=first_on,
        last_on=last_on,
        since=seconds(start_of_day(first_on, zone)),
        until=seconds(end_of_day(last_on, zone)),
    )
