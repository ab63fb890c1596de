"""Variants: which journeys took the same steps, how many, and which of them are the most frequent.

Journeys with equal hashes (two lanes of 64 bits) and lengths are taken for equal: among ten million different sequences two
would be confused with probability 1e-25. What comes first does not depend on the order of journeys: the most frequent,
among equals the shorter, then the smaller hash.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.index.firing import U8
from tabiji.index.jit import kernel, readonly
from tabiji.index.layout import I4, I8

Places = npt.NDArray[np.intp]
FEW = 1 << 14  # journeys up to which one thread is as fast
PART_BITS = 3


@kernel
def _alike(hash_1: U8, hash_2: U8, steps: I4, part: np.uint64, bits: np.uint64, variant: I8) -> I8:
    """Number the variants among the journeys whose first hash begins with the `bits` of `part`, from 0: variant: int64[n], of each of
    these journeys. Returns a journey of each."""
    shift, mine = np.uint64(64) - bits, np.int64(0)
    for j in range(np.uint64(hash_1.size)):
        mine += np.int64(bits == np.uint64(0) or hash_1[j] >> shift == part)
    size = 16
    while size < 2 * mine:
        size *= 2
    table, example = np.full(size, -1, np.int64), np.empty(mine, np.int64)
    n = 0
    for j in range(hash_1.size):
        if bits != np.uint64(0) and hash_1[j] >> shift != part:
            continue
        at = np.int64(hash_1[j] & np.uint64(size - 1))
        while True:
            v = table[at]
            if v < 0:
                table[at], example[n], variant[j] = n, j, n
                n += 1
                break
            x = example[v]
            if hash_1[x] == hash_1[j] and hash_2[x] == hash_2[j] and steps[x] == steps[j]:
                variant[j] = v
                break
            at = (at + 1) & (size - 1)
    return example[:n]


def _numbered(hash_1: U8, hash_2: U8, steps: I4, executor: Executor) -> tuple[I8, I8]:
    """The number of each journey's variant (int64[n]), and a journey of each variant. Threads share the work by the first bits of
    the hash: each passes over all, and keeps a table of its own."""
    variant = np.empty(len(steps), np.int64)
    bits = PART_BITS if len(steps) > FEW and executor.workers > 1 else 0
    given = readonly(hash_1), readonly(hash_2), readonly(steps)
    parts = executor.map(lambda p: _alike(*given, np.uint64(p), np.uint64(bits), variant), range(1 << bits))
    if bits:
        before = np.cumsum([0, *map(len, parts[:-1])])
        variant += before[hash_1 >> np.uint64(64 - bits)]
    return variant, np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class Alike:
    """Variants, the most frequent first, at most as many as were asked for. n: of all, how many there are.

    members: the journeys of each (places, ascending) · rest: journeys of no variant listed."""

    n: int
    members: tuple[Places, ...]
    rest: int


def variants(hash_1: U8, hash_2: U8, steps: I4, most: int, executor: Executor) -> Alike:
    """The most frequent sequences among journeys: uint64[n], uint64[n], int32[n], see `walks.Told`."""
    variant, example = _numbered(hash_1, hash_2, steps, executor)
    n = len(example)
    count = np.bincount(variant, minlength=n)
    first = _first(count, steps[example], hash_1[example], most)
    rank = np.full(n, len(first), np.int64)
    rank[first] = np.arange(len(first))
    listed = np.flatnonzero(rank[variant] < len(first))
    listed = listed[np.argsort(rank[variant[listed]], kind="stable")]
    members = tuple(np.split(listed, np.cumsum(count[first])[:-1])) if first else ()
    return Alike(n, members, len(steps) - sum(map(len, members)))


def _first(count: npt.NDArray[np.intp], steps: I4, hash_1: U8, most: int) -> list[int]:
    """The `most` first variants, without sorting them all."""
    where = np.arange(len(count))
    if len(count) > most:
        least = -np.partition(-count, most - 1)[
            most - 1
        ]  # nearly all are 1, and selecting from their end would be slow
        tied = where[count == least]
        room = most - int((count > least).sum())
        tied = tied[np.lexsort((hash_1[tied], steps[tied]))][:room] if len(tied) > room else tied
        where = np.concatenate([where[count > least], tied])
    order = np.lexsort((hash_1[where], steps[where], -count[where]))
    return [int(v) for v in where[order]]
