"""One pass over the events: the touches on the way to every conversion, and their credit under all models at once.

Touches count that happened before the conversion and at most `lookback` before it; those at its very instant are the
conversion itself. Of a journey that ended without: those before its end, back from its last touch.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tabiji.index.jit import kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.layout import F8, I4, I8, U1, Tier
from tabiji.index.sweep import Events
from tabiji.metrics.credit.gathering.cells import (
    MOST_DENSE,
    MOST_TRANSITIONS,
    ONE,
    UNUSED,
    Cells,
    by_code,
    coded,
    digit_bits,
    merged,
    no_cells,
    places_of,
)  # fmt: skip
from tabiji.metrics.credit.gathering.fates import ANCHORS, CONVERTED, LEFT_OUT, NULL, Fates
from tabiji.metrics.credit.gathering.levels import SEVERAL, Level, Touching
from tabiji.metrics.credit.gathering.shares import PASSED, Tally, decay_of, empty_tally, latest_before, share
from tabiji.metrics.credit.gathering.touches import gather, room_for
from tabiji.metrics.credit.gathering.transitions import count_dense, count_sparse, path_of

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
def _met(key: I4, first: int, last: int, which: int, met: I8) -> np.uint64:
    """Count a journey for each key that it touched (met: int64[K, 3], K ≤ WORD). Returns the keys as bits."""
    mask = np.uint64(0)
    for i in range(np.uint64(first), np.uint64(last)):
        mask |= np.uint64(1) << np.uint64(key[i])
    for k in range(np.uint64(met.shape[0])):
        met[k, which] += np.int64(mask >> k & np.uint64(1))
    return mask


@kernel
def _met_among_many(key: I4, first: int, last: int, which: int, met: I8, met_in: I8, number: int) -> None:
    """The same for any number of keys. met_in: int64[K], number of the journey that a key was last met in."""
    for i in range(first, last):
        k = key[i]
        if met_in[k] != number:
            met_in[k] = number
            met[k, which] += 1


@kernel
def _pass(
    events: Events, begin: int, end: int, touching: Touching, key_of_kind: I4, direct: U1, first_journey: I8, fates: Fates,
    most: int, several: bool, asked: Asked, decay: F8, tally: Tally, credit: I8, worth: I8, met: I8, sets: I8, by_place: I8,
    dense: bool, bits: int,
) -> tuple[I8, I8, bool]:  # fmt: skip
    """Credit of the journeys of the live rows `begin`…`end` (see `Cells`); returns the table of transitions.

    by_place: int64[origins · places], where they are counted by place (dense) · bits: of a digit there."""
    units, live = events.unit, events.live
    fate, start, stop, anchors, value, bucket = fates
    n_keys = met.shape[0]
    touches = room_for(events.off, begin, end, most)
    key, at, off = touches
    sequence = np.empty(key.size + 1, np.int32)
    met_in, anchor = np.full(n_keys, -1, np.int64), np.zeros(ANCHORS + 1, np.int64)
    base, span = int(n_keys + 1), 1
    for _ in range(asked.order):
        span *= base
    slot, times = np.full(1 << 12, UNUSED, np.int64), np.zeros(1 << 12, np.int64)
    used, overflow = 0, False
    upto = begin
    while upto < end:
        block, upto = (
            upto,
            gather(
                events,
                upto,
                end,
                touching,
                key_of_kind,
                first_journey,
                fates,
                asked.lookback,
                asked.known,
                several,
                touches,
            ),
        )
        for row in range(block, upto):
            unit = units[row]
            for j in range(first_journey[unit], first_journey[unit + 1] if live[row] else first_journey[unit]):
                if fate[j] == LEFT_OUT:
                    continue
                first, last = off[row - block], off[row - block + 1]
                while last > first and at[last - 1] >= stop[j]:
                    last -= 1
                back = stop[j]
                if fate[j] == NULL:
                    back = np.int64(max(at[last - 1], start[j])) if last > first else np.int64(start[j])
                while first < last and at[first] < back - asked.lookback:
                    first += 1
                of_conversion = fate[j] == CONVERTED
                if first == last:
                    if of_conversion and asked.shared:
                        for model in range(MODELS):
                            credit[bucket[j], model, n_keys] += ONE
                            worth[bucket[j], model, n_keys] += value[j]
                    continue
                which = 0 if of_conversion else 1
                if n_keys <= WORD:
                    mask = _met(key, first, last, which, met)
                    if asked.sets:
                        sets[mask, which] += 1
                else:
                    _met_among_many(key, first, last, which, met, met_in, j)
                if asked.order > 0 and not overflow:
                    size = path_of(key, first, last, asked.collapse, n_keys + which, sequence)
                    origin = int(bucket[j]) if asked.chained else 0
                    if dense:
                        count_dense(sequence, size, asked.order, bits, origin, by_place)
                    else:
                        slot, times, used = count_sparse(
                            sequence, size, asked.order, base, span, origin * span, slot, times, used
                        )
                        overflow = used > MOST_TRANSITIONS
                if of_conversion and asked.shared:
                    for x in range(ANCHORS):
                        entered = anchors[x, j]
                        anchor[x + 1] = latest_before(at, first, last, entered) if entered <= stop[j] else -1
                    share(
                        key, at, first, last, j, value[j], anchor, direct, asked.since, asked.until, decay, tally,
                        credit[bucket[j]], worth[bucket[j]],
                    )  # fmt: skip
    return slot, times, overflow


class Tables(NamedTuple):
    """What every shard needs. key_of_kind: int32[n_kinds], as `Touching.lone` · several: whether any kind touches SEVERAL · decay:
    see `decay_of`."""

    touching: Touching
    key_of_kind: I4
    several: bool
    decay: F8


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
    def places(self) -> int:
        """How many places an array of all transitions has."""
        return (self.buckets if self.asked.chained else 1) * places_of(len(self.level.keys), self.asked.order)

    def prepare(self) -> Tables:
        touching = self.level.touching
        lone = readonly(touching.lone[touching.of_kind])
        several = bool((touching.lone == SEVERAL).any())
        return Tables(touching, lone, several, decay_of(self.asked.half_life, self.asked.lookback))

    def zero(self, tables: Tables) -> Cells:
        keys = len(self.level.keys)
        return no_cells(self.buckets, MODELS, keys, 1 << keys if self.asked.sets else 0)

    def partial(self, tables: Tables, source: Source, begin: int, end: int) -> Cells:
        cells, dense = self.zero(tables), self.places <= MOST_DENSE
        by_place = np.zeros(self.places if dense else 0, np.int64)
        slot, times, overflow = _pass(
            events_of(source.tier), begin, end, tables.touching, tables.key_of_kind, self.level.direct,
            readonly(source.first_journey), source.fates, self.level.most, tables.several, self.asked, tables.decay,
            empty_tally(len(self.level.keys)), cells.credit, cells.worth, cells.met, cells.sets, by_place, dense,
            digit_bits(len(self.level.keys)),
        )  # fmt: skip
        if dense:
            return cells._replace(times=by_place)
        transition, times = by_code(slot, times)
        return cells._replace(transition=transition, times=times, overflow=bool(overflow))

    def merge(self, a: Cells, b: Cells) -> Cells:
        return merged(a, b)

    def finish(self, total: Cells) -> Cells:
        return coded(total, len(self.level.keys), self.asked.order)
