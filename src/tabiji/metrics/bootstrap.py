"""Intervals where one unit has several journeys: resample whole units (Davison & Hinkley, *Bootstrap Methods*, 1997, §3.8).

Draws come from a counter (SplitMix64 of seed, replicate and draw), so the same data give the same interval on any number
of threads. Where there are more than `MOST_UNITS` units, the replicates are shared out over random parts of that size
together, and their deviations are scaled by √(part ÷ all), as those of smaller samples of the same statistic (Bickel,
Götze & van Zwet, Statistica Sinica 7, 1997, 1): a million units then take no longer than a few ten thousand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np

from tabiji.index.jit import inlined, kernel, readonly
from tabiji.index.layout import F8, I4, I8, U1
from tabiji.metrics.survival import CAUSE_BITS, CAUSE_MASK, CENSORED, ROUNDING

REPLICATES = 400
SEED = 20_251_122
MOST_UNITS = 16_000
PARTS = 4
ADVANCED = 1  # cause of a stay that ended by going on


@inlined
def draw(counter: np.uint64, n: int) -> np.int64:
    """A number 0…n−1 (n < 2³²) from a counter: the mixer of SplitMix64 (Steele, Lea & Flood 2014)."""
    x = counter * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    return np.int64(((x >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@kernel
def _totals(packed: I8, owner: I4, mature: U1, n_units: int, horizon: int) -> I8:
    """Per unit: stays, advanced, mature, mature and advanced in time, still there at the horizon: int64[n_units, 5]."""
    out = np.zeros((n_units, 5), np.int64)
    for i in range(packed.size):
        t, went = packed[i] >> CAUSE_BITS, packed[i] & CAUSE_MASK == ADVANCED
        row = out[owner[i]]
        row[0] += 1
        row[1] += went
        row[2] += mature[i]
        row[3] += mature[i] != 0 and went and t <= horizon
        row[4] += t >= horizon
    return out


@kernel
def _incidence_and_median(packed: I8, owner: I4, weight: I4, n: int, horizon: int, watched: int) -> tuple[float, float]:
    """Censoring-aware share at the horizon (NaN where undefined), and median stay in seconds (infinite where not reached), of
    `n` stays that count as often as the `weight` of their unit says."""
    s, f, median, left = 1.0, 0.0, np.inf, n
    share = np.nan
    passed = False  # the horizon
    i = 0
    while i < packed.size:
        t = packed[i] >> CAUSE_BITS
        if t > horizon and not passed:
            passed = True
            share = f if watched > 0 or s <= 0.0 else np.nan
        if passed and median < np.inf:
            return share, median
        ended = went = gone = 0
        while i < packed.size and packed[i] >> CAUSE_BITS == t:
            w, cause = weight[owner[i]], packed[i] & CAUSE_MASK
            gone += w
            ended += w * (cause != CENSORED)
            went += w * (cause == ADVANCED)
            i += 1
        if ended > 0:
            f += s * went / left
            s *= (left - ended) / left
            if s <= 0.5 + ROUNDING and median == np.inf:
                median = float(t)
        left -= gone
    if not passed:
        share = f if watched > 0 or s <= 0.0 else np.nan
    return share, median


@kernel
def resample(packed: I8, owner: I4, mature: U1, n_units: int, horizon: int, first: int, last: int, seed: int) -> F8:
    """The figures of a transition in the replicates `first`…`last` over resampled units: float64[last − first + 1, 4].

    packed: int64[n], stays as in `survival`, ascending · owner: int32[n], unit of a stay, 0…n_units−1 · mature: uint8[n],
    entered at least the horizon (seconds) before as-of. Columns: naive, mature, censoring-aware share (NaN where undefined),
    median stay in seconds (infinite where not reached). The last row are the figures of the units themselves."""
    totals = _totals(packed, owner, mature, n_units, horizon)
    out = np.empty((last - first + 1, 4), np.float64)
    weight = np.empty(n_units, np.int32)
    total = np.empty(5, np.int64)
    for r in range(first, last + 1):
        weight[:] = 0 if r < last else 1
        total[:] = 0
        for i in range(n_units):
            unit = np.int64(i)
            if r < last:
                unit = draw(np.uint64(seed + r * n_units + i + 1), n_units)
                weight[unit] += 1
            for c in range(5):
                total[c] += totals[unit, c]
        row = out[r - first]
        row[0] = total[1] / total[0] if total[0] > 0 else np.nan
        row[1] = total[3] / total[2] if total[2] > 0 else np.nan
        row[2], row[3] = _incidence_and_median(packed, owner, weight, total[0], horizon, total[4])
    return out


@kernel
def _at_horizons(packed: I8, owner: I4, weight: I4, n: int, horizons: I8, risk: I8, out: F8) -> None:
    """The censoring-aware share at each horizon (int64, ascending) into `out` (see `_incidence_and_median`); `risk`: room for as
    many numbers."""
    s, f, left = 1.0, 0.0, n
    reached = passed = i = 0
    while i < packed.size and passed < horizons.size:
        t = packed[i] >> CAUSE_BITS
        while reached < horizons.size and t >= horizons[reached]:
            risk[reached] = left
            reached += 1
        while passed < horizons.size and t > horizons[passed]:
            out[passed] = f if risk[passed] > 0 or s <= 0.0 else np.nan
            passed += 1
        ended = went = gone = 0
        while i < packed.size and packed[i] >> CAUSE_BITS == t:
            w, cause = weight[owner[i]], packed[i] & CAUSE_MASK
            gone += w
            ended += w * (cause != CENSORED)
            went += w * (cause == ADVANCED)
            i += 1
        if ended > 0:
            f += s * went / left
            s *= (left - ended) / left
        left -= gone
    while passed < horizons.size:
        at_risk = risk[passed] if passed < reached else 0
        out[passed] = f if at_risk > 0 or s <= 0.0 else np.nan
        passed += 1


@kernel
def resample_at(packed: I8, owner: I4, n_units: int, horizons: I8, first: int, last: int, seed: int) -> F8:
    """The censoring-aware share at each horizon in the replicates `first`…`last`: float64[last − first + 1, horizons]; the last
    row is that of the units themselves (arrays and draws as in `resample`)."""
    stays = np.zeros(n_units, np.int64)
    for i in range(packed.size):
        stays[owner[i]] += 1
    out = np.empty((last - first + 1, horizons.size), np.float64)
    weight, risk = np.empty(n_units, np.int32), np.empty(horizons.size, np.int64)
    for r in range(first, last + 1):
        weight[:] = 0 if r < last else 1
        n = packed.size
        if r < last:
            n = 0
            for i in range(n_units):
                unit = draw(np.uint64(seed + r * n_units + i + 1), n_units)
                weight[unit] += 1
                n += stays[unit]
        _at_horizons(packed, owner, weight, n, horizons, risk, out[r - first])
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
    if n_units <= MOST_UNITS:
        arrays = readonly(packed), readonly(owner), readonly(mature)
        found = resample(*arrays, n_units, horizon, 0, REPLICATES, SEED)[:-1]
    else:
        found = np.concatenate(list(_in_parts(packed, owner, mature, n_units, horizon)))
    return Resampled(*(_percentiles(found[:, column]) for column in range(4)))


def resampled_at(packed: I8, owner: I4, n_units: int, horizons: I8) -> list[tuple[float, float] | None]:
    """Interval of the censoring-aware share at each of several horizons, in one pass a replicate: the same as `resampled` at each."""
    arrays = readonly(packed), readonly(owner)
    if n_units <= MOST_UNITS:
        found = resample_at(*arrays, n_units, readonly(horizons), 0, REPLICATES, SEED)[:-1]
        return [_percentiles(found[:, column]) for column in range(len(horizons))]
    whole = resample_at(*arrays, n_units, readonly(horizons), 0, 0, SEED)[0]
    size, share, parts = MOST_UNITS // PARTS, REPLICATES // PARTS, []
    shuffled = np.random.default_rng(SEED).permutation(n_units)
    for part in range(PARTS):
        place = np.full(n_units, -1, np.int32)
        place[shuffled[part * size : (part + 1) * size]] = np.arange(size, dtype=np.int32)
        mine = place[owner] >= 0
        arrays = readonly(packed[mine]), readonly(place[owner[mine]])
        found = resample_at(*arrays, size, readonly(horizons), part * share, (part + 1) * share, SEED)
        moved = [_moved(found[:-1, c], found[-1, c], whole[c], sqrt(size / n_units)) for c in range(len(horizons))]
        parts.append(np.clip(np.stack(moved, axis=1), 0.0, 1.0))
    return [_percentiles(column) for column in np.concatenate(parts).T]


def _in_parts(packed: I8, owner: I4, mature: U1, n_units: int, horizon: int) -> Iterator[F8]:
    """Replicates over random parts of the units, moved and scaled as if they were over all units."""
    arrays = readonly(packed), readonly(owner), readonly(mature)
    whole = resample(*arrays, n_units, horizon, 0, 0, SEED)[0]
    size, share = MOST_UNITS // PARTS, REPLICATES // PARTS
    shuffled = np.random.default_rng(SEED).permutation(n_units)
    for part in range(PARTS):
        place = np.full(n_units, -1, np.int32)
        place[shuffled[part * size : (part + 1) * size]] = np.arange(size, dtype=np.int32)
        mine = place[owner] >= 0
        arrays = readonly(packed[mine]), readonly(place[owner[mine]]), readonly(mature[mine])
        found = resample(*arrays, size, horizon, part * share, (part + 1) * share, SEED)
        moved = [_moved(found[:-1, c], found[-1, c], whole[c], sqrt(size / n_units)) for c in range(4)]
        yield np.stack([*(np.clip(m, 0.0, 1.0) for m in moved[:3]), moved[3]], axis=1)


def _moved(values: F8, centre: float, whole: float, scale: float) -> F8:
    """Replicates around `centre`, as they would lie around `whole`; what is undefined or not reached stays so."""
    out = values.copy()
    if np.isfinite(centre) and np.isfinite(whole):
        known = np.isfinite(values)
        out[known] = whole + (values[known] - centre) * scale
    return out


def _percentiles(values: F8) -> tuple[float, float] | None:
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return None
    low, high = np.quantile(known, [0.025, 0.975], method="inverted_cdf")
    return float(low), float(high)
