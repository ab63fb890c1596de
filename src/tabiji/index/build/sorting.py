"""One bucket: its units numbered, their events brought together and into the order of the index."""

from typing import NamedTuple

import numpy as np

from tabiji.index.build.ordering import order_events
from tabiji.index.build.people import Timelines
from tabiji.index.build.peopling import number_persons
from tabiji.index.build.routing import CODE, HAS_EXTRA, INHERITED, RECORD, Records
from tabiji.index.dictionary.hashing import NOTHING, U8, Table, distinct, find, mixed, table_of
from tabiji.index.jit import kernel
from tabiji.index.layout import F8, I4, I8, NO_PERSON, U1, U2, U4


class Keys(NamedTuple):
    """Numbers of dictionary entries that do not depend on the dictionary, for the fingerprint: uint64 by kind, by role
    set and by currency."""

    kind: U8
    role: U8
    currency: U8


class Sorted(NamedTuple):
    """A finished bucket of u units and e events, in order.

    unit: uint64[u], hashes ascending · off: int64[u+1] · kind, person, role, at, received, micro: [e] · value_at, value,
    currency: sparse · person_off: int64[u+1], person_hash: uint64, the persons of a unit by ordinal · crowded: units with
    more persons than can be numbered · fingerprint: sum over events that does not depend on order."""

    unit: U8
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
    crowded: int
    fingerprint: np.uint64


def sort_bucket(
    records: Records, extras: Records, known: U8, kind_of: U4, roles: Timelines, unit: int, keys: Keys
) -> Sorted:
    """Sort a bucket.

    known: uint64, ascending, units that are in their table, with or without events · kind_of: uint32, kind by
    2 · raw code + inherited · unit: ACCOUNT, OPPORTUNITY or PERSON."""
    units, numbers = number_units(records, known, table_of(known))
    off = np.zeros(len(units) + 1, np.int64)
    grouped = group(records, numbers, kind_of, off)
    person_off, person_hash, crowded = number_persons(grouped, off, units, extras, roles, unit)
    order = order_events(grouped, off, extras)
    columns, fingerprint = emit(grouped, off, order, units, extras, person_off, person_hash, keys)
    return Sorted(units, off, *columns, person_off, person_hash, crowded, fingerprint)


def number_units(records: Records, known: U8, table: Table) -> tuple[U8, I4]:
    """All units of a bucket by hash, ascending, and the position there of each record's unit."""
    numbers = np.empty(len(records), np.int32)
    missing = look_up(records, table, numbers)
    if not missing:
        return known, numbers
    new = distinct(records["unit"][numbers < 0])
    units = np.concatenate([known, new])
    order = np.argsort(units)
    rank = np.empty(len(units), np.int32)
    rank[order] = np.arange(len(units), dtype=np.int32)
    renumber(records, table_of(new), len(known), rank, numbers)
    return units[order], numbers


@kernel
def look_up(records: Records, table: Table, numbers: I4) -> int:
    """Position of each record's unit in a table (−1: not there). Returns how many are not there."""
    missing = 0
    for i in range(records.size):
        numbers[i] = find(table, records[i].unit)
        missing += numbers[i] < 0
    return missing


@kernel
def renumber(records: Records, new: Table, n_known: int, rank: I4, numbers: I4) -> None:
    """Give every record the rank of its unit among the known and the new ones."""
    for i in range(records.size):
        number = numbers[i] if numbers[i] >= 0 else n_known + find(new, records[i].unit)
        numbers[i] = rank[number]


@kernel
def group(records: Records, numbers: I4, kind_of: U4, off: I8) -> Records:
    """Bring the records of a unit together (fills `off`), with final kinds. `unit` becomes the record's position among
    the extras + 1, or 0."""
    n_units = off.size - 1
    for i in range(records.size):
        off[numbers[i] + 1] += 1
    for u in range(n_units):
        off[u + 1] += off[u]
    place = off[:-1].copy()
    out = np.empty(records.size, RECORD)
    n_extras = 0
    for i in range(records.size):
        u = numbers[i]
        record = out[place[u]]
        place[u] += 1
        source = records[i]
        flagged = (source.kind & HAS_EXTRA) != 0
        n_extras += flagged
        record.unit = n_extras if flagged else 0
        record.person = source.person
        record.at = source.at
        record.received = source.received
        record.kind = kind_of[2 * np.int64(source.kind & CODE) + ((source.kind & INHERITED) != 0)]
        record.micro = source.micro
    return out


@kernel
def emit(
    grouped: Records, off: I8, order: U4, units: U8, extras: Records, person_off: I8, person_hash: U8, keys: Keys
) -> tuple[tuple[U4, U2, U2, I4, I4, U4, I8, F8, U1], np.uint64]:
    """The columns of the bucket (see `Sorted`, kind … currency), and its fingerprint."""
    n = grouped.size
    kind = np.empty(n, np.uint32)
    person = np.empty(n, np.uint16)
    role = np.empty(n, np.uint16)
    at = np.empty(n, np.int32)
    received = np.empty(n, np.int32)
    micro = np.empty(n, np.uint32)
    value_at = np.empty(extras.size, np.int64)
    value = np.empty(extras.size, np.float64)
    currency = np.empty(extras.size, np.uint8)
    n_values = 0
    fingerprint = np.uint64(0)
    for u in range(off.size - 1):
        for j in range(off[u], off[u + 1]):
            record = grouped[order[j]]
            kind[j] = record.kind
            person[j] = record.person >> np.uint64(16)
            role[j] = record.person & np.uint64(0xFFFF)
            at[j] = record.at
            received[j] = record.received
            micro[j] = record.micro
            worth = np.uint64(0)
            if record.unit != 0:
                extra = extras[record.unit - np.uint64(1)]
                if not np.isnan(extra.value):
                    value_at[n_values] = j
                    value[n_values] = extra.value
                    currency[n_values] = extra.currency
                    n_values += 1
                    worth = mixed(keys.currency[extra.currency] ^ np.uint64(np.int64(extra.value * 1000.0)))
            who = NOTHING if person[j] == NO_PERSON else person_hash[person_off[u] + person[j]]
            fingerprint += event_print(
                units[u],
                who,
                record.at,
                record.micro,
                record.received,
                keys.kind[record.kind],
                keys.role[role[j]],
                worth,
            )
    columns = (
        kind, person, role, at, received, micro,
        value_at[:n_values].copy(), value[:n_values].copy(), currency[:n_values].copy(),
    )  # fmt: skip
    return columns, fingerprint


@kernel
def event_print(
    unit: np.uint64,
    person: np.uint64,
    at: int,
    micro: int,
    received: int,
    kind: np.uint64,
    role: np.uint64,
    worth: np.uint64,
) -> np.uint64:
    """A number of an event by what it says."""
    when = (np.uint64(np.int64(at) + (1 << 31)) << np.uint64(32)) | np.uint64(np.int64(received) + (1 << 31))
    who = mixed(unit ^ mixed(person + role))
    return mixed(who ^ mixed(when) ^ kind ^ (worth + np.uint64(micro)))
