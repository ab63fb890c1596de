"""Survey answers, and the feelings that their scores tell, −2…+2.

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
note   the tag, by the table of `notes`       Somebody wrote it down: sentiment of a ticket or a call, a complaint.
====== ====================================== =======================================================================
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tabiji.i18n import N_
from tabiji.index.layout import F8, I4, I8, U1
from tabiji.result import Notice

KINDS = ("nps", "csat", "ces")  # codes of Answers.kind
HIGHEST = (10.0, 5.0, 7.0)  # of a scale, where the answer does not say
LOWEST = (0.0, 1.0, 1.0)
NPS_STEPS = (3.0, 7.0, 9.0, 10.0)  # a feeling better from each of them on, starting at −2
WORST, BEST = -2.0, 2.0


@dataclass(frozen=True, slots=True)
class Answers:
    """Survey answers, n of them.

    unit: int64[n], ordinal in the index · at: int32[n], seconds since EPOCH · role: int32[n], id of the answerer's role set ·
    kind: uint8[n], place in KINDS · score, scale_max: float64[n] (scale_max NaN = the usual scale) · touchpoint: int32[n], what was
    asked after, place in `touchpoints`, −1 = not told (None: of all)."""

    unit: I8
    at: I4
    role: I4
    kind: U1
    score: F8
    scale_max: F8
    touchpoint: I4 | None = None
    touchpoints: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.unit)

    def by_unit(self) -> "Answers":
        """The answers in order of their units, those of one unit as they stand."""
        return self.only(np.argsort(self.unit, kind="stable"))

    def only(self, keep: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Answers":
        """The answers for which `keep` (bool[n]) holds, or those at some places."""
        return Answers(
            self.unit[keep], self.at[keep], self.role[keep], self.kind[keep], self.score[keep], self.scale_max[keep],
            None if self.touchpoint is None else self.touchpoint[keep], self.touchpoints,
        )  # fmt: skip


def feelings(answers: Answers) -> F8:
    """float64[n], −2…+2 by the table of the module; NaN for a score that its scale does not have."""
    kind = answers.kind.astype(np.int64)
    highest = np.where(np.isnan(answers.scale_max), np.array(HIGHEST)[kind], answers.scale_max)
    lowest = np.array(LOWEST)[kind]
    by_class = np.digitize(answers.score, NPS_STEPS) + WORST
    width = np.where(highest > lowest, highest - lowest, np.nan)
    linear = WORST + (BEST - WORST) * (answers.score - lowest) / width
    valid = (answers.score >= lowest) & (answers.score <= highest)
    valid &= (kind != 0) | (highest == HIGHEST[0])  # recommendation has one scale
    return np.where(valid, np.where(kind == 0, by_class, linear), np.nan)


def left_out(off_scale: int, outside: int) -> tuple[Notice, ...]:
    """What is to be said of answers that have no feeling, and of those that belong to no stage: how many there are of each."""
    out = []
    if off_scale:
        message = N_(
            "{n:,} survey {n:answer has|answers have} a score outside {n:its|their} scale and {n:was|were} left out."
        )
        out.append(Notice("score_off_scale", message, {"n": off_scale}))
    if outside:
        message = N_(
            "{n:,} survey {n:answer was|answers were} given outside every journey and {n:belongs|belong} to no stage."
        )
        out.append(Notice("answers_outside", message, {"n": outside}))
    return tuple(out)
