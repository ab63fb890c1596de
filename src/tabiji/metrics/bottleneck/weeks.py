"""Counted weeks of stays: how many, and in how many a journey went on, by what the journeys are alike in and by whether a
factor was there. Two passes over stays, none over events."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.index.jit import kernel, readonly
from tabiji.index.layout import F8, I4, I8, U1, U2

BANDS = (0, 1, 2, 4, 8, 13, 26, 52)  # first week of each band of the time already spent


@dataclass(frozen=True, slots=True)
class Weeks:
    """Stays, s of them, by unit: owner: int64[s], units ascending · n: int32[s], weeks at risk · went: uint8[s], 1 where the
    last of them ended by going on · code: int32[s], what they are alike in (0…n_codes−1) · since: uint16[s, F]."""

    owner: I8
    n: I4
    went: U1
    code: I4
    since: U2
    n_codes: int


@dataclass(frozen=True, slots=True)
class Cells:
    """weeks, went: int64[F, 2, n_codes, bands], while the factor was not there (0) and once it was (1) · n_with: int64[F]."""

    weeks: I8
    went: I8
    n_with: I8


FIRST = readonly(np.array([*BANDS, 2**31 - 1], np.int64))


@kernel
def _tally(
    begin: int, end: int, n: I4, went: U1, code: I4, since: U2, first: I8, weeks: I8, gone: I8, n_with: I8
) -> None:
    """Count the stays `begin`…`end` into `weeks`, `gone` (int64[F, 2, codes, bands]) and `n_with`."""
    n_factors, n_bands = since.shape[1], first.size - 1
    for s in range(begin, end):
        last = 0
        while first[last + 1] < n[s]:
            last += 1
        for f in range(n_factors):
            since_week = min(np.int64(since[s, f]), np.int64(n[s]))
            n_with[f] += since_week < n[s]
            for b in range(n_bands):
                low, high = first[b], min(first[b + 1], np.int64(n[s]))
                if low >= high:
                    break
                there = max(np.int64(0), high - max(low, since_week))
                weeks[f, 1, code[s], b] += there
                weeks[f, 0, code[s], b] += high - low - there
            if went[s]:
                gone[f, 1 if since_week < n[s] else 0, code[s], last] += 1


@kernel
def _scores(
    begin: int, end: int, owner: I8, n: I4, went: U1, code: I4, since: U2, first: I8, mu: F8, pull: F8, out: F8
) -> None:
    """Add the squared influence of each unit of the stays `begin`…`end` on each coefficient to `out` (float64[F]).

    mu, pull: float64[F, 2, codes, bands], fitted probability of a cell, and what a residual there moves the coefficient by."""
    n_factors, n_bands = since.shape[1], first.size - 1
    total = np.zeros(n_factors, np.float64)
    for s in range(begin, end):
        last = 0
        while first[last + 1] < n[s]:
            last += 1
        c = code[s]
        for f in range(n_factors):
            since_week = min(np.int64(since[s, f]), np.int64(n[s]))
            for b in range(n_bands):
                low, high = first[b], min(first[b + 1], np.int64(n[s]))
                if low >= high:
                    break
                there = max(np.int64(0), high - max(low, since_week))
                total[f] -= there * mu[f, 1, c, b] * pull[f, 1, c, b]
                total[f] -= (high - low - there) * mu[f, 0, c, b] * pull[f, 0, c, b]
            if went[s]:
                total[f] += pull[f, 1 if since_week < n[s] else 0, c, last]
        if s + 1 == end or owner[s + 1] != owner[s]:
            for f in range(n_factors):
                out[f] += total[f] * total[f]
                total[f] = 0.0


def cells_of(w: Weeks, executor: Executor) -> Cells:
    """Count every stay."""
    shape = (w.since.shape[1], 2, w.n_codes, len(BANDS))

    def partial(task: tuple[int, int]) -> Cells:
        cells = Cells(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape[0], np.int64))
        n, went, code, since = _ready(w)
        _tally(*task, n, went, code, since, FIRST, cells.weeks, cells.went, cells.n_with)
        return cells

    parts = executor.map(partial, _cuts(w.owner, executor.workers))
    zero = Cells(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape[0], np.int64))
    for part in parts:
        zero = Cells(zero.weeks + part.weeks, zero.went + part.went, zero.n_with + part.n_with)
    return zero


def squared_scores(w: Weeks, mu: F8, pull: F8, executor: Executor) -> F8:
    """Sum over units of their squared influence on each coefficient: float64[F] (see `_scores`)."""

    def partial(task: tuple[int, int]) -> F8:
        out = np.zeros(w.since.shape[1])
        n, went, code, since = _ready(w)
        _scores(*task, readonly(w.owner), n, went, code, since, FIRST, readonly(mu), readonly(pull), out)
        return out

    total = np.zeros(w.since.shape[1])
    for part in executor.map(partial, _cuts(w.owner, executor.workers)):
        total += part
    return total


def _ready(w: Weeks) -> tuple[I4, U1, I4, U2]:
    return readonly(w.n), readonly(w.went), readonly(w.code), readonly(w.since)


def _cuts(owner: I8, parts: int) -> list[tuple[int, int]]:
    """Runs of whole units."""
    n = len(owner)
    goals = [n * x // parts for x in range(parts + 1)]
    cuts = [x if x in (0, n) else int(np.searchsorted(owner, owner[x])) for x in goals]
    return [(a, b) for a, b in pairwise(cuts) if b > a]
