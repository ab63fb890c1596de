"""Timeline: the people of one unit and their touches beside the stages it went through, the roles that are missing, and how long
it has been where it is. For one unit; `accounts` lists them all, `why` tells the rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import run
from tabiji.index.jit import NEVER
from tabiji.index.journeys import Journal
from tabiji.index.layout import NO_PERSON, Index, Tier
from tabiji.index.receipts import unit_events
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.account.channels import channel_kind
from tabiji.metrics.account.expected import expected_by, expected_roles
from tabiji.metrics.account.outlook import Outlook, Outlooks, RoleOutlook, waited
from tabiji.metrics.account.timeline_result import (
    Company,
    Opportunity,
    PersonTold,
    RoleTold,
    TimelineResult,
    TouchSeen,
)
from tabiji.metrics.account.why_result import JourneyTold, WhyResult
from tabiji.metrics.dwell.pace import stage_pace
from tabiji.metrics.entries import Entries, entries, main_line
from tabiji.metrics.group.presence import PresenceKernel, presence_sources
from tabiji.metrics.moves import with_moves
from tabiji.metrics.roles import knows_roles
from tabiji.metrics.scope import DAY, Scope, instant, seconds
from tabiji.result import Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["Company", "Dossier", "Opportunity", "PersonTold", "TimelineResult", "timeline"]

MOST_TOUCHES = 3000  # told one by one; beyond that the latest


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the lake tells of a unit. persons: id of each person of the index's unit (None: not named any more), then of those
    known by membership only · facts: (name, title, department) by id · members: roles by id, as they hold at as-of."""

    persons: Sequence[str | None] = ()
    facts: Mapping[str, tuple[str | None, str | None, str | None]] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    company: Company | None = None
    opportunities: tuple[Opportunity, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """The unit's touches by as-of: positions in the tier, ascending."""

    tier: Tier
    at: tuple[int, ...]

    def roles(self, index: Index, event: int) -> tuple[str, ...]:
        """Roles of the person of an event."""
        return index.role_sets[int(self.tier.role[event])]


def timeline(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    unit: int,
    told: WhyResult,
    dossier: Dossier,
    *,
    executor: Executor,
    question: Question | None = None,
) -> TimelineResult:
    """The timeline of the unit with ordinal `unit` (other arguments as those of `funnel`).

    told: what `why` says of it · dossier: what the lake says of it."""
    seen = _seen(index, rules, scope, unit)
    people, number = _people(index, seen, dossier)
    line = main_line(journey_map, rules)
    every = entries(journals, line, seconds(scope.as_of), executor)
    every = with_moves(every, journals, line, rules, executor)
    journey = told.journeys[-1] if told.journeys else None
    known = knows_roles(index, scope)
    roles = _roles(index, journey_map, told, journey, seen, people, number, known)
    return TimelineResult(
        question=question or Question("timeline", journey_map.id, account=told.account),
        provenance=told.provenance,
        notices=told.notices,
        why=told,
        people=people,
        touches=_touches(index, journey_map, rules, seen, number),
        n_touches=len(seen.at),
        roles=roles,
        pace=stage_pace(every, journey_map, scope.min_n, executor),
        company=dossier.company,
        opportunities=dossier.opportunities,
        role_names=journey_map.roles,
        touchpoint_names={t.id: t.name for t in journey_map.touchpoints},
        outlook=_outlook(
            index, journey_map, rules, journals, scope, every, unit, _standing(journey_map, told), roles, executor
        ),
        knows_roles=known,
        unused=_unused(journey_map, rules, told, journey, seen),
    )


def _standing(journey_map: JourneyMap, told: WhyResult) -> int | None:
    """Where the latest journey stands on the main line; None where there is no journey."""
    place = {s.id: k for k, s in enumerate(journey_map.main_line)}
    mine = [s for s in told.stages if s.attempt == told.journeys[-1].attempt and s.id in place and s.moved]
    return place[mine[-1].id] if mine else None


def _outlook(
    index: Index, journey_map: JourneyMap, rules: "Rules", journals: Sequence[Journal], scope: Scope, every: Entries,
    unit: int, standing: int | None, roles: Sequence[RoleTold], executor: Executor,
) -> Outlook | None:  # fmt: skip
    """The outlook of the latest journey, which stands in the stage `standing`."""
    if standing is None:
        return None
    of = Outlooks(every, scope.horizon_of(journey_map), scope.min_n)
    since = int(waited(every, np.array([unit]), np.array([standing]))[0])
    onward, gone = of.told(standing, since)
    parted: tuple[RoleOutlook, ...] = ()
    due = [r for r in roles if r.due]
    if onward.share is not None and due:
        line, known = main_line(journey_map, rules), scope.known
        kernel = PresenceKernel(rules, index.role_sets, [r.role for r in due], line, seconds(scope.as_of), known)
        first = run(kernel, presence_sources(index, journals), executor).first
        shares = of.by_role(standing, since, first)
        parted = tuple(RoleOutlook(r.role, r.people > 0, *pair) for r, pair in zip(due, shares, strict=True))
    entered = of.entered(standing) if since >= 0 else onward
    stage = journey_map.main_line[standing].id
    return Outlook(stage, since / DAY if since >= 0 else None, onward, gone, entered, parted)


def _seen(index: Index, rules: "Rules", scope: Scope, unit: int) -> _Seen:
    as_of = seconds(scope.as_of)
    known = scope.known
    try:
        tier, begin, end = unit_events(index, unit)
    except IndexError:  # a unit without any event
        return _Seen(index.partitions[0].tiers[0], ())
    mine = slice(begin, end)
    kept = (tier.at[mine] <= as_of) & (tier.received[mine] <= known) & (np.asarray(rules.member)[tier.kind[mine]] != 0)
    return _Seen(tier, tuple((begin + np.flatnonzero(kept)).tolist()))


def _people(index: Index, seen: _Seen, dossier: Dossier) -> tuple[tuple[PersonTold, ...], dict[int, int]]:
    """The persons with a touch in the order in which they first appeared, then those that are known only; and the place of each
    person of the index among them."""
    met: dict[int, list[int]] = {}
    for e in seen.at:
        if seen.tier.person[e] != NO_PERSON:
            met.setdefault(int(seen.tier.person[e]), []).append(e)
    out: list[PersonTold] = []
    for person, events in met.items():
        who = dossier.persons[person] if person < len(dossier.persons) else None
        roles = next((r for e in reversed(events) if (r := seen.roles(index, e))), ())
        first, last = (instant(int(seen.tier.at[e])) for e in (events[0], events[-1]))
        out.append(PersonTold(who, *dossier.facts.get(who or "", (None, None, None)), roles, len(events), first, last))
    number = {person: x for x, person in enumerate(met)}
    listed = {p.id for p in out}
    for who, roles in sorted(dossier.members.items()):
        if who not in listed:
            out.append(PersonTold(who, *dossier.facts.get(who, (None, None, None)), roles, 0, None, None))
    return tuple(out), number


def _touches(
    index: Index, journey_map: JourneyMap, rules: "Rules", seen: _Seen, number: Mapping[int, int]
) -> tuple[TouchSeen, ...]:
    kinds, tier = index.kinds, seen.tier
    out: list[TouchSeen] = []
    for e in seen.at[-MOST_TOUCHES:]:
        kind = int(tier.kind[e])
        touchpoint = next(_touchpoints(rules, kind, int(tier.role[e])), None)
        of = next((t for t in journey_map.touchpoints if t.id == touchpoint), None)
        channel = kinds.channel[kind] or (of.channel if of else None)
        out.append(
            TouchSeen(
                at=instant(int(tier.at[e])),
                person=number.get(int(tier.person[e])),
                event=kinds.name[kind],
                touchpoint=touchpoint,
                channel=channel,
                content=kinds.content[kind],
                kind=channel_kind(channel, kinds.name[kind]),
            )
        )
    return tuple(out)


def _touchpoints(rules: "Rules", kind: int, role: int) -> Iterator[str]:
    """The touchpoints that an event meets, in the order of the map."""
    for name, mask in rules.touchpoint_mask.items():
        bits = int(mask[kind])
        of_roles = rules.touchpoint_role_mask.get(name)
        if bits and (of_roles is None or bits & int(of_roles[role])):
            yield name


def _roles(
    index: Index, journey_map: JourneyMap, told: WhyResult, journey: JourneyTold | None, seen: _Seen,
    people: Sequence[PersonTold], number: Mapping[int, int], known: bool,
) -> tuple[RoleTold, ...]:  # fmt: skip
    """The expected roles, and who of them showed up in the latest journey."""
    place = {s.id: k for k, s in enumerate(journey_map.main_line)}
    met: dict[str, set[int]] = {}
    due: tuple[str, ...] = ()
    if journey is not None:
        standing = [s.id for s in told.stages if s.attempt == journey.attempt and s.id in place and s.moved]
        due = expected_by(journey_map)[place[standing[-1]]]
        start, until = seconds(journey.started_at), NEVER if journey.ended_at is None else seconds(journey.ended_at)
        for e in seen.at:
            if start <= seen.tier.at[e] <= until:
                for role in seen.roles(index, e):
                    met.setdefault(role, set()).add(number.get(int(seen.tier.person[e]), -1))
    required = {g.role: g.required for g in journey_map.buying_group}
    due = due if known else ()
    return tuple(
        RoleTold(
            role, required.get(role, 1), len(met.get(role, ())), role in due,
            tuple(x for x, p in enumerate(people) if role in p.roles and x not in met.get(role, ())),
        )
        for role in expected_roles(journey_map)
    )  # fmt: skip


def _unused(
    journey_map: JourneyMap, rules: "Rules", told: WhyResult, journey: JourneyTold | None, seen: _Seen
) -> tuple[str, ...]:
    """Touchpoints that the map plans for the stage of an open journey, and that have not been met since it got there."""
    if journey is None or journey.ended_at is not None:
        return ()
    line = {s.id: s for s in journey_map.main_line}
    standing = [s for s in told.stages if s.attempt == journey.attempt and s.id in line and s.moved][-1]
    since, met = seconds(standing.entered_at), set[str]()
    for e in seen.at:
        if seen.tier.at[e] >= since:
            met.update(_touchpoints(rules, int(seen.tier.kind[e]), int(seen.tier.role[e])))
    # What matches no event cannot be seen, whether it was used or not.
    visible = {t.id for t in journey_map.touchpoints if t.matches}
    return tuple(t for t in line[standing.id].touchpoints if t in visible and t not in met)
