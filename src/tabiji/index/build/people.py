"""Who an event belongs to, as tables of hashes: accounts of persons and opportunities, roles, and what is inherited."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt

from tabiji.errors import TabijiError
from tabiji.i18n import N_
from tabiji.identity.membership import EVER, NEVER, ROLE_SEPARATOR, account_timeline, role_timeline
from tabiji.identity.opportunities import opportunity_facts
from tabiji.index.dictionary.hashing import U8, Hashing, Table, find, mixed, table_of
from tabiji.index.dictionary.scan import whole
from tabiji.index.jit import kernel
from tabiji.index.layout import I4, I8

_DAY = 86_400_000_000  # µs
MOST_ROLE_SETS = 1 << 16
MOST_ROWS = 400_000  # of persons and memberships whose timelines are worked out at once


class TooManyRoleSetsError(TabijiError):
    """The membership has more different sets of roles than an index can number; give persons fewer roles at a time."""

    code = "too_many_role_sets"
    message = N_("the membership has {n} different sets of roles; an index holds at most {most}")


class Timelines(NamedTuple):
    """What holds from when on, by hash: `table` finds the line l of a hash, whose steps are off[l]…off[l+1]; from
    start[s] (int64 µs, ascending) until the next step value[s] (uint64) holds, before the first one 0."""

    table: Table
    off: I8
    start: I8
    value: U8


class Accounts(NamedTuple):
    """Account of those who may stand in an event instead of it: opportunity → position in `of_opportunity` (uint64 hashes,
    0 = none), person → account over time."""

    opportunity: Table
    of_opportunity: U8
    person: Timelines


class Heirs(NamedTuple):
    """Opportunities by account: row r of `account` has the opportunities off[r]…off[r+1]. unit: uint64, hash of the
    opportunity · since, until: int64 µs, both inclusive · offering: int32, code of the offering it is for, 0 = any,
    −1 = one that no event names."""

    account: Table
    off: I8
    unit: U8
    since: I8
    until: I8
    offering: I4


@dataclass(frozen=True)
class People:
    """Reads the tables from a connection that has the identity views; each at most once, and only when it is needed."""

    con: duckdb.DuckDBPyConnection
    hashing: Hashing

    @cached_property
    def accounts(self) -> Accounts:
        """Accounts of opportunities and persons."""
        h = self.hashing.sql
        opportunity, account = whole(
            self.con,
            f"SELECT {h('id')}, {h('account')} FROM identity_opportunity WHERE account IS NOT NULL",
            [np.uint64, np.uint64],
        )
        person, start, value = self._in_parts(
            lambda part: (
                f"SELECT {h('person')}, start, if(account IS NULL, 0::UBIGINT, {h('account')}) "
                f"FROM ({account_timeline(part=part, parts=self._parts)})"
            ),
            [np.uint64, np.int64, np.uint64],
        )
        return Accounts(table_of(opportunity), account, timelines(person, start, value))

    @cached_property
    def _parts(self) -> int:
        """In how many parts timelines are worked out, so that the memory they take does not grow with the people."""
        query = "SELECT (SELECT count(*) FROM membership) + (SELECT count(*) FROM person)"
        return int(self.con.execute(query).fetchall()[0][0]) // MOST_ROWS + 1

    def _in_parts(self, query: Callable[[int], str], kinds: Sequence[type[np.generic]]) -> list[npt.NDArray[Any]]:
        """The columns of a query over all parts, one below the other."""
        found = [whole(self.con, query(part), kinds) for part in range(self._parts)]
        return [np.concatenate(column) for column in zip(*found, strict=True)]

    @cached_property
    def role_sets(self) -> list[tuple[str, ...]]:
        """Distinct sets of roles, sorted; set 0 is empty. Raises TooManyRoleSetsError."""
        found: set[str] = set()
        for part in range(self._parts):
            timeline = role_timeline(part=part, parts=self._parts)
            query = f"SELECT DISTINCT roles FROM ({timeline}) WHERE roles <> ''"
            found |= {roles for (roles,) in self.con.execute(query).fetchall()}
        sets = sorted(tuple(roles.split(ROLE_SEPARATOR)) for roles in found)
        if len(sets) >= MOST_ROLE_SETS:
            raise TooManyRoleSetsError(n=len(sets) + 1, most=MOST_ROLE_SETS)
        return [(), *sets]

    @cached_property
    def roles(self) -> Timelines:
        """Ids of role sets by `role_key`."""
        self.con.execute("CREATE OR REPLACE TABLE index_role_set (roles VARCHAR, id UBIGINT)")
        if len(self.role_sets) > 1:
            named = [(ROLE_SEPARATOR.join(s), i) for i, s in enumerate(self.role_sets) if s]
            self.con.executemany("INSERT INTO index_role_set VALUES (?, ?)", named)
        h = self.hashing.sql
        scope, person, place, start, value = self._in_parts(
            lambda part: (
                f"SELECT t.scope::INTEGER, {h('t.person')}, {h('t.place')}, t.start, coalesce(s.id, 0::UBIGINT) "
                f"FROM ({role_timeline(part=part, parts=self._parts)}) t LEFT JOIN index_role_set s ON s.roles = t.roles"
            ),
            [np.int64, np.uint64, np.uint64, np.int64, np.uint64],
        )
        return timelines(role_keys(scope, person, place), start, value)

    def names_opportunities(self) -> bool:
        """Whether an event's opportunity can tell its account or a role."""
        query = "SELECT EXISTS (FROM opportunity) OR EXISTS (FROM membership WHERE opportunity IS NOT NULL)"
        return bool(self.con.execute(query).fetchall()[0][0])

    def heirs(self, events: str, offerings: dict[str | None, int], inherit_days: int) -> Heirs:
        """What each opportunity inherits. events: relation of the events that tell of an opportunity what its row does not (see
        `opportunity_facts`) · offerings: code of every offering that events name (None: 0)."""
        self.con.execute("CREATE OR REPLACE TABLE index_offering (offering VARCHAR, code INTEGER)")
        named = [(name, code) for name, code in offerings.items() if name is not None]
        if named:
            self.con.executemany("INSERT INTO index_offering VALUES (?, ?)", named)
        account, unit, opened, closed, offering = whole(
            self.con,
            f"SELECT {self.hashing.sql('o.account')} AS account, {self.hashing.sql('o.id')} AS unit, "
            f"o.opened, coalesce(o.closed, {NEVER}), if(o.offering IS NULL, 0, coalesce(n.code, -1))::INTEGER "
            f"FROM ({opportunity_facts(events)}) o LEFT JOIN index_offering n ON n.offering = o.offering "
            "WHERE o.account IS NOT NULL AND o.opened IS NOT NULL ORDER BY 1, 2",
            [np.uint64, np.uint64, np.int64, np.int64, np.int32],
        )
        distinct, first = np.unique(account, return_index=True)
        since = np.maximum(opened, EVER + inherit_days * _DAY) - inherit_days * _DAY
        off = np.append(first, len(account)).astype(np.int64)
        return Heirs(table_of(distinct), off, unit, since, closed, offering)


def timelines(key: U8, start: I8, value: U8) -> Timelines:
    """Timelines from their steps in any order (no two of one key and start)."""
    order = np.lexsort((start, key))
    key, start, value = key[order], start[order], value[order]
    distinct, first = np.unique(key, return_index=True)
    return Timelines(table_of(distinct), np.append(first, len(key)).astype(np.int64), start, value)


@kernel
def role_key(scope: int, person: np.uint64, place: np.uint64) -> np.uint64:
    """Key of a role timeline (see `identity.membership`)."""
    return mixed(person ^ mixed(place + np.uint64(scope)))


@kernel
def role_keys(scope: I8, person: U8, place: U8) -> U8:
    """`role_key` of many."""
    out = np.empty(scope.size, np.uint64)
    for i in range(scope.size):
        out[i] = role_key(scope[i], person[i], place[i])
    return out


@kernel
def held_at(lines: Timelines, key: np.uint64, at: int) -> np.uint64:
    """The value that holds for a key at an instant (µs), 0 where none does."""
    line = find(lines.table, key)
    if line < 0:
        return np.uint64(0)
    low = lines.off[line]
    high = lines.off[line + 1]
    while low < high:
        middle = (low + high) // 2
        if lines.start[middle] <= at:
            low = middle + 1
        else:
            high = middle
    return lines.value[low - 1] if low > lines.off[line] else np.uint64(0)
