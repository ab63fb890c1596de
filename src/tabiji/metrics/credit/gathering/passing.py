"""One pass over the events: the touches on the way to every conversion, and their credit under all models at once.

Touches count that happened before the conversion and at most `lookback` before it; those at its very instant are the
conversion itself. Of a journey that ended without: those before its end, back from its last touch.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.layout import I4, I8, U1, Tier
from tabiji.index.sweep import Events
from tabiji.metrics.credit.gathering.cells import (
    MOST_DENSE,
    MOST_TRANSITIONS,
    ONE,
    UNUSED,
    Cells,
    by_code,
    grown,
    merged,
    no_cells,
    place_of,
    sparse,
)  # fmt: skip
from tabiji.metrics.credit.gathering.fates import ANCHORS, CONVERTED, LEFT_OUT, NULL, Fates
from tabiji.metrics.credit.gathering.levels import SEVERAL, Level, Touching
from tabiji.metrics.credit.gathering.shares import PASSED, Decay, Tally, decay_of, empty_tally, latest_before, share

MODELS = len(PASSED)
WORD = 64  # keys up to which a set of them fits a word


class Asked(NamedTuple):
    """Numbers that the kernel goes by. lookback, half_life: seconds · since, until: only touches between the two instants are
    credited (both included) · known: received by then · order: of the Markov chain, 0 = none · collapse: take a touch of the
    key of the one before for the same · chained: whether transitions are told apart by bucket · sets: whether sets are counted ·
    shared: whether conversions are shared out (the chain needs no shares)."""

    lookback: int
    half_life: float
    since: int
    until: int
    known: int
    order: int
    collapse: bool
    chained: bool
    sets: bool
    shared: bool


@kernel
def _path(key: I4, first: int, last: int, collapse: bool, sequence: I4) -> int:
    """The keys of a path as the chain takes them (runs of one key as one, where asked for). Returns how many."""
    n = 0
    for i in range(first, last):
        if not collapse or i == first or key[i] != key[i - 1]:
            sequence[n] = key[i]
            n += 1
    return n


@kernel
def _count(
    sequence: I4, size: int, order: int, base: int, span: int, origin: int, slot: I8, times: I8, used: int
) -> tuple[I8, I8, int]:  # fmt: skip
    """Count the transitions of one path in an open-addressed table that grows. Returns the table, and its codes."""
    state, oldest = 0, span // base
    for i in range(size):
        to = int(sequence[i])
        code = (origin + state) * (base + 1) + to
        x = place_of(slot, np.int64(code))
        times[x] += 1
        if slot[x] == UNUSED:
            slot[x] = code
            used += 1
            if 2 * used > slot.size:
                slot, times = grown(slot, times)
        if i >= order:
            state -= (int(sequence[i - order]) + 1) * oldest
        state = state * base + to + 1
    return slot, times, used


@kernel
def _pass(
    events: Events, begin: int, end: int, touching: Touching, direct: U1, first_journey: I8, fates: Fates, most: int,
    asked: Asked, decay: Decay, tally: Tally, credit: I8, worth: I8, met: I8, sets: I8, by_place: I8, dense: bool,
) -> tuple[I8, I8, bool]:  # fmt: skip
    """Credit of the journeys of the live rows `begin`…`end` (see `Cells`); returns the table of transitions.

    by_place: int64[codes], where they are counted by code (dense)."""
    rows, units, live = events.off, events.unit, events.live
    kind, role_set, at_event, received = events.kind, events.role, events.at, events.received
    of_kind, lone, key_off, keys, bits, of_roles = touching
    fate, start, stop, anchors, value, bucket = fates
    lookback, _, since, until, known, order, collapse, chained, with_sets, shared = asked
    old, middle, young = decay
    place, distinct, every, inside, aged, parts, held, extra = tally
    n_keys = met.shape[0]
    cut = known != NEVER
    longest = 0
    for row in range(begin, end):
        longest = max(longest, rows[row + 1] - rows[row])
    room = longest * most + 2
    key, at, sequence = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)
    met_in, anchor = np.full(n_keys, -1, np.int64), np.zeros(ANCHORS + 1, np.int32)
    base, span = int(n_keys + 1), 1
    for _ in range(order):
        span *= base
    slot, times = np.full(1 << 12, UNUSED, np.int64), np.zeros(1 << 12, np.int64)
    used, overflow = 0, False
    for row in range(begin, end):
        unit = units[row]
        a, b = first_journey[unit], first_journey[unit + 1] if live[row] else first_journey[unit]
        low, high = int(NEVER), int(-NEVER)
        for j in range(a, b):
            if fate[j] != LEFT_OUT:
                low = min(low, int(stop[j] if fate[j] == CONVERTED else start[j]) - lookback)
                high = max(high, int(stop[j]))
        if low == NEVER:
            continue
        n, i, stop_at = np.uint64(0), rows[row], rows[row + 1]
        while i < stop_at and at_event[i] < low:
            i += 1
        while i < stop_at and at_event[stop_at - 1] >= high:
            stop_at -= 1
        for e in range(np.uint64(i), np.uint64(stop_at)):
            code = of_kind[kind[e]]
            k = lone[code]
            if cut and received[e] > known:
                continue
            if k == SEVERAL:
                for x in range(key_off[code], key_off[code + 1]):
                    if bits[x] & of_roles[keys[x], role_set[e]]:
                        key[n], at[n] = keys[x], at_event[e]
                        n += np.uint64(1)
            else:
                key[n], at[n] = k, at_event[e]
                n += np.uint64(k >= 0)
        for j in range(a, b):
            if fate[j] == LEFT_OUT:
                continue
            last = int(np.int64(n))
            while last > 0 and at[last - 1] >= stop[j]:
                last -= 1
            back = stop[j]
            if fate[j] == NULL:
                back = np.int64(max(at[last - 1], start[j])) if last > 0 else np.int64(start[j])
            first = 0
            while first < last and at[first] < back - lookback:
                first += 1
            of_conversion = fate[j] == CONVERTED
            if first == last:
                if of_conversion and shared:
                    for model in range(MODELS):
                        credit[bucket[j], model, n_keys] += ONE
                        worth[bucket[j], model, n_keys] += value[j]
                continue
            which = 0 if of_conversion else 1
            if n_keys <= WORD:
                mask = np.uint64(0)
                for i in range(np.uint64(first), np.uint64(last)):
                    mask |= np.uint64(1) << np.uint64(key[i])
                for k in range(n_keys):
                    met[k, which] += np.int64(mask >> np.uint64(k) & np.uint64(1))
                if with_sets:
                    sets[mask, which] += 1
            else:
                for i in range(first, last):
                    k = key[i]
                    if met_in[k] != j:
                        met_in[k] = j
                        met[k, which] += 1
            if order > 0 and not overflow:
                size = _path(key, first, last, collapse, sequence)
                sequence[size] = n_keys + which
                origin = int(bucket[j]) * span if chained else 0
                if dense:
                    state, oldest, one = np.uint64(0), np.uint64(span // base), np.uint64(1)
                    for i in range(np.uint64(size + 1)):
                        to = np.uint64(sequence[i])
                        by_place[(np.uint64(origin) + state) * np.uint64(base + 1) + to] += 1
                        if i >= np.uint64(order):
                            state -= (np.uint64(sequence[i - np.uint64(order)]) + one) * oldest
                        state = state * np.uint64(base) + to + one
                else:
                    slot, times, used = _count(sequence, size + 1, order, base, span, origin, slot, times, used)
                    overflow = used > MOST_TRANSITIONS
            if of_conversion and shared:
                for x in range(ANCHORS):
                    entered = anchors[x, j]
                    anchor[x + 1] = latest_before(at, first, last, entered) if entered <= stop[j] else -1
                share(
                    key, at, first, last, j, value[j], anchor, direct, since, until, old, middle, young,
                    place, distinct, every, inside, aged, parts, held, extra, bucket[j], credit, worth,
                )  # fmt: skip
    return slot, times, overflow


class Source(NamedTuple):
    """A tier, with the journeys of its partition (first_journey: int64[units + 1]) and their fates."""

    tier: Tier
    first_journey: I8
    fates: Fates


@dataclass(frozen=True, slots=True)
class Passing:
    """Gathers `Cells` over all journeys (see `compute.kernel.Kernel`). buckets: groups of units."""

    level: Level
    buckets: int
    asked: Asked

    @property
    def codes(self) -> int:
        """How many codes of transitions there can be."""
        base = len(self.level.keys) + 1
        origins = self.buckets if self.asked.chained else 1
        return origins * int(base**self.asked.order) * (base + 1) if self.asked.order else 0

    def prepare(self) -> tuple[Touching, Decay]:
        return self.level.touching, decay_of(self.asked.half_life, self.asked.lookback)

    def zero(self, tables: tuple[Touching, Decay]) -> Cells:
        keys = len(self.level.keys)
        return no_cells(self.buckets, MODELS, keys, 1 << keys if self.asked.sets else 0)

    def partial(self, tables: tuple[Touching, Decay], source: Source, begin: int, end: int) -> Cells:
        cells, dense = self.zero(tables), self.codes <= MOST_DENSE
        by_place = np.zeros(self.codes if dense else 0, np.int64)
        slot, times, overflow = _pass(
            events_of(source.tier), begin, end, tables[0], self.level.direct, readonly(source.first_journey), source.fates,
            self.level.most, self.asked, tables[1], empty_tally(len(self.level.keys)), cells.credit, cells.worth, cells.met, cells.sets, by_place, dense,
        )  # fmt: skip
        if dense:
            return cells._replace(times=by_place)
        transition, times = by_code(slot, times)
        return cells._replace(transition=transition, times=times, overflow=bool(overflow))

    def merge(self, a: Cells, b: Cells) -> Cells:
        return merged(a, b)

    def finish(self, total: Cells) -> Cells:
        return sparse(total)
