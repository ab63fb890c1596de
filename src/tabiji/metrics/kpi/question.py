"""Actual values of a map's KPIs, each beside its value one period before.

*count*: events that match the clause in the last `days` before as-of (counting fields of the clause are left aside) ·
*reached*: journeys that reached the stage in the last `days` · *share*: the share that goes on from the stage within the
horizon (censoring-aware, see `funnel`), as seen at as-of · *survey*: net promoter score in points (share of 9–10 − share of
0–6, × 100), or the mean score of csat and ces on the scale of the answers, of the last `days`; refused where they are on several. Without `days`: everything up
to as-of, and no value before. The value before is the same question asked `days` earlier. A group is told where anything has happened
to one of its units, so that counts of groups add up.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.i18n import N_
from tabiji.index.jit import NEVER
from tabiji.index.journeys import Journal
from tabiji.index.layout import Index
from tabiji.journeymap.model import JourneyMap, Measure
from tabiji.metrics.entries import Entries, entries, main_line
from tabiji.metrics.feelings.answers import HIGHEST, KINDS, Answers, feelings
from tabiji.metrics.kpi.counting import Counting, count_events
from tabiji.metrics.kpi.result import Actual, KpiFigures, KpiResult, KpiValue
from tabiji.metrics.means import mean_of
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.scope import Scope, seconds
from tabiji.metrics.transitions import advance
from tabiji.result import Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

NO_STAGE_FOLLOWS = N_("no stage follows")
NO_SURVEYS = N_("there are no survey answers")
SEVERAL_SCALES = N_("the answers are on several scales")
EVER = -(2**31)  # an instant before every event
WHOLE = ("count", "reached")  # measures that add up over groups: their target is one for all together
OF_JOURNEYS = ("reached",)  # of these, what a window of starts narrows; events count by their own date

__all__ = ["Actual", "KpiResult", "KpiValue", "kpis"]


def kpis(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    answers: Answers | None = None,
    *,
    executor: Executor,
    question: Question | None = None,
) -> KpiResult:
    """Actual values of the map's KPIs (arguments as those of `funnel`; answers as those of `emotion`)."""
    line = main_line(journey_map, rules)
    seen: dict[int, Entries] = {}

    def look(at: Scope) -> Entries:
        as_of = seconds(at.as_of)
        if as_of not in seen:
            seen[as_of] = entries(journals, line, as_of, executor)
        return chosen(seen[as_of], at)

    def values(of: Scope) -> tuple[KpiValue, ...]:
        return _values(index, journey_map, rules, of, answers, look, executor)

    kept, groups = look(scope), []
    if scope.groups is not None:
        for label, part, n in _parts(scope, journals, kept):
            groups.append(KpiFigures(label, n, _without_whole_targets(values(part))))
    asked = question or Question("kpis", journey_map.id)
    told = values(scope)
    if scope.selection is not None:
        told = _without_whole_targets(told)
    elif scope.from_at is not None or scope.to_at is not None:
        told = _without_whole_targets(told, OF_JOURNEYS)
    at = seen[seconds(scope.as_of)]
    return KpiResult(
        question=asked,
        provenance=provenance(index, rules, journals, scope, at, kept, asked, executor, verb="kpis"),
        notices=(),
        values=told,
        groups=tuple(groups),
    )


def _parts(scope: Scope, journals: Sequence[Journal], kept: Entries) -> list[tuple[str, Scope, int]]:
    """(label, scope, journeys) of every group to which something has happened, in a journey or not: counts of events add up."""
    assert scope.groups is not None
    codes, labels = scope.groups
    begun = np.concatenate([np.empty(0, np.int32), *(j.first_touch for j in journals)]) <= seconds(scope.as_of)
    begun = begun if scope.selection is None else begun & scope.selection
    there = np.bincount(codes[begun & (codes >= 0)], minlength=len(labels))
    code = codes[kept.unit]
    n = np.bincount(code[code >= 0], minlength=len(labels)).tolist()
    order = sorted(np.flatnonzero(there).tolist(), key=lambda g: (-n[g], str(labels[g])))
    return [(str(labels[g]), scope.of_group(g), n[g]) for g in order]


def _values(
    index: Index, journey_map: JourneyMap, rules: "Rules", scope: Scope, answers: Answers | None,
    look: Callable[[Scope], Entries], executor: Executor,
) -> tuple[KpiValue, ...]:  # fmt: skip
    """The KPIs of a map, about the units of a scope. look: the journeys of a scope."""

    def value(measure: Measure, at: Scope) -> Actual:
        if measure.count is not None:
            n = next(counted)
            return Actual(float(n), n)
        if measure.survey is not None:
            return _survey(answers, at, measure.survey, _begin(measure, at))
        return _journeys(journey_map, look, measure, at, _begin(measure, at))

    asked_of = [(kpi, [scope, *_before(kpi.measure, scope)]) for kpi in journey_map.kpis]
    countings = [
        Counting(kpi.measure.count, _begin(kpi.measure, at), seconds(at.as_of))
        for kpi, scopes in asked_of if kpi.measure.count is not None for at in scopes
    ]  # fmt: skip
    counted = iter(count_events(index, journey_map, rules, scope, countings, executor))
    found = []
    for kpi, scopes in asked_of:
        now, *before = (value(kpi.measure, at) for at in scopes)
        found.append(
            KpiValue(kpi.id, kpi.stage, kpi.name, _kind(kpi.measure), now, before[0] if before else None, kpi.target)
        )
    return tuple(found)


def _without_whole_targets(values: Sequence[KpiValue], measures: Sequence[str] = WHOLE) -> tuple[KpiValue, ...]:
    """Values of a part of the units or journeys: what adds up over parts has no target there."""
    return tuple(replace(v, target=None if v.measure in measures else v.target) for v in values)


def _begin(measure: Measure, at: Scope) -> int:
    """The instant after which a measure looks, as seen at a scope's as-of."""
    return EVER if measure.days is None else seconds(at.as_of - timedelta(days=measure.days))


def _before(measure: Measure, scope: Scope) -> list[Scope]:
    """The scope one period before; none where a measure has no period."""
    return [] if measure.days is None else [replace(scope, as_of=scope.as_of - timedelta(days=measure.days))]


def _kind(measure: Measure) -> str:
    if measure.survey is not None:
        return measure.survey
    return "count" if measure.count is not None else "reached" if measure.reached is not None else "share"


def _journeys(
    journey_map: JourneyMap, look: Callable[[Scope], Entries], measure: Measure, at: Scope, after: int
) -> Actual:
    """Journeys that reached a stage after an instant, or the share that goes on from it."""
    place = {s.id: k for k, s in enumerate(journey_map.main_line)}
    found = look(at)
    if measure.reached is not None:
        tau = found.reached_at[place[measure.reached]]
        n = int(np.count_nonzero((tau > after) & (tau != NEVER)))
        return Actual(float(n), n)
    k = place[measure.share or ""]
    if k + 1 == len(place):
        return Actual(None, 0, reason=NO_STAGE_FOLLOWS)
    share = advance(found, k, at.horizon_of(journey_map), at.min_n, with_incidence=True).aware
    return Actual(share.share, share.n, share.low, share.high, share.reason)


def _survey(answers: Answers | None, at: Scope, kind: str, after: int) -> Actual:
    """Score of the answers of a kind after an instant, units as clusters."""
    if answers is None:
        return Actual(None, 0, reason=NO_SURVEYS)
    asked = (answers.kind == KINDS.index(kind)) & (answers.at > after) & (answers.at <= seconds(at.as_of))
    if at.selection is not None:
        asked &= at.selection[answers.unit]
    given = answers.only(asked & ~np.isnan(feelings(answers)))
    code = given.kind.astype(np.int64)
    highest = np.unique(np.where(np.isnan(given.scale_max), np.array(HIGHEST)[code], given.scale_max))
    if len(highest) > 1:
        return Actual(None, len(given), reason=SEVERAL_SCALES)
    score, bounds = given.score, (-np.inf, np.inf)
    if kind == "nps":
        score, bounds = 100.0 * ((given.score >= 9).astype(np.float64) - (given.score < 7)), (-100.0, 100.0)
    mean = mean_of(score, given.unit, at.min_n, bounds)
    return Actual(mean.mean, mean.n, mean.low, mean.high, mean.reason)
