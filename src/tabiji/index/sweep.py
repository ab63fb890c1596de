"""One pass over the events of whole units: what fires becomes journeys and stage entries.

The law (docs: *Metrics, journeys and stage entries*): the first firing of a step opens an attempt. What fires at one instant fires
together: steps in the order of the map, then failures, which end the attempt at that instant. But where a failure comes with steps of
which none takes the attempt beyond the furthest stage entered, other events begin the next attempt after it. A gap of more than
`inactive` seconds between two touches ends an attempt *dormant* at last touch + `inactive`. What happens until the next firing of a
step belongs to no attempt, and the windows of counting clauses start anew at its end.
"""

from typing import NamedTuple

import numpy as np

from tabiji.index.firing import MANY, MEMORY, STAGE, TOUCH, U8, Clauses, Codes, forget, holds
from tabiji.index.jit import NEVER, inlined, kernel
from tabiji.index.layout import I4, I8, U1, U2, U4

OPEN, LOST, DORMANT = 0, 1, 2  # Journal.outcome
NONE = -1  # no stage
LATER = 1 << 40  # later than any instant


class Events(NamedTuple):
    """The columns of a tier that are swept (see `layout.Tier`); `unit` counts from the partition's first."""

    unit: I8
    live: U1
    off: I8
    kind: U4
    person: U2
    role: U2
    at: I4
    received: I4


class Swept(NamedTuple):
    """Where journeys and entries of some rows of a tier are written, and what was seen of their units.

    Per journey: unit: int64, attempt: uint16 (from 1), start, end: int32, outcome: uint8, n_entries: int64. Per entry:
    stage: uint8, first, last: int32. Per row: n_touches, first_touch, last_touch: int32."""

    unit: I8
    attempt: U2
    start: I4
    end: I4
    outcome: U1
    n_entries: I8
    stage: U1
    first: I4
    last: I4
    n_touches: I4
    first_touch: I4
    last_touch: I4


def room(rows: int, n_events: int, most: int) -> Swept:
    """Space for what up to `rows` rows of `n_events` events can give; pages that stay unused are never touched."""
    per_journey = [np.empty(n_events, d) for d in (np.int64, np.uint16, np.int32, np.int32, np.uint8, np.int64)]
    per_entry = [np.empty(n_events * most + 1, d) for d in (np.uint8, np.int32, np.int32)]
    per_row = [np.empty(rows, np.int32) for _ in range(3)]
    return Swept._make([*per_journey, *per_entry, *per_row])


@kernel
def _touch(kind: U4, received: I4, of_kind: U1, known: int, begin: int, end: int, step: int) -> int:
    """Position of the first touch from `begin` on by `step`, before `end`; `end` where there is none."""
    i = begin
    while i != end and (of_kind[kind[i]] < TOUCH or (known != NEVER and received[i] > known)):
        i += step
    return i


@kernel
def _silence(
    kind: U4, at: I4, received: I4, of_kind: U1, known: int, begin: int, end: int, inactive: int
) -> int:  # fmt: skip
    """Instant of the last touch before the first gap longer than `inactive` between the touches `begin`…`end` (the last
    one included); NEVER where there is none."""
    i = begin
    while i < end:
        x = _touch(kind, received, of_kind, known, i + 1, end, 1)
        if int(at[x]) - int(at[i]) > inactive:
            return int(at[i])
        i = x
    return NEVER


@kernel
def _fired(
    kind: U4, person: U2, role: U2, at: I4, of_kind: U1, fires: U8, clause_off: I4, clause: I4, table: I8, roles: U1,
    failures: np.uint64, memory: I8, pos: I8, begin: int, end: int,
) -> tuple[np.uint64, np.uint64]:  # fmt: skip
    """Stages that the picked events `begin`…`end` fire together, and the steps of those that fire a failure.

    The places of the latter are turned over (~) in `pos`; events that were turned over before are passed over. Bare arrays, for
    a tuple that is taken apart in a loop costs more than the work."""
    together, failing = np.uint64(0), np.uint64(0)
    for y in range(begin, end):
        i = pos[y]
        if i < 0:
            continue
        code = of_kind[kind[i]]
        stages = fires[code]
        for x in range(clause_off[code], clause_off[code + 1]):
            c = clause[x]
            if roles[c, role[i]] and holds(table, memory, c, i, int(at[i]), person[i]):
                stages |= np.uint64(1) << np.uint64(table[c, STAGE])
        together |= stages
        if stages & failures:
            failing |= stages & ~failures
            pos[y] = ~i
    return together, failing


@kernel
def _goes_further(steps: np.uint64, stage: U1, begin: int, end: int, failures: np.uint64) -> bool:
    """Whether any of the steps lies, in the order of the map, beyond all that the entries `begin`…`end` of a journey entered."""
    furthest = np.uint64(0)
    for e in range(begin, end):
        if not failures >> np.uint64(stage[e]) & np.uint64(1):
            furthest = max(furthest, np.uint64(stage[e]))
    return bool(steps >> furthest > np.uint64(1))


@inlined
def _write(
    stages: np.uint64, t: int, w: int, top: int, since: int, stage: U1, first: I4, last: I4
) -> tuple[int, int, int]:  # fmt: skip
    """Entries of one event, in stage order. Returns the last entry, its stage and its first firing."""
    s = 0
    while stages:
        if stages & np.uint64(1):
            w += s != top
            since = since if s == top else t
            top = s
            stage[w], first[w], last[w] = s, since, t
        stages >>= np.uint64(1)
        s += 1
    return w, top, since


@kernel
def sweep(
    events: Events, begin: int, end: int, first_unit: int,
    codes: Codes, clauses: Clauses, failures: np.uint64, inactive: int, known: int,
    out: Swept,
) -> tuple[int, int]:  # fmt: skip
    """Journeys of the live rows `begin`…`end` of a tier, and what was seen of these. Returns how many journeys, and their entries.

    Of each row the few events that may fire are picked first; then the state machine runs over these, while they are in the
    cache. Picking writes always and advances only on a match, which keeps the loop free of branches; unsigned numbers keep it free
    of checks for indexes that count from the end.

    first_unit: added to the row's unit · failures: bit mask of failure stages · inactive: seconds (larger than any gap
    where journeys never become dormant) · known: only events received by this instant (NEVER = all)."""
    # One long function: a call per unit, or a column taken out of its tuple inside a loop, would cost more than the work.
    units, live, off, kind, person, role, at, received = events
    of_kind, fires, lone, clause_off, clause = codes
    table, roles = clauses
    ends, outcome, n_entries, stage, first, last = out.end, out.outcome, out.n_entries, out.stage, out.first, out.last
    memory = np.zeros(table[-1, MEMORY], np.int64)
    unit, attempt, start = out.unit, out.attempt, out.start
    n_touches, first_touch, last_touch = out.n_touches, out.first_touch, out.last_touch
    longest = 0
    for row in range(begin, end):
        longest = max(longest, off[row + 1] - off[row])
    pos = np.empty(longest + 1, np.int64)
    j, w = 0, -1  # the next journey, the last entry
    for x in range(end - begin):
        row = begin + x
        n_touches[x], first_touch[x], last_touch[x] = 0, NEVER, 0
        if not live[row]:
            continue
        a, b = np.uint64(off[row]), np.uint64(off[row + 1])
        picked, touches = np.uint64(0), np.uint64(0)
        if known == NEVER:
            for e in range(a, b):
                code = of_kind[kind[e]]
                pos[picked] = np.int64(e)
                picked += np.uint64(code > TOUCH)
                touches += np.uint64(code >= TOUCH)
        else:
            for e in range(a, b):
                code, there = of_kind[kind[e]], received[e] <= known
                pos[picked] = np.int64(e)
                picked += np.uint64((code > TOUCH) & there)
                touches += np.uint64((code >= TOUCH) & there)
        n_touches[x] = touches
        if touches == 0:
            continue
        head, tail = off[row], off[row + 1] - 1  # its first and last touch
        if touches != b - a:
            head = _touch(kind, received, of_kind, known, head, tail + 1, 1)
            tail = _touch(kind, received, of_kind, known, tail, head - 1, -1)
        first_touch[x], last_touch[x] = at[head], at[tail]
        forget(table, memory)
        number, running = 0, False
        w0, top, since = w, NONE, 0  # last entry before the journey; stage and first firing of the last entry
        before, before_at = 0, 0
        n_picked, r = int(np.int64(picked)), 0
        ahead = int(at[pos[0]]) if n_picked else 0
        while r < n_picked:
            i, t = int(pos[np.uint64(r)]), ahead
            if running and t - before_at > inactive:
                silent = _silence(kind, at, received, of_kind, known, before, i, inactive)
                if silent != NEVER:
                    ends[j], outcome[j], n_entries[j] = silent + inactive, DORMANT, w - w0
                    j, running = j + 1, False
                    forget(table, memory)
            before, before_at = i, t
            s = int(lone[of_kind[kind[np.uint64(i)]]])
            r += 1
            ahead = int(at[np.uint64(pos[np.uint64(r)])]) if r < n_picked else LATER
            if s != MANY and ahead != t:  # what nearly every event is: alone, of one step
                if not running:
                    number, running = number + 1, True
                    unit[j], attempt[j], start[j] = first_unit + units[row], number, t
                    w0, top = w, NONE
                # And so on to the next one that is not: a small loop keeps in registers what the large one cannot.
                while True:
                    w += s != top
                    since = since if s == top else t
                    top = s
                    stage[np.uint64(w)], first[np.uint64(w)], last[np.uint64(w)] = s, since, t
                    if r == n_picked or ahead - t > inactive:
                        break
                    i, after = int(pos[np.uint64(r)]), LATER
                    if r + 1 < n_picked:
                        after = int(at[np.uint64(pos[np.uint64(r + 1)])])
                    s = int(lone[of_kind[kind[np.uint64(i)]]])
                    if s == MANY or after == ahead:
                        break
                    before, before_at, t, ahead = i, ahead, ahead, after
                    r += 1
                continue
            begun = r - 1
            while ahead == t:
                before = int(pos[r])
                r += 1
                ahead = int(at[pos[r]]) if r < n_picked else LATER
            stages, failing = _fired(
                kind, person, role, at, of_kind, fires, clause_off, clause, table, roles, failures, memory, pos, begun, r,
            )  # fmt: skip
            lost, steps = stages & failures, stages & ~failures
            if running and lost and steps and not _goes_further(steps, stage, w0 + 1, w + 1, failures):
                w, top, since = _write(failing, t, w, top, since, stage, first, last)
                w, top, since = _write(lost, t, w, top, since, stage, first, last)
                ends[j], outcome[j], n_entries[j] = t, LOST, w - w0
                j, running = j + 1, False
                forget(table, memory)
                steps, _ = _fired(
                    kind, person, role, at, of_kind, fires, clause_off, clause, table, roles, failures, memory, pos, begun, r,
                )  # fmt: skip
                lost = np.uint64(0)
            if not running:
                if not steps:
                    continue
                number, running = number + 1, True
                unit[j], attempt[j], start[j] = first_unit + units[row], number, t
                w0, top = w, NONE
            w, top, since = _write(steps, t, w, top, since, stage, first, last)
            if lost:
                w, top, since = _write(lost, t, w, top, since, stage, first, last)
                ends[j], outcome[j], n_entries[j] = t, LOST, w - w0
                j, running = j + 1, False
                forget(table, memory)
        if running:
            silent = int(at[tail])
            if silent - before_at > inactive:
                gap = _silence(kind, at, received, of_kind, known, before, tail, inactive)
                silent = silent if gap == NEVER else gap
            ends[j], n_entries[j] = min(silent + inactive, NEVER), w - w0
            outcome[j] = DORMANT if silent + inactive < NEVER else OPEN
            j += 1
    return j, w + 1
