"""What `voice` answers: scores of every survey on its own scale, divided by stage, role, touchpoint and month, and comments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, sentences, text
from tabiji.metrics.means import Mean
from tabiji.result import Result, Share

LONGEST = 500  # characters of a comment
NO_ANSWERS = N_("no survey answer fits this question: bring a survey table with score, kind and time")
CUTS = ("stage", "role", "touchpoint", "month")


@dataclass(frozen=True, slots=True)
class Score:
    """Answers of one part (value None: of all): the score is the NPS in points, or the mean on the survey's own scale.

    top: share with the highest answer, top_two: with one of the two highest (of NPS: promoters, and None)."""

    value: str | None
    score: Mean
    top: Share
    top_two: Share | None
    units: int

    def to_dict(self) -> dict[str, Any]:
        """{"value", "score", "low", "high", "n", "units", "top_box", "top_two_box"}; `value` only of a part."""
        head = {} if self.value is None else {"value": self.value}
        told = {("score" if k == "mean" else k): v for k, v in self.score.to_dict().items()}
        out = {**head, **told, "units": self.units, "top_box": self.top.to_dict()}
        return out if self.top_two is None else {**out, "top_two_box": self.top_two.to_dict()}


@dataclass(frozen=True, slots=True)
class Survey:
    """One kind of survey on one scale. counts: answers by score · groups: of NPS, promoters, passives, detractors · parts: by stage,
    role, touchpoint and month."""

    kind: str
    lowest: float
    highest: float
    total: Score
    counts: Mapping[float, int]
    groups: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`nps`, `csat`, `ces`; with its scale where that is not the usual one (`csat 1-10`)."""
        usual = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}[self.kind]
        return self.kind if (self.lowest, self.highest) == usual else f"{self.kind} {self.lowest:g}-{self.highest:g}"

    def to_dict(self) -> dict[str, Any]:
        """{"kind", "scale", "score", …, "counts", "by": {"stage": […], …}}; NPS: "promoters", "passives", "detractors"."""
        return {
            "kind": self.kind,
            "scale": [self.lowest, self.highest],
            **self.total.to_dict(),
            **self.groups,
            "counts": {f"{score:g}": n for score, n in self.counts.items()},
            "by": {cut: [s.to_dict() for s in scores] for cut, scores in self.parts.items()},
        }


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote beside an answer. unit: id of the account (opportunity, person), at `place` in the index · at: seconds
    since EPOCH · text: plain, at most `LONGEST` characters; it comes from outside and must be escaped where it is shown."""

    unit: str
    place: int
    at: int
    roles: tuple[str, ...]
    kind: str
    score: float
    scale_max: float | None
    touchpoint: str | None
    text: str
    stage: str | None = None
    said_at: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """{"at", "unit", "stage", "roles", "kind", "score", "scale_max", "touchpoint", "text"}."""
        return {
            "at": self.said_at.isoformat() if self.said_at else None,
            "unit": self.unit,
            "stage": self.stage,
            "roles": list(self.roles),
            "kind": self.kind,
            "score": self.score,
            "scale_max": self.scale_max,
            "touchpoint": self.touchpoint,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class VoiceFigures:
    """The surveys of one value of `--by`, the one with most answers first."""

    value: str
    surveys: tuple[Survey, ...]

    def to_dict(self) -> dict[str, Any]:
        """{"value", "surveys"}."""
        return {"value": self.value, "surveys": [s.to_dict() for s in self.surveys]}


@dataclass(frozen=True, repr=False)
class VoiceResult(Result):
    """Answer of `voice`: a survey per kind and scale, the one with most answers first; the latest comments of all; the surveys of
    each value of `--by`, the one with most journeys first."""

    surveys: tuple[Survey, ...]
    comments: tuple[Comment, ...]
    names: Mapping[str, Mapping[str, str]]  # of stages, by id
    groups: tuple[VoiceFigures, ...] = ()

    name: ClassVar[str] = "voice"

    def of(self, kind: str) -> Survey | None:
        """The survey of a kind with most answers."""
        return next((s for s in self.surveys if s.kind == kind), None)

    def to_dict(self) -> dict[str, Any]:
        """{"question", "provenance", "surveys", "comments", "notices"}; `groups` only where the question asked for groups."""
        out = {
            "question": self.question.to_dict(),
            "provenance": self.provenance.to_dict(),
            "surveys": [s.to_dict() for s in self.surveys],
            "comments": [c.to_dict() for c in self.comments],
        }
        if self.groups:
            out["groups"] = [g.to_dict() for g in self.groups]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def rows(self) -> list[dict[str, Any]]:
        """One record per (group,) survey and part: survey, cut, value, score, low, high, n, top_box, reason."""
        if not self.groups:
            return [row for survey in self.surveys for row in _rows(survey)]
        return [{"group": g.value, **row} for g in self.groups for survey in g.surveys for row in _rows(survey)]

    def explain(self, lang: str | None = None) -> str:
        """The recommendation score if there is one, else the first survey; and where it is lowest."""
        if not self.surveys:
            return text(N_("Nothing is known of what customers say: {reason}."), lang, reason=text(NO_ANSWERS, lang))
        survey = self.of("nps") or self.surveys[0]
        m = survey.total.score
        if m.mean is None or m.low is None:
            message = N_("There are too few answers to say how satisfied customers are ({reason}).")
            return text(message, lang, reason=text(str(m.reason), lang))
        if survey.kind == "nps":
            message = N_(
                "The net promoter score is {score:+.0f} (95% interval {low:+.0f} to {high:+.0f}), from {n:,} {n:answer|answers}: {promoters:,} {promoters:promoter|promoters},"
                " {detractors:,} {detractors:detractor|detractors}."
            )
            return text(
                message, lang, score=m.mean, low=m.low, high=m.high, n=m.n, promoters=survey.groups["promoters"],
                detractors=survey.groups["detractors"],
            )  # fmt: skip
        message = N_(
            "{survey}: {score:.2f} of {highest:g} on average (95% interval {low:.2f} to {high:.2f}), from {n:,} {n:answer|answers}."
        )
        said = text(
            message,
            lang,
            survey=survey.name.upper(),
            score=m.mean,
            highest=survey.highest,
            low=m.low,
            high=m.high,
            n=m.n,
        )
        known = [s for s in survey.parts.get("stage", ()) if s.score.mean is not None]
        if len(known) < 2:
            return said
        worst = min(known, key=lambda s: s.score.mean or 0.0)
        stage = pick(self.names.get(worst.value or ""), lang) or worst.value
        lowest = text(N_("Lowest in {stage}: {score:.2f}."), lang, stage=stage, score=worst.score.mean)
        return sentences([said, lowest], lang)


def _rows(survey: Survey) -> Iterator[dict[str, Any]]:
    """Records of a survey: all answers, then part by part."""
    for cut, s in [("", survey.total), *((cut, s) for cut, scores in survey.parts.items() for s in scores)]:
        m = s.score
        told = {"survey": survey.name, "cut": cut, "value": s.value, "score": m.mean, "low": m.low, "high": m.high}
        yield {**told, "n": m.n, "units": s.units, "top_box": s.top.share, "reason": m.reason}
