"""Journeys of a partition as arrays, put together from the pieces that were swept."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, cast

import numpy as np

from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.layout import I4, I8, U1, U2, Partition, Tier
from tabiji.index.sweep import Swept


@dataclass(frozen=True, slots=True)
class Journal:
    """Journeys of one partition, ordered by unit, then attempt.

    Per journey: unit: int64[j], ordinal in the index · attempt: uint16[j], from 1 · start: int32[j], first firing of a
    step · end: int32[j] with outcome: uint8[j]: 1 = a failure stage fired at `end`; 2 = dormant from `end` on (which lies in
    the future of a journey that is still watched); 0 = no end (`end` = NEVER) · off: int64[j+1], entries of journey x are
    off[x]…off[x+1].
    Per entry, in the order of events, runs of one stage collapsed: stage: uint8[e] (order written in the map), first, last:
    int32[e], its first and last firing.
    Per unit of the partition: n_touches: int32[n], first_touch: int32[n] (NEVER where none), last_touch: int32[n]."""

    number: int
    first_unit: int
    unit: I8
    attempt: U2
    start: I4
    end: I4
    outcome: U1
    off: I8
    stage: U1
    first: I4
    last: I4
    n_touches: I4
    first_touch: I4
    last_touch: I4

    def __len__(self) -> int:
        return len(self.unit)


COLUMNS = tuple(f.name for f in fields(Journal) if f.name not in ("number", "first_unit"))


@dataclass(frozen=True, slots=True)
class Piece:
    """What was swept of the rows `begin`…`end` of a tier."""

    tier: Tier
    begin: int
    end: int
    swept: Swept


def join(partition: Partition, pieces: Sequence[Piece]) -> Journal:
    """One journal from the pieces of a partition (per tier in order of rows).

    Live rows of different tiers are different units, so their journeys are interleaved by unit."""
    n_touches, first_touch, last_touch = _of_units(partition, pieces)
    by_tier = [_stacked([x.swept for x in pieces if x.tier is tier]) for tier in partition.tiers]
    journeys = [part for part in by_tier if len(part[0])]
    merged = journeys[0] if journeys else _stacked([])
    for other in journeys[1:]:
        merged = _interleaved(merged, other)
    columns: list[Any] = [readonly(a) for a in (*merged, n_touches, first_touch, last_touch)]
    return Journal(partition.number, partition.first, *columns)


def _of_units(partition: Partition, pieces: Sequence[Piece]) -> tuple[I4, I4, I4]:
    """n_touches, first_touch, last_touch of every unit of a partition."""
    if pieces and len(partition.tiers) == 1 and sum(piece.end - piece.begin for piece in pieces) == partition.n:
        n, first, last = (np.concatenate([piece.swept[c] for piece in pieces]) for c in (9, 10, 11))
        return n, first, last
    n, first = np.zeros(partition.n, np.int32), np.full(partition.n, NEVER, np.int32)
    last = np.zeros(partition.n, np.int32)
    for piece in pieces:
        live = piece.tier.live[piece.begin : piece.end] != 0
        unit = piece.tier.unit[piece.begin : piece.end][live]
        n[unit] = piece.swept.n_touches[live]
        first[unit] = piece.swept.first_touch[live]
        last[unit] = piece.swept.last_touch[live]
    return n, first, last


Columns = tuple[I8, U2, I4, I4, U1, I8, U1, I4, I4]  # Journal.unit … Journal.last
_DTYPES = (np.int64, np.uint16, np.int32, np.int32, np.uint8, np.int64, np.uint8, np.int32, np.int32)


def _stacked(swept: Sequence[Swept]) -> Columns:
    """Pieces of one tier, one after the other; counts of entries become offsets."""
    if len(swept) == 1:
        out: list[Any] = list(swept[0][: len(_DTYPES)])
    else:
        out = [np.concatenate([np.empty(0, d), *(s[c] for s in swept)]) for c, d in enumerate(_DTYPES)]
    out[5] = np.concatenate([np.zeros(1, np.int64), np.cumsum(out[5], dtype=np.int64)])
    return cast(Columns, tuple(out))


@kernel
def _interleave(a: Columns, b: Columns, out: Columns) -> None:
    """Merge two sets of journeys with ascending, disjoint units into `out` (tuples of the columns of a journal)."""
    x = y = w = 0
    out[5][0] = 0
    for j in range(out[0].size):
        left = y == b[0].size or (x < a[0].size and a[0][x] < b[0][y])
        source, k = (a, x) if left else (b, y)
        x, y = (x + 1, y) if left else (x, y + 1)
        out[0][j], out[1][j], out[2][j] = source[0][k], source[1][k], source[2][k]
        out[3][j], out[4][j] = source[3][k], source[4][k]
        for e in range(source[5][k], source[5][k + 1]):
            out[6][w], out[7][w], out[8][w] = source[6][e], source[7][e], source[8][e]
            w += 1
        out[5][j + 1] = w


def _interleaved(a: Columns, b: Columns) -> Columns:
    columns: list[tuple[Any, Any]] = list(zip(a, b, strict=True))
    sizes = [len(x) + len(y) for x, y in columns]
    sizes[5] -= 1
    out = cast(Columns, tuple(np.empty(n, dtype) for n, dtype in zip(sizes, _DTYPES, strict=True)))
    left, right = tuple(readonly(x) for x, _ in columns), tuple(readonly(y) for _, y in columns)
    _interleave(cast(Columns, left), cast(Columns, right), out)
    return out
