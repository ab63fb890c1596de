"""The data of a workspace, ready for a question: the lake, the indexes over it, and what is laid on their units."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from tabiji.settings import end_of_day, load_settings
from tabiji.workspace.database import Database
from tabiji.workspace.folder import Folder
from tabiji.workspace.later import told_later
from tabiji.workspace.latest import Latest
from tabiji.workspace.segments import SegmentStore

if TYPE_CHECKING:
    from tabiji.compute import LocalExecutor
    from tabiji.index import Index
    from tabiji.index.journeys import Journal
    from tabiji.journeymap import JourneyMap
    from tabiji.journeymap.rules import Rules
    from tabiji.lake import Lake
    from tabiji.metrics.feelings.answers import Answers
    from tabiji.metrics.feelings.notes import Notes
    from tabiji.metrics.group.standing.consensus import Statements

Progress = Callable[[str, int, int | None], None]
_JOURNALS_KEPT = 8


class Data:
    """What questions are answered from. Safe to share between threads; close it, or use it as a context manager."""

    def __init__(self, folder: Folder, **flags: Any) -> None:
        self.folder = folder
        self.settings = load_settings(folder.settings_file, **flags)
        self._database = Database(folder.database)
        self.segments = SegmentStore(self._database, lambda: self.lake)
        self._lock = threading.RLock()
        self._indexes: dict[tuple[str, int | None], Index] = {}
        self._journals: OrderedDict[tuple[Any, ...], tuple[Journal, ...]] = OrderedDict()
        self._answers: Latest[Answers] = Latest()
        self._notes: Latest[Notes] = Latest()
        self._statements: Latest[Statements] = Latest()
        self._later: Latest[bool] = Latest()
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

    def default_as_of(self) -> datetime:
        """End of the workspace-zone day of the latest event, never after now; now where there are no events."""
        now = datetime.now(UTC).replace(microsecond=0)
        latest = self.lake.head().of("event").last_at
        if latest is None:
            return now
        day = latest.astimezone(self.settings.zone).date()
        return min(end_of_day(day, self.settings.zone), now)

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
            if known_as_of is not None and (corrected or self._told_later(known_as_of, head.number)):
                return index_known_at(self.lake, self.folder.index, journey_map.unit, known_as_of, **how)
            key = (journey_map.unit, journey_map.inherit_days if journey_map.unit == "opportunity" else None)
            known = self._indexes.get(key)
            fresh = known is not None and known.manifest["lake_number"] == head.number
            if known is not None and fresh and set(named) <= set(known.kinds.properties):
                return known
            found = refresh_index(self.lake, self.folder.index, journey_map.unit, **how)
            self._indexes[key] = found
            return found

    def _told_later(self, known_as_of: datetime, head: int) -> bool:
        return self._later.of((head, known_as_of), lambda: told_later(self.lake, known_as_of))

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

        with self._lock:
            return self._answers.of(
                self._laid_on(index, received_by), lambda: answers_of(self.lake, index, received_by)
            )

    def notes(self, index: "Index", offering: str | None, received_by: int | None = None) -> "Notes":
        """Tagged events (see `metrics.feelings.notes`) laid on the units of an index; kept until the data changes."""
        from tabiji.workspace.laid.notes import notes_of

        key = (*self._laid_on(index, received_by), offering)
        with self._lock:
            return self._notes.of(key, lambda: notes_of(self.lake, index, offering, received_by))

    def statements(self, index: "Index", received_by: int | None = None) -> "Statements":
        """What persons said about where they stand (see `metrics.group.standing.consensus`), laid on the units of an index; kept
        until the data changes."""
        from tabiji.workspace.laid.stances import statements_of

        key = self._laid_on(index, received_by)
        with self._lock:
            return self._statements.of(key, lambda: statements_of(self.lake, index, received_by))

    def _laid_on(self, index: "Index", received_by: int | None) -> tuple[Any, ...]:
        """What records that are laid on an index hang on."""
        return index.unit, index.version, self.lake.head().number, received_by

    def close(self) -> None:
        """Give threads and files back."""
        with self._lock:
            if self._executor is not None:
                self._executor.close()
            self._indexes.clear()
            self._journals.clear()
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.folder.root.name}>"
