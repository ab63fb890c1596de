"""Exact medians of very many durations, each of which belongs to a cell.

A first pass counts how many durations every cell has, task by task. Neighbouring cells share a *drawer*, about as many as the
second-level cache holds durations; the counts tell where the drawers lie in one row, and in it the durations of each task. A
second pass writes them there, on all threads, to few places at a time; then drawer after drawer is put in order by cell and the
medians are selected. A row holds at most `MOST_KEPT` durations (or those of one cell); where there are more, cells are taken in
turns, one pass each.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import TASKS_PER_WORKER
from tabiji.index.firing import U8
from tabiji.index.jit import kernel, readonly
from tabiji.index.layout import I8, U2, U4
from tabiji.index.tasks import ranges

MOST_KEPT = 1 << 25  # durations of a row; each takes eight bytes
DRAWER = 1 << 16  # durations of a drawer
ELSEWHERE = 0xFFFF  # the drawer of a cell whose durations are not kept this time
GAP_BITS = 32  # of a duration in seconds: the index spans 136 years

Bools = npt.NDArray[np.bool_]
Placing = Callable[[U2, Sequence[I8], U8], None]


@kernel
def keep(cells: I8, gaps: I8, n: int, drawer: U2, at: I8, row: U8) -> None:
    """Put `n` durations (seconds, 0 … 2³²−1), each with its cell, into their drawers.

    drawer: uint16[all cells] · at: int64[drawers], where the next duration of a drawer is written · row: uint64, cell and
    duration."""
    for i in range(np.uint64(n)):
        d = np.uint64(drawer[np.uint64(cells[i])])
        if d != np.uint64(ELSEWHERE):
            x = at[d]
            row[np.uint64(x)] = cells[i] << GAP_BITS | gaps[i]
            at[d] = x + 1


@kernel
def _select(a: U4, first: int, end: int, rank: int) -> None:
    """Order a[first:end] so that a[rank] is what it would be if sorted, with nothing larger before it.

    Hoare's FIND with Lomuto's partition, which moves always and advances only on a match: no branch to be guessed wrong."""
    low, high, k, one = np.uint64(first), np.uint64(end), np.uint64(rank), np.uint64(1)
    while high - low > np.uint64(8):
        x, y, z = a[low], a[(low + high) >> one], a[high - one]
        pivot = max(min(x, y), min(max(x, y), z))
        less = low
        for i in range(low, high):
            value = a[i]
            a[i], a[less] = a[less], value
            less += np.uint64(value < pivot)
        if k < less:
            high = less
            continue
        low = less
        for i in range(less, high):
            value = a[i]
            a[i], a[low] = a[low], value
            low += np.uint64(value <= pivot)
        if k < low:
            return
    for i in range(low + one, high):
        value, j = a[i], np.uint64(i)
        while j > low and a[j - one] > value:
            a[j] = a[j - one]
            j -= one
        a[j] = value


@kernel
def _middles(row: U8, drawers: I8, cells: I8, first: I8, begin: int, end: int, twice: I8) -> None:
    """Twice the median of the cells of the drawers begin…end, into `twice` by cell.

    drawers: int64[d + 1], the drawer y has the cells[drawers[y]:drawers[y + 1]], ascending · first: int64[c + 1], cells[x] has
    first[x + 1] − first[x] durations, not none, and its drawer lies in the row where its first cell would."""
    for y in range(begin, end):
        a, z = drawers[y], drawers[y + 1]
        low, high = first[a], first[z]
        inside = np.empty(high - low, np.uint32)
        to = np.empty(cells[z - 1] - cells[a] + 1, np.int64)
        for x in range(a, z):
            to[cells[x] - cells[a]] = first[x] - low
        for i in range(low, high):
            c = np.int64(row[i] >> np.uint64(GAP_BITS)) - cells[a]
            inside[to[c]] = np.uint32(row[i] & np.uint64((1 << GAP_BITS) - 1))
            to[c] += 1
        for x in range(a, z):
            begins, ends = first[x] - low, first[x + 1] - low
            upper = (begins + ends) // 2
            _select(inside, begins, ends, upper)
            below = np.uint32(0) if (ends - begins) % 2 == 0 else inside[upper]
            for i in range(np.uint64(begins), np.uint64(upper)):
                below = max(below, inside[i])
            twice[cells[x]] = np.int64(inside[upper]) + np.int64(below)


def medians(times: Sequence[U4], wanted: Bools, place: Placing, executor: Executor) -> I8:
    """Twice the median of each cell (int64[cells], seconds); 0 where it has no duration or is not wanted.

    times: uint32[cells], per task, how many durations of a cell it has · wanted: bool[cells] · place(drawer, at, row): a pass in
    which the task x keeps its durations with `at[x]`, see `keep`."""
    n: I8 = np.asarray(np.sum(times, axis=0, dtype=np.int64))
    twice = np.zeros(len(n), np.int64)
    cells = np.flatnonzero(wanted & (n > 0)).astype(np.int64)
    for begin, end in _runs(n[cells], MOST_KEPT):
        some = cells[begin:end]
        first = np.concatenate([np.zeros(1, np.int64), np.cumsum(n[some])])
        runs = _runs(n[some], DRAWER)
        drawers = np.array([0, *(z for _, z in runs)], np.int64)
        drawer = np.full(len(n), ELSEWHERE, np.uint16)
        drawer[some] = np.repeat(np.arange(len(runs), dtype=np.uint16), np.diff(drawers))
        shares = np.array([np.add.reduceat(mine[some].astype(np.int64), drawers[:-1]) for mine in times])
        at = first[drawers[:-1]] + np.cumsum(shares, axis=0) - shares
        row = np.empty(int(first[-1]), np.uint64)
        place(readonly(drawer), list(at), row)
        given = readonly(row), readonly(drawers), readonly(some), readonly(first)
        cuts = ranges(first[drawers], executor.workers * TASKS_PER_WORKER)
        executor.map(partial(_told, given, twice), cuts)
    return twice


def _told(given: tuple[U8, I8, I8, I8], twice: I8, cut: tuple[int, int]) -> None:
    _middles(*given, *cut, twice)


def _runs(n: I8, most: int) -> list[tuple[int, int]]:
    """Cut cells with n durations each (int64) into runs of at most `most` durations, or of one cell."""
    cuts, kept = [0], 0
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(n)])
    while cuts[-1] < len(n):
        cuts.append(max(cuts[-1] + 1, int(np.searchsorted(before, kept + most, side="right")) - 1))
        kept = int(before[cuts[-1]])
    return list(pairwise(cuts))
