"""Log-rank test: do several groups leave a stage at one pace?

At every instant at which somebody leaves, each group is expected to give its share of those at risk; the differences between
observed and expected, summed over all instants, are compared with their hypergeometric covariance (Mantel 1966; Peto & Peto
1972; Kalbfleisch & Prentice, *The Statistical Analysis of Failure Time Data*, 2nd ed. 2002, §1.5). Where a unit has several
stays, the covariance is the robust one over units (Lin & Wei, J. Am. Stat. Assoc. 84, 1989, 1074). It sees best a difference
that keeps its direction; curves that cross may cancel out.
"""

from dataclasses import dataclass
from math import erfc, exp, lgamma, log, sqrt

import numpy as np

from tabiji.index.jit import kernel, readonly
from tabiji.index.layout import F8, I4, I8
from tabiji.metrics.ordering import order_of
from tabiji.metrics.survival import CAUSE_BITS, CAUSE_MASK, CENSORED


@kernel
def _compare(packed: I8, group: I4, n_groups: int) -> tuple[I8, F8, F8]:
    """Observed and expected leavers of each group, and the covariance of their difference.

    packed: int64[n], duration << CAUSE_BITS | cause, ascending · group: int32[n], 0…n_groups−1."""
    observed, expected = np.zeros(n_groups, np.int64), np.zeros(n_groups, np.float64)
    covariance = np.zeros((n_groups, n_groups), np.float64)
    risk, gone = np.zeros(n_groups, np.int64), np.zeros(n_groups, np.int64)
    for g in group:
        risk[g] += 1
    n = packed.size
    i = 0
    while i < n:
        t, left, ended = packed[i] >> CAUSE_BITS, n - i, 0
        gone[:] = 0
        while i < n and packed[i] >> CAUSE_BITS == t:
            g = group[i]
            gone[g] += 1
            if packed[i] & CAUSE_MASK != CENSORED:
                ended += 1
                observed[g] += 1
            i += 1
        if ended > 0:
            spread = 0.0 if left == 1 else ended * (left - ended) / (left - 1.0)
            for g in range(n_groups):
                share = risk[g] / left
                expected[g] += ended * share
                covariance[g, g] += spread * share
                for h in range(n_groups):
                    covariance[g, h] -= spread * share * (risk[h] / left)
        for g in range(n_groups):
            risk[g] -= gone[g]
    return observed, expected, covariance


@kernel
def _residuals(packed: I8, group: I4, owner: I8, n_groups: int, n_owners: int) -> F8:
    """What each unit adds to observed minus expected of each group: float64[n_owners, n_groups] (Lin & Wei 1989).

    packed, group as in `_compare` · owner: int64[n], unit of a stay, 0…n_owners−1."""
    out = np.zeros((n_owners, n_groups), np.float64)
    risk = np.zeros(n_groups, np.int64)
    for g in group:
        risk[g] += 1
    hazard = 0.0
    expected = np.zeros(n_groups, np.float64)  # sum of hazard × share of the group, so far
    n = packed.size
    i = 0
    while i < n:
        t, left, end, ended = packed[i] >> CAUSE_BITS, n - i, i, 0
        while end < n and packed[end] >> CAUSE_BITS == t:
            ended += packed[end] & CAUSE_MASK != CENSORED
            end += 1
        hazard += ended / left
        for g in range(n_groups):
            expected[g] += ended / left * (risk[g] / left)
        for x in range(i, end):
            gone = packed[x] & CAUSE_MASK != CENSORED
            for g in range(n_groups):
                own = 1.0 if group[x] == g else 0.0
                out[owner[x], g] += (own - risk[g] / left if gone else 0.0) - own * hazard + expected[g]
        for x in range(i, end):
            risk[group[x]] -= 1
        i = end
    return out


@dataclass(frozen=True, slots=True)
class LogRank:
    """observed: int64[g], expected: float64[g], leavers of each group · statistic, df, p: of the χ² test; None where no
    two groups were ever at risk while somebody left."""

    observed: I8
    expected: F8
    statistic: float | None
    df: int | None
    p: float | None


def log_rank(packed: I8, group: I4, n_groups: int, owner: I8 | None = None) -> LogRank:
    """Compare groups of stays (arrays in any one order; see `_compare`).

    owner: int64[n], the unit of each stay, 0…, where a unit may have several: the covariance then comes from what whole
    units add to the difference, so that stays of one unit need not be independent."""
    order = order_of(packed)
    packed, group = readonly(packed[order]), readonly(group[order])
    observed, expected, covariance = _compare(packed, group, n_groups)
    met = np.flatnonzero(covariance.diagonal() > 0)
    if len(met) < 2:
        return LogRank(observed, expected, None, None, None)
    if owner is not None:
        added = _residuals(packed, group, readonly(owner[order]), n_groups, int(owner.max()) + 1)
        covariance = added.T @ added
    # The differences add up to 0, so one of the groups says nothing new.
    kept = met[:-1]
    difference = (observed - expected)[kept]
    statistic = float(difference @ np.linalg.pinv(covariance[np.ix_(kept, kept)]) @ difference)
    return LogRank(observed, expected, statistic, len(kept), chi_square_above(statistic, len(kept)))


def chi_square_above(x: float, df: int) -> float:
    """Probability that χ² with `df` ≥ 1 degrees of freedom exceeds `x` ≥ 0 (Abramowitz & Stegun 1964, 26.4.4, 26.4.5)."""
    if x <= 0:
        return 1.0
    half, first = x / 2, 0.5 if df % 2 else 0.0
    total = erfc(sqrt(half)) if df % 2 else 0.0
    for i in range(df // 2):
        power = i + first
        total += exp(power * log(half) - half - lgamma(power + 1))
    return min(1.0, total)
