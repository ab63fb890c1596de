"""The transitions of the Markov chain along the paths: kernels that count them.

A state of order `o` is the last `o` keys of the path, the number of a key being 1 … K and 0 where there is none yet, as digits to
the base K + 1. A transition's code is (state, next key), the next key being K for the conversion and K + 1 for the null.
"""

import numpy as np

from tabiji.index.jit import kernel
from tabiji.index.layout import I4, I8
from tabiji.metrics.credit.gathering.cells import UNUSED, grown, place_of


@kernel
def path_of(key: I4, first: int, last: int, collapse: bool, end: int, sequence: I4) -> int:
    """The keys `first`…`last` as the chain takes them (runs of one key as one, where asked for), and its `end`. Returns how
    many they are."""
    n = np.uint64(0)
    before = np.int32(-1)
    for i in range(np.uint64(first), np.uint64(last)):
        sequence[n] = key[i]
        n += np.uint64(not collapse or key[i] != before)
        before = key[i]
    sequence[n] = end
    return int(n) + 1


@kernel
def count_dense(sequence: I4, size: int, order: int, bits: int, origin: int, by_place: I8) -> None:
    """Count the transitions of one path in a plain array, where digits have `bits` bits each: a shift is much quicker than to take
    the oldest digit away and to multiply.

    by_place: int64, by origin, the digits of the state, and the next key."""
    digit, one = np.uint64(bits), np.uint64(1)
    first = np.uint64(origin) << np.uint64(bits * (order + 1))
    state, within = np.uint64(0), (one << np.uint64(bits * order)) - one
    for i in range(np.uint64(size)):
        to = np.uint64(sequence[i])
        by_place[first | state << digit | to] += 1
        state = (state << digit | (to + one)) & within


@kernel
def count_sparse(
    sequence: I4, size: int, order: int, base: int, span: int, origin: int, slot: I8, times: I8, used: int
) -> tuple[I8, I8, int]:  # fmt: skip
    """Count the transitions of one path in an open-addressed table that grows. Returns the table, and how many codes it has."""
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
