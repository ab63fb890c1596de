"""Intervals where one unit has several journeys: resample whole units (Davison & Hinkley, *Bootstrap Methods*, 1997, §3.8).

Draws come from a counter (SplitMix64 of seed, replicate and draw), so the same data give the same interval on any number
of threads.
"""

from dataclasses import dataclass

import numpy as np

from tabiji.index.jit import inlined, kernel, readonly
from tabiji.index.layout import F8, I4, I8, U1
from tabiji.metrics.survival import CAUSE_BITS, CENSORED, ROUNDING

REPLICATES = 400
SEED = 20_251_122
ADVANCED = 1  # cause of a stay that ended by going on


@inlined
def _draw(counter: np.uint64, n: int) -> int:
    """A number 0…n−1 (n < 2³²) from a counter: the mixer of SplitMix64 (Steele, Lea & Flood 2014)."""
    x = counter * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    return int(((x >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@kernel
def resample(packed: I8, owner: I4, mature: U1, n_units: int, horizon: int, replicates: int, seed: int) -> F8:
    """The figures of a transition over resampled units: float64[replicates, 4].

    packed: int64[n], stays as in `survival`, ascending · owner: int32[n], unit of a stay, 0…n_units−1 · mature: uint8[n],
    entered at least the horizon (seconds) before as-of. Columns: naive, mature, censoring-aware share (NaN where undefined),
    median stay in seconds (infinite where not reached)."""
    n = packed.size
    out = np.empty((replicates, 4), np.float64)
    weight = np.empty(n_units, np.int64)
    for r in range(replicates):
        weight[:] = 0
        for i in range(n_units):
            weight[_draw(np.uint64(seed + r * n_units + i + 1), n_units)] += 1
        left = advanced = ripe = ripe_advanced = watched = 0
        for i in range(n):
            w = weight[owner[i]]
            t = packed[i] >> CAUSE_BITS
            went = w if packed[i] & ((1 << CAUSE_BITS) - 1) == ADVANCED else 0
            left += w
            advanced += went
            ripe += w * mature[i]
            ripe_advanced += went * mature[i] if t <= horizon else 0
            watched += w if t >= horizon else 0
        out[r, 0] = advanced / left if left > 0 else np.nan
        out[r, 1] = ripe_advanced / ripe if ripe > 0 else np.nan
        s, f, s_then, f_then, median = 1.0, 0.0, 1.0, 0.0, np.inf
        i = 0
        while i < n and left > 0:
            t = packed[i] >> CAUSE_BITS
            ended = by_advance = gone = 0
            while i < n and packed[i] >> CAUSE_BITS == t:
                w = weight[owner[i]]
                which = packed[i] & ((1 << CAUSE_BITS) - 1)
                gone += w
                ended += w if which != CENSORED else 0
                by_advance += w if which == ADVANCED else 0
                i += 1
            if ended > 0:
                f += s * by_advance / left
                s *= (left - ended) / left
                if median == np.inf and s <= 0.5 + ROUNDING:
                    median = float(t)
            left -= gone
            if t <= horizon:
                s_then, f_then = s, f
        out[r, 2] = f_then if watched > 0 or s_then <= 0 else np.nan
        out[r, 3] = median
    return out


@dataclass(frozen=True, slots=True)
class Resampled:
    """95 % percentile intervals over resampled units; None where no replicate has the figure."""

    naive: tuple[float, float] | None
    mature: tuple[float, float] | None
    aware: tuple[float, float] | None
    median: tuple[float, float] | None  # seconds, infinite where not reached


def resampled(packed: I8, owner: I4, mature: U1, n_units: int, horizon: int) -> Resampled:
    """Intervals of a transition by resampling its units (see `resample` for the arrays)."""
    found = resample(readonly(packed), readonly(owner), readonly(mature), n_units, horizon, REPLICATES, SEED)
    return Resampled(*(_percentiles(found[:, column]) for column in range(4)))


def _percentiles(values: F8) -> tuple[float, float] | None:
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return None
    low, high = np.quantile(known, [0.025, 0.975], method="inverted_cdf")
    return float(low), float(high)
