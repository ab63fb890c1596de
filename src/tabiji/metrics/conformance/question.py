"""Conformance: how well journeys fit the plan, and where they leave it.

Every journey is aligned with the plan of the map (see `plan`, `alignment`): cost 1 for each planned step that is missing and
each step that is extra. *Trace fitness* = 1 − cost ÷ worst cost; the worst alignment takes every step as extra and misses
every step of the shortest plan (of a journey that is not won: of no plan, since it may have planned no more). *Log fitness* =
1 − Σ cost ÷ Σ worst cost; the *mean trace fitness* is the mean over journeys, and so gives a short one as much weight as a long
one. Deviations: see `deviations`. Not for judging single journeys, and not for saying that the plan is right: a deviation
is not an error. (Usual names: conformance checking, alignment-based fitness.)
"""

from collections.abc import Sequence
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.i18n import N_
from tabiji.index.journeys import Journal
from tabiji.index.layout import I8, Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.conformance.alignment import Alignments, alignments
from tabiji.metrics.conformance.deviations import LANDMARK_DAYS, deviations
from tabiji.metrics.conformance.plan import START, Plan, compile_plan
from tabiji.metrics.conformance.planned_walks import Expected, Walks
from tabiji.metrics.conformance.result import (
    ConformanceFigures,
    ConformanceResult,
    Fitness,
    PlanEdge,
    PlanStep,
)
from tabiji.metrics.deals import Amounts, deal_values, no_amounts
from tabiji.metrics.entries import Entries, entries, main_line, of_groups
from tabiji.metrics.means import mean_of, owners, share_of, t_value
from tabiji.metrics.moves import with_moves
from tabiji.metrics.provenance import inside, provenance
from tabiji.metrics.reach.appearances import appearances
from tabiji.metrics.resampling import alike_notice
from tabiji.metrics.scope import DAY, Scope, seconds
from tabiji.metrics.transitions import repeated
from tabiji.result import Notice, Question, Share

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["ConformanceResult", "conformance"]

ORDER_ONLY = Notice(
    "plan_is_order_only",
    N_(
        "The map plans only the order of its stages: write limit_days, roles and touchpoints at the stages, and lateness, roles"
        " and touchpoints are compared too."
    ),
)
RETURNS = N_(
    "{share:.0%} of all deviating steps are extra ones, mostly stages that come again. Where that is planned, write"
    " repeatable: true at the stage."
)
ABSENT = N_(
    "The plan expects what no event in the data names, so nothing is said about it: {names}. Look whether roles are brought in and"
    " whether the touchpoints' rules name events that exist."
)
MOSTLY = 0.8
Places = npt.NDArray[np.intp]
NO_GOAL = Notice(
    "plan_has_no_end",
    N_("No way of the plan leads to a success stage: every journey is held to a first part of the plan only."),
)


def conformance(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    question: Question | None = None,
    currency: str = "JPY",
    amounts: Amounts | None = None,
    landmark_days: int = LANDMARK_DAYS,
) -> ConformanceResult:
    """The plan of a map beside what journeys did (arguments as those of `velocity`).

    landmark_days: see `deviations`."""
    plan, expected = compile_plan(journey_map), Expected.of(journey_map, rules, index.role_sets)
    as_of, line = seconds(scope.as_of), main_line(journey_map, rules)
    known = scope.known
    horizon_days = scope.horizon_of(journey_map)
    found = with_moves(entries(journals, line, as_of, executor), journals, line, rules, executor)
    aligned = alignments(journals, line, plan, as_of, landmark_days * DAY, executor)
    seen = appearances(
        index, rules, journals, line, expected.touchpoints, expected.roles, as_of, known, executor
    )  # fmt: skip
    started = np.concatenate([np.empty(0, np.int32), *(j.start for j in journals)]) <= as_of
    keep = inside(found.unit, found.start, scope)
    kept = found.only(keep)
    worth = no_amounts(len(kept))
    if plan.success >= 0:
        money = amounts or no_amounts(index.n_units)
        worth = deal_values(index, rules, kept.unit, kept.reached_at[plan.success], money, currency, known)
    places = np.flatnonzero(started)[keep]
    walks = Walks.of(kept, aligned.take(places), seen[places], worth.value, worth.currency)
    parts: list[tuple[str | None, Entries]] = [(None, walks)]
    parts += [] if scope.groups is None else of_groups(walks, *scope.groups)

    def figures(part: tuple[str | None, Entries]) -> ConformanceFigures:
        label, mine = part
        assert isinstance(mine, Walks)
        told = deviations(mine, journey_map, expected, plan, horizon_days, landmark_days, scope.min_n, worth.names)
        steps, edges = _walked(plan, mine.aligned, mine.unit, scope.min_n)
        return ConformanceFigures(
            label, len(mine), _fitness(mine.aligned, plan, mine.unit, scope.min_n), told, steps, edges
        )

    done = executor.map(figures, parts)
    asked = question or Question("conform", journey_map.id)
    return ConformanceResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, found, kept, asked, executor, verb="conform", plan=_said(plan), currency=currency,
            landmark=landmark_days
        ),
        notices=(*_notices(plan, walks.aligned, expected), *((alike_notice(index.unit),) if repeated(kept.unit) else ())),
        total=done[0],
        groups=tuple(done[1:]),
        horizon_days=horizon_days,
        landmark_days=landmark_days,
    )  # fmt: skip


def _said(plan: Plan) -> list[object]:
    """What the plan says beyond the rules, for the fingerprint."""
    return [[s.id, s.optional, s.repeatable, s.next, s.limit_days, s.roles, s.touchpoints, s.kind] for s in plan.stages]


def _notices(plan: Plan, aligned: Alignments, expected: Expected) -> tuple[Notice, ...]:
    """What a reader must know of the plan, and of what weighs in the fitness."""
    bare = not any(s.limit_days is not None or s.roles or s.touchpoints for s in plan.stages)
    cost, missing = int(aligned.cost.sum()), int(np.bitwise_count(aligned.missing).sum())
    told = [ORDER_ONLY] if bare else []
    if expected.absent and len(aligned):
        told.append(Notice("expected_not_in_data", ABSENT, {"names": ", ".join(expected.absent)}))
    told += [NO_GOAL] if plan.success < 0 and plan.stages else []
    if cost - missing > MOSTLY * cost:
        told.append(Notice("mostly_extra_steps", RETURNS, {"share": (cost - missing) / cost}))
    return tuple(told)


def _fitness(aligned: Alignments, plan: Plan, unit: I8, min_n: int) -> Fitness:
    """Both fitnesses and the unexplained movement, with intervals from the residuals of units."""
    n, cost, worst = len(aligned), int(aligned.cost.sum()), int(aligned.worst.sum())
    fitting = share_of(aligned.cost == 0, unit, min_n)
    least = max(min_n, 1)
    if n < least:
        nothing = Share(None, None, None, 0, f"n<{least}")
        return Fitness(None, None, None, None, None, None, n, cost, worst, fitting, nothing, f"n<{least}")
    each = 1 - aligned.cost / aligned.worst
    mean = mean_of(each, unit, min_n, (0.0, 1.0))
    owner = owners(unit)
    off, low, high = _ratio(aligned.cost, aligned.worst, owner)
    log = 1 - off
    log_low, log_high = None if high is None else 1 - high, None if low is None else 1 - low
    steps = aligned.worst - np.where(aligned.won, plan.shortest, 0)
    return Fitness(
        log, log_low, log_high, float(each.mean()), mean.low, mean.high, n, cost, worst, fitting,
        _unexplained(aligned.cost - np.bitwise_count(aligned.missing), steps, owner),
    )  # fmt: skip


def _unexplained(extra: npt.NDArray[np.integer[Any]], steps: npt.NDArray[np.integer[Any]], owner: Places) -> Share:
    """Steps that no way of the plan explains, of all steps taken (a journey has at least one)."""
    share, low, high = _ratio(extra, steps, owner)
    return Share(share, low, high, int(steps.sum()))


def _ratio(
    part: npt.NDArray[np.integer[Any]], whole: npt.NDArray[np.integer[Any]], owner: Places
) -> tuple[float, float | None, float | None]:
    """A ratio of sums with its 95 % interval from the residuals of units (owner: intp[n], ascending); none of one unit."""
    ratio, units = float(part.sum() / whole.sum()), int(owner[-1]) + 1
    if units < 2:
        return ratio, None, None
    residual = np.bincount(owner, part) - ratio * np.bincount(owner, whole)
    half = t_value(units - 1) * sqrt(units / (units - 1) * float(residual @ residual)) / float(whole.sum())
    return ratio, max(0.0, ratio - half), min(1.0, ratio + half)


def _walked(plan: Plan, aligned: Alignments, unit: I8, min_n: int) -> tuple[tuple[PlanStep, ...], tuple[PlanEdge, ...]]:
    """How far the plan was walked as planned: its stages, and its ways."""
    passed, kept = aligned.passed, aligned.passed & ~aligned.missing
    steps = tuple(
        PlanStep(
            stage.id, _n(passed, k), _n(kept, k), stage.optional, stage.repeatable, stage.limit_days, stage.name
        )
        for k, stage in enumerate(plan.stages)
    )  # fmt: skip
    edges = []
    for p, q in plan.edges:
        from_ = None if p == START else plan.stages[p - 1].id
        if q <= p:
            edges.append(PlanEdge(from_, plan.stages[q - 1].id, None, None))
            continue
        at = np.ones(len(aligned), bool) if p == START else _bit(kept, p - 1)
        beyond = at & (passed >> np.uint64(p) != 0)
        between = np.uint64(((1 << q - 1) - 1) & ~((1 << p) - 1))
        took = _bit(kept, q - 1)[beyond] & (passed[beyond] & between == 0)
        share = share_of(took, unit[beyond], min_n)
        edges.append(PlanEdge(from_, plan.stages[q - 1].id, int(np.count_nonzero(took)), share))
    return steps, tuple(edges)


def _bit(mask: npt.NDArray[np.uint64], k: int) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = mask >> np.uint64(k) & np.uint64(1) != 0
    return found


def _n(mask: npt.NDArray[np.uint64], k: int) -> int:
    return int(np.count_nonzero(_bit(mask, k)))
