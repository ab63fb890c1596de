"""Receipts: the firings of one unit, each with the events that completed it.

The same clauses as in the sweep, replayed over the events of one unit; for a page about one account, not for many."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from tabiji.index.firing import AT_LEAST, MEMORY, PEOPLE, STAGE, Clauses, firing_tables, forget, holds
from tabiji.index.jit import NEVER
from tabiji.index.layout import I8, Index, Tier

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules


@dataclass(frozen=True, slots=True)
class Firing:
    """A stage fired inside a journey.

    attempt: number of the journey, from 1 · stage: as numbered in the rules · at: seconds since EPOCH · events: positions in
    the unit's tier, ascending; the last one fired."""

    attempt: int
    stage: int
    at: int
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """What the events of one unit did. firings: in the order of time · counted: per attempt the events that its clauses saw, those
    since the end of the attempt before, whether they fired anything or not (positions in the unit's tier, ascending)."""

    firings: tuple[Firing, ...]
    counted: Mapping[int, Sequence[int]]


def unit_events(index: Index, unit: int) -> tuple[Tier, int, int]:
    """The tier in which a unit lives, and where its events begin and end there.

    Raises IndexError for a unit that the index does not know."""
    for partition in index.partitions:
        for tier in partition.tiers:
            row = int(np.searchsorted(tier.unit, unit - partition.first))
            if row < len(tier.unit) and tier.unit[row] == unit - partition.first and tier.live[row]:
                return tier, int(tier.off[row]), int(tier.off[row + 1])
    raise IndexError(unit)


def replay(index: Index, rules: "Rules", unit: int, known_as_of: int | None = None) -> Replay:
    """Everything that a unit (ordinal of the index) fired inside its journeys: instant by instant, steps before failures, in the
    order of the map (the law: see `sweep`). known_as_of: seconds since EPOCH, only events received by then."""
    tier, begin, end = unit_events(index, unit)
    clauses = firing_tables(rules, len(index.role_sets)).clauses
    memory = np.zeros(clauses.table[-1, MEMORY], np.int64)
    known = NEVER if known_as_of is None else known_as_of
    failures = int(rules.failure_bits)
    out: list[Firing] = []
    counted: dict[int, list[int]] = {}
    since: list[int] = []  # events since the attempt before ended
    attempt, running, previous, furthest = 0, False, NEVER, -1
    touches = [e for e in range(begin, end) if rules.member[tier.kind[e]] and tier.received[e] <= known]
    for at, group in groupby(touches, key=lambda e: int(tier.at[e])):
        events = list(group)
        if running and 0 <= rules.inactive_seconds < at - previous:
            running, since = False, []
            forget(clauses.table, memory)
        previous = at
        since += events
        found = _together(rules, clauses, memory, tier, events)
        failing = {e for e, stages in found.items() if any(failures >> s & 1 for s in stages)}
        steps = {s for stages in found.values() for s in stages if not failures >> s & 1}
        if running and failing and steps and max(steps) <= furthest:
            # Nothing goes further: what is no failure begins the next attempt, and is counted anew.
            out += _in_order(attempt, at, {e: found[e] for e in failing}, failures)
            running, furthest = False, -1
            forget(clauses.table, memory)
            others = [e for e in events if e not in failing]
            counted[attempt], since = [e for e in since if e not in others], others
            found = _together(rules, clauses, memory, tier, others)
            failing, steps = set(), {s for stages in found.values() for s in stages}
        if not running and not steps:
            continue
        if not running:
            attempt, running, furthest = attempt + 1, True, -1
        counted[attempt] = since  # which grows as long as the attempt goes on
        furthest = max([furthest, *steps])
        out += _in_order(attempt, at, found, failures)
        if failing:
            running, since = False, []
            forget(clauses.table, memory)
    return Replay(tuple(out), counted)


Found = dict[int, dict[int, tuple[int, ...]]]  # event → stage → events that completed it


def _together(rules: "Rules", clauses: Clauses, memory: I8, tier: Tier, events: Sequence[int]) -> Found:
    """What events of one instant fire."""
    return {event: dict(_fired(rules, clauses, memory, tier, event)) for event in events}


def _in_order(attempt: int, at: int, found: Found, failures: int) -> list[Firing]:
    """The firings of one instant: a stage is fired once, by the first event that does."""
    first: dict[int, tuple[int, ...]] = {}
    for stages in found.values():
        first = stages | first
    return [Firing(attempt, s, at, first[s]) for s in sorted(first, key=lambda s: (failures >> s & 1, s))]


def _fired(
    rules: "Rules", clauses: Clauses, memory: I8, tier: Tier, event: int
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Stages that an event fires, with the events that completed them; simple clauses, which need the event alone, last."""
    kind, role, at = tier.kind[event], int(tier.role[event]), int(tier.at[event])
    masks = [r[1] for r in rules.role_simple] + [c.kind_mask for c in rules.counting]
    for c, mask in enumerate(masks):
        if (
            mask[kind]
            and clauses.roles[c, role]
            and holds(clauses.table, memory, c, event, at, int(tier.person[event]))
        ):
            yield int(clauses.table[c, STAGE]), _completing(clauses.table, memory, c)
    for stage in range(rules.n_stages):
        if int(rules.simple_mask[kind]) >> stage & 1:
            yield stage, (event,)


def _completing(table: I8, memory: I8, c: int) -> tuple[int, ...]:
    """Events in the memory of a clause that holds (see `Clauses`)."""
    m, least, most = (int(x) for x in table[c, [MEMORY, AT_LEAST, PEOPLE]])
    ring = memory[m + 3 + least : m + 3 + 2 * least]
    seen = memory[m + 3 + 2 * least + 2 * most : m + 3 + 2 * least + 3 * most]
    return tuple(sorted({*ring.tolist(), *seen.tolist()}))
