"""A deviation from the plan: how often it is there, and what goes with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tabiji.i18n import N_, pick
from tabiji.metrics.conformance.words import sentence
from tabiji.metrics.roles import called
from tabiji.result import Share

MISSING, EXTRA, OUT_OF_ORDER, LATE = "missing", "extra", "out_of_order", "late"
WRONG_ROLE, NOT_MET = "wrong_role", "touchpoint_not_met"
CLASSES = (MISSING, EXTRA, OUT_OF_ORDER, LATE, WRONG_ROLE, NOT_MET)

NOTHING_FOLLOWS = N_("no stage follows in which the difference could show")
AFTER_THE_SALE = N_("the journey is already won there")
LANDMARK_TOO_LATE = N_("the landmark is not before the horizon")
NO_SUCCESS = N_("the map has no success stage")


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of the journeys with a deviation (`with_`, of `n_with`) less that of those without, with its 95 % interval."""

    difference: float | None
    low: float | None
    high: float | None
    with_: float | None
    without: float | None
    n_with: int
    n_without: int
    reason: str | None = None

    def to_dict(self, prefix: str) -> dict[str, Any]:
        """Keys `<prefix>_difference`, `<prefix>_low`, `<prefix>_high`, `<prefix>_with`, …; the reason where it is null."""
        out: dict[str, Any] = {
            f"{prefix}_difference": self.difference,
            f"{prefix}_low": self.low,
            f"{prefix}_high": self.high,
            f"{prefix}_with": self.with_,
            f"{prefix}_without": self.without,
            f"{prefix}_n_with": self.n_with,
            f"{prefix}_n_without": self.n_without,
        }
        return out if self.reason is None else {**out, f"{prefix}_reason": self.reason}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way of leaving the plan. kind: one of CLASSES · share: `n` of the `share.n` journeys that it could have befallen ·
    compared_at: the stage from which journeys with and without it are compared · onward: share that goes on from there within
    the horizon · value: won within the horizon, per journey, in `currency`."""

    kind: str
    stage: str
    role: str | None
    touchpoint: str | None
    n: int
    share: Share
    compared_at: str | None
    onward: Difference
    value: Difference
    currency: str | None = None
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of stage, role, touchpoint, compared_at

    @property
    def candidate(self) -> bool:
        """Whether journeys with it go on more often, and chance is an unlikely reason: a candidate for the plan."""
        return self.onward.low is not None and self.onward.low > 0

    @property
    def worse(self) -> bool:
        """Whether journeys with it go on less often, and chance is an unlikely reason."""
        return self.onward.high is not None and self.onward.high < 0

    @property
    def weight(self) -> float:
        """n × size of the difference in onward conversion; what the list is ordered by."""
        return self.n * abs(self.onward.difference or 0.0)

    def name(self, of: str, lang: str | None = None) -> str:
        """The name of its stage, role, touchpoint or compared_at."""
        if of == "role" and self.role is not None:
            return called({self.role: self.names.get("role", {})}, self.role, lang)
        return pick(self.names.get(of, {}), lang) or str(getattr(self, of) or "")

    def sentence(self, lang: str | None = None) -> str:
        """What happened, in words, without figures."""
        return sentence(self.kind, {of: self.name(of, lang) for of in ("stage", "role", "touchpoint")}, lang)

    def to_dict(self) -> dict[str, Any]:
        """Flat: class, stage, role, touchpoint, n, of, share, low, high, compared_at, onward_…, value_…, currency,
        candidate; `reason` where the share is null."""
        reason = {} if self.share.reason is None else {"reason": self.share.reason}
        return {
            "class": self.kind,
            "stage": self.stage,
            "role": self.role,
            "touchpoint": self.touchpoint,
            "n": self.n,
            "of": self.share.n,
            "share": self.share.share,
            "low": self.share.low,
            "high": self.share.high,
            **reason,
            "compared_at": self.compared_at,
            **self.onward.to_dict("onward"),
            **self.value.to_dict("value"),
            "currency": self.currency,
            "candidate": self.candidate,
        }
