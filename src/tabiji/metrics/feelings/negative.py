"""Negative touches: how large their share is, and whether journeys are lost sooner after one.

The *share* is that of notes below 0 among all notes (see `notes`), by stage. The *link* is a Cox regression of being lost,
with time since the start of the journey: its covariate is 1 for `window_days` after a negative touch, else 0 (a touch counts
from the instant after it), the stages are strata, so journeys in one stage are compared with each other only. Open and dormant
journeys are censored. Assumes that a negative touch multiplies the hazard of being lost by the same factor in all stages and
at all times. It is an association: what annoys a customer may also make him leave without the touch.
"""

from dataclasses import dataclass
from math import exp, sqrt
from typing import Any

import numpy as np

from tabiji.i18n import N_
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.layout import I4, I8, U1
from tabiji.index.sweep import LOST
from tabiji.metrics.entries import Entries
from tabiji.metrics.feelings.cox import cox
from tabiji.metrics.intervals import z_value
from tabiji.metrics.moves import moves_of
from tabiji.metrics.scope import DAY
from tabiji.result import Share

NO_NOTES = N_("no event carries a tag of feeling")
NOBODY_AFTER = N_("nobody was lost after a negative touch")
NOBODY_WITHOUT = N_("nobody was lost without a negative touch before")
NO_CONTRAST = N_("the two kinds of time cannot be told apart")


@dataclass(frozen=True, slots=True)
class NegativeShare:
    """Negative notes of a stage, or (stage None) of all journeys."""

    stage: str | None
    negative: int
    share: Share

    def to_dict(self) -> dict[str, Any]:
        """{"stage", "negative", "share", "low", "high", "n"}."""
        return {"stage": self.stage, "negative": self.negative, **self.share.to_dict()}


@dataclass(frozen=True, slots=True)
class Link:
    """How much likelier a journey is lost in the `window_days` after a negative touch than at other times of the same stage.

    hazard_ratio with its 95 % interval; None with its reason · journeys: watched for some time · lost: of them · lost_after: of
    those, within the window after a negative touch."""

    hazard_ratio: float | None
    low: float | None
    high: float | None
    journeys: int
    lost: int
    lost_after: int
    window_days: int
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The keys above; `reason` where there is no ratio."""
        keys = ("hazard_ratio", "low", "high", "journeys", "lost", "lost_after", "window_days")
        out = {key: getattr(self, key) for key in keys}
        return out if self.reason is None else {**out, "reason": self.reason}


@kernel
def _spells(
    start: I4, stop: I4, lost: U1, off: I8, at: I4, to: U1, first: I8, last: I8, bad: I4, window: int,
) -> tuple[I8, I8, U1, U1, U1, I8]:  # fmt: skip
    """Journeys cut where their stage or the covariate changes: begin, end (seconds since the start), event, x, stage, journey.

    off, at, to: see `Moves` · first, last: int64[j], the negative touches of the journey's unit in `bad` (ascending)."""
    most = 0
    for j in range(start.size):
        most += 1 + off[j + 1] - off[j] + 2 * (last[j] - first[j])
    begin, end, journey = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    event, x, stage = np.empty(most, np.uint8), np.empty(most, np.uint8), np.empty(most, np.uint8)
    n = 0
    for j in range(start.size):
        now, until, i = np.int64(start[j]), np.int64(-NEVER), first[j]
        here, m = 0, off[j]
        while i < last[j] and bad[i] < start[j]:
            i += 1
        while now < stop[j]:
            while i < last[j] and bad[i] <= now:
                until = np.int64(bad[i]) + window
                i += 1
            then = np.int64(stop[j])
            if until > now:
                then = min(then, until)
            if i < last[j]:
                then = min(then, np.int64(bad[i]))
            while m < off[j + 1] and at[m] <= now:
                here = int(to[m])
                m += 1
            if m < off[j + 1]:
                then = min(then, np.int64(at[m]))
            begin[n], end[n], journey[n] = now - start[j], then - start[j], j
            x[n], stage[n], event[n] = until > now, here, then == stop[j] and lost[j] != 0
            n += 1
            now = then
    return begin[:n], end[:n], event[:n], x[:n], stage[:n], journey[:n]


def link(found: Entries, unit: I8, at: I4, window_days: int, min_n: int) -> Link:
    """Whether journeys are lost sooner after a negative touch. unit: int64[m], at: int32[m], the negative touches, by (unit, at).

    Refused where fewer than `min_n` journeys were lost."""
    if len(at) == 0:
        return Link(None, None, None, len(found), int((found.outcome == LOST).sum()), 0, window_days, NO_NOTES)
    stop = np.minimum(found.ended, np.int32(min(found.as_of, NEVER - 1)))
    moves = moves_of(found)
    begin, end, event, x, stage, journey = _spells(
        readonly(found.start), readonly(stop), readonly((found.outcome == LOST).astype(np.uint8)),
        readonly(moves.off), readonly(moves.at), readonly(moves.to),
        readonly(np.searchsorted(unit, found.unit)), readonly(np.searchsorted(unit, found.unit, "right")),
        readonly(at), window_days * DAY,
    )  # fmt: skip
    owner = found.unit[journey]
    died = event != 0
    counts = int(np.count_nonzero(np.diff(journey, prepend=-1))), int(died.sum()), int((died & (x != 0)).sum())
    reason = None
    if counts[1] < max(min_n, 1):
        reason = f"n<{max(min_n, 1)}"
    elif counts[2] in (0, counts[1]):
        reason = NOBODY_AFTER if counts[2] == 0 else NOBODY_WITHOUT
    if reason is not None:
        return Link(None, None, None, *counts, window_days, reason)
    several = bool((found.unit[1:] == found.unit[:-1]).any())
    fit = cox(begin, end, died, x.astype(np.float64)[:, None], stage, owner if several else None)
    if fit is None:
        return Link(None, None, None, *counts, window_days, NO_CONTRAST)
    beta, half = float(fit.beta[0]), z_value() * sqrt(float(fit.covariance[0, 0]))
    return Link(exp(beta), exp(beta - half), exp(beta + half), *counts, window_days)
