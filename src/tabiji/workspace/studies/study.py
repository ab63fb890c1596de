"""A study: a question with its answer at a moment, and everything that the answer hung on then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tabiji.errors import NotFoundError
from tabiji.workspace.questions import QUESTIONS, Ask

if TYPE_CHECKING:
    from tabiji.workspace.measured import MeasuredMap


@dataclass(frozen=True, slots=True)
class Study:
    """A saved question and its answer at `taken_at`.

    verb: name of the question · subject: whom it asks about, where it is about one · flags: as given, with `as_of` ·
    segments: saved segments that they name → what they said · settings: those that figures hang on, as they were ·
    lake_number: the head that the answer was made from · answer: plain JSON."""

    name: str
    verb: str
    subject: str | None
    map_id: str
    map_version: int
    flags: Mapping[str, Any]
    segments: Mapping[str, str]
    settings: Mapping[str, Any]
    lake_number: int
    answer: Mapping[str, Any]
    taken_at: datetime

    @property
    def ask(self) -> Ask:
        """The question. Raises NotFoundError where this tabiji does not know it."""
        return question_named(self.verb)

    def to_dict(self) -> dict[str, Any]:
        """{"name", "question", "taken_at", "lake_number", "fingerprint", "software"}: all but the answer."""
        provenance = self.answer.get("provenance", {})
        return {
            "name": self.name,
            "question": dict(self.answer.get("question", {})),
            "taken_at": self.taken_at.isoformat(),
            "lake_number": self.lake_number,
            "fingerprint": provenance.get("fingerprint"),
            "software": provenance.get("software"),
        }


def question_named(verb: str) -> Ask:
    """A question by its name, or by its verb on the command line. Raises NotFoundError with the nearest."""
    for ask in QUESTIONS.values():
        if verb in (ask.name, ask.verb):
            return ask
    raise NotFoundError("question", verb, QUESTIONS)


def answer_of(measured: "MeasuredMap", ask: Ask, subject: str | None, flags: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of the answer to a question."""
    whom = [] if subject is None else [subject]
    answer: dict[str, Any] = getattr(measured, ask.name)(*whom, **flags).to_dict()
    return answer
