"""Who showed up in each journey, when, and in which stage: one pass over the events.

A role *shows up* at the first event of a person who has it at that time. What counts is what a journey holds: events of its
offering, from its start to its end or to as-of. Persons who left still count as having been there. An event with a role
but without a person counts as one unnamed person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, U1, Index, Tier
from tabiji.index.sweep import Events
from tabiji.metrics.position import first_journeys, path, regressing

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

MOST_PEOPLE = 255  # of one role in one journey; further ones are not counted
_PERSONS = 1 << 16


class PresenceTables(NamedTuple):
    """member: uint8[n_kinds], kinds of the journey · role_off: int32[n_role_sets+1], with role: int32, the roles of a set ·
    line, back: see `position`."""

    member: U1
    role_off: I4
    role: I4
    line: U1
    back: U1


class Presence(NamedTuple):
    """Per journey, j of them (in the order of the journals), K stages of the main line, R roles.

    journey: int64[j], place among the journeys of all journals · first: int32[j, R], when a role first showed up, NEVER where it
    did not · people: uint8[j, K, R], persons of the role seen by the time the journey first went on from the stage, that instant
    included · active: uint8[j, K, R], 1 where the role was active while the journey was in the stage · opened: int32[j], kind of
    the first touch, −1 where none."""

    journey: I8
    first: I4
    people: U1
    active: U1
    opened: I4


@kernel
def _present(
    events: Events, begin: int, end: int, first_journey: I8, start: I4, stop: I4, off: I8, stage: U1, first: I4,
    tables: PresenceTables, as_of: int, known: int, offset: int, out: Presence,
) -> int:  # fmt: skip
    """Write the journeys of the live rows `begin`…`end` that had started by as-of; returns how many."""
    rows, units, live = events.off, events.unit, events.live
    kind, person, role_set, at, received = events.kind, events.person, events.role, events.at, events.received
    member, role_off, role, line, back = tables
    journey, shown, people, active, opened = out
    n_line, n_roles = people.shape[1], people.shape[2]
    seen = np.zeros((n_roles, _PERSONS), np.int64)  # the journey (its number + 1) in which a person was last counted
    move_at, move_to = np.empty(1, np.int32), np.empty(1, np.uint8)
    x = 0
    for row in range(begin, end):
        unit = units[row]
        i = rows[row]
        for j in range(first_journey[unit], first_journey[unit + 1] if live[row] else first_journey[unit]):
            if start[j] > as_of:
                continue
            size = off[j + 1] - off[j]
            if size > move_at.size:
                move_at, move_to = np.empty(2 * size, np.int32), np.empty(2 * size, np.uint8)
            n, _ = path(off[j], off[j + 1], stage, first, line, back, as_of, move_at, move_to)
            journey[x] = offset + j
            opened[x] = -1
            for r in range(n_roles):
                shown[x, r] = NEVER
                for k in range(n_line):
                    people[x, k, r] = 0
                    active[x, k, r] = 0
            until, move, passed, left = min(int(stop[j]), as_of), -1, -1, 0
            while i > rows[row] and at[i - 1] >= start[j]:  # an attempt may begin at the instant at which another ended
                i -= 1
            while i < rows[row + 1] and at[i] < start[j]:
                i += 1
            while i < rows[row + 1] and at[i] <= until:
                while move + 1 < n and move_at[move + 1] <= at[i]:
                    move += 1
                while passed < move and move_at[passed + 1] < at[i]:  # who comes at the instant of going on is in time
                    passed += 1
                    left = max(left, int(move_to[passed]))
                if move >= 0 and received[i] <= known and member[kind[i]]:
                    if opened[x] < 0:
                        opened[x] = kind[i]
                    for y in range(role_off[role_set[i]], role_off[role_set[i] + 1]):
                        r = role[y]
                        active[x, move_to[move], r] = 1
                        if shown[x, r] == NEVER:
                            shown[x, r] = at[i]
                        if seen[r, person[i]] != offset + j + 1:
                            seen[r, person[i]] = offset + j + 1
                            for k in range(left, n_line):  # stages not yet left
                                if people[x, k, r] < MOST_PEOPLE:
                                    people[x, k, r] += 1
                i += 1
            x += 1
    return x


class PresenceSource(NamedTuple):
    """A tier with the journeys of its partition; `offset`: how many journeys the journals before it have."""

    tier: Tier
    journal: Journal
    first_journey: I8
    offset: int


def presence_sources(index: Index, journals: Sequence[Journal]) -> list[tuple[PresenceSource, I8]]:
    """Every tier of an index with its journal, weighed by its events."""
    out: list[tuple[PresenceSource, I8]] = []
    offset = 0
    for partition, journal in zip(index.partitions, journals, strict=True):
        first = first_journeys(journal, partition.n)
        out += [(PresenceSource(tier, journal, first, offset), tier.off) for tier in partition.tiers]
        offset += len(journal)
    return out


@dataclass(frozen=True, slots=True)
class PresenceKernel:
    """`Presence` of all journeys that had started by `as_of` (see `compute.kernel.Kernel`).

    role_sets: the index's · roles: names to be told apart · line: see `entries.main_line` · as_of, known: seconds since EPOCH."""

    rules: "Rules"
    role_sets: Sequence[tuple[str, ...]]
    roles: Sequence[str]
    line: U1
    as_of: int
    known: int

    def prepare(self) -> PresenceTables:
        """See `Kernel`."""
        number = {role: x for x, role in enumerate(self.roles)}
        sets = [[number[role] for role in dict.fromkeys(names) if role in number] for names in self.role_sets]
        return PresenceTables(
            member=readonly(np.asarray(self.rules.member, np.uint8)),
            role_off=readonly(np.cumsum([0, *(len(s) for s in sets)]).astype(np.int32)),
            role=readonly(np.array([r for s in sets for r in s], np.int32)),
            line=self.line,
            back=regressing(self.line, self.rules),
        )

    def zero(self, tables: PresenceTables) -> tuple[Presence, ...]:
        """See `Kernel`; the cells are pieces, each with the journeys of its rows."""
        return ()

    def partial(self, tables: PresenceTables, source: PresenceSource, begin: int, end: int) -> tuple[Presence, ...]:
        """See `Kernel`."""
        journal, tier = source.journal, source.tier
        units = tier.unit[begin:end][tier.live[begin:end] != 0]
        most = int((source.first_journey[units + 1] - source.first_journey[units]).sum())
        found = empty_presence(most, len(tables.back), len(self.roles))
        n = _present(
            events_of(tier), begin, end, readonly(source.first_journey), journal.start, journal.end, journal.off,
            journal.stage, journal.first, tables, self.as_of, self.known, source.offset, found,
        )  # fmt: skip
        return (Presence._make(column[:n] for column in found),)

    def merge(self, a: tuple[Presence, ...], b: tuple[Presence, ...]) -> tuple[Presence, ...]:
        """See `Kernel`."""
        return a + b

    def finish(self, total: tuple[Presence, ...]) -> Presence:
        """All pieces as one, in the order of the journeys."""
        none = empty_presence(0, int((self.line != 255).sum()), len(self.roles))
        columns = [np.concatenate(parts) for parts in zip(none, *total, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return Presence._make(column[order] for column in columns)


def empty_presence(n: int, n_line: int, n_roles: int) -> Presence:
    """Space for `n` journeys."""
    return Presence(
        np.empty(n, np.int64), np.empty((n, n_roles), np.int32), np.empty((n, n_line, n_roles), np.uint8),
        np.empty((n, n_line, n_roles), np.uint8), np.empty(n, np.int32),
    )  # fmt: skip
