"""What `credit` answers: every model's credit per key, how firm its ranking is, and what the credit cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tabiji.i18n import N_, listed, pick, sentences, text
from tabiji.metrics.credit.costs import Costs
from tabiji.metrics.credit.gathering.shares import VARIANTS
from tabiji.metrics.credit.stability import Stability
from tabiji.result import Notice, Result

NO_TOUCH = "(no touch)"
EVEN = 6  # decimals beyond which two credits are one (fixed point leaves 1e-9)
MODEL_NAMES = {
    "first": N_("First touch"), "last": N_("Last touch"), "last_non_direct": N_("Last, not direct"),
    "linear": N_("Linear"), "time_decay": N_("Time decay"), "position": N_("Position 40/20/40"),
    "u": N_("U-shaped"), "w": N_("W-shaped"), "full_path": N_("Full path"), "markov": N_("Markov"),
    "shapley": N_("Shapley"),
}  # fmt: skip
MIXED = N_("the conversions are worth money in several currencies, and there are no rates to add them up")
NO_VALUES = N_("no conversion tells its value")
LEVEL_NAMES = {"touchpoint": N_("Touchpoint"), "channel": N_("Channel"), "campaign": N_("Campaign")}
REPEATS = {"keep": N_("kept"), "collapse": N_("taken as one")}
FUNCTIONS = {
    "sum": N_("sum (conversions of the paths inside a set of keys)"),
    "rate": N_("rate (conversions ÷ paths inside a set of keys)"),
}


@dataclass(frozen=True, slots=True)
class KeyCredit:
    """Credit of a key under a model: conversions, their share of all, the 95 % interval (of conversions; None where it was not
    resampled), money (None with the reason of the result)."""

    key: str
    credit: float
    share: float | None
    low: float | None
    high: float | None
    value_credit: float | None

    def to_dict(self) -> dict[str, Any]:
        """{"key", "credit", "value_credit", "share", "low", "high"}."""
        return {
            "key": self.key, "credit": self.credit, "value_credit": self.value_credit, "share": self.share,
            "low": self.low, "high": self.high,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """What was asked. goal: a stage · level: touchpoint, channel, campaign."""

    goal: str
    level: str
    lookback_days: float
    half_life_days: float
    order: int
    repeats: str
    value_function: str
    open_as_null: bool

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, keys as above."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, repr=False)
class CreditResult(Result):
    """Answer of `credit`. models: rows of each model, most credit first · absent: models that cannot be given, and why ·
    touched: conversions with a touch of each key · without_touch: conversions before which no touch stands · value: of all
    conversions that tell one (`valued`), in `currency` · groups: (value of `--by`, the answer
    for its units alone), the largest first · names: of the keys · goal_name: of the stage."""

    asked: Settings
    conversions: int
    without_touch: int
    units: int
    nulls: int
    open: int
    valued: int
    value: float | None
    currency: str | None
    value_reason: str | None
    models: Mapping[str, tuple[KeyCredit, ...]]
    stability: Mapping[str, Stability]
    absent: Mapping[str, Notice]
    touched: Mapping[str, int]
    costs: Costs
    groups: "tuple[tuple[str, CreditResult], ...]" = ()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    goal_name: Mapping[str, str] = field(default_factory=dict)

    name: ClassVar[str] = "credit"

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the verb; `groups` only where the question asked for groups."""
        out = {
            "question": self.question.to_dict(),
            "provenance": self.provenance.to_dict(),
            **self.asked.to_dict(),
            **self._figures(),
            "variants": {name: self.variant(name) for name in self.models},
            "costs": self.costs.to_dict(),
        }
        if self.groups:
            out["groups"] = [{"group": group, **of._figures()} for group, of in self.groups]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def _figures(self) -> dict[str, Any]:
        value = {"value": self.value, "currency": self.currency, "valued": self.valued}
        if self.value_reason is not None:
            value["value_reason"] = self.value_reason
        return {
            "conversions": self.conversions,
            "without_touch": self.without_touch,
            "nulls": self.nulls,
            "open": self.open,
            **value,
            "models": {name: [r.to_dict() for r in rows] for name, rows in self.models.items()},
            "stability": {name: self.stability[name].to_dict() for name in self.models},
            "absent": {name: notice.render() for name, notice in self.absent.items()},
            "touched": dict(self.touched),
        }

    def rows(self) -> list[dict[str, Any]]:
        """One record per (group,) model and key."""
        told: list[tuple[dict[str, Any], CreditResult]] = [({"group": group}, of) for group, of in self.groups]
        return [
            {**head, "model": name, **r.to_dict()}
            for head, of in told or [({}, self)]
            for name, rows in of.models.items()
            for r in rows
        ]

    def variant(self, model: str, lang: str | None = None) -> str:
        """What exactly a model does here."""
        return text(
            VARIANTS[model], lang, days=self.asked.half_life_days, order=self.asked.order,
            repeats=text(REPEATS[self.asked.repeats], lang), function=text(FUNCTIONS[self.asked.value_function], lang),
        )  # fmt: skip

    def label(self, key: str, lang: str | None = None) -> str:
        """A key as a reader knows it."""
        return text(N_("(no touch)"), lang) if key == NO_TOUCH else pick(self.names.get(key), lang) or key

    def ranks(self, model: str) -> dict[str, int]:
        """Key → its place under a model, the first one 1, equal ones share it; conversions without a touch have none."""
        earned = [r for r in self.models[model] if r.key != NO_TOUCH]
        credits = [round(r.credit, EVEN) for r in earned]
        return {r.key: credits.index(c) + 1 for r, c in zip(earned, credits, strict=True)}

    def explain(self, lang: str | None = None) -> str:
        """Where the models agree, and about which key they disagree most."""
        goal = pick(self.goal_name, lang) or self.asked.goal
        if self.nothing_known:
            return self.no_journey(lang)
        if self.conversions == 0:
            return text(N_("No journey has entered {goal} by the date of this question."), lang, goal=goal)
        if not self.models:
            model, why = next(iter(self.absent.items()))
            return text(
                N_("The model {model} cannot be given: {reason}."), lang,
                model=text(MODEL_NAMES[model], lang), reason=why.render(lang),
            )  # fmt: skip
        leaders = {m: rows[0].key for m, rows in self._led().items()}
        if not leaders:
            return text(N_("No touch stands before any of the conversions ({n:,})."), lang, n=self.conversions)
        said = self._agreement(leaders, goal, lang)
        widest = self.widest
        if widest is not None:
            key, (most, most_in), (least, least_in) = widest
            differ = text(
                N_("They differ most about {key}: {most:.0%} of the credit under {most_in}, {least:.1%} under {least_in}."), lang,
                key=self.label(key, lang), most=most, most_in=text(MODEL_NAMES[most_in], lang), least=least,
                least_in=text(MODEL_NAMES[least_in], lang),
            )  # fmt: skip
            return sentences([said, differ], lang)
        return said

    def _led(self) -> dict[str, list[KeyCredit]]:
        """Rows with credit, by model, those of conversions without a touch aside; models without any are left out."""
        earned = {m: [r for r in rows if r.key != NO_TOUCH and r.credit > 0] for m, rows in self.models.items()}
        return {m: rows for m, rows in earned.items() if rows}

    def _agreement(self, leaders: Mapping[str, str], goal: str, lang: str | None) -> str:
        by_key: dict[str, list[str]] = {}
        for model, key in leaders.items():
            by_key.setdefault(key, []).append(model)
        (first, backing), *others = sorted(by_key.items(), key=lambda item: -len(item[1]))
        if len(leaders) == 1:
            return text(
                N_("Under the model {model}, {key} earns the most credit for entering {goal}."), lang,
                model=text(MODEL_NAMES[backing[0]], lang), key=self.label(first, lang), goal=goal,
            )  # fmt: skip
        if not others:
            return text(
                N_("All {n} models give {key} the most credit for entering {goal}."), lang,
                n=len(leaders), key=self.label(first, lang), goal=goal,
            )  # fmt: skip
        named = {key: listed((text(MODEL_NAMES[m], lang) for m in models), lang) for key, models in others}
        each = (text(N_("{key} ({models})"), lang, key=self.label(k, lang), models=m) for k, m in named.items())
        said = listed(each, lang, apart=True)
        return text(
            N_("{m} of {n} models {m:gives|give} {key} the most credit for entering {goal}; others say: {others}."), lang,
            m=len(backing), n=len(leaders), key=self.label(first, lang), goal=goal, others=said,
        )  # fmt: skip

    @property
    def widest(self) -> tuple[str, tuple[float, str], tuple[float, str]] | None:
        """The key about whose share of the credit the models differ most, with its largest and its smallest share and the model
        of each; None where they all agree."""
        led = self._led()
        shares = {m: {r.key: r.credit / sum(x.credit for x in rows) for r in rows} for m, rows in led.items()}
        best: tuple[str, tuple[float, str], tuple[float, str]] | None = None
        for key in sorted({key for of in shares.values() for key in of}):
            told = [(of.get(key, 0.0), m) for m, of in shares.items()]
            most, least = max(told, key=lambda x: x[0]), min(told, key=lambda x: x[0])
            gap = most[0] - least[0]
            if round(gap, EVEN) > 0 and (best is None or gap > best[1][0] - best[2][0]):
                best = key, most, least
        return best
