"""Dwell: how long journeys stay in each stage of the main line, those included that are still there.

A *stay* lasts from τ_k until leaving the stage by any cause (advance, lost, dormant); open ones are censored at as-of:
Kaplan–Meier, with the interval of Brookmeyer & Crowley (1982) on log(−log). *Time to advance* is the Aalen–Johansen
incidence of advance against lost and dormant. Of the last stage nobody can advance. Groups are compared by the log-rank
test. Assumes that what censors a stay (the date of the question) has nothing to do with how long it would last. Not for
"time to win": leaving includes losing.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.index.journeys import Journal
from tabiji.index.layout import I8, Index
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.bootstrap import ADVANCED
from tabiji.metrics.dwell.logrank import log_rank
from tabiji.metrics.dwell.result import (
    FEW_GROUPS,
    LAST_STAGE,
    NEVER_TOGETHER,
    NOBODY_LEFT,
    NOT_REACHED,
    DwellFigures,
    DwellResult,
    GroupPace,
    PaceTest,
    Stays,
)
from tabiji.metrics.entries import Entries, entries, main_line, of_groups
from tabiji.metrics.moves import with_moves
from tabiji.metrics.ordering import ascending, order_of
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.resampling import resampled_notice, stays_again_notice
from tabiji.metrics.scope import DAY, Scope, seconds
from tabiji.metrics.stays import BACK, stays_in
from tabiji.metrics.survival import CAUSE_BITS, CAUSE_MASK, Quantile, exits_of
from tabiji.metrics.transitions import over_units, repeated
from tabiji.result import Notice, Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["DwellFigures", "DwellResult", "PaceTest", "Stays", "dwell"]

UNKNOWN = Quantile(None, None, None)


def dwell(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    question: Question | None = None,
) -> DwellResult:
    """Stays in every stage of a map over an index (arguments as those of `funnel`)."""
    line = main_line(journey_map, rules)
    found = with_moves(entries(journals, line, seconds(scope.as_of), executor), journals, line, rules, executor)
    kept = chosen(found, scope)
    by_value = [] if scope.groups is None else of_groups(kept, *scope.groups)
    parts: list[tuple[str | None, Entries]] = [(None, kept), *by_value]
    stages = journey_map.main_line
    tasks = [(part, k, stage) for _, part in parts for k, stage in enumerate(stages)]
    done = iter(executor.map(lambda task: _stays_of(*task, scope.min_n), tasks))
    figures = [DwellFigures(value, len(part), tuple(next(done) for _ in stages)) for value, part in parts]
    tests: list[PaceTest] = []
    if by_value:
        tests = executor.map(lambda k: _test(by_value, k, stages[k], scope.min_n), range(len(stages)))
    asked = question or Question("dwell", journey_map.id)
    return DwellResult(
        question=asked,
        provenance=provenance(index, rules, journals, scope, found, kept, asked, executor, verb="dwell"),
        notices=_notices(index, kept),
        total=figures[0],
        groups=tuple(figures[1:]),
        tests=tuple(tests),
    )


def _notices(index: Index, kept: Entries) -> tuple[Notice, ...]:
    if repeated(kept.unit):
        return (resampled_notice(index.unit),)
    came_back = kept.moves is not None and any(repeated(stays_in(kept, k).journey) for k in range(len(kept.reached_at)))
    return (stays_again_notice(index.unit),) if came_back else ()


def _stays_of(found: Entries, k: int, stage: Stage, min_n: int) -> Stays:
    there = stays_in(found, k)
    packed, unit = there.packed, found.unit[there.journey]
    n, least, last = len(packed), max(min_n, 1), k + 1 == len(found.reached_at)
    counts = np.bincount(packed & CAUSE_MASK, minlength=BACK + 1).tolist()
    curves = exits_of(ascending(packed))
    closed = curves.packed[curves.packed & CAUSE_MASK != 0] >> CAUSE_BITS
    few, few_closed = n < least, len(closed) < least
    stay = UNKNOWN if few else curves.quantile()
    quartiles = (
        (None, None, None)
        if few
        else (_days(curves.quantile_at(0.25)), _days(stay.at), _days(curves.quantile_at(0.75)))
    )
    again = not few and repeated(unit)
    if again:
        stay = over_units(curves, unit, order_of(packed), there.mature, stay)
    advance = None if few or last else curves.incidence_quantile()
    out = {
        "median_days": _days(stay.at),
        "low_days": _days(stay.low),
        "high_days": _days(stay.high),
        "closed_only_median_days": None if few_closed else _middle(closed) / DAY,
        "advance_median_days": _days(advance),
    }
    reasons = {name: f"n<{least}" if few else NOT_REACHED for name, days in out.items() if days is None}
    if out["closed_only_median_days"] is None:
        reasons["closed_only_median_days"] = f"n<{least}" if n == 0 or len(closed) else NOBODY_LEFT
    if last:
        reasons["advance_median_days"] = LAST_STAGE
    if None in quartiles:
        reasons["quartiles_days"] = f"n<{least}" if few else NOT_REACHED
    return Stays(
        id=stage.id, n=n, open=counts[0], advanced=counts[ADVANCED], back=counts[BACK], lost=counts[2], dormant=counts[3],
        skipped=there.skipped, quartiles_days=quartiles, reasons=reasons, name=stage.name,
        resampled=again, **out,
    )  # fmt: skip


def _middle(ordered: I8) -> float:
    """The median of durations that are in order."""
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _days(at: int | None) -> float | None:
    return None if at is None else at / DAY


def _test(parts: Sequence[tuple[str, Entries]], k: int, stage: Stage, min_n: int) -> PaceTest:
    """Whether the groups with enough stays leave stage `k` at one pace."""
    found = [(value, part, there.packed, there.journey) for value, part in parts for there in (stays_in(part, k),)]
    enough = [x for x in found if len(x[2]) >= max(min_n, 1)]
    if len(enough) < 2:
        groups = tuple(GroupPace(v, len(p), int(np.count_nonzero(p & CAUSE_MASK)), 0.0) for v, _, p, _ in enough)
        return PaceTest(stage.id, None, None, None, groups, FEW_GROUPS, stage.name)
    group = np.repeat(np.arange(len(enough), dtype=np.int32), [len(p) for _, _, p, _ in enough])
    unit = np.concatenate([part.unit[journey] for _, part, _, journey in enough])
    units, owner = np.unique(unit, return_inverse=True)
    clustered = len(units) < len(unit)
    packed = np.concatenate([p for _, _, p, _ in enough])
    tested = log_rank(packed, group, len(enough), owner.astype(np.int64) if clustered else None)
    groups = tuple(
        GroupPace(v, len(p), int(tested.observed[g]), float(tested.expected[g]))
        for g, (v, _, p, _) in enumerate(enough)
    )
    reason = NEVER_TOGETHER if tested.p is None else None
    return PaceTest(stage.id, tested.statistic, tested.df, tested.p, groups, reason, stage.name, clustered)
