"""From the YAML text of a mapping file to a `Mapping`: all problems at once, each with its line."""

from dataclasses import replace
from pathlib import Path

from tabiji.i18n import N_
from tabiji.ingest.errors import MappingError, MissingFileError
from tabiji.ingest.mapping import options
from tabiji.ingest.mapping.model import (
    EVENT_ID,
    KEYED,
    SUBJECTS,
    WITH_EVENTS,
    Expr,
    Lookup,
    Mapping,
    NestedEvent,
    Table,
    columns_for,
    columns_for_nested,
)
from tabiji.ingest.mapping.nodes import Reader
from tabiji.ingest.sources.files import is_data
from tabiji.journeymap.problems import Problem
from tabiji.journeymap.yaml_file.composing import compose
from tabiji.journeymap.yaml_file.nodes import MappingNode, Node, ScalarNode
from tabiji.lake import schema
from tabiji.lake.views import quote

_EMPTY = N_("the file is empty; a mapping file needs at least `source` and `tables`")
_FILE = ("source", "timezone", "tables", "date_format", "encoding", "delimiter")
_DEFAULTS = ("date_format", "encoding", "delimiter")  # hold for every table that does not say otherwise
_TABLE = (
    "file", "to", "key", "columns", "at", "when", "types", "date_format", "properties", "encoding", "delimiter", "sheet",
    "header", "events", "timezone", "format", "lookups",
)  # fmt: skip
_LOOKUP = ("file", "key", "by", "columns", "encoding", "delimiter", "sheet", "header", "format")


def load_mapping(path: str | Path) -> Mapping:
    """Read a mapping file.

    Raises MissingFileError where it is not there, MappingError with everything that is wrong in it. Expressions are
    checked later, against the columns of the files."""
    path = Path(path)
    try:
        source = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        siblings = sorted(p.name for p in path.parent.glob("*") if p.is_file())
        raise MissingFileError(path.name, str(path.parent), siblings) from None
    if is_data(path.name):
        message = N_(
            "this is a file of data, not a mapping file; a mapping file names it and says what its columns are. Draft one: tabiji mapping {file} --to mapping.yaml"
        )
        raise MappingError(path, [Problem("error", "no_mapping", 0, 0, "", message, {"file": path.name})])
    document, problems = compose(source)
    reader = Reader([replace(p, message=_EMPTY) if p.code == "empty" else p for p in problems])
    if document is not None:
        mapping = _mapping(reader, document.root, path)
        if not reader.problems and mapping is not None:
            return mapping
    raise MappingError(path, reader.problems)


def _mapping(reader: Reader, root: Node, path: Path) -> Mapping | None:
    keys = reader.mapping(root, "mapping file", _FILE)
    if keys is None:
        return None
    source = reader.required_text(root, keys, "source")
    timezone = options.timezone(reader, keys)
    defaults = {name: node for name, node in keys.items() if name in _DEFAULTS}
    tables = keys.get("tables")
    if tables is None:
        reader.problem(root, "missing_key", N_("{key!r} is missing"), key="tables")
        return None
    read = [_table(reader, node, defaults) for node in reader.items(tables, "tables")]
    if not read and not reader.problems:
        reader.problem(tables, "empty", N_("{key!r} is empty"), key="tables")
    return Mapping(path, source, tuple(t for t in read if t is not None), timezone)


def _table(reader: Reader, node: Node, defaults: dict[str, Node]) -> Table | None:
    own = reader.mapping(node, "table", _TABLE)
    if own is None:
        return None
    keys = {**defaults, **own}
    file = reader.required_text(node, keys, "file")
    to = reader.required_text(node, keys, "to")
    if to and not reader.known(keys["to"], "table", to, schema.TABLES):
        return None
    if not to:
        return None
    columns = _expressions(reader, keys.get("columns"), "column", columns_for(to))
    at = reader.expression(keys, "at")
    if at is not None:
        if "at" in columns or "at" not in schema.TABLES[to]:
            reader.problem(keys["at"], "misplaced", "{key!r} does not belong here", key="at")
        columns["at"] = at
    key = reader.expression(keys, "key")
    if EVENT_ID in columns:
        if key is not None:
            reader.problem(keys["key"], "twice", "give either {one!r} or {other!r}", one="key", other=EVENT_ID)
        key = columns.pop(EVENT_ID)
    date_format, date_formats = options.date_formats(reader, keys.get("date_format"))
    table = Table(
        file=file,
        to=to,
        line=node.line,
        key=key,
        columns=columns,
        when=reader.expression(keys, "when"),
        properties=_properties(reader, keys.get("properties")),
        events=_events(reader, keys.get("events"), to),
        types=options.types(reader, keys.get("types")),
        date_format=date_format,
        date_formats=date_formats,
        encoding=reader.optional_text(keys, "encoding"),
        delimiter=options.delimiter(reader, keys),
        sheet=reader.text_or_number(keys, "sheet"),
        header=options.header(reader, keys.get("header")),
        timezone=options.timezone(reader, keys),
        format=options.kind_of_file(reader, keys),
        lookups=_lookups(reader, own.get("lookups"), defaults),
    )
    _check_table(reader, node, table, keys)
    return table


def _lookups(reader: Reader, node: Node | None, defaults: dict[str, Node]) -> tuple[Lookup, ...]:
    if node is None:
        return ()
    items = reader.items(node, "lookups")
    return tuple(found for item in items if (found := _lookup(reader, item, defaults)) is not None)


def _lookup(reader: Reader, node: Node, defaults: dict[str, Node]) -> Lookup | None:
    own = reader.mapping(node, "lookup", _LOOKUP)
    if own is None:
        return None
    keys = {name: defaults[name] for name in ("encoding", "delimiter") if name in defaults} | own
    file = reader.required_text(node, own, "file")
    key, by = reader.expression(own, "key"), reader.expression(own, "by")
    columns = _properties(reader, own.get("columns"), "columns")
    for name in ("key", "columns"):
        if name not in own:
            reader.problem(node, "missing_key", N_("{key!r} is missing"), key=name)
    if key is None or not columns:
        return None
    table = Table(
        file=file,
        to="",
        line=node.line,
        key=key,
        columns=columns,
        encoding=reader.optional_text(keys, "encoding"),
        delimiter=options.delimiter(reader, keys),
        sheet=reader.text_or_number(keys, "sheet"),
        header=options.header(reader, keys.get("header")),
        format=options.kind_of_file(reader, keys),
    )
    return Lookup(by or key, table)


def _check_table(reader: Reader, node: Node, table: Table, keys: dict[str, Node]) -> None:
    """What a table of its kind cannot do without."""
    if table.to in KEYED and "key" not in keys:
        reader.problem(node, "missing_key", N_("a table of {to!r} needs {key!r}"), to=table.to, key="key")
    wanted: dict[str, list[tuple[str, ...]]] = {
        "event": [("name",), ("at",), SUBJECTS],
        "membership": [("person",), ("account", "opportunity")],
        "cost": [("on",), ("amount",)],
        "survey": [("account", "person"), ("kind",), ("score",)],
    }
    for names in wanted.get(table.to, []):
        if not any(name in table.columns for name in names):
            listed = " / ".join(names)
            reader.problem(
                node, "missing_column", N_("a table of {to!r} needs the column {names}"), to=table.to, names=listed
            )


def _expressions(reader: Reader, node: Node | None, what: str, known: tuple[str, ...]) -> dict[str, Expr]:
    keys = (reader.mapping(node, what, known) if node is not None else None) or {}
    return {name: expr for name in keys if (expr := reader.expression(keys, name)) is not None}


def _properties(reader: Reader, node: Node | None, what: str = "properties") -> dict[str, Expr]:
    """A list of columns, or names with expressions."""
    if isinstance(node, MappingNode):
        keys = reader.entries(node)
        return {name: expr for name in keys if (expr := reader.expression(keys, name)) is not None}
    found: dict[str, Expr] = {}
    for item in reader.items(node, what) if node is not None else ():
        if isinstance(item, ScalarNode) and item.text:
            found[item.text] = Expr(quote(item.text), item.line)
        else:
            reader.problem(item, "wrong_type", N_("{key!r} must be {wanted}"), key=what, wanted=N_("a list of columns"))
    return found


def _events(reader: Reader, node: Node | None, to: str) -> tuple[NestedEvent, ...]:
    if node is None:
        return ()
    if to not in WITH_EVENTS:
        reader.problem(node, "misplaced", N_("{key!r} does not belong here"), key="events")
        return ()
    found: list[NestedEvent] = []
    for item in reader.items(node, "events"):
        allowed = ("name", "at", "when", "properties", *columns_for_nested())
        keys = reader.mapping(item, "event", allowed)
        if keys is None:
            continue
        name = reader.required_text(item, keys, "name")
        if len(name) > 1 and name[0] == name[-1] == "'":  # written like the expressions around it: a quoted constant
            name = name[1:-1]
        at = reader.expression(keys, "at")
        if at is None:
            if "at" not in keys:
                reader.problem(item, "missing_key", N_("{key!r} is missing"), key="at")
            continue
        columns = {c: expr for c in columns_for_nested() if c in keys and (expr := reader.expression(keys, c))}
        number = 1 + sum(e.name == name for e in found)
        properties = _properties(reader, keys.get("properties"))
        found.append(NestedEvent(name, at, reader.expression(keys, "when"), columns, properties, number))
    return tuple(found)
