"""Which journeys met which touchpoint, and which role showed up, while they were in a stage: one pass over the events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tabiji.index.firing import alike
from tabiji.index.jit import kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, U1, Tier
from tabiji.index.sweep import Events
from tabiji.metrics.position import path, regressing

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules


class Meetings(NamedTuple):
    """What an event meets, ready for the kernel.

    member: uint8[n_kinds] · of_kind: unsigned[n_kinds], class of a kind · off: int32[n_classes+1], with touchpoint: int32 and
    bits: uint8 per (class, touchpoint) · of_roles: uint8[T, n_role_sets], bits that the role set fulfils · role_off:
    int32[n_role_sets+1], with role: int32, the roles of a set · line, back: see `position`."""

    member: U1
    of_kind: U1
    off: I4
    touchpoint: I4
    bits: U1
    of_roles: U1
    role_off: I4
    role: I4
    line: U1
    back: U1


class Met(NamedTuple):
    """Counts of journeys: reached: int64[K], by stage · touch: int64[K, T] · role: int64[K + 1, R], the last row over all
    stages · n: int64[1], journeys."""

    reached: I8
    touch: I8
    role: I8
    n: I8


@kernel
def _meet(
    events: Events, begin: int, end: int, first_journey: I8, kept: U1, start: I4, stop: I4, off: I8, stage: U1, first: I4,
    tables: Meetings, as_of: int, known: int, met: Met,
) -> None:  # fmt: skip
    """Count who met what, over the live rows `begin`…`end` of a tier (kept: uint8[j], journeys asked about)."""
    rows, units, live = events.off, events.unit, events.live
    kind, role_set, at, received = events.kind, events.role, events.at, events.received
    member, of_kind, code_off, touchpoint, bits, of_roles, role_off, role, line, back = tables
    reached, touch, present, total = met
    n_line = reached.size
    # The journey (its number + 1) that was counted last in a cell, so that each is counted once.
    seen_touch, seen_role = np.zeros(touch.shape, np.int64), np.zeros(present.shape, np.int64)
    move_at, move_to = np.empty(1, np.int32), np.empty(1, np.uint8)
    for row in range(begin, end):
        unit = units[row]
        i = rows[row]
        for j in range(first_journey[unit], first_journey[unit + 1] if live[row] else first_journey[unit]):
            if not kept[j] or start[j] > as_of:
                continue
            size = off[j + 1] - off[j]
            if size > move_at.size:
                move_at, move_to = np.empty(2 * size, np.int32), np.empty(2 * size, np.uint8)
            n, furthest = path(off[j], off[j + 1], stage, first, line, back, as_of, move_at, move_to)
            total[0] += 1
            for k in range(furthest + 1):
                reached[k] += 1
            until, move = min(int(stop[j]), as_of), 0
            while i > rows[row] and at[i - 1] >= start[j]:  # an attempt may begin at the instant at which another ended
                i -= 1
            while i < rows[row + 1] and at[i] < start[j]:
                i += 1
            while i < rows[row + 1] and at[i] <= until:
                t = at[i]
                while move + 1 < n and move_at[move + 1] <= t:
                    move += 1
                k = move_to[move]
                code = of_kind[kind[i]]
                if received[i] <= known and member[kind[i]]:
                    for x in range(code_off[code], code_off[code + 1]):
                        p = touchpoint[x]
                        if seen_touch[k, p] != j + 1 and bits[x] & of_roles[p, role_set[i]]:
                            seen_touch[k, p] = j + 1
                            touch[k, p] += 1
                    for x in range(role_off[role_set[i]], role_off[role_set[i] + 1]):
                        for level in (np.int64(k), np.int64(n_line)):
                            if seen_role[level, role[x]] != j + 1:
                                seen_role[level, role[x]] = j + 1
                                present[level, role[x]] += 1
                i += 1


class Source(NamedTuple):
    """A tier, with the journeys of its partition and which of them are asked about."""

    tier: Tier
    journal: Journal
    first_journey: I8
    kept: U1


@dataclass(frozen=True, slots=True)
class MeetingsKernel:
    """Counts of `Met` over all journeys asked about (see `compute.kernel.Kernel`).

    role_sets: the index's · roles: names to be counted · line: see `entries.main_line` · as_of, known: seconds since EPOCH."""

    rules: "Rules"
    role_sets: Sequence[tuple[str, ...]]
    roles: Sequence[str]
    line: U1
    as_of: int
    known: int

    def prepare(self) -> Meetings:
        masks = [np.asarray(m, np.uint8) for m in self.rules.touchpoint_mask.values()]
        example, of_kind = alike([np.asarray(self.rules.member, np.uint8), *masks])
        met = [[(p, int(mask[k])) for p, mask in enumerate(masks) if mask[k]] for k in example]
        anyone = np.full(len(self.role_sets), 255, np.uint8)
        of_roles = [self.rules.touchpoint_role_mask.get(t, anyone) for t in self.rules.touchpoint_mask]
        number = {role: x for x, role in enumerate(self.roles)}
        sets = [[number[role] for role in set(names)] for names in self.role_sets]
        return Meetings(
            member=readonly(np.asarray(self.rules.member, np.uint8)),
            of_kind=readonly(of_kind.astype(np.min_scalar_type(len(example)))),
            off=readonly(np.cumsum([0, *(len(m) for m in met)]).astype(np.int32)),
            touchpoint=readonly(np.array([p for m in met for p, _ in m], np.int32)),
            bits=readonly(np.array([b for m in met for _, b in m], np.uint8)),
            of_roles=readonly(np.array(of_roles, np.uint8).reshape(len(of_roles), len(self.role_sets))),
            role_off=readonly(np.cumsum([0, *(len(s) for s in sets)]).astype(np.int32)),
            role=readonly(np.array([r for s in sets for r in s], np.int32)),
            line=self.line,
            back=regressing(self.line, self.rules),
        )

    def zero(self, tables: Meetings) -> Met:
        k, t, r = len(tables.back), len(tables.of_roles), len(self.roles)
        return Met(*(np.zeros(shape, np.int64) for shape in (k, (k, t), (k + 1, r), 1)))

    def partial(self, tables: Meetings, source: Source, begin: int, end: int) -> Met:
        met, journal = self.zero(tables), source.journal
        _meet(
            events_of(source.tier), begin, end, readonly(source.first_journey), readonly(source.kept),
            journal.start, journal.end, journal.off, journal.stage, journal.first, tables, self.as_of, self.known, met,
        )  # fmt: skip
        return met

    def merge(self, a: Met, b: Met) -> Met:
        return Met(*(x + y for x, y in zip(a, b, strict=True)))

    def finish(self, total: Met) -> Met:
        return total
