"""A file that SQL can read: the common shape of every kind of source once it is opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from tabiji.lake.views import literal
from tabiji.result import Notice
from tabiji.settings import Settings


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: its name there, and the SQL of its value within `Staged.query`, with the engine's type."""

    name: str
    sql: str
    sql_type: str


@dataclass(frozen=True, slots=True)
class Staged:
    """Rows of one file, readable any number of times, one row at a time in memory.

    query: SELECT with `line` (BIGINT, the place in the file), and what the columns' SQL needs; rows without any value are
    left out of it · bad: name of a table (line, raw, detail) of rows that could not even be divided into columns, or None ·
    shifts: name of a table (line, shift) that corrects the lines of rows after values of several lines, or None ·
    raw: SQL of the whole row as it came, for the quarantine."""

    query: str
    columns: Sequence[Column]
    raw: str
    bad: str | None = None
    shifts: str | None = None
    notices: tuple[Notice, ...] = ()


@dataclass(slots=True)
class Desk:
    """Where files are opened: the connection, a folder that vanishes afterwards, and who wants to know of progress."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    settings: Settings
    progress: Callable[[str, int, int | None], None] = field(default=lambda stage, done, total: None)
    _count: int = 0

    def path(self, ending: str) -> Path:
        """A path in the folder that nobody uses yet."""
        self._count += 1
        return self.folder / f"{self._count:04}{ending}"

    def name(self, what: str) -> str:
        """A name for a table that nobody uses yet."""
        self._count += 1
        return f"{what}_{self._count:04}"

    def link(self, path: Path, ending: str) -> Path:
        """The same file under a name without characters that mean something to the engine."""
        link = self.path(ending)
        link.symlink_to(path.resolve())
        return link

    def keep(self, query: str, path: Path) -> None:
        """Write rows that carry their place to a Parquet file, in whatever order they come: keeping order costs memory."""
        self.con.execute("SET preserve_insertion_order = false")
        try:
            self.con.execute(f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet)")
        finally:
            self.con.execute("SET preserve_insertion_order = true")

    def count(self, query: str) -> int:
        """The one number that a query gives."""
        return int(self.con.execute(query).fetchall()[0][0])
