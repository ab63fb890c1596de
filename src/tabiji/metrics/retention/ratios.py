"""Ratios of sums and rates per time, with intervals.

A ratio of sums over units: the residual of each unit (Cochran, *Sampling Techniques*, 3rd ed. 1977, §6.3), Student's t. A rate of
events per time: the exact Poisson interval (Garwood, Biometrika 28, 1936, 437), above some hundred events Byar's approximation of it
(Breslow & Day, *Statistical Methods in Cancer Research* II, 1987, p. 69).
"""

from math import exp, sqrt

import numpy as np

from tabiji.i18n import N_
from tabiji.index.layout import F8
from tabiji.metrics.dwell.logrank import chi_square_above
from tabiji.metrics.intervals import LEVEL, refused, wilson, z_value
from tabiji.metrics.means import ROUNDING, t_value
from tabiji.result import Share

MOST_EXACT = 400
NO_BASE = N_("there is nothing to compare with")


def ratio_of(above: F8, below: F8, min_n: int, most: float | None = None) -> Share:
    """Σ above ÷ Σ below over units (float64[n] each, below > 0); refused below `min_n` units.

    most: the largest value that it can have. Where all units changed alike, none of them tells how far others would have gone: the
    interval takes in as many that lost everything, or doubled, as Wilson's for none out of so many units."""
    n, total = len(below), float(below.sum())
    if n < max(min_n, 2):
        return refused(n, max(min_n, 2))
    if total <= 0:
        return Share(None, None, None, n, NO_BASE)
    ratio = float(above.sum()) / total
    residual = above - ratio * below
    half = t_value(n - 1) * sqrt(n / (n - 1) * float(residual @ residual)) / total
    if half <= ROUNDING * (1 + ratio):
        half = wilson(0, n)[1] * (ratio or 1.0)
    return Share(ratio, max(0.0, ratio - half), ratio + half if most is None else min(most, ratio + half), n)


def log_ratio_of(above: F8, below: F8, min_n: int) -> Share:
    """The same with an interval that is symmetric on the log scale, for ratios that may be large."""
    found = ratio_of(above, below, min_n)
    if not found.share or found.high is None:
        return found
    spread = exp((found.high - found.share) / found.share)
    return Share(found.share, found.share / spread, found.share * spread, found.n)


def per_time(events: int, time: float, n: int, min_n: int) -> Share:
    """Events ÷ time (in whatever unit), from `n` subjects; refused below `min_n` subjects."""
    if n < max(min_n, 1):
        return refused(n, min_n)
    if time <= 0:
        return Share(None, None, None, n, NO_BASE)
    low, high = poisson(events)
    return Share(events / time, low / time, high / time, n)


def poisson(events: int) -> tuple[float, float]:
    """Interval of the mean of a Poisson count: exact (Garwood 1936), above `MOST_EXACT` events Byar's."""
    if events > MOST_EXACT:
        z, up = z_value(), events + 1
        low = events * (1 - 1 / (9 * events) - z / (3 * sqrt(events))) ** 3
        return low, up * (1 - 1 / (9 * up) + z / (3 * sqrt(up))) ** 3
    tail = (1 - LEVEL) / 2
    low = 0.0 if events == 0 else _chi_square(1 - tail, 2 * events) / 2
    return low, _chi_square(tail, 2 * events + 2) / 2


def _chi_square(above: float, df: int) -> float:
    """The value that a chi-square variable exceeds with probability `above`, by bisection."""
    low, high = 0.0, 10.0 * df + 20
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if chi_square_above(middle, df) > above else (low, middle)
    return (low + high) / 2


def compounded(above: F8, below: F8, min_n: int, most: float | None = None) -> Share:
    """Π over steps of Σ above ÷ Σ below (float64[n, steps], units in rows; 0 where a unit is not there).

    The interval comes from the residuals of each unit in all steps together, on the log scale."""
    there = (below > 0).any(axis=1)
    n = int(there.sum())
    if n < max(min_n, 2):
        return refused(n, max(min_n, 2))
    totals = below.sum(axis=0)
    ratios = np.divide(above.sum(axis=0), totals, out=np.zeros(len(totals)), where=totals > 0)
    if (totals <= 0).any():
        return Share(None, None, None, n, NO_BASE)
    product = float(ratios.prod())
    if product <= 0:
        return Share(0.0, 0.0, wilson(0, n)[1], n)
    residual = ((above - ratios * below) / (ratios * totals)).sum(axis=1)
    spread = exp(t_value(n - 1) * sqrt(n / (n - 1) * float(residual @ residual)))
    low, high = product / spread, product * spread
    if spread <= 1 + ROUNDING:  # as in `ratio_of`
        low, high = product * (1 - wilson(0, n)[1]), product * (1 + wilson(0, n)[1])
    return Share(product, low, high if most is None else min(most, high), n)
