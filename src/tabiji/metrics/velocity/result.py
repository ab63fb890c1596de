"""What `velocity` answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tabiji.i18n import N_, text
from tabiji.result import Result, Share

NO_SUCCESS = N_("the map has no success stage after the stage at which an opportunity begins")
MIXED = N_("the deals are in several currencies")
NO_VALUES = N_("no won deal tells its value")
NO_CYCLE = N_("half of the won deals took no time at all")
NOTHING = Share(None, None, None, 0, "n<1")


@dataclass(frozen=True, slots=True)
class VelocityFigures:
    """The figures of a set of journeys: the total (`value` None), or one value of `--by`.

    n = open + won + lost + dormant journeys that reached the stage at which an opportunity begins. win_rate: won of won + lost ·
    mean_deal: over the `n_valued` won ones that tell a value, in `currency` · median_cycle_days: over won ones ·
    velocity_per_day = open × win rate × mean deal ÷ median cycle, in `currency`, with its interval. None has its reason
    in `reasons`."""

    value: str | None
    n: int
    open: int = 0
    won: int = 0
    lost: int = 0
    dormant: int = 0
    win_rate: Share = NOTHING
    mean_deal: float | None = None
    n_valued: int = 0
    median_cycle_days: float | None = None
    velocity_per_day: float | None = None
    low: float | None = None
    high: float | None = None
    currency: str | None = None
    currencies: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)

    def why(self, lang: str | None = None) -> str:
        """Why there is no velocity, in words."""
        reason = self.reasons.get("velocity_per_day", NO_SUCCESS)
        if not reason.startswith("n<"):
            return text(reason, lang)
        least = int(reason.removeprefix("n<"))
        if "win_rate" in self.reasons:
            message = N_("{n:,} {n:is|are} won or lost, and it takes at least {least}")
            return text(message, lang, n=self.won + self.lost, least=least)
        if self.won < least:
            return text(N_("{n:,} {n:is|are} won, and it takes at least {least}"), lang, n=self.won, least=least)
        message = N_("{n:,} of the {won:,} won {n:tells its|tell their} value, and it takes at least {least}")
        return text(message, lang, n=self.n_valued, won=self.won, least=least)

    def to_dict(self) -> dict[str, Any]:
        """The figures; `value` is left out of the total, `currencies` where there is one, `reasons` where none is null."""
        out: dict[str, Any] = {} if self.value is None else {"value": self.value}
        keys = ("n", "open", "won", "lost", "dormant")
        out |= {key: getattr(self, key) for key in keys}
        out["win_rate"] = self.win_rate.to_dict()
        for key in ("mean_deal", "n_valued", "median_cycle_days", "velocity_per_day", "low", "high", "currency"):
            out[key] = getattr(self, key)
        if len(self.currencies) > 1:
            out["currencies"] = list(self.currencies)
        return {**out, "reasons": dict(self.reasons)} if self.reasons else out


@dataclass(frozen=True, repr=False)
class VelocityResult(Result):
    """Answer of `velocity`: from the stage at which an opportunity begins (`from_`) to the success stage (`to`)."""

    from_: str | None
    to: str | None
    total: VelocityFigures
    groups: tuple[VelocityFigures, ...] = ()

    name: ClassVar[str] = "velocity"
    DENOMINATORS: ClassVar[Mapping[str, str]] = {
        "win_rate": "won + lost",
        "mean_deal": "won with a value",
        "median_cycle_days": "won",
    }

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the verb; `groups` only where the question asked for them."""
        out = {
            "question": self.question.to_dict(),
            "provenance": self.provenance.to_dict(),
            "from": self.from_,
            "to": self.to,
            **self.total.to_dict(),
            "denominators": dict(self.DENOMINATORS),
        }
        if self.groups:
            out["groups"] = [g.to_dict() for g in self.groups]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def rows(self) -> list[dict[str, Any]]:
        """One record per group, or the total."""
        out = []
        for figures in self.groups or (self.total,):
            told = figures.to_dict() | {"win_rate": figures.win_rate.share}
            told.pop("reasons", None)
            told.pop("currencies", None)
            out.append({"group": figures.value, **{k: v for k, v in told.items() if k != "value"}})
        return out

    def explain(self, lang: str | None = None) -> str:
        """The product with its factors, or why there is none."""
        f = self.total
        if f.velocity_per_day is None or f.low is None or f.high is None:
            return text(N_("There is no velocity: {reason}."), lang, reason=f.why(lang))
        return text(
            N_(
                "{open:,} open × {share:.0%} won × {mean:,.0f} {currency} ÷ {days:,.1f} days = {velocity:,.0f} {currency} a day"
                " (95% interval {low:,.0f} to {high:,.0f}). Win rate of closed ones only; deal and cycle of won ones only."
            ),
            lang, open=f.open, share=f.win_rate.share, mean=f.mean_deal, currency=f.currency,
            days=f.median_cycle_days, velocity=f.velocity_per_day, low=f.low, high=f.high,
        )  # fmt: skip
