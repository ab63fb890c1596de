"""Velocity: how much value the open opportunities are expected to bring in, per day.

open × win rate × mean deal ÷ median cycle. The journeys are those that reached the first stage with `milestone: opportunity`
(else the first stage). *Open*: neither won, lost nor dormant. *Win rate* = won ÷ (won + lost): closed ones only, dormant ones
are neither. *Mean deal* and *median cycle* (from that stage to the success stage): over won ones. Such denominators leave
out what is still open, so a young pipeline looks quick: compare `funnel` and `dwell`, which do not. Not a forecast.
Interval: percentiles over resampled units. (Usual name: sales velocity, pipeline velocity.)
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journeys import Journal
from tabiji.index.layout import F8, I8, U1, Index
from tabiji.index.sweep import DORMANT, LOST
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.bootstrap import REPLICATES, SEED, draw
from tabiji.metrics.deals import Amounts, deal_values, no_amounts
from tabiji.metrics.entries import Entries, entries, main_line, of_groups
from tabiji.metrics.intervals import wilson_share
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.scope import DAY, Scope, seconds
from tabiji.metrics.velocity.result import (
    MIXED,
    NO_CYCLE,
    NO_SUCCESS,
    NO_VALUES,
    VelocityFigures,
    VelocityResult,
)
from tabiji.result import Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["VelocityFigures", "VelocityResult", "velocity"]

IS_OPEN, IS_WON, IS_LOST, IS_DORMANT = 0, 1, 2, 3


@kernel
def _resample(owner: I8, state: U1, value: F8, cycle: I8, n_units: int, replicates: int, seed: int) -> F8:
    """Velocity per second over resampled units: float64[replicates], NaN where undefined.

    owner: int64[j], 0…n_units−1 · state: uint8[j] · value: float64[j], NaN where none · cycle: int64[j] seconds, ascending
    (of journeys that are not won: any)."""
    out = np.full(replicates, np.nan)
    weight = np.empty(n_units, np.int64)
    for r in range(replicates):
        weight[:] = 0
        for i in range(n_units):
            weight[draw(np.uint64(seed + r * n_units + i + 1), n_units)] += 1
        waiting = won = lost = valued = 0
        total = 0.0
        for i in range(owner.size):
            w = weight[owner[i]]
            waiting += w if state[i] == IS_OPEN else 0
            lost += w if state[i] == IS_LOST else 0
            if state[i] == IS_WON:
                won += w
                if not np.isnan(value[i]):
                    valued += w
                    total += w * value[i]
        if won == 0 or valued == 0:
            continue
        seen, low, high = 0, -1, -1
        for i in range(owner.size):
            if state[i] == IS_WON and high < 0:
                seen += weight[owner[i]]
                if low < 0 and seen > (won - 1) // 2:
                    low = cycle[i]
                if seen > won // 2:
                    high = cycle[i]
        if low + high > 0:
            out[r] = waiting * (won / (won + lost)) * (total / valued) / ((low + high) / 2)
    return out


def velocity(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    currency: str,
    amounts: Amounts | None = None,
    question: Question | None = None,
) -> VelocityResult:
    """The velocity toward the success stage of a map (first arguments as those of `funnel`).

    currency: of values that name none · amounts: of the units, where they have some (opportunities)."""
    found = entries(journals, main_line(journey_map, rules), seconds(scope.as_of), executor)
    kept = chosen(found, scope)
    line = journey_map.main_line
    success = next((k for k, s in enumerate(line) if s.kind == "success"), None)
    begin = next((k for k, s in enumerate(line) if s.milestone == "opportunity"), 0)
    parts: list[tuple[str | None, Entries]] = [(None, kept)]
    if scope.groups is not None:
        parts += of_groups(kept, *scope.groups)
    known = scope.known
    money = amounts or no_amounts(index.n_units)

    def figures(part: tuple[str | None, Entries]) -> VelocityFigures:
        if success is None or begin >= success:
            return VelocityFigures(part[0], len(part[1]), reasons={"velocity_per_day": NO_SUCCESS})
        worth = deal_values(index, rules, part[1].unit, part[1].reached_at[success], money, currency, known)
        return _figures(*part, begin, success, worth, scope.min_n)

    done = executor.map(figures, parts)
    asked = question or Question("velocity", journey_map.id)
    return VelocityResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, found, kept, asked, executor, verb="velocity", currency=currency
        ),
        notices=(),
        from_=line[begin].id if line else None,
        to=None if success is None else line[success].id,
        total=done[0],
        groups=tuple(done[1:]),
    )


def _figures(
    label: str | None, found: Entries, begin: int, success: int, worth: Amounts, min_n: int
) -> VelocityFigures:
    here, there = found.reached_at[begin], found.reached_at[success]
    inside = here != NEVER
    state = np.select(
        [there != NEVER, found.outcome == LOST, found.outcome == DORMANT], [IS_WON, IS_LOST, IS_DORMANT], IS_OPEN
    )
    n = np.bincount(state[inside], minlength=4).tolist()
    is_won = inside & (state == IS_WON)
    cycle = np.where(is_won, there.astype(np.int64) - here, 0)
    valued = is_won & ~np.isnan(worth.value)
    n_valued, least = int(valued.sum()), max(min_n, 1)
    named = tuple(sorted({worth.names[c] for c in np.unique(worth.currency[valued])}))
    win_rate = wilson_share(n[IS_WON], n[IS_WON] + n[IS_LOST], min_n)
    reasons = {} if win_rate.reason is None else {"win_rate": win_rate.reason}
    mean = median = per_day = low = high = None
    if len(named) > 1:
        reasons["mean_deal"] = MIXED
    elif n_valued == 0 and n[IS_WON]:
        reasons["mean_deal"] = NO_VALUES
    elif n_valued < least:
        reasons["mean_deal"] = f"n<{least}"
    else:
        mean = float(worth.value[valued].mean())
    if n[IS_WON] < least:
        reasons["median_cycle_days"] = f"n<{least}"
    else:
        median = float(np.median(cycle[is_won])) / DAY
    if win_rate.share is None or mean is None or median is None:
        reasons["velocity_per_day"] = next(iter(reasons.values()))
    elif median == 0:
        reasons["velocity_per_day"] = NO_CYCLE
    else:
        per_day = n[IS_OPEN] * win_rate.share * mean / median
        low, high = _interval(found.unit[inside], state[inside], worth.value[inside], cycle[inside])
    return VelocityFigures(
        value=label, n=int(inside.sum()), open=n[IS_OPEN], won=n[IS_WON], lost=n[IS_LOST], dormant=n[IS_DORMANT],
        win_rate=win_rate, mean_deal=mean, n_valued=n_valued, median_cycle_days=median, velocity_per_day=per_day,
        low=low, high=high, currency=named[0] if len(named) == 1 else None, currencies=named, reasons=reasons,
    )  # fmt: skip


def _interval(unit: I8, state: I8, value: F8, cycle: I8) -> tuple[float, float]:
    """95 % percentiles of the velocity per day over resampled units (units ascend)."""
    owner = np.cumsum(np.diff(unit, prepend=unit[0]) != 0)
    order = np.argsort(cycle, kind="stable")
    states = readonly(state[order].astype(np.uint8))
    again = _resample(
        readonly(owner[order]), states, readonly(value[order]), readonly(cycle[order]), int(owner[-1]) + 1, REPLICATES, SEED
    )  # fmt: skip
    low, high = np.quantile(again[~np.isnan(again)] * DAY, [0.025, 0.975], method="inverted_cdf")
    return float(low), float(high)
