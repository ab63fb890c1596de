"""Which journeys met which touchpoint, and which role showed up, while they were in a stage: one pass over the events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tabiji.index.firing import alike
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, U1, Tier
from tabiji.index.sweep import Events
from tabiji.metrics.entries import U8
from tabiji.metrics.position import path, regressing

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules


DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)


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


class Bits(NamedTuple):
    """The same, every touchpoint and role as one bit of a few words.

    of_kind: int32[n_kinds], where the class of a kind begins in `bits` · bits: uint64[W, n_classes · n_role_sets], what an event of a
    class by somebody with a set of roles meets and shows · line, back: see `position`."""

    of_kind: I4
    bits: U8
    line: U1
    back: U1


class Met(NamedTuple):
    """Counts of journeys, the last row over all stages: reached: int64[K + 1], by stage · bits: int64[K + 1, 64 W], by bit.

    Of units with n journeys of which x met it, for intervals (0 where every unit has one): squares, products: int64[K + 1, 64 W],
    the sums of x² − x and of x·n − x · again, sizes: int64[K + 1], the sums of n − 1 and of n² − n."""

    reached: I8
    bits: I8
    squares: I8
    products: I8
    again: I8
    sizes: I8


@kernel
def _of_unit(own: I8, own_n: I8, met: Met) -> None:
    """Take in a unit with several journeys: own: int64[K + 1, 64 W] and own_n: int64[K + 1] of its journeys, set to 0."""
    for k in range(own_n.size):
        n = own_n[k]
        if n > 1:
            met.again[k] += n - 1
            met.sizes[k] += n * n - n
            for bit in range(own.shape[1]):
                x = own[k, bit]
                met.squares[k, bit] += x * x - x
                met.products[k, bit] += x * n - x
    own[:], own_n[:] = 0, 0


@kernel
def _meet(
    events: Events, begin: int, end: int, first_journey: I8, kept: U1, start: I4, stop: I4, off: I8, stage: U1, first: I4,
    tables: Bits, as_of: int, known: int, met: Met,
) -> None:  # fmt: skip
    """Count who met what, over the live rows `begin`…`end` of a tier (kept: uint8[j], journeys asked about).

    The events of a stay only gather bits; a journey is counted once it is over, so that a stage it came back to counts once."""
    rows, units, live = events.off, events.unit, events.live
    kind, role_set, at, received = events.kind, events.role, events.at, events.received
    of_kind, meets, line, back = tables
    reached, counts = met.reached, met.bits
    n_line, n_words = reached.size - 1, meets.shape[0]
    seen = np.zeros((n_line + 1, n_words), np.uint64)
    place = np.zeros(64, np.uint8)  # of the lowest bit of a word, by its product with a de Bruijn number
    for x in range(64):
        place[(np.uint64(1) << np.uint64(x)) * DE_BRUIJN >> np.uint64(58)] = x
    cut = known != NEVER
    own, own_n = np.zeros((n_line + 1, 64 * n_words), np.int64), np.zeros(n_line + 1, np.int64)
    move_at, move_to = np.empty(1, np.int32), np.empty(1, np.uint8)
    for row in range(begin, end):
        unit = units[row]
        i = rows[row]
        several = first_journey[unit + 1] - first_journey[unit] > 1 and live[row]
        for j in range(first_journey[unit], first_journey[unit + 1] if live[row] else first_journey[unit]):
            if not kept[j] or start[j] > as_of:
                continue
            size = off[j + 1] - off[j]
            if size > move_at.size:
                move_at, move_to = np.empty(2 * size, np.int32), np.empty(2 * size, np.uint8)
            n, furthest = path(off[j], off[j + 1], stage, first, line, back, as_of, move_at, move_to)
            until = min(int(stop[j]), as_of)
            while i > rows[row] and at[i - 1] >= start[j]:  # an attempt may begin at the instant at which another ended
                i -= 1
            while i < rows[row + 1] and at[i] < start[j]:
                i += 1
            for move in range(n):
                last = until if move + 1 == n else min(until, int(move_at[move + 1]) - 1)
                a = i
                while i < rows[row + 1] and at[i] <= last:
                    i += 1
                for word in range(n_words):
                    gathered = np.uint64(0)
                    if cut:
                        for e in range(np.uint64(a), np.uint64(i)):
                            bits = meets[word, np.uint64(of_kind[kind[e]]) + np.uint64(role_set[e])]
                            gathered |= bits if received[e] <= known else np.uint64(0)
                    else:
                        for e in range(np.uint64(a), np.uint64(i)):
                            gathered |= meets[word, np.uint64(of_kind[kind[e]]) + np.uint64(role_set[e])]
                    seen[move_to[move], word] |= gathered
                    seen[n_line, word] |= gathered
            for k in range(n_line + 1):
                there = k <= furthest or k == n_line
                reached[k] += there
                own_n[k] += there and several
                for word in range(n_words):
                    left = seen[k, word]
                    seen[k, word] = np.uint64(0)
                    while left:
                        lowest = left & (~left + np.uint64(1))
                        bit = word * 64 + place[lowest * DE_BRUIJN >> np.uint64(58)]
                        counts[k, bit] += 1
                        own[k, bit] += several
                        left ^= lowest
        if several:
            _of_unit(own, own_n, met)


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

    def prepare(self) -> Bits:
        listed = listed_meetings(self.rules, self.role_sets, self.roles, self.line)
        n_touch, n_classes, n_sets = len(listed.of_roles), len(listed.off) - 1, len(self.role_sets)
        words = max(1, -(-(n_touch + len(self.roles)) // 64))
        shown = np.zeros((words, n_sets), np.uint64)
        for number in range(n_sets):
            for r in listed.role[listed.role_off[number] : listed.role_off[number + 1]].tolist():
                shown[(n_touch + r) // 64, number] |= np.uint64(1) << np.uint64((n_touch + r) % 64)
        bits = np.repeat(shown[:, None], n_classes, axis=1)
        for code in range(n_classes):
            for x in range(listed.off[code], listed.off[code + 1]):
                p = int(listed.touchpoint[x])
                hit = (listed.bits[x] & listed.of_roles[p]) != 0
                bits[p // 64, code, hit] |= np.uint64(1) << np.uint64(p % 64)
        member = np.zeros(n_classes, bool)
        member[listed.of_kind] = listed.member != 0  # kinds of one class agree in it
        bits[:, ~member] = 0
        return Bits(
            of_kind=readonly(listed.of_kind.astype(np.int32) * np.int32(n_sets)),
            bits=readonly(bits.reshape(words, -1)),
            line=listed.line,
            back=listed.back,
        )

    def zero(self, tables: Bits) -> Met:
        rows, bits = len(tables.back) + 1, 64 * len(tables.bits)
        by_bit = (rows, bits)
        return Met(*(np.zeros(shape, np.int64) for shape in (rows, by_bit, by_bit, by_bit, rows, rows)))

    def partial(self, tables: Bits, source: Source, begin: int, end: int) -> Met:
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


def listed_meetings(rules: "Rules", role_sets: Sequence[tuple[str, ...]], roles: Sequence[str], line: U1) -> Meetings:
    """What an event meets, as lists (arguments as those of `MeetingsKernel`)."""
    masks = [np.asarray(m, np.uint8) for m in rules.touchpoint_mask.values()]
    example, of_kind = alike([np.asarray(rules.member, np.uint8), *masks])
    met = [[(p, int(mask[k])) for p, mask in enumerate(masks) if mask[k]] for k in example]
    anyone = np.full(len(role_sets), 255, np.uint8)
    of_roles = [rules.touchpoint_role_mask.get(t, anyone) for t in rules.touchpoint_mask]
    number = {role: x for x, role in enumerate(roles)}
    sets = [[number[role] for role in set(names) if role in number] for names in role_sets]
    return Meetings(
        member=readonly(np.asarray(rules.member, np.uint8)),
        of_kind=readonly(of_kind.astype(np.min_scalar_type(len(example)))),
        off=readonly(np.cumsum([0, *(len(m) for m in met)]).astype(np.int32)),
        touchpoint=readonly(np.array([p for m in met for p, _ in m], np.int32)),
        bits=readonly(np.array([b for m in met for _, b in m], np.uint8)),
        of_roles=readonly(np.array(of_roles, np.uint8).reshape(len(of_roles), len(role_sets))),
        role_off=readonly(np.cumsum([0, *(len(s) for s in sets)]).astype(np.int32)),
        role=readonly(np.array([r for s in sets for r in s], np.int32)),
        line=line,
        back=regressing(line, rules),
    )
