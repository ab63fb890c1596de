"""Studies in the workspace database: saved once, asked again any number of times, never changed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tabiji.errors import BusyError, NotFoundError, TabijiError, UsageError
from tabiji.i18n import N_
from tabiji.workspace.database import Database
from tabiji.workspace.models import StudyRow
from tabiji.workspace.questions import Ask
from tabiji.workspace.studies.figures import plain
from tabiji.workspace.studies.restating import restate
from tabiji.workspace.studies.study import Study, answer_of, question_named

if TYPE_CHECKING:
    from tabiji.workspace.askable import Askable
    from tabiji.workspace.measured import MeasuredMap
    from tabiji.workspace.studies.result import StudyResult

LONGEST_NAME = 100
DECISIVE = ("timezone", "currency", "min_n", "horizon_days", "year_from")  # settings that figures hang on
ABOUT = ("question", "provenance")  # of an answer, in lists
_TRIES = 3


class StudyNameError(UsageError):
    """Give it a name of 1 to 100 characters, without a slash and without line breaks. HTTP 400."""

    code = "bad_study_name"
    message = N_("{name!r} cannot be the name of a study; use 1 to 100 characters, no slash and no line break")


class StudyExistsError(TabijiError):
    """A frozen answer is never overwritten. Choose another name, or remove the study first. HTTP 422."""

    code = "study_exists"
    message = N_(
        "there is a study {name!r} already, of {taken_at:%Y-%m-%d}; choose another name, or remove that one first"
    )


class StudyStore:
    """The studies of a workspace."""

    def __init__(self, workspace: "Askable", database: Database) -> None:
        self._workspace = workspace
        self._database = database

    def save(
        self, name: str, verb: str, map_id: str, subject: str | None = None, version: int | None = None, /, **flags: Any
    ) -> Study:
        """Ask a question and keep it with its answer. When this returns, the study survives a power cut.

        verb: name of a question (`funnel`, …) · subject: whom it asks about (the account of `why`) · flags: of the question; where
        `as_of` is not among them, it is the day of the question's default. Raises StudyNameError, StudyExistsError, NotFoundError,
        and what the question raises."""
        name = name.strip()
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or "/" in name:
            raise StudyNameError(name=name)
        self._refuse_known(name)
        ask, settings = question_named(verb), self._workspace.settings
        given = dict(ask.read(flags).flags)
        if "as_of" in ask.shared:
            today = self._workspace.default_as_of().astimezone(settings.zone).date()
            given.setdefault("as_of", today.isoformat())
        measured = self._workspace.map(map_id, version)
        answer, number = self._answered(measured, ask, subject, given)
        segments = dict(answer.get("question", {}).get("segments", {}))
        pinned = {key: getattr(settings, key) for key in DECISIVE}
        version = measured.version.number
        study = Study(
            name, ask.name, subject, map_id, version, given, segments, pinned, number, answer, datetime.now(UTC)
        )
        try:
            with self._database.session() as session:
                session.add(StudyRow(**{key: getattr(study, key) for key in Study.__dataclass_fields__}))
        except IntegrityError:  # another process took the name meanwhile
            self._refuse_known(name)
            raise
        return study

    def _answered(
        self, measured: "MeasuredMap", ask: Ask, subject: str | None, flags: Mapping[str, Any]
    ) -> tuple[dict[str, Any], int]:
        """The answer, and the head of the lake that it was made from."""
        for _ in range(_TRIES):
            number = self._workspace.lake.head().number
            answer = plain(answer_of(measured, ask, subject, flags))
            if self._workspace.lake.head().number == number:
                return answer, number
        raise BusyError(doing="importing")

    def _refuse_known(self, name: str) -> None:
        with self._database.session() as session:
            row = session.get(StudyRow, name)
            if row is not None:
                raise StudyExistsError(name=name, taken_at=row.taken_at)

    def list(self) -> "list[Study]":
        """All studies, the newest first; of their answers only the question and the provenance."""
        told = [getattr(StudyRow, key) for key in Study.__dataclass_fields__ if key != "answer"]
        query = select(*told, *(StudyRow.answer[key].label(f"answer_{key}") for key in ABOUT))
        with self._database.session() as session:
            rows = session.execute(query.order_by(StudyRow.taken_at.desc(), StudyRow.name)).mappings()
            return [
                Study(**{column.key: row[column.key] for column in told}, answer={k: row[f"answer_{k}"] for k in ABOUT})
                for row in rows
            ]

    def get(self, name: str) -> Study:
        """A study. Raises NotFoundError with the nearest name."""
        with self._database.session() as session:
            row = session.get(StudyRow, name)
            if row is None:
                raise NotFoundError("study", name, session.scalars(select(StudyRow.name)))
            return _study(row)

    def show(self, name: str) -> "StudyResult":
        """The study asked again as things are now, beside its frozen answer. Raises NotFoundError."""
        return restate(self._workspace, self.get(name))

    def remove(self, name: str) -> Study:
        """Forget a study; gives what it was. Raises NotFoundError."""
        found = self.get(name)
        with self._database.session() as session:
            session.delete(session.get_one(StudyRow, name))
        return found


def _study(row: StudyRow) -> Study:
    return Study(**{key: getattr(row, key) for key in Study.__dataclass_fields__})
