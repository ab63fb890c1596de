"""How long something lasts, and how it ends, when part of it has not ended yet.

Kaplan–Meier for leaving by any cause (Kaplan & Meier 1958; variance Greenwood 1926), Aalen–Johansen for leaving by one
cause while others compete (Aalen & Johansen 1978; variance by the delta method: Marubini & Valsecchi, *Analysing Survival
Data from Clinical Trials*, 1995, p. 341 = Collett 2015, §12.2). Quantiles with the interval of Brookmeyer & Crowley
(Biometrics 38, 1982, 29) on log(−log).

Durations are whole seconds, so ties are exact: everything that ends at one instant was at risk until then, and what is
censored at an instant was still at risk at it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tabiji.index.jit import kernel, readonly
from tabiji.index.layout import F8, I8
from tabiji.metrics.intervals import z_value
from tabiji.metrics.ordering import ascending

CENSORED = 0  # cause of a stay that has not ended
CAUSE_BITS = 3  # causes 0…7
CAUSE_MASK = (1 << CAUSE_BITS) - 1
ROUNDING = 1e-12  # of products of up to a million factors, when a curve is compared with a quantile


@kernel
def _climb(packed: I8, cause: int) -> tuple[I8, I8, F8, F8, F8, F8]:
    """Both curves in one pass over ascending durations.

    packed: int64[n], duration << CAUSE_BITS | cause, ascending. Returns, per instant at which something ended: instant,
    number at risk, survival, its variance, incidence of `cause`, its variance."""
    n = packed.size
    times, risk = np.empty(n, np.int64), np.empty(n, np.int64)
    survival, s_variance = np.empty(n, np.float64), np.empty(n, np.float64)
    incidence, f_variance = np.empty(n, np.float64), np.empty(n, np.float64)
    s, f = 1.0, 0.0
    a = b = c = d = e = g = (
        0.0  # sums over the instants so far, from which the variance of the incidence is put together
    )
    m = i = 0
    while i < n:
        t = packed[i] >> CAUSE_BITS
        left = n - i
        ended = by_cause = 0
        while i < n and packed[i] >> CAUSE_BITS == t:
            which = packed[i] & CAUSE_MASK
            ended += which != CENSORED
            by_cause += which == cause
            i += 1
        if ended == 0:
            continue
        f += s * by_cause / left
        # Where all that were left ended, the term of Greenwood's sum is multiplied by zero.
        greenwood = ended / (left * float(left - ended)) if ended < left else 0.0
        a, b, c = a + greenwood, b + f * greenwood, c + f * f * greenwood
        share = s * by_cause / (left * float(left))
        d, e = d + share, e + f * share
        g += s * share * (left - by_cause) / left
        s *= (left - ended) / left
        times[m], risk[m], survival[m], incidence[m] = t, left, s, f
        s_variance[m] = s * s * a
        f_variance[m] = max(0.0, f * f * a - 2 * f * b + c + g - 2 * (f * d - e))
        m += 1
    return times[:m], risk[:m], survival[:m], s_variance[:m], incidence[:m], f_variance[:m]


@kernel
def _between(survival: F8, variance: F8, z: float, share: float) -> tuple[int, int]:
    """The first places at which the lower and the upper bound of a curve have come down to `share`; −1 = not reached."""
    low = high = -1
    for x in range(survival.size):
        s = survival[x]
        if s <= 0:  # where nothing is left the interval of the curve is not defined
            break
        if s == 1:
            continue
        spread = np.exp(z * np.sqrt(variance[x]) / (s * np.abs(np.log(s))))
        if low < 0 and s**spread <= share:
            low = x
        if high < 0 and s ** (1 / spread) <= share:
            high = x
        if low >= 0 and high >= 0:
            break
    return low, high


@dataclass(frozen=True, slots=True)
class Quantile:
    """Instants in seconds; None = not reached."""

    at: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Exits:
    """Curves of leaving, at the m instants (seconds, ascending) at which something ended.

    times, at_risk: int64[m] · survival, survival_variance: float64[m], still there after the instant, whatever the cause ·
    incidence, incidence_variance: float64[m], left by the cause of interest · packed: int64[n], all stays, ascending."""

    times: I8
    at_risk: I8
    survival: F8
    survival_variance: F8
    incidence: F8
    incidence_variance: F8
    packed: I8

    def incidence_at(self, horizon: int) -> tuple[float, float] | None:
        """Incidence and variance at a horizon in seconds; None where nobody is at risk at it and some were censored before.

        (When all are seen to leave before the horizon, the curve is known beyond its last step.)"""
        x = int(np.searchsorted(self.times, horizon, side="right"))
        if self.at_risk_at(horizon) == 0 and (len(self.packed) == 0 or self.known_at(horizon) < len(self.packed)):
            return None
        return (0.0, 0.0) if x == 0 else (float(self.incidence[x - 1]), float(self.incidence_variance[x - 1]))

    def left_otherwise_at(self, horizon: int) -> float | None:
        """Incidence of leaving by any other cause at a horizon in seconds: what survival and incidence leave of 1."""
        found = self.incidence_at(horizon)
        if found is None:
            return None
        x = int(np.searchsorted(self.times, horizon, side="right"))
        survives = 1.0 if x == 0 else float(self.survival[x - 1])
        return max(0.0, 1.0 - survives - found[0])

    def at_risk_at(self, horizon: int) -> int:
        """Stays that last at least until the horizon."""
        return len(self.packed) - int(np.searchsorted(self.packed, horizon << CAUSE_BITS))

    def known_at(self, horizon: int) -> int:
        """Stays whose fate at the horizon is known: all but those censored before it."""
        before = self.packed[: np.searchsorted(self.packed, horizon << CAUSE_BITS)]
        return len(self.packed) - int(np.count_nonzero(before & CAUSE_MASK == CENSORED))

    def incidence_quantile(self, q: float = 0.5) -> int | None:
        """When the share `q` has left by the cause of interest, in seconds; None = so many never do, or it is not known yet."""
        return _first_at(self.times, self.incidence >= q - ROUNDING)

    def quantile_at(self, q: float) -> int | None:
        """When the share `q` has left, by any cause, in seconds; None = not reached."""
        return _first_at(self.times, self.survival <= 1 - q + ROUNDING)

    def quantile(self, q: float = 0.5) -> Quantile:
        """When the share `q` has left, by any cause, with its interval."""
        low, high = _between(readonly(self.survival), readonly(self.survival_variance), z_value(), 1 - q + ROUNDING)
        return Quantile(self.quantile_at(q), *(None if x < 0 else int(self.times[x]) for x in (low, high)))


def _first_at(times: I8, reached: npt.NDArray[np.bool_]) -> int | None:
    return int(times[reached.argmax()]) if reached.any() else None


def exits(durations: npt.NDArray[np.int64], causes: npt.NDArray[np.uint8], cause: int = 1) -> Exits:
    """Kaplan–Meier of leaving by any cause, and Aalen–Johansen of leaving by `cause`.

    durations: int64[n] seconds ≥ 0 · causes: uint8[n], 0 = not left yet (censored), 1…7."""
    return exits_of(ascending((durations.astype(np.int64) << CAUSE_BITS) | causes), cause)


def exits_of(packed: I8, cause: int = 1) -> Exits:
    """The same from stays that are packed (duration << CAUSE_BITS | cause) and ascending."""
    return Exits(*_climb(readonly(packed), cause), packed)
