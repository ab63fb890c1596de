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
from tabiji.metrics.group_presence import PresenceSource
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
def _longer(found: Members, n: int) -> Members:
    """The same with twice the room (at least `n` more)."""
    size = 2 * found.journey.size + n
    out = Members(
        np.empty(size, np.int64), np.empty(size, np.uint16), np.empty(size, np.uint16), np.empty(size, np.int32),
        np.empty(size, np.float64),
    )  # fmt: skip
    m = found.journey.size
    out.journey[:m], out.person[:m], out.role[:m] = found.journey, found.person, found.role
    out.last[:m], out.activity[:m] = found.last, found.activity
    return out


@kernel
def _members(
    events: Events, begin: int, end: int, first_journey: I8, start: I4, stop: I4, tables: MemberTables, as_of: int,
    known: int, offset: int,
) -> Members:  # fmt: skip
    """Members of the journeys of the live rows `begin`…`end` that are open at as-of."""
    rows, units, live = events.off, events.unit, events.live
    kind, person, role_set, at, received = events.kind, events.person, events.role, events.at, events.received
    member, activity, weight = tables
    n_activities = weight.size
    place = np.full(NO_PERSON + 1, -1, np.int64)  # of a person among the members of this journey
    stamp, count = np.zeros(1, np.int64), np.zeros(1, np.int64)  # of (member, activity): the day counted, and how often
    out = Members(
        np.empty(64, np.int64), np.empty(64, np.uint16), np.empty(64, np.uint16), np.empty(64, np.int32),
        np.empty(64, np.float64),
    )  # fmt: skip
    m = 0
    for row in range(begin, end):
        if not live[row]:
            continue
        for j in range(first_journey[units[row]], first_journey[units[row] + 1]):
            if start[j] > as_of or stop[j] <= as_of:
                continue
            base = m
            for i in range(rows[row], rows[row + 1]):
                if at[i] > as_of:
                    break
                who = person[i]
                if at[i] < start[j] or received[i] > known or not member[kind[i]] or who == NO_PERSON:
                    continue
                if place[who] < 0:
                    if m == out.journey.size:
                        out = _longer(out, 1)
                    place[who] = m
                    out.journey[m], out.person[m], out.role[m], out.activity[m] = offset + j, who, 0, 0.0
                    m += 1
                    if (m - base) * n_activities > stamp.size:
                        longer, counts = np.zeros(2 * (m - base) * n_activities, np.int64), count
                        longer[: stamp.size] = stamp
                        stamp, count = longer, np.zeros(longer.size, np.int64)
                        count[: counts.size] = counts
                    for a in range((m - 1 - base) * n_activities, (m - base) * n_activities):
                        stamp[a], count[a] = -1, 0
                p = place[who]
                out.last[p] = at[i]
                if role_set[i] != 0:
                    out.role[p] = role_set[i]
                day = (as_of - at[i]) // DAY
                if day < WINDOW_DAYS and activity[kind[i]] != NO_ACTIVITY:
                    cell = (p - base) * n_activities + activity[kind[i]]
                    if stamp[cell] != day:
                        stamp[cell], count[cell] = day, 0
                    if count[cell] < MOST_A_DAY:
                        count[cell] += 1
                        out.activity[p] += weight[activity[kind[i]]]
            for p in range(base, m):
                place[out.person[p]] = -1
    return Members(out.journey[:m], out.person[:m], out.role[:m], out.last[:m], out.activity[:m])


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
        journal = source.journal
        found = _members(
            events_of(source.tier), begin, end, readonly(source.first_journey), journal.start, journal.end, tables,
            self.as_of, self.known, source.offset,
        )  # fmt: skip
        return (found,)

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
