"""Emotion: how people felt in a stage, −2…+2, measured by surveys and averaged per stage × role.

A score is laid on the scale of the map's emotion curve by this table:

====== ====================================== =======================================================================
survey score → feeling                        reason
====== ====================================== =======================================================================
nps    0–2: −2 · 3–6: −1 · 7–8: 0 · 9: +1 ·   Its own classes: detractors (0–6) feel bad, the passive (7–8) neither,
       10: +2                                 promoters (9–10) good (Reichheld, HBR 12/2003).
csat   1: −2 … middle: 0 … highest: +2,       A symmetric scale whose middle means "neither"; 1–5 unless `scale_max`
       linear                                 says otherwise.
ces    1: −2 … middle: 0 … highest: +2,       "They made it easy": more is better (CES 2.0, CEB 2013); 1–7 unless
       linear                                 `scale_max` says otherwise.
====== ====================================== =======================================================================

The stage is the one in which the unit's journey was at the time of the answer. Means of surveys of different kinds are
comparable only as far as the table is believed; the kinds asked in a stage are its context.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.i18n import N_, pick, text
from tabiji.index.journeys import Journal
from tabiji.index.layout import F8, I4, I8, U1, Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.means import Mean, mean_of
from tabiji.metrics.position import NOWHERE, positions, regressing
from tabiji.metrics.provenance import chosen, inside, provenance
from tabiji.metrics.roles import role_names
from tabiji.metrics.scope import Scope, seconds
from tabiji.result import Notice, Question, Result

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

KINDS = ("nps", "csat", "ces")  # codes of Answers.kind
HIGHEST = (10.0, 5.0, 7.0)  # of a scale, where the answer does not say
LOWEST = (0.0, 1.0, 1.0)
NPS_STEPS = (3.0, 7.0, 9.0, 10.0)  # a feeling better from each of them on, starting at −2
WORST, BEST = -2.0, 2.0


@dataclass(frozen=True, slots=True)
class Answers:
    """Survey answers, n of them.

    unit: int64[n], ordinal in the index · at: int32[n], seconds since EPOCH · role: int32[n], id of the answerer's role set ·
    kind: uint8[n], place in KINDS · score, scale_max: float64[n] (scale_max NaN = the usual scale)."""

    unit: I8
    at: I4
    role: I4
    kind: U1
    score: F8
    scale_max: F8

    def __len__(self) -> int:
        return len(self.unit)

    def only(self, keep: npt.NDArray[np.bool_]) -> "Answers":
        """The answers for which `keep` (bool[n]) holds."""
        return Answers(
            self.unit[keep], self.at[keep], self.role[keep], self.kind[keep], self.score[keep], self.scale_max[keep]
        )


def feelings(answers: Answers) -> F8:
    """float64[n], −2…+2 by the table above; NaN for a score that its scale does not have."""
    kind = answers.kind.astype(np.int64)
    highest = np.where(np.isnan(answers.scale_max), np.array(HIGHEST)[kind], answers.scale_max)
    highest = np.where(kind == 0, HIGHEST[0], highest)  # there is one scale of it
    lowest = np.array(LOWEST)[kind]
    by_class = np.digitize(answers.score, NPS_STEPS) + WORST
    width = np.where(highest > lowest, highest - lowest, np.nan)
    linear = WORST + (BEST - WORST) * (answers.score - lowest) / width
    valid = (answers.score >= lowest) & (answers.score <= highest)
    return np.where(valid, np.where(kind == 0, by_class, linear), np.nan)


@dataclass(frozen=True, slots=True)
class Feeling:
    """Mean feeling in a stage, of a role or (None) of everybody, beside what the map plans."""

    stage: str
    role: str | None
    measured: Mean
    planned: float | None

    def to_dict(self) -> dict[str, Any]:
        """{"stage", "role", "planned", "mean", "low", "high", "n"}."""
        return {"stage": self.stage, "role": self.role, "planned": self.planned, **self.measured.to_dict()}


@dataclass(frozen=True, repr=False)
class EmotionResult(Result):
    """Answer of `emotion`: every stage of the main line, for everybody first, then role by role."""

    feelings: tuple[Feeling, ...]
    names: Mapping[str, Mapping[str, str]]  # of stages, by id

    name: ClassVar[str] = "emotion"

    @property
    def by_stage(self) -> dict[str, Mean]:
        """Stage → mean feeling of everybody."""
        return {f.stage: f.measured for f in self.feelings if f.role is None}

    def rows(self) -> list[dict[str, Any]]:
        """One record per stage and role."""
        return [f.to_dict() for f in self.feelings]

    def to_dict(self) -> dict[str, Any]:
        """{"question", "provenance", "stages": [{"stage", "role", "planned", "mean", …}], "notices"}."""
        return {
            "question": self.question.to_dict(),
            "provenance": self.provenance.to_dict(),
            "stages": self.rows(),
            "notices": [n.to_dict() for n in self.notices],
        }

    def explain(self, lang: str | None = None) -> str:
        """The stage in which people felt worst."""
        known = [(stage, m) for stage, m in self.by_stage.items() if m.mean is not None]
        if not known:
            return text(N_("No stage has enough survey answers to tell how people felt."), lang)
        stage, worst = min(known, key=lambda item: item[1].mean or 0.0)
        return text(
            N_("People felt worst in {stage}: {mean:+.1f} on a scale from −2 to +2, from {n:,} answers."),
            lang,
            stage=pick(self.names.get(stage), lang) or stage,
            mean=worst.mean,
            n=worst.n,
        )


def emotion(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    answers: Answers,
    *,
    executor: Executor,
    question: Question | None = None,
) -> EmotionResult:
    """Mean feeling per stage × role from survey answers (further arguments as those of `funnel`).

    Answers after as-of, of units that are not asked about, and outside every journey of the window are left out."""
    line, as_of = main_line(journey_map, rules), seconds(scope.as_of)
    given = answers.only(answers.at <= as_of)
    stage, began = positions(index, journals, line, regressing(line, rules), given.unit, given.at)
    selected = np.ones(len(given), bool) if scope.selection is None else scope.selection[given.unit]
    felt = feelings(given)
    usable = selected & ~np.isnan(felt)
    kept = usable & (stage != NOWHERE) & inside(given.unit, began, scope)
    at = entries(journals, line, as_of, executor)
    asked = question or Question("emotion", journey_map.id)
    return EmotionResult(
        question=asked,
        provenance=provenance(index, rules, journals, scope, at, chosen(at, scope), asked, executor, verb="emotion"),
        notices=_notices(int((selected & np.isnan(felt)).sum()), int((usable & (stage == NOWHERE)).sum())),
        feelings=_cells(index, journey_map, given.only(kept), felt[kept], stage[kept], scope.min_n),
        names={s.id: s.name for s in journey_map.stages},
    )


def _cells(
    index: Index, journey_map: JourneyMap, answers: Answers, felt: F8, stage: I4, min_n: int
) -> tuple[Feeling, ...]:
    """Means of the answers: everybody, then each role (an answer counts for every role of the one who gave it)."""
    planned = {(c.stage, c.role): c.emotion for c in journey_map.cells}
    who: list[tuple[str | None, npt.NDArray[np.bool_]]] = [(None, np.ones(len(felt), bool))]
    for name in role_names(index, journey_map):
        has = np.array([name in names for names in index.role_sets], bool)
        who.append((name, has[answers.role]))
    out = []
    for role, mine in who:
        for k, s in enumerate(journey_map.main_line):
            here = mine & (stage == k)
            mean = mean_of(felt[here], answers.unit[here], min_n, (WORST, BEST))
            out.append(Feeling(s.id, role, mean, None if role is None else planned.get((s.id, role))))
    return tuple(out)


def _notices(off_scale: int, outside: int) -> tuple[Notice, ...]:
    out = []
    if off_scale:
        message = N_("{n} survey answers have a score outside their scale and were left out.")
        out.append(Notice("score_off_scale", message, {"n": off_scale}))
    if outside:
        message = N_("{n} survey answers were given outside every journey and belong to no stage.")
        out.append(Notice("answers_outside", message, {"n": outside}))
    return tuple(out)
