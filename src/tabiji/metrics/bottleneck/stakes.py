"""Replicates of what decides the value at stake: entries, shares, the best segment and the mean deal, over resampled units.

Each replicate draws as many units as there are, with replacement, and works everything out anew: the censoring-aware share
of every transition, and, where a transition has no planned share, which segment is the best of those with enough journeys
*in that replicate*. The interval is the basic one (Davison & Hinkley, *Bootstrap Methods*, 1997, §5.2.1): the best of several noisy
shares is too high in the data and as much higher again in replicates of them, so what replicates lie above the figure is
taken off it. Percentiles of the replicates would put that luck on top a second time.

Draws come from the counter of `bootstrap`; above `MOST_UNITS` units replicates are shared out over random parts, as there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.index.jit import kernel, readonly
from tabiji.index.layout import F8, I4, I8
from tabiji.metrics import bootstrap
from tabiji.metrics.bootstrap import ADVANCED, REPLICATES, SEED, draw
from tabiji.metrics.entries import Entries
from tabiji.metrics.ordering import order_of
from tabiji.metrics.stays import stays
from tabiji.metrics.survival import CAUSE_BITS, CAUSE_MASK, CENSORED


class Sample(NamedTuple):
    """Stays of the K transitions, sorted by length within each, and what each of n units adds up to.

    packed: int64, as in `survival`, with owner: int32 (0…n−1); transition k has packed[off[k]:off[k + 1]] · seg_packed,
    seg_owner, seg_off: the same for segments, with of: int32, the transition of each · totals: float64[n, K + 2]: entries of
    the last year by transition, won deals with a value, their value."""

    packed: I8
    owner: I4
    off: I8
    seg_packed: I8
    seg_owner: I4
    seg_off: I8
    of: I4
    totals: F8


@kernel
def _share(packed: I8, owner: I4, begin: int, end: int, weight: I4, horizon: int) -> tuple[float, int]:
    """Aalen–Johansen incidence of advance at the horizon of the stays `begin`…`end` (NaN where it is not known, as in
    the funnel: nobody is at risk at it, and some were censored before), and how many stays there are, when each counts as often as the `weight` of its unit says.

    Worked out from the longest stay back: of those still there at an instant, `went ÷ left` go on at it, and of those that
    stay on, as many as of those still there afterwards. So the stays are read once, and nobody need be counted before."""
    left = watched = unseen = 0
    f = 0.0
    i = end - 1
    while i >= begin:
        t = packed[i] >> CAUSE_BITS
        ended = went = gone = 0
        while i >= begin and packed[i] >> CAUSE_BITS == t:
            w, cause = weight[owner[i]], packed[i] & CAUSE_MASK
            gone += w
            ended += w if cause != CENSORED else 0
            went += w if cause == ADVANCED else 0
            i -= 1
        left += gone
        watched += gone if t >= horizon else 0
        unseen += gone - ended if t < horizon else 0
        if t <= horizon and ended > 0:
            f = (went + (left - ended) * f) / left
    return (f if watched > 0 or (left > 0 and unseen == 0) else np.nan), left


@kernel
def resample(sample: Sample, horizon: int, least: float, first: int, last: int, seed: int) -> F8:
    """Replicates `first`…`last`, then one row of the units themselves: float64[last − first + 1, 4K + 1].

    Columns: entries of a year (K), share (K, NaN where unknown), share of the best segment with at least `least` stays (K,
    NaN where there is none), which segment that is (K, −1), and the mean deal (NaN where none has a value)."""
    packed, owner, off, seg_packed, seg_owner, seg_off, of, totals = sample
    n_units, k_all = totals.shape[0], off.size - 1
    out = np.empty((last - first + 1, 4 * k_all + 1), np.float64)
    weight = np.empty(n_units, np.int32)
    total = np.empty(k_all + 2, np.float64)
    for r in range(first, last + 1):
        weight[:] = 0 if r < last else 1
        if r < last:
            for i in range(n_units):
                weight[draw(np.uint64(seed + r * n_units + i + 1), n_units)] += 1
        total[:] = 0.0
        for unit in range(n_units):
            if weight[unit] > 0:
                for c in range(k_all + 2):
                    total[c] += weight[unit] * totals[unit, c]
        row = out[r - first]
        for k in range(k_all):
            row[k] = total[k]
            row[k_all + k] = _share(packed, owner, off[k], off[k + 1], weight, horizon)[0]
            row[2 * k_all + k], row[3 * k_all + k] = np.nan, -1.0
        for x in range(of.size):
            share, n = _share(seg_packed, seg_owner, seg_off[x], seg_off[x + 1], weight, horizon)
            best = 2 * k_all + of[x]
            if n >= least and not np.isnan(share) and not share <= row[best]:
                row[best], row[best + k_all] = share, x
        row[4 * k_all] = total[k_all + 1] / total[k_all] if total[k_all] > 0 else np.nan
    return out


@dataclass(frozen=True, slots=True)
class Replicates:
    """What `resample` gives, apart: each float64[R + 1, K] (mean: float64[R + 1]); the last row is of the units themselves.

    best: share of the best segment · which: its number, −1 = none."""

    entries: F8
    share: F8
    best: F8
    which: F8
    mean: F8


def replicates(sample: Sample, horizon: int, least: int, executor: Executor) -> Iterator[tuple[Replicates, float]]:
    """Sets of replicates, each with the factor by which its deviations are to be scaled (1 where all units are in it).

    least: journeys that a segment needs."""
    n = len(sample.totals)
    if n <= bootstrap.MOST_UNITS:
        step = -(-REPLICATES // max(1, executor.workers))
        tasks = [(a, min(a + step, REPLICATES)) for a in range(0, REPLICATES, step)]
        done = executor.map(lambda t: resample(sample, horizon, float(least), *t, SEED), tasks)
        yield _apart(np.concatenate([*(rows[:-1] for rows in done), done[-1][-1:]]), sample), 1.0
        return
    size, share = bootstrap.MOST_UNITS // bootstrap.PARTS, REPLICATES // bootstrap.PARTS
    shuffled = np.random.default_rng(SEED).permutation(n)

    def of_part(part: int) -> F8:
        place = np.full(n, -1, np.int32)
        place[shuffled[part * size : (part + 1) * size]] = np.arange(size, dtype=np.int32)
        rows = resample(_part(sample, place), horizon, least * size / n, part * share, (part + 1) * share, SEED)
        rows[:, : len(sample.off) - 1] *= n / size
        return rows

    for rows in executor.map(of_part, range(bootstrap.PARTS)):
        yield _apart(rows, sample), sqrt(size / n)


def whole(sample: Sample, horizon: int, least: int) -> Replicates:
    """The figures of the units themselves (one row)."""
    return _apart(resample(sample, horizon, float(least), 0, 0, SEED), sample)


def _apart(rows: F8, sample: Sample) -> Replicates:
    k = len(sample.off) - 1
    entries, share, best, which = (rows[:, x * k : (x + 1) * k] for x in range(4))
    return Replicates(entries, share, best, which, rows[:, 4 * k])


def _part(sample: Sample, place: I4) -> Sample:
    """The units with a place (−1 = not of the part)."""

    def cut(packed: I8, owner: I4, off: I8) -> tuple[I8, I4, I8]:
        mine = place[owner] >= 0
        kept = np.concatenate([np.zeros(1, np.int64), np.cumsum(mine)])
        return readonly(packed[mine]), readonly(place[owner[mine]]), readonly(kept[off])

    totals = sample.totals[np.argsort(place, kind="stable")[-int((place >= 0).sum()) :]]
    segments = cut(sample.seg_packed, sample.seg_owner, sample.seg_off)
    return Sample(*cut(sample.packed, sample.owner, sample.off), *segments, sample.of, readonly(totals))


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something by which units can be told apart: codes: int32[n_units of the index], −1 = not known · labels by code."""

    name: str
    codes: I4
    labels: Sequence[str]


def sample_of(
    found: Entries, n_transitions: int, wanted: npt.NDArray[np.bool_], attributes: Sequence[Attribute], since: int,
    value: F8,
) -> tuple[Sample, list[tuple[int, str, str, int]]]:  # fmt: skip
    """The sample of some journeys, and its segments: (transition, attribute, label, journeys).

    wanted: bool[K], transitions that need segments · since: entries after this instant are of the last year · value:
    float64[j], of won deals, NaN where none."""
    owner = np.cumsum(np.diff(found.unit, prepend=found.unit[:1]) != 0).astype(np.int32)
    n_units = int(owner[-1]) + 1 if len(owner) else 0
    totals = np.zeros((n_units, n_transitions + 2))
    parts: list[tuple[I8, I4]] = []
    segments: list[tuple[I8, I4]] = []
    named: list[tuple[int, str, str, int]] = []
    for k in range(n_transitions):
        here, there = readonly(found.reached_at[k]), readonly(found.reached_at[k + 1])
        totals[:, k] = _by_unit(owner, (here > since) & (here <= found.as_of), n_units)
        packed, journey, _ = stays(here, there, readonly(found.ended), readonly(found.outcome), found.as_of, 0)
        order = order_of(packed)
        packed, journey = packed[order], journey[order]
        parts.append((packed, owner[journey]))
        for attribute in attributes if wanted[k] else ():
            code = attribute.codes[found.unit[journey]].astype(np.int16)  # sorted by digits; there are at most 200
            by_code = np.argsort(code, kind="stable")
            bounds = np.searchsorted(code[by_code], np.arange(len(attribute.labels) + 1))
            for g, label in enumerate(attribute.labels):
                of = by_code[bounds[g] : bounds[g + 1]]
                if len(of):
                    segments.append((packed[of], owner[journey[of]]))
                    named.append((k, attribute.name, label, len(of)))
    valued = ~np.isnan(value)
    totals[:, n_transitions] = _by_unit(owner, valued, n_units)
    totals[:, n_transitions + 1] = _by_unit(owner, np.where(valued, value, 0.0), n_units)
    of_segment = readonly(np.array([k for k, *_ in named], np.int32))
    return Sample(*_joined(parts), *_joined(segments), of_segment, readonly(totals)), named


def _by_unit(owner: I4, what: npt.NDArray[np.generic], n_units: int) -> F8:
    return np.bincount(owner, weights=what.astype(np.float64), minlength=n_units).astype(np.float64)


def _joined(parts: Sequence[tuple[I8, I4]]) -> tuple[I8, I4, I8]:
    off = np.cumsum([0, *(len(p) for p, _ in parts)]).astype(np.int64)
    packed = np.concatenate([np.empty(0, np.int64), *(p for p, _ in parts)])
    owner = np.concatenate([np.empty(0, np.int32), *(o for _, o in parts)])
    return readonly(packed), readonly(owner), readonly(off)


def interval(values: F8, centre: float) -> tuple[float, float] | None:
    """95 % basic bootstrap interval from replicates of a figure (NaN = undefined in that replicate); None where no replicate has
    the figure, or the figure itself is not known."""
    known = values[~np.isnan(values)]
    if len(known) == 0 or np.isnan(centre):
        return None
    low, high = np.quantile(known, [0.025, 0.975], method="inverted_cdf")
    return float(2 * centre - high), float(2 * centre - low)
