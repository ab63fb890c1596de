"""Which units a question is about, by their attributes: conditions (`--segment`) and groups (`--by`).

Attributes are the columns of the unit's table and the keys of its `properties`; an opportunity and a person also have
those of their account (as `account_…` where their own have the same name). Where several sources describe a unit, the
latest word that is not empty counts. Units that no table describes have no attributes.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import numpy.typing as npt

from tabiji.errors import UsageError
from tabiji.i18n import N_
from tabiji.index.layout import I4, Index
from tabiji.lake.expressions import ExpressionError, render_expression
from tabiji.lake.schema import TABLES
from tabiji.lake.views import literal, quote

if TYPE_CHECKING:
    from tabiji.lake import Lake

NO_VALUE = "(none)"  # label of the units without a value
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


def select(lake: "Lake", index: Index, segment: str | None) -> npt.NDArray[np.bool_] | None:
    """bool[n_units]: the units for which the condition `segment` holds; None = all. Raises ExpressionError."""
    if not segment:
        return None
    chosen = np.zeros(index.n_units, bool)
    with lake.connect() as con:
        condition = render_expression(segment, attributes(con, index.unit))
        rows = _run(con, segment, f"SELECT o.id FROM {_relation(con, index.unit)} WHERE ({condition})")
    ordinal = ordinals(index)
    chosen[[ordinal[key] for (key,) in rows if key in ordinal]] = True
    return chosen


def group_by(lake: "Lake", index: Index, expression: str) -> tuple[I4, Sequence[str]]:
    """The group of every unit (int32[n_units]) and the label of each group, largest first; units without a value are a group
    of their own (`NO_VALUE`), the last. Raises ExpressionError, TooManyGroupsError."""
    with lake.connect() as con:
        value = render_expression(expression, attributes(con, index.unit))
        query = f"SELECT o.id, CAST(({value}) AS VARCHAR) FROM {_relation(con, index.unit)}"
        rows = _run(con, expression, query)
    ordinal = ordinals(index)
    found = [(ordinal[key], label) for key, label in rows if key in ordinal and label is not None]
    labels, code, n = np.unique([label for _, label in found], return_inverse=True, return_counts=True)
    if len(labels) > MOST_GROUPS:
        raise TooManyGroupsError(expression=expression, n=len(labels), most=MOST_GROUPS)
    largest_first = np.argsort(-n, kind="stable")
    place = np.empty(len(labels), np.int32)
    place[largest_first] = np.arange(len(labels), dtype=np.int32)
    codes = np.full(index.n_units, len(labels), np.int32)
    codes[[unit for unit, _ in found]] = place[code]
    named = [str(labels[i]) for i in largest_first]
    return codes, [*named, NO_VALUE] if (codes == len(labels)).any() else named


def ordinals(index: Index) -> dict[str, int]:
    """Ordinal of every unit by its id; made once per index."""
    key = (index.unit, index.version)
    if key not in _ordinals:
        _ordinals.clear()  # one index at a time: the map of a million accounts takes 100 MB
        _ordinals[key] = {unit: x for x, unit in enumerate(index.units)}
    return _ordinals[key]


_ordinals: dict[tuple[str, str], dict[str, int]] = {}


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
    latest = (f"arg_max({sql}, received_at) AS {quote(name)}" for name, sql in _columns(con, table).items())
    return f"SELECT id, {', '.join(latest)} FROM {quote(table)} GROUP BY id"


def _run(con: duckdb.DuckDBPyConnection, expression: str, query: str) -> list[tuple[str, ...]]:
    try:
        return con.execute(query).fetchall()
    except duckdb.Error as error:
        # The expression is well-formed but its types do not fit (a number compared with a word, …).
        raise ExpressionError(expression=expression, problem=str(error).splitlines()[0]) from error
