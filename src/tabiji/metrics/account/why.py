"""Why: the journeys of one unit, each stage interval with the clause and the events that completed it.

A journey moves on when a further stage of the main line fires; firings of an earlier stage are *returns*: listed, but they
end no stay, unless the stage says `regress`. Where the journey did not go on, the clauses of the next stage tell what
they lacked (see `near_misses`). For one unit; `funnel` and `dwell` count them all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.index.journeys import Journal
from tabiji.index.layout import Index, Tier
from tabiji.index.receipts import Firing, replay, unit_events
from tabiji.index.sweep import DORMANT, LOST
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.account.near_misses import ClauseEyes, near_misses, rule_text, stages_after
from tabiji.metrics.account.why_result import Interval, JourneyTold, Touch, WhyResult
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.scope import Scope, instant, seconds
from tabiji.result import Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["Interval", "JourneyTold", "Touch", "WhyResult", "why"]

Describe = Callable[[Tier, Sequence[int]], Mapping[int, Touch]]


@dataclass(frozen=True, slots=True)
class _Stay:
    """An interval before its events are described; instants in seconds."""

    attempt: int
    stage: Stage
    entered: int
    left: int | None
    again: bool
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Attempt:
    number: int
    start: int
    end: int | None  # None: open at as-of
    outcome: str


def why(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    unit: int,
    describe: Describe,
    *,
    executor: Executor,
    unit_name: str | None = None,
    question: Question | None = None,
) -> WhyResult:
    """The journeys of the unit with ordinal `unit` (other arguments as those of `funnel`).

    describe: tells events of its tier by their positions."""
    as_of = seconds(scope.as_of)
    known = None if scope.known_as_of is None else seconds(scope.known_as_of)
    attempts = _attempts(journals, unit, as_of)
    stays: list[_Stay] = []
    journeys: list[JourneyTold] = []
    touches: Mapping[int, Touch] = {}
    eyes: ClauseEyes | None = None
    if attempts:
        tier, _, _ = unit_events(index, unit)
        eyes = ClauseEyes(index, journey_map, rules, tier)
        happened = replay(index, rules, unit, known)
        fired = [f for f in happened.firings if f.at <= as_of]
        for attempt in attempts:
            mine = _stays([f for f in fired if f.attempt == attempt.number], journey_map, attempt)
            stays += mine
            visible = [e for e in happened.counted[attempt.number] if tier.at[e] <= as_of]
            journeys.append(_told(attempt, mine, journey_map, eyes, visible))
        touches = describe(tier, sorted({e for s in stays for e in s.events}))
    asked = question or Question("why", journey_map.id)
    only = np.zeros(index.n_units, bool)
    only[unit] = True
    alone = replace(scope, selection=only)
    found = entries(journals, main_line(journey_map, rules), as_of, executor)
    return WhyResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, alone, found, chosen(found, alone), asked, executor, verb="why"
        ),
        notices=(),
        account=index.units[unit],
        account_name=unit_name,
        journeys=tuple(journeys),
        stages=tuple(_interval(s, eyes, touches) for s in stays if eyes is not None),
        names={s.id: s.name for s in journey_map.stages},
    )  # fmt: skip


def _attempts(journals: Sequence[Journal], unit: int, as_of: int) -> list[_Attempt]:
    out: list[_Attempt] = []
    for journal in journals:
        a, b = (int(x) for x in np.searchsorted(journal.unit, [unit, unit + 1]))
        for j in range(a, b):
            start, end, code = int(journal.start[j]), int(journal.end[j]), int(journal.outcome[j])
            if start > as_of:
                continue
            outcome = "open" if end > as_of else {LOST: "lost", DORMANT: "dormant"}.get(code, "open")
            out.append(_Attempt(int(journal.attempt[j]), start, end if outcome != "open" else None, outcome))
    return out


def _stays(fired: Sequence[Firing], journey_map: JourneyMap, attempt: _Attempt) -> list[_Stay]:
    """Intervals of one attempt in the order in which they began."""
    place = {s.id: k for k, s in enumerate(journey_map.main_line)}
    out: list[_Stay] = []
    current, position = -1, -1  # the interval that runs, and its place on the main line
    previous = ""
    for f in fired:
        stage = journey_map.stages[f.stage]
        k = place.get(stage.id)
        again = k is not None and k < position
        if k is None:
            out.append(_Stay(attempt.number, stage, f.at, None, False, f.events))
        elif k > position or (again and stage.regress):
            if current >= 0:
                out[current] = replace(out[current], left=f.at)
            current, position = len(out), k
            out.append(_Stay(attempt.number, stage, f.at, None, again, f.events))
        elif again and previous == stage.id:
            out[-1] = replace(out[-1], left=f.at)
        elif again:
            out.append(_Stay(attempt.number, stage, f.at, f.at, True, f.events))
        previous = stage.id
    if current >= 0 and attempt.end is not None:
        out[current] = replace(out[current], left=attempt.end)
    return out


def _told(
    attempt: _Attempt, stays: Sequence[_Stay], journey_map: JourneyMap, eyes: ClauseEyes, visible: Sequence[int]
) -> JourneyTold:
    line = journey_map.main_line
    place = {s.id: k for k, s in enumerate(line)}
    entered = {place[s.stage.id] for s in stays if s.stage.id in place}
    furthest = max(entered)
    # `regress` moves a journey back; what comes next is seen from where it stands now.
    standing = next(
        place[s.stage.id] for s in reversed(stays) if s.stage.id in place and (not s.again or s.stage.regress)
    )
    taken_back = max((s.entered for s in stays if s.again and s.stage.regress), default=None)
    after = stages_after(line, standing)
    return JourneyTold(
        attempt=attempt.number,
        started_at=instant(attempt.start),
        ended_at=None if attempt.end is None else instant(attempt.end),
        outcome=attempt.outcome,
        stage=line[standing].id,
        skipped=tuple(s.id for k, s in enumerate(line[:furthest]) if k not in entered),
        next=tuple(s.id for s in after),
        near_misses=near_misses(eyes, after, visible, taken_back),
        furthest=line[furthest].id,
    )


def _interval(stay: _Stay, eyes: ClauseEyes, touches: Mapping[int, Touch]) -> Interval:
    clause = eyes.clause_of(stay.stage, stay.events)
    return Interval(
        attempt=stay.attempt,
        id=stay.stage.id,
        entered_at=instant(stay.entered),
        left_at=None if stay.left is None else instant(stay.left),
        again=stay.again,
        clause=clause,
        rule=None if clause is None else rule_text(stay.stage.enters_when[clause]),
        events=tuple(touches[e] for e in stay.events),
        moved=not stay.again or stay.stage.regress,
    )
