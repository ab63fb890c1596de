"""What `emotion` answers: feelings per stage and role, negative touches, and their link with being lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, sentences, text
from tabiji.metrics.feelings.negative import Link, NegativeShare
from tabiji.metrics.means import Mean
from tabiji.result import Result


@dataclass(frozen=True, slots=True)
class Feeling:
    """Mean feeling in a stage, of a role or (None) of everybody, beside what the map plans.

    sources: how many of the n come from each kind of survey, and from notes."""

    stage: str
    role: str | None
    measured: Mean
    planned: float | None
    sources: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """{"stage", "role", "planned", "mean", "low", "high", "n", "sources"}."""
        told = {"stage": self.stage, "role": self.role, "planned": self.planned, **self.measured.to_dict()}
        return {**told, "sources": dict(self.sources)}


@dataclass(frozen=True, slots=True)
class EmotionFigures:
    """The figures of one value of `--by` (None: of all), as in `EmotionResult`."""

    value: str | None
    feelings: tuple[Feeling, ...]
    negative: tuple[NegativeShare, ...] = ()
    link: Link | None = None

    def to_dict(self) -> dict[str, Any]:
        """{"value", "stages", "negative", "link"}."""
        return {"value": self.value, **_told(self)}


@dataclass(frozen=True, repr=False)
class EmotionResult(Result):
    """Answer of `emotion`: every stage of the main line, for everybody first, then role by role.

    negative: share of negative touches, of all journeys first, then by stage · link: None where it was not asked for · groups:
    the same for each value of `--by`, the one with most journeys first."""

    feelings: tuple[Feeling, ...]
    names: Mapping[str, Mapping[str, str]]  # of stages, by id
    negative: tuple[NegativeShare, ...] = ()
    link: Link | None = None
    groups: tuple[EmotionFigures, ...] = ()

    name: ClassVar[str] = "emotion"

    @property
    def by_stage(self) -> dict[str, Mean]:
        """Stage → mean feeling of everybody."""
        return {f.stage: f.measured for f in self.feelings if f.role is None}

    def rows(self) -> list[dict[str, Any]]:
        """One record per (group,) stage and role."""
        if not self.groups:
            return [f.to_dict() for f in self.feelings]
        return [{"group": figures.value, **f.to_dict()} for figures in self.groups for f in figures.feelings]

    def to_dict(self) -> dict[str, Any]:
        """{"question", "provenance", "stages": [{"stage", "role", "planned", "mean", …}], "negative", "link", "notices"}; `groups`
        only where the question asked for groups."""
        out = {"question": self.question.to_dict(), "provenance": self.provenance.to_dict(), **_told(self)}
        if self.groups:
            out["groups"] = [g.to_dict() for g in self.groups]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def worst(self, lang: str | None = None) -> str:
        """The stage in which people felt worst."""
        known = [(stage, m) for stage, m in self.by_stage.items() if m.mean is not None]
        if not known:
            return text(N_("No stage has enough survey answers or notes to tell how people felt."), lang)
        stage, worst = min(known, key=lambda item: item[1].mean or 0.0)
        return text(
            N_(
                "People felt worst in {stage}: {mean} on a scale from −2 to +2, from {n:,} {n:answer or note|answers and notes}."
            ),
            lang,
            stage=pick(self.names.get(stage), lang) or stage,
            mean=f"{worst.mean:+.1f}".replace("-", "−"),
            n=worst.n,
        )

    def explain(self, lang: str | None = None) -> str:
        """The stage in which people felt worst, and what a negative touch goes along with."""
        if self.link is None or self.link.hazard_ratio is None:
            return self.worst(lang)
        return sentences([self.worst(lang), meaning(self.link, lang)], lang)


def _told(figures: EmotionResult | EmotionFigures) -> dict[str, Any]:
    return {
        "stages": [f.to_dict() for f in figures.feelings],
        "negative": [n.to_dict() for n in figures.negative],
        "link": None if figures.link is None else figures.link.to_dict(),
    }


def meaning(link: Link, lang: str | None = None) -> str:
    """What the hazard ratio says, in words; why there is none, where there is none."""
    if link.hazard_ratio is None or link.low is None or link.high is None:
        reason = text(str(link.reason), lang)
        if reason.startswith("n<"):
            message = N_("only {n} {n:journey was|journeys were} lost, at least {least} are needed")
            reason = text(message, lang, n=link.lost, least=reason.removeprefix("n<"))
        return text(
            N_("Whether negative touches go along with being lost is not known: {reason}."), lang, reason=reason
        )
    values = {"days": link.window_days, "ratio": link.hazard_ratio, "low": link.low, "high": link.high}
    if link.low > 1 or link.high < 1:
        message = N_(
            "In the {days} {days:day|days} after a negative touch, journeys are lost {ratio:.1f} times as often as at other times in the same"
            " stage (95% interval {low:.1f} to {high:.1f}): an association, not yet a cause."
        )
    else:
        message = N_(
            "In the {days} {days:day|days} after a negative touch, journeys are lost {ratio:.1f} times as often as at other times in the same"
            " stage, but the 95% interval {low:.1f} to {high:.1f} holds 1: the data do not show a difference."
        )
    return text(message, lang, **values)
