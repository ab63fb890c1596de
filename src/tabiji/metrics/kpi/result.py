"""What `kpis` answers: each KPI of a map with its actual value and the one before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tabiji.i18n import N_, listed, pick, plural, text
from tabiji.result import Result


@dataclass(frozen=True, slots=True)
class Actual:
    """What a KPI comes to: `value` with its 95 % interval where it is a rate or a mean, from `n` (events, journeys or
    answers); None with its `reason` where it is refused."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class KpiValue:
    """A KPI of the map with its actual value. measure: count | reached | share | nps | csat | ces. A share is 0–1, a net
    promoter score −100…100."""

    id: str
    stage: str
    name: Mapping[str, str]
    measure: str
    actual: Actual
    previous: Actual | None
    target: float | None

    def to_dict(self) -> dict[str, Any]:
        """{"id", "stage", "measure", "value", "low", "high", "n", "previous", "target"}, `reason` where there is one."""
        a = self.actual
        out: dict[str, Any] = {"id": self.id, "stage": self.stage, "measure": self.measure, "value": a.value}
        out |= {"low": a.low, "high": a.high, "n": a.n}
        out |= {"previous": self.previous.value if self.previous else None, "target": self.target}
        return out if a.reason is None else {**out, "reason": a.reason}


@dataclass(frozen=True, slots=True)
class KpiFigures:
    """The KPIs of one value of `--by`. n: its journeys. Counts have no target here: theirs is one for all together."""

    value: str
    n: int
    values: tuple[KpiValue, ...]

    def to_dict(self) -> dict[str, Any]:
        """{"value", "n", "kpis"}."""
        return {"value": self.value, "n": self.n, "kpis": [v.to_dict() for v in self.values]}


@dataclass(frozen=True, repr=False)
class KpiResult(Result):
    """Answer of `kpis`: the map's KPIs in its order. groups: the same for each value of `--by`, the one with most journeys first."""

    values: tuple[KpiValue, ...]
    groups: tuple[KpiFigures, ...] = ()

    name: ClassVar[str] = "kpis"

    def rows(self) -> list[dict[str, Any]]:
        """One record per (group and) KPI."""
        if not self.groups:
            return [v.to_dict() for v in self.values]
        return [{"group": figures.value, **v.to_dict()} for figures in self.groups for v in figures.values]

    def to_dict(self) -> dict[str, Any]:
        """{"question", "provenance", "kpis": […], "notices"}; `groups` only where the question asked for groups."""
        out: dict[str, Any] = {"question": self.question.to_dict(), "provenance": self.provenance.to_dict()}
        out["kpis"] = [v.to_dict() for v in self.values]
        if self.groups:
            out["groups"] = [g.to_dict() for g in self.groups]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def explain(self, lang: str | None = None) -> str:
        """Which KPIs are below their target."""
        if not self.values:
            return text(N_("This map has no KPIs: write them in it under kpis."), lang)
        aimed = [v for v in self.values if v.target is not None and v.actual.value is not None]
        below = [v for v in aimed if (v.actual.value or 0.0) < (v.target or 0.0)]
        if not aimed:
            return text(N_("No KPI with a target has a value yet."), lang)
        if not below:
            return plural(
                "The only KPI with a target has reached it.",
                "All {n} KPIs with a target have reached it.",
                len(aimed),
                lang,
            )
        names = listed((pick(v.name, lang) or v.id for v in below), lang)
        return text(
            N_("{n_below} of {n} KPIs {n_below:is below its|are below their} target: {names}."),
            lang,
            n_below=len(below),
            n=len(aimed),
            names=names,
        )
