"""Log-rank test: do several groups leave a stage at one pace?

At every instant at which somebody leaves, each group is expected to give its share of those at risk; the differences between
observed and expected, summed over all instants, are compared with their hypergeometric covariance (Mantel 1966; Peto & Peto
1972; Kalbfleisch & Prentice, *The Statistical Analysis of Failure Time Data*, 2nd ed. 2002, §1.5). It takes stays as
independent, and sees best a difference that keeps its direction; curves that cross may cancel out.
"""

from dataclasses import dataclass
from math import erfc, exp, lgamma, log, sqrt

import numpy as np

from tabiji.index.jit import kernel, readonly
from tabiji.index.layout import F8, I4, I8
from tabiji.metrics.survival import CAUSE_BITS, CENSORED


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
            if packed[i] & ((1 << CAUSE_BITS) - 1) != CENSORED:
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


@dataclass(frozen=True, slots=True)
class LogRank:
    """observed: int64[g], expected: float64[g], leavers of each group · statistic, df, p: of the χ² test; None where no
    two groups were ever at risk while somebody left."""

    observed: I8
    expected: F8
    statistic: float | None
    df: int | None
    p: float | None


def log_rank(packed: I8, group: I4, n_groups: int) -> LogRank:
    """Compare groups of stays (arrays in any one order; see `_compare`)."""
    order = np.argsort(packed, kind="stable")
    observed, expected, covariance = _compare(readonly(packed[order]), readonly(group[order]), n_groups)
    met = np.flatnonzero(covariance.diagonal() > 0)
    if len(met) < 2:
        return LogRank(observed, expected, None, None, None)
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
