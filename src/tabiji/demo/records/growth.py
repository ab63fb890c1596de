"""What an expansion adds to the contract of a customer: more users of the first offering, from the expansion on."""

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.records.events import Rows
from tabiji.demo.records.timeline import LATER, Timeline
from tabiji.demo.world.clock import Seconds
from tabiji.demo.world.parameters import CONTINUE, World

LEAST, STEP, STEPS = 0.10, 0.05, 5  # 10, 15, … 30 % of the monthly fee; no draw, so that a seed means what it meant


def expansions(timeline: Timeline, world: World) -> tuple[Rows, Seconds]:
    """Account and instant of every expansion."""
    stays, came = timeline.stays, timeline.treatments
    column = [t.kind for t in world.stays[CONTINUE].treatments].index("subscription_expanded")
    of = np.flatnonzero((stays.stage[came.stay] == CONTINUE) & (came.which == column))
    return stays.account[came.stay[of]], came.at[of]


def growth(
    account: Rows, starts: Seconds, ends: Seconds, monthly: NDArray[np.float64], timeline: Timeline, world: World
) -> tuple[Seconds, NDArray[np.float64]]:
    """Per contract (one per account): when it was expanded while it ran (LATER: never), and JPY a month that this adds."""
    row_of = np.full(int(timeline.stays.account.max(initial=-1)) + 1, -1)
    row_of[account] = np.arange(len(account))
    who, at = expansions(timeline, world)
    own = np.flatnonzero(row_of[who] >= 0)
    row, at = row_of[who[own]], at[own]
    runs = (starts[row] <= at) & (at < ends[row])
    grown = np.full(len(account), LATER, np.int64)
    grown[row[runs]] = at[runs]
    more = np.round(monthly * (LEAST + STEP * (account % STEPS)), -3)
    return grown, np.where(grown < LATER, more, 0.0)
