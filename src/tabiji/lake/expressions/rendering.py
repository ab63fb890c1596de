"""Checking an expression and writing it out anew, node by node."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tabiji.errors import nearest, nearest_hint
from tabiji.i18n import N_, text
from tabiji.lake.expressions.grammar import CLASSES, COMPARISONS, FUNCTIONS, MAX_DEPTH, MAX_PADDING, OPERATORS, TYPES
from tabiji.lake.expressions.syntax import parsed, refused
from tabiji.lake.views import literal, quote

_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def check_expression(sql: str, columns: Iterable[str]) -> None:
    """Accept an expression over `columns`; raises ExpressionError, naming the nearest column where one is unknown."""
    render_expression(sql, {name: quote(name) for name in columns})


def columns_of(sql: str, columns: Iterable[str]) -> tuple[str, ...]:
    """The columns that an expression reads, in order of first use, spelled as in `columns`. Raises ExpressionError."""
    renderer = _Renderer(sql, {name: quote(name) for name in columns})
    renderer.render()
    return tuple(renderer.used)


def render_expression(sql: str, columns: Mapping[str, str]) -> str:
    """The expression as safe SQL, every column replaced by the SQL that `columns` gives for it.

    An expression that is exactly the name of a column is that column, whatever characters are in it.
    Raises ExpressionError."""
    return _Renderer(sql, columns).render()


class _Renderer:
    """Walks one syntax tree and writes it out again."""

    def __init__(self, sql: str, columns: Mapping[str, str]) -> None:
        self._sql = sql
        self._columns = columns
        self._folded = {name.casefold(): name for name in reversed(list(columns))}
        self.used: dict[str, None] = {}

    def render(self) -> str:
        name = self._named(self._sql.strip())
        if name is not None:
            return self._use(name)
        return self._node(parsed(self._sql), 0)

    def _named(self, name: str) -> str | None:
        return name if name in self._columns else self._folded.get(name.casefold())

    def _use(self, name: str) -> str:
        self.used[name] = None
        return self._columns[name]

    def _node(self, node: dict[str, Any], depth: int) -> str:
        if depth > MAX_DEPTH:
            raise refused(self._sql, N_("it is nested more than {limit} deep"), limit=MAX_DEPTH)
        write = getattr(self, "_" + str(node.get("class", "")).lower(), None)
        if write is None or node["class"] not in CLASSES:
            what = str(node.get("class", "")).lower().replace("_", " ")
            raise refused(self._sql, N_("{what} is not allowed here"), what=what)
        written: str = write(node, depth + 1)
        return written

    def _column_ref(self, node: dict[str, Any], depth: int) -> str:
        wanted = ".".join(node["column_names"])
        name = self._named(wanted)
        if name is None:
            error = refused(
                self._sql,
                N_("there is no column {name!r}{hint}"),
                name=wanted,
                hint=nearest_hint(wanted, self._columns),
            )
            error.details |= {"column": wanted, "near": nearest(wanted, self._columns)}
            raise error
        return self._use(name)

    def _constant(self, node: dict[str, Any], depth: int) -> str:
        value = node["literal"]
        kind, written = value["kind"], value.get("text", "")
        if kind == "STRING":
            return literal(written)
        if kind in ("INTEGER", "NUMERIC") and _NUMBER.fullmatch(written):
            return f"({written})"
        if kind == "BOOLEAN" and written in ("true", "false"):
            return str(written)
        if kind == "NULL_LITERAL":
            return "NULL"
        raise refused(self._sql, N_("{what} is not allowed here"), what=f"constant {written!r}")

    def _comparison(self, node: dict[str, Any], depth: int) -> str:
        sign = COMPARISONS.get(node["type"])
        if sign is None:
            raise refused(self._sql, N_("{what} is not allowed here"), what=str(node["type"]).lower())
        return f"({self._node(node['left'], depth)} {sign} {self._node(node['right'], depth)})"

    def _conjunction(self, node: dict[str, Any], depth: int) -> str:
        word = {"CONJUNCTION_AND": " AND ", "CONJUNCTION_OR": " OR "}[node["type"]]
        return "(" + word.join(self._node(child, depth) for child in node["children"]) + ")"

    def _between(self, node: dict[str, Any], depth: int) -> str:
        parts = [self._node(node[key], depth) for key in ("input", "lower", "upper")]
        return f"({parts[0]} BETWEEN {parts[1]} AND {parts[2]})"

    def _case(self, node: dict[str, Any], depth: int) -> str:
        arms = "".join(
            f" WHEN {self._node(arm['when_expr'], depth)} THEN {self._node(arm['then_expr'], depth)}"
            for arm in node["case_checks"]
        )
        return f"CASE{arms} ELSE {self._node(node['else_expr'], depth)} END"

    def _cast(self, node: dict[str, Any], depth: int) -> str:
        kind = node["type_expr"]
        name = str(kind.get("type_name", "")).lower()
        sizes = [child.get("literal", {}).get("text", "") for child in kind.get("children", ())]
        if (
            name not in TYPES
            or kind["qualified_name"]["path"] != [kind["type_name"]]
            or not all(map(str.isdigit, sizes))
        ):
            raise refused(
                self._sql, N_("type {name!r} is not allowed here{hint}"), name=name, hint=nearest_hint(name, TYPES)
            )
        size = f"({', '.join(sizes)})" if sizes else ""
        word = "TRY_CAST" if node.get("try_cast") else "CAST"
        return f"{word}({self._node(node['child'], depth)} AS {name.upper()}{size})"

    def _operator(self, node: dict[str, Any], depth: int) -> str:
        parts = [self._node(child, depth) for child in node["children"]]
        match node["type"]:
            case "OPERATOR_NOT":
                return f"(NOT {parts[0]})"
            case "OPERATOR_IS_NULL":
                return f"({parts[0]} IS NULL)"
            case "OPERATOR_IS_NOT_NULL":
                return f"({parts[0]} IS NOT NULL)"
            case "OPERATOR_COALESCE":
                return f"coalesce({', '.join(parts)})"
            case "OPERATOR_TRY":
                return f"TRY({parts[0]})"
            case "COMPARE_IN":
                return f"({parts[0]} IN ({', '.join(parts[1:])}))"
            case "COMPARE_NOT_IN":
                return f"({parts[0]} NOT IN ({', '.join(parts[1:])}))"
        what = str(node["type"]).lower().replace("_", " ")
        raise refused(self._sql, N_("{what} is not allowed here"), what=what)

    def _function(self, node: dict[str, Any], depth: int) -> str:
        name = str(node["function_name"]).lower()
        plain = node["qualified_name"]["path"] == [node["function_name"]] and not (
            node.get("schema") or node.get("catalog") or node.get("filter") or node.get("distinct")
        )
        arguments = node["arguments"]
        if node["order_bys"]["orders"] or any(argument["name"] for argument in arguments):
            plain = False
        if not plain or name not in FUNCTIONS | OPERATORS:
            raise refused(
                self._sql, N_("function {name!r} is not allowed here{hint}"), name=name, hint=self._function_hint(name)
            )
        if name in ("lpad", "rpad"):
            self._limit_padding(arguments)
        parts = [self._node(argument["expression"], depth) for argument in arguments]
        if name in FUNCTIONS:
            return f"{name}({', '.join(parts)})"
        return f"({name} {parts[0]})" if len(parts) == 1 else f"({parts[0]} {name} {parts[1]})"

    def _function_hint(self, name: str) -> str:
        # Closer than columns are: who wrote `read_text` did not mistype `greatest`.
        near = difflib.get_close_matches(name, FUNCTIONS, n=1, cutoff=0.75)
        return text(N_("; did you mean {best!r}?"), best=near[0]) if near else ""

    def _limit_padding(self, arguments: list[dict[str, Any]]) -> None:
        size = arguments[1]["expression"].get("literal", {}).get("text", "") if len(arguments) > 1 else ""
        if not (size.isdigit() and int(size) <= MAX_PADDING):
            raise refused(
                self._sql, N_("the length of lpad and rpad must be a number up to {limit}"), limit=MAX_PADDING
            )
