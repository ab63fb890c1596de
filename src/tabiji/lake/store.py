"""The lake: one Delta table per canonical table, and the head that names the committed version of each.

Rows are only ever added. A batch appends to any number of tables and becomes visible in one step; a process that dies
in the middle leaves versions beyond the head, which nobody reads and which the next writer takes back.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from tabiji.errors import TabijiError
from tabiji.i18n import N_
from tabiji.lake import schema
from tabiji.lake.batch import QUARANTINE, Batch
from tabiji.lake.connection import open_connection
from tabiji.lake.head import Head, read_head, write_head
from tabiji.lake.lock import writer_lock
from tabiji.lake.past import Past
from tabiji.lake.views import all_versions, current, quote, scan
from tabiji.settings import Settings


class DamagedLakeError(TabijiError):
    """A file of the lake is missing or broken; restore the workspace from a backup, or import into a new one."""

    code = "damaged_lake"
    message = N_("the data of {table} in {path} cannot be read ({problem}); restore the workspace from a backup")


@dataclass(frozen=True, slots=True)
class Lake:
    """The lake in the folder `path` of a workspace; with `past`, as it was, for reading only."""

    path: Path
    settings: Settings
    past: Past | None = None

    @property
    def tmp(self) -> Path:
        """Folder for spilled and staged data, beside the lake."""
        return self.path.parent / "tmp"

    def head(self) -> Head:
        """The committed state; of the whole past, with its number and the statistics of today. Raises DamagedHeadError."""
        found = read_head(self.path)
        return replace(found, number=self.past.number) if self.past is not None and self.past.is_whole else found

    def files(self, table: str, head: Head | None = None) -> list[str]:
        """Paths of the Parquet files of a table at `head` (default: the committed one). Raises DamagedLakeError."""
        pinned = (head or self.head()).tables.get(table)
        if pinned is None:
            return []
        try:
            return sorted(DeltaTable(self.path / table, version=pinned).file_uris())
        except DeltaError as error:
            raise self._damaged(table, error) from error

    def connect(self, *, head: Head | None = None, known_as_of: datetime | None = None) -> duckdb.DuckDBPyConnection:
        """A connection of one's own with the views of the lake at `head` (default: the committed one).

        `<table>` = rows that hold now, `<table>_all` = all versions, for every canonical table; `quarantine` = rows of
        the latest import of each file that could not be used. With `known_as_of` (an aware instant) both show only
        what had been received by then. Session time zone UTC. Raises DamagedLakeError."""
        head = head or self.head()
        con = open_connection(self.settings, self.tmp)
        for table in schema.TABLES:
            query = all_versions(table, self.files(table, head), known_as_of)
            if self.past is not None:
                query = self.past.restrict(table, query)
            self._view(con, f"{table}_all", query)
            self._view(con, table, current(table, head.of(table)))
        self._view(con, QUARANTINE, scan(schema.QUARANTINE, self.files(QUARANTINE, head)))
        return con

    def _view(self, con: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
        try:
            con.execute(f"CREATE VIEW {quote(name)} AS {query}")
        except (duckdb.IOException, duckdb.InvalidInputException) as error:  # a file is gone, or is no Parquet file
            con.close()
            raise self._damaged(name.removesuffix("_all"), error) from error

    def _damaged(self, table: str, error: Exception) -> DamagedLakeError:
        problem = str(error).strip().partition("\n")[0]
        return DamagedLakeError(table=table, path=str(self.path), problem=problem)

    @contextmanager
    def write(self, *, now: datetime | None = None, wait_seconds: float = 2.0) -> Iterator[Batch]:
        """Write one batch: committed when the block ends, taken back when it raises.

        Raises BusyError where another writer holds the lake for longer than `wait_seconds`."""
        with writer_lock(self.path, wait_seconds):
            self._restore()
            batch = Batch(self.path, self.settings, self.tmp, self.head(), now or datetime.now(UTC))
            try:
                yield batch
                batch.commit()
            except BaseException:
                # Where even that fails (a full disk), nobody reads beyond the head, and the next writer takes it back.
                with suppress(Exception):
                    self._restore()
                raise

    def _restore(self) -> None:
        """Take back what lies beyond the head: the traces of an import that did not finish."""
        head = self.head()
        versions = dict(head.tables)
        for name in (*schema.TABLES, QUARANTINE):
            folder = self.path / name
            pinned = head.tables.get(name)
            if pinned is None:
                if folder.exists():
                    shutil.rmtree(folder)
                continue
            table = DeltaTable(folder)
            if table.version() > pinned:
                table.restore(pinned)
                versions[name] = table.version()
        if versions != dict(head.tables):
            write_head(self.path, replace(head, tables=versions))
