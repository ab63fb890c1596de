"""The members of the groups whose journey is open: who they are, in which role, and how active they were lately.

Activity of a person = Σ count × normalised weight over the activities of the last 30 days, at most 20 of one activity on one
day. An *activity* is a touchpoint of the map (an event of several counts for the first written); a map without touchpoints
counts every event by its name. Days are blocks of 24 hours that end at as-of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tabiji.index.jit import kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.layout import F8, I4, I8, NO_PERSON, U1, U2
from tabiji.index.sweep import Events
from tabiji.metrics.group.presence import PresenceSource
from tabiji.metrics.scope import DAY

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

WINDOW_DAYS = 30
MOST_A_DAY = 20
NO_ACTIVITY = -1


class MemberTables(NamedTuple):
    """member: uint8[n_kinds] · activity: int32[n_kinds], NO_ACTIVITY where none · weight: float64[n_activities], sum 1."""

    member: U1
    activity: I4
    weight: F8


class Members(NamedTuple):
    """Members of open journeys, m of them, by journey, then person: journey: int64[m] (as in `Presence`) · person: uint16[m],
    ordinal within the unit · role: uint16[m], their latest role set that is not empty · last: int32[m], when they were last
    active · activity: float64[m], see the module."""

    journey: I8
    person: U2
    role: U2
    last: I4
    activity: F8


@kernel
def _members(
    events: Events, begin: int, end: int, first_journey: I8, start: I4, stop: I4, tables: MemberTables, as_of: int,
    known: int, offset: int, out: Members, stamp: I4, count: I4,
) -> int:  # fmt: skip
    """Write the members of the journeys of the live rows `begin`…`end` that are open at as-of; returns how many.

    stamp, count: scratch, a cell per (member of a journey, activity): the day counted, and how often."""
    rows, units, live = events.off, events.unit, events.live
    kind, person, role_set, at, received = events.kind, events.person, events.role, events.at, events.received
    member, activity, weight = tables
    journey, who, role, last, active = out
    n_activities = weight.size
    place = np.full(NO_PERSON + 1, -1, np.int64)  # of a person among the members of this journey
    m = 0
    for row in range(begin, end):
        for j in range(
            first_journey[units[row]], first_journey[units[row] + 1] if live[row] else first_journey[units[row]]
        ):
            if start[j] > as_of or stop[j] <= as_of:
                continue
            base = m
            for i in range(rows[row], rows[row + 1]):
                if at[i] > as_of:
                    break
                if at[i] < start[j] or received[i] > known or member[kind[i]] == 0 or person[i] == NO_PERSON:
                    continue
                p = place[person[i]]
                if p < 0:
                    p = m
                    place[person[i]] = m
                    journey[m], who[m], role[m], active[m] = offset + j, person[i], 0, 0.0
                    stamp[(m - base) * n_activities : (m - base + 1) * n_activities] = -1
                    m += 1
                last[p] = at[i]
                if role_set[i] != 0:
                    role[p] = role_set[i]
                day = (as_of - at[i]) // DAY
                if day < WINDOW_DAYS and activity[kind[i]] != NO_ACTIVITY:
                    cell = (p - base) * n_activities + activity[kind[i]]
                    if stamp[cell] != day:
                        stamp[cell], count[cell] = day, 0
                    if count[cell] < MOST_A_DAY:
                        count[cell] += 1
                        active[p] += weight[activity[kind[i]]]
            for p in range(base, m):
                place[who[p]] = -1
    return m


@dataclass(frozen=True, slots=True)
class MembersKernel:
    """`Members` of all journeys that are open at `as_of` (see `compute.kernel.Kernel`).

    names: of events, by kind · weights: of the activities in order, not yet normalised; None = all alike."""

    rules: "Rules"
    names: Sequence[str | None]
    as_of: int
    known: int
    weights: Sequence[float] | None = None

    def prepare(self) -> MemberTables:
        """See `Kernel`."""
        activity, n = activities(self.rules, self.names)
        weight = np.ones(n) if self.weights is None else np.asarray(self.weights, np.float64)
        weight = weight / weight.sum() if n else weight
        member = np.asarray(self.rules.member, np.uint8)
        return MemberTables(readonly(member), readonly(activity), readonly(weight))

    def zero(self, tables: MemberTables) -> tuple[Members, ...]:
        """See `Kernel`; the cells are pieces, each with the journeys of its rows."""
        return ()

    def partial(self, tables: MemberTables, source: PresenceSource, begin: int, end: int) -> tuple[Members, ...]:
        """See `Kernel`."""
        journal, size = source.journal, np.diff(source.tier.off[begin : end + 1])
        n, longest = int(size.sum()), int(size.max(initial=0))
        # As much room as there could be members; pages that stay unused are never touched.
        found = Members(
            np.empty(n, np.int64), np.empty(n, np.uint16), np.empty(n, np.uint16), np.empty(n, np.int32), np.empty(n)
        )
        cells = min(longest, NO_PERSON) * len(tables.weight)
        m = _members(
            events_of(source.tier), begin, end, readonly(source.first_journey), journal.start, journal.end, tables,
            self.as_of, self.known, source.offset, found, np.empty(cells, np.int32), np.empty(cells, np.int32),
        )  # fmt: skip
        return (Members._make(column[:m].copy() for column in found),)

    def merge(self, a: tuple[Members, ...], b: tuple[Members, ...]) -> tuple[Members, ...]:
        """See `Kernel`."""
        return a + b

    def finish(self, total: tuple[Members, ...]) -> Members:
        """All pieces as one."""
        none = Members(
            np.empty(0, np.int64), np.empty(0, np.uint16), np.empty(0, np.uint16), np.empty(0, np.int32), np.empty(0)
        )
        columns = [np.concatenate(parts) for parts in zip(none, *total, strict=True)]
        order = np.lexsort((columns[1], columns[0]))
        return Members._make(column[order] for column in columns)


def activities(rules: "Rules", names: Sequence[str | None]) -> tuple[I4, int]:
    """(activity of each kind: int32[n_kinds], how many there are)."""
    masks = [np.asarray(mask) != 0 for mask in rules.touchpoint_mask.values()]
    if not masks:
        known = sorted({name for name in names if name is not None})
        number = {name: x for x, name in enumerate(known)}
        return np.array([NO_ACTIVITY if n is None else number[n] for n in names], np.int32), len(known)
    activity = np.full(len(names), NO_ACTIVITY, np.int32)
    for touchpoint, mask in reversed(list(enumerate(masks))):
        activity[mask] = touchpoint
    return activity, len(masks)
