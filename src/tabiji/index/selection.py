"""Which units a question is about, by their attributes: conditions (`--segment`) and groups (`--by`).

Attributes are the columns of the unit's table and the keys of its `properties`; an opportunity and a person also have
those of their account (as `account_…` where their own have the same name). Where several sources describe a unit, the
latest word that is not empty counts. Units that no table describes have no attributes. With `known_as_of`, what a unit was said to be by
then; of a unit of which nothing had been told by then, what is told of it now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import numpy.typing as npt

from tabiji.errors import UsageError
from tabiji.i18n import N_, NO_VALUE
from tabiji.identity.latest import latest_word
from tabiji.index.dictionary.hashing import U8, Hashing
from tabiji.index.dictionary.scan import whole
from tabiji.index.layout import I4, I8, Index
from tabiji.index.store import Texts
from tabiji.lake.expressions import ExpressionError, render_expression
from tabiji.lake.schema import TABLES
from tabiji.lake.views import current, literal, quote

if TYPE_CHECKING:
    from tabiji.lake import Lake

MOST_GROUPS = 200
MOST_PROPERTIES = 500
_OF_ACCOUNT = "account_"


class TooManyGroupsError(UsageError):
    """Group by something that has fewer values: `CASE`, `round` or `date_trunc` can put values together."""

    code = "too_many_groups"
    message = N_("{expression!r} has {n:,} different values; group by something that has at most {most}")


def attributes(con: duckdb.DuckDBPyConnection, unit: str) -> dict[str, str]:
    """Names that an expression may use → SQL over the relation `attributes` (see `_relation`)."""
    own = _columns(con, unit)
    names = {name: f"o.{quote(name)}" for name in own}
    if unit != "account":
        for name in _columns(con, "account"):
            names[_OF_ACCOUNT + name if name in names else name] = f"a.{quote(name)}"
    return names


def select(
    lake: "Lake", index: Index, segment: str | None, known_as_of: datetime | None = None
) -> npt.NDArray[np.bool_] | None:
    """bool[n_units]: the units for which the condition `segment` holds; None = all. Raises ExpressionError."""
    if not segment:
        return None
    chosen = np.zeros(index.n_units, bool)
    with lake.connect() as con:
        _as_known(con, lake, known_as_of)
        units = Places.of(index, con)
        condition = render_expression(segment, attributes(con, index.unit))
        query = f"SELECT {units.hashing.sql('o.id')} FROM {_relation(con, index.unit)} WHERE ({condition})"
        (found,) = _run(con, segment, query, [np.uint64])
    places = units.find(found)
    chosen[places[places >= 0]] = True
    return chosen


def matching(lake: "Lake", condition: str) -> dict[str, int]:
    """Kind of unit (account, opportunity, person) → how many units of that kind `condition` holds for; only the kinds whose
    attributes it names. Raises ExpressionError where there is none, with the nearest attribute of any."""
    found: dict[str, int] = {}
    misfit: ExpressionError | None = None
    with lake.connect() as con:
        names = {unit: attributes(con, unit) for unit in ("account", "opportunity", "person")}
        render_expression(condition, {name: sql for known in names.values() for name, sql in known.items()})
        for unit, known in names.items():
            try:
                rendered = render_expression(condition, known)
            except ExpressionError as error:  # names what only another kind of unit has
                misfit = misfit or error
                continue
            (n,) = _run(con, condition, f"SELECT count(*) FROM {_relation(con, unit)} WHERE ({rendered})", [np.int64])
            found[unit] = int(n[0])
    if not found and misfit is not None:
        raise misfit
    return found


def group_by(
    lake: "Lake", index: Index, expression: str, known_as_of: datetime | None = None
) -> tuple[I4, Sequence[str]]:
    """The group of every unit (int32[n_units]) and the label of each group, largest first; units without a value are a group
    of their own (`NO_VALUE`), the last. Raises ExpressionError, TooManyGroupsError."""
    with lake.connect() as con:
        _as_known(con, lake, known_as_of)
        units = Places.of(index, con)
        value = f"CAST(({render_expression(expression, attributes(con, index.unit))}) AS VARCHAR)"
        given = f"SELECT {units.hashing.sql('o.id')} AS h, {value} AS label FROM {_relation(con, index.unit)}"
        _execute(con, expression, f"CREATE TABLE grouped AS {given}")
        listed = "SELECT DISTINCT label FROM grouped WHERE label IS NOT NULL ORDER BY label"
        labels = [label for (label,) in con.execute(listed).fetchall()]
        con.execute(
            f"CREATE TABLE labels AS SELECT label, row_number() OVER (ORDER BY label) - 1 AS code FROM ({listed})"
        )
        found, code = whole(
            con, "SELECT h, code::INTEGER FROM grouped JOIN labels USING (label)", [np.uint64, np.int32]
        )
    places = units.find(found)
    n = np.bincount(code[places >= 0], minlength=len(labels))
    n_labels = int((n > 0).sum())
    if n_labels > MOST_GROUPS:
        raise TooManyGroupsError(expression=expression, n=n_labels, most=MOST_GROUPS)
    largest_first = np.argsort(-n, kind="stable")[:n_labels]
    group = np.full(len(labels), n_labels, np.int32)
    group[largest_first] = np.arange(n_labels, dtype=np.int32)
    codes = np.full(index.n_units, n_labels, np.int32)
    codes[places[places >= 0]] = group[code[places >= 0]]
    named = [labels[i] for i in largest_first]
    return codes, [*named, NO_VALUE] if (codes == n_labels).any() else named


@dataclass(frozen=True, slots=True)
class Places:
    """Finds units by the hashes of their ids (`hashing.sql(column)` over a connection of the lake)."""

    hashing: Hashing
    hashes: U8  # ascending
    order: npt.NDArray[np.intp]  # ordinal of each

    @classmethod
    def of(cls, index: Index, con: duckdb.DuckDBPyConnection) -> "Places":
        """The places of the units of an index."""
        known = index.units.hashes if isinstance(index.units, Texts) else None
        if (
            known is not None
            and Hashing(index.manifest["hashing"]["salt"]).probe(con) == index.manifest["hashing"]["probe"]
        ):
            hashing, hashes = Hashing(index.manifest["hashing"]["salt"]), known
        else:
            hashing = Hashing()
            con.register("units", {"ordinal": np.arange(index.n_units), "id": np.array(list(index.units), object)})
            rows = con.execute(f"SELECT {hashing.sql('id::VARCHAR')} FROM units ORDER BY ordinal").fetchall()
            hashes = np.array([h for (h,) in rows], np.uint64)
        order = np.argsort(hashes, kind="stable")
        return cls(hashing, hashes[order], order)

    def find(self, hashes: U8) -> I8:
        """Ordinals, −1 where there is no such unit."""
        if not len(self.hashes):
            return np.full(len(hashes), -1, np.int64)
        at = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.where(self.hashes[at] == hashes, self.order[at], -1).astype(np.int64)


def ordinals(index: Index) -> dict[str, int]:
    """Ordinal of every unit by its id; made once per index."""
    key = (index.unit, index.version)
    if key not in _ordinals:
        _ordinals.clear()  # one index at a time: the map of a million accounts takes 100 MB
        _ordinals[key] = {unit: x for x, unit in enumerate(index.units)}
    return _ordinals[key]


_ordinals: dict[tuple[str, str], dict[str, int]] = {}


def _as_known(con: duckdb.DuckDBPyConnection, lake: "Lake", known_as_of: datetime | None) -> None:
    """Show the tables that describe units as they had been received by then."""
    if known_as_of is None:
        return
    then = f"received_at <= TIMESTAMP {literal(known_as_of.astimezone(UTC).replace(tzinfo=None).isoformat(sep=' '))}"
    head = lake.head()
    for table in ("account", "opportunity", "person"):
        everything = quote(f"{table}_all")
        latest = "QUALIFY row_number() OVER (PARTITION BY origin, id ORDER BY version DESC) = 1"
        con.execute(
            f"CREATE OR REPLACE VIEW {quote(table)} AS SELECT * FROM {everything} WHERE {then} {latest} UNION ALL "
            f"SELECT now.* FROM ({current(table, head.of(table))}) AS now "
            f"WHERE now.id NOT IN (SELECT id FROM {everything} WHERE {then})"
        )


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Attribute → SQL over the table's view."""
    columns = {name: quote(name) for name in TABLES[table] if name != "properties"}
    keys = con.execute(
        f"SELECT DISTINCT unnest(json_keys(properties)) FROM {quote(table)} WHERE properties IS NOT NULL "
        f"ORDER BY 1 LIMIT {MOST_PROPERTIES}"
    ).fetchall()
    for (key,) in keys:
        columns.setdefault(key, f"json_extract_string(properties, {literal('$.' + quote(key))})")
    return columns


def _relation(con: duckdb.DuckDBPyConnection, unit: str) -> str:
    """`o`: one row per unit with its attributes; `a`: those of its account."""
    own = f"({_described(con, unit)}) o"
    return own if unit == "account" else f"{own} LEFT JOIN ({_described(con, 'account')}) a ON a.id = o.account"


def _described(con: duckdb.DuckDBPyConnection, table: str) -> str:
    return latest_word(con, quote(table), _columns(con, table))


def _run(
    con: duckdb.DuckDBPyConnection, expression: str, query: str, kinds: Sequence[npt.DTypeLike]
) -> list[npt.NDArray[Any]]:
    try:
        return whole(con, query, kinds)
    except duckdb.Error as error:
        raise _misfit(expression, error) from error


def _execute(con: duckdb.DuckDBPyConnection, expression: str, query: str) -> None:
    try:
        con.execute(query)
    except duckdb.Error as error:
        raise _misfit(expression, error) from error


def _misfit(expression: str, error: duckdb.Error) -> ExpressionError:
    """The expression is well-formed but its types do not fit (a number compared with a word, …)."""
    return ExpressionError(expression=expression, problem=str(error).splitlines()[0])
