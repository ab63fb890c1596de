"""Which units are due for a look: a list for every morning.

Whoever has stood still for a year and a half will not be moved today, and whoever entered yesterday needs no push yet. First
come those that have just passed the median stay of their stage: half of all others had gone on by then."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tabiji.index.jit import NEVER
from tabiji.index.layout import F8
from tabiji.metrics.accounts.standings import Standings
from tabiji.metrics.dwell.pace import StagePace
from tabiji.metrics.scope import DAY

JUST_PAST = 1.5  # medians: up to so long a stay counts as just past the median
PAST, WITHIN, FAR, UNTIMED, ENDED = range(5)  # in the order of the list


def medians(pace: Sequence[StagePace]) -> F8:
    """float64[n_stages]: median stay in seconds; NaN where there is none, and in the last stage, which leads nowhere."""
    out = np.array([np.nan if p.median_days is None else p.median_days * DAY for p in pace])
    out[len(pace) - 1 :] = np.nan
    return out


def bands(found: Standings, median: F8) -> npt.NDArray[np.int8]:
    """int8[u]: PAST = running, beyond the median of its stage and not beyond JUST_PAST of it · WITHIN = running, not beyond the
    median · FAR = running, beyond JUST_PAST medians · UNTIMED = running where there is no median · ENDED. median: of each stage."""
    here = median[found.stage]
    with np.errstate(invalid="ignore"):
        timed = np.where(found.stay <= here, WITHIN, np.where(found.stay <= JUST_PAST * here, PAST, FAR))
    running = np.where(np.isnan(here), UNTIMED, timed)
    return np.where(found.ended == NEVER, running, ENDED).astype(np.int8)


def due_order(found: Standings, median: F8, amount: F8) -> npt.NDArray[np.intp]:
    """Places of the units: band by band, in each the largest amount first (none last: NaN), then the latest entry."""
    return np.lexsort(
        (-found.since.astype(np.int64), np.where(np.isnan(amount), np.inf, -amount), bands(found, median))
    )
