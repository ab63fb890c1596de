"""What a mapping file says, as data. Expressions are kept as written; they are checked against the columns of the file."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from pathlib import Path

from tabiji.ingest.values.types import Kind
from tabiji.lake import schema

KEYED = ("account", "person", "opportunity")  # rows of these are known by their key and nothing else
WITH_EVENTS = ("account", "person", "membership", "opportunity", "survey")  # tables whose rows may tell events
SUBJECTS = ("account", "person", "opportunity")
SHARED = ("received_at",)  # may be mapped for every table
EVENT_ID = "event_id"  # in the columns of an event table: its key under another name


@dataclass(frozen=True, slots=True)
class Expr:
    """An expression with the line of the mapping file that it stands on."""

    sql: str
    line: int


@dataclass(frozen=True, slots=True)
class NestedEvent:
    """An event that rows of another table tell. `columns` are canonical event columns (not `name`, not `at`).

    `number` is 1, and counts on where a table tells events of the same name more than once."""

    name: str
    at: Expr
    when: Expr | None = None
    columns: AnyMapping[str, Expr] = field(default_factory=dict)
    properties: AnyMapping[str, Expr] = field(default_factory=dict)
    number: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """One entry under `tables`: which file becomes rows of which canonical table, and how it is read."""

    file: str
    to: str
    line: int
    key: Expr | None = None
    columns: AnyMapping[str, Expr] = field(default_factory=dict)
    when: Expr | None = None  # rows for which it does not hold are passed over
    properties: AnyMapping[str, Expr] = field(default_factory=dict)
    events: tuple[NestedEvent, ...] = ()
    types: AnyMapping[str, Kind] = field(default_factory=dict)  # by column
    date_format: str | None = None  # of every text that is read as a time
    date_formats: AnyMapping[str, str] = field(default_factory=dict)  # of single columns
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | int | None = None
    header: bool | tuple[str, ...] = True  # False: the first line is data already; names: likewise, and these are they
    timezone: str | None = None
    format: str | None = None  # csv | json | xlsx | parquet, where the name of the file does not end so
    lookups: tuple["Lookup", ...] = ()

    def expressions(self) -> list[Expr]:
        """Every expression of the entry."""
        own = [self.key, self.when, *self.columns.values(), *self.properties.values()]
        nested = [expr for e in self.events for expr in (e.at, e.when, *e.columns.values(), *e.properties.values())]
        found = [*own, *nested, *(lookup.by for lookup in self.lookups)]
        return [expr for expr in found if expr is not None]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Columns of another file that a table's expressions may use: of its first row whose key is what `by` gives for the row.

    file: how that file is read; its `key` (never None) and `columns` (name → expression) are over its own columns."""

    by: Expr
    file: Table


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file. `folder` is where it lies: the paths in it are relative to that."""

    path: Path
    source: str
    tables: tuple[Table, ...]
    timezone: str | None = None

    @property
    def folder(self) -> Path:
        """Folder of the mapping file."""
        return self.path.parent


def columns_for(to: str) -> tuple[str, ...]:
    """Names that may stand under `columns` of a table."""
    own = tuple(name for name in schema.TABLES[to] if name != "properties")
    return (*own, *SHARED, *((EVENT_ID,) if to == "event" else ()))


def columns_for_nested() -> tuple[str, ...]:
    """Canonical columns that a nested event may give beside its name and time."""
    return tuple(name for name in columns_for("event") if name not in ("name", "at", EVENT_ID))
