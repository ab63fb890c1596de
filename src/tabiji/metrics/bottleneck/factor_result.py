"""What separates the journeys that went on from a stage from those that did not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, text
from tabiji.metrics.roles import called

FALSE_DISCOVERY = 0.05  # of what is said to separate, the share that may be chance (Benjamini & Hochberg 1995)
LEAST_WENT = 5  # journeys that went on, with a factor and without it, below which no ratio is told
FEW_WENT = N_("fewer than 5 went on with it, or fewer than 5 without it")
ALL_WENT = N_("every week with it, or every week without it, ended by going on: there is no ratio")
KINDS = {"touchpoint": N_("touchpoint"), "role": N_("role"), "channel": N_("channel"), "content": N_("content")}
METHOD = "discrete_time_logistic_hazard"


@dataclass(frozen=True, slots=True)
class Factor:
    """One touchpoint, role, channel or content, held against the pace at which journeys go on.

    odds_ratio: how many times as high the odds of going on in a week are, once it was there, with its 95 % interval · p: of
    no difference; q: the same, corrected for all factors that were tested · n_with: journeys in which it was there in a
    week of the stage, n_without: in which it was there in none · went_…, weeks_…: how many went on, and weeks in the stage, once it was
    there and while it was not. None with a `reason` where it is refused."""

    kind: str  # touchpoint | role | channel | content
    key: str
    n_with: int
    n_without: int
    went_with: int
    went_without: int
    weeks_with: int
    weeks_without: int
    odds_ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: float | None = None
    reason: str | None = None
    name: Mapping[str, str] = field(default_factory=dict)

    @property
    def separates(self) -> bool:
        """Whether it is told apart from chance, all other tests considered."""
        return self.q is not None and self.q < FALSE_DISCOVERY

    @property
    def forward(self) -> bool:
        """Whether those that had it went on faster."""
        return self.odds_ratio is not None and self.odds_ratio > 1

    def title(self, lang: str | None = None) -> str:
        """What a reader calls it."""
        return (
            called({self.key: self.name}, self.key, lang) if self.kind == "role" else pick(self.name, lang) or self.key
        )

    def to_dict(self) -> dict[str, Any]:
        """The members above without `name`, and "separates"; `reason` only where it is refused."""
        out = {name: getattr(self, name) for name in _KEYS} | {"separates": self.separates}
        return out if self.reason is None else {**out, "reason": self.reason}


_KEYS = (
    "kind", "key", "odds_ratio", "low", "high", "p", "q", "n_with", "n_without", "went_with", "went_without",
    "weeks_with", "weeks_without",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors of one transition: first those that separate, the strongest first; then the others; then the refused.

    n: journeys that were in the stage for at least a week, `went` of which went on · adjusted_for: what they are alike in."""

    from_: str
    to: str
    n: int
    went: int
    adjusted_for: tuple[str, ...]
    items: tuple[Factor, ...]
    from_name: Mapping[str, str] = field(default_factory=dict)
    to_name: Mapping[str, str] = field(default_factory=dict)

    NONE: ClassVar[dict[str, Any]] = {"factors_of": None, "factors": []}

    @property
    def tested(self) -> int:
        """How many were tested; what separates is corrected for so many."""
        return sum(f.q is not None for f in self.items)

    @property
    def best(self) -> Factor | None:
        """What separates most surely those that went on: the highest lower bound; None where nothing does."""
        forward = [f for f in self.items if f.separates and f.forward]
        return max(forward, key=lambda f: f.low or 0.0, default=None)

    def to_dict(self) -> dict[str, Any]:
        """{"factors_of": {"from", "to", "n", "went", "adjusted_for", "method", "tested"}, "factors": [{…}]}."""
        about = {
            "from": self.from_, "to": self.to, "n": self.n, "went": self.went, "adjusted_for": list(self.adjusted_for),
            "method": METHOD, "tested": self.tested,
        }  # fmt: skip
        return {"factors_of": about, "factors": [f.to_dict() for f in self.items]}

    def explain(self, lang: str | None = None) -> str:
        """The one that separates most surely, or that none does."""
        best = self.best
        if best is None:
            if not self.tested:
                return text(N_("Too few journeys to tell what separates those that went on."), lang)
            return text(N_("Nothing that was tested separates those that went on from the others."), lang)
        return text(
            N_(
                "What separates those that went on most surely: {name}. From the week after it appeared, the odds of going on were"
                " {ratio:.1f} times as high (95% interval {low:.1f} to {high:.1f}; {n_with:,} {n_with:journey|journeys} with it, {n_without:,}"
                " without). That does not show that it is the cause."
            ),
            lang, name=best.title(lang), ratio=best.odds_ratio, low=best.low, high=best.high,
            n_with=best.n_with, n_without=best.n_without,
        )  # fmt: skip
