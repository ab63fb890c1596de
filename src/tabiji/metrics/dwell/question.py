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
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.index.jit import NEVER, readonly
from tabiji.index.journeys import Journal
from tabiji.index.layout import I8, U1, Index
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.bootstrap import ADVANCED, resampled
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
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.resampling import resampled_notice
from tabiji.metrics.scope import DAY, Scope, seconds
from tabiji.metrics.survival import CAUSE_BITS, Exits, Quantile, exits_of
from tabiji.metrics.transitions import repeated, skipped, stays
from tabiji.result import Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["DwellFigures", "DwellResult", "PaceTest", "Stays", "dwell"]

UNKNOWN = Quantile(None, None, None)
MASK = (1 << CAUSE_BITS) - 1


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
    found = entries(journals, main_line(journey_map, rules), seconds(scope.as_of), executor)
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
        notices=(resampled_notice(index.unit),) if repeated(kept.unit) else (),
        total=figures[0],
        groups=tuple(figures[1:]),
        tests=tuple(tests),
    )


def _packed(found: Entries, k: int) -> tuple[I8, I8, U1]:
    """Stays in stage `k` (see `transitions.stays`); from the last stage nobody advances."""
    last = k + 1 == len(found.reached_at)
    there = np.full(len(found), NEVER, np.int32) if last else found.reached_at[k + 1]
    here, ended = readonly(found.reached_at[k]), readonly(found.ended)
    packed, journey, mature = stays(here, readonly(there), ended, readonly(found.outcome), found.as_of, 0)
    return packed, journey, mature


def _stays_of(found: Entries, k: int, stage: Stage, min_n: int) -> Stays:
    packed, journey, mature = _packed(found, k)
    n, least, last = len(packed), max(min_n, 1), k + 1 == len(found.reached_at)
    counts = np.bincount(packed & MASK, minlength=4).tolist()
    curves = exits_of(np.sort(packed))
    closed = packed[packed & MASK != 0] >> CAUSE_BITS
    few, few_closed = n < least, len(closed) < least
    stay = UNKNOWN if few else curves.quantile()
    quartiles = (
        (None, None, None)
        if few
        else (_days(curves.quantile_at(0.25)), _days(stay.at), _days(curves.quantile_at(0.75)))
    )
    if not few and repeated(found.unit[journey]):
        stay = _over_units(curves, found.unit[journey], np.argsort(packed, kind="stable"), mature, stay)
    advance = None if few or last else curves.incidence_quantile()
    out = {
        "median_days": _days(stay.at),
        "low_days": _days(stay.low),
        "high_days": _days(stay.high),
        "closed_only_median_days": None if few_closed else float(np.median(closed)) / DAY,
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
        id=stage.id, n=n, open=counts[0], advanced=counts[ADVANCED], lost=counts[2], dormant=counts[3],
        skipped=skipped(found, k), quartiles_days=quartiles, reasons=reasons, name=stage.name, **out,
    )  # fmt: skip


def _over_units(curves: Exits, unit: I8, order: npt.NDArray[np.intp], mature: U1, stay: Quantile) -> Quantile:
    """The median with an interval from resampled units (units ascend)."""
    owner = np.cumsum(np.diff(unit, prepend=unit[0]) != 0)
    again = resampled(curves.packed, owner[order].astype(np.int32), mature[order], int(owner[-1]) + 1, 0)
    if again.median is None:
        return stay
    low, high = (int(x) if np.isfinite(x) else None for x in again.median)
    return Quantile(stay.at, low, high)


def _days(at: int | None) -> float | None:
    return None if at is None else at / DAY


def _test(parts: Sequence[tuple[str, Entries]], k: int, stage: Stage, min_n: int) -> PaceTest:
    """Whether the groups with enough stays leave stage `k` at one pace."""
    found = [(value, part, *_packed(part, k)[:2]) for value, part in parts]
    enough = [x for x in found if len(x[2]) >= max(min_n, 1)]
    if len(enough) < 2:
        groups = tuple(GroupPace(v, len(p), int(np.count_nonzero(p & MASK)), 0.0) for v, _, p, _ in enough)
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
