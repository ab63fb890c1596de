"""What a journey does, step by step: what follows what, after how long, and what it comes back to. Kernels.

A journey is a sequence of nodes: stages or touchpoints (0 … k−1), between the node START and the node of its end (WON …
OPEN, counted from k). Two tables of cells, k+5 by k+5 each, count it: a cell (a, b) of the first is "b follows a", of the
second "a came back, having left for b".
"""

from typing import NamedTuple

import numpy as np

from tabiji.index.firing import U8
from tabiji.index.jit import NEVER, inlined, kernel
from tabiji.index.layout import I4, I8, U1, U2, U4
from tabiji.index.sweep import DORMANT, LOST, Events
from tabiji.metrics.paths.gaps import keep
from tabiji.metrics.paths.steps import (
    ENDED_DORMANT,
    ENDED_LOST,
    ENDED_OPEN,
    ENDED_WON,
    EXTRA,
    count,
    durations,
    first_times,
    without_repeats,
)

NO_TOUCH, MANY = 0xFFFF, 0xFFFE  # in Touches.lone


class Tally(NamedTuple):
    """What a task counts. times: uint32[parts·2·(k+5)²], durations per cell · direct, journeys: uint32[parts·(k+5)²], of the cells
    of coming back: how often straight back, and in how many journeys · events: int64[parts, 2], touches and other events."""

    times: U4
    direct: U4
    journeys: U4
    events: I8


class Told(NamedTuple):
    """Per journey: hash_1, hash_2: uint64, of its collapsed sequence · steps: int32, its length · took: int64, seconds from its
    first to its last step · end: uint8, ENDED_… · won: uint8, whether it ever reached success."""

    hash_1: U8
    hash_2: U8
    steps: I4
    took: I8
    end: U1
    won: U1


class Journeys(NamedTuple):
    """Columns of a journal (see there), and part: int32[j], the part of the answer that a journey is counted in (-1 = none)."""

    part: I4
    start: I4
    end: I4
    outcome: U1
    off: I8
    stage: U1
    first: I4


class Asking(NamedTuple):
    """What a pass is about. k: nodes that are stages or touchpoints · collapse: whether repeats are no steps · once: whether
    only the first time at a node is one · as_of, known: seconds since EPOCH · placing: whether the pass writes durations (see
    `gaps`); else it counts them, and everything else."""

    k: int
    collapse: bool
    once: bool
    as_of: int
    known: int
    placing: bool


@kernel
def _ending(journeys: Journeys, j: int, success: U1, asking: Asking) -> tuple[int, int]:
    """How journey `j` stands at as-of (ENDED_…), and whether it has reached success (success: uint8[n_stages])."""
    won = 0
    for e in range(journeys.off[j], journeys.off[j + 1]):
        if journeys.first[e] > asking.as_of:
            break
        won |= success[journeys.stage[e]]
    over = journeys.end[j] <= asking.as_of
    if over and journeys.outcome[j] == LOST:
        return ENDED_LOST, won
    if won:
        return ENDED_WON, won
    return (ENDED_DORMANT if over and journeys.outcome[j] == DORMANT else ENDED_OPEN), won


@inlined
def _take(
    node: U2, when: I4, n: int, journey: int, begun: int, ended: int, ending: int, won: int, part: int,
    k: int, collapse: bool, once: bool, placing: bool, times: U4, direct: U4, journeys: U4, drawer: U2, at: I8, row: U8, told: Told,
    visit: I4, stamp: I4, cells: I8, gaps: I8,
) -> None:  # fmt: skip
    """Take in one journey of `n` steps."""
    size = k + EXTRA
    one = np.int32(2 * journey + 1)
    if once:
        n = first_times(node, when, n, visit, one)
        one += np.int32(1)
    if collapse:
        n = without_repeats(node, when, n)
    base = 2 * part * size * size
    if placing:
        m = durations(node, when, n, size, begun, k + ending, ended, collapse, base, one, visit, cells, gaps)
        keep(cells, gaps, m, drawer, at, row)
    else:
        steps, h1, h2 = count(
            node,
            when,
            n,
            size,
            k + ending,
            collapse,
            base,
            part * size * size,
            one,
            times,
            direct,
            journeys,
            visit,
            stamp,
        )
        told.hash_1[journey], told.hash_2[journey], told.steps[journey] = h1, h2, steps
        told.took[journey] = int(when[steps - 1]) - int(when[0]) if steps else 0
        told.end[journey], told.won[journey] = ending, won


@kernel
def walk_stages(
    begin: int, end: int, journeys: Journeys, success: U1, asking: Asking, tally: Tally, drawer: U2, at: I8, row: U8,
    told: Told,
) -> None:  # fmt: skip
    """Take in the journeys begin…end by their stage entries (drawer, at, row: see `gaps.keep`)."""
    most, size = 0, asking.k + EXTRA
    for j in range(begin, end):
        most = max(most, journeys.off[j + 1] - journeys.off[j])
    node, when = np.empty(most, np.uint16), np.empty(most, np.int32)
    visit, stamp = np.zeros((size, 3), np.int32), np.zeros(size * size, np.int32)
    cells, gaps = np.empty(2 * most + 1, np.int64), np.empty(2 * most + 1, np.int64)
    times, direct, came, _ = tally
    for j in range(begin, end):
        part = journeys.part[j]
        if part < 0:
            continue
        first, n = journeys.off[j], 0
        while first + n < journeys.off[j + 1] and journeys.first[first + n] <= asking.as_of:
            node[n], when[n] = journeys.stage[first + n], journeys.first[first + n]
            n += 1
        ending, won = _ending(journeys, j, success, asking)
        _take(
            node, when, n, j, int(journeys.start[j]), int(journeys.end[j]), ending, won, int(part),
            asking.k, asking.collapse, asking.once, asking.placing, times, direct, came, drawer, at, row, told, visit, stamp, cells, gaps,
        )  # fmt: skip


class Touches(NamedTuple):
    """Which touchpoints an event meets. of_kind: unsigned[n_kinds], class of a kind · member: uint8[n_classes], of the journey's
    offering · lone: uint16[n_classes, R], the one touchpoint, else NO_TOUCH or MANY; R = role sets where any touchpoint
    asks for roles, else 1 · off: int32[n_classes·R + 1], with touchpoint: uint16, all of them in the order of the map · most: the
    most that one event meets."""

    of_kind: U1
    member: U1
    lone: U2
    off: I4
    touchpoint: U2
    most: int


@inlined
def _fill(
    i: int, stop: int, begun: int, until: int, known: int, by_role: int, kind: U4, role: U2, at: I4, received: I4,
    of_kind: U1, member: U1, lone: U2, off: I4, touchpoint: U2, node: U2, when: I4,
) -> tuple[int, int, int]:  # fmt: skip
    """Touches between two instants, both included, from event `i` on: where it stopped, how many, and how many events met no
    touchpoint."""
    n, others = 0, 0
    while i < stop and at[i] < begun:
        i += 1
    while i < stop and at[i] <= until:
        code = of_kind[kind[i]]
        r = role[i] if by_role else np.uint16(0)
        x = lone[code, r]
        if known != NEVER and received[i] > known:
            pass
        elif x < MANY:
            node[n], when[n] = x, at[i]
            n += 1
        elif x == NO_TOUCH:
            others += member[code]
        else:
            pair = code * lone.shape[1] + r
            for y in range(off[pair], off[pair + 1]):
                node[n], when[n] = touchpoint[y], at[i]
                n += 1
        i += 1
    return i, n, others


@kernel
def walk_touches(
    events: Events, begin: int, end: int, first_journey: I8, journeys: Journeys, success: U1, touches: Touches,
    asking: Asking, tally: Tally, drawer: U2, to: I8, row_of: U8, told: Told,
) -> None:  # fmt: skip
    """Take in the journeys of the live rows begin…end of a tier by their touches (drawer, to, row_of: `drawer`, `at`, `row` of `gaps.keep`).

    first_journey: see `position`. An event that meets several touchpoints is a touch of each, in the order of the map."""
    _, _, rows, kind, _, role, at, received = events
    of_kind, member, lone, off, touchpoint, most = touches
    by_role = int(lone.shape[1] > 1)
    room, size = 0, asking.k + EXTRA
    for row in range(begin, end):
        room = max(room, (rows[row + 1] - rows[row]) * most)
    node, when = np.empty(room, np.uint16), np.empty(room, np.int32)
    visit, stamp = np.zeros((size, 3), np.int32), np.zeros(size * size, np.int32)
    cells, gaps = np.empty(2 * room + 1, np.int64), np.empty(2 * room + 1, np.int64)
    times, direct, came, _ = tally
    for row in range(begin, end):
        unit, i = events.unit[row], int(rows[row])
        for j in range(first_journey[unit], first_journey[unit + 1] if events.live[row] else first_journey[unit]):
            part = journeys.part[j]
            if part < 0:
                continue
            begun, until = int(journeys.start[j]), min(int(journeys.end[j]), asking.as_of)
            while i > rows[row] and at[i - 1] >= begun:  # an attempt may begin at the instant at which another ended
                i -= 1
            i, n, others = _fill(
                i, int(rows[row + 1]), begun, until, asking.known, by_role, kind, role, at, received,
                of_kind, member, lone, off, touchpoint, node, when,
            )  # fmt: skip
            ending, won = _ending(journeys, j, success, asking)
            if not asking.placing:
                tally.events[part, 0] += n
                tally.events[part, 1] += others
            _take(
                node, when, n, j, begun, int(journeys.end[j]), ending, won, int(part),
                asking.k, asking.collapse, asking.once, asking.placing, times, direct, came, drawer, to, row_of, told, visit, stamp, cells, gaps,
            )  # fmt: skip


@kernel
def spell(
    events: Events, row: int, begun: int, until: int, touches: Touches, known: int
) -> U2:  # fmt: skip
    """The touchpoints of one journey in order: the touches of a row between two instants, repeats left out."""
    _, _, rows, kind, _, role, at, received = events
    of_kind, member, lone, off, touchpoint, most = touches
    room = (rows[row + 1] - rows[row]) * most
    node, when = np.empty(room, np.uint16), np.empty(room, np.int32)
    _, n, _ = _fill(
        int(rows[row]), int(rows[row + 1]), begun, until, known, int(lone.shape[1] > 1), kind, role, at, received,
        of_kind, member, lone, off, touchpoint, node, when,
    )  # fmt: skip
    size = 0
    for x in range(n):
        if size == 0 or node[x] != node[size - 1]:
            node[size] = node[x]
            size += 1
    return node[:size]
