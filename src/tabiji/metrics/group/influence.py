"""Influence between roles: who shows up soon after whom, more often than the order of a group's roles by chance would do.

Of the journeys in which both roles showed up: in how many did the second one show up after the first, within d days? What to
expect if the order meant nothing: within each journey the instants at which its roles showed up stay as they are, and every
way of giving them to those roles is equally likely (a permutation of times within the account). The chance of a pair to be
"soon after" in one journey is then the share of ordered pairs of its instants that are, so the number over all journeys is a
sum of independent binomials: its distribution is counted out exactly, nothing is drawn. One-sided; Benjamini–Hochberg over
all pairs. It tells who moves after whom, not that one moved the other.
"""

from dataclasses import dataclass
from math import log2

import numpy as np

from tabiji.index.jit import NEVER
from tabiji.index.layout import F8, I4, I8
from tabiji.metrics.scope import DAY
from tabiji.metrics.stratified import false_discovery

FOLLOWED = 0.05  # q up to which a pair is taken to be more than chance


@dataclass(frozen=True, slots=True)
class Followed:
    """A pair of roles (by number): of the `n` journeys with both, `observed` in which the second followed the first in time,
    `expected` by chance; p one-sided; q adjusted. None where n is too small."""

    first: int
    second: int
    n: int
    observed: int
    expected: float
    p: float | None
    q: float | None


def follow(first: I4, days: float, min_n: int) -> list[Followed]:
    """Every ordered pair of roles. first: int32[j, R], when a role showed up (NEVER where not)."""
    n_roles = first.shape[1]
    there = first != NEVER
    size = there.sum(1)
    rows = size > 1
    first, there, size = first[rows].astype(np.int64), there[rows], size[rows].astype(np.int64)
    window = int(days * DAY)
    soon = {
        (a, b): there[:, a] & there[:, b] & (first[:, b] > first[:, a]) & (first[:, b] - first[:, a] <= window)
        for a in range(n_roles)
        for b in range(n_roles)
        if a != b
    }
    pairs = np.zeros(len(first), np.int64)  # of instants of a journey of which the second is soon after the first
    for found in soon.values():
        pairs += found
    code = size * (n_roles * n_roles + 1) + pairs
    kinds, kind = _kinds(code)
    of_size, of_pairs = kinds // (n_roles * n_roles + 1), kinds % (n_roles * n_roles + 1)
    chance = of_pairs / np.maximum(of_size * (of_size - 1), 1)
    out = []
    for (a, b), found in soon.items():
        both = there[:, a] & there[:, b]
        n = np.bincount(kind[both], minlength=len(kinds))
        observed, total = int(found.sum()), int(n.sum())
        p = at_least(observed, n, chance) if total >= max(min_n, 1) else None
        out.append(Followed(a, b, total, observed, float(n @ chance), p, None))
    adjusted = false_discovery([f.p for f in out])
    return [
        Followed(f.first, f.second, f.n, f.observed, f.expected, f.p, q) for f, q in zip(out, adjusted, strict=True)
    ]


def _kinds(code: I8) -> tuple[I8, I8]:
    """(the different codes, ascending; place of each code among them); codes are small."""
    n = np.bincount(code)
    kinds = np.flatnonzero(n)
    return kinds, (np.cumsum(n > 0) - 1)[code]


def at_least(observed: int, n: I8, chance: F8) -> float:
    """P(X ≥ observed) of a sum of independent binomials (n: int64[g] trials of probability chance: float64[g]).

    From the characteristic function at enough frequencies that what wraps around is less than rounding (Hong, Comput. Stat.
    Data Anal. 59, 2013, 41)."""
    total, mean = int(n.sum()), float(n @ chance)
    spread = float(n @ (chance * (1 - chance))) ** 0.5
    points = 1 << int(log2(min(total + 1, 20 * spread + 80)) + 1)
    low = 0 if points > total else max(0, int(mean) - points // 2)
    if observed <= low:
        return 1.0
    if observed >= low + points:
        return 0.0
    turn = np.exp(-2j * np.pi * np.arange(points // 2 + 1) / points)
    wave = np.ones(len(turn), np.complex128)
    for trials, share in zip(n.tolist(), chance.tolist(), strict=True):
        if trials and share:
            wave *= (1 - share + share * turn) ** trials
    mass = np.fft.irfft(wave, points)  # of values modulo `points`
    values = np.arange(observed, low + points)
    return float(min(1.0, max(0.0, mass[values % points].sum())))
