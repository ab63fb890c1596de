"""One batch of a lake: appended table by table, committed by one replacement of the head."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

import duckdb
from arro3.core.types import ArrowStreamExportable
from deltalake import DeltaTable, WriterProperties, write_deltalake

from tabiji.lake import schema
from tabiji.lake.compaction import compact
from tabiji.lake.counting import count
from tabiji.lake.head import Head, sync, write_head
from tabiji.lake.views import literal, quote
from tabiji.settings import Settings

QUARANTINE = "quarantine"
_PROPERTIES = WriterProperties(compression="ZSTD", compression_level=1, max_row_group_size=250_000)


class Batch:
    """What one writer adds. Nothing of it is visible before `commit`."""

    def __init__(self, path: Path, settings: Settings, tmp: Path, head: Head, now: datetime) -> None:
        self._path = path
        self._settings = settings
        self._tmp = tmp
        self._head = head
        self._now = now.astimezone(UTC)
        self._versions = dict(head.tables)

    @property
    def number(self) -> int:
        """Number of the head that this batch will become."""
        return self._head.number + 1

    @property
    def head(self) -> Head:
        """The head that this batch builds on."""
        return self._head

    def append(self, table: str, relation: duckdb.DuckDBPyRelation) -> None:
        """Append rows to a canonical table.

        `relation` gives columns of `schema.columns(table)` by name; `batch` is filled in, `received_at` too where it is
        absent, other absent ones are null. Raises ValueError for a column that the table does not have, or where `id`
        or `origin` is absent."""
        columns = schema.columns(table)
        given = set(relation.columns) - {"batch"}
        unknown = sorted(given - set(columns))
        if unknown or not {"id", "origin"} <= given:
            raise ValueError(f"append({table!r}): unknown columns {unknown}; id and origin are needed")
        moment = literal(self._now.replace(tzinfo=None).isoformat(sep=" "))
        filled = {"batch": str(self.number), "version": "1", "digest": "0", "received_at": moment}
        self._write(table, "append", relation, {c: quote(c) if c in given else filled.get(c, "NULL") for c in columns})

    def replace_quarantine(self, relation: duckdb.DuckDBPyRelation) -> None:
        """Make `relation` (columns of `schema.QUARANTINE`) the whole content of the quarantine."""
        self._write(QUARANTINE, "overwrite", relation, {c: quote(c) for c in schema.QUARANTINE})

    def _write(
        self,
        table: str,
        mode: Literal["append", "overwrite"],
        relation: duckdb.DuckDBPyRelation,
        picked: dict[str, str],
    ) -> None:
        kinds = schema.QUARANTINE if table == QUARANTINE else schema.columns(table)
        typed = relation.project(", ".join(f"({sql})::{kinds[c]} AS {quote(c)}" for c, sql in picked.items()))
        rows = cast(ArrowStreamExportable, typed)  # the engine's stubs do not tell that a relation streams Arrow
        folder = self._path / table
        if mode == "append":
            write_deltalake(folder, rows, mode="append", writer_properties=_PROPERTIES)
        else:
            write_deltalake(folder, rows, mode="overwrite", writer_properties=_PROPERTIES)
        self._versions[table] = DeltaTable(folder).version()

    def commit(self) -> Head:
        """Make the batch visible; when this returns it survives a power cut. A batch without rows changes nothing."""
        before = self._head.tables
        touched = [t for t, version in self._versions.items() if version != before.get(t)]
        if not touched:
            return self._head
        stats = dict(self._head.stats)
        for table in touched:
            held = set(self._files(table, before[table])) if table in before else set()
            everything = self._files(table, self._versions[table])
            added = [file for file in everything if file not in held]
            stats[table] = count(table, self._head.of(table), added, everything, self._settings, self._tmp, self._now)
            compacted = compact(self._path / table)
            self._versions[table] = compacted.version()
            self._sync(table, [file for file in compacted.file_uris() if file not in held])
        head = Head(self.number, dict(self._versions), stats, self._now)
        write_head(self._path, head)
        return head

    def _files(self, table: str, version: int) -> list[str]:
        return DeltaTable(self._path / table, version=version).file_uris()

    def _sync(self, table: str, files: list[str]) -> None:
        folder = self._path / table
        log = folder / "_delta_log"
        first = self._head.tables.get(table, -1) + 1
        commits = [log / f"{version:020}.json" for version in range(first, self._versions[table] + 1)]
        sync([*(Path(file) for file in files), *(c for c in commits if c.exists()), log, folder, self._path])
