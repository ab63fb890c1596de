"""The workspace: what the CLI, the pages, the API and Python open to bring data in and to ask questions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tabiji.i18n import N_
from tabiji.result import Notice
from tabiji.room import DiskFullError
from tabiji.workspace.askable import Askable
from tabiji.workspace.data import Progress
from tabiji.workspace.folder import Folder
from tabiji.workspace.models import ImportRow

if TYPE_CHECKING:
    from tabiji.ingest import ImportReport
    from tabiji.workspace.studies import StudyStore


def init(path: str | Path, **flags: Any) -> "Workspace":
    """Make an empty workspace in a new or empty folder and open it.

    Raises WorkspaceExistsError, FolderNotEmptyError, FolderUnwritableError, DiskFullError; nothing is made then."""
    is_new = not Path(path).exists()
    folder = Folder.create(Path(path))
    try:
        return open(path, **flags)
    except DiskFullError:
        folder.remove(with_root=is_new)
        raise


def open(path: str | Path, **flags: Any) -> "Workspace":
    """Open the workspace in `path`; keyword flags override settings. Raises WorkspaceMissingError, SettingError."""
    return Workspace(Folder.find(Path(path)), **flags)


class Workspace(Askable):
    """An open workspace. Safe to share between threads; close it, or use it as a context manager."""

    def import_(
        self, mapping: str | Path, *, dry_run: bool = False, progress: Progress | None = None
    ) -> "ImportReport":
        """Bring in the files that a mapping file names. Importing again adds only what is new.

        Raises MappingError, FolderUnwritableError, DiskFullError and the other errors of `tabiji.ingest`; the lake is then as it
        was."""
        from tabiji.ingest import import_mapping, load_mapping

        path = Path(mapping)
        started_at = datetime.now(UTC)
        with self.folder.writing("the import"):
            report = import_mapping(self.lake, load_mapping(path), self.settings, dry_run=dry_run, progress=progress)
        return report if dry_run else self._remembered(path, started_at, report)

    def _remembered(self, mapping: Path, started_at: datetime, report: "ImportReport") -> "ImportReport":
        """The report, kept in the history of imports; where there is no room for that, with a notice: the data are in."""
        row = ImportRow(
            source=report.source,
            mapping=mapping.name,
            started_at=started_at,
            finished_at=max(datetime.now(UTC), started_at + timedelta(microseconds=1)),
            report=report.to_dict(),
        )
        try:
            with self._database.session() as session:
                session.add(row)
        except DiskFullError as full:
            message = N_("everything was imported, but there was no room to note it in the list of imports ({reason})")
            notice = Notice("not_noted", message, {"reason": full.details["reason"]})
            return replace(report, notices=[*report.notices, notice])
        return report

    def imports(self, limit: int = 50) -> Sequence[ImportRow]:
        """The latest finished imports, newest first."""
        from sqlalchemy import select

        with self._database.session() as session:
            return list(session.scalars(select(ImportRow).order_by(ImportRow.id.desc()).limit(limit)))

    @property
    def studies(self) -> "StudyStore":
        """Saved questions with their answers."""
        from tabiji.workspace.studies import StudyStore

        return StudyStore(self, self._database)

    def quarantine(self, limit: int = 100) -> tuple[int, dict[str, int], list[dict[str, Any]]]:
        """Rows that could not be used: how many, how many by reason, and the first `limit` of them."""
        with self.lake.connect() as con:
            reasons = dict(
                con.execute("SELECT reason, count(*) FROM quarantine GROUP BY 1 ORDER BY 2 DESC, 1").fetchall()
            )
            found = con.execute("SELECT * FROM quarantine ORDER BY origin, file, line LIMIT ?", [limit])
            names = [column[0] for column in found.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        return sum(reasons.values()), reasons, rows
