"""What `group` answers: who is there, when, how completely, and what difference it goes with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, text
from tabiji.metrics.group_onward import DIFFERENT
from tabiji.metrics.roles import called
from tabiji.result import Result, Share

NO_ROLES = N_("no role is known")
FOLLOWED = 0.05  # q up to which a pair of roles is taken to be more than chance


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
    of the landmark (see `group_onward`). difference: of the shares, adjusted; ratio likewise; crude: not adjusted;
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


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Buying groups of a set of journeys: the total (`value` None), or one value of `--by`."""

    value: str | None
    n: int  # journeys
    coverage: tuple[Coverage, ...]
    completeness: tuple[Completeness, ...]
    order: tuple[Appearance, ...]
    sequences: tuple[RoleOrder, ...]
    handover: Handover | None
    onward: tuple[OnwardDifference, ...]
    influence: tuple[Influence, ...]
    engagement: Engagement
    consensus: Consensus

    def to_dict(self) -> dict[str, Any]:
        """The figures under the keys of the verb; `value` and `n` only of a group."""
        head = {} if self.value is None else {"value": self.value, "n": self.n}
        total, *stages = self.completeness
        complete = {"adobe": total.adobe.to_dict(), "salesforce": total.salesforce.to_dict()}
        typical = sorted((a for a in self.order if a.median_position is not None), key=_place)
        return {
            **head,
            "coverage": [c.to_dict() for c in self.coverage],
            "completeness": {**complete, "stages": [c.to_dict() for c in stages]},
            "order": {
                "typical": [a.role for a in typical],
                "roles": [a.to_dict() for a in self.order],
                "sequences": [s.to_dict() for s in self.sequences],
            },
            "handover": self.handover.to_dict() if self.handover else None,
            "onward_difference": [o.to_dict() for o in self.onward],
            "influence": [i.to_dict() for i in self.influence],
            "engagement": self.engagement.to_dict(),
            "consensus": self.consensus.to_dict(),
        }


def _place(a: Appearance) -> tuple[float, float]:
    return a.median_position or 0.0, a.median_days or 0.0


@dataclass(frozen=True, repr=False)
class GroupResult(Result):
    """Answer of `group`. required_from: where the required roles come from (buying_group, stages or none) · stage_names,
    role_names: by id, as the map writes them."""

    roles: tuple[RoleNeed, ...]
    required_from: str
    total: GroupFigures
    landmark_days: float
    within_days: float
    horizon_days: int
    groups: tuple[GroupFigures, ...] = ()
    stage_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    role_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    name: ClassVar[str] = "group"

    def stage_name(self, stage: str, lang: str | None = None) -> str:
        """A stage as the map calls it."""
        return pick(self.stage_names.get(stage), lang) or stage

    def role_name(self, role: str, lang: str | None = None) -> str:
        """A role as the map calls it, else as everybody does."""
        return called(self.role_names, role, lang)

    @property
    def known(self) -> bool:
        """Whether any role showed up in any journey."""
        return any(a.n for a in self.total.order)

    @property
    def missed(self) -> tuple[Coverage, OnwardDifference] | None:
        """The role whose presence goes with the largest difference that is more than chance, where it is not always there."""
        found = [o for o in self.total.onward if o.told_apart and (o.low or 0.0) > 0]
        cells = {(c.stage, c.role): c for c in self.total.coverage if c.by_end.share is not None}
        pairs = [(cells[o.stage, o.role], o) for o in found if (o.stage, o.role) in cells]
        pairs = [(c, o) for c, o in pairs if c.planned or c.required] or pairs
        return max(pairs, key=lambda pair: pair[1].difference or 0.0, default=None)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the verb; `groups` only where the question asked for them."""
        out = {
            "question": self.question.to_dict(), "provenance": self.provenance.to_dict(),
            "roles": [r.to_dict() for r in self.roles], "required_from": self.required_from,
            "landmark_days": self.landmark_days, "within_days": self.within_days, "horizon_days": self.horizon_days,
            **self.total.to_dict(),
        }  # fmt: skip
        if self.groups:
            out["groups"] = [g.to_dict() for g in self.groups]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def rows(self) -> list[dict[str, Any]]:
        """One record per (group,) stage and role: coverage, and the difference in going on."""
        out: list[dict[str, Any]] = []
        for figures in self.groups or (self.total,):
            head = {"group": figures.value} if self.groups else {}
            onward = {(o.stage, o.role): o for o in figures.onward}
            for c in figures.coverage:
                o = onward.get((c.stage, c.role))
                told = {"stage": c.stage, "role": c.role, "planned": c.planned, "required": c.required}
                shown = {"share": c.by_end.share, "low": c.by_end.low, "high": c.by_end.high, "n": c.by_end.n}
                more = {
                    "during": c.during.share,
                    "onward_with": o.with_role.share if o else None,
                    "onward_without": o.without.share if o else None,
                    "onward_difference": o.difference if o else None,
                    "onward_low": o.low if o else None,
                    "onward_high": o.high if o else None,
                }
                out.append({**head, **told, **shown, **more})
        return out

    def explain(self, lang: str | None = None) -> str:
        """Who is missing where it matters; else the role that is missing most; else that nothing is known."""
        if self.total.n == 0:
            return text(N_("No journey has started by the date of this question."), lang)
        if not self.known:
            return text(
                N_("No role is known: no event belongs to a person with a role. Import a `membership` table."), lang
            )
        if self.missed is not None:
            return self._missed(*self.missed, lang)
        wanted = [c for c in self.total.coverage if (c.planned or c.required) and c.by_end.share is not None]
        planned = [c for c in wanted if c.planned] or wanted
        if not planned:
            return text(N_("Too few journeys to tell which role is missing."), lang)
        least = min(planned, key=lambda c: c.by_end.share or 0.0)
        return text(
            N_(
                "{role} had shown up in {share:.0%} of the {n:,} journeys by the end of {stage}. No role's presence goes with a "
                "difference in going on that is more than chance."
            ),
            lang, role=self.role_name(least.role, lang), share=least.by_end.share, n=least.by_end.n,
            stage=self.stage_name(least.stage, lang),
        )  # fmt: skip

    def _missed(self, c: Coverage, o: OnwardDifference, lang: str | None) -> str:
        names = {"role": self.role_name(c.role, lang), "stage": self.stage_name(c.stage, lang)}
        if o.ratio is not None and o.ratio_low is not None and o.ratio_low > 1:
            return text(
                N_(
                    "{role} shows up in only {share:.0%} of the {n:,} journeys in {stage}; with that role {ratio:.1f} times as many "
                    "go on ({low:.1f}–{high:.1f} times, {compared:,} journeys compared)."
                ),
                lang, **names, share=c.by_end.share, n=c.by_end.n, ratio=o.ratio, low=o.ratio_low, high=o.ratio_high,
                compared=o.n_used,
            )  # fmt: skip
        return text(
            N_(
                "{role} shows up in only {share:.0%} of the {n:,} journeys in {stage}; with that role {points:.0f} points more go on "
                "({compared:,} journeys compared)."
            ),
            lang, **names, share=c.by_end.share, n=c.by_end.n, points=100 * (o.difference or 0.0), compared=o.n_used,
        )  # fmt: skip


def _share(share: Share, n: str) -> dict[str, Any]:
    """A share with its n under another key."""
    out = share.to_dict()
    out[n] = out.pop("n")
    return out
