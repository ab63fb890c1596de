"""What a study answers: every figure then and now, and what made the difference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from tabiji.i18n import N_, sentences, text
from tabiji.result import Result
from tabiji.workspace.studies.figures import Path, Value, is_number

CAUSES = {  # in the order in which they are let in
    "late": N_("late data"),
    "corrected": N_("corrected data"),
    "moved": N_("merged accounts"),
    "records": N_("changed attributes and roles"),
    "rules": N_("changed rules"),
    "segment": N_("changed segment"),
    "settings": N_("changed settings"),
    "software": N_("another tabiji"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure then and now. `by_cause`: how much of the difference each cause makes (they add up to it); empty where the figure is
    no number on the way from then to now."""

    path: Path
    frozen: Value
    restated: Value
    by_cause: Mapping[str, float] = field(default_factory=dict)

    @property
    def difference(self) -> float | None:
        """Now − then; None where either is no number."""
        if is_number(self.frozen) and is_number(self.restated):
            return self.restated - self.frozen  # type: ignore[operator]
        return None

    def to_dict(self) -> dict[str, Any]:
        """{"path", "frozen", "restated", "difference", "by_cause"}."""
        return {
            "path": list(self.path),
            "frozen": self.frozen,
            "restated": self.restated,
            "difference": self.difference,
            "by_cause": dict(self.by_cause),
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that is not as it was when the answer was frozen. `moved`: whether any figure moved by its cause.

    values: for the message; a list in them is written out with commas."""

    cause: str
    code: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    moved: bool = True

    def render(self, lang: str | None = None) -> str:
        """The reason as a sentence in the reader's language."""
        written = {k: _listed(v, lang) if isinstance(v, list | tuple) else v for k, v in self.values.items()}
        said = text(self.message, lang, **written)
        return said if self.moved else sentences([said, text(N_("It moved no figure."), lang)], lang)

    def to_dict(self) -> dict[str, Any]:
        """{"cause", "code", "message", "values", "moved"}."""
        values = {k: [_said(x) for x in v] if isinstance(v, list | tuple) else v for k, v in self.values.items()}
        return {"cause": self.cause, "code": self.code, "message": self.render(), "values": values, "moved": self.moved}


def _said(item: Any, lang: str | None = None) -> str:
    return str(item.render(lang)) if hasattr(item, "render") else str(item)


def _listed(items: Sequence[Any], lang: str | None) -> str:
    return "; ".join(_said(item, lang) for item in items)


@dataclass(frozen=True, repr=False)
class StudyResult(Result):
    """A study asked again. `figures`: those that moved, in the order of the answer; `n_figures`: how many there are in all;
    `problem`: why the question can no longer be asked, in which case nothing is restated.

    The question is the frozen one; the provenance is that of today's answer (of then, where there is none)."""

    study: str
    taken_at: datetime
    frozen: Mapping[str, Any]
    restated: Mapping[str, Any] | None
    figures: tuple[Figure, ...]
    n_figures: int
    reasons: tuple[Reason, ...]
    problem: str | None = None

    name: ClassVar[str] = "study"

    @property
    def is_equal(self) -> bool:
        """Whether every figure is what it was."""
        return self.problem is None and not self.figures

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes that any figure moved by, in their order."""
        moving = {cause for figure in self.figures for cause in figure.by_cause}
        return tuple(cause for cause in CAUSES if cause in moving)

    def to_dict(self) -> dict[str, Any]:
        """{"study", "question", "taken_at", "equal", "fingerprints", "n_figures", "figures", "reasons", "frozen", "restated",
        "provenance", "notices"}; `problem` where the question can no longer be asked."""
        out: dict[str, Any] = {
            "study": self.study,
            "question": self.question.to_dict(),
            "taken_at": self.taken_at.isoformat(),
            "equal": self.is_equal,
            "fingerprints": {"frozen": _fingerprint(self.frozen), "restated": _fingerprint(self.restated)},
            "n_figures": self.n_figures,
            "figures": [f.to_dict() for f in self.figures],
            "reasons": [r.to_dict() for r in self.reasons],
            "frozen": dict(self.frozen),
            "restated": None if self.restated is None else dict(self.restated),
            "provenance": self.provenance.to_dict(),
            "notices": [n.to_dict() for n in self.notices],
        }
        return out if self.problem is None else {**out, "problem": self.problem}

    def rows(self) -> list[dict[str, Any]]:
        """One record per figure that moved, a column per cause."""
        return [
            {
                "figure": " · ".join(f.path), "frozen": f.frozen, "restated": f.restated, "difference": f.difference,
                **{cause: f.by_cause.get(cause) for cause in self.causes},
            }
            for f in self.figures
        ]  # fmt: skip

    def explain(self, lang: str | None = None) -> str:
        """Whether anything moved, and why."""
        if self.problem is not None:
            said = text(N_("This question can no longer be asked: {problem}"), lang, problem=self.problem)
        elif self.is_equal:
            said = text(N_("Equal: all {n:,} figures are what they were."), lang, n=self.n_figures)
        else:
            n, of = len(self.figures), self.n_figures
            said = text(N_("{n:,} of {of:,} figures {n:is not what it was|are not what they were}."), lang, n=n, of=of)
        return sentences([said, *(r.render(lang) for r in self.reasons)], lang)


def _fingerprint(answer: Mapping[str, Any] | None) -> str | None:
    return None if answer is None else answer.get("provenance", {}).get("fingerprint")
