"""Intervals of shares: Wilson's score interval, and the delta method on log(−log).

Sources: Wilson, J. Am. Stat. Assoc. 22 (1927) 209; Kalbfleisch & Prentice, *The Statistical Analysis of Failure Time Data*,
2nd ed. 2002, §1.4 (log(−log)), applied to an incidence as in Collett, *Modelling Survival Data in Medical Research*,
3rd ed. 2015, §12.2.
"""

from math import exp, log, sqrt
from statistics import NormalDist

from tabiji.result import Share

LEVEL = 0.95


def z_value() -> float:
    """Two-sided quantile of the normal distribution at LEVEL: 1.96."""
    return NormalDist().inv_cdf((1 + LEVEL) / 2)


def wilson(successes: float, n: float) -> tuple[float, float]:
    """Score interval of a share of `n` > 0 independent trials; inside 0–1, and not empty at 0 or `n` successes."""
    z2 = z_value() ** 2
    p = successes / n
    centre = p + z2 / (2 * n)
    half = sqrt(z2 * (p * (1 - p) + z2 / (4 * n)) / n)
    low, high = (centre - half) / (1 + z2 / n), (centre + half) / (1 + z2 / n)
    return (0.0 if successes == 0 else low), (1.0 if successes == n else high)


def log_minus_log(p: float, variance: float) -> tuple[float, float]:
    """Interval of a probability 0 < p < 1 with its variance: symmetric in log(−log p), so inside 0–1."""
    spread = exp(z_value() * sqrt(max(variance, 0.0)) / (p * abs(log(p))))
    return p**spread, p ** (1 / spread)


def refused(n: int, min_n: int, horizon_days: int | None = None) -> Share:
    """The share of too few: no figure, and the reason."""
    return Share(None, None, None, n, reason=f"n<{max(min_n, 1)}", horizon_days=horizon_days)


def wilson_share(successes: int, n: int, min_n: int) -> Share:
    """`successes` of `n` with Wilson's interval; refused below `min_n`."""
    if n < max(min_n, 1):
        return refused(n, min_n)
    low, high = wilson(successes, n)
    return Share(successes / n, low, high, n)
