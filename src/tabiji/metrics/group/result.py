"""What `group` answers: who is there, when, how completely, and what difference it goes with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, text
from tabiji.metrics.group.figures import (
    Appearance,
    Completeness,
    Coverage,
    Handover,
    Influence,
    OnwardDifference,
    RoleNeed,
    RoleOrder,
)
from tabiji.metrics.group.standing.stances import MembersOf
from tabiji.metrics.group.standing.state import Consensus, Engagement
from tabiji.metrics.roles import called
from tabiji.result import Result


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
    role_names: by id, as the map writes them · members: of the group that was asked for by name, one by one."""

    roles: tuple[RoleNeed, ...]
    required_from: str
    total: GroupFigures
    landmark_days: float
    within_days: float
    horizon_days: int
    groups: tuple[GroupFigures, ...] = ()
    members: MembersOf | None = None
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
        if self.members is not None:
            out["members_of"] = self.members.to_dict()
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
            return self.no_journey(lang)
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
