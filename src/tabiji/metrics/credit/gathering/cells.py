"""What one pass over the events gathers: cells of whole numbers, which merge in any order."""

from typing import NamedTuple

import numpy as np

from tabiji.index.jit import inlined, kernel
from tabiji.index.layout import I8

ONE = 1 << 32  # a whole conversion, in fixed point
MOST_DENSE = 1 << 20  # places up to which transitions are counted in a plain array
MOST_TRANSITIONS = 1 << 21  # different ones of a task; beyond it nothing is counted any more
UNUSED = -1


def digit_bits(keys: int) -> int:
    """Bits of one key of a transition where it is counted in a plain array (see `transitions.count_dense`)."""
    return (keys + 1).bit_length()


def places_of(keys: int, order: int) -> int:
    """How many places such an array has for the transitions of a chain; none where nothing is counted."""
    return 1 << digit_bits(keys) * (order + 1) if order else 0


class Cells(NamedTuple):
    """credit, worth: int64[buckets, models, K + 2], fixed point: conversions (ONE each) and money (`Toward.scale`); column K =
    no touch, K + 1 = touches outside the dates asked about · met: int64[K, 3], conversions and nulls with a touch of the
    key, and touches on the ways to a conversion · transition, times: int64[t], codes of the transitions of the Markov chain, ascending, and
    how often (while shards are merged `times` may stand by place, without `transition`) · sets: int64[n, 2], conversions and nulls per set of keys (bit mask), where they are asked for · overflow: more
    transitions than can be counted."""

    credit: I8
    worth: I8
    met: I8
    transition: I8
    times: I8
    sets: I8
    overflow: bool


def no_cells(buckets: int, models: int, keys: int, n_sets: int) -> Cells:
    """The cells of no journey."""
    nothing = np.empty(0, np.int64)
    shared = np.zeros((buckets, models, keys + 2), np.int64)
    return Cells(
        shared, shared.copy(), np.zeros((keys, 3), np.int64), nothing, nothing, np.zeros((n_sets, 2), np.int64), False
    )


def merged(a: Cells, b: Cells) -> Cells:
    """The cells of two sets of shards together (transitions both by place, or both by code)."""
    known, times = a.transition, b.times
    if len(a.times) == len(b.times) and not len(a.transition) and not len(b.transition):
        times = a.times + b.times
    elif len(a.times):
        known, place = np.unique(np.concatenate([a.transition, b.transition]), return_inverse=True)
        times = np.zeros(len(known), np.int64)
        np.add.at(times, place, np.concatenate([a.times, b.times]))
    else:
        known = b.transition
    return Cells(
        a.credit + b.credit, a.worth + b.worth, a.met + b.met, known, times, a.sets + b.sets, a.overflow or b.overflow
    )


def by_code(slot: I8, times: I8) -> tuple[I8, I8]:
    """(codes ascending, how often) of an open-addressed table."""
    used = np.flatnonzero(times)
    order = used[np.argsort(slot[used])]
    return slot[order], times[order]


def coded(cells: Cells, keys: int, order: int) -> Cells:
    """Cells whose transitions stand by place (no `transition`), with the codes that occur."""
    if len(cells.transition) or not len(cells.times):
        return cells
    used, bits = np.flatnonzero(cells.times).astype(np.int64), digit_bits(keys)
    digit, state = (1 << bits) - 1, used >> bits * (order + 1)  # the origin
    for back in range(order, 0, -1):
        state = state * (keys + 1) + (used >> bits * back & digit)
    return cells._replace(transition=state * (keys + 2) + (used & digit), times=cells.times[used])


@inlined
def place_of(slot: I8, code: np.int64) -> np.int64:
    """Where a code stands in an open-addressed table, or could stand (Fibonacci hashing, linear probing)."""
    mask = np.uint64(slot.size - 1)
    x = (np.uint64(code) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20) & mask
    while slot[x] != UNUSED and slot[x] != code:
        x = (x + np.uint64(1)) & mask
    return np.int64(x)


@kernel
def grown(slot: I8, times: I8) -> tuple[I8, I8]:
    """The same table with twice the room."""
    new_slot, new_times = np.full(2 * slot.size, UNUSED, np.int64), np.zeros(2 * slot.size, np.int64)
    for i in range(slot.size):
        if slot[i] != UNUSED:
            x = place_of(new_slot, slot[i])
            new_slot[x], new_times[x] = slot[i], times[i]
    return new_slot, new_times
