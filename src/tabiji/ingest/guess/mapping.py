"""From guesses to the mapping file that says the same."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tabiji.i18n import N_, text
from tabiji.ingest.guess.model import TableGuess
from tabiji.lake.views import literal, quote


def to_mapping(source: str, tables: Iterable[TableGuess], timezone: str | None = None) -> dict[str, Any]:
    """The mapping file (as a dict, keys in the order they are read) that says what the guesses say."""
    mapping: dict[str, Any] = {"source": source}
    if timezone:
        mapping["timezone"] = timezone
    return mapping | {"tables": [_entry(t) for t in tables if t.to]}


def to_yaml(mapping: dict[str, Any], head: str, tables: Iterable[TableGuess] = ()) -> str:
    """The text of a mapping file that begins with the comment `head`; above each entry stand the notes of its table, and at the
    end those of the tables that were left out. `tables`: what `to_mapping` made the mapping of."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 4096
    out = io.StringIO()
    yaml.dump(mapping, out)
    tables = list(tables)
    left: dict[str, list[str]] = {}
    for table in (t for t in tables if not t.to and t.notes):
        left.setdefault(" ".join(note.render() for note in table.notes), []).append(table.file)
    said = [
        text(N_("Left out, because {why}: {files}"), why=why, files=", ".join(files)) for why, files in left.items()
    ]
    lines = _noted(out.getvalue().splitlines(), [[note.render() for note in t.notes] for t in tables if t.to])
    return "".join(f"{line}\n" for line in [*_comment(head.splitlines()), *lines, *_comment(said)])


def _comment(lines: Iterable[str]) -> list[str]:
    return [f"# {line}" for line in lines]


def _noted(lines: Sequence[str], notes: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a mapping file with the notes of its n-th table above its n-th entry."""
    found: list[str] = []
    above = iter(notes)
    for line in lines:
        if line.startswith("- file:"):
            found += _comment(next(above, ()))
        found.append(line)
    return found


def made_key(table: TableGuess) -> tuple[str, ...]:
    """Columns that together know an opportunity that has no number: whose it is, and when it was opened."""
    named = [table.fields.get(name, ()) for name in ("account", "opened_at")]
    return tuple(c for columns in named for c in columns) if table.to == "opportunity" and all(named) else ()


def _named(columns: Mapping[str, str]) -> dict[str, str]:
    return {name: quote(column) for name, column in columns.items()}


def _entry(table: TableGuess) -> dict[str, Any]:
    def sql(column: str) -> str:
        return table.expressions.get(column) or quote(column)

    entry: dict[str, Any] = {"file": table.file, "to": table.to}
    if table.key:
        entry["key"] = quote(table.key)
    elif made := made_key(table):
        entry["key"] = f"concat_ws(' ', {', '.join(quote(c) for c in made)})"
    if table.when:
        entry["when"] = table.when
    if table.lookups:
        entry["lookups"] = [
            {"file": k.file, "by": quote(k.by), "key": quote(k.key), "columns": _named(k.columns)}
            for k in table.lookups
        ]
    used = {c for columns in table.fields.values() for c in columns} | {e.at for e in table.events}
    formats = {c: t.format for c, t in table.times.items() if t.format and c in used}
    if formats:
        entry["date_format"] = formats
    entry["columns"] = {
        name: sql(columns[0]) if len(columns) == 1 else f"concat_ws(' ', {', '.join(quote(c) for c in columns)})"
        for name, columns in table.fields.items()
    }
    entry["columns"] |= {name: literal(said) for name, said in table.constants.items() if name not in table.fields}
    entry["columns"] |= table.found
    if table.named:
        entry["properties"] = _named({p: p for p in table.properties} | dict(table.named))
    elif table.properties:
        entry["properties"] = list(table.properties)
    if table.events:
        entry["events"] = [
            {"name": e.name, "at": quote(e.at)}
            | ({"when": e.when} if e.when else {})
            | ({"value": sql(e.value)} if e.value else {})
            for e in table.events
        ]
    return entry
