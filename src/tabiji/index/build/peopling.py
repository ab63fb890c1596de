"""Numbering the persons of every unit, and resolving their roles at every event."""

import numpy as np

from tabiji.identity.membership import ACCOUNT_ROLE, OPPORTUNITY_ROLE, PERSON_ROLE
from tabiji.index.build.people import Timelines, held_at, role_key
from tabiji.index.build.routing import Record, Records
from tabiji.index.dictionary.hashing import NOTHING, U8, Table, clear, find, put
from tabiji.index.jit import kernel
from tabiji.index.layout import I8, NO_PERSON

MOST_PERSONS = NO_PERSON  # of a unit; the last ordinal stands for all others
ACCOUNT, OPPORTUNITY, PERSON = 0, 1, 2  # whose events they are

_EPOCH_SECONDS = 946_684_800  # 2000-01-01 after 1970-01-01
_MICRO = 1_000_000


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
