"""What `cohorts` answers: the share of each cohort that has reached a stage, by age."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, sentences, text
from tabiji.metrics.periods import Every, Period
from tabiji.result import Result, Share

NOT_WATCHED = N_("not watched that long yet")


@dataclass(frozen=True, slots=True)
class Cell:
    """The share that has reached the stage within `age_days` of the start. `watched`: journeys that began that long ago ·
    `resampled`: whether the interval comes from resampled units."""

    age_days: int
    share: Share
    watched: int
    resampled: bool = False

    @property
    def partly(self) -> bool:
        """Whether only some of the journeys began that long ago."""
        return 0 < self.watched < self.share.n

    def to_dict(self) -> dict[str, Any]:
        """{"age_days", "share", "low", "high", "n", "watched"}; `reason` where there is no share."""
        told = self.share.to_dict()
        told.pop("horizon_days", None)
        reason = {"reason": told.pop("reason")} if "reason" in told else {}
        return {"age_days": self.age_days, **told, "watched": self.watched, **reason}


@dataclass(frozen=True, slots=True)
class Cohort:
    """Journeys that began in a period: `n`, of which `reached` have reached the stage by now. `whole`: the period has passed,
    so no more will begin in it."""

    period: Period
    n: int
    reached: int
    whole: bool
    cells: tuple[Cell, ...]

    def to_dict(self) -> dict[str, Any]:
        """{"cohort", "from", "to", "whole", "n", "reached", "cells"}."""
        return {
            "cohort": self.period.label,
            "from": self.period.first_on.isoformat(),
            "to": self.period.last_on.isoformat(),
            "whole": self.whole,
            "n": self.n,
            "reached": self.reached,
            "cells": [c.to_dict() for c in self.cells],
        }


@dataclass(frozen=True, slots=True)
class CohortFigures:
    """The cohorts of a set of journeys, oldest first, and all of them together (`cells`): the total (`value` None), or one
    value of `--by`."""

    value: str | None
    n: int
    reached: int
    cells: tuple[Cell, ...]
    cohorts: tuple[Cohort, ...]

    def to_dict(self) -> dict[str, Any]:
        """{"value", "all": {"n", "reached", "cells"}, "cohorts"}; without `value` for the total."""
        head = {} if self.value is None else {"value": self.value}
        every = {"n": self.n, "reached": self.reached, "cells": [c.to_dict() for c in self.cells]}
        return {**head, "all": every, "cohorts": [c.to_dict() for c in self.cohorts]}


@dataclass(frozen=True, repr=False)
class CohortResult(Result):
    """Answer of `cohorts`. `groups`: one per value of `--by`, largest first."""

    stage: str
    every: Every
    age_days: int
    year_from: int
    horizon_days: int  # the greatest age of which `explain` speaks
    total: CohortFigures
    groups: tuple[CohortFigures, ...] = ()
    stage_name: Mapping[str, str] = field(default_factory=dict)

    name: ClassVar[str] = "cohorts"

    @property
    def cohorts(self) -> tuple[Cohort, ...]:
        """Cohorts of the total, oldest first."""
        return self.total.cohorts

    @property
    def ages_days(self) -> tuple[int, ...]:
        """The columns of the table."""
        return tuple(c.age_days for c in self.total.cells)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the verb; `groups` only where the question asked for groups."""
        out = {
            "question": self.question.to_dict(),
            "provenance": self.provenance.to_dict(),
            "stage": self.stage,
            "every": self.every,
            "year_from": self.year_from,
            "horizon_days": self.horizon_days,
            "ages_days": list(self.ages_days),
            **self.total.to_dict(),
        }
        if self.groups:
            out["groups"] = [g.to_dict() for g in self.groups]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def rows(self) -> list[dict[str, Any]]:
        """One record per (group,) cohort and age."""
        out: list[dict[str, Any]] = []
        for figures in self.groups or (self.total,):
            head = {"group": figures.value} if self.groups else {}
            for c in figures.cohorts:
                named = {**head, "cohort": c.period.label, "from": c.period.first_on, "to": c.period.last_on}
                for cell in c.cells:
                    s = cell.share
                    out.append(
                        {**named, "n": c.n, "reached": c.reached, "age_days": cell.age_days, "share": s.share,
                         "low": s.low, "high": s.high, "watched": cell.watched, "reason": s.reason}
                    )  # fmt: skip
        return out

    def explain(self, lang: str | None = None) -> str:
        """The two newest cohorts that can be compared, at the greatest age at which they can; else all journeys."""
        stage = pick(self.stage_name, lang) or self.stage
        if self.total.n == 0:
            return self.no_journey(lang)
        pair = self._newest_pair()
        if pair is not None:
            newer, older, at = pair
            a, b = newer.cells[at].share, older.cells[at].share
            assert None not in (a.low, a.high, b.low, b.high)
            said = text(
                N_(
                    "Of the journeys that began in {cohort}, {share:.0%} ({low:.0%}–{high:.0%}) had reached {stage} after {days} {days:day|days};"
                    " of those of {before}, {was:.0%} ({was_low:.0%}–{was_high:.0%})."
                ),
                lang, cohort=newer.period.label, share=a.share, low=a.low, high=a.high, stage=stage,
                days=self.ages_days[at], before=older.period.label, was=b.share, was_low=b.low, was_high=b.high,
            )  # fmt: skip
            overlap = (a.low or 0.0) <= (b.high or 0.0) and (b.low or 0.0) <= (a.high or 0.0)
            chance = N_("The intervals do not overlap: that is more than chance.")
            if overlap:
                chance = N_("The intervals overlap: the difference may be chance.")
            return sentences([said, text(chance, lang)], lang)
        known = [c for c in self.total.cells if c.share.share is not None]
        if not known:
            return text(
                N_("Too few journeys, or watched too briefly, to say which share reaches {stage}."), lang, stage=stage
            )
        last = known[-1]
        return text(
            N_("Of all journeys, {share:.0%} ({low:.0%}–{high:.0%}) have reached {stage} after {days} {days:day|days}."),
            lang, share=last.share.share, low=last.share.low, high=last.share.high, stage=stage, days=last.age_days,
        )  # fmt: skip

    def _newest_pair(self) -> tuple[Cohort, Cohort, int] | None:
        """(newer, older, column): the two newest cohorts that were watched whole to the same age, the greatest up to the horizon."""
        for at in (x for x in reversed(range(len(self.ages_days))) if self.ages_days[x] <= self.horizon_days):
            seen = [
                c
                for c in self.cohorts
                if c.whole and c.cells[at].watched == c.n and c.cells[at].share.share is not None
            ]
            if len(seen) >= 2:
                return seen[-1], seen[-2], at
        return None
