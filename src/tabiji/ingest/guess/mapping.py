"""From guesses to the mapping file that says the same."""

import io
from collections.abc import Iterable
from typing import Any

from tabiji.ingest.guess.model import TableGuess, identifier, literal


def to_mapping(source: str, tables: Iterable[TableGuess], timezone: str | None = None) -> dict[str, Any]:
    """The mapping file (as a dict, keys in the order they are read) that says what the guesses say."""
    mapping: dict[str, Any] = {"source": source}
    if timezone:
        mapping["timezone"] = timezone
    return mapping | {"tables": [_entry(t) for t in tables]}


def to_yaml(mapping: dict[str, Any], head: str) -> str:
    """The text of a mapping file that begins with the comment `head`."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 4096
    out = io.StringIO()
    yaml.dump(mapping, out)
    return "".join(f"# {line}\n" for line in head.splitlines()) + out.getvalue()


def made_key(table: TableGuess) -> tuple[str, ...]:
    """Columns that together know an opportunity that has no number: whose it is, and when it was opened."""
    named = [table.fields.get(name, ()) for name in ("account", "opened_at")]
    return tuple(c for columns in named for c in columns) if table.to == "opportunity" and all(named) else ()


def _entry(table: TableGuess) -> dict[str, Any]:
    def sql(column: str) -> str:
        return table.expressions.get(column) or identifier(column)

    entry: dict[str, Any] = {"file": table.file, "to": table.to}
    if table.key:
        entry["key"] = identifier(table.key)
    elif made := made_key(table):
        entry["key"] = f"concat_ws(' ', {', '.join(identifier(c) for c in made)})"
    used = {c for columns in table.fields.values() for c in columns} | {e.at for e in table.events}
    formats = {c: t.format for c, t in table.times.items() if t.format and c in used}
    if formats:
        entry["date_format"] = formats
    entry["columns"] = {
        name: sql(columns[0]) if len(columns) == 1 else f"concat_ws(' ', {', '.join(identifier(c) for c in columns)})"
        for name, columns in table.fields.items()
    }
    entry["columns"] |= {name: literal(text) for name, text in table.constants.items() if name not in table.fields}
    if table.properties:
        entry["properties"] = list(table.properties)
    if table.events:
        entry["events"] = [
            {"name": e.name, "at": identifier(e.at)}
            | ({"when": e.when} if e.when else {})
            | ({"value": sql(e.value)} if e.value else {})
            for e in table.events
        ]
    return entry
