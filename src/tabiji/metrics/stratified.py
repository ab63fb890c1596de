"""Two groups compared within strata: the Mantel–Haenszel difference and ratio of two shares.

Within a stratum those with and those without are alike in what the strata are made of; the strata are pooled with weights
n₁n₀/n, so one in which a group is missing says nothing. Interval of the difference: stratified Newcombe (Yan & Su, Statistics in
Biopharmaceutical Research 2, 2010, 393), which stays honest where a group has no or only successes; unadjusted: Newcombe
(Statistics in Medicine 17, 1998, 873, method 10). Of the log ratio: Greenland & Robins (Biometrics 41, 1985, 55). p: the test
of Mantel & Haenszel (J. Natl. Cancer Inst. 22, 1959, 719), without continuity correction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, log, sqrt

import numpy as np
import numpy.typing as npt

from tabiji.index.layout import F8, I8
from tabiji.metrics.intervals import wilson, z_value

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Compared:
    """Adjusted comparison; difference and ratio with their 95 % intervals, None where undefined. p: of no difference.

    n_used: those in strata that hold both groups."""

    difference: float | None
    low: float | None
    high: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    p: float | None
    n_used: int


NOTHING = Compared(None, None, None, None, None, None, None, 0)


def compared(exposed: Bools, outcome: Bools, stratum: I8) -> Compared:
    """Shares of `outcome` among the exposed and the others, pooled over strata (all arrays of n; stratum: 0…)."""
    n_strata = int(stratum.max(initial=-1)) + 1
    cell = (stratum * 2 + exposed) * 2 + outcome
    n = np.bincount(cell, minlength=4 * n_strata).reshape(n_strata, 2, 2).astype(np.float64)
    return of_tables(n[:, 1, 1], n[:, 1].sum(1), n[:, 0, 1], n[:, 0].sum(1))


def of_tables(a: F8, n1: F8, c: F8, n0: F8) -> Compared:
    """The same from tables: per stratum, `a` of `n1` exposed and `c` of `n0` others have the outcome (float64 each)."""
    both = (n1 > 0) & (n0 > 0)
    a, n1, c, n0 = (column[both] for column in (a, n1, c, n0))
    n = n1 + n0
    if not len(n):
        return NOTHING
    weight = n1 * n0 / n
    weight = weight / weight.sum()
    p1, p0 = float((weight * a / n1).sum()), float((weight * c / n0).sum())
    size1, size0 = float(1 / (weight**2 / n1).sum()), float(1 / (weight**2 / n0).sum())
    difference, low, high = newcombe(p1 * size1, size1, p0 * size0, size0)
    r, s = float((a * n0 / n).sum()), float((c * n1 / n).sum())
    ratio = ratio_low = ratio_high = None
    if s > 0:
        ratio = r / s
        if r > 0:
            spread = float(((n1 * n0 * (a + c) - a * c * n) / n**2).sum())
            half = z_value() * sqrt(max(0.0, spread / (r * s)))
            ratio_low, ratio_high = exp(log(ratio) - half), exp(log(ratio) + half)
    return Compared(difference, low, high, ratio, ratio_low, ratio_high, _chance(a, n1, c, n0), int(n.sum()))


def _chance(a: F8, n1: F8, c: F8, n0: F8) -> float | None:
    """p of no difference in any stratum; None where nobody, or everybody, has the outcome."""
    n, hits = n1 + n0, a + c
    variance = float((n1 * n0 * hits * (n - hits) / (n**2 * (n - 1))).sum())
    if variance == 0:
        return None
    return erfc(abs(float((a - n1 * hits / n).sum())) / sqrt(2 * variance))


def newcombe(a: float, n1: float, c: float, n0: float) -> tuple[float, float, float]:
    """The difference a/n1 − c/n0 (n1, n0 > 0) with its hybrid score interval."""
    p1, p0 = a / n1, c / n0
    (l1, u1), (l0, u0) = wilson(a, n1), wilson(c, n0)
    d = p1 - p0
    return d, d - sqrt((p1 - l1) ** 2 + (u0 - p0) ** 2), d + sqrt((u1 - p1) ** 2 + (p0 - l0) ** 2)


def false_discovery(p: Sequence[float | None]) -> list[float | None]:
    """Benjamini & Hochberg's adjusted p: take all up to 0.05, and at most a twentieth of them are expected to be chance.

    J. R. Statist. Soc. B 57 (1995) 289. None stays None and counts for nothing."""
    known = sorted((value, i) for i, value in enumerate(p) if value is not None)
    out: list[float | None] = [None] * len(p)
    least = 1.0
    for rank in range(len(known), 0, -1):
        value, i = known[rank - 1]
        least = min(least, value * len(known) / rank)
        out[i] = least
    return out
