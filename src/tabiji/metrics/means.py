"""Means and shares with an interval, when one unit may have given several of the values.

The mean is a ratio of sums over units, so its variance comes from the residual of each unit (Cochran, *Sampling Techniques*,
3rd ed. 1977, §6.3); the interval is Student's with units − 1 degrees of freedom. With one value per unit this is the
textbook interval of a mean.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import atan, cos, pi, sin, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from tabiji.i18n import N_
from tabiji.index.layout import F8, I8
from tabiji.metrics.intervals import LEVEL, refused, wilson, z_value
from tabiji.result import Share

ROUNDING = 1e-12
Places = npt.NDArray[np.intp]
ONE_UNIT = N_("all values come from one unit")


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of `n` values with its 95 % interval; None with its `reason` where it is refused."""

    mean: float | None
    low: float | None
    high: float | None
    n: int
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON keys mean, low, high, n; `reason` only where it says something."""
        out: dict[str, Any] = {"mean": self.mean, "low": self.low, "high": self.high, "n": self.n}
        return out if self.reason is None else {**out, "reason": self.reason}


def mean_of(values: F8, unit: I8, min_n: int, bounds: tuple[float, float]) -> Mean:
    """Mean of `values` (float64[n]) given by `unit` (int64[n]); refused below `min_n` values, or where all come from one
    unit. bounds: the ends of the scale, where the interval is cut."""
    n = len(values)
    if n < max(min_n, 1):
        return Mean(None, None, None, n, f"n<{max(min_n, 1)}")
    owner = owners(unit)
    count = np.bincount(owner)
    g = len(count)
    if g == 1:
        return Mean(None, None, None, n, ONE_UNIT)
    mean = float(values.mean())
    residual = np.bincount(owner, weights=values) - mean * count
    half = t_value(g - 1) * sqrt(g / (g - 1) * float(residual @ residual)) / n
    if half <= ROUNDING * (1 + abs(mean)) and np.isfinite(bounds).all():
        # All units say the same. Values between two ends vary at most like a yes or no with their mean (Bhatia & Davis 2000).
        wide = bounds[1] - bounds[0]
        low, high = wilson((mean - bounds[0]) / wide * g, g)
        return Mean(mean, bounds[0] + wide * low, bounds[0] + wide * high, n)
    return Mean(mean, max(bounds[0], mean - half), min(bounds[1], mean + half), n)


def owners(unit: I8) -> Places:
    """Whose the values are: 0 … g − 1 by unit (int64[n]); quick where units stand in order."""
    if len(unit) and (unit[1:] >= unit[:-1]).all():
        return np.cumsum(np.concatenate([np.zeros(1, bool), unit[1:] != unit[:-1]]))
    return np.unique(unit, return_inverse=True)[1]


def n_owners(unit: I8) -> int:
    """How many units the values come from."""
    return int(owners(unit).max(initial=-1)) + 1


@lru_cache(256)
def t_value(df: int) -> float:
    """Two-sided quantile of Student's t at LEVEL: 2.26 for 9 degrees of freedom.

    Above 200 degrees of freedom by its expansion around the normal quantile, below by bisection of its distribution
    function (Abramowitz & Stegun 26.7.5 and 26.7.3–4)."""
    if df > 200:
        z = z_value()
        terms = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96, (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
        return z + terms[0] / df + terms[1] / df**2 + terms[2] / df**3
    low, high = 0.0, 700.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _inside(middle, df) < LEVEL else (low, middle)
    return (low + high) / 2


def _inside(t: float, df: int) -> float:
    """P(|T| < t), a finite sum for whole degrees of freedom."""
    angle = atan(t / sqrt(df))
    c, s = cos(angle), sin(angle)
    odd = df % 2
    term = total = c if odd else 1.0
    for k in range(3 if odd else 2, df, 2):
        term *= c * c * (k - 1) / k
        total += term
    return 2 / pi * (angle + (s * total if df > 1 else 0.0)) if odd else s * total


def share_of(hits: npt.NDArray[np.bool_], unit: I8, min_n: int) -> Share:
    """Share of `hits` (bool[n]) among values given by `unit` (int64[n]); refused below `min_n`.

    Wilson's interval for the number of independent values that are worth as much as these n (their effective size: n over the
    design effect; Korn & Graubard, Survey Methodology 24, 1998, 193; Wilson instead of their exact one). With one value per
    unit it is Wilson's. Where all or none hit, every unit counts once."""
    owner = owners(unit)
    return share_over(hits, owner, np.bincount(owner), min_n)


def share_over(hits: npt.NDArray[np.bool_], owner: Places, count: Places, min_n: int) -> Share:
    """`share_of` for several shares over the same units: owner: intp[n], unit 0…g−1 of each value · count: intp[g], values of
    each unit."""
    n, hit, g = len(hits), int(np.count_nonzero(hits)), len(count)
    residual = np.bincount(owner, weights=hits) - hit / n * count if 0 < hit < n and g < n else np.zeros(0)
    return _worth(n, hit, g, float(residual @ residual), min_n)


def share_of_sums(n: int, hit: int, units: int, squares: int, products: int, sizes: int, min_n: int) -> Share:
    """`share_of` from sums over units with m values of which x hit: of x², of x·m, and of m²."""
    p = hit / max(n, 1)
    return _worth(n, hit, units, squares - 2 * p * products + p * p * sizes, min_n)


def _worth(n: int, hit: int, units: int, residual: float, min_n: int) -> Share:
    """A share with the interval of as many values as these n of some units are worth. residual: sum over units of (x − p·m)²."""
    if n < max(min_n, 1):
        return refused(n, min_n)
    p, effective = hit / n, float(n)
    if units < n:
        effective = float(units)
        if 0 < hit < n and units > 1:
            variance = units / (units - 1) * residual / n**2
            effective = min(float(n), p * (1 - p) / variance) if variance > 0 else float(n)
    low, high = wilson(p * effective, effective)
    return Share(p, 0.0 if hit == 0 else low, 1.0 if hit == n else high, n)
