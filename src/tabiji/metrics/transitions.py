"""From one stage of the main line to the next: what became of those who entered, and the three shares that go on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tabiji.i18n import N_
from tabiji.index.jit import NEVER, readonly
from tabiji.index.layout import I8, U1
from tabiji.index.sweep import DORMANT, LOST
from tabiji.metrics.bootstrap import ADVANCED, Resampled, resampled
from tabiji.metrics.entries import Entries
from tabiji.metrics.intervals import log_minus_log, refused, wilson, wilson_share
from tabiji.metrics.ordering import ascending, order_of
from tabiji.metrics.scope import DAY
from tabiji.metrics.stays import skipped, stays, stays_in
from tabiji.metrics.survival import CAUSE_BITS, CAUSE_MASK, ROUNDING, Exits, Quantile, exits_of
from tabiji.result import Share

NOBODY_AT_RISK = N_("nobody at risk at the horizon")
NOT_FOR_ORDERED = N_("not defined for ordered steps")


@dataclass(frozen=True, slots=True)
class Advance:
    """What became of the journeys that entered a stage; `outside`: of ordered steps only (see `funnel.chains`); `resampled`:
    whether intervals come from resampled units."""

    n: int
    advanced: int
    lost: int
    dormant: int
    open: int
    skipped: int
    naive: Share
    mature: Share
    aware: Share
    gone: float | None  # incidence of lost or dormant at the horizon; None where `aware` is
    stay: Quantile
    resampled: bool
    outside: int = 0


def advance(found: Entries, k: int, horizon_days: int, min_n: int, *, with_incidence: bool) -> Advance:
    """The transition from stage `k` of the main line to the next one, within `horizon_days`.

    with_incidence: False where entries have no competing-risk reading (`ordered`)."""
    horizon = horizon_days * DAY
    here, there = readonly(found.reached_at[k]), readonly(found.reached_at[k + 1])
    packed, journey, mature = stays(here, there, readonly(found.ended), readonly(found.outcome), found.as_of, horizon)
    n = len(packed)
    by_cause = np.bincount(packed & CAUSE_MASK, minlength=4).tolist()
    in_time = (packed & CAUSE_MASK == ADVANCED) & (packed >> CAUSE_BITS <= horizon)
    naive = wilson_share(by_cause[ADVANCED], n, min_n)
    ripe = wilson_share(int(np.count_nonzero(in_time & (mature != 0))), int(mature.sum()), min_n)
    order = order_of(packed) if repeated(found.unit[journey]) else None
    curves = exits_of(ascending(packed) if order is None else packed[order])
    aware, gone = Share(None, None, None, n, NOT_FOR_ORDERED), None
    if with_incidence:
        aware = aware_share(curves, n, horizon_days, min_n)
        gone = None if aware.share is None else curves.left_otherwise_at(horizon)
    stay = curves.quantile() if n >= max(min_n, 1) else Quantile(None, None, None)
    if order is not None:
        unit = np.cumsum(np.diff(found.unit[journey], prepend=found.unit[journey[0]]) != 0)
        again = resampled(curves.packed, unit[order].astype(np.int32), mature[order], int(unit[-1]) + 1, horizon)
        naive, ripe, aware, stay = _with(again, int(unit[-1]) + 1, naive, ripe, aware, stay)
    if found.moves is not None:
        stay = _median_stay(found, k, min_n)
    return Advance(
        n=n,
        advanced=by_cause[ADVANCED],
        lost=by_cause[ADVANCED + LOST],
        dormant=by_cause[ADVANCED + DORMANT],
        open=by_cause[0],
        skipped=skipped(found, k),
        naive=naive,
        mature=ripe,
        aware=aware,
        gone=gone,
        stay=stay,
        resampled=order is not None,
    )


def _median_stay(found: Entries, k: int, min_n: int) -> Quantile:
    """The median of all stays in stage `k` where journeys go back: that of `dwell`."""
    there = stays_in(found, k)
    if len(there.packed) < max(min_n, 1):
        return Quantile(None, None, None)
    order = order_of(there.packed)
    curves, unit = exits_of(there.packed[order]), found.unit[there.journey]
    stay = curves.quantile()
    return over_units(curves, unit, order, there.mature, stay) if repeated(unit) else stay


def over_units(curves: Exits, unit: I8, order: npt.NDArray[np.intp], mature: U1, stay: Quantile) -> Quantile:
    """The median of stays with an interval from resampled units. unit: int64[n], of each stay, ascending · order: that in which
    `curves` takes them."""
    owner = np.cumsum(np.diff(unit, prepend=unit[0]) != 0)
    again = resampled(curves.packed, owner[order].astype(np.int32), mature[order], int(owner[-1]) + 1, 0)
    if again.median is None:
        return stay
    low, high = (int(x) if np.isfinite(x) else None for x in again.median)
    return Quantile(stay.at, low, high)


def reached(found: Entries, k: int) -> int:
    """Journeys that reached stage `k`."""
    return int(np.count_nonzero(found.reached_at[k] != NEVER))


def repeated(unit: I8) -> bool:
    """Whether a unit has several of these journeys (units ascend)."""
    return bool((unit[1:] == unit[:-1]).any())


def aware_share(curves: Exits, n: int, horizon_days: int, min_n: int) -> Share:
    """Aalen–Johansen incidence of advance at the horizon. At 0 and 1, where log(−log) has no interval: Wilson's, over the
    stays whose fate at the horizon is known."""
    if n < max(min_n, 1):
        return refused(n, min_n, horizon_days)
    found = curves.incidence_at(horizon_days * DAY)
    if found is None:
        return Share(None, None, None, n, NOBODY_AT_RISK, horizon_days)
    share, variance = found
    if ROUNDING < share < 1 - ROUNDING:
        low, high = log_minus_log(share, variance)
    else:
        share, known = float(round(share)), curves.known_at(horizon_days * DAY)
        low, high = wilson(share * known, known)
    return Share(share, low, high, n, horizon_days=horizon_days)


def widened(of: Share, interval: tuple[float, float] | None, n_units: int) -> Share:
    """A share with another interval; where every replicate agrees (0 and 1): Wilson's, over units."""
    if of.share is None or interval is None:
        return of
    low, high = wilson(of.share * n_units, n_units) if of.share in (0.0, 1.0) else interval
    return Share(of.share, low, high, of.n, of.reason, of.horizon_days)


def _with(
    again: Resampled, n_units: int, naive: Share, mature: Share, aware: Share, stay: Quantile
) -> tuple[Share, Share, Share, Quantile]:
    """The figures with the intervals of resampled units; where every replicate agrees (0 and 1): Wilson's, over units."""
    if again.median is not None and stay != Quantile(None, None, None):
        low, high = (int(x) if np.isfinite(x) else None for x in again.median)
        stay = Quantile(stay.at, low, high)
    shares = (naive, again.naive), (mature, again.mature), (aware, again.aware)
    naive, mature, aware = (widened(*pair, n_units) for pair in shares)
    return naive, mature, aware, stay
