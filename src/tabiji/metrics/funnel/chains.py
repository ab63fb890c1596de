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
from tabiji.compute.kernel import TASKS_PER_WORKER
from tabiji.index.jit import NEVER, kernel
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, U1
from tabiji.index.tasks import ranges
from tabiji.metrics.entries import U8, Entries, entries
from tabiji.metrics.funnel.ordered import NO_START, NO_WINDOW, ordered_reach, tied


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


@kernel
def _run_out(
    off: I8, stage: U1, first: I4, last: I4, end: I4, line: U1, begin: int, stop: int, as_of: int, window: int, n_line: int,
    out: U8,
) -> None:  # fmt: skip
    """Bit k where the latest chain of the journeys `begin`…`stop` that reached level k ended by its window before the journey did."""
    start, reached = np.empty(n_line, np.int64), np.empty(n_line, np.int64)
    for j in range(begin, stop):
        tied(off[j], off[j + 1], stage, first, last, line, as_of, window, start, reached)
        until = min(np.int64(end[j]), np.int64(as_of))
        for k in range(n_line):
            if start[k] != NO_START and start[k] + window < until:
                out[j] |= np.uint64(1) << np.uint64(k)


def chains(journals: Sequence[Journal], line: U1, as_of: int, window: int, executor: Executor) -> Chains:
    """The entries of all journeys in order inside `window` seconds (NO_WINDOW = unlimited), and who fell outside."""
    found = entries(journals, line, as_of, executor, ordered_reach, window)
    anyhow = entries(journals, line, as_of, executor).reached_at
    n_line = len(anyhow)

    ran_out = [np.zeros(len(journal), np.uint64) for journal in journals]

    def run_out(task: tuple[int, int, int]) -> None:
        x, begin, end = task
        j = journals[x]
        _run_out(j.off, j.stage, j.first, j.last, j.end, line, begin, end, as_of, window, n_line, ran_out[x])

    if window < NO_WINDOW:
        parts = executor.workers * TASKS_PER_WORKER
        executor.map(run_out, [(x, a, b) for x, j in enumerate(journals) for a, b in ranges(j.off, parts)])
    begun = [bits[j.start <= as_of] for bits, j in zip(ran_out, journals, strict=True)]
    late = np.concatenate([np.empty(0, np.uint64), *begun])
    outside = np.zeros(len(found), np.uint64)
    for k in range(n_line - 1):
        bit = np.uint64(1) << np.uint64(k)
        stalled = (found.reached_at[k] != NEVER) & (found.reached_at[k + 1] == NEVER)
        outside[stalled & ((anyhow[k + 1] != NEVER) | (late & bit != 0))] |= bit
    columns: dict[str, Any] = {f.name: getattr(found, f.name) for f in fields(Entries)}
    return Chains(**columns, outside=outside)
