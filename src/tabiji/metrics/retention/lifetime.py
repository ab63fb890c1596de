"""How long subscriptions last, and what a customer brings in.

*Survival*: Kaplan–Meier of subscriptions from their start, those still in force censored at as-of; intervals on log(−log), where a
unit has several subscriptions from its influence on the curve (infinitesimal jackknife; Efron, *The Jackknife, the Bootstrap and
Other Resampling Plans*, 1982, ch. 6). *Value within a time*: every payment counts for those customers whose first start lies so far
back that they could have made it (Bang & Tsiatis, Biometrika 87, 2000, 329, with a censoring time known for all). Neither assumes
anything about customers yet to come.
"""

from math import sqrt

import numpy as np
import numpy.typing as npt

from tabiji.i18n import N_
from tabiji.index.layout import F8, I8
from tabiji.metrics.intervals import log_minus_log, refused, wilson
from tabiji.metrics.means import Mean, t_value
from tabiji.metrics.scope import DAY
from tabiji.metrics.survival import CAUSE_BITS, ROUNDING, Exits, exits_of
from tabiji.result import Share

NOT_SO_LONG = N_("nobody has been watched so long")


def lasting(begin: I8, end: I8, ended: npt.NDArray[np.bool_]) -> tuple[Exits, npt.NDArray[np.intp]]:
    """Kaplan–Meier of spells (seconds; end = as-of where not ended), and the order in which the curve holds them."""
    packed = (end - begin).astype(np.int64) << CAUSE_BITS | ended
    order = np.argsort(packed, kind="stable")
    return exits_of(packed[order]), order


def survival_at(curve: Exits, days: int, min_n: int, owner: I8 | None = None) -> Share:
    """Share still in force after so many days, of all n spells. owner: int64[n], in the order of the curve, where units have
    several spells."""
    n, at = len(curve.packed), days * DAY
    if n < max(min_n, 1):
        return refused(n, min_n)
    if curve.at_risk_at(at) == 0 and curve.known_at(at) < n:
        return Share(None, None, None, n, NOT_SO_LONG)
    x = int(np.searchsorted(curve.times, at, side="right"))
    share = 1.0 if x == 0 else float(curve.survival[x - 1])
    if not ROUNDING < share < 1 - ROUNDING:
        share, known = float(round(share)), curve.known_at(at)
        return Share(share, *wilson(share * known, known), n)
    variance = float(curve.survival_variance[x - 1])
    if owner is not None:
        variance = _over_owners(curve, at, share, owner)
    return Share(share, *log_minus_log(share, variance), n)


def _over_owners(curve: Exits, at: int, share: float, owner: I8) -> float:
    """Variance of the curve at an instant from the influence of each owner."""
    time, cause = curve.packed >> CAUSE_BITS, curve.packed & ((1 << CAUSE_BITS) - 1)
    at_risk = curve.at_risk.astype(np.float64)
    left = np.diff(np.searchsorted(time[cause != 0], curve.times, side="right"), prepend=0)
    keep = np.divide(left, at_risk * (at_risk - left), out=np.zeros(len(left)), where=at_risk > left)
    grown = np.concatenate([[0.0], np.cumsum(keep)])
    gone = (cause != 0) & (time <= at)
    place = np.searchsorted(curve.times, np.minimum(time, at), side=("right"))
    influence = grown[place]
    own = np.searchsorted(curve.times, time[gone])
    influence[gone] = grown[own] - 1 / at_risk[own]
    total = np.bincount(np.unique(owner, return_inverse=True)[1], weights=share * influence)
    return float(len(total) / max(1, len(total) - 1) * (total @ total))


def value_within(since: I8, owner: I8, value: F8, watched: I8, within: int, min_n: int) -> Mean:
    """Mean value that a customer brings within `within` seconds of its start.

    since: int64[p], when each payment was made, seconds after its customer's start · owner: int64[p], place of the customer · value:
    float64[p] · watched: int64[n], seconds that each customer has been watched. Refused where fewer than `min_n` were watched so
    long."""
    n = len(watched)
    long_enough = int((watched >= within).sum())
    if long_enough < max(min_n, 2):
        return Mean(None, None, None, long_enough, f"n<{max(min_n, 2)}")
    inside = since <= within
    since, owner, value = since[inside], owner[inside], value[inside]
    order = np.argsort(since, kind="stable")
    since, owner, value = since[order], owner[order], value[order]
    able = (n - np.searchsorted(np.sort(watched), since)).astype(np.float64)  # customers who could have made it by now
    mean = float((value / able).sum())
    pulled = np.concatenate([[0.0], np.cumsum(value / able**2)])
    influence = np.bincount(owner, weights=value / able, minlength=n)
    influence -= pulled[np.searchsorted(since, watched, side="right")]
    half = t_value(n - 1) * sqrt(n / (n - 1) * float(influence @ influence))
    return Mean(mean, max(0.0, mean - half), mean + half, long_enough)
