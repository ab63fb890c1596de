"""How long subscriptions last, and what a customer brings in.

*Survival*: Kaplan–Meier of subscriptions from their start, those still in force censored at as-of; intervals on log(−log), where a
unit has several subscriptions from its influence on the curve (infinitesimal jackknife; Efron, *The Jackknife, the Bootstrap and
Other Resampling Plans*, 1982, ch. 6). *Value within a time*: every payment counts for those customers whose first start lies so far
back that they could have made it (Bang & Tsiatis, Biometrika 87, 2000, 329, with a censoring time known for all). Neither assumes
anything about customers yet to come.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from tabiji.i18n import N_
from tabiji.index.jit import kernel, readonly
from tabiji.index.layout import F8, I8
from tabiji.metrics.intervals import log_minus_log, refused, wilson
from tabiji.metrics.means import Mean, t_value
from tabiji.metrics.ordering import order_of
from tabiji.metrics.scope import DAY
from tabiji.metrics.survival import CAUSE_BITS, CAUSE_MASK, ROUNDING, Exits, exits_of
from tabiji.result import Share

NOT_SO_LONG = N_("nobody has been watched so long")


def lasting(begin: I8, end: I8, ended: npt.NDArray[np.bool_]) -> tuple[Exits, npt.NDArray[np.intp]]:
    """Kaplan–Meier of spells (seconds; end = as-of where not ended), and the order in which the curve holds them."""
    packed = (end - begin).astype(np.int64) << CAUSE_BITS | ended
    order = order_of(packed)
    return exits_of(packed[order]), order


@kernel
def _influences(owner: I8, place: I8, lost: F8, grown: F8, upto: int, total: F8) -> float:
    """Sum of the squared influence of every owner on a curve at an instant, as shares of the curve (total: scratch)."""
    total[:] = 0.0
    for i in range(owner.size):
        total[owner[i]] += grown[min(place[i], upto)] - (lost[i] if place[i] <= upto else 0.0)
    squared = 0.0
    for o in range(total.size):
        squared += total[o] * total[o]
    return squared


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose the n spells of a curve are, and what each weighs on it. owner: int64[n], 0…g−1 · place: int64[n], instants of the curve
    up to the end of the spell · lost: float64[n], 1 ÷ at risk when it ended, 0 where it has not · grown: float64[m + 1], sum of the
    terms of Greenwood up to each instant."""

    owner: I8
    place: I8
    lost: F8
    grown: F8
    g: int

    @classmethod
    def of(cls, curve: Exits, owner: I8) -> "Owners":
        """From the curve, and whose its spells are (int64[n], in the order of the curve, any numbers)."""
        time, ended = curve.packed >> CAUSE_BITS, curve.packed & CAUSE_MASK != 0
        at_risk = curve.at_risk.astype(np.float64)
        left = np.diff(np.searchsorted(time[ended], curve.times, side="right"), prepend=0)
        terms = np.divide(left, at_risk * (at_risk - left), out=np.zeros(len(left)), where=at_risk > left)
        place = np.searchsorted(curve.times, time, side="right").astype(np.int64)
        lost = np.zeros(len(time))
        lost[ended] = 1 / at_risk[place[ended] - 1]
        whose, number = np.unique(owner, return_inverse=True)
        grown = np.concatenate([[0.0], np.cumsum(terms)])
        number = readonly(number.astype(np.int64))
        return cls(number, readonly(place), readonly(lost), readonly(grown), len(whose))

    def variance(self, upto: int, share: float) -> float:
        """Variance of the curve, which is at `share`, after its first `upto` instants."""
        squared = _influences(self.owner, self.place, self.lost, self.grown, upto, np.empty(self.g))
        return self.g / max(1, self.g - 1) * share * share * squared


def survival_at(curve: Exits, days: int, min_n: int, owners: Owners | None = None) -> Share:
    """Share still in force after so many days, of all n spells. owners: where units have several spells."""
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
    if owners is not None:
        variance = owners.variance(x, share)
    return Share(share, *log_minus_log(share, variance), n)


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
