"""Emotion: how people felt in a stage, −2…+2, measured by surveys and tagged notes, averaged per stage × role.

How a score becomes a feeling: see `answers`. The stage is the one in which the unit's journey was at the time of the answer. Means of surveys of different kinds are
comparable only as far as the table is believed; `sources` tells which were asked in a stage, and how many notes there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.index.journeys import Journal
from tabiji.index.layout import F8, I4, I8, U1, Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import Entries, entries, main_line, of_groups
from tabiji.metrics.feelings.answers import BEST, KINDS, WORST, Answers, feelings, left_out
from tabiji.metrics.feelings.emotion_result import EmotionFigures, EmotionResult, Feeling
from tabiji.metrics.feelings.negative import Link, NegativeShare, link
from tabiji.metrics.feelings.notes import Notes, no_notes
from tabiji.metrics.means import mean_of, share_of
from tabiji.metrics.moves import with_moves
from tabiji.metrics.position import NOWHERE, positions, regressing
from tabiji.metrics.provenance import chosen, inside, provenance
from tabiji.metrics.roles import role_names
from tabiji.metrics.scope import Scope, seconds
from tabiji.result import Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["EmotionResult", "Feeling", "emotion"]

NOTE = len(KINDS)
SOURCES = (*KINDS, "note")


def emotion(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    answers: Answers,
    notes: Notes | None = None,
    *,
    executor: Executor,
    question: Question | None = None,
    with_link: bool = True,
) -> EmotionResult:
    """Mean feeling per stage × role from survey answers and notes, and what negative touches go along with (further arguments
    as those of `funnel`).

    What was said after as-of, by units that are not asked about, and outside every journey of the window is left out. A group
    of the scope is told where it has a journey.
    with_link: False leaves the regression out."""
    line, as_of = main_line(journey_map, rules), seconds(scope.as_of)
    said = _all(answers, notes or no_notes(), as_of)
    stage, began = positions(index, journals, line, regressing(line, rules), said.unit, said.at)
    selected = np.ones(len(said), bool) if scope.selection is None else scope.selection[said.unit]
    usable = selected & ~np.isnan(said.feeling)
    kept = usable & (stage != NOWHERE) & inside(said.unit, began, scope)
    at = with_moves(entries(journals, line, as_of, executor), journals, line, rules, executor)
    asked = question or Question("emotion", journey_map.id)
    journeys = chosen(at, scope)
    felt = _Felt(index, journey_map, scope, said, stage, usable, kept, with_link)
    everybody = np.ones(len(said), bool)
    total = felt.figures(None, journeys, everybody)
    groups: list[EmotionFigures] = []
    if scope.groups is not None:
        codes, labels = scope.groups
        code = {str(label): x for x, label in enumerate(labels)}
        groups = executor.map(
            lambda part: felt.figures(part[0], part[1], codes[said.unit] == code[part[0]]),
            of_groups(journeys, codes, labels),
        )
    return EmotionResult(
        question=asked,
        provenance=provenance(index, rules, journals, scope, at, journeys, asked, executor, verb="emotion"),
        notices=left_out(
            int((selected & np.isnan(said.feeling)).sum()), int((usable & (stage == NOWHERE) & ~said.is_note).sum())
        ),
        feelings=total.feelings,
        names={s.id: s.name for s in journey_map.stages},
        negative=total.negative,
        link=total.link,
        groups=tuple(groups),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """Answers and notes as one: source is the place in KINDS, NOTE for a note."""

    unit: I8
    at: I4
    role: I4
    source: U1
    feeling: F8

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def is_note(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.source == NOTE, bool)

    def take(self, at: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "_Said":
        return _Said(self.unit[at], self.at[at], self.role[at], self.source[at], self.feeling[at])


@dataclass(frozen=True, slots=True)
class _Felt:
    """What was said, m of it, ready to be counted. stage: int32[m], where it was said · usable: bool[m], of units that are asked
    about, on its scale · kept: bool[m], of those in a journey of the window."""

    index: Index
    journey_map: JourneyMap
    scope: Scope
    said: _Said
    stage: I4
    usable: npt.NDArray[np.bool_]
    kept: npt.NDArray[np.bool_]
    with_link: bool

    def figures(self, value: str | None, journeys: Entries, mine: npt.NDArray[np.bool_]) -> EmotionFigures:
        """Everything about some units. mine: bool[m], what they said."""
        here, min_n, link = self.kept & mine, self.scope.min_n, None
        felt, where = self.said.take(here), self.stage[here]
        if self.with_link:
            link = _link(journeys, self.said.take(self.usable & mine), self.scope.horizon_of(self.journey_map), min_n)
        cells = _cells(self.index, self.journey_map, felt, where, min_n)
        return EmotionFigures(value, cells, _negative(self.journey_map, felt, where, min_n), link)


def _all(answers: Answers, notes: Notes, as_of: int) -> _Said:
    """Everything said by as-of, by unit: so that means find the units of a cell without sorting."""
    given, written = answers.only(answers.at <= as_of), notes.only(notes.at <= as_of)
    said = _Said(
        np.concatenate([given.unit, written.unit]),
        np.concatenate([given.at, written.at]),
        np.concatenate([given.role, written.role]),
        np.concatenate([given.kind, np.full(len(written), NOTE, np.uint8)]),
        np.concatenate([feelings(given), written.feeling]),
    )
    return said.take(np.argsort(said.unit, kind="stable"))


def _cells(index: Index, journey_map: JourneyMap, said: _Said, stage: I4, min_n: int) -> tuple[Feeling, ...]:
    """Means: everybody, then each role (what was said counts for every role of the one who said it)."""
    planned = {(c.stage, c.role): c.emotion for c in journey_map.cells}
    there = [np.flatnonzero(stage == k) for k in range(len(journey_map.main_line))]
    everybody = np.ones(len(index.role_sets), bool)
    who: list[tuple[str | None, npt.NDArray[np.bool_]]] = [(None, everybody)]
    for name in role_names(index, journey_map):
        who.append((name, np.array([name in names for names in index.role_sets], bool)))
    out = []
    for role, has in who:
        for s, these in zip(journey_map.main_line, there, strict=True):
            here = these if role is None else these[has[said.role[these]]]
            mean = mean_of(said.feeling[here], said.unit[here], min_n, (WORST, BEST))
            counts = np.bincount(said.source[here], minlength=len(SOURCES)).tolist()
            sources = {name: n for name, n in zip(SOURCES, counts, strict=True) if n}
            out.append(Feeling(s.id, role, mean, None if role is None else planned.get((s.id, role)), sources))
    return tuple(out)


def _negative(journey_map: JourneyMap, said: _Said, stage: I4, min_n: int) -> tuple[NegativeShare, ...]:
    """Negative notes among all notes, in all stages, then in each."""
    bad, out = said.feeling < 0, []
    where: list[tuple[str | None, npt.NDArray[np.bool_]]] = [(None, said.is_note)]
    where += [(s.id, said.is_note & (stage == k)) for k, s in enumerate(journey_map.main_line)]
    for stage_id, here in where:
        share = share_of(bad[here], said.unit[here], min_n)
        out.append(NegativeShare(stage_id, int(np.count_nonzero(bad[here])), share))
    return tuple(out)


def _link(journeys: Entries, said: _Said, window_days: int, min_n: int) -> Link:
    bad = said.take(said.is_note & (said.feeling < 0))
    order = np.lexsort((bad.at, bad.unit))
    return link(journeys, bad.unit[order], bad.at[order], window_days, min_n)
