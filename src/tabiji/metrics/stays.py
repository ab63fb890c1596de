"""Stays in a stage of the main line: how long each lasts, and how it ends.

A journey stays in a stage from entering it until it goes on, goes back (only to a stage that says `regress`), is lost or goes
silent; what is still there at as-of is open. Where no stage of the map takes a journey back, it stays in each stage once, from
τ_k on (see `entries`). Where one does, it walks the line again from there: it may stay in a stage several times, and each climb
passes over the stages between as the first one did, with stays of 0.
"""

from dataclasses import dataclass

import numpy as np

from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.layout import I4, I8, U1
from tabiji.metrics.bootstrap import ADVANCED
from tabiji.metrics.entries import Entries
from tabiji.metrics.survival import CAUSE_BITS, CAUSE_MASK, CENSORED

BACK = 4  # cause of a stay: 0 open, 1 advanced, 2 lost, 3 dormant, 4 went back


@kernel
def stays(here: I4, there: I4, ended: I4, outcome: U1, as_of: int, horizon: int) -> tuple[I8, I8, U1]:
    """From one stage to the next, once a journey: packed (duration << CAUSE_BITS | cause), journey, and whether it entered
    `horizon` before as-of.

    here, there: int32[j], when a journey reached the stage and the next one. Causes: 0 open, 1 advanced, 2 lost, 3 dormant."""
    packed, journey = np.empty(here.size, np.int64), np.empty(here.size, np.int64)
    mature = np.empty(here.size, np.uint8)
    n = 0
    for j in range(here.size):
        if here[j] == NEVER:
            continue
        cause, until = 0, as_of
        if there[j] != NEVER:
            cause, until = ADVANCED, there[j]
        elif outcome[j] != 0:
            cause, until = ADVANCED + outcome[j], ended[j]
        packed[n] = (until - here[j]) << CAUSE_BITS | cause
        journey[n] = j
        mature[n] = as_of - here[j] >= horizon
        n += 1
    return packed[:n], journey[:n], mature[:n]


@kernel
def _along(
    off: I8, at: I4, to: U1, ended: I4, outcome: U1, as_of: int, horizon: int, stage: int
) -> tuple[I8, I8, U1, U1, I4]:  # fmt: skip
    """Every stay in `stage` of journeys that move as `off`, `at`, `to` say (see `Moves`): packed, journey and mature as in
    `stays`, whether the stage was passed over, and when it was entered."""
    most = at.size  # a move ends or passes over a stage once
    packed, journey = np.empty(most, np.int64), np.empty(most, np.int64)
    mature, over = np.empty(most, np.uint8), np.empty(most, np.uint8)
    entered = np.empty(most, np.int32)
    n = 0
    for j in range(ended.size):
        for m in range(off[j], off[j + 1]):
            here, last = np.int64(to[m]), m + 1 == off[j + 1]
            before = np.int64(to[m - 1]) if m > off[j] else np.int64(-1)
            if before < stage < here:
                packed[n], over[n] = ADVANCED, 1
            elif here != stage:
                continue
            elif last:
                cause = ADVANCED + outcome[j] if outcome[j] != 0 else 0
                until = ended[j] if outcome[j] != 0 else as_of
                packed[n], over[n] = (np.int64(until) - at[m]) << CAUSE_BITS | cause, 0
            else:
                cause = ADVANCED if to[m + 1] > here else BACK
                packed[n], over[n] = (np.int64(at[m + 1]) - at[m]) << CAUSE_BITS | cause, 0
            journey[n], mature[n], entered[n] = j, as_of - at[m] >= horizon, at[m]
            n += 1
    return packed[:n], journey[:n], mature[:n], over[:n], entered[:n]


@dataclass(frozen=True, slots=True)
class StaysIn:
    """Stays in one stage, s of them, by journey: packed: int64[s], duration in seconds << CAUSE_BITS | cause (0 open, 1 advanced,
    2 lost, 3 dormant, 4 went back) · journey: int64[s], ascending · mature: uint8[s], entered the horizon before as-of · over:
    uint8[s], the stage was passed over · entered: int32[s], seconds since EPOCH."""

    packed: I8
    journey: I8
    mature: U1
    over: U1
    entered: I4

    @property
    def skipped(self) -> int:
        """Stays in which the stage was passed over."""
        return int(np.count_nonzero(self.over))

    @property
    def duration(self) -> I8:
        """int64[s], seconds."""
        return self.packed >> CAUSE_BITS


def stays_in(found: Entries, k: int, horizon: int = 0) -> StaysIn:
    """Every stay in stage `k` of the main line; from the last stage nobody advances. horizon: seconds."""
    ended, outcome = readonly(found.ended), readonly(found.outcome)
    if found.moves is not None:
        off, at, to = readonly(found.moves.off), readonly(found.moves.at), readonly(found.moves.to)
        return StaysIn(*_along(off, at, to, ended, outcome, found.as_of, horizon, k))
    last = k + 1 == len(found.reached_at)
    there = np.full(len(found), NEVER, np.int32) if last else found.reached_at[k + 1]
    packed, journey, mature = stays(
        readonly(found.reached_at[k]), readonly(there), ended, outcome, found.as_of, horizon
    )
    over = (found.skipped[journey] >> np.uint64(k) & np.uint64(1)).astype(np.uint8)
    return StaysIn(packed, journey, mature, over, found.reached_at[k][journey])


def first_stay(found: Entries, k: int) -> tuple[I8, I8]:
    """When each journey first really stayed in stage `k` of the main line: from, until (int64[j] both, seconds since EPOCH). NEVER
    where it only passed over it or did not reach it, and, until, where it is still there.

    It ends by going on, going back, loss or silence, as every stay does."""
    here, left = np.full(len(found), NEVER, np.int64), np.full(len(found), NEVER, np.int64)
    there = stays_in(found, k)
    real = np.flatnonzero(there.over == 0)
    journey, first = np.unique(there.journey[real], return_index=True)
    mine = real[first]
    here[journey] = there.entered[mine]
    over = there.packed[mine] & CAUSE_MASK != CENSORED
    left[journey[over]] = there.entered[mine[over]] + there.duration[mine[over]]
    return here, left


def skipped(found: Entries, k: int) -> int:
    """Journeys that passed over stage `k` when they first reached it."""
    return int(np.count_nonzero(found.skipped & (np.uint64(1) << np.uint64(k))))
