"""The order of events inside a unit: a function of what they say, never of how they arrived.

(at with its microseconds, kind, person, role, received, value, currency). Kinds are numbered by their texts, so events of
one instant stand in the order of their names. Events that are equal in all of this cannot be told apart by anything that
reads the index.
"""

import numpy as np

from tabiji.index.build.routing import Record, Records
from tabiji.index.jit import kernel
from tabiji.index.layout import I8, U4

_SMALL = 24  # up to this many events insertion is quicker than merging


@kernel
def before(a: Record, b: Record, extras: Records) -> bool:
    """Whether record a comes before b in the order of the index (units apart)."""
    if a.at != b.at:
        return bool(a.at < b.at)
    if a.micro != b.micro:
        return bool(a.micro < b.micro)
    if a.kind != b.kind:
        return bool(a.kind < b.kind)
    if a.person != b.person:
        return bool(a.person < b.person)
    if a.received != b.received:
        return bool(a.received < b.received)
    if a.unit == 0 or b.unit == 0:
        return bool(a.unit == 0 and b.unit != 0 and not np.isnan(extras[b.unit - np.uint64(1)].value))
    x = extras[a.unit - np.uint64(1)]
    y = extras[b.unit - np.uint64(1)]
    if np.isnan(x.value) or np.isnan(y.value):
        return bool(np.isnan(x.value) and not np.isnan(y.value))
    if x.value != y.value:
        return bool(x.value < y.value)
    return bool(x.currency < y.currency)


@kernel
def order_events(grouped: Records, off: I8, extras: Records) -> U4:
    """Positions of the records in the order of the index: merging runs, which is linear where they came in order."""
    order = np.empty(grouped.size, np.uint32)
    largest = 0
    for u in range(off.size - 1):
        largest = max(largest, off[u + 1] - off[u])
    spare = np.empty(largest, np.uint32)
    for u in range(off.size - 1):
        low, high = off[u], off[u + 1]
        for start in range(low, high, _SMALL):
            end = min(start + _SMALL, high)
            for i in range(start, end):
                j = i
                while j > start and before(grouped[i], grouped[order[j - 1]], extras):
                    order[j] = order[j - 1]
                    j -= 1
                order[j] = i
        width = _SMALL
        while width < high - low:
            for start in range(low, high - width, 2 * width):
                merge(grouped, extras, order, spare, start, start + width, min(start + 2 * width, high))
            width *= 2
    return order


@kernel
def merge(grouped: Records, extras: Records, order: U4, spare: U4, low: int, middle: int, high: int) -> None:
    """Merge the sorted runs order[low:middle] and order[middle:high]."""
    if not before(grouped[order[middle]], grouped[order[middle - 1]], extras):
        return
    n = middle - low
    for x in range(n):
        spare[x] = order[low + x]
    i, j, k = 0, middle, low
    while i < n and j < high:
        if before(grouped[order[j]], grouped[spare[i]], extras):
            order[k] = order[j]
            j += 1
        else:
            order[k] = spare[i]
            i += 1
        k += 1
    while i < n:
        order[k] = spare[i]
        i += 1
        k += 1
