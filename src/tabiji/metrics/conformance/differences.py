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
from tabiji.metrics.intervals import z_value
from tabiji.metrics.stratified import newcombe

HIT, OF, WITH, COMPARABLE = 1, 2, 4, 8  # bits of a journey's code
ALL_ALIKE = N_("all journeys brought in the same")


class Tally(NamedTuple):
    """counts: int64[2, 2], by without/with: journeys compared, those that went on · money: float64[2, 3], by without/with:
    journeys whose value is known, Σ value, Σ value²."""

    hits: int
    of: int
    counts: I8
    money: F8


@kernel
def _tally(
    code: U1, here: I4, there: I4, success: I4, value: F8, as_of: int, horizon: int, counts: I8, money: F8
) -> tuple[int, int]:  # fmt: skip
    """Count journeys by their code (int bits above); here, there, success: int32[j], when they reached the stage from which
    they are compared, the next one, and success; value: float64[j], NaN where a won one tells none."""
    hits = of = 0
    for j in range(code.size):
        c = code[j]
        hits += (c & HIT) != 0
        of += (c & OF) != 0
        if not c & COMPARABLE or here[j] == NEVER or as_of - here[j] < horizon:
            continue
        g = np.int64((c & WITH) != 0)
        until = np.int64(here[j]) + horizon
        counts[g, 0] += 1
        counts[g, 1] += there[j] != NEVER and there[j] <= until
        worth = value[j] if success[j] != NEVER and success[j] <= until else 0.0
        if worth == worth:
            money[g, 0] += 1
            money[g, 1] += worth
            money[g, 2] += worth * worth
    return hits, of


def tally(
    code: U1, here: I4, there: I4, success: I4, value: F8, as_of: int, horizon: int
) -> Tally:  # fmt: skip
    """The counts behind a deviation (arguments as those of `_tally`)."""
    counts, money = np.zeros((2, 2), np.int64), np.zeros((2, 3), np.float64)
    hits, of = _tally(
        readonly(code), readonly(here), readonly(there), readonly(success), readonly(value), as_of, horizon, counts, money
    )  # fmt: skip
    return Tally(int(hits), int(of), counts, money)


def refused(n_with: int, n_without: int, reason: str) -> Difference:
    """No difference, and why."""
    return Difference(None, None, None, None, None, n_with, n_without, reason)


def onward(found: Tally, min_n: int) -> Difference:
    """The difference in onward conversion; refused where one side has fewer than `min_n`."""
    (n0, c), (n1, a) = found.counts.tolist()
    if min(n0, n1) < max(min_n, 1):
        return refused(n1, n0, f"n<{max(min_n, 1)}")
    d, low, high = newcombe(a, n1, c, n0)
    return Difference(d, low, high, a / n1, c / n0, n1, n0)


def value(found: Tally, min_n: int) -> Difference:
    """The difference in won value per journey; refused where one side has fewer than `min_n`."""
    (n0, sum0, squares0), (n1, sum1, squares1) = found.money.tolist()
    if min(n0, n1) < max(min_n, 2):
        return refused(int(n1), int(n0), f"n<{max(min_n, 2)}")
    mean0, mean1 = sum0 / n0, sum1 / n1
    spread0 = max(0.0, squares0 - n0 * mean0 * mean0) / (n0 - 1)
    spread1 = max(0.0, squares1 - n1 * mean1 * mean1) / (n1 - 1)
    half = z_value() * sqrt(spread0 / n0 + spread1 / n1)
    if half == 0.0:
        return refused(int(n1), int(n0), ALL_ALIKE)
    d = mean1 - mean0
    return Difference(d, d - half, d + half, mean1, mean0, int(n1), int(n0))
