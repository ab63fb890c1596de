"""Exact medians of very many durations, each of which belongs to a cell, in memory that does not grow with them.

Durations are never kept as a whole. The first pass counts them per cell in buckets that double (each doubling in
2**fine steps), which tells in which bucket each median lies; further passes cut those buckets until few enough durations
are left in them to be collected and sorted. (Where there are fewer durations than counters, they are collected at once.) So every thread holds one table of at most `MOST_COUNTERS` counters (34 per
cell where there are more cells than that allows), and together they collect at most `MOST_KEPT` durations.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tabiji.index.jit import inlined, kernel, readonly
from tabiji.index.layout import I8, U1, U2, U4

COUNT, NARROW, COLLECT, PICK = range(4)  # what a pass does with a duration
GAP_BITS = 33  # of a duration in seconds: the index spans 136 years
MOST_COUNTERS = 1 << 20
MOST_KEPT = 1 << 23
FINEST = 6
NO_BUCKET = 0xFFFF


class Sight(NamedTuple):
    """The durations that a pass looks at: per cell up to two ranges (the buckets of its two middle durations), low ≤ duration <
    high, cut into buckets of 2**shift: the first half of the buckets for the one, the second for the other.

    low, high: int64[cells, 2] · shift: uint8[cells] · bucket: uint16[cells, 2], the buckets of the first pass that PICK collects
    (NO_BUCKET where nothing of a cell is wanted any more): a small table, which stays in the cache."""

    low: I8
    high: I8
    shift: U1
    bucket: U2


@inlined
def _bucket(gap: int, fine: int) -> int:
    """The bucket of a duration: doubling, each doubling in 2**fine steps."""
    if gap >> (fine + 1):
        # Bits of a number from the exponent of the float that equals it.
        e = int(np.float64(gap).view(np.int64) >> 52) - 1023 - fine
        gap = (e << fine) + (gap >> e)
    return gap


@kernel
def note(
    mode: int, fine: int, cells: I8, gaps: I8, n: int, sight: Sight, hist: U4, keys: I8, n_keys: int
) -> int:  # fmt: skip
    """Take in `n` durations (seconds, not negative), each with its cell. Returns how many have been collected.

    hist: uint32[cells, buckets] · keys: int64, cell and duration of those collected."""
    low, high, shift, wanted = sight
    if mode == COUNT:
        for i in range(n):
            hist[cells[i], _bucket(gaps[i], fine)] += np.uint32(1)
        return n_keys
    if mode == PICK:
        for i in range(n):
            cell, gap = cells[i], gaps[i]
            bucket = _bucket(gap, fine)
            if bucket == wanted[cell, 0] or bucket == wanted[cell, 1]:
                keys[n_keys] = cell << GAP_BITS | gap
                n_keys += 1
        return n_keys
    half = hist.shape[1] // 2
    for i in range(n):
        cell, gap = cells[i], gaps[i]
        side = 1 if gap >= high[cell, 0] else 0
        if gap >= low[cell, side] and gap < high[cell, side]:
            if mode == NARROW:
                hist[cell, side * half + ((gap - low[cell, side]) >> int(shift[cell]))] += np.uint32(1)
            else:
                keys[n_keys] = cell << GAP_BITS | gap
                n_keys += 1
    return n_keys


@kernel
def _range(first: bool, fine: int, half: int, low: I8, high: I8, shift: int, bucket: int) -> tuple[int, int]:
    """From where to where a bucket of a cell reaches (low, high: of the cell)."""
    if first:
        e = max((bucket >> fine) - 1, 0)
        begin = bucket - (e << fine)
        return begin << e, (begin + 1) << e
    side = 1 if bucket >= half else 0
    begin = int(low[side]) + ((bucket - side * half) << shift)
    return begin, min(begin + (1 << shift), int(high[side]))


@kernel
def _bracket(
    first: bool, fine: int, hist: U4, low: I8, high: I8, shift: U1, bucket: U2, n: I8, ranks: I8, twice: I8
) -> int:  # fmt: skip
    """Narrow each cell to the buckets of its two middle durations. Returns how many durations lie in these.

    ranks: int64[cells, 2], places of the two among those looked at · twice: int64[cells], their sum where they are known."""
    left = 0
    n_buckets = hist.shape[1]
    half = n_buckets // 2
    for cell in range(n.size):
        if first:
            n[cell] = 0
            for b in range(n_buckets):
                n[cell] += hist[cell, b]
            ranks[cell, 0], ranks[cell, 1] = (n[cell] - 1) // 2, n[cell] // 2
        if n[cell] == 0 or high[cell, 0] == 0:
            high[cell], bucket[cell] = 0, NO_BUCKET
            continue
        one, other, below, here = -1, -1, 0, 0
        b = -1
        while other < 0:
            b += 1
            here = int(hist[cell, b])
            if one < 0 and below + here > ranks[cell, 0]:
                one = b
                ranks[cell] -= below
                left += here
                below = 0
            if one >= 0 and below + here > ranks[cell, 1]:
                other = b
            below += here
        left += here if other != one else 0
        a, z = _range(first, fine, half, low[cell], high[cell], int(shift[cell]), one)
        y, x = _range(first, fine, half, low[cell], high[cell], int(shift[cell]), other)
        low[cell, 0], high[cell, 0], low[cell, 1], high[cell, 1] = a, z, y, x
        bucket[cell, 0], bucket[cell, 1] = one, other
        if other == one:
            low[cell, 1], high[cell, 1] = 0, 0
        width = max(z - a, x - y)
        if width == 1:
            twice[cell] = a + y
            low[cell], high[cell], bucket[cell] = 0, 0, NO_BUCKET
            left -= int(hist[cell, one]) + (here if other != one else 0)
            continue
        shift[cell] = 0
        while (width - 1) >> int(shift[cell]) >= half:
            shift[cell] += 1
    return left


Counted = npt.NDArray[np.uint32]
Pass = Callable[[int, int, Sight, int, int], tuple[Counted, I8]]


def medians(n_cells: int, most: int, look: Pass) -> tuple[I8, I8]:
    """How many durations each cell has, and twice their median: int64[cells] each (0 where it has none).

    most: durations that there can be · look(mode, fine, sight, buckets, most): one pass over all durations; gives the counts
    (uint32[cells, buckets]) and those collected (int64, at most `most`), as `note` writes them."""
    low, high = np.zeros((n_cells, 2), np.int64), np.full((n_cells, 2), 1 << GAP_BITS, np.int64)
    ranks, shift = np.zeros((n_cells, 2), np.int64), np.zeros(n_cells, np.uint8)
    bucket = np.full((n_cells, 2), NO_BUCKET, np.uint16)
    if most <= min(MOST_KEPT, n_cells * n_buckets(0)):
        # Fewer durations than counters: collecting and sorting them all is less work.
        _, keys = look(COLLECT, 0, _sight(low, high, shift, bucket), 0, most)
        n = np.bincount(keys >> GAP_BITS, minlength=n_cells).astype(np.int64)
        ranks[:, 0], ranks[:, 1] = (n - 1) // 2, n // 2
        return n, _middles(keys, np.flatnonzero(n), ranks)
    fine = 0
    while fine < FINEST and n_cells * n_buckets(fine + 1) <= MOST_COUNTERS:
        fine += 1
    n, twice = np.zeros(n_cells, np.int64), np.zeros(n_cells, np.int64)
    mode, left = COUNT, MOST_KEPT + 1
    while left > MOST_KEPT:
        hist, _ = look(mode, fine, _sight(low, high, shift, bucket), n_buckets(fine), 0)
        left = _bracket(mode == COUNT, fine, readonly(hist), low, high, shift, bucket, n, ranks, twice)
        mode = NARROW if mode == NARROW or left > MOST_KEPT else PICK
    if left:
        _, keys = look(COLLECT if mode == NARROW else PICK, fine, _sight(low, high, shift, bucket), 0, left)
        twice += _middles(keys, np.flatnonzero(high[:, 0]), ranks)
    return n, twice


def _middles(keys: I8, cells: npt.NDArray[np.intp], ranks: I8) -> I8:
    """int64[cells]: the sum of the durations at two ranks (int64[cells, 2]) of some cells; 0 for the others."""
    keys = np.sort(keys)
    out = np.zeros(len(ranks), np.int64)
    place = np.searchsorted(keys, cells.astype(np.int64) << GAP_BITS)[:, None] + ranks[cells]
    out[cells] = (keys[place] & ((1 << GAP_BITS) - 1)).sum(axis=1)
    return out


def n_buckets(fine: int) -> int:
    """Buckets for all durations, each doubling in 2**fine steps."""
    return (GAP_BITS - fine + 1) << fine


def _sight(low: I8, high: I8, shift: U1, bucket: U2) -> Sight:
    """A sight as kernels take it."""
    return Sight(readonly(low.copy()), readonly(high.copy()), readonly(shift.copy()), readonly(bucket.copy()))
