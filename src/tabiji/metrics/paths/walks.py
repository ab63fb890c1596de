"""What a journey does, step by step: what follows what, after how long, and what it comes back to. Kernels.

A journey is a sequence of nodes: stages or touchpoints (0 … k−1), between the node START and the node of its end (WON …
OPEN, counted from k). Two tables of cells, k+5 by k+5 each, count it: a cell (a, b) of the first is "b follows a", of the
second "a came back, having left for b". The *collapsed* sequence leaves out what repeats its predecessor; what comes back,
and the hash by which equal journeys are found, are those of the collapsed sequence.
"""

from typing import NamedTuple

import numpy as np

from tabiji.index.firing import U8
from tabiji.index.jit import inlined, kernel
from tabiji.index.layout import I4, I8, U1, U2, U4
from tabiji.index.sweep import DORMANT, LOST, Events
from tabiji.metrics.paths.gaps import Sight, note

START, ENDED_WON, ENDED_LOST, ENDED_DORMANT, ENDED_OPEN = range(5)  # nodes, counted from the first that is no stage
EXTRA = 5
NO_TOUCH, MANY = 0xFFFF, 0xFFFE  # in Touches.lone
SEED_1, SEED_2 = 0x243F6A8885A308D3, 0x13198A2E03707344
FACTOR_1, FACTOR_2 = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93


class Tally(NamedTuple):
    """What a thread counts. hist: uint32[cells, buckets], see `gaps` · direct, journeys: int64[parts·(k+5)²], of the cells of
    coming back: how often straight back, and in how many journeys · events: int64[parts, 2], touches and other events."""

    hist: U4
    direct: I8
    journeys: I8
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
    only the first time at a node is one · as_of, known: seconds since EPOCH · first: whether
    this is the first pass, which counts what needs to be counted once · mode, fine: see `gaps`."""

    k: int
    collapse: bool
    once: bool
    as_of: int
    known: int
    first: bool
    mode: int
    fine: int


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


class Memory(NamedTuple):
    """What a thread remembers while it walks. seen: int64[k+5], the journey (+1) that was last at a node · came, went: int64[k+5],
    when it came there, where it went from there · stamp: int64[(k+5)²], the journey (+1) counted last in a cell of coming back ·
    cells, gaps: int64, the durations of one journey."""

    seen: I8
    came: I8
    went: I8
    stamp: I8
    cells: I8
    gaps: I8


@kernel
def _memory(size: int, steps: int) -> Memory:
    """A blank memory for journeys of up to so many steps."""
    return Memory(
        np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size * size, np.int64),
        np.empty(2 * steps + 1, np.int64), np.empty(2 * steps + 1, np.int64),
    )  # fmt: skip


@kernel
def _take(
    node: U2, at: I4, n: int, journey: int, begun: int, ended: int, ending: int, won: int, part: int,
    asking: Asking, tally: Tally, told: Told, memory: Memory,
) -> int:  # fmt: skip
    """Count one journey: `n` steps, and leave its durations with their cells in `memory`. Returns how many these are."""
    k, collapse, once, _, _, counting, _, _ = asking
    _, direct, journeys, _ = tally
    seen, came, went, stamp, cells, gaps = memory
    size = k + EXTRA
    square = size * size
    base, back, own = 2 * part * square, (2 * part + 1) * square, part * square
    one = journey + 1
    h1, h2 = np.uint64(SEED_1), np.uint64(SEED_2)
    previous, previous_at = k + START, begun  # of what is followed
    top, before, steps = k + START, -1, 0  # of the collapsed sequence
    m = 0
    for i in range(n):
        x, t = int(node[i]), int(at[i])
        if once and seen[x] == one:
            continue
        if x == top and collapse:
            continue
        cells[m], gaps[m] = base + previous * size + x, t - previous_at
        m += 1
        previous, previous_at = x, t
        if x == top:
            continue
        if seen[x] == one:
            turn = x * size + went[x]
            cells[m], gaps[m] = back + turn, t - came[x]
            m += 1
            if counting:
                direct[own + turn] += before == x
                journeys[own + turn] += stamp[turn] != one
                stamp[turn] = one
        seen[x], came[x], went[top] = one, t, x
        before, top, steps = top, x, steps + 1
        h1 = (h1 ^ np.uint64(x)) * np.uint64(FACTOR_1)
        h1 ^= h1 >> np.uint64(32)
        h2 = (h2 ^ np.uint64(x)) * np.uint64(FACTOR_2)
        h2 ^= h2 >> np.uint64(29)
    # Of the ends only a loss has an instant; the others have the duration 0, which is not told.
    cells[m] = base + previous * size + k + ending
    gaps[m] = ended - previous_at if ending == ENDED_LOST else 0
    if counting:
        told.hash_1[journey], told.hash_2[journey], told.steps[journey] = h1, h2, steps
        told.took[journey] = came[top] - at[0] if steps else 0
        told.end[journey], told.won[journey] = ending, won
    return m + 1


@kernel
def walk_stages(
    begin: int, end: int, journeys: Journeys, success: U1, asking: Asking, sight: Sight, tally: Tally, told: Told, keys: I8
) -> int:  # fmt: skip
    """Count the journeys begin…end by their stage entries. Returns how many durations were collected."""
    most = 0
    for j in range(begin, end):
        most = max(most, journeys.off[j + 1] - journeys.off[j])
    memory, node = _memory(asking.k + EXTRA, most), np.empty(most, np.uint16)
    n_keys = 0
    for j in range(begin, end):
        part = journeys.part[j]
        if part < 0:
            continue
        first, n = journeys.off[j], 0
        while first + n < journeys.off[j + 1] and journeys.first[first + n] <= asking.as_of:
            node[n] = journeys.stage[first + n]
            n += 1
        ending, won = _ending(journeys, j, success, asking)
        m = _take(
            node, journeys.first[first:], n, j, int(journeys.start[j]), int(journeys.end[j]), ending, won, int(part),
            asking, tally, told, memory,
        )  # fmt: skip
        n_keys = note(asking.mode, asking.fine, memory.cells, memory.gaps, m, sight, tally.hist, keys, n_keys)
    return n_keys


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
        if received[i] > known:
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
    asking: Asking, sight: Sight, tally: Tally, told: Told, keys: I8,
) -> int:  # fmt: skip
    """Count the journeys of the live rows begin…end of a tier by their touches. Returns how many durations were collected.

    first_journey: see `position`. An event that meets several touchpoints is a touch of each, in the order of the map."""
    _, _, rows, kind, _, role, at, received = events
    of_kind, member, lone, off, touchpoint, most = touches
    by_role = int(lone.shape[1] > 1)
    room = 0
    for row in range(begin, end):
        room = max(room, (rows[row + 1] - rows[row]) * most)
    memory, node, when = _memory(asking.k + EXTRA, room), np.empty(room, np.uint16), np.empty(room, np.int32)
    n_keys = 0
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
            if asking.first:
                tally.events[part, 0] += n
                tally.events[part, 1] += others
            m = _take(
                node, when, n, j, begun, int(journeys.end[j]), ending, won, int(part), asking, tally, told, memory
            )
            n_keys = note(asking.mode, asking.fine, memory.cells, memory.gaps, m, sight, tally.hist, keys, n_keys)
    return n_keys


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
