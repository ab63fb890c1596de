"""Logo churn under each definition (written out in `metrics.retention.result.CHURN`), and how long subscriptions last."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from tabiji.index.layout import I8
from tabiji.metrics.dwell.result import NOT_REACHED
from tabiji.metrics.intervals import wilson_share
from tabiji.metrics.means import share_of
from tabiji.metrics.retention.bookkeeping import Book
from tabiji.metrics.retention.lifetime import Owners, lasting, survival_at
from tabiji.metrics.retention.period import STEPS, Period
from tabiji.metrics.retention.ratios import per_time
from tabiji.metrics.retention.result import NO_FAILURE, Churn, Lasting
from tabiji.metrics.scope import DAY, in_days, instant, seconds
from tabiji.metrics.survival import CAUSE_BITS, Exits, Quantile
from tabiji.result import Share

Mask = npt.NDArray[np.bool_]
MARKS = (90, 180, 365, 730)  # days at which survival is told
CURVE_POINTS = 120
MOST_COHORTS = 8


def churn(asked: Period, kept: Book, customers: Mapping[str, int]) -> tuple[Churn, ...]:
    """Logo churn under each definition. customers: counts of the period."""
    begin, end, min_n = asked.begin, asked.as_of, asked.min_n
    start, ended = customers["start"], customers["ended"]
    until, since = (
        np.minimum(kept.spell_end, end).astype(np.int64),
        np.maximum(kept.spell_begin, begin).astype(np.int64),
    )
    average = float(np.maximum(until - since, 0).sum()) / (end - begin)
    watched = len(np.unique(kept.spell_of[until > since]))
    step_unit, step = np.nonzero(kept.active[:, :-1])
    left = ~kept.active[step_unit, step + 1]
    monthly = share_of(left, step_unit, min_n)
    yearly = _turned(monthly, lambda m: 1 - (1 - m) ** STEPS)
    stays, order = lasting(
        kept.spell_begin.astype(np.int64), np.minimum(kept.spell_end, end).astype(np.int64), kept.spell_end <= end
    )
    survives = survival_at(stays, asked.days, min_n, _owners(stays, kept.spell_of[order]))
    gone = _turned(survives, lambda s: 1 - s)
    failed = 0 if asked.failed is None else int(np.isin(kept.unit[kept.active[:, 0]], asked.failed).sum())
    by_map = Share(None, None, None, start, NO_FAILURE) if asked.failed is None else wilson_share(failed, start, min_n)
    return (
        Churn("left_of_start", wilson_share(customers["left"], start, min_n), customers["left"], start),
        Churn("ends_over_start", per_time(ended, start, start, min_n), ended, start),
        Churn("ends_over_average", per_time(ended, average, watched, min_n), ended, average),
        Churn("by_month", yearly, int(left.sum()), len(left)),
        Churn("survival", gone),
        Churn("map", by_map, failed, start),
    )


def lasting_of(asked: Period, kept: Book) -> tuple[Lasting, ...]:
    """All subscriptions, then those by the quarter in which they began."""
    out = [_cohort(asked, kept, np.ones(len(kept.sub_of), bool), None, curve=True)]
    first, last = (instant(int(x)) for x in (kept.sub_begin.min(), kept.sub_begin.max()))
    labels, starts = _quarters(first, last, asked.zone)
    quarter = np.searchsorted(starts, kept.sub_begin, side="right") - 1
    for q in np.unique(quarter)[-MOST_COHORTS:].tolist():
        out.append(_cohort(asked, kept, quarter == q, labels[q], curve=False))
    return tuple(out)


def _cohort(asked: Period, kept: Book, mine: Mask, label: str | None, *, curve: bool) -> Lasting:
    begin, end = kept.sub_begin[mine].astype(np.int64), kept.sub_end[mine].astype(np.int64)
    ended = end <= asked.as_of
    stays, order = lasting(begin, np.minimum(end, asked.as_of), ended)
    owners = _owners(stays, kept.sub_of[mine][order])
    few = len(begin) < max(asked.min_n, 1)
    middle = Quantile(None, None, None) if few else stays.quantile()
    longest = int((stays.packed[-1] >> CAUSE_BITS) // DAY) if len(stays.packed) else 0
    grid = range(0, longest + 1, -(-max(longest, 1) // CURVE_POINTS)) if curve and not few else ()
    at = {days: survival_at(stays, days, asked.min_n, owners) for days in asked.days_of(MARKS)}
    shares = tuple((days, survival_at(stays, days, asked.min_n, owners)) for days in grid)
    reason = f"n<{max(asked.min_n, 1)}" if few else NOT_REACHED if middle.at is None else None
    return Lasting(
        label,
        len(begin),
        int(ended.sum()),
        in_days(middle.at),
        in_days(middle.low),
        in_days(middle.high),
        at,
        shares,
        reason,
    )


def _owners(curve: Exits, owner: I8) -> Owners | None:
    """The owners of the spells of a curve, where one has several of them."""
    return Owners.of(curve, owner) if len(np.unique(owner)) < len(owner) else None


def _turned(share: Share, turn: Callable[[float], float]) -> Share:
    """A share under a monotone change, its interval with it."""
    if share.share is None or share.low is None or share.high is None:
        return share
    low, high = sorted((turn(share.low), turn(share.high)))
    return Share(turn(share.share), low, high, share.n, share.reason)


def _quarters(first: datetime, last: datetime, zone: ZoneInfo) -> tuple[list[str], I8]:
    """Labels of the quarters between two instants, and the second at which each begins."""
    begin, end = first.astimezone(zone), last.astimezone(zone)
    numbers = range(begin.year * 4 + (begin.month - 1) // 3, end.year * 4 + (end.month - 1) // 3 + 1)
    starts = [seconds(datetime(q // 4, q % 4 * 3 + 1, 1, tzinfo=zone)) for q in numbers]
    return [f"{q // 4} Q{q % 4 + 1}" for q in numbers], np.array(starts, np.int64)
