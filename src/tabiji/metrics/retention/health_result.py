"""What `health` answers: four components per customer, what each was measured by, and whether low health came before leaving."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tabiji.i18n import N_, listed, sentences, text
from tabiji.metrics.means import Mean
from tabiji.result import Result, Share

COMPONENTS = ("deployment", "engagement", "adoption", "roi")
LABELS = {
    "deployment": N_("Deployment"),
    "engagement": N_("Engagement"),
    "adoption": N_("Adoption"),
    "roi": N_("ROI"),
}
BY_LICENCES = N_("people who used the product in the last {days} {days:day|days} ÷ licences")
BY_PEOPLE = N_(
    "people who used the product in the last {days} {days:day|days} ÷ people known at the company (no licences in the data)"
)
BY_DAYS = N_("days with use in the last {days} {days:day|days} ÷ {most} working days")
BY_FEATURES = N_("kinds of use in the last {days} {days:day|days} ÷ the {most} kinds that there are")
BY_OUTCOMES = N_("whether an outcome was confirmed in the last {days} {days:day|days}")
NO_USE = N_("no event of use: bring usage of the product, or name its channel with --usage")
NO_OUTCOMES = N_("no event confirms an outcome: name one with --outcomes")
NO_CUSTOMERS = N_("nobody is a customer at the date of the question")
NOT_MEASURED = "not measured: {parts}"  # ids of components; a reason for machines
BANDS = 5


@dataclass(frozen=True, slots=True)
class Component:
    """A component (0–1) over all customers. measure: what it is, a template with `values`; None where it is not measured, with its
    reason. bands: customers by fifths of the scale."""

    id: str
    mean: Mean
    bands: tuple[int, ...] = ()
    measure: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def told(self, lang: str | None = None) -> str | None:
        """The measure in the reader's language."""
        return None if self.measure is None else text(self.measure, lang, **self.values)

    def to_dict(self) -> dict[str, Any]:
        """{"id", "measure", "mean", "low", "high", "n", "bands"}."""
        return {"id": self.id, "measure": self.told(), **self.mean.to_dict(), "bands": list(self.bands)}


@dataclass(frozen=True, slots=True)
class CustomerHealth:
    """One customer: its components (None = not measured), the mean of those that are measured, and the overall health, which is None
    unless all four are."""

    unit: str
    parts: Mapping[str, float | None]
    of_measured: float | None
    name: str | None = None

    @property
    def overall(self) -> float | None:
        """The mean of all four, where all are measured."""
        return None if None in self.parts.values() else self.of_measured

    def to_dict(self) -> dict[str, Any]:
        """{"unit", "name", "deployment", "engagement", "adoption", "roi", "of_measured", "overall"}."""
        return {
            "unit": self.unit,
            "name": self.name,
            **self.parts,
            "of_measured": self.of_measured,
            "overall": self.overall,
        }


@dataclass(frozen=True, slots=True)
class Validation:
    """Whether low health came before leaving. Observed: customers at `landmarks` dates `days` apart, who left within the next `days`.

    auc: of the mean of the measured components; by_component: of each. 0.5 = tells nothing, 1 = tells all."""

    days: int
    landmarks: int
    observed: int
    left: int
    auc: Share
    by_component: Mapping[str, Share]

    def to_dict(self) -> dict[str, Any]:
        """The keys above; the shares with key `auc` instead of `share`."""
        told = {key: getattr(self, key) for key in ("days", "landmarks", "observed", "left")}
        by = {name: _area(share) for name, share in self.by_component.items()}
        return {**told, **_area(self.auc), "by_component": by}


def _area(share: Share) -> dict[str, Any]:
    return {"auc" if key == "share" else key: value for key, value in share.to_dict().items()}


@dataclass(frozen=True, repr=False)
class HealthResult(Result):
    """Answer of `health`. customers: how many · lowest: those with the lowest mean of the measured components · by_group: value of
    `--by` → components."""

    customers: int
    components: tuple[Component, ...]
    overall: Mean
    of_measured: Mean
    lowest: tuple[CustomerHealth, ...]
    validation: Validation | None
    by_group: Mapping[str, tuple[Component, ...]] = field(default_factory=dict)
    reason: str | None = None

    name: ClassVar[str] = "health"

    @property
    def measured(self) -> tuple[str, ...]:
        """Ids of the components that are measured."""
        return tuple(c.id for c in self.components if c.measure is not None)

    def to_dict(self) -> dict[str, Any]:
        """{"question", "provenance", "customers", "components", "measured", "of_measured", "overall", "accounts", "validation",
        "groups", "notices"}; `reason` where there is nothing."""
        out = {
            "question": self.question.to_dict(),
            "provenance": self.provenance.to_dict(),
            "customers": self.customers,
            "components": [c.to_dict() for c in self.components],
            "measured": list(self.measured),
            "of_measured": self.of_measured.to_dict(),
            "overall": self.overall.to_dict(),
            "accounts": [c.to_dict() for c in self.lowest],
            "validation": None if self.validation is None else self.validation.to_dict(),
        }
        if self.by_group:
            out["groups"] = [
                {"value": v, "components": [c.to_dict() for c in parts]} for v, parts in self.by_group.items()
            ]
        if self.reason is not None:
            out["reason"] = self.reason
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def rows(self) -> list[dict[str, Any]]:
        """One record per customer listed."""
        return [c.to_dict() for c in self.lowest]

    def explain(self, lang: str | None = None) -> str:
        """The weakest component, what is not measured, and whether health foretold leaving."""
        if self.reason is not None:
            return text(N_("Health is not known: {reason}."), lang, reason=text(self.reason, lang))
        said = []
        known = [c for c in self.components if c.mean.mean is not None]
        if known:
            low = min(known, key=lambda c: c.mean.mean or 0.0)
            message = N_("Of {n:,} {n:customer|customers} the weakest part is {part}: {mean:.2f} of 1 on average.")
            said.append(text(message, lang, n=self.customers, part=text(LABELS[low.id], lang), mean=low.mean.mean))
        missing = [text(LABELS[c.id], lang) for c in self.components if c.measure is None]
        if missing:
            said.append(
                text(N_("Not measured: {parts}; so there is no overall health."), lang, parts=listed(missing, lang))
            )
        if self.validation is not None:
            said.append(foretold(self.validation, lang))
        return sentences(said, lang)


def foretold(v: Validation, lang: str | None = None) -> str:
    """What the validation says, in words."""
    a = v.auc
    if a.share is None or a.low is None or a.high is None:
        message = N_(
            "Whether low health comes before leaving cannot be said: {left} of {n} left within {days} {days:day|days}."
        )
        return text(message, lang, left=v.left, n=v.observed, days=v.days)
    values = {"share": a.share, "low": a.low, "high": a.high, "days": v.days}
    if a.low > 0.5:
        message = N_(
            "Of two customers, one who left within {days} {days:day|days} and one who stayed, the one who left had the lower health in {share:.0%}"
            " of cases (95% interval {low:.0%} to {high:.0%})."
        )
    else:
        message = N_(
            "Health has not told those who left within {days} {days:day|days} from those who stayed: the one who left was lower in {share:.0%} of"
            " cases (95% interval {low:.0%} to {high:.0%}; chance is 50%)."
        )
    return text(message, lang, **values)
