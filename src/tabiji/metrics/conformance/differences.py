"""What goes with a deviation: counts, and two differences between journeys with and without it.

Journeys are compared that reached a stage at least a horizon before as-of. *Onward*: the share that reached the next stage
within the horizon; the difference has Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, 873, method 10).
*Value*: what a journey had brought in within the horizon, 0 where it was not won by then; the difference of means has
Welch's interval with normal quantiles, fit for tens of journeys and more. Both take journeys as independent. An
association, not an effect: the journeys may differ in much else.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np

from tabiji.i18n import N_
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.layout import F8, I4, I8, U1
from tabiji.metrics.conformance.deviation_result import Difference
from tabiji.metrics.intervals import wilson, wilson_share, z_value
from tabiji.metrics.stratified import newcombe
from tabiji.result import Share

HIT, OF, WITH, COMPARABLE = 1, 2, 4, 8  # bits of a journey's code
ALL_ALIKE = N_("all journeys brought in the same")


class Counts(NamedTuple):
    """hits, of: journeys that have a deviation, and that could · counts: int64[2, 2], by without/with: journeys compared, those that
    went on · money: float64[2, 3], by without/with: journeys whose value is known, Σ value, Σ value²."""

    hits: int
    of: int
    counts: I8
    money: F8


class Tally(NamedTuple):
    """`Counts` of all journeys, and where some units have several: lone: those of the journeys of the other units · units: float64[g, 10],
    of each unit with several: hits, of; then, without and with: journeys compared, those that went on, journeys whose value is
    known, Σ value."""

    hits: int
    of: int
    counts: I8
    money: F8
    lone: Counts | None = None
    units: F8 | None = None


@kernel
def _tally(
    code: U1, here: I4, there: I4, success: I4, value: F8, as_of: int, horizon: int, owner: I4,
    seen: I8, counts: I8, money: F8, units: F8,
) -> None:  # fmt: skip
    """Count journeys by their code (int bits above); here, there, success: int32[j], when they reached the stage from which
    they are compared, the next one, and success; value: float64[j], NaN where a won one tells none · owner: int32[j], of journeys of
    a unit that has several (0…g−1), −1 of the others.

    seen: int64[2, 2] (hits, of), counts: int64[2, 2, 2], money: float64[2, 2, 3], of the others and of those in `units`."""
    for j in range(code.size):
        c, unit = code[j], owner[j]
        several = np.int64(unit >= 0)
        hit, of = np.int64((c & HIT) != 0), np.int64((c & OF) != 0)
        seen[several, 0] += hit
        seen[several, 1] += of
        if unit >= 0:
            units[unit, 0] += hit
            units[unit, 1] += of
        if not c & COMPARABLE or here[j] == NEVER or as_of - here[j] < horizon:
            continue
        g = np.int64((c & WITH) != 0)
        until = np.int64(here[j]) + horizon
        went_on = np.int64(there[j] != NEVER and there[j] <= until)
        counts[several, g, 0] += 1
        counts[several, g, 1] += went_on
        worth = value[j] if success[j] != NEVER and success[j] <= until else 0.0
        known = worth == worth
        if known:
            money[several, g, 0] += 1
            money[several, g, 1] += worth
            money[several, g, 2] += worth * worth
        if unit >= 0:
            units[unit, 2 + 4 * g] += 1
            units[unit, 3 + 4 * g] += went_on
            if known:
                units[unit, 4 + 4 * g] += 1
                units[unit, 5 + 4 * g] += worth


def tally(
    code: U1, here: I4, there: I4, success: I4, value: F8, as_of: int, horizon: int, owner: I4 | None = None
) -> Tally:
    """The counts behind a deviation (arguments as those of `_tally`; owner: None where no unit has several journeys)."""
    seen, counts, money = np.zeros((2, 2), np.int64), np.zeros((2, 2, 2), np.int64), np.zeros((2, 2, 3))
    owned = np.full(len(code), -1, np.int32) if owner is None else owner
    units = np.zeros((int(owned.max(initial=-1)) + 1, 10))
    columns = readonly(code), readonly(here), readonly(there), readonly(success), readonly(value)
    _tally(*columns, as_of, horizon, readonly(owned), seen, counts, money, units)
    hits, of = seen.sum(axis=0).tolist()
    whole = hits, of, counts.sum(axis=0), money.sum(axis=0)
    if owner is None:
        return Tally(*whole)
    lone_hits, lone_of = seen[0].tolist()
    return Tally(*whole, Counts(lone_hits, lone_of, counts[0], money[0]), units)


def clustered(unit: I8) -> I4:
    """What `tally` takes as `owner`, of journeys whose units ascend (int64[j])."""
    starts = np.flatnonzero(np.diff(unit, prepend=unit[:1] - 1))
    count = np.diff(np.append(starts, len(unit)))
    number = np.where(count > 1, np.cumsum(count > 1) - 1, -1)
    return np.repeat(number, count).astype(np.int32)


def share(found: Tally, min_n: int) -> Share:
    """The share of the journeys that have the deviation, of those that could; Wilson's interval. Where units have several, for
    the number of independent journeys that are worth as much (see `means.share_of`)."""
    if found.units is None or found.lone is None or found.of < max(min_n, 1):
        return wilson_share(found.hits, found.of, min_n)
    hits, of, lone = found.units[:, 0], found.units[:, 1], found.lone
    p, g = found.hits / found.of, int(np.count_nonzero(of)) + lone.of
    worth = float(g)
    if 0 < p < 1 and g > 1:
        squares = _squares(hits - p * of) + lone.hits * (1 - p) ** 2 + (lone.of - lone.hits) * p**2
        variance = g / (g - 1) * squares / found.of**2
        worth = min(float(found.of), p * (1 - p) / variance) if variance > 0 else float(found.of)
    low, high = wilson(p * worth, worth)
    return Share(p, 0.0 if p == 0 else low, 1.0 if p == 1 else high, found.of)


def _squares(residual: F8) -> float:
    return float(residual @ residual)


def refused(n_with: int, n_without: int, reason: str) -> Difference:
    """No difference, and why."""
    return Difference(None, None, None, None, None, n_with, n_without, reason)


def onward(found: Tally, min_n: int) -> Difference:
    """The difference in onward conversion; refused where one side has fewer than `min_n`.

    Newcombe's interval; where units have several journeys, with both sides as large as the independent journeys that would vary
    as much: n over the design effect of the difference, which sees that a unit may stand on both sides (Kish, *Survey Sampling*,
    1965, §8.2)."""
    (n0, c), (n1, a) = found.counts.tolist()
    if min(n0, n1) < max(min_n, 1):
        return refused(n1, n0, f"n<{max(min_n, 1)}")
    size0, size1 = _sizes(found)
    d, low, high = newcombe(a / n1 * size1, size1, c / n0 * size0, size0)
    return Difference(d, low, high, a / n1, c / n0, n1, n0)


def _sizes(found: Tally) -> tuple[float, float]:
    """Independent journeys that the two sides are worth, without and with."""
    (n0, c), (n1, a) = found.counts.tolist()
    if found.units is None or found.lone is None:
        return n0, n1
    u, (lone0, lone1) = found.units, found.lone.counts.tolist()
    p0, p1 = c / n0, a / n1
    alone = p0 * (1 - p0) / n0 + p1 * (1 - p1) / n1
    if alone == 0:  # all or none on both sides: every unit counts once
        return float(np.count_nonzero(u[:, 2]) + lone0[0]), float(np.count_nonzero(u[:, 6]) + lone1[0])
    squares = _squares((u[:, 7] - p1 * u[:, 6]) / n1 - (u[:, 3] - p0 * u[:, 2]) / n0)
    for (n, went), p, size in ((lone0, p0, n0), (lone1, p1, n1)):
        squares += (went * (1 - p) ** 2 + (n - went) * p**2) / size**2
    units = int(np.count_nonzero(u[:, 2] + u[:, 6])) + lone0[0] + lone1[0]
    effect = max(1.0, _variance(squares, units) / alone)
    return n0 / effect, n1 / effect


def _variance(squares: float, g: int) -> float:
    """Of a figure whose residuals by unit, over `g` units that take part, have this sum of squares."""
    return g / (g - 1) * squares if g > 1 else 0.0


def value(found: Tally, min_n: int) -> Difference:
    """The difference in won value per journey; refused where one side has fewer than `min_n`. Where units have several journeys,
    its variance comes from the residuals of units (Cochran, *Sampling Techniques*, 1977, §6.3), if that is larger."""
    (n0, sum0, squares0), (n1, sum1, squares1) = found.money.tolist()
    if min(n0, n1) < max(min_n, 2):
        return refused(int(n1), int(n0), f"n<{max(min_n, 2)}")
    mean0, mean1 = sum0 / n0, sum1 / n1
    spread0 = max(0.0, squares0 - n0 * mean0 * mean0) / (n0 - 1)
    spread1 = max(0.0, squares1 - n1 * mean1 * mean1) / (n1 - 1)
    variance = spread0 / n0 + spread1 / n1
    if variance == 0.0:
        return refused(int(n1), int(n0), ALL_ALIKE)
    if found.units is not None and found.lone is not None:
        u, squares = found.units, 0.0
        squares = _squares((u[:, 9] - mean1 * u[:, 8]) / n1 - (u[:, 5] - mean0 * u[:, 4]) / n0)
        units = int(np.count_nonzero(u[:, 4] + u[:, 8]))
        for (n, total, of_squares), mean, size in zip(found.lone.money.tolist(), (mean0, mean1), (n0, n1), strict=True):
            squares += max(0.0, of_squares - 2 * mean * total + n * mean**2) / size**2
            units += int(n)
        variance = max(variance, _variance(squares, units))
    half, d = z_value() * sqrt(variance), mean1 - mean0
    return Difference(d, d - half, d + half, mean1, mean0, int(n1), int(n0))
