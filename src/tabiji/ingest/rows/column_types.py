"""The types of the columns that expressions read: what the mapping says, else what all their texts are."""

from collections.abc import Mapping

import duckdb

from tabiji.ingest.mapping.model import Expr, Table
from tabiji.ingest.rows.binding import columns_needing_types
from tabiji.ingest.rows.gather import Gathered
from tabiji.ingest.values.convert import Reading
from tabiji.ingest.values.inference import ColumnType, infer, ordered


def column_types(
    con: duckdb.DuckDBPyConnection, gathered: Gathered, table: Table, targets: Mapping[str, tuple[Expr, str]]
) -> dict[str, ColumnType]:
    """Types of the columns for which they matter, by the column's name. `targets`: as for `columns_needing_types`.

    Raises ExpressionError."""
    slots, query = gathered.slots, gathered.query
    typed, timed = columns_needing_types(targets, gathered)
    said = {_spelled(gathered, name): kind for name, kind in table.types.items()}
    forms = {_spelled(gathered, name): form for name, form in table.date_formats.items()}
    unsaid = [slots[name].sql for name in typed - said.keys() - forms.keys()]
    inferred = infer(con, query, unsaid, table.date_format)
    found: dict[str, ColumnType] = {}
    for name in typed | timed:
        form = forms.get(name, table.date_format)
        if name in said:
            found[name] = ColumnType(said[name], False, Reading(date_format=form))
        elif name in forms or name in timed:
            found[name] = ColumnType("timestamp", False, Reading(date_format=form))
        else:
            found[name] = inferred[slots[name].sql]
        if found[name].is_time and form is None:
            found[name] = ordered(con, query, slots[name].sql, name, table.file, found[name])
    return found


def _spelled(gathered: Gathered, name: str) -> str:
    """A column as the file spells it."""
    return next((known for known in gathered.slots if known.casefold() == name.casefold()), name)
