"""What `reach` answers: shares of journeys by stage and touchpoint, and by stage and role."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, text
from tabiji.result import Result, Share


@dataclass(frozen=True, slots=True)
class TouchpointReach:
    """Share of the journeys in a stage that met a touchpoint there."""

    stage: str
    touchpoint: str
    share: Share


@dataclass(frozen=True, slots=True)
class RolePresence:
    """Share of the journeys in a stage (None: of all journeys) in which a role showed up."""

    stage: str | None
    role: str
    share: Share


@dataclass(frozen=True, slots=True)
class ReachFigures:
    """The shares of one value of `--by`, as in `ReachResult`. n: its journeys."""

    value: str
    n: int
    touchpoints: tuple[TouchpointReach, ...]
    roles: tuple[RolePresence, ...]

    @property
    def by_stage(self) -> dict[tuple[str, str], Share]:
        """(stage, touchpoint) → share."""
        return {(t.stage, t.touchpoint): t.share for t in self.touchpoints}

    def to_dict(self) -> dict[str, Any]:
        """{"value", "n", "touchpoints", "roles"}."""
        return {"value": self.value, "n": self.n, **_told(self)}


@dataclass(frozen=True, repr=False)
class ReachResult(Result):
    """Answer of `reach`: every stage of the main line × every touchpoint of the map, and every role that the data or the
    map names, over all stages first, then per stage. groups: the same for each value of `--by`, the one with most journeys first."""

    touchpoints: tuple[TouchpointReach, ...]
    roles: tuple[RolePresence, ...]
    names: dict[str, Any]  # of touchpoints, by id
    stages: dict[str, Any] = field(default_factory=dict)  # names of the main line, by id
    called: dict[str, Any] = field(default_factory=dict)  # names that the map has for roles
    groups: tuple[ReachFigures, ...] = ()

    name: ClassVar[str] = "reach"

    @property
    def by_stage(self) -> dict[tuple[str, str], Share]:
        """(stage, touchpoint) → share."""
        return {(t.stage, t.touchpoint): t.share for t in self.touchpoints}

    @property
    def presence(self) -> dict[str, Share]:
        """Role → share of all journeys in which it showed up."""
        return {r.role: r.share for r in self.roles if r.stage is None}

    def rows(self) -> list[dict[str, Any]]:
        """One record per (group,) stage × touchpoint, then per stage × role."""
        if not self.groups:
            return _rows(self)
        return [{"group": figures.value, **row} for figures in self.groups for row in _rows(figures)]

    def to_dict(self) -> dict[str, Any]:
        """{"question", "provenance", "touchpoints": [{"stage", "touchpoint", …share}], "roles": [{"stage", "role", …share}],
        "notices"}; `groups` only where the question asked for groups."""
        out = {"question": self.question.to_dict(), "provenance": self.provenance.to_dict(), **_told(self)}
        if self.groups:
            out["groups"] = [g.to_dict() for g in self.groups]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def explain(self, lang: str | None = None) -> str:
        """How many journeys were looked at, and the touchpoint that most of them met."""
        if not self.touchpoints:
            return text(N_("This map has no touchpoints: write them in it under touchpoints."), lang)
        best = max((t for t in self.touchpoints if t.share.share), key=lambda t: t.share.share or 0.0, default=None)
        if best is None:
            return text(N_("No touchpoint has been met by enough journeys to tell."), lang)
        return text(
            N_("{touchpoint} reached {share:.0%} of the {n:,} {n:journey|journeys} in stage {stage}."),
            lang,
            touchpoint=pick(self.names.get(best.touchpoint), lang) or best.touchpoint,
            share=best.share.share,
            n=best.share.n,
            stage=pick(self.stages.get(best.stage), lang) or best.stage,
        )


def _told(figures: ReachResult | ReachFigures) -> dict[str, Any]:
    return {
        "touchpoints": [
            {"stage": t.stage, "touchpoint": t.touchpoint, **t.share.to_dict()} for t in figures.touchpoints
        ],
        "roles": [{"stage": r.stage, "role": r.role, **r.share.to_dict()} for r in figures.roles],
    }


def _rows(figures: ReachResult | ReachFigures) -> list[dict[str, Any]]:
    met = [
        {"stage": t.stage, "touchpoint": t.touchpoint, "role": None, **t.share.to_dict()} for t in figures.touchpoints
    ]
    return met + [{"stage": r.stage, "touchpoint": None, "role": r.role, **r.share.to_dict()} for r in figures.roles]
