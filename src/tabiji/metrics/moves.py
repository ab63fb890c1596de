"""The moves of journeys along the main line, on maps with a stage that takes them back (`regress`).

On other maps a journey only ever moves on, and τ (see `entries`) says everything.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, U1
from tabiji.metrics.entries import Entries, Moves
from tabiji.metrics.position import path, regressing

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules


@kernel
def _moves(off: I8, stage: U1, first: I4, line: U1, back: U1, as_of: int) -> tuple[I8, I4, U1]:
    """How often each journey moves by `as_of` (int64[j]), and all moves, one journey after the other: when, and to which stage."""
    n = np.empty(off.size - 1, np.int64)
    at, to = np.empty(stage.size, np.int32), np.empty(stage.size, np.uint8)
    w = 0
    for j in range(n.size):
        n[j], _ = path(off[j], off[j + 1], stage, first, line, back, as_of, at[w:], to[w:])
        w += n[j]
    return n, at[:w], to[:w]


def with_moves(found: Entries, journals: Sequence[Journal], line: U1, rules: "Rules", executor: Executor) -> Entries:
    """The entries of `entries` (all of them, as it gives them) with their moves, where a stage of the map takes journeys back."""
    back = regressing(line, rules)
    if not back.any():
        return found
    parts = executor.map(
        lambda journal: _moves(journal.off, journal.stage, journal.first, line, back, found.as_of), journals
    )
    # A journey that starts after as-of has not moved, so leaving it out leaves the moves as they are.
    started = [n[journal.start <= found.as_of] for (n, _, _), journal in zip(parts, journals, strict=True)]
    off = np.cumsum(np.concatenate([np.zeros(1, np.int64), *started]))
    at = np.concatenate([np.empty(0, np.int32), *(at for _, at, _ in parts)])
    to = np.concatenate([np.empty(0, np.uint8), *(to for _, _, to in parts)])
    return replace(found, moves=Moves(off, at, to))


def moves_of(found: Entries) -> Moves:
    """The moves of journeys; where no stage takes any back, they are its τ."""
    if found.moves is not None:
        return found.moves
    off, at, to = _onward(readonly(found.reached_at))
    return Moves(off, at, to)


@kernel
def _onward(reached_at: I4) -> tuple[I8, I4, U1]:
    """Moves of journeys that only move on: to the furthest stage of each instant."""
    n_line, n = reached_at.shape
    off, w = np.zeros(n + 1, np.int64), 0
    at, to = np.empty(n_line * n, np.int32), np.empty(n_line * n, np.uint8)
    for j in range(n):
        for k in range(n_line):
            last = k + 1 == n_line
            if reached_at[k, j] != NEVER and (last or reached_at[k + 1, j] != reached_at[k, j]):
                at[w], to[w] = reached_at[k, j], k
                w += 1
        off[j + 1] = w
    return off, at[:w], to[:w]


def standing(found: Entries) -> I4:
    """The stage in which each journey is at as-of, or was when it ended: int32[j]."""
    moves = moves_of(found)
    return moves.to[moves.off[1:] - 1].astype(np.int32)
