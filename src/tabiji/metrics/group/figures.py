"""Figures of buying groups over all journeys: who is there, when, how completely, and what difference it goes with."""

from dataclasses import dataclass
from typing import Any

from tabiji.metrics.group.influence import FOLLOWED
from tabiji.metrics.group.onward import DIFFERENT
from tabiji.result import Share


@dataclass(frozen=True, slots=True)
class RoleNeed:
    """A role that is told apart: how many of it the map asks for in total (0 = none), and its weight as a share of all."""

    role: str
    required: int
    weight: float

    def to_dict(self) -> dict[str, Any]:
        """{"role", "required", "weight"}."""
        return {"role": self.role, "required": self.required, "weight": self.weight}


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the journeys that reached a stage, the share in which a role had shown up by the end of it, and was active during it.

    planned: the map expects the role in this stage · required: how many by the end of it."""

    stage: str
    role: str
    planned: bool
    required: int
    by_end: Share
    during: Share

    def to_dict(self) -> dict[str, Any]:
        """{"stage", "role", "planned", "required", …share by the end, "during": share}."""
        head = {"stage": self.stage, "role": self.role, "planned": self.planned, "required": self.required}
        return {**head, **self.by_end.to_dict(), "during": self.during.to_dict()}


@dataclass(frozen=True, slots=True)
class Completeness:
    """Mean completeness of the groups by the end of a stage (None: in total), by both definitions."""

    stage: str | None
    adobe: Share
    salesforce: Share

    def to_dict(self) -> dict[str, Any]:
        """{"stage", "adobe", "salesforce"}."""
        return {"stage": self.stage, "adobe": self.adobe.to_dict(), "salesforce": self.salesforce.to_dict()}


@dataclass(frozen=True, slots=True)
class Appearance:
    """When a role shows up: `n` journeys in which it does, out of all (`shown`); first of all roles in a share of those with any
    role; median place in the order; days after the start (quartiles of those that show up)."""

    role: str
    n: int
    shown: Share
    share_first: Share
    median_position: float | None
    median_days: float | None
    quartiles_days: tuple[float | None, float | None, float | None]
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The keys above; `reason` where they are null."""
        out = {
            "role": self.role, "n": self.n, "shown": self.shown.to_dict(), "share_first": self.share_first.to_dict(),
            "median_position": self.median_position, "median_days": self.median_days,
            "quartiles_days": list(self.quartiles_days),
        }  # fmt: skip
        return out if self.reason is None else {**out, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class RoleOrder:
    """An order in which roles showed up, and how often it is met among the journeys in which any did."""

    roles: tuple[str, ...]
    share: Share
    n: int

    def to_dict(self) -> dict[str, Any]:
        """{"roles", "n", "share", "low", "high", "of"}."""
        return {"roles": list(self.roles), "n": self.n, **_share(self.share, "of")}


@dataclass(frozen=True, slots=True)
class Handover:
    """From the first appearance of one role to that of another: `n` journeys in which the first was there before the second;
    `came`: of those the second has come; `already`: not among them, the second was there before or at once.

    median_days: half have met the second (Kaplan–Meier; those whose journey ends first are censored) with its 95 % interval ·
    within: the share that meets it within the horizon (Aalen–Johansen; ends of journeys compete)."""

    from_role: str
    to_role: str
    n: int
    came: int
    already: int
    within: Share
    median_days: float | None = None
    low_days: float | None = None
    high_days: float | None = None
    quartiles_days: tuple[float | None, float | None, float | None] = (None, None, None)
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """{"from", "to", "n", "came", "already", "median_days", …}; `reason` where the median is null."""
        keys = ("n", "came", "already", "median_days", "low_days", "high_days")
        out: dict[str, Any] = {"from": self.from_role, "to": self.to_role, **{k: getattr(self, k) for k in keys}}
        out |= {"quartiles_days": list(self.quartiles_days), "within": self.within.to_dict()}
        return out if self.reason is None else {**out, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class OnwardDifference:
    """How much more often journeys go on from a stage with a role than without it, among those that are still there on the day
    of the landmark (see `onward`). difference: of the shares, adjusted; ratio likewise; crude: not adjusted;
    q: chance of so large a difference if there were none, adjusted for all that were looked at."""

    stage: str
    role: str
    with_role: Share
    without: Share
    difference: float | None
    low: float | None
    high: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    crude: tuple[float, float, float] | None
    p: float | None
    q: float | None
    n: int
    n_used: int
    reason: str | None = None

    @property
    def told_apart(self) -> bool:
        """Whether the difference is more than chance, all looks taken together."""
        return self.q is not None and self.q <= DIFFERENT

    def to_dict(self) -> dict[str, Any]:
        """{"stage", "role", "difference", "low", "high", "ratio", …, "with", "without", "crude"}; `reason` where null."""
        keys = ("difference", "low", "high", "ratio", "ratio_low", "ratio_high", "p", "q", "n", "n_used")
        out: dict[str, Any] = {"stage": self.stage, "role": self.role, **{k: getattr(self, k) for k in keys}}
        crude = dict(zip(("difference", "low", "high"), self.crude, strict=True)) if self.crude else None
        out |= {"with": self.with_role.to_dict(), "without": self.without.to_dict(), "crude": crude}
        return out if self.reason is None else {**out, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Influence:
    """Of the `n` journeys with both roles, `observed` in which the second showed up within the window after the first; `expected`
    if the order meant nothing; p one-sided, q adjusted for all pairs. planned: the map draws this arrow."""

    from_role: str
    to_role: str
    n: int
    observed: int
    expected: float
    p: float | None
    q: float | None
    planned: bool
    reason: str | None = None

    @property
    def more(self) -> bool:
        """Whether it is more than chance, all pairs taken together."""
        return self.q is not None and self.q <= FOLLOWED

    def to_dict(self) -> dict[str, Any]:
        """{"from", "to", "n", "observed", "expected", "p", "q", "planned"}; `reason` where p is null."""
        keys = ("n", "observed", "expected", "p", "q", "planned")
        out: dict[str, Any] = {"from": self.from_role, "to": self.to_role, **{k: getattr(self, k) for k in keys}}
        return out if self.reason is None else {**out, "reason": self.reason}


def _share(share: Share, n: str) -> dict[str, Any]:
    """A share with its n under another key."""
    out = share.to_dict()
    out[n] = out.pop("n")
    return out
