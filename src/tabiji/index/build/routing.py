"""From events as they come to records in buckets: whose each event is, which kind it is, which bucket it goes to.

A bucket holds a range of unit hashes, so units are whole in it, and buckets in order are units in the order of their
hashes.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tabiji.index.build.people import Accounts, Heirs, held_at
from tabiji.index.dictionary.hashing import NOTHING, U8, Table, find
from tabiji.index.dictionary.scan import UNSAID, Batch
from tabiji.index.jit import kernel
from tabiji.index.layout import I4, I8, U1, U4

# An event of one unit. unit, person: hashes (person 0 = nobody) · at, received: seconds since EPOCH · micro: µs within
# the second · kind: raw code, with the flags below.
RECORD = np.dtype([("unit", "u8"), ("person", "u8"), ("at", "i4"), ("received", "i4"), ("kind", "u4"), ("micro", "u4")])
# What few events have, in the order of the records that carry HAS_EXTRA: a value (NaN = none) with its currency, and
# what a role may hang on (hashes, 0 = none).
EXTRA = np.dtype([("value", "f8"), ("opportunity", "u8"), ("account", "u8"), ("currency", "u4"), ("spare", "u4")])
HAS_EXTRA = np.uint32(1 << 30)
INHERITED = np.uint32(1 << 31)
CODE = np.uint32((1 << 30) - 1)

# Which events carry what a role hangs on: none; those that name an opportunity; all that name a person.
NO_CONTEXT, OPPORTUNITY_CONTEXT, FULL_CONTEXT = 0, 1, 2

_EPOCH_SECONDS = 946_684_800  # 2000-01-01 after 1970-01-01
_MICRO = 1_000_000
_LAST = 2**31 - 2  # the last instant; the one after it stands for "never" in kernels

Record = Any  # an item of Records: its fields are attributes
Records = npt.NDArray[Any]


class Routed(NamedTuple):
    """Records and extras of one batch, by bucket: bucket b has records[off[b]:off[b+1]], extras[extra_off[b]:…]."""

    records: Records
    extras: Records
    off: I8
    extra_off: I8


@kernel
def cleaned(hashes: U8, null: np.uint64) -> tuple[U8, int]:
    """The hashes with 0 for absent texts, and how many are absent."""
    out = np.empty(hashes.size, np.uint64)
    n = 0
    for i in range(hashes.size):
        absent = hashes[i] == null
        out[i] = NOTHING if absent else hashes[i]
        n += absent
    return out, n


@kernel
def fill_accounts(account: U8, opportunity: U8, person: U8, at: I8, accounts: Accounts) -> None:
    """Where an event names no account: that of its opportunity, else that of its person at the time."""
    for i in range(account.size):
        if account[i] != NOTHING:
            continue
        if opportunity[i] != NOTHING:
            o = find(accounts.opportunity, opportunity[i])
            if o >= 0:
                account[i] = accounts.of_opportunity[o]
        if account[i] == NOTHING and person[i] != NOTHING:
            account[i] = held_at(accounts.person, person[i], at[i])


@kernel
def with_unit(unit: U8) -> I4:
    """Positions of the events that belong to a unit."""
    rows = np.empty(unit.size, np.int32)
    n = 0
    for i in range(unit.size):
        rows[n] = i
        n += unit[i] != NOTHING
    return rows[:n]


@kernel
def inherit(
    opportunity: U8, account: U8, at: I8, offering: I4, heirs: Heirs, rows: I4, unit: U8, flags: U4, write: bool
) -> tuple[int, int]:
    """The events of opportunities: those that name one, and for any other event of an account each heir.

    Fills rows (positions of the events), unit and flags when `write`. Returns (how many, events that belong to none)."""
    n = 0
    left = 0
    for i in range(opportunity.size):
        before = n
        if opportunity[i] != NOTHING:
            if write:
                rows[n] = i
                unit[n] = opportunity[i]
                flags[n] = 0
            n += 1
        elif account[i] != NOTHING:
            a = find(heirs.account, account[i])
            if a >= 0:
                for h in range(heirs.off[a], heirs.off[a + 1]):
                    fits = heirs.offering[h] == 0 or offering[i] == 0 or heirs.offering[h] == offering[i]
                    if fits and heirs.since[h] <= at[i] <= heirs.until[h]:
                        if write:
                            rows[n] = i
                            unit[n] = heirs.unit[h]
                            flags[n] = INHERITED
                        n += 1
        left += n == before
    return n, left


@kernel
def route(
    batch: Batch, rows: I4, unit: U8, flags: U4, codes: U4, currency: U1, context: int, buckets: int, counts: I8
) -> Routed:
    """Records of the events `rows` (with their unit and flags), sorted into buckets; `counts` is added to.

    `batch` has 0 for absent texts, and accounts filled in."""
    n = rows.size
    off = np.zeros(buckets + 1, np.int64)
    extra_off = np.zeros(buckets + 1, np.int64)
    bucket = np.empty(n, np.int32)
    extra = np.empty(n, np.bool_)
    for j in range(n):
        i = rows[j]
        b = int(((unit[j] >> np.uint64(32)) * np.uint64(buckets)) >> np.uint64(32))
        named = context == FULL_CONTEXT or (context == OPPORTUNITY_CONTEXT and batch.opportunity[i] != NOTHING)
        bucket[j] = b
        extra[j] = not np.isnan(batch.value[i]) or (named and batch.person[i] != NOTHING)
        off[b + 1] += 1
        extra_off[b + 1] += extra[j]
    for b in range(buckets):
        off[b + 1] += off[b]
        extra_off[b + 1] += extra_off[b]
    records = np.empty(n, RECORD)
    extras = np.empty(extra_off[buckets], EXTRA)
    place = off[:-1].copy()
    extra_place = extra_off[:-1].copy()
    for j in range(n):
        i = rows[j]
        b = bucket[j]
        at = batch.at[i] // _MICRO
        record = records[place[b]]
        place[b] += 1
        record.unit = unit[j]
        record.person = batch.person[i]
        record.at = min(max(at - _EPOCH_SECONDS, -_LAST), _LAST)
        record.micro = batch.at[i] - at * _MICRO
        received = batch.at[i] if batch.received[i] == UNSAID else batch.received[i]
        record.received = min(max(received // _MICRO - _EPOCH_SECONDS, -_LAST), _LAST)
        record.kind = codes[i] | flags[j] | (HAS_EXTRA if extra[j] else np.uint32(0))
        counts[2 * np.int64(codes[i]) + (flags[j] != 0)] += 1
        if extra[j]:
            more = extras[extra_place[b]]
            extra_place[b] += 1
            more.value = batch.value[i]
            more.opportunity = batch.opportunity[i]
            more.account = batch.account[i]
            more.currency = currency[i]
            more.spare = 0
    return Routed(records, extras, off, extra_off)


@kernel
def currency_codes(currency: U8, currencies: Table, other: int) -> U1:
    """Code of the currency that each event names."""
    out = np.empty(currency.size, np.uint8)
    for i in range(currency.size):
        c = find(currencies, currency[i])
        out[i] = c if c >= 0 else other
    return out
