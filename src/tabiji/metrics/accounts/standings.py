"""Where every unit stands: its latest journey by as-of, the stage it is in and since when, how it ended, who showed up.

The position is that of `position`: the furthest stage of the main line entered, unless a stage that says `regress` took the
journey back. A journey is *won* when it has reached the success stage and was not lost afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import TASKS_PER_WORKER
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, U1, U2, Index, Partition, Tier
from tabiji.index.sweep import DORMANT, LOST, Events
from tabiji.index.tasks import ranges
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import NO_LINE, main_line
from tabiji.metrics.position import regressing
from tabiji.metrics.scope import Scope, seconds

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

U8 = npt.NDArray[np.uint64]
OPEN, WON = 0, 3  # beside LOST and DORMANT
OUTCOMES = {OPEN: "open", LOST: "lost", DORMANT: "dormant", WON: "won"}
MOST_ROLES = 64  # told apart; the roles that a map expects come first


@dataclass(frozen=True, slots=True)
class Standings:
    """The latest journey of each of u units by `as_of` (seconds since EPOCH).

    unit: int64[u], ordinals of the index, ascending · attempt: uint16[u] · start: int32[u] · stage: int32[u], where it
    stands on the main line · since: int32[u], when it got there · ended: int32[u], NEVER where nothing has ended it ·
    outcome: uint8[u], a key of OUTCOMES · last_touch: int32[u], latest touch of the unit by as-of · roles: uint64[u], bit x:
    somebody in role `names[x]` showed up in the journey."""

    as_of: int
    names: tuple[str, ...]
    unit: I8
    attempt: U2
    start: I4
    stage: I4
    since: I4
    ended: I4
    outcome: U1
    last_touch: I4
    roles: U8

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def until(self) -> I4:
        """int32[u]: the end of the journey, or as-of."""
        return np.minimum(self.ended, np.int32(self.as_of))

    @property
    def stay(self) -> I8:
        """int64[u]: seconds in the stage so far, or until the journey ended."""
        return self.until.astype(np.int64) - self.since

    def take(self, at: npt.NDArray[np.intp]) -> "Standings":
        """The units at some places."""
        columns = (
            "unit", "attempt", "start", "stage", "since", "ended", "outcome", "last_touch", "roles",
        )  # fmt: skip
        return replace(self, **{name: getattr(self, name)[at] for name in columns})


@kernel
def _stand(
    off: I8, stage: U1, first: I4, line: U1, back: U1, success: int, as_of: int, here: I4, since: I4, won: U1
) -> None:
    """Where the journeys of `off` stand at `as_of`, since when, and whether they ever were as far as `success` (≥ 0)."""
    for j in range(here.size):
        place, at = -1, 0
        for e in range(off[j], off[j + 1]):
            if first[e] > as_of:
                break
            k = int(line[stage[e]])
            if k != NO_LINE and (k > place or (k < place and back[k] != 0)):
                place, at = k, int(first[e])
                if 0 <= success <= k:
                    won[j] = 1
        here[j], since[j] = place, at


@kernel
def _appear(
    events: Events, begin: int, end: int, member: U1, bits: U8, start: I4, until: I4, as_of: int, known: int, roles: U8,
    last: I4,
) -> None:  # fmt: skip
    """Roles that showed up between `start` and `until` (int32 per unit; start NEVER = not asked about), and the latest touch
    by `as_of`, of the units of the live rows `begin`…`end`."""
    off, kind, role, at, received = events.off, events.kind, events.role, events.at, events.received
    for row in range(begin, end):
        u = events.unit[row]
        if not events.live[row] or start[u] == NEVER:
            continue
        there = np.uint64(0)
        for i in range(off[row], off[row + 1]):
            if at[i] > as_of:
                break
            if received[i] <= known and member[kind[i]] != 0:
                last[u] = at[i]
                if start[u] <= at[i] <= until[u]:
                    there |= bits[role[i]]
        roles[u] = there


def standings(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    names: Sequence[str],
    executor: Executor,
) -> Standings:
    """The latest journey of every unit of the scope (of those that a unit has; where it did not begin inside the scope's window
    the unit is left out). names: roles to be told apart, at most MOST_ROLES."""
    as_of = seconds(scope.as_of)
    known = scope.known
    line = main_line(journey_map, rules)
    success = -1 if rules.success < 0 else int(line[rules.success])
    parts = executor.map(lambda journal: _latest(journal, line, regressing(line, rules), success, as_of), journals)
    found = _joined(parts, as_of, tuple(names[:MOST_ROLES]))
    kept = np.ones(len(found), bool) if scope.selection is None else scope.selection[found.unit]
    if scope.from_at is not None:
        kept &= found.start >= seconds(scope.from_at)
    if scope.to_at is not None:
        kept &= found.start <= seconds(scope.to_at)
    found = found.take(np.flatnonzero(kept))
    bits = role_bits(index.role_sets, found.names)
    tasks = [
        (partition, tier, a, b)
        for partition in index.partitions
        for tier in partition.tiers
        for a, b in ranges(tier.off, executor.workers * TASKS_PER_WORKER)
    ]
    seen = _Appearances(index, found)
    executor.map(lambda task: seen.look(*task, rules, bits, known), tasks)
    return replace(found, roles=seen.roles[found.unit], last_touch=seen.last[found.unit])


def role_bits(role_sets: Sequence[tuple[str, ...]], names: Sequence[str]) -> U8:
    """uint64[n_role_sets]: the roles of each set, bit x for `names[x]`."""
    place = {name: x for x, name in enumerate(names)}
    return readonly(
        np.array([sum(1 << place[name] for name in set(roles) if name in place) for roles in role_sets], np.uint64)
    )


class _Appearances:
    """What the events say of the journeys found, unit by unit; tasks write to different units."""

    def __init__(self, index: Index, found: Standings) -> None:
        self.as_of = found.as_of
        self.start, self.until = np.full(index.n_units, NEVER, np.int32), np.zeros(index.n_units, np.int32)
        self.start[found.unit], self.until[found.unit] = found.start, found.until
        self.roles, self.last = np.zeros(index.n_units, np.uint64), np.zeros(index.n_units, np.int32)

    def look(
        self, partition: Partition, tier: Tier, begin: int, end: int, rules: "Rules", bits: U8, known: int
    ) -> None:
        mine = slice(partition.first, partition.first + partition.n)
        _appear(
            events_of(tier), begin, end, readonly(np.asarray(rules.member, np.uint8)), bits,
            readonly(self.start[mine]), readonly(self.until[mine]), self.as_of, known, self.roles[mine], self.last[mine],
        )  # fmt: skip


_Part = tuple[I8, U2, I4, I4, I4, I4, U1]


def _latest(journal: Journal, line: U1, back: U1, success: int, as_of: int) -> _Part:
    """Columns of `Standings`, `unit` … `outcome`, of one partition."""
    started = np.flatnonzero(journal.start <= as_of)
    unit = journal.unit[started]
    # Journeys are in the order of units, then attempts: the last one of a unit is its latest.
    last = started[np.append(unit[1:] != unit[:-1], True)] if len(unit) else started
    n = len(journal)
    here, since, won = np.empty(n, np.int32), np.empty(n, np.int32), np.zeros(n, np.uint8)
    _stand(journal.off, journal.stage, journal.first, line, back, success, as_of, here, since, won)
    end = journal.end[last]
    running = end > as_of
    outcome = np.where(running, np.uint8(OPEN), journal.outcome[last])
    outcome[(won[last] != 0) & (outcome != LOST)] = WON
    ended = np.where(running, np.int32(NEVER), end)
    return journal.unit[last], journal.attempt[last], journal.start[last], here[last], since[last], ended, outcome


def _joined(parts: Sequence[_Part], as_of: int, names: tuple[str, ...]) -> Standings:
    dtypes = (np.int64, np.uint16, np.int32, np.int32, np.int32, np.int32, np.uint8)
    unit, attempt, start, stage, since, ended, outcome = (
        np.concatenate([np.empty(0, dtype), *(part[c] for part in parts)]).astype(dtype)
        for c, dtype in enumerate(dtypes)
    )
    nothing = np.zeros(len(unit), np.int32)
    return Standings(
        as_of, names, unit, attempt, start, stage, since, ended, outcome, nothing, np.zeros(len(unit), np.uint64)
    )
