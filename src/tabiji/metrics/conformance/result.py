"""What `conform` answers: how well journeys fit the plan, and where they leave it, each with what goes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tabiji.i18n import N_, sentences, text
from tabiji.metrics.conformance.deviation_result import Deviation
from tabiji.result import Result, Share, percent


@dataclass(frozen=True, slots=True)
class Fitness:
    """How well `n` journeys fit the plan, 0–1. log = 1 − Σ cost ÷ Σ worst cost; mean_trace = mean of 1 − cost ÷ worst cost, one
    for each journey; both with 95 % intervals over units. `fitting`: share of journeys without a missing or extra step.
    cost, worst: the two sums · unexplained: share of the steps taken that no way of the plan explains (`n` = steps)."""

    log: float | None
    log_low: float | None
    log_high: float | None
    mean_trace: float | None
    mean_trace_low: float | None
    mean_trace_high: float | None
    n: int
    cost: int
    worst: int
    fitting: Share
    unexplained: Share
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The keys above; `reason` only where the figures are null."""
        out: dict[str, Any] = {key: getattr(self, key) for key in _FITNESS}
        out["fitting"], out["unexplained"] = self.fitting.to_dict(), self.unexplained.to_dict()
        return out if self.reason is None else {**out, "reason": self.reason}


_FITNESS = (
    "log", "log_low", "log_high", "mean_trace", "mean_trace_low", "mean_trace_high", "n", "cost", "worst",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A stage of the plan: how many walks through the plan pass it, and how many of these journeys really entered it there."""

    id: str
    passed: int
    as_planned: int
    optional: bool
    repeatable: bool
    limit_days: float | None
    name: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The keys above, without the name; the id as `stage`."""
        keys = ("passed", "as_planned", "optional", "repeatable", "limit_days")
        return {"stage": self.id, **{key: getattr(self, key) for key in keys}}


@dataclass(frozen=True, slots=True)
class PlanEdge:
    """A way of the plan, from a stage (None: the start) to another. share: of the journeys that were at the first stage as
    planned and have gone on since, those that entered the other one next; None for a way back, which is not counted."""

    from_: str | None
    to: str
    n: int | None
    share: Share | None

    def to_dict(self) -> dict[str, Any]:
        """{"from", "to", "n", "of", "share", …}."""
        out: dict[str, Any] = {"from": self.from_, "to": self.to, "n": self.n, "of": None}
        if self.share is None:
            return out
        share = self.share.to_dict()
        return {**out, "of": share.pop("n"), **share}


@dataclass(frozen=True, slots=True)
class ConformanceFigures:
    """Fitness, deviations and the plan as walked of a set of journeys: the total (`value` None), or one value of `--by`."""

    value: str | None
    n: int
    fitness: Fitness
    deviations: tuple[Deviation, ...]
    steps: tuple[PlanStep, ...]
    edges: tuple[PlanEdge, ...]

    def to_dict(self) -> dict[str, Any]:
        """{"value", "n", "fitness", "deviations", "plan"}; the first two only of a group."""
        head = {} if self.value is None else {"value": self.value, "n": self.n}
        plan = {"steps": [s.to_dict() for s in self.steps], "edges": [e.to_dict() for e in self.edges]}
        return {
            **head,
            "fitness": self.fitness.to_dict(),
            "deviations": [d.to_dict() for d in self.deviations],
            "plan": plan,
        }


@dataclass(frozen=True, repr=False)
class ConformanceResult(Result):
    """Answer of `conform`. `groups`: one per value of `--by`, largest first. Deviations: the heaviest first."""

    total: ConformanceFigures
    groups: tuple[ConformanceFigures, ...] = ()
    horizon_days: int = 0
    landmark_days: int = 0

    name: ClassVar[str] = "conformance"

    @property
    def fitness(self) -> Fitness:
        """Fitness of the total."""
        return self.total.fitness

    @property
    def deviations(self) -> Sequence[Deviation]:
        """Deviations of the total."""
        return self.total.deviations

    def rows(self) -> list[dict[str, Any]]:
        """One record per deviation (and per group, with its value first)."""
        if not self.groups:
            return [d.to_dict() for d in self.total.deviations]
        return [{"value": f.value, **d.to_dict()} for f in (self.total, *self.groups) for d in f.deviations]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the verb; `groups` only where the question asked for them."""
        out = {
            "question": self.question.to_dict(),
            "provenance": self.provenance.to_dict(),
            "horizon_days": self.horizon_days,
            "landmark_days": self.landmark_days,
            **self.total.to_dict(),
        }
        if self.groups:
            out["groups"] = [g.to_dict() for g in self.groups]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def explain(self, lang: str | None = None) -> str:
        """How many journeys go as planned, how much of the plan is kept, and the heaviest deviation."""
        fitness = self.fitness
        if fitness.log is None:
            return text(N_("Too few journeys to tell how well they fit the plan: {n:,}."), lang, n=fitness.n)
        kept = text(
            N_(
                "{fitting:,} of {n:,} {n:journey|journeys} {fitting:has|have} no missing and no extra step; of all steps, planned and taken, {log} agree"
                " (log fitness)."
            ),
            lang, fitting=round((fitness.fitting.share or 0.0) * fitness.n), n=fitness.n, log=percent(fitness.log),
        )  # fmt: skip
        worse = [d for d in self.deviations if d.worse]
        better = [d for d in self.deviations if d.candidate]
        said = [kept]
        if worse:
            message = N_(
                "Weighs most: {what} ({n:,} {n:journey|journeys}; {points:.0f} points fewer go on from {stage})."
            )
            said.append(_weighed(worse[0], message, lang))
        if better:
            message = N_(
                "Does better than planned: {what} ({n:,} {n:journey|journeys}; {points:.0f} points more go on from {stage})."
            )
            said.append(_weighed(better[0], message, lang))
        return sentences(said, lang)


def _weighed(d: Deviation, template: str, lang: str | None) -> str:
    points = abs(d.onward.difference or 0.0) * 100
    return text(template, lang, what=d.sentence(lang), n=d.n, points=points, stage=d.name("compared_at", lang))
