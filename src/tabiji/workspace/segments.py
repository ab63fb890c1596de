"""Saved segments: conditions over attributes, kept under a name; `@name` in `--segment` and `--by` stands for the condition."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tabiji.errors import NotFoundError, UsageError
from tabiji.i18n import N_
from tabiji.workspace.database import Database
from tabiji.workspace.models import SegmentRow

if TYPE_CHECKING:
    from tabiji.lake import Lake

_ID = re.compile(r"[^\W_][\w-]{0,63}")
# Texts and quoted names come first, so that an @ inside them is left alone.
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|@(?P<id>[^\W_][\w-]*)""")


class SegmentNameError(UsageError):
    """Begin with a letter or digit; then letters, digits, - and _, at most 64 in all. HTTP 400."""

    code = "bad_segment_name"
    message = N_("{name!r} cannot be the name of a segment; use letters, digits, - and _ (at most 64, no space)")


@dataclass(frozen=True, slots=True)
class Segment:
    """A saved segment. name: language → text, may be empty."""

    id: str
    condition: str
    name: Mapping[str, str]
    created_at: datetime
    changed_at: datetime

    def to_dict(self) -> dict[str, Any]:
        """{"id", "name", "condition", "created_at", "changed_at"}."""
        return {
            "id": self.id,
            "name": dict(self.name),
            "condition": self.condition,
            "created_at": self.created_at.isoformat(),
            "changed_at": self.changed_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class SegmentStore:
    """Segments in the workspace database.

    pinned: conditions that hold whatever is kept by now (of a study)."""

    database: Database
    lake: Callable[[], "Lake"]
    pinned: Mapping[str, str] | None = None

    def add(self, segment_id: str, condition: str, name: Mapping[str, str] | None = None) -> tuple[Segment, bool]:
        """Keep a condition under a name, in the place of the one that had it; gives the segment and whether anything changed.

        Other segments named in it are written out, so that it says the same whatever becomes of them. Raises
        SegmentNameError, NotFoundError, and ExpressionError where it fits the attributes of no kind of unit."""
        from tabiji.index.selection import matching

        segment_id = unicodedata.normalize("NFC", segment_id.removeprefix("@"))
        if not _ID.fullmatch(segment_id):
            raise SegmentNameError(name=segment_id)
        whole, _ = self.expand(condition.strip())
        matching(self.lake(), whole)
        now = datetime.now(UTC)
        with self.database.session() as session:
            row = session.get(SegmentRow, segment_id)
            if row is None:
                row = SegmentRow(id=segment_id, name=dict(name or {}), condition=whole, created_at=now, changed_at=now)
                session.add(row)
                return _segment(row), True
            told = dict(row.name if name is None else name)
            is_new = (row.condition, dict(row.name)) != (whole, told)
            if is_new:
                row.condition, row.name, row.changed_at = whole, told, now
            return _segment(row), is_new

    def list(self) -> "list[Segment]":
        """All segments, by name."""
        with self.database.session() as session:
            return [_segment(row) for row in session.scalars(select(SegmentRow).order_by(SegmentRow.id))]

    def get(self, segment_id: str) -> Segment:
        """A segment. Raises NotFoundError with the nearest name."""
        wanted = unicodedata.normalize("NFC", segment_id.removeprefix("@"))
        with self.database.session() as session:
            row = session.get(SegmentRow, wanted)
            if row is None:
                raise NotFoundError("segment", wanted, session.scalars(select(SegmentRow.id)))
            return _segment(row)

    def remove(self, segment_id: str) -> Segment:
        """Forget a segment; gives what it was. Raises NotFoundError."""
        found = self.get(segment_id)
        with self.database.session() as session:
            session.delete(session.get_one(SegmentRow, found.id))
        return found

    def matching(self, segment_id: str) -> dict[str, int]:
        """Kind of unit → how many a segment holds for (see `tabiji.index.selection.matching`)."""
        from tabiji.index.selection import matching

        return matching(self.lake(), self.get(segment_id).condition)

    def expand(self, expression: str) -> tuple[str, dict[str, str]]:
        """An expression with every `@name` in it replaced by its condition, and those conditions by name.

        Raises NotFoundError."""
        used: dict[str, str] = {}

        def written(match: re.Match[str]) -> str:
            if match["id"] is None:
                return match[0]
            segment_id = unicodedata.normalize("NFC", match["id"])
            pinned = (self.pinned or {}).get(segment_id)
            used[segment_id] = self.get(segment_id).condition if pinned is None else pinned
            alone = match[0] == expression
            return used[segment_id] if alone else f"({used[segment_id]})"

        return _TOKEN.sub(written, expression), used


def _segment(row: SegmentRow) -> Segment:
    return Segment(row.id, row.condition, dict(row.name), row.created_at, row.changed_at)
