"""From the text of an expression to its syntax tree, made by the engine's own parser."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import duckdb

from tabiji.errors import UsageError
from tabiji.i18n import N_, text
from tabiji.lake.expressions.grammar import MAX_LENGTH


class ExpressionError(UsageError):
    """An expression cannot be parsed, names an unknown column, or uses what is not allowed; the message says what.

    Where a column is unknown, `details` has it as `column`, and as `near` the nearest one or None."""

    code = "bad_expression"
    message = N_("expression {expression!r}: {problem}")


def refused(sql: str, message: str, **values: object) -> ExpressionError:
    """The error that an expression is not taken, and why."""
    return ExpressionError(expression=sql, problem=text(message, **values))


@lru_cache(maxsize=1)
def _parser() -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": "100MB",
        "enable_external_access": "false",
    }
    return duckdb.connect(":memory:", config=config)


def parsed(sql: str) -> dict[str, Any]:
    """The syntax tree of an expression: the one node of the one select item of the one statement. Raises ExpressionError."""
    if not sql.strip():
        raise refused(sql, N_("it is empty"))
    if len(sql) > MAX_LENGTH:
        raise refused(sql, N_("it is longer than {limit} characters"), limit=MAX_LENGTH)
    try:
        query = ["SELECT " + sql]
        row = _parser().cursor().execute("SELECT json_serialize_sql(?)", query).fetchone()
    except duckdb.Error as error:
        raise refused(sql, N_("{reason}"), reason=str(error)) from error
    tree = json.loads(row[0] if row else "{}")
    if tree.get("error", True):
        raise refused(sql, N_("{reason}"), reason=tree.get("error_message", "it cannot be parsed"))
    statements = tree["statements"]
    node = statements[0]["node"] if len(statements) == 1 else {}
    plain = {
        "type": "SELECT_NODE",
        "modifiers": [],
        "cte_map": {"map": []},
        "aggregate_handling": "STANDARD_HANDLING",
    }
    empty = ("where_clause", "group_expressions", "group_sets", "having", "sample", "qualify")
    if (
        any(node.get(key) != value for key, value in plain.items())
        or any(node.get(key) for key in empty)
        or node.get("from_table", {}).get("type") != "EMPTY"
        or len(node.get("select_list", ())) != 1
        or node["select_list"][0].get("alias")
    ):
        raise refused(sql, N_("it must be one expression over the columns, nothing else"))
    found: dict[str, Any] = node["select_list"][0]
    return found


def names_in(sql: str) -> frozenset[str]:
    """The column names that an expression seems to mention, without knowing the columns; among them its whole text, which may be
    one."""
    try:
        return frozenset([sql.strip(), *_names(parsed(sql))])
    except ExpressionError:
        return frozenset([sql.strip()])


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("class") == "COLUMN_REF":
            yield ".".join(node["column_names"])
        for child in node.values():
            yield from _names(child)
    elif isinstance(node, list):
        for child in node:
            yield from _names(child)
