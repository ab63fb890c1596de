"""The touches of some units in a row, laid out for the models: which key, and when.

Loops that hold little are loops that stay in registers: so this one only gathers, some units at a time, and what is asked of
their touches is worked out while they are in the first-level cache.
"""

from typing import NamedTuple

import numpy as np

from tabiji.index.jit import NEVER, kernel
from tabiji.index.layout import I4, I8
from tabiji.index.sweep import Events
from tabiji.metrics.credit.gathering.fates import CONVERTED, LEFT_OUT, Fates
from tabiji.metrics.credit.gathering.levels import SEVERAL, Touching

GATHERED = 2_048  # events looked at before the models take over


class Touches(NamedTuple):
    """Room for the touches of some rows. key: int32, at: int32 seconds, in the order of the events · off: int64[rows + 1], a
    row's touches are off[x]…off[x + 1], where x counts from the first of the rows."""

    key: I4
    at: I4
    off: I8


@kernel
def room_for(rows: I8, begin: int, end: int, most: int) -> Touches:
    """Room for what `gather` gathers at once from the rows `begin`…`end`, of whose events each touches at most `most` keys."""
    longest = 0
    for row in range(begin, end):
        longest = max(longest, rows[row + 1] - rows[row])
    size = max(longest, GATHERED) * max(most, 1) + 2
    return Touches(np.empty(size, np.int32), np.empty(size, np.int32), np.zeros(GATHERED + 2, np.int64))


@kernel
def gather(
    events: Events, begin: int, end: int, touching: Touching, key_of_kind: I4, first_journey: I8, fates: Fates,
    lookback: int, known: int, several: bool, touches: Touches,
) -> int:  # fmt: skip
    """Gather the touches that any journey of the rows from `begin` on may count. Returns the row after the last one gathered.

    key_of_kind: int32[n_kinds], as `Touching.lone` · several: whether any kind must be looked at · known: only events that were
    received by then (NEVER = all)."""
    rows, units, live = events.off, events.unit, events.live
    kind, at_event = events.kind, events.at
    fate, start, stop = fates.fate, fates.start, fates.stop
    key, at, off = touches
    plain = known == NEVER and not several
    n, row = np.uint64(0), begin
    while row < end and row - begin <= GATHERED and (row == begin or rows[row + 1] - rows[begin] <= GATHERED):
        unit = units[row]
        low, high = int(NEVER), int(-NEVER)
        if live[row]:
            for j in range(first_journey[unit], first_journey[unit + 1]):
                if fate[j] != LEFT_OUT:
                    low = min(low, int(stop[j] if fate[j] == CONVERTED else start[j]) - lookback)
                    high = max(high, int(stop[j]))
        i, stop_at, one = np.uint64(rows[row]), np.uint64(rows[row + 1]), np.uint64(1)
        while i < stop_at and at_event[i] < low:
            i += one
        while i < stop_at and at_event[stop_at - one] >= high:
            stop_at -= one
        if plain:
            for e in range(i, stop_at):
                k = key_of_kind[kind[e]]
                key[n], at[n] = k, at_event[e]
                n += np.uint64(k >= 0)
        else:
            n = _looked_at(events, i, stop_at, touching, known, key, at, n)
        row += 1
        off[row - begin] = n
    return row


@kernel
def _looked_at(
    events: Events, begin: np.uint64, end: np.uint64, touching: Touching, known: int, key: I4, at: I4, n: np.uint64
) -> np.uint64:  # fmt: skip
    """Add the touches of the events `begin`…`end`, some of which touch several keys or depend on who acted."""
    of_kind, lone, key_off, keys, bits, of_roles = touching
    for e in range(begin, end):
        if events.received[e] > known:
            continue
        code = of_kind[events.kind[e]]
        k = lone[code]
        if k == SEVERAL:
            for x in range(key_off[code], key_off[code + 1]):
                if bits[x] & of_roles[keys[x], events.role[e]]:
                    key[n], at[n] = keys[x], events.at[e]
                    n += np.uint64(1)
        else:
            key[n], at[n] = k, events.at[e]
            n += np.uint64(k >= 0)
    return n
