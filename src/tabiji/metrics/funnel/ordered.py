"""Steps in order inside a window: the semantics of ClickHouse's `windowFunnel` in its default mode.

A chain s1 → … → sk counts when each step happens at or after the one before it and the last one at most `window` seconds
after s1, inclusive. The latest possible start wins; steps at one instant advance in step order whatever the order of
their events; one event may be several steps. The state is, per level, the latest start of a chain that has reached it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import run, tiers
from tabiji.index.firing import U8
from tabiji.index.jit import NEVER, inlined, kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.layout import I4, I8, U1, U4, Index, Tier
from tabiji.index.sweep import Events
from tabiji.metrics.entries import NO_LINE

NO_START = -(1 << 50)
NO_WINDOW = 1 << 40
FEW_BITS, MANY_BITS = np.uint64(8), np.uint64(16)  # of a code
FEW_EVENTS = 1 << 24  # up to which a step and its place are told in 32 bits
GATHERED = 512  # events looked at before the state machine runs; they and their matches fit the first-level cache


@inlined
def _together(steps: np.uint64, t: int, window: int, chain: I8, reached: I8, top: np.uint64) -> np.uint64:
    """Let several steps at instant `t` lengthen the chains, in step order. Returns how many levels are reached.

    chain: int64[K + 1 or more], chain[k] = latest start of a chain of k steps (NO_START: none) · reached: int64[K + 1], first
    instant at which a level was reached, of `top` levels until now."""
    chain[0] = t
    k = np.uint64(0)
    while steps:
        if steps & np.uint64(1) and t - chain[k] <= window:
            chain[k + np.uint64(1)] = chain[k]
            reached[top] = t
            top += np.uint64(k == top)
        steps >>= np.uint64(1)
        k += np.uint64(1)
    return top


@kernel
def tied(
    begin: int, end: int, stage: U1, first: I4, last: I4, line: U1, as_of: int, window: int, chain: I8, reached: I8
) -> tuple[np.uint64, np.uint64]:  # fmt: skip
    """The journey with the entries `begin`…`end`, of which some happen at one instant: as `ordered_reach`, which it serves.
    Returns how many levels it reached, and how many any entry stands for."""
    chain[:] = NO_START
    top, furthest = np.uint64(0), np.uint64(0)
    steps, now = np.uint64(0), 0
    for e in range(begin, end):
        k = line[stage[e]]
        for turn in range(0 if k == NO_LINE else 2):
            t = int(last[e]) if turn else int(first[e])
            if t > as_of:
                break
            if t != now:
                top = _together(steps, now, window, chain, reached, top)
                steps, now = np.uint64(0), t
            steps |= np.uint64(1) << np.uint64(k)
            furthest = max(furthest, np.uint64(k) + np.uint64(1))
    return _together(steps, now, window, chain, reached, top), furthest


@kernel
def ordered_reach(
    off: I8, stage: U1, first: I4, last: I4, ends: I4, line: U1, begin: int, end: int, as_of: int, window: int,
    reached_at: I4, outside: U8, to: int,
) -> None:  # fmt: skip
    """When the journeys `begin`…`end` first completed each level of the main line (NEVER where not), and after which level they
    fell outside (see `chains`), into the columns from `to` on.

    A run of one stage stands for its first and its last firing: those between start no chain that the last would not start
    later, and advance none that the first has not. So the journal tells all, steps that share events included. Levels
    are reached one after the other, so only the next one is awaited. Unsigned numbers and the lack of branches are for speed
    (see `_levels`)."""
    n_line = reached_at.shape[0]
    reached = np.empty(n_line + 1, np.int64)
    chain = np.empty(n_line + 2, np.int64)  # chain[k]: latest start of a chain of k steps; chain[0]: the present event
    for j in range(begin, end):
        for level in range(1, n_line + 1):
            chain[level] = NO_START
        top, furthest = np.uint64(0), np.uint64(0)  # levels reached; levels that any entry stands for
        previous = np.int64(NO_START)
        for e in range(np.uint64(off[j]), np.uint64(off[j + 1])):
            t = np.int64(first[e])
            if (t > as_of) | (t == previous):
                if t <= as_of:
                    top, furthest = tied(off[j], off[j + 1], stage, first, last, line, as_of, window, chain, reached)
                break
            previous = np.int64(last[e])
            chain[0] = previous if previous <= as_of else t
            k = np.uint64(line[np.uint64(stage[e])])
            if k == np.uint64(NO_LINE):
                continue
            begun = chain[k]
            chain[k + np.uint64(1)] = begun  # handed on inside the window or not (see `_levels`)
            reached[top] = t
            top += np.uint64(t - begun <= window) & np.uint64(k == top)
            furthest = max(furthest, k + np.uint64(1))
        for level in range(np.uint64(n_line)):
            reached_at[level, to + j - begin] = reached[level] if level < top else NEVER
        if np.uint64(0) < top < np.uint64(n_line):
            ran_out = chain[top] + window < min(np.int64(ends[j]), np.int64(as_of))
            outside[to + j - begin] = np.uint64(ran_out or furthest > top) << top - np.uint64(1)


@kernel
def _at_once(
    match: U4 | U8, code_bits: np.uint64, start: np.uint64, r: np.uint64, n: np.uint64, at: I4, masks: U8, window: int,
    as_of: int, chain: I8, reached: I8,
) -> np.uint64:  # fmt: skip
    """How many levels the gathered events `r`…`n` (as in `_levels`) reach until `as_of`, where some happen at one instant or are
    several steps."""
    chain[:] = NO_START
    top, steps, now = np.uint64(0), np.uint64(0), 0
    for x in range(r, n):
        y = np.uint64(match[x])
        t = int(at[start + (y >> code_bits)])
        if t > as_of:
            break
        if t != now:
            top = _together(steps, now, window, chain, reached, top)
            steps, now = np.uint64(0), t
        steps |= masks[y & ((np.uint64(1) << code_bits) - np.uint64(1))]
    return _together(steps, now, window, chain, reached, top)


@kernel
def _levels(
    events: Events, begin: int, end: int, of_kind: U1, masks: U8, window: int, as_of: int, match: U4 | U8, code_bits: np.uint64,
    counts: I8,
) -> None:  # fmt: skip
    """Count the live rows `begin`…`end` by the level that they reach (counts: int64[n_steps + 1]).

    of_kind: code of a kind: 0 = no step, 1…n_steps = that step alone, above = several · masks: uint64[n_codes], steps of a
    code · match: room for GATHERED events, or those of the longest row, and one more: where an event stands, counted from the first of
    them, and in the lowest `code_bits` its code.

    First the steps of some rows are gathered: writing always and advancing only on a match keeps that loop free of branches,
    and unsigned numbers keep it free of checks for indexes that count from the end. Then the state machine runs over them, row by
    row, while all that they point to is in the first-level cache. It is free of branches, too: a start is handed on to the next
    step even where the window has run out, for then it has run out for every later step as well, and for the older start
    that it takes the place of; only what is counted as reached asks for the window."""
    off, kind, at, live = events.off, events.kind, events.at, events.live
    n_steps = counts.size - 1
    last_code = (np.uint64(1) << code_bits) - np.uint64(1)
    chain = np.empty(masks.size + 1, np.int64)  # chain[k]: latest start of a chain of k steps; chain[0]: now
    reached = np.empty(n_steps + 2, np.int64)  # not asked for
    upto = begin
    while upto < end:
        row, upto = upto, upto + 1
        while upto < end and off[upto + 1] - off[row] <= GATHERED:
            upto += 1
        n, start = np.uint64(0), np.uint64(off[row])
        for i in range(np.uint64(off[upto]) - start):
            code = of_kind[kind[start + i]]
            match[n] = i << code_bits | np.uint64(code)
            n += np.uint64(code != 0)
        match[n] = ~np.uint64(0)  # beyond every row
        r = np.uint64(0)
        for each in range(row, upto):
            for length in range(1, n_steps + 1):
                chain[length] = NO_START
            before, alone = np.int64(NO_START), True
            level, largest = np.uint64(0), np.uint64(0)
            first, x, past = r, np.uint64(match[r]), (np.uint64(off[each + 1]) - start) << code_bits
            while x < past:
                r += np.uint64(1)
                t, k = np.int64(at[start + (x >> code_bits)]), x & last_code
                x = np.uint64(match[r])
                alone &= t != before
                largest = max(largest, k)
                before = t
                chain[0] = t
                begun = chain[k - np.uint64(1)]
                chain[k] = begun
                level = max(level, k & -np.uint64(t - begun <= window))
            # As-of is looked at once a row, at what is there anyway: the instant of the row's last event would have to be fetched.
            if before > as_of or not alone or largest > np.uint64(n_steps):
                level = _at_once(match, code_bits, start, first, r, at, masks, window, as_of, chain, reached)
            counts[level] += live[each]


class _Steps(NamedTuple):
    of_kind: U1
    masks: U8


@dataclass(frozen=True, slots=True)
class _Levels:
    """Kernel of `window_funnel`: counts of units by level."""

    steps: Sequence[npt.NDArray[np.uint8]]
    n_kinds: int
    window: int
    as_of: int

    def prepare(self) -> _Steps:
        masks = np.zeros(self.n_kinds, np.uint64)
        for k, step in enumerate(self.steps):
            masks |= (step != 0).astype(np.uint64) << np.uint64(k)
        alone = [0, *(1 << k for k in range(len(self.steps)))]
        codes = np.array([*alone, *sorted({int(m) for m in np.unique(masks)} - set(alone))], np.uint64)
        code = np.argsort(codes)[np.searchsorted(codes, masks, sorter=np.argsort(codes))]
        return _Steps(readonly(code.astype(np.min_scalar_type(len(codes)))), readonly(codes))

    def zero(self, tables: _Steps) -> I8:
        return np.zeros(len(self.steps) + 1, np.int64)

    def partial(self, tables: _Steps, source: Tier, begin: int, end: int) -> I8:
        counts = self.zero(tables)
        events, size = events_of(source), max(int(np.diff(source.off[begin : end + 1]).max(initial=0)), GATHERED)
        few = len(tables.masks) <= 1 << int(FEW_BITS) and size < FEW_EVENTS
        match: U4 | U8 = np.empty(size + 1, np.uint32) if few else np.empty(size + 1, np.uint64)
        code_bits = FEW_BITS if few else MANY_BITS
        _levels(events, begin, end, *tables, self.window, self.as_of, match, code_bits, counts)
        return counts

    def merge(self, a: I8, b: I8) -> I8:
        return a + b

    def finish(self, total: I8) -> I8:
        return total


def window_funnel(
    index: Index, steps: Sequence[npt.NDArray[np.uint8]], window: int | None, as_of: int, executor: Executor
) -> I8:
    """Units by the level that they reach over their whole history: int64[n_steps + 1], level 0 first.

    For steps that are no stages of a map: it reads the events of every tier and knows no attempts. steps: uint8[n_kinds]
    each, kinds that are the step · window: seconds (None = unlimited) · as_of: seconds since EPOCH, inclusive."""
    kernel_of = _Levels(steps, len(index.kinds), NO_WINDOW if window is None else window, as_of)
    return run(kernel_of, tiers(index), executor)
