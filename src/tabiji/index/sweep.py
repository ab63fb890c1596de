"""One pass over the events of whole units: what fires becomes journeys and stage entries.

The law (docs: *Metrics, journeys and stage entries*): the first firing of a step opens an attempt. A failure firing ends
it at that instant; the steps that the same event fires come first. A gap of more than `inactive` seconds between two
touches ends it *dormant* at last touch + `inactive`. What happens until the next firing of a step belongs to no attempt,
and the windows of counting clauses start anew at its end.
"""

from typing import NamedTuple

import numpy as np

from tabiji.index.firing import TOUCH, Clauses, Codes, State, fired, forget, new_state
from tabiji.index.jit import NEVER, kernel
from tabiji.index.layout import I4, I8, U1, U2, U4

OPEN, LOST, DORMANT = 0, 1, 2  # Journal.outcome


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
    """Space for what `rows` rows of `n_events` events can give; pages that stay unused are never touched."""
    per_journey = [np.empty(n_events, d) for d in (np.int64, np.uint16, np.int32, np.int32, np.uint8, np.int64)]
    per_entry = [np.empty(n_events * most, d) for d in (np.uint8, np.int32, np.int32)]
    per_row = [np.zeros(rows, np.int32), np.full(rows, NEVER, np.int32), np.zeros(rows, np.int32)]
    return Swept._make([*per_journey, *per_entry, *per_row])


@kernel
def _longest(off: I8, begin: int, end: int) -> int:
    """Most events that one row holds."""
    most = 0
    for row in range(begin, end):
        most = max(most, off[row + 1] - off[row])
    return most


@kernel
def _pick(
    events: Events, row: int, of_kind: U1, inactive: int, known: int, pos: I8, before: I8
) -> tuple[int, int, int, int]:
    """Positions of the events of a row that may fire, or that follow a gap; `before` = the touch before each of them.

    Writing always and advancing only on a match keeps the loop free of branches. Returns how many there are, and of the
    row's touches the number, the first and the last instant (NEVER and 0 where there is none)."""
    n = touches = 0
    first = NEVER
    previous = NEVER  # in the future, so that nothing is a gap after it
    cut = known != NEVER
    for i in range(events.off[row], events.off[row + 1]):
        code = of_kind[events.kind[i]]
        t = int(events.at[i])
        touch = code >= TOUCH
        if cut:
            touch = touch & (events.received[i] <= known)
        pos[n] = i
        before[n] = previous
        n += touch & ((code > TOUCH) | (t - previous > inactive))
        touches += touch
        first = t if touch & (t < first) else first
        previous = t if touch else previous
    return n, touches, first, previous if touches > 0 else 0


@kernel
def _write(out: Swept, w: int, w0: int, stages: np.uint64, t: int) -> int:
    """Entries of one event in stage order; a stage that stood last is prolonged. Returns the next free place."""
    s = 0
    while stages:
        if stages & np.uint64(1):
            if w > w0 and out.stage[w - 1] == s:
                out.last[w - 1] = t
            else:
                out.stage[w], out.first[w], out.last[w] = s, t, t
                w += 1
        stages >>= np.uint64(1)
        s += 1
    return w


@kernel
def _close(out: Swept, j: int, end: int, outcome: int, n_entries: int) -> int:
    """End the running journey `j`. Returns the number of the next one."""
    out.end[j], out.outcome[j], out.n_entries[j] = end, outcome, n_entries
    return j + 1


@kernel
def _unit(
    events: Events, n: int, pos: I8, before: I8, last_touch: int, unit: int,
    codes: Codes, clauses: Clauses, state: State, failures: np.uint64, inactive: int,
    out: Swept, j: int, w: int,
) -> tuple[int, int]:  # fmt: skip
    """The state machine over the `n` picked events of a unit. Returns the next free journey and entry."""
    running = False
    number, w0 = 0, w
    for r in range(n):
        i = int(pos[r])
        t = int(events.at[i])
        if running and t - before[r] > inactive:
            j = _close(out, j, int(before[r]) + inactive, DORMANT, w - w0)
            running = False
            forget(state)
        code = codes.of_kind[events.kind[i]]
        if code <= TOUCH:
            continue
        stages = fired(codes, clauses, state, i, code, t, events.person[i], events.role[i])
        steps = stages & ~failures
        if steps and not running:
            running = True
            number, w0 = number + 1, w
            out.unit[j], out.attempt[j], out.start[j] = unit, number, t
        if running:
            w = _write(out, w, w0, steps, t)
            if stages & failures:
                w = _write(out, w, w0, stages & failures, t)
                j = _close(out, j, t, LOST, w - w0)
                running = False
                forget(state)
    if running:
        silent = last_touch + inactive
        watched = silent < NEVER
        j = _close(out, j, silent if watched else NEVER, DORMANT if watched else OPEN, w - w0)
    return j, w


@kernel
def sweep(
    events: Events, begin: int, end: int, first_unit: int,
    codes: Codes, clauses: Clauses, failures: np.uint64, inactive: int, known: int,
    out: Swept,
) -> tuple[int, int]:  # fmt: skip
    """Journeys of the live rows `begin`…`end` of a tier, in the order of their units. Returns how many, and their entries.

    first_unit: added to the row's unit · failures: bit mask of failure stages · inactive: seconds (larger than any gap
    where journeys never become dormant) · known: only events received by this instant (NEVER = all)."""
    longest = _longest(events.off, begin, end)
    pos, before = np.empty(longest + 1, np.int64), np.empty(longest + 1, np.int64)
    state = new_state(clauses)
    j = w = 0
    for row in range(begin, end):
        if not events.live[row]:
            continue
        n, touches, first, last = _pick(events, row, codes.of_kind, inactive, known, pos, before)
        x = row - begin
        out.n_touches[x], out.first_touch[x], out.last_touch[x] = touches, first, last
        if n == 0:
            continue
        forget(state)
        j, w = _unit(
            events, n, pos, before, last, first_unit + events.unit[row],
            codes, clauses, state, failures, inactive, out, j, w,
        )  # fmt: skip
    return j, w
