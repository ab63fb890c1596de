"""The head: which committed version of every table makes up the lake, as one file replaced by one rename.

An import that touches several tables becomes visible at once or not at all, because readers look only at the versions
that `head.json` names, and a rename within a folder is atomic.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tabiji.errors import TabijiError
from tabiji.i18n import N_

FILE = "head.json"


class DamagedHeadError(TabijiError):
    """`lake/head.json` cannot be read; restore it from a backup of the workspace."""

    code = "damaged_head"
    message = N_("{path} cannot be read ({problem}); restore the workspace from a backup")


@dataclass(frozen=True, slots=True)
class TableStats:
    """What the head says of one table.

    rows: all versions · superseded: rows that a later version replaces · withdrawn: current rows that say that the event
    did not happen after all (they are in `event_all`, not in `event`) · first_at, last_at: earliest and latest instant
    of the current rows (event only, UTC) · updated_at: when rows last came."""

    rows: int = 0
    superseded: int = 0
    withdrawn: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def current(self) -> int:
        """Rows that the view of the table shows."""
        return self.rows - self.superseded - self.withdrawn


@dataclass(frozen=True, slots=True)
class Head:
    """One state of the lake. `number` grows by one with every committed batch; equal numbers, equal content."""

    number: int = 0
    tables: Mapping[str, int] = field(default_factory=dict)
    stats: Mapping[str, TableStats] = field(default_factory=dict)
    updated_at: datetime | None = None

    def of(self, table: str) -> TableStats:
        """Statistics of a table; zeros for one that never received a row."""
        return self.stats.get(table, TableStats())

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; instants as ISO 8601 in UTC."""
        return {
            "number": self.number,
            "updated_at": _iso(self.updated_at),
            "tables": dict(self.tables),
            "stats": {
                name: {
                    "rows": s.rows,
                    "superseded": s.superseded,
                    "withdrawn": s.withdrawn,
                    "first_at": _iso(s.first_at),
                    "last_at": _iso(s.last_at),
                    "updated_at": _iso(s.updated_at),
                }
                for name, s in self.stats.items()
            },
        }


def read_head(folder: Path) -> Head:
    """The head of the lake in `folder`; the empty head (number 0) where nothing was ever committed.

    Raises DamagedHeadError where the file is there and is not a head."""
    file = folder / FILE
    try:
        raw = file.read_text("utf-8")
    except FileNotFoundError:
        return Head()
    try:
        found = json.loads(raw)
        stats = {
            name: TableStats(
                rows=int(s["rows"]),
                superseded=int(s["superseded"]),
                withdrawn=int(s["withdrawn"]),
                first_at=_instant(s["first_at"]),
                last_at=_instant(s["last_at"]),
                updated_at=_instant(s["updated_at"]),
            )
            for name, s in found["stats"].items()
        }
        tables = {str(name): int(version) for name, version in found["tables"].items()}
        return Head(int(found["number"]), tables, stats, _instant(found["updated_at"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedHeadError(path=str(file), problem=f"{type(error).__name__}: {error}") from error


def write_head(folder: Path, head: Head) -> None:
    """Replace the head; when this returns, the new one survives a power cut."""
    draft = folder / (FILE + ".new")
    with draft.open("w", encoding="utf-8") as out:
        json.dump(head.to_dict(), out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(folder / FILE)
    sync([folder])


def sync(paths: Iterable[Path]) -> None:
    """Force files and folders to the disk."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
