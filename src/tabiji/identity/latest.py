"""One row for each id, where several sources may tell of the same one."""

from collections.abc import Mapping

import duckdb


def latest_word(
    con: duckdb.DuckDBPyConnection, relation: str, columns: Mapping[str, str], condition: str = "true"
) -> str:
    """A query for (id, …columns): of every column the word received last that is not empty, of two received together that
    of the origin which sorts last.

    relation: name or subquery with `id`, `origin`, `received_at` · columns: name → SQL over it · condition: of its rows."""
    rows = f"{relation} WHERE id IS NOT NULL AND ({condition})"
    unique = con.execute(f"SELECT count(*) = count(DISTINCT id) FROM {rows}").fetchall()[0][0]
    if unique:
        return f"SELECT id, {_listed(columns)} FROM {rows}"
    when = "{'received_at': received_at, 'origin': origin}"
    return f"SELECT id, {_listed({n: f'arg_max({sql}, {when})' for n, sql in columns.items()})} FROM {rows} GROUP BY id"


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f'{sql} AS "{name.replace(chr(34), chr(34) * 2)}"' for name, sql in columns.items())
