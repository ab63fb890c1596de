"""The workspace: what the CLI, the pages, the API and Python open to bring data in and to ask questions."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tabiji.i18n import N_
from tabiji.result import Notice
from tabiji.room import DiskFullError
from tabiji.settings import end_of_day, load_settings
from tabiji.workspace.database import Database
from tabiji.workspace.folder import Folder
from tabiji.workspace.later import told_later
from tabiji.workspace.maps import MapStore
from tabiji.workspace.models import ImportRow
from tabiji.workspace.segments import SegmentStore

if TYPE_CHECKING:
    from tabiji.compute import LocalExecutor
    from tabiji.index import Index
    from tabiji.index.journeys import Journal
    from tabiji.ingest import ImportReport
    from tabiji.journeymap import JourneyMap, Problem
    from tabiji.journeymap.model import Unit
    from tabiji.journeymap.rules import Rules
    from tabiji.lake import Lake
    from tabiji.metrics.feelings.emotion import Answers
    from tabiji.metrics.feelings.notes import Notes
    from tabiji.metrics.group.standing.consensus import Statements
    from tabiji.workspace.measured import MeasuredMap
    from tabiji.workspace.studies import StudyStore

Progress = Callable[[str, int, int | None], None]
_JOURNALS_KEPT = 8


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


class Workspace:
    """An open workspace. Safe to share between threads; close it, or use it as a context manager."""

    def __init__(self, folder: Folder, **flags: Any) -> None:
        self.folder = folder
        self.settings = load_settings(folder.settings_file, **flags)
        self._database = Database(folder.database)
        self.maps = MapStore(self._database)
        self.segments = SegmentStore(self._database, lambda: self.lake)
        self._lock = threading.RLock()
        self._indexes: dict[tuple[str, int | None], Index] = {}
        self._journals: OrderedDict[tuple[Any, ...], tuple[Journal, ...]] = OrderedDict()
        self._answers: tuple[tuple[Any, ...], Answers] | None = None
        self._notes: tuple[tuple[Any, ...], Notes] | None = None
        self._statements: tuple[tuple[Any, ...], Statements] | None = None
        self._later: tuple[tuple[Any, ...], bool] | None = None
        self._lake: Lake | None = None
        self._executor: LocalExecutor | None = None

    @property
    def lake(self) -> "Lake":
        """The facts."""
        with self._lock:
            if self._lake is None:
                from tabiji.lake import Lake

                self._lake = Lake(self.folder.lake, self.settings)
            return self._lake

    @property
    def executor(self) -> "LocalExecutor":
        """Runs kernels, on the threads that the settings allow."""
        with self._lock:
            if self._executor is None:
                from tabiji.compute import LocalExecutor

                self._executor = LocalExecutor(self.settings.workers)
            return self._executor

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

    def map(self, map_id: str, version: int | None = None) -> "MeasuredMap":
        """A map, ready to be asked. Raises NotFoundError."""
        from tabiji.workspace.measured import MeasuredMap

        return MeasuredMap(self, self.maps.get(map_id, version))

    def measured(self, journey_map: "JourneyMap") -> "MeasuredMap":
        """A map that is not (yet) kept in the workspace, ready to be asked: a draft, a what-if."""
        from tabiji.workspace.maps import MapVersion
        from tabiji.workspace.measured import MeasuredMap

        return MeasuredMap(self, MapVersion(journey_map, 0, "", datetime.now(UTC), 0))

    def check(self, text: str) -> "list[Problem]":
        """Every problem of a map's YAML, compared with the names that occur in the data."""
        from tabiji.journeymap import check
        from tabiji.workspace.known import known_data

        return check(text, known_data(self.lake))

    def draft(self, map_id: str, unit: "Unit" = "account") -> str:
        """YAML of a first map, drafted from the events in the lake."""
        from tabiji.workspace.known import draft_from

        return draft_from(self.lake, map_id, unit)

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

    def index(
        self, journey_map: "JourneyMap", progress: Progress | None = None, known_as_of: datetime | None = None
    ) -> "Index":
        """The journey index for the unit of a map, brought up to date with the lake.

        With `known_as_of`, and where records have been corrected since, the index as it would have been built then.
        Where there is something to build, raises FolderUnwritableError in a workspace that can only be read, and DiskFullError
        where there is no room."""
        from tabiji.index import index_known_at, refresh_index
        from tabiji.journeymap.rules import named_properties

        named = named_properties(journey_map)
        head = self.lake.head()
        how: dict[str, Any] = {
            "properties": named,
            "inherit_days": journey_map.inherit_days,
            "settings": self.settings,
            "progress": progress,
        }
        with self._lock, self.folder.writing("the index"):
            # Where nothing was ever corrected, and who somebody is was not told later either, leaving out the events that came later
            # is the same, and needs no index of its own.
            corrected = any(s.superseded or s.withdrawn for s in head.stats.values())
            if known_as_of is not None and (corrected or self._told_later(known_as_of)):
                return index_known_at(self.lake, self.folder.index, journey_map.unit, known_as_of, **how)
            key = (journey_map.unit, journey_map.inherit_days if journey_map.unit == "opportunity" else None)
            known = self._indexes.get(key)
            fresh = known is not None and known.manifest["lake_number"] == head.number
            if known is not None and fresh and set(named) <= set(known.kinds.properties):
                return known
            found = refresh_index(self.lake, self.folder.index, journey_map.unit, **how)
            self._indexes[key] = found
            return found

    def _told_later(self, known_as_of: datetime) -> bool:
        key = (self.lake.head().number, known_as_of)
        if self._later is None or self._later[0] != key:
            self._later = (key, told_later(self.lake, known_as_of))
        return self._later[1]

    def journals(self, index: "Index", rules: "Rules", known_as_of: int | None = None) -> "tuple[Journal, ...]":
        """Stage entries of every journey under a set of rules, by partition; kept for the rules asked most recently.

        known_as_of: seconds since the index's epoch."""
        from tabiji.index import generation_folder
        from tabiji.index.journal import journal

        key = (index.unit, index.version, rules.digest, known_as_of)
        with self._lock:
            if key in self._journals:
                self._journals.move_to_end(key)
                return self._journals[key]
            made = journal(index, rules, self.executor, generation_folder(self.folder.index, index), known_as_of)
            self._journals[key] = made
            while len(self._journals) > _JOURNALS_KEPT:
                self._journals.popitem(last=False)
            return made

    def answers(self, index: "Index", received_by: int | None = None) -> "Answers":
        """Survey answers laid on the units of an index; kept until the data changes."""
        from tabiji.workspace.laid.surveys import answers_of

        key = (index.unit, index.version, self.lake.head().number, received_by)
        with self._lock:
            if self._answers is None or self._answers[0] != key:
                self._answers = (key, answers_of(self.lake, index, received_by))
            return self._answers[1]

    def notes(self, index: "Index", offering: str | None, received_by: int | None = None) -> "Notes":
        """Tagged events (see `metrics.feelings.notes`) laid on the units of an index; kept until the data changes."""
        from tabiji.workspace.laid.notes import notes_of

        key = (index.unit, index.version, self.lake.head().number, offering, received_by)
        with self._lock:
            if self._notes is None or self._notes[0] != key:
                self._notes = (key, notes_of(self.lake, index, offering, received_by))
            return self._notes[1]

    def statements(self, index: "Index", received_by: int | None = None) -> "Statements":
        """What persons said about where they stand (see `metrics.group.standing.consensus`), laid on the units of an index; kept until the
        data changes."""
        from tabiji.workspace.laid.stances import statements_of

        key = (index.unit, index.version, self.lake.head().number, received_by)
        with self._lock:
            if self._statements is None or self._statements[0] != key:
                self._statements = (key, statements_of(self.lake, index, received_by))
            return self._statements[1]

    def default_as_of(self) -> datetime:
        """End of the workspace-zone day of the latest event, never after now; now where there are no events."""
        now = datetime.now(UTC).replace(microsecond=0)
        latest = self.lake.head().of("event").last_at
        if latest is None:
            return now
        day = latest.astimezone(self.settings.zone).date()
        return min(end_of_day(day, self.settings.zone), now)

    def close(self) -> None:
        """Give threads and files back."""
        with self._lock:
            if self._executor is not None:
                self._executor.close()
            self._indexes.clear()
            self._journals.clear()
            self._database.close()

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Workspace {self.folder.root.name}>"

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
