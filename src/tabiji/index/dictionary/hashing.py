"""Tables from 64-bit hashes to positions (open addressing), and the hash expressions that fill them.

The SQL engine hashes texts (once per dictionary entry of a Parquet page, which is why it is quick); kernels only ever see
64-bit numbers. Every text that is named in a dictionary is checked for collisions; where two collide, everything is
hashed again with another salt.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import duckdb
import numpy as np
import numpy.typing as npt

from tabiji.index.jit import kernel
from tabiji.index.layout import I4

U8 = npt.NDArray[np.uint64]
N = TypeVar("N", bound=np.integer[Any])

NOTHING = np.uint64(0)  # stands for NULL in every column of hashes
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Hashing:
    """How texts are hashed. salt: 0, or another number where two texts collided."""

    salt: int = 0

    def sql(self, *expressions: str) -> str:
        """SQL of the hash of one text, or of several together (UBIGINT, never null)."""
        salted = (*expressions, f"'tabiji {self.salt}'") if self.salt else expressions
        return f"hash({', '.join(salted)})"

    def null(self, con: duckdb.DuckDBPyConnection) -> np.uint64:
        """The hash of an absent text."""
        return np.uint64(con.execute(f"SELECT {self.sql('NULL::VARCHAR')}").fetchall()[0][0])

    def probe(self, con: duckdb.DuckDBPyConnection) -> str:
        """A hash that changes when the engine hashes otherwise than it did, in hexadecimal."""
        probed = self.sql("'旅路'", "NULL::VARCHAR", "'tabiji keeps a map true'")
        return f"{con.execute(f'SELECT {probed}').fetchall()[0][0]:016x}"


class HashCollision(Exception):
    """Two texts have one hash; build again with another salt."""


class Table(NamedTuple):
    """keys: uint64[c], 0 = free place · values: int32[c]; c is a power of two, at most half of it in use."""

    keys: U8
    values: I4


def distinct(numbers: npt.NDArray[N]) -> npt.NDArray[N]:
    """The different numbers, ascending. (NumPy's `unique` puts integers into a hash table first, which takes thirty times
    as long as sorting them.)"""
    ordered = np.sort(numbers)
    found: npt.NDArray[N] = ordered[np.append(np.ones(min(1, len(ordered)), bool), ordered[1:] != ordered[:-1])]
    return found


def among(numbers: npt.NDArray[N], ordered: npt.NDArray[N]) -> npt.NDArray[np.bool_]:
    """Which of the numbers occur in `ordered`, which is ascending."""
    if not len(ordered):
        return np.zeros(len(numbers), bool)
    return np.asarray(ordered[np.minimum(np.searchsorted(ordered, numbers), len(ordered) - 1)] == numbers)


def table_of(hashes: U8) -> Table:
    """A table from each hash to its position in `hashes` (distinct, without 0)."""
    capacity = 16
    while capacity < 2 * len(hashes):
        capacity *= 2
    table = Table(np.zeros(capacity, np.uint64), np.zeros(capacity, np.int32))
    fill(table, np.ascontiguousarray(hashes), 0)
    return table


@kernel
def mixed(h: np.uint64) -> np.uint64:
    """Spread the bits of a number (the finaliser of MurmurHash3)."""
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xFF51AFD7ED558CCD)
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xC4CEB9FE1A85EC53)
    h ^= h >> np.uint64(33)
    return h


@kernel
def find(table: Table, h: np.uint64) -> int:
    """The value of a hash, or −1."""
    mask = np.uint64(table.keys.size - 1)
    at = ((h * _GOLDEN) >> _HALF) & mask
    while table.keys[at] != NOTHING:
        if table.keys[at] == h:
            return int(table.values[at])
        at = (at + np.uint64(1)) & mask
    return -1


@kernel
def put(table: Table, h: np.uint64, value: int) -> None:
    """Add a hash that is not in the table (there must be room)."""
    mask = np.uint64(table.keys.size - 1)
    at = ((h * _GOLDEN) >> _HALF) & mask
    while table.keys[at] != NOTHING:
        at = (at + np.uint64(1)) & mask
    table.keys[at] = h
    table.values[at] = value


@kernel
def clear(table: Table) -> None:
    """Take everything out (the keys; values need not be cleared)."""
    for i in range(table.keys.size):
        table.keys[i] = NOTHING


@kernel
def fill(table: Table, hashes: U8, first: int) -> None:
    """Add hashes[i] → first + i."""
    for i in range(hashes.size):
        put(table, hashes[i], first + i)
