"""From an expression as written to SQL that runs: which of its columns are taken as text and which in their own type.

A column alone is taken as it came, and converted at the end. Inside a larger expression columns have the types that were
inferred; where that does not fit together (`replace` on a date, text compared with a number), other takings are tried: mostly
numeric columns as numbers, then everything as text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from tabiji.i18n import N_, text
from tabiji.ingest.mapping.model import Expr, NestedEvent, Table
from tabiji.ingest.rows.gather import Gathered, Slot
from tabiji.ingest.values.convert import Reading, fits
from tabiji.ingest.values.inference import ColumnType, order_of
from tabiji.lake.expressions import ExpressionError, columns_of, render_expression

SAMPLE_ROWS = 1_000

# What an expression that does not fit its column is told to give.
_WANTED = {
    "DOUBLE": N_("a number"),
    "BIGINT": N_("a number"),
    "TIMESTAMP": N_("a time"),
    "DATE": N_("a day"),
    "BOOLEAN": N_("a condition"),
}


@dataclass(frozen=True, slots=True)
class Guard:
    """A row on which `failed` (SQL) holds has a value in `column` that cannot be read in the type it is used in."""

    column: str
    slot: str
    failed: str
    is_time: bool


@dataclass(frozen=True, slots=True)
class Bound:
    """An expression that runs over the gathered rows.

    sql_type: the engine's type of it · reading: how its texts are read as times · alone: it is one column as it came."""

    expr: Expr
    sql: str
    sql_type: str
    reading: Reading
    guards: tuple[Guard, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class BoundEvent:
    """A nested event whose expressions are bound; columns by canonical name (with `at`), `when` apart."""

    event: NestedEvent
    columns: Mapping[str, Bound]
    when: Bound | None
    properties: Mapping[str, Bound]


@dataclass(frozen=True, slots=True)
class BoundTable:
    """An entry whose expressions are bound; columns by canonical name."""

    table: Table
    columns: Mapping[str, Bound]
    key: Bound | None
    when: Bound | None
    properties: Mapping[str, Bound]
    events: Sequence[BoundEvent]


def columns_needing_types(exprs: Mapping[str, tuple[Expr, str]], gathered: Gathered) -> tuple[set[str], set[str]]:
    """Text columns whose types matter, and those of which only the order of day and month does.

    The former stand in expressions that are more than one column, the latter alone for a time. `exprs` by any name:
    (expression, canonical type). Raises ExpressionError."""
    typed: set[str] = set()
    ordered: set[str] = set()
    for expr, target in exprs.values():
        used = columns_of(expr.sql, gathered.slots)
        texts = {name for name in used if gathered.slots[name].sql_type == "VARCHAR"}
        if not is_alone(expr, used):
            typed |= texts
        elif target in ("TIMESTAMP", "DATE"):
            ordered |= texts
    return typed, ordered - typed


def is_alone(expr: Expr, used: tuple[str, ...]) -> bool:
    """Whether an expression is one column and nothing else."""
    said = expr.sql.strip()
    return len(used) == 1 and used[0].casefold() in (said.casefold(), said.strip('"').replace('""', '"').casefold())


def bind(
    con: duckdb.DuckDBPyConnection, gathered: Gathered, types: Mapping[str, ColumnType], expr: Expr, target: str
) -> Bound:
    """The taking of an expression that gives values for the canonical type `target`.

    Raises ExpressionError where none does, AmbiguousDateError where it depends on an order of day and month that does not show."""
    used = [gathered.slots[name] for name in columns_of(expr.sql, gathered.slots)]
    known = {slot.name: types[slot.name] for slot in used if slot.name in types}
    reading = _reading(list(known.values()))
    doubts = {name: found.doubt for name, found in known.items() if found.doubt is not None}
    wants_time = target in ("TIMESTAMP", "DATE")
    if is_alone(expr, tuple(slot.name for slot in used)):
        slot = used[0]
        if not fits(slot.sql_type, target):
            raise _misfit(expr, slot.sql_type, target)
        if wants_time and slot.name in doubts:
            raise doubts[slot.name]
        return Bound(expr, slot.sql, slot.sql_type, reading, alone=True)
    sample = f"SELECT * FROM ({gathered.query}) LIMIT {SAMPLE_ROWS}"
    reason, bindable = "", None
    for columns, guards in _takings(used, types):
        sql = render_expression(expr.sql, {**{n: s.sql for n, s in gathered.slots.items()}, **columns})
        try:
            sql_type = con.execute(f"DESCRIBE SELECT {sql} AS v FROM ({sample})").fetchall()[0][1]
        except duckdb.Error as error:
            reason = reason or _first_line(error)
            continue
        found = Bound(expr, sql, sql_type, reading, guards)
        if not fits(sql_type, target):
            raise _misfit(expr, sql_type, target)
        for name in columns.keys() & doubts.keys():
            raise doubts[name]
        if wants_time and doubts and sql_type == "VARCHAR":
            # The expression may have put day and month in order, or dropped what made them doubtful.
            file = next(iter(doubts.values())).file
            order = order_of(con, f"SELECT {sql} AS v FROM ({gathered.query})", "v", expr.sql, file)
            found = replace(found, reading=replace(reading, order=order))
        bindable = bindable or found
        if _runs(con, sql, sample):
            return found
    if bindable is None:
        raise ExpressionError(expression=expr.sql, problem=reason)
    return bindable


def _takings(used: list[Slot], types: Mapping[str, ColumnType]) -> Iterator[tuple[dict[str, str], tuple[Guard, ...]]]:
    """Ways to take the columns: SQL by name, and what must hold of a row then."""
    inferred = [(slot, types[slot.name]) for slot in used if slot.name in types and types[slot.name].kind != "text"]
    seen: list[set[str]] = []
    for chosen in (
        [pair for pair in inferred if pair[1].strict or pair[1].is_time],
        inferred,
        [],
    ):
        names = {slot.name for slot, _ in chosen}
        if names in seen:
            continue
        seen.append(names)
        columns = {slot.name: found.typed(slot.sql) for slot, found in chosen}
        guards = tuple(
            Guard(slot.name, slot.sql, f"(trim({slot.sql}) <> '' AND {columns[slot.name]} IS NULL)", found.is_time)
            for slot, found in chosen
            if found.is_time or not found.strict
        )
        yield columns, guards


def _runs(con: duckdb.DuckDBPyConnection, sql: str, sample: str) -> bool:
    try:
        con.execute(f"SELECT count(v) FROM (SELECT {sql} AS v FROM ({sample}))").fetchall()
    except duckdb.Error:
        return False
    return True


def _reading(types: list[ColumnType]) -> Reading:
    """How the text of an expression is read as a time: as its columns are, where they agree."""
    orders = {found.reading.order for found in types if found.reading.order is not None}
    forms = {found.reading.date_format for found in types if found.reading.date_format is not None}
    return Reading(orders.pop() if len(orders) == 1 else None, forms.pop() if len(forms) == 1 else None)


def _misfit(expr: Expr, sql_type: str, target: str) -> ExpressionError:
    problem = text(N_("it gives {given}; {wanted} is needed"), given=sql_type, wanted=text(_WANTED[target]))
    return ExpressionError(expression=expr.sql, problem=problem)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
