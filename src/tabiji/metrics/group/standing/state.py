"""Figures of the groups whose journey is open: how active they are, and whether they agree."""

from dataclasses import dataclass
from typing import Any

from tabiji.result import Share


@dataclass(frozen=True, slots=True)
class RoleEngagement:
    """Score of the persons in a role (0–100): `n` persons, their mean, and the share active in the last 30 days."""

    role: str
    n: int
    mean: float | None
    active: Share
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """{"role", "n", "mean", "active"}; `reason` where the mean is null."""
        out = {"role": self.role, "n": self.n, "mean": self.mean, "active": self.active.to_dict()}
        return out if self.reason is None else {**out, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Engagement:
    """Score of the groups whose journey is open (0–100): `n` groups with a weighed member, quartiles, mean.

    activities, role_weights: where the weights come from."""

    n: int
    mean: float | None
    quartiles: tuple[float | None, float | None, float | None]
    roles: tuple[RoleEngagement, ...]
    activities: str
    role_weights: str
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """{"n", "mean", "quartiles", "roles", "weights": {"activities", "roles"}}; `reason` where the mean is null."""
        weights = {"activities": self.activities, "roles": self.role_weights}
        out = {
            "n": self.n, "mean": self.mean, "quartiles": list(self.quartiles),
            "roles": [r.to_dict() for r in self.roles], "weights": weights,
        }  # fmt: skip
        return out if self.reason is None else {**out, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Stances:
    """How the members in a role (None: all members, roles or not) of open groups stand: counts; of for, neutral and against
    `reported` were said by themselves, `inferred` are taken from bad events (these are all against)."""

    role: str | None
    for_: int
    neutral: int
    against: int
    silent: int
    reported: int
    inferred: int

    def to_dict(self) -> dict[str, Any]:
        """{"role", "for", "neutral", "against", "silent", "reported", "inferred"}."""
        keys = ("neutral", "against", "silent", "reported", "inferred")
        return {"role": self.role, "for": self.for_, **{k: getattr(self, k) for k in keys}}


@dataclass(frozen=True, slots=True)
class GroupState:
    """How many open groups in a stage (None: in all) are aligned, split, blocked, and of how many it is not known."""

    stage: str | None
    n: int
    aligned: int
    split: int
    blocked: int
    unknown: int

    def to_dict(self) -> dict[str, Any]:
        """{"stage", "n", "aligned", "split", "blocked", "unknown"}."""
        return {k: getattr(self, k) for k in ("stage", "n", "aligned", "split", "blocked", "unknown")}


@dataclass(frozen=True, slots=True)
class Dispute:
    """An open group that is split or blocked, with how its members stand. grade: reported, or inferred where all that speaks
    against comes from events."""

    unit: str
    stage: str
    state: str
    for_: int
    neutral: int
    against: int
    silent: int
    grade: str

    def to_dict(self) -> dict[str, Any]:
        """{"unit", "stage", "state", "for", "neutral", "against", "silent", "grade"}."""
        keys = ("neutral", "against", "silent", "grade")
        head = {"unit": self.unit, "stage": self.stage, "state": self.state, "for": self.for_}
        return {**head, **{k: getattr(self, k) for k in keys}}


@dataclass(frozen=True, slots=True)
class Consensus:
    """States of the open groups, stances of their members, and the groups to look at (the furthest first).

    reason: set where nobody has said anything, so that no group's state is known."""

    states: tuple[GroupState, ...]
    members: tuple[Stances, ...]
    disputes: tuple[Dispute, ...]
    decider: str | None
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """{"states", "members", "disputes", "decider"}; `reason` where nothing is known."""
        out: dict[str, Any] = {
            "states": [s.to_dict() for s in self.states], "members": [m.to_dict() for m in self.members],
            "disputes": [d.to_dict() for d in self.disputes], "decider": self.decider,
        }  # fmt: skip
        return out if self.reason is None else {**out, "reason": self.reason}
