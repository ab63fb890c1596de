"""What `retention` answers: the same question under each definition that is in use, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from tabiji.i18n import N_, sentences, text
from tabiji.metrics.means import Mean
from tabiji.result import Result, Share, percent

NO_STARTS = N_(
    "no event starts a subscription: bring subscription or contract events, or name those you have with --starts"
)
NO_CUSTOMER = N_("no customer fits this question")
NO_ENDS = N_("no event ends a subscription: without it nobody seems to leave; name one with --ends")
NO_VALUES = N_("no movement of a subscription tells its value")
NO_FAILURE = N_("the map has no failure stage")
NOBODY_LEFT = N_("nobody left")
NOTHING_PAID = N_("no customer paid anything in the period")

CHURN: Mapping[str, tuple[str, str]] = {  # id → name, definition
    "left_of_start": (
        N_("left, of those at the start"),
        N_("Customers at the start of the period who are none at its end ÷ customers at the start. New customers do not count."),
    ),
    "ends_over_start": (
        N_("ends over customers at the start"),
        N_("Every end of a customer in the period, new customers included ÷ customers at the start. Can exceed 100%."),
    ),
    "ends_over_average": (
        N_("ends over average customers"),
        N_("Every end of a customer in the period ÷ the average number of customers in it (customer-days ÷ days)."),
    ),
    "by_month": (
        N_("by the month, over twelve"),
        N_("Of the customers at the start of each twelfth of the period, the share that left in it, all twelfths pooled; m → 1 − (1 − m)^12."),
    ),
    "survival": (
        N_("cohort (Kaplan–Meier)"),
        N_("Of all who ever became customers, the share that leaves within one period of becoming one, those still watched accounted for."),
    ),
    "map": (
        N_("failure stage of the map"),
        N_("Of the customers at the start of the period, the share whose journey entered a failure stage of the map in it."),
    ),
}  # fmt: skip
REVENUE: Mapping[str, tuple[str, str]] = {
    "period_start": (
        N_("customers at the start of the period"),
        N_("Value in force at the end of the period from those who were customers at its start ÷ their value then. Gross: growth is left out."),
    ),
    "cohort": (
        N_("each customer's first period"),
        N_("Value in force one period after becoming a customer ÷ value at the start, of all who became one at least a period ago."),
    ),
    "compounded": (
        N_("by the month, compounded"),
        N_("The ratio of each twelfth of the period, its own customers as the base, multiplied. New customers count from their first month."),
    ),
    "decided": (
        N_("renewals that came up"),
        N_("Of the subscriptions that were renewed or ended in the period: value after ÷ value before. Those not yet due are left out."),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meant:
    """The names of the events that mean something, as the data have them, and how many there are in all."""

    events: tuple[str, ...]
    n: int

    def to_dict(self) -> dict[str, Any]:
        """{"events", "n"}."""
        return {"events": list(self.events), "n": self.n}


@dataclass(frozen=True, slots=True)
class Churn:
    """Logo churn under a definition. numerator ÷ denominator = share, where it is one ratio."""

    id: str
    share: Share
    numerator: float | None = None
    denominator: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """{"id", "name", "definition", "share", "low", "high", "n", "numerator", "denominator"}."""
        name, definition = CHURN[self.id]
        told = {"id": self.id, "name": text(name), "definition": text(definition), **self.share.to_dict()}
        return {**told, "numerator": self.numerator, "denominator": self.denominator}


@dataclass(frozen=True, slots=True)
class Revenue:
    """Gross and net revenue retention under a definition; `base` and `kept` (net) in money."""

    id: str
    gross: Share
    net: Share
    base: float | None = None
    kept: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """{"id", "name", "definition", "gross", "net", "base", "kept"}."""
        name, definition = REVENUE[self.id]
        told = {"id": self.id, "name": text(name), "definition": text(definition), "gross": self.gross.to_dict()}
        return {**told, "net": self.net.to_dict(), "base": self.base, "kept": self.kept}


@dataclass(frozen=True, slots=True)
class Money:
    """What was earned in one currency.

    bridge: value in force at the start, then what was lost, reduced, added by those customers, and new customers', and at the end ·
    within: days since becoming a customer → mean value brought in by then · formula: value booked ÷ customers lost, in the period."""

    currency: str
    customers: int
    definitions: tuple[Revenue, ...]
    bridge: Mapping[str, float]
    within: Mapping[int, Mean]
    formula: Share

    def to_dict(self) -> dict[str, Any]:
        """{"currency", "customers", "definitions", "bridge", "lifetime_value": {"within": [...], "formula": {...}}}."""
        return {
            "currency": self.currency,
            "customers": self.customers,
            "definitions": [d.to_dict() for d in self.definitions],
            "bridge": dict(self.bridge),
            "lifetime_value": {
                "within": [{"days": days, **mean.to_dict()} for days, mean in self.within.items()],
                "formula": {"value" if k == "share" else k: v for k, v in self.formula.to_dict().items()},
            },
        }


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long the subscriptions of a cohort (None = all) last: days → share still in force. curve: the same, closely."""

    cohort: str | None
    n: int
    ended: int
    median_days: float | None
    low_days: float | None
    high_days: float | None
    at: Mapping[int, Share]
    curve: tuple[tuple[int, Share], ...] = ()
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The keys above; `at` and `curve` as lists of {"days", "share", "low", "high", "n"}."""
        told = {key: getattr(self, key) for key in ("cohort", "n", "ended", "median_days", "low_days", "high_days")}
        told["at"] = [{"days": days, **share.to_dict()} for days, share in self.at.items()]
        if self.curve:
            told["curve"] = [{"days": days, **share.to_dict()} for days, share in self.curve]
        return told if self.reason is None else {**told, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class RetentionFigures:
    """The figures of all customers (value None), or of one value of `--by`. customers: start, new, ended, end of the period."""

    value: str | None
    customers: Mapping[str, int]
    churn: tuple[Churn, ...] = ()
    money: tuple[Money, ...] = ()
    lasting: tuple[Lasting, ...] = ()  # all, then cohorts
    reasons: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """{"value", "customers", "logo_churn", "revenue", "survival", "reasons"}; `value` only of a group."""
        head = {} if self.value is None else {"value": self.value}
        return {
            **head,
            "customers": dict(self.customers),
            "logo_churn": [c.to_dict() for c in self.churn],
            "revenue": [m.to_dict() for m in self.money],
            "survival": [x.to_dict() for x in self.lasting],
            "reasons": dict(self.reasons),
        }


@dataclass(frozen=True, repr=False)
class RetentionResult(Result):
    """Answer of `retention`. begin, end: of the period · meanings: what starts, renews, … a subscription · horizon_days: after which
    survival and lifetime value are told beside the usual times, where the question names it."""

    begin: datetime
    end: datetime
    period_days: int
    meanings: Mapping[str, Meant]
    total: RetentionFigures
    groups: tuple[RetentionFigures, ...] = ()
    horizon_days: int | None = None

    name: ClassVar[str] = "retention"

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the verb; `groups` only where the question asked for them."""
        out = {
            "question": self.question.to_dict(),
            "provenance": self.provenance.to_dict(),
            "period": {"from": self.begin.isoformat(), "to": self.end.isoformat(), "days": self.period_days},
            "meanings": {name: meant.to_dict() for name, meant in self.meanings.items()},
            **self.total.to_dict(),
        }
        if self.groups:
            out["groups"] = [g.to_dict() for g in self.groups]
        return {**out, "notices": [n.to_dict() for n in self.notices]}

    def rows(self) -> list[dict[str, Any]]:
        """One record per figure: group, measure, definition, currency, share, low, high, n, reason."""
        out = []
        for figures in self.groups or (self.total,):
            for c in figures.churn:
                out.append(_row(figures.value, "logo_churn", c.id, None, c.share))
            for m in figures.money:
                for d in m.definitions:
                    out.append(_row(figures.value, "gross_retention", d.id, m.currency, d.gross))
                    out.append(_row(figures.value, "net_retention", d.id, m.currency, d.net))
            for x in figures.lasting[:1]:
                out += [_row(figures.value, "survival", f"{days} d", None, share) for days, share in x.at.items()]
        return out

    def explain(self, lang: str | None = None) -> str:
        """Who left, what was kept, and how far the definitions lie apart."""
        total = self.total
        if "customers" in total.reasons:
            unknown = total.reasons["customers"]
            return text(N_("Retention is not known: {reason}."), lang, reason=text(unknown, lang))
        known = [c.share.share for c in total.churn if c.share.share is not None]
        if "logo_churn" in total.reasons:
            unknown = total.reasons["logo_churn"]
            reason = text(unknown, lang)
            said = [text(N_("Who left is not known: {reason}."), lang, reason=reason)]
        elif not total.customers["start"]:
            message = N_(
                "Nobody was a customer yet at the start of the {days} {days:day|days}; {new:,} came, and {ended:,} {ended:time|times} one left."
            )
            counts = {"new": total.customers["new"], "ended": total.customers["ended"]}
            said = [text(message, lang, days=self.period_days, **counts)]
        else:
            message = N_(
                "Of {n:,} {n:customer|customers} at the start of the {days} {days:day|days}, {left:,} {left:is|are} none any more."
            )
            said = [
                text(message, lang, n=total.customers["start"], days=self.period_days, left=total.customers["left"])
            ]
        if len(known) > 1:
            message = N_("Depending on the definition, logo churn is {low} to {high}.")
            said.append(text(message, lang, low=percent(min(known)), high=percent(max(known))))
        for m in total.money:
            first = m.definitions[0]
            if first.gross.share is not None and first.net.share is not None:
                message = N_("Of their value in {currency}, {gross:.0%} was kept; {net:.0%} with growth.")
                said.append(text(message, lang, currency=m.currency, gross=first.gross.share, net=first.net.share))
        lasts = self._lasts()
        if lasts is not None and lasts.share is not None:
            message = N_(
                "After {days} {days:day|days} {share:.0%} of the subscriptions are still in force ({low:.0%}–{high:.0%})."
            )
            told = {"share": lasts.share, "low": lasts.low, "high": lasts.high}
            said.append(text(message, lang, days=self.horizon_days, **told))
        return sentences(said, lang)

    def _lasts(self) -> Share | None:
        """The share of all subscriptions still in force at the horizon that the question names."""
        every = self.total.lasting[0] if self.total.lasting else None
        return None if every is None or self.horizon_days is None else every.at.get(self.horizon_days)


def _row(group: str | None, measure: str, definition: str, currency: str | None, share: Share) -> dict[str, Any]:
    told = {"group": group, "measure": measure, "definition": definition, "currency": currency}
    return {**told, "share": share.share, "low": share.low, "high": share.high, "n": share.n, "reason": share.reason}
