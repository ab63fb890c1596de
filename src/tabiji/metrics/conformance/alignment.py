"""Exact optimal alignments of journeys with a plan: which planned steps are missing, which steps are extra.

The steps of a journey are the entries of its journal on the main line by as-of: firings of stages in the order of events,
runs of one stage collapsed, returns included. An alignment pairs steps with a walk through the plan; its cost is 1 for every
planned step that is missing and for every step that is extra (Adriansyah, van Dongen & van der Aalst, EDOC 2011; for a plan
without branches it is length + steps − 2·LCS, Hunt & Szymanski 1977). Dynamic programming over the nodes of the plan keeps
the cost of being at each node; less its smallest, that vector is a state of an automaton that is made while it is walked
(lazy determinisation), so that a step costs one look-up. Of several optimal alignments the one is taken that ends furthest
on the main line, and whose extra steps come latest: what came first is taken as planned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import TASKS_PER_WORKER
from tabiji.index.jit import NEVER, inlined, kernel, readonly
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, U1
from tabiji.index.tasks import ranges
from tabiji.metrics.conformance.plan import FAR, I2, START, Plan, PlanTables
from tabiji.metrics.entries import NO_LINE

U8 = npt.NDArray[np.uint64]
MEMO = 1 << 13  # states that are remembered at once, at least
UNKNOWN = -1


@kernel
def _after(costs: I2, stage: int, plan: PlanTables, out: I2) -> int:
    """Costs of being at each node after one more step (`stage`; UNKNOWN: before the first), less their smallest, into `out`.
    Returns the smallest."""
    edge, dist, again, _, level = plan
    m = out.size
    took = np.empty(m, np.int32)
    for q in range(m):
        took[q] = costs[q] + (stage != UNKNOWN)
    if stage != UNKNOWN:
        for p in range(m):
            if edge[p, stage + 1] and costs[p] < took[stage + 1]:
                took[stage + 1] = costs[p]
            if again[stage, p] and costs[p] < took[p]:
                took[p] = costs[p]
    least = np.int32(FAR * 3)
    for q in range(m):
        best = took[q]
        for p in range(m):
            best = min(best, took[p] + dist[p, q])
        out[q] = min(best, FAR * 3)
        least = min(least, best)
    for q in range(m):
        above = out[q] - least
        out[q] = min(above, level) if level > 0 else min(above, FAR)
    return int(least)


@inlined
def _state(row: I2, rows: I2, slots: I4, n: int) -> int:
    """The number of the state with these costs; `n`, written down as a new one, where there is none yet."""
    h = np.uint64(1469598103934665603)
    for q in range(row.size):
        h = (h ^ np.uint64(row[q])) * np.uint64(1099511628211)
        h ^= h >> np.uint64(29)
    mask = np.uint64(slots.size - 1)
    at = h & mask
    while slots[at] != UNKNOWN:
        known = slots[at]
        same = True
        for q in range(row.size):
            if rows[known, q] != row[q]:
                same = False
                break
        if same:
            return int(known)
        at = (at + np.uint64(1)) & mask
    slots[at] = n
    rows[n, :] = row
    return n


@inlined
def _walked_back(
    state: I4, base: I4, steps: U1, n: int, node: int, rows: I2, plan: PlanTables, extra_at: U1
) -> tuple[np.uint64, np.uint64]:  # fmt: skip
    """The alignment of `n` steps that ends at `node`: bits of the planned stages it passes, and of those missing; extra_at
    becomes 1 at the steps that are extra."""
    edge, again = plan.edge, plan.again
    passed, missing = np.uint64(0), np.uint64(0)
    i, q = n, node
    while i > 0 or q != START:
        v = base[i] + rows[state[i], q]
        if i > 0:
            s = np.int64(steps[i - 1])
            before = rows[state[i - 1]]
            if base[i - 1] + before[q] + 1 == v:
                i -= 1
                extra_at[i] = 1
                continue
            if again[s, q] and base[i - 1] + before[q] == v:
                i -= 1
                continue
            if s + 1 == q:
                came = UNKNOWN
                for p in range(q, -1, -1):
                    if edge[p, q] and base[i - 1] + before[p] == v:
                        came = p
                        break
                if came == UNKNOWN:
                    for p in range(q + 1, before.size):
                        if edge[p, q] and base[i - 1] + before[p] == v:
                            came = p
                            break
                if came != UNKNOWN:
                    passed |= np.uint64(1) << np.uint64(s)
                    i, q = i - 1, came
                    continue
        here = rows[state[i]]
        for p in range(here.size):
            if edge[p, q] and base[i] + here[p] + 1 == v:
                bit = np.uint64(1) << np.uint64(q - 1)
                passed |= bit
                missing |= bit
                q = p
                break
    return passed, missing


@kernel
def _align(
    off: I8, stage: U1, first: I4, line: U1, begin: int, stop: int, as_of: int, landmark: int,
    success: int, later: I8, plan: PlanTables, longest: int, cost: I4, length: I4, won: U1, masks: U8,
) -> int:  # fmt: skip
    """Align the journeys `begin`…`stop`. Returns the number of states that were made.

    cost, length: int32[j], cost of the alignment and steps of the journey by as-of · won: uint8[j], reached `success` ·
    masks: uint64[4, j], bits of stages: passed by the plan's walk, missing, extra, and extra by `landmark` seconds after
    the journey reached the stage `later` than it."""
    m = plan.edge.shape[0]
    k_line = m - 1
    cap = max(MEMO, longest + 2)
    size = 1
    while size < 2 * cap:
        size *= 2
    rows, slots = np.empty((cap, m), np.int16), np.full(size, UNKNOWN, np.int32)
    after, more = np.empty((cap, k_line + 1), np.int32), np.empty((cap, k_line + 1), np.int16)
    state, base = np.empty(longest + 2, np.int32), np.empty(longest + 2, np.int32)
    steps, when, extra_at = (
        np.empty(longest + 1, np.uint8),
        np.empty(longest + 1, np.int32),
        np.zeros(longest + 1, np.uint8),
    )
    tau = np.empty(k_line + 2, np.int64)
    origin, row = np.full(m, FAR, np.int16), np.empty(m, np.int16)
    origin[START] = 0
    n_states, made = 0, 0
    for j in range(begin, stop):
        n = 0
        tau[:] = NEVER
        for e in range(off[j], off[j + 1]):
            if first[e] > as_of:
                break
            k = line[stage[e]]
            if k != NO_LINE:
                steps[n], when[n] = k, first[e]
                tau[k] = min(tau[k], first[e])
                n += 1
        for k in range(k_line - 1, -1, -1):
            tau[k] = min(tau[k], tau[k + 1])
        if n_states == 0 or n_states + n >= cap:  # none yet, or too few places left: begin anew
            slots[:] = UNKNOWN
            _after(origin, UNKNOWN, plan, row)
            n_states = 0
            _state(row, rows, slots, n_states)
            after[0, :] = UNKNOWN
            n_states = 1
            made += 1
        q, c = 0, 0
        state[0], base[0] = 0, 0
        for i in range(n):
            s = np.int64(steps[i])
            to = after[q, s]
            if to == UNKNOWN:
                more[q, s] = _after(rows[q], int(s), plan, row)
                to = _state(row, rows, slots, n_states)
                if to == n_states:
                    after[to, :] = UNKNOWN
                    n_states += 1
                    made += 1
                after[q, s] = to
            c += more[q, s]
            q = to
            state[i + 1], base[i + 1] = q, c
        is_won = success >= 0 and tau[max(success, 0)] <= as_of
        node, least = START, np.int32(FAR * 3)
        for p in range(m):
            if (plan.final[p] or not is_won) and rows[q, p] <= least:
                node, least = p, rows[q, p]
        cost[j], length[j], won[j] = c + least, n, is_won
        masks[0, j], masks[1, j] = _walked_back(state, base, steps, n, node, rows, plan, extra_at)
        extra, early = np.uint64(0), np.uint64(0)
        for i in range(n):
            if extra_at[i]:
                extra_at[i] = 0
                s = np.int64(steps[i])
                bit = np.uint64(1) << np.uint64(s)
                extra |= bit
                if tau[later[s]] != NEVER and when[i] <= tau[later[s]] + landmark:
                    early |= bit
        masks[2, j], masks[3, j] = extra, early
    return made


@dataclass(frozen=True, slots=True)
class Alignments:
    """Alignments of j journeys, in the order of the journals; see `_align`. worst: int32[j], cost of the worst alignment."""

    cost: I4
    worst: I4
    won: npt.NDArray[np.bool_]
    passed: U8
    missing: U8
    extra: U8
    early: U8
    states: int = field(default=0, compare=False)

    def __len__(self) -> int:
        return len(self.cost)

    def take(self, at: npt.NDArray[Any]) -> "Alignments":
        """The journeys at some places, or where a mask holds."""
        return Alignments(
            self.cost[at], self.worst[at], self.won[at], self.passed[at], self.missing[at], self.extra[at],
            self.early[at], self.states,
        )  # fmt: skip


def alignments(
    journals: Sequence[Journal], line: U1, plan: Plan, as_of: int, landmark: int, executor: Executor
) -> Alignments:
    """Align every journey of the journals, as seen at `as_of` (seconds since EPOCH), those that had not started by then too.

    line: see `entries.main_line` · landmark: seconds, see `_align`."""

    def partial(task: tuple[Journal, int, int]) -> tuple[I4, I4, U1, U8, int]:
        journal, begin, end = task
        n, off = end - begin, journal.off[begin : end + 1]
        cost, length, won = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.uint8)
        masks = np.empty((4, n), np.uint64)
        longest = int(np.diff(off).max()) if n else 0
        states = _align(
            off, journal.stage, journal.first, line, 0, n, as_of, landmark, plan.success, readonly(plan.later),
            plan.tables, longest, cost, length, won, masks,
        )  # fmt: skip
        return cost, length, won, masks, states

    tasks = [
        (journal, a, b) for journal in journals for a, b in ranges(journal.off, executor.workers * TASKS_PER_WORKER)
    ]
    done = executor.map(partial, tasks)
    cost, length = (np.concatenate([np.empty(0, np.int32), *(d[i] for d in done)]) for i in (0, 1))
    won = np.concatenate([np.empty(0, np.uint8), *(d[2] for d in done)]) != 0
    masks = np.concatenate([np.empty((4, 0), np.uint64), *(d[3] for d in done)], axis=1)
    worst = (length + np.where(won, plan.shortest, 0)).astype(np.int32)
    passed, missing, extra, early = masks
    return Alignments(cost, worst, won, passed, missing, extra, early, sum(d[4] for d in done))
