"""In which stage a journey is: the furthest stage of the main line entered so far.

A later firing of an earlier stage is a return and leaves the position as it is, unless that stage says `regress`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tabiji.index.jit import NEVER, inlined, kernel, readonly
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, U1, Index
from tabiji.metrics.entries import NO_LINE

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

NOWHERE = -1


def regressing(line: U1, rules: "Rules") -> U1:
    """uint8[K]: stages of the main line whose later firing takes a journey back."""
    out = np.zeros(int((line != NO_LINE).sum()), np.uint8)
    for stage, k in enumerate(line.tolist()):
        if k != NO_LINE:
            out[k] = int(rules.regress_bits) >> stage & 1
    return readonly(out)


@inlined
def path(
    begin: int, end: int, stage: U1, first: I4, line: U1, back: U1, as_of: int, at: I4, to: U1
) -> tuple[int, int]:  # fmt: skip
    """Moves of the journey with the entries `begin`…`end` by `as_of`: at (int32), to (uint8, stage of the main line).

    Returns the number of moves, and the furthest stage ever entered (NOWHERE where none was)."""
    n, here, furthest = 0, NOWHERE, NOWHERE
    for e in range(begin, end):
        if first[e] > as_of:
            break
        k = int(line[stage[e]])
        if k != NO_LINE and (k > here or (k < here and back[k] != 0)):
            at[n], to[n] = first[e], k
            n += 1
            here = k
            furthest = max(furthest, k)
    return n, furthest


@kernel
def _positions(
    unit: I8, when: I4, first_journey: I8, start: I4, end: I4, off: I8, stage: U1, first: I4, line: U1, back: U1,
    out: I4, began: I4,
) -> None:  # fmt: skip
    """Stage of each unit at each instant (NOWHERE outside every journey), and the start of its journey (NEVER there), both
    int32. first_journey: int64[units + 1]."""
    for x in range(unit.size):
        out[x], began[x] = NOWHERE, NEVER
        for j in range(first_journey[unit[x]], first_journey[unit[x] + 1]):
            if start[j] > when[x]:
                break
            if end[j] < when[x]:
                continue
            here = NOWHERE
            for e in range(off[j], off[j + 1]):
                if first[e] > when[x]:
                    break
                k = int(line[stage[e]])
                if k != NO_LINE and (k > here or back[k] != 0):
                    here = k
            out[x], began[x] = here, start[j]


def first_journeys(journal: Journal, n: int) -> I8:
    """int64[n + 1]: the journeys of the partition's unit x are first_journeys[x]…first_journeys[x + 1]."""
    return np.searchsorted(journal.unit, journal.first_unit + np.arange(n + 1)).astype(np.int64)


def positions(
    index: Index, journals: Sequence[Journal], line: U1, back: U1, unit: npt.NDArray[np.int64], when: I4
) -> tuple[I4, I4]:
    """Where unit[x] was at when[x]: its stage of the main line (int32[n], NOWHERE outside every journey), and the start of
    that journey (int32[n], NEVER there).

    unit: int64[n], ordinals of the index · when: int32[n], seconds since EPOCH; the instant of a move belongs to the stage
    entered."""
    out, began = np.full(len(unit), NOWHERE, np.int32), np.full(len(unit), NEVER, np.int32)
    for partition, journal in zip(index.partitions, journals, strict=True):
        mine = np.flatnonzero((unit >= partition.first) & (unit < partition.first + partition.n))
        if len(mine):
            here, since = np.empty(len(mine), np.int32), np.empty(len(mine), np.int32)
            _positions(
                readonly(unit[mine] - partition.first), readonly(when[mine]),
                readonly(first_journeys(journal, partition.n)), journal.start, journal.end, journal.off,
                journal.stage, journal.first, line, back, here, since,
            )  # fmt: skip
            out[mine], began[mine] = here, since
    return out, began
