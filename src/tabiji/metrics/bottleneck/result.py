"""What `bottleneck` answers: what each transition costs a year, and what separates those who went on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tabiji.i18n import N_, pick, sentences, text
from tabiji.metrics.bottleneck.factor_result import Factors
from tabiji.result import Notice, Result, Share

NO_REFERENCE = N_("the stage has no target_share, and no segment has 50 journeys with a known share")
AFTER_SUCCESS = N_("after the success stage: what is lost here is not a deal")
UNKNOWN_ONWARD = N_("how many of those that go on would reach the end is not known")
MIXED_CURRENCIES = N_("The won deals are in several currencies ({currencies}): what is at stake is told in journeys.")
NO_DEAL_VALUES = N_("No won deal tells its value: what is at stake is told in journeys.")
FEW_DEAL_VALUES = N_(
    "Only {n} won {n:deal tells its|deals tell their} value, fewer than {least}: what is at stake is told in journeys, not in money."
)
PERHAPS_NOTHING = N_("The interval begins at 0: it may be that nothing is lost.")
NO_SUCCESS_STAGE = N_("The map has no success stage: what is at stake is journeys that reach its last stage.")
SHORT_YEAR = N_(
    "The data begin {days} {days:day|days} before the date of this question: a whole year would have more entries."
)
BEST_SEGMENT = N_(
    "Where a stage has no target_share, its share is held against the best of {n} segments. That the best one is also a lucky one"
    " is in the interval, not in the figure."
)


@dataclass(frozen=True, slots=True)
class Stake:
    """What is at stake a year, with its 95 % interval; never below 0. currency: None = counted in journeys."""

    value: float
    low: float
    high: float
    currency: str | None = None

    @property
    def unit(self) -> str:
        """`money` or `journeys`."""
        return "journeys" if self.currency is None else "money"

    def to_dict(self) -> dict[str, Any]:
        """{"value", "low", "high", "unit", "currency"}."""
        return {"value": self.value, "low": self.low, "high": self.high, "unit": self.unit, "currency": self.currency}


@dataclass(frozen=True, slots=True)
class Reference:
    """The share that a transition is held against. source: `target` (the map's target_share), or `segment`: `attribute` =
    `value`, of `n` journeys, with its interval over resampled units."""

    share: float
    source: str
    attribute: str | None = None
    value: str | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """{"share", "source"}; for a segment also "attribute", "value", "n", "low", "high"."""
        out: dict[str, Any] = {"share": self.share, "source": self.source}
        names = ("attribute", "value", "n", "low", "high")
        return out if self.source == "target" else {**out, **{name: getattr(self, name) for name in names}}


@dataclass(frozen=True, slots=True)
class TransitionStake:
    """A transition: `n_per_year` entries in the last year, the censoring-aware share that goes on, the share it is held
    against, the share of those gone on that reaches the end (`onward`), and what is at stake.

    journeys: the same counted in journeys that would reach the end. rank: 1 = most at stake for certain (by the lower bound),
    None where nothing can be told, with its `reason`."""

    from_: str
    to: str
    n_per_year: int
    share: Share
    reference: Reference | None = None
    onward: float | None = None
    at_stake: Stake | None = None
    journeys: Stake | None = None
    rank: int | None = None
    reason: str | None = None
    from_name: Mapping[str, str] = field(default_factory=dict)
    to_name: Mapping[str, str] = field(default_factory=dict)

    def title(self, lang: str | None = None) -> str:
        """Both stages in the reader's language: `Consideration → Order`."""
        return f"{pick(self.from_name, lang) or self.from_} → {pick(self.to_name, lang) or self.to}"

    def to_dict(self) -> dict[str, Any]:
        """JSON of a transition; `reason` only where nothing can be told."""
        out: dict[str, Any] = {
            "from": self.from_,
            "to": self.to,
            "n_per_year": self.n_per_year,
            "share": self.share.to_dict(),
            "reference": None if self.reference is None else self.reference.to_dict(),
            "onward_share": self.onward,
            "at_stake": None if self.at_stake is None else self.at_stake.to_dict(),
            "journeys": None if self.journeys is None else self.journeys.to_dict(),
            "rank": self.rank,
        }
        return out if self.reason is None else {**out, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class StakeFigures:
    """Of `n` journeys: the total's (`value` None), or one value of `--by`. mean_deal: over the `n_valued` won deals that tell a
    value, in `currency` (None where what is at stake is counted in journeys). notices: what a reader must know of these · factors: of a
    group, where they were asked for (those of the total: `BottleneckResult.factors`)."""

    value: str | None
    n: int
    transitions: tuple[TransitionStake, ...]
    mean_deal: float | None = None
    n_valued: int = 0
    currency: str | None = None
    notices: tuple[Notice, ...] = ()
    factors: Factors | None = None

    @property
    def ranked(self) -> tuple[TransitionStake, ...]:
        """The transitions that can be told, most at stake first."""
        return tuple(sorted((t for t in self.transitions if t.rank is not None), key=lambda t: t.rank or 0))

    @property
    def top(self) -> TransitionStake | None:
        """The bottleneck: ranked first, with something at stake; None where nothing is."""
        return next((t for t in self.ranked if t.at_stake is not None and t.at_stake.value > 0), None)

    def to_dict(self) -> dict[str, Any]:
        """JSON of a value of `--by`."""
        return {
            "value": self.value,
            "n": self.n,
            "mean_deal": self.mean_deal,
            "n_valued": self.n_valued,
            "currency": self.currency,
            "transitions": [t.to_dict() for t in self.transitions],
            **({} if self.factors is None else self.factors.to_dict()),
            "notices": [n.to_dict() for n in self.notices],
        }


@dataclass(frozen=True, repr=False)
class BottleneckResult(Result):
    """Answer of `bottleneck`. groups: one per value of `--by`, largest first, each with its own factors of the same transition.
    factors: of one transition of the total; None where they were not asked for."""

    horizon_days: int
    total: StakeFigures
    groups: tuple[StakeFigures, ...] = ()
    replicates: int = 0
    seed: int = 0
    factors: Factors | None = None

    name: ClassVar[str] = "bottleneck"

    @property
    def transitions(self) -> tuple[TransitionStake, ...]:
        """Transitions of the total, in the order of the main line."""
        return self.total.transitions

    @property
    def ranked(self) -> tuple[TransitionStake, ...]:
        """Those of the total that can be told, most at stake first."""
        return self.total.ranked

    @property
    def top(self) -> TransitionStake | None:
        """The bottleneck of the total; None where nothing is at stake."""
        return self.total.top

    @property
    def mean_deal(self) -> float | None:
        """Over the `n_valued` won deals of the total that tell a value; None where what is at stake is counted in journeys."""
        return self.total.mean_deal

    @property
    def n_valued(self) -> int:
        """Won deals of the total that tell a value."""
        return self.total.n_valued

    @property
    def currency(self) -> str | None:
        """Of what is at stake in total; None = counted in journeys."""
        return self.total.currency

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the verb; `groups` only where the question asked for them."""
        return {
            "question": self.question.to_dict(),
            "provenance": self.provenance.to_dict(),
            "horizon_days": self.horizon_days,
            "mean_deal": self.mean_deal,
            "n_valued": self.n_valued,
            "currency": self.currency,
            "interval": {"method": "basic_bootstrap", "replicates": self.replicates, "seed": self.seed},
            "transitions": [t.to_dict() for t in self.transitions],
            **({"groups": [g.to_dict() for g in self.groups]} if self.groups else {}),
            **(Factors.NONE if self.factors is None else self.factors.to_dict()),
            "notices": [n.to_dict() for n in self.notices],
        }

    def rows(self) -> list[dict[str, Any]]:
        """One record per (group and) transition, in the order of the main line."""
        parts = self.groups or (self.total,)
        head: dict[str | None, dict[str, Any]] = {p.value: {"group": p.value} if self.groups else {} for p in parts}
        out = []
        for value, t in ((p.value, t) for p in parts for t in p.transitions):
            reference = t.reference or Reference(float("nan"), "")
            stake = t.at_stake
            out.append(
                {
                    **head[value],
                    "from": t.from_,
                    "to": t.to,
                    "n_per_year": t.n_per_year,
                    "share": t.share.share,
                    "share_low": t.share.low,
                    "share_high": t.share.high,
                    "n": t.share.n,
                    "reference": None if t.reference is None else reference.share,
                    "reference_source": reference.source or None,
                    "reference_attribute": reference.attribute,
                    "reference_value": reference.value,
                    "onward_share": t.onward,
                    "at_stake": None if stake is None else stake.value,
                    "at_stake_low": None if stake is None else stake.low,
                    "at_stake_high": None if stake is None else stake.high,
                    "currency": None if stake is None else stake.currency,
                    "journeys": None if t.journeys is None else t.journeys.value,
                    "rank": t.rank,
                    "reason": t.reason,
                }
            )
        return out

    def explain(self, lang: str | None = None) -> str:
        """Where most is at stake, and what separates those who went on there."""
        if not self.provenance.journeys:
            return self.no_journey(lang)
        top = self.top
        if top is None:
            return text(
                N_("Nothing can be said to be at stake: every share that is known reaches what it is held against.")
                if self.ranked
                else N_("What is at stake cannot be told: no transition has both a known share and something to hold it against."),
                lang,
            )  # fmt: skip
        said = self._explain_top(top, lang)
        told = "" if self.factors is None else self.factors.explain(lang)
        return sentences([said, told], lang)

    def _explain_top(self, top: TransitionStake, lang: str | None) -> str:
        assert top.at_stake is not None and top.reference is not None and top.share.share is not None
        message = N_(
            "{step} loses {value:,.0f} {currency} a year (95% interval {low:,.0f} to {high:,.0f}): {share:.0%} go on within"
            " {days:,} {days:day|days}, held against {reference:.0%}."
        )
        if top.at_stake.currency is None:
            message = N_(
                "{step} loses {value:,.1f} journeys a year that would have reached the end (95% interval {low:,.1f} to"
                " {high:,.1f}): {share:.0%} go on within {days:,} {days:day|days}, held against {reference:.0%}."
            )
        said = text(
            message, lang, step=top.title(lang), value=top.at_stake.value, low=top.at_stake.low, high=top.at_stake.high,
            currency=top.at_stake.currency, share=top.share.share, days=self.horizon_days, reference=top.reference.share,
        )  # fmt: skip
        if top.at_stake.low > 0:
            return said
        return sentences([said, text(PERHAPS_NOTHING, lang)], lang)
