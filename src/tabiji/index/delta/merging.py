"""Laying a delta over a base: the touched units with the events of both, in one new tier."""

from typing import NamedTuple

import numpy as np

from tabiji.index.delta.items import ITEM, Base, Item, Items, Ranks, comes_before, read_base
from tabiji.index.jit import kernel
from tabiji.index.layout import F8, I4, I8, U1, U2, U4
from tabiji.index.store.arrays import Array


class Merged(NamedTuple):
    """Columns of a tier (see `Tier`, kind … currency)."""

    kind: U4
    person: U2
    role: U2
    at: I4
    received: I4
    value_at: I8
    value: F8
    currency: U1


def room(items: Items, base: Base, rows: I8, start: I8) -> tuple[I8, I8, I8]:
    """Space for the touched units: where each begins among the events and among the values (int64[r+1] both), and where its
    values begin in the base (int64[r]).

    rows: int64[r], rows of the base that are touched (−1: a unit that the base does not have) · start: int64[r+1], unit x
    has items[start[x]:start[x+1]]."""
    there = rows >= 0
    n_events, n_values, value_in_base = np.diff(start), *np.zeros((2, len(rows)), np.int64)
    first, last = base.off[rows[there]], base.off[rows[there] + 1]
    n_events[there] += last - first
    value_in_base[there] = np.searchsorted(base.value_at, first)
    n_values[there] = np.searchsorted(base.value_at, last) - value_in_base[there]
    with_value = np.append(0, np.cumsum(~np.isnan(items["value"])))
    n_values += with_value[start[1:]] - with_value[start[:-1]]
    return np.append(0, np.cumsum(n_events)), np.append(0, np.cumsum(n_values)), value_in_base


def empty(n_events: int, n_values: int) -> Merged:
    """Columns to be filled by `merge_units`."""
    kinds = {"kind": "u4", "person": "u2", "role": "u2", "at": "i4", "received": "i4"}
    values = {"value_at": "i8", "value": "f8", "currency": "u1"}
    columns = {n: np.empty(n_events, k) for n, k in kinds.items()} | {
        n: np.empty(n_values, k) for n, k in values.items()
    }
    return Merged(**columns)


@kernel
def merge_units(
    items: Items,
    base: Base,
    rows: I8,
    start: I8,
    off: I8,
    value_off: I8,
    value_in_base: I8,
    begin: int,
    end_: int,
    ranks: Ranks,
    out: Merged,
) -> None:
    """Merge the events of the touched units begin…end_ − 1 into their places (see `room`); units do not meet, so several
    threads may fill one `out`."""
    there = np.empty(1, ITEM)
    for x in range(begin, end_):
        v_out = value_off[x]
        row = rows[x]
        i = base.off[row] if row >= 0 else 0
        end = base.off[row + 1] if row >= 0 else 0
        v = value_in_base[x]
        k = off[x]
        for j in range(start[x], start[x + 1] + 1):
            stop = end
            if j < start[x + 1]:
                stop = place_of(items[j], base, row, i, end, ranks, there)
            length = stop - i
            copy_run(out.kind, k, base.kind, i, length)
            copy_run(out.person, k, base.person, i, length)
            copy_run(out.role, k, base.role, i, length)
            copy_run(out.at, k, base.at, i, length)
            copy_run(out.received, k, base.received, i, length)
            while v < base.value_at.size and base.value_at[v] < stop:
                out.value_at[v_out] = base.value_at[v] - i + k
                out.value[v_out] = base.value[v]
                out.currency[v_out] = base.currency[v]
                v_out += 1
                v += 1
            i = stop
            k += length
            if j < start[x + 1]:
                item = items[j]
                out.kind[k] = item.kind
                out.person[k] = item.person
                out.role[k] = item.role
                out.at[k] = item.at
                out.received[k] = item.received
                if not np.isnan(item.value):
                    out.value_at[v_out] = k
                    out.value[v_out] = item.value
                    out.currency[v_out] = item.currency
                    v_out += 1
                k += 1


@kernel
def copy_run(target: Array, to: int, source: Array, first: int, n: int) -> None:
    """target[to + x] = source[first + x] for x below n."""
    for x in range(n):
        target[to + x] = source[first + x]


@kernel
def place_of(item: Item, base: Base, row: int, first: int, end: int, ranks: Ranks, there: Items) -> int:
    """How far the events first…end of a row come before an item. there: room for one item."""
    low = first
    high = end
    while low < high:
        middle = (low + high) // 2
        if base.at[middle] < item.at:
            low = middle + 1
        else:
            high = middle
    # Only events of the same instant are compared as a whole; they are few.
    while low < end and base.at[low] == item.at:
        read_base(base, row, low, item.unit, there[0])
        if comes_before(item, there[0], ranks):
            break
        low += 1
    return low
