"""What an import did, as the CLI, the API and the pages tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tabiji.result import Notice


@dataclass(frozen=True, slots=True)
class TableReport:
    """One entry of the mapping: rows of its file = accepted + quarantined + skipped (by the entry's `when`)."""

    file: str
    to: str
    rows: int
    accepted: int
    quarantined: int
    reasons: Mapping[str, int]
    skipped: int = 0

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "file": self.file,
            "to": self.to,
            "rows": self.rows,
            "accepted": self.accepted,
            "quarantined": self.quarantined,
            "skipped": self.skipped,
            "reasons": dict(self.reasons),
        }


@dataclass(frozen=True, slots=True)
class RecordCount:
    """What became of the offered rows of one canonical table.

    added: never seen before · changed: a new version of one that was there · withdrawn: events that their row no longer
    tells · duplicates: there already, or offered more than once."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    duplicates: int = 0

    def to_dict(self) -> dict[str, int]:
        """JSON-ready."""
        return {
            "added": self.added,
            "duplicates": self.duplicates,
            "changed": self.changed,
            "withdrawn": self.withdrawn,
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of an import. as_of: end of the day (workspace time zone) of the latest event, never after the import; in UTC, as every
    answer tells it."""

    source: str
    tables: Sequence[TableReport]
    records: Mapping[str, RecordCount]
    as_of: datetime | None
    notices: Sequence[Notice] = field(default_factory=tuple)
    dry_run: bool = False

    @property
    def events(self) -> RecordCount:
        """What became of the events."""
        return self.records.get("event", RecordCount())

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `import --json`."""
        return {
            "source": self.source,
            "dry_run": self.dry_run,
            "tables": [table.to_dict() for table in self.tables],
            "events": self.events.to_dict(),
            "records": {name: count.to_dict() for name, count in self.records.items()},
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "notices": [notice.to_dict() for notice in self.notices],
        }
