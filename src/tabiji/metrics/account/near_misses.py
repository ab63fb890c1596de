"""Near misses: what the clauses of a stage lacked in a journey that did not enter it.

A clause is judged over the events that its counting windows could see: those since the end of the attempt before.
`have` of `need` is the most matching events that any of its windows held, and likewise of distinct persons. Where the journey was
taken back (`regress`), a window must end after that: what let it in the time before does not let it in again. For one unit at a
time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tabiji.i18n import N_, text
from tabiji.index.layout import NO_PERSON, Index, Tier
from tabiji.journeymap.masks import Masks
from tabiji.journeymap.model import Clause, JourneyMap, Stage
from tabiji.journeymap.yaml_file.emit import flow
from tabiji.journeymap.yaml_file.grammar import CLAUSE
from tabiji.metrics.scope import DAY

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

MESSAGES = {
    "no_event": N_("no {what}"),
    "not_again": N_("no {what} since it went back"),
    "no_role": N_("nobody in role {role}"),
    "other_role": N_("{others} {what}, but nobody in role {role}"),
    "too_few": N_("{have} of {need} {what}"),
    "too_few_in_window": N_("{have} of {need} {what} within {days:g} days"),
    "too_slow": N_("{need} {what}, but {span:.1f} days apart, not within {days:g}"),
    "too_few_people": N_("{people_have} of {people_need} persons with {what}"),
}


@dataclass(frozen=True, slots=True)
class NearMiss:
    """What a clause of a stage lacked. code: a key of MESSAGES, for which `values` are · closeness: 0–1, share of what it
    asks for that was there."""

    stage: str
    clause: int
    rule: str
    code: str
    values: dict[str, Any]
    closeness: float

    def message(self, lang: str | None = None) -> str:
        """What was lacking, in words."""
        return text(MESSAGES[self.code], lang, **self.values)

    def to_dict(self) -> dict[str, Any]:
        """{"stage", "rule": {"clause", "text"}, "lacking", "message", "have", "need", …}."""
        return {
            "stage": self.stage,
            "rule": {"clause": self.clause, "text": self.rule},
            "lacking": self.code,
            "message": self.message(),
            **self.values,
        }


@dataclass(slots=True)
class ClauseEyes:
    """Looks at the events of one unit with the clauses of a map. tier: of the unit."""

    index: Index
    journey_map: JourneyMap
    rules: "Rules"
    tier: Tier
    masks: Masks = field(init=False)

    def __post_init__(self) -> None:
        self.masks = Masks(self.index.kinds, self.index.role_sets, self.journey_map.touchpoints)

    def matching(self, clause: Clause, events: Sequence[int]) -> list[int]:
        """The events (positions in the tier) that match a clause, its counting fields aside."""
        allowed = np.asarray(self.rules.member) != 0
        if not clause.inherited:
            allowed = allowed & (np.asarray(self.rules.inherited) == 0)
        matches = self.masks.clause(clause)
        kind, role = self.tier.kind, self.tier.role
        return [
            e
            for e in events
            if allowed[kind[e]] and any(m.kinds[kind[e]] and (m.roles is None or m.roles[role[e]]) for m in matches)
        ]

    def near_miss(self, stage: Stage, number: int, events: Sequence[int], since: int | None = None) -> NearMiss | None:
        """What clause `number` of a stage lacks among events (ascending); None where it holds.

        since: when the journey was last taken back, seconds since EPOCH; None = never."""
        clause = stage.enters_when[number]
        hits = self.matching(clause, events)
        what = ", ".join(clause.event or clause.touchpoint or clause.channel) or text(N_("matching events"))
        values: dict[str, Any] = {"what": what, "have": len(hits), "need": clause.at_least}
        if not hits:
            code, more = self._without_hits(clause, events)
            return self._miss(stage, number, code, {**values, **more}, 0.0)
        old = 0 if since is None else sum(int(self.tier.at[e]) < since for e in hits)
        if old == len(hits):
            return self._miss(stage, number, "not_again", {**values, "have": 0}, 0.0)
        if not clause.counts:
            return None
        have, people, span = self._best(clause, hits, old)
        need_people = clause.people or 0
        if have >= clause.at_least and people >= need_people:
            return None
        values |= {"have": have}
        if have < clause.at_least:
            closeness = have / clause.at_least
            if clause.within_days is None:
                return self._miss(stage, number, "too_few", values, closeness)
            values |= {"days": clause.within_days}
            if span is not None:
                return self._miss(stage, number, "too_slow", {**values, "span": span}, closeness)
            return self._miss(stage, number, "too_few_in_window", values, closeness)
        values |= {"people_have": people, "people_need": need_people}
        return self._miss(stage, number, "too_few_people", values, people / need_people)

    def _without_hits(self, clause: Clause, events: Sequence[int]) -> tuple[str, dict[str, Any]]:
        if not clause.role:
            return "no_event", {}
        role = ", ".join(clause.role)
        others = self.matching(replace(clause, role=()), events)
        if others:
            return "other_role", {"role": role, "others": len(others)}
        anybody = self.matching(Clause(role=clause.role, inherited=True), events)
        return ("no_event", {}) if anybody else ("no_role", {"role": role})

    def _best(self, clause: Clause, hits: Sequence[int], old: int = 0) -> tuple[int, int, float | None]:
        """The most hits in a window, and the most persons in one with enough hits (in any, where none has); and the days in which
        `at_least` hits came, where they did. No window ends at one of the first `old` hits."""
        at = [int(self.tier.at[e]) for e in hits]
        window = float("inf") if clause.within_days is None else round(clause.within_days * DAY)
        inside = [
            [e for e, u in zip(hits[: x + 1], at, strict=False) if t - u <= window] for x, t in enumerate(at) if x >= old
        ]  # fmt: skip
        have = max(map(len, inside))
        enough = [events for events in inside if len(events) >= clause.at_least]
        people = max(len({int(self.tier.person[e]) for e in events} - {NO_PERSON}) for events in enough or inside)
        first = max(0, old - clause.at_least + 1)  # of the events of a window that ends late enough
        spans = [b - a for a, b in zip(at[first:], at[first + clause.at_least - 1 :], strict=False)]
        return have, people, min(spans) / DAY if spans else None

    def _miss(self, stage: Stage, number: int, code: str, values: dict[str, Any], closeness: float) -> NearMiss:
        return NearMiss(stage.id, number, rule_text(stage.enters_when[number]), code, values, closeness)

    def clause_of(self, stage: Stage, events: Sequence[int]) -> int | None:
        """Which clause the events of a receipt (ascending; the last one fired) complete; None where none does."""
        fired = events[-1:]
        simple = [x for x, c in enumerate(stage.enters_when) if not c.counts and self.matching(c, fired)]
        if simple and len(events) == 1:
            return simple[0]
        # A receipt tells of the clause that was looked at last.
        for x in reversed(range(len(stage.enters_when))):
            clause = stage.enters_when[x]
            hits = self.matching(clause, events) if clause.counts else []
            if hits and hits[-1] == fired[0]:
                have, people, _ = self._best(clause, hits)
                if have >= clause.at_least and people >= (clause.people or 0):
                    return x
        return None


def near_misses(
    eyes: ClauseEyes, stages: Sequence[Stage], events: Sequence[int], since: int | None = None
) -> tuple[NearMiss, ...]:
    """What every clause of some stages lacks among events, the nearest first; those of optional stages, which nobody need enter,
    behind the others. since: see `ClauseEyes.near_miss`."""
    optional = {stage.id for stage in stages if stage.optional}
    found = [eyes.near_miss(stage, x, events, since) for stage in stages for x in range(len(stage.enters_when))]
    return tuple(sorted((m for m in found if m is not None), key=lambda m: (m.stage in optional, -m.closeness)))


def stages_after(line: Sequence[Stage], standing: int) -> list[Stage]:
    """The stages of the main line to which a journey that stands in one of them can go on next: those that the map names, else the
    following one; of an optional one also those after it, up to the first that is not optional."""
    place = {stage.id: k for k, stage in enumerate(line)}
    found: set[int] = set()
    todo = [standing]
    while todo:
        k = todo.pop()
        named = [place[id_] for id_ in line[k].next if id_ in place] or list(range(len(line)))[k + 1 : k + 2]
        todo += [n for n in named if n not in found and line[n].optional]
        found |= set(named)
    return [line[k] for k in sorted(found)]


def rule_text(clause: Clause) -> str:
    """A clause as it would stand in the map's file."""
    return flow(CLAUSE.write(clause))
