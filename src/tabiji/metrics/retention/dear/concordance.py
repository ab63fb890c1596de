"""Does a score tell those who left from those who stayed? The area under the ROC curve, with units as clusters.

AUC = share of pairs (one who left, one who stayed) in which the one who left had the lower score, ties counted half. Interval: DeLong,
DeLong & Clarke-Pearson, Biometrics 44 (1988) 837, over clusters as Obuchowski, Biometrics 53 (1997) 567, symmetric on the logit.
"""

from math import exp, log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from tabiji.index.layout import F8, I8
from tabiji.metrics.intervals import wilson, z_value
from tabiji.metrics.means import owners
from tabiji.result import Share


def auc(score: F8, left: npt.NDArray[np.bool_], unit: I8, min_n: int) -> Share:
    """The area for observations (float64[n], bool[n]) of units (int64[n]); n is how many left. Refused where fewer than `min_n` left
    or stayed."""
    m, n = int(left.sum()), int((~left).sum())
    if min(m, n) < max(min_n, 1):
        return Share(None, None, None, m, f"n<{max(min_n, 1)}")
    gone, stayed = score[left], score[~left]
    of_gone = (_above(stayed, gone) + 0.5 * _equal(stayed, gone)) / n  # share of those who stayed that lie above each
    of_stayed = (m - _above(gone, stayed) - 0.5 * _equal(gone, stayed)) / m
    area = float(of_gone.mean())
    owner = owners(unit)
    g = int(owner.max()) + 1
    a = np.bincount(owner[left], of_gone - area, g) / m
    b = np.bincount(owner[~left], of_stayed - area, g) / n
    with_gone, with_stayed = len(np.unique(owner[left])), len(np.unique(owner[~left]))
    variance = _scaled(a @ a, with_gone) + _scaled(b @ b, with_stayed) + 2 * _scaled(a @ b, g)
    if variance <= 0 or not 0 < area < 1:
        few = min(with_gone, with_stayed)
        low, high = wilson(area * few, few)
        return Share(area, low, high, m)
    spread = z_value() * sqrt(variance) / (area * (1 - area))
    middle = log(area / (1 - area))
    return Share(area, 1 / (1 + exp(spread - middle)), 1 / (1 + exp(-spread - middle)), m)


def _scaled(total: Any, clusters: int) -> float:
    return float(total) * clusters / max(1, clusters - 1)


def _above(values: F8, at: F8) -> F8:
    """How many of `values` lie above each of `at`."""
    return (len(values) - np.searchsorted(np.sort(values), at, side="right")).astype(np.float64)


def _equal(values: F8, at: F8) -> F8:
    ordered = np.sort(values)
    return (np.searchsorted(ordered, at, side="right") - np.searchsorted(ordered, at)).astype(np.float64)
