"""Asking a study again, and telling how much of the difference each cause makes.

The question is asked with the causes let in one after the other, once in the order of `CAUSES` and once in the reverse order; the
share of a cause is the mean of what it moved in the two. With two causes that is their Shapley value; with any number the
shares add up to the difference. What is left between the frozen answer and today's answer from what was known then is the
program's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tabiji.errors import TabijiError
from tabiji.lake.past import CHANGES, Past
from tabiji.result import Provenance, Question
from tabiji.workspace.studies.figures import Path, Value, alike, figures, is_number, plain
from tabiji.workspace.studies.past import PastWorkspace, forget_oldest
from tabiji.workspace.studies.reasons import (
    changed_data,
    changed_rules,
    changed_segments,
    changed_settings,
    changed_software,
)
from tabiji.workspace.studies.result import CAUSES, Figure, Reason, StudyResult
from tabiji.workspace.studies.study import Study, answer_of

if TYPE_CHECKING:
    from tabiji.workspace.askable import Askable

Told = Mapping[Path, Value]
Causes = frozenset[str]


def restate(workspace: "Askable", study: Study) -> StudyResult:
    """The study as it is asked today."""
    reasons = [
        *changed_data(workspace, study),
        *changed_rules(workspace, study),
        *changed_segments(workspace, study),
        *changed_settings(workspace, study),
    ]
    present = [cause for cause in CAUSES if any(r.cause == cause for r in reasons if r.code != "removed_segment")]
    again = _Again(workspace, study, frozenset(present))
    restated: dict[str, Any] | None = None
    moved: list[Figure] = []
    problem = None
    try:
        restated = again.answer(frozenset(present))
    except TabijiError as error:
        problem = error.render()
    else:
        moved = _moved(figures(study.answer), figures(restated), again, present)
        reasons = _judged(reasons, moved, again)
    forget_oldest(workspace.folder)
    shown = restated or study.answer
    return StudyResult(
        question=Question(study.verb, study.map_id, study.map_version, study.flags, study.subject, study.segments),
        provenance=_provenance(shown),
        notices=(),
        study=study.name,
        taken_at=study.taken_at,
        frozen=study.answer,
        restated=restated,
        figures=tuple(moved),
        n_figures=len({*figures(study.answer), *figures(shown)}),
        reasons=tuple(reasons),
        problem=problem,
    )


def _judged(reasons: Sequence[Reason], moved: Sequence[Figure], again: "_Again") -> list[Reason]:
    """The reasons, and the program where it is one, each with whether it moved anything."""
    known_then = again.told(frozenset())
    reproduced = known_then is not None and _equal(figures(again.study.answer), known_then)
    by = {cause for figure in moved for cause in figure.by_cause}
    blurred = any(not f.by_cause for f in moved)  # a figure that came or went may have moved by any of them
    every = [*reasons, *changed_software(again.study, reproduced)]
    return [replace(r, moved=r.moved and (blurred or r.cause in by)) for r in every]


class _Again:
    """The question of a study, asked with any of the causes let in; every answer is kept."""

    def __init__(self, workspace: "Askable", study: Study, present: Causes) -> None:
        self.workspace, self.study, self.present = workspace, study, present
        self._answers: dict[Causes, dict[str, Any]] = {}

    def told(self, causes: Causes) -> Told | None:
        """The figures with some causes let in; None where the question cannot be asked so."""
        try:
            return figures(self.answer(causes))
        except TabijiError:
            return None

    def answer(self, causes: Causes) -> dict[str, Any]:
        """The answer with some causes let in."""
        if causes not in self._answers:
            self._answers[causes] = self._ask(causes)
        return self._answers[causes]

    def _ask(self, causes: Causes) -> dict[str, Any]:
        study = self.study
        hidden = self.present & set(CHANGES) - causes
        past = None
        if hidden:
            everything = hidden == self.present & set(CHANGES)
            past = Past(study.lake_number) if everything else Past.without(study.lake_number, hidden)
        kept = {s.id for s in self.workspace.segments.list()} if "segment" in causes else set()
        conditions = {name: said for name, said in study.segments.items() if name not in kept}
        settings = {} if "settings" in causes else study.settings
        version = None if "rules" in causes else study.map_version
        with PastWorkspace(self.workspace, past, conditions, settings) as then:
            return plain(answer_of(then.map(study.map_id, version), study.ask, study.subject, study.flags))


def _moved(frozen: Told, restated: Told, again: _Again, present: Sequence[str]) -> list[Figure]:
    """The figures that are not what they were, each with its causes."""
    paths = [*restated, *(p for p in frozen if p not in restated)]
    moved = [p for p in paths if not alike(frozen.get(p), restated.get(p))]
    if not moved:
        return []
    ways = [_way(again, present), _way(again, list(reversed(present)))]
    return [Figure(p, frozen.get(p), restated.get(p), _by_cause(p, frozen, ways)) for p in moved]


Way = list[tuple[str, Told | None]]  # (cause, the figures once it is let in)


def _way(again: _Again, order: Sequence[str]) -> Way:
    """From the frozen answer to today's: first the program, then one cause after the other."""
    let_in: Causes = frozenset()
    way: Way = [("software", again.told(let_in))]
    for cause in order:
        let_in |= {cause}
        way.append((cause, again.told(let_in)))
    return way


def _by_cause(path: Path, frozen: Told, ways: Iterable[Way]) -> dict[str, float]:
    """Mean of what each cause moved along the ways; empty where the figure is not a number all along."""
    shares: dict[str, float] = {}
    for way in ways:
        steps = [("", frozen.get(path)), *((cause, (told or {}).get(path)) for cause, told in way)]
        if not all(is_number(value) for _, value in steps):
            return {}
        for (_, before), (cause, after) in pairwise(steps):
            if not alike(before, after):
                shares[cause] = shares.get(cause, 0.0) + (after - before) / 2  # type: ignore[operator]
    return {cause: shares[cause] for cause in CAUSES if not alike(shares.get(cause, 0.0), 0.0)}


def _equal(a: Told, b: Told) -> bool:
    return a.keys() == b.keys() and all(alike(a[path], b[path]) for path in a)


def _provenance(answer: Mapping[str, Any]) -> Provenance:
    """The provenance in the JSON of an answer."""
    told = dict(answer["provenance"])
    told["as_of"] = datetime.fromisoformat(told["as_of"])
    told["known_as_of"] = datetime.fromisoformat(told["known_as_of"]) if told["known_as_of"] else None
    return Provenance(**told)
