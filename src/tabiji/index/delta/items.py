"""Events of a delta, and their order among each other and among the events of the base."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tabiji.index.dictionary.hashing import NOTHING, U8
from tabiji.index.jit import kernel
from tabiji.index.layout import F8, I4, I8, NO_PERSON, U1, U2, U4

# An event of a delta, in final numbers. unit: ordinal in the index · person_hash: 0 = nobody · value: NaN = none · at,
# received: seconds since EPOCH · micro: µs within the second.
ITEM = np.dtype(
    [
        ("unit", "i8"), ("person_hash", "u8"), ("value", "f8"), ("at", "i4"), ("received", "i4"), ("micro", "u4"),
        ("kind", "u4"), ("person", "u2"), ("role", "u2"), ("currency", "u4"),
    ]
)  # fmt: skip

Item = Any  # an item of Items: its fields are attributes
Items = npt.NDArray[Any]


class Ranks(NamedTuple):
    """Place of dictionary entries in the order of their texts (new entries are numbered at the end): int64 by kind, by
    role set, by currency."""

    kind: I8
    role: I8
    currency: I8


class Base(NamedTuple):
    """Columns of the base of one partition, as far as merging needs them (see `Tier`). micro: empty where no event has
    microseconds · person_off, person_hash: persons of a unit by ordinal."""

    off: I8
    kind: U4
    person: U2
    role: U2
    at: I4
    received: I4
    micro: U4
    value_at: I8
    value: F8
    currency: U1
    person_off: I8
    person_hash: U8


@kernel
def comes_before(a: Item, b: Item, ranks: Ranks) -> bool:
    """Whether item a comes before item b in the order of the index."""
    if a.unit != b.unit:
        return bool(a.unit < b.unit)
    if a.at != b.at:
        return bool(a.at < b.at)
    if a.micro != b.micro:
        return bool(a.micro < b.micro)
    if a.kind != b.kind:
        return bool(ranks.kind[a.kind] < ranks.kind[b.kind])
    if a.person_hash != b.person_hash:
        # nobody comes last: 0 − 1 is the largest hash
        return bool(a.person_hash - np.uint64(1) < b.person_hash - np.uint64(1))
    if a.role != b.role:
        return bool(ranks.role[a.role] < ranks.role[b.role])
    if a.received != b.received:
        return bool(a.received < b.received)
    if np.isnan(a.value) or np.isnan(b.value):
        return bool(np.isnan(a.value) and not np.isnan(b.value))
    if a.value != b.value:
        return bool(a.value < b.value)
    return bool(ranks.currency[a.currency] < ranks.currency[b.currency])


@kernel
def read_base(base: Base, row: int, i: int, unit: int, out: Item) -> None:
    """Event i of the base, which is one of row's, as an item."""
    out.unit = unit
    out.at = base.at[i]
    out.received = base.received[i]
    out.micro = base.micro[i] if base.micro.size else 0
    out.kind = base.kind[i]
    out.person = base.person[i]
    out.role = base.role[i]
    if base.person[i] == NO_PERSON:
        out.person_hash = NOTHING
    else:
        out.person_hash = base.person_hash[base.person_off[row] + base.person[i]]
    v = np.searchsorted(base.value_at, i)
    if v < base.value_at.size and base.value_at[v] == i:
        out.value = base.value[v]
        out.currency = base.currency[v]
    else:
        out.value = np.nan
        out.currency = 0


@kernel
def merge_items(a: Items, b: Items, ranks: Ranks) -> Items:
    """Two sorted arrays of items as one."""
    out = np.empty(a.size + b.size, ITEM)
    i = 0
    j = 0
    for k in range(out.size):
        if j == b.size or (i < a.size and not comes_before(b[j], a[i], ranks)):
            out[k] = a[i]
            i += 1
        else:
            out[k] = b[j]
            j += 1
    return out
