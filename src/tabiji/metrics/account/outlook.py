"""Outlook: of the journeys that had been in a stage for as long as this one, which share went on within the horizon from then on?

With F the incidence of going on (lost and dormant compete, open stays are censored) and S the share still there,

    P(goes on in (s, s + H] | still there after s) = (F(s + H) − F(s)) / S(s),

which is the Aalen–Johansen incidence at H of the stays that lasted longer than s, counted from s (van Houwelingen & Putter,
*Dynamic Prediction in Clinical Survival Analysis*, 2012, §2.4: landmarking). Interval: delta method, as of the funnel; n: the
stays at risk at s. Of a unit the first stay in the stage counts, so that all are independent; the journey
asked about, which is censored at s itself, counts for nothing. Going back (`regress`) ends a stay and competes. It is what became of
others, not a forecast by causes.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tabiji.i18n import N_, text
from tabiji.index.jit import NEVER
from tabiji.index.layout import F8, I4, I8
from tabiji.metrics.entries import Entries
from tabiji.metrics.ordering import order_of
from tabiji.metrics.scope import DAY
from tabiji.metrics.stays import BACK, stays_in
from tabiji.metrics.survival import CAUSE_BITS, CAUSE_MASK, CENSORED, Exits, exits_of
from tabiji.metrics.transitions import aware_share
from tabiji.result import Share

ENDED, LAST_STAGE, FURTHER_BEFORE = -1, -2, -3  # instead of a time waited: there is no outlook
REASONS = {
    ENDED: N_("the journey has ended"),
    LAST_STAGE: N_("there is no stage to go on to"),
    FURTHER_BEFORE: N_("it has been further on before"),
}


@dataclass(frozen=True, slots=True)
class RoleOutlook:
    """Of the same journeys: those in which a role had shown up by the same time, and those in which it had not. there: whether
    it has in the journey asked about."""

    role: str
    there: bool
    with_role: Share
    without: Share

    def to_dict(self) -> dict[str, Any]:
        """{"role", "there", "with", "without"}."""
        shares = {"with": self.with_role.to_dict(), "without": self.without.to_dict()}
        return {"role": self.role, "there": self.there, **shares}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What became, within the horizon, of those who had waited in `stage` for as long. gone: share lost or gone silent (None where
    `onward` is) · entered: the same as `onward` on the day of entering."""

    stage: str
    waited_days: float | None
    onward: Share
    gone: float | None
    entered: Share
    roles: tuple[RoleOutlook, ...] = ()

    def explain(self, lang: str | None = None) -> str:
        """The share in a sentence; empty where there is none."""
        of = self.onward
        if of.share is None:
            return ""
        said = N_(
            "Of {n:,} that had been there for as long, {share:.0%} went on within {days} {days:day|days} from then on (95% interval "
            "{low:.0%}–{high:.0%})."
        )
        return text(said, lang, n=of.n, share=of.share, days=of.horizon_days, low=of.low, high=of.high)

    def to_dict(self) -> dict[str, Any]:
        """The keys of a share, and "stage", "waited_days", "gone_share", "entered", "roles"."""
        return {
            **self.onward.to_dict(),
            "stage": self.stage,
            "waited_days": self.waited_days,
            "gone_share": self.gone,
            "entered": self.entered.to_dict(),
            "roles": [r.to_dict() for r in self.roles],
        }


def waited(found: Entries, unit: I8, stage: I4) -> I8:
    """Seconds since the latest journey of each unit last came to the stage of the main line in which it stands (a later one was not
    reached), or a key of REASONS: int64[u].

    found: with its moves · unit: int64[u], units with a journey · stage: int32[u]."""
    latest = np.searchsorted(found.unit, unit, side="right") - 1
    came = found.reached_at[stage, latest]
    if found.moves is not None:
        came = found.moves.at[found.moves.off[latest + 1] - 1]
    out: I8 = found.as_of - came.astype(np.int64)
    last = stage + 1 == len(found.reached_at)
    further = found.reached_at[np.where(last, stage, stage + 1), latest] != NEVER
    out[further & ~last] = FURTHER_BEFORE
    out[last] = LAST_STAGE
    out[found.ended[latest] != NEVER] = ENDED
    return out


def first_stays(found: Entries, k: int) -> tuple[I8, I8]:
    """The first stay of each unit in a stage of the main line that is not the last one: packed as in `stays`, and the place of its
    journey in `found` (int64[n] both, by units)."""
    there = stays_in(found, k)
    unit = found.unit[there.journey]
    first = np.append(np.ones(min(1, len(unit)), bool), unit[1:] != unit[:-1])
    return there.packed[first], there.journey[first]


def after(packed: I8, waited: int, horizon_days: int, min_n: int) -> tuple[Share, float | None]:
    """(share that goes on within the horizon after `waited` seconds, share that is lost or goes silent by then).

    packed: int64[n], stays, ascending."""
    horizon = horizon_days * DAY
    later = packed[np.searchsorted(packed, (waited + 1) << CAUSE_BITS) :] - (waited << CAUSE_BITS)
    # Beyond the horizon it only matters that they were still there.
    curves = exits_of(np.minimum(later, (horizon + 1) << CAUSE_BITS))
    share = aware_share(curves, len(later), horizon_days, min_n)
    otherwise = None if share.share is None else curves.left_otherwise_at(horizon)
    back = exits_of(curves.packed, BACK).incidence_at(horizon) if (curves.packed & CAUSE_MASK == BACK).any() else None
    return share, otherwise if otherwise is None or back is None else max(0.0, otherwise - back[0])


def shares_after(packed: I8, waited: I8, horizon_days: int, min_n: int) -> F8:
    """The share of `after` at many times waited (int64[u] ≥ 0), without interval, NaN where there is none: float64[u]."""
    if not len(packed):
        return np.full(len(waited), np.nan)
    curves, until = exits_of(packed), waited + horizon_days * DAY
    risk = len(packed) - np.searchsorted(packed, (waited + 1) << CAUSE_BITS)
    begun = np.searchsorted(packed, until << CAUSE_BITS)
    censored = np.append(0, np.cumsum(packed & CAUSE_MASK == CENSORED))
    unknown = censored[begun] - censored[len(packed) - risk]
    told = (risk >= max(min_n, 1)) & ((begun < len(packed)) | (unknown == 0))
    gained = _at(curves, curves.incidence, until, 0.0) - _at(curves, curves.incidence, waited, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = gained / _at(curves, curves.survival, waited, 1.0)
    return np.where(told, share, np.nan)


def _at(curves: Exits, curve: F8, when: I8, before: float) -> F8:
    """A step function at some instants; `before` its first step."""
    return np.append(before, curve)[np.searchsorted(curves.times, when, side="right")]


@dataclass(slots=True)
class Outlooks:
    """The outlooks of one question; the stays of a stage are laid out once."""

    found: Entries
    horizon_days: int
    min_n: int
    _laid: dict[int, tuple[I8, I8]] = field(default_factory=dict)

    def stays(self, k: int) -> tuple[I8, I8]:
        """`first_stays`, ascending."""
        if k not in self._laid:
            packed, journey = first_stays(self.found, k)
            order = order_of(packed)
            self._laid[k] = packed[order], journey[order]
        return self._laid[k]

    def told(self, k: int, waited: int) -> tuple[Share, float | None]:
        """See `after`; a share without a figure for a key of REASONS."""
        if waited < 0:
            return Share(None, None, None, 0, REASONS[waited], self.horizon_days), None
        return after(self.stays(k)[0], waited, self.horizon_days, self.min_n)

    def entered(self, k: int) -> Share:
        """The share that goes on within the horizon of all who entered the stage."""
        packed = self.stays(k)[0]
        return aware_share(exits_of(packed), len(packed), self.horizon_days, self.min_n)

    def shares(self, stage: I4, waited: I8) -> F8:
        """See `shares_after`, of units in different stages (int32[u])."""
        out = np.full(len(stage), np.nan)
        for k in np.unique(stage[waited >= 0]).tolist():
            mine = (stage == k) & (waited >= 0)
            out[mine] = shares_after(self.stays(k)[0], waited[mine], self.horizon_days, self.min_n)
        return out

    def by_role(self, k: int, waited: int, first: I4) -> list[tuple[Share, Share]]:
        """Per role: the share of `after` where it had shown up by then, and where it had not.

        first: int32[j, R], when a role first showed up in each journey of `found`, NEVER where it did not."""
        packed, journey = self.stays(k)
        shown = first[journey] <= (self.found.reached_at[k][journey].astype(np.int64) + waited)[:, None]
        return [
            (
                after(packed[there], waited, self.horizon_days, self.min_n)[0],
                after(packed[~there], waited, self.horizon_days, self.min_n)[0],
            )
            for there in shown.T
        ]
