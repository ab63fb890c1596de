"""One bucket: number its units and persons, resolve roles, bring the events into the order of the index.

The order inside a unit is a function of what the events say, never of how they arrived: (at with its microseconds, kind,
person, role, received, value, currency). Kinds are numbered by their texts, so events of one instant stand in the order
of their names. Events that are equal in all of this cannot be told apart by anything that reads the index.
"""

from typing import NamedTuple

import numpy as np

from tabiji.identity.membership import ACCOUNT_ROLE, OPPORTUNITY_ROLE, PERSON_ROLE
from tabiji.index.build.hashing import NOTHING, U8, Table, clear, find, mixed, put, table_of
from tabiji.index.build.people import Timelines, held_at, role_key
from tabiji.index.build.routing import CODE, HAS_EXTRA, INHERITED, RECORD, Record, Records
from tabiji.index.jit import kernel
from tabiji.index.layout import F8, I4, I8, NO_PERSON, U1, U2, U4

MOST_PERSONS = NO_PERSON  # of a unit; the last ordinal stands for all others
ACCOUNT, OPPORTUNITY, PERSON = 0, 1, 2  # whose events they are

_EPOCH_SECONDS = 946_684_800
_MICRO = 1_000_000
_SMALL = 24  # up to this many events insertion is quicker than merging


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
    new = np.unique(records["unit"][numbers < 0])
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
def number_persons(
    grouped: Records, off: I8, units: U8, extras: Records, roles: Timelines, unit: int
) -> tuple[I8, U8, int]:
    """Number the persons of every unit by their hashes, ascending, and resolve the role of every event: `person` of a
    record becomes ordinal · 2¹⁶ + role set. Returns (person_off, person_hash, units with too many persons)."""
    n_units = off.size - 1
    person_off = np.zeros(n_units + 1, np.int64)
    found = np.empty(grouped.size, np.uint64)
    largest = 1
    for u in range(n_units):
        largest = max(largest, off[u + 1] - off[u])
    capacity = 16
    while capacity < 2 * largest:
        capacity *= 2
    seen = Table(np.zeros(capacity, np.uint64), np.zeros(capacity, np.int32))
    has_roles = roles.value.size > 0
    n = 0
    crowded = 0
    for u in range(n_units):
        first = n
        size = 16
        while size < 2 * (off[u + 1] - off[u]):
            size *= 2
        mine = Table(seen.keys[:size], seen.values[:size])
        for i in range(off[u], off[u + 1]):
            person = grouped[i].person
            if person != NOTHING and find(mine, person) < 0:
                put(mine, person, 0)
                found[n] = person
                n += 1
        sort_hashes(found, first, n)
        clear(mine)
        crowded += n - first > MOST_PERSONS
        n = min(n, first + MOST_PERSONS)
        for p in range(first, n):
            put(mine, found[p], p - first)
        for i in range(off[u], off[u + 1]):
            record = grouped[i]
            person = record.person
            if person == NOTHING:
                record.person = np.uint64(NO_PERSON) << np.uint64(16)
                continue
            ordinal = find(mine, person)
            role = role_of(record, person, units[u], extras, roles, unit) if has_roles else np.uint64(0)
            record.person = (np.uint64(ordinal if ordinal >= 0 else MOST_PERSONS - 1) << np.uint64(16)) | role
        clear(mine)
        person_off[u + 1] = n
    return person_off, found[:n].copy(), crowded


@kernel
def sort_hashes(hashes: U8, first: int, last: int) -> None:
    """Sort hashes[first:last] in place (Shell's sort: there are few, and it compiles in no time)."""
    gap = 1
    while gap < (last - first) // 3:
        gap = 3 * gap + 1
    while gap:
        for i in range(first + gap, last):
            h = hashes[i]
            j = i
            while j - gap >= first and hashes[j - gap] > h:
                hashes[j] = hashes[j - gap]
                j -= gap
            hashes[j] = h
        gap //= 3


@kernel
def role_of(
    record: Record, person: np.uint64, unit_hash: np.uint64, extras: Records, roles: Timelines, unit: int
) -> np.uint64:
    """Role set of a person at an event: in the event's opportunity, else at its account."""
    opportunity = NOTHING
    account = NOTHING
    if record.unit != 0:
        extra = extras[record.unit - np.uint64(1)]
        opportunity = extra.opportunity
        account = extra.account
    if unit == ACCOUNT:
        account = unit_hash
    elif unit == OPPORTUNITY:
        opportunity = unit_hash
    at = (int(record.at) + _EPOCH_SECONDS) * _MICRO + int(record.micro)
    if opportunity == NOTHING:
        return held_at(roles, role_key(PERSON_ROLE, person, account), at) if account != NOTHING else NOTHING
    role = held_at(roles, role_key(OPPORTUNITY_ROLE, person, opportunity), at)
    if role == NOTHING and account != NOTHING:
        role = held_at(roles, role_key(ACCOUNT_ROLE, person, account), at)
    return role


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
