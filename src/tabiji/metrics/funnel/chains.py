"""What became of journeys that completed some steps in order inside a window, and not the next one.

A journey falls *outside* at step k → k+1 when it got to stage k+1 or further all the same, out of order or after the window; or
when the window of the latest chain that reached k ran out while the journey went on. Of the others, the latest chain may still
be completed (*open*), or the journey was lost or went silent inside the window. Another chain may begin later: then it is the
one that counts, so what is outside today may have gone on tomorrow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.index.jit import NEVER
from tabiji.index.journeys import Journal
from tabiji.index.layout import I8, U1
from tabiji.metrics.entries import U8, Entries, entries
from tabiji.metrics.funnel.ordered import ordered_reach


@dataclass(frozen=True, slots=True)
class Chains(Entries):
    """Entries whose `reached_at` says when a chain first completed each level. outside: uint64[j], bit k where the journey fell
    outside after step k."""

    outside: U8

    def take(self, at: I8) -> "Chains":
        """The journeys at some places (int64, ascending)."""
        taken = Entries.take(self, at)
        return Chains(**{f.name: getattr(taken, f.name) for f in fields(Entries)}, outside=self.outside[at])

    def fell_outside(self, k: int) -> int:
        """Journeys that fell outside between steps `k` and `k + 1`."""
        return int(np.count_nonzero(self.outside & (np.uint64(1) << np.uint64(k))))

    def stalled(self, k: int) -> list[int]:
        """Journeys that completed step `k`, neither the next one nor fell outside: open, lost, dormant."""
        here = (self.reached_at[k] != NEVER) & (self.reached_at[k + 1] == NEVER)
        here &= self.outside & (np.uint64(1) << np.uint64(k)) == 0
        counts: list[int] = np.bincount(self.outcome[here], minlength=3).tolist()
        return counts


def chains(journals: Sequence[Journal], line: U1, as_of: int, window: int, executor: Executor) -> Chains:
    """The entries of all journeys in order inside `window` seconds (NO_WINDOW = unlimited), and who fell outside."""
    found = entries(journals, line, as_of, executor, ordered_reach, window)
    columns: dict[str, Any] = {f.name: getattr(found, f.name) for f in fields(Entries)}
    columns["skipped"] = np.zeros(len(found), np.uint64)  # nothing is passed over in a chain
    return Chains(**columns, outside=found.skipped)
