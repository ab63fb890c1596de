"""Records of the lake laid on the units of an index: columns of numbers, texts as codes. Millions of answers and notes pass without
a single one becoming an object."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import numpy.typing as npt

from tabiji.identity.roles import canonical_role
from tabiji.index.dictionary.scan import quoted, whole
from tabiji.index.selection import Places
from tabiji.metrics.scope import instant
from tabiji.workspace.laid.belonging import APART

if TYPE_CHECKING:
    from tabiji.index import Index


def known_by(received_by: int | None) -> datetime | None:
    """The last instant of a second of the index (None: no such limit), for `Lake.connect`: records count in the version of then."""
    return None if received_by is None else instant(received_by) + timedelta(microseconds=999_999)


@dataclass(frozen=True, slots=True)
class Laid:
    """n records of units that the index has, in order. unit: int64[n], ordinals · numbers: by name, each of n · codes: int32[n] by
    name, places in `texts` of that name, which ascend; −1 where there is none."""

    unit: npt.NDArray[np.int64]
    numbers: Mapping[str, npt.NDArray[Any]]
    codes: Mapping[str, npt.NDArray[np.int32]]
    texts: Mapping[str, tuple[str, ...]]

    def of_text(self, name: str, values: Sequence[Any], nothing: Any, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """A column of texts as values, one of each distinct text; `nothing` where there is none."""
        return np.array([*values, nothing], dtype)[self.codes[name]]

    def roles(self, index: "Index") -> npt.NDArray[np.int32]:
        """The role sets of the column `roles` (see `belonging`)."""
        sets = {names: number for number, names in enumerate(index.role_sets)}
        return self.of_text("roles", [role_set(r.split(APART), sets) for r in self.texts["roles"]], 0, np.int32)


def laid(
    con: duckdb.DuckDBPyConnection, index: "Index", query: str, given: Sequence[Any], order: str,
    numbers: Mapping[str, npt.DTypeLike], texts: Sequence[str] = (),
) -> Laid:  # fmt: skip
    """The rows of a query with the columns `unit` (an id), `numbers` (none of them NULL) and `texts`, by `order` (SQL).

    given: parameters of the query."""
    places = Places.of(index, con)
    con.execute(
        f"CREATE OR REPLACE TABLE laid AS SELECT *, row_number() OVER (ORDER BY {order}) AS place FROM ({query})", given
    )
    listed = ", ".join(["place", places.hashing.sql("unit"), *map(quoted, numbers)])
    place, unit, *columns = whole(
        con, f"SELECT {listed} FROM laid ORDER BY place", [np.int64, np.uint64, *numbers.values()]
    )
    at = places.find(unit)
    there = at >= 0
    codes, found = {}, {}
    for name in texts:
        distinct = f"SELECT DISTINCT {quoted(name)} AS word FROM laid WHERE {quoted(name)} IS NOT NULL"
        found[name] = tuple(word for (word,) in con.execute(f"SELECT word FROM ({distinct}) ORDER BY word").fetchall())
        con.execute(
            f"CREATE OR REPLACE TABLE words AS SELECT word, row_number() OVER (ORDER BY word) - 1 AS code FROM ({distinct})"
        )
        joined = f"SELECT laid.place, w.code::INTEGER FROM laid JOIN words w ON w.word = laid.{quoted(name)}"
        where, code = whole(con, joined, [np.int64, np.int32])
        column = np.full(len(place), -1, np.int32)
        column[where - 1] = code
        codes[name] = column[there]
    return Laid(at[there], {n: c[there] for n, c in zip(numbers, columns, strict=True)}, codes, found)


def role_set(roles: Sequence[str], sets: Mapping[tuple[str, ...], int]) -> int:
    """Id of the role set; where no event ever had this combination, of the first of its roles that stands alone; else 0."""
    names = tuple(sorted({name for role in roles if (name := canonical_role(role))}))
    if names in sets:
        return sets[names]
    return next((sets[(name,)] for name in names if (name,) in sets), 0)
