"""Receipts of the page about retention: churn and revenue under a definition, survival, lifetime value, a part of health."""

from collections.abc import Mapping
from typing import Any

from tabiji.charts.wording import count, money, percent, refusal_words
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, text, value_name
from tabiji.metrics.means import Mean
from tabiji.metrics.retention.health_result import LABELS, HealthResult
from tabiji.metrics.retention.result import CHURN, REVENUE, Money, RetentionFigures, RetentionResult
from tabiji.result import Share
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.workspace import MeasuredMap

ORDERED = ("mode", "window_days")  # of the funnel
OF_HEALTH = ("usage", "outcomes")  # what only `health` understands
OWN = ("period_days", "starts", "renewals", "expansions", "contractions", "ends", *OF_HEALTH)
METHODS = {
    "left_of_start": N_("95%, Wilson score"),
    "ends_over_start": N_("95%, exact Poisson interval of the ends"),
    "ends_over_average": N_("95%, exact Poisson interval of the ends"),
    "by_month": N_("95%, Wilson score with companies as clusters, carried over to twelve twelfths"),
    "survival": N_("95%, Kaplan–Meier on log(−log)"),
    "map": N_("95%, Wilson score"),
}
RATIO = N_("95%, ratio of sums over companies, Student's t")
SOURCES = {
    "left_of_start": "Wilson 1927",
    "ends_over_start": "Garwood 1936",
    "ends_over_average": "Garwood 1936",
    "by_month": "Wilson 1927; Korn & Graubard 1998",
    "survival": "Kaplan & Meier 1958; Kalbfleisch & Prentice 2002",
    "map": "Wilson 1927",
}


def retention_flags(flags: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """The flags that mean something to `retention`; the period is a parameter of the page."""
    kept = {name: value for name, value in flags.items() if name not in ORDERED}
    return kept | {name: value for name, value in own_parameters(parameters).items() if name not in OF_HEALTH}


def own_parameters(parameters: Mapping[str, str]) -> dict[str, str]:
    """What the page asks for beside the filters: its period, names of events, channels of use."""
    return {name: value for name in OWN if (value := parameters.get(name, "").strip())}


def health_flags(flags: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """The flags that mean something to `health`, which the page does not divide."""
    kept = {name: value for name, value in flags.items() if name not in (*ORDERED, "by")}
    return kept | {name: value for name, value in own_parameters(parameters).items() if name != "period_days"}


@receipt_kind("churn")
def churn_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `definition`, `period_days`, and `value`, one of `by`."""
    result = measured.retention(**retention_flags(flags, parameters))
    figures = _figures(result, parameters)
    listed = {c.id: c for c in figures.churn}
    found = listed.get(parameters.get("definition", ""))
    if found is None:
        raise NotFoundError("definition", parameters.get("definition", ""), listed)
    others = tuple((text(CHURN[c.id][0]), percent(c.share.share)) for c in figures.churn if c is not found)
    above = None if found.numerator is None else (text(N_("left")), found.numerator)
    counted = text(N_("customers × twelfths of the period")) if found.id == "by_month" else text(N_("customers"))
    below = None if found.denominator is None else (counted, found.denominator)
    return Receipt(
        title=text(N_("Logo churn: {definition}"), definition=text(CHURN[found.id][0])) + _of(figures),
        definition=text(CHURN[found.id][1]),
        question=result.question,
        provenance=result.provenance,
        share=found.share,
        numerator=above,
        denominator=below,
        method=text(METHODS[found.id]),
        source=SOURCES[found.id],
        beside=others,
        notices=result.notices,
    )


@receipt_kind("revenue")
def revenue_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `definition`, `side` (gross, net), `currency`, `period_days`, and `value`, one of `by`."""
    result = measured.retention(**retention_flags(flags, parameters))
    figures = _figures(result, parameters)
    in_currency = _money(figures, parameters)
    listed = {d.id: d for d in in_currency.definitions}
    found = listed.get(parameters.get("definition", ""))
    if found is None:
        raise NotFoundError("definition", parameters.get("definition", ""), listed)
    net = parameters.get("side") == "net"
    side = text(N_("Net retention")) if net else text(N_("Gross retention"))
    beside = [] if found.base is None else [(text(N_("value before")), money(found.base, in_currency.currency))]
    if net and found.kept is not None:
        beside.append((text(N_("value after")), money(found.kept, in_currency.currency)))
    return Receipt(
        title=f"{side} · {text(REVENUE[found.id][0])}{_of(figures)}",
        definition=text(REVENUE[found.id][1]),
        question=result.question,
        provenance=result.provenance,
        share=found.net if net else found.gross,
        denominator=(text(N_("customers")), (found.net if net else found.gross).n),
        method=text(RATIO),
        source="Cochran 1977, § 6.3",
        beside=tuple(beside),
        notices=result.notices,
    )


def _figures(result: RetentionResult, parameters: Mapping[str, str]) -> RetentionFigures:
    """All customers, or those of one value of `by`."""
    value = parameters.get("value")
    if value is None:
        return result.total
    listed = {g.value or "": g for g in result.groups}
    if value not in listed:
        raise NotFoundError("value", value, listed)
    return listed[value]


def _of(figures: RetentionFigures) -> str:
    return "" if figures.value is None else f" · {value_name(figures.value)}"


def _money(figures: RetentionFigures, parameters: Mapping[str, str]) -> Money:
    listed = {m.currency: m for m in figures.money}
    found = listed.get(parameters.get("currency", ""))
    if found is None:
        raise NotFoundError("currency", parameters.get("currency", ""), listed)
    return found


@receipt_kind("lasting")
def lasting_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `days`, and `cohort` (none: all) or `value`, one of `by`."""
    result = measured.retention(**retention_flags(flags, parameters))
    cohort, figures = parameters.get("cohort") or None, _figures(result, parameters)
    listed = {x.cohort: x for x in figures.lasting}
    if cohort not in listed:
        raise NotFoundError("cohort", cohort or "", [c for c in listed if c])
    lasting = listed[cohort]
    days = next((d for d in lasting.at if str(d) == parameters.get("days", "")), None)
    if days is None:
        raise NotFoundError("days", parameters.get("days", ""), [str(d) for d in lasting.at])
    return Receipt(
        title=text(N_("Still in force after {days} {days:day|days}"), days=days)
        + ("" if cohort is None else f" · {cohort}")
        + _of(figures),
        definition=text(
            N_(
                "Share of subscriptions still in force so many days after their start. Those that are younger count for as long as they could be watched."
            )
        ),
        question=result.question,
        provenance=result.provenance,
        share=lasting.at[days],
        denominator=(text(N_("subscriptions")), lasting.n),
        method=text(N_("95%, Kaplan–Meier on log(−log); over companies where they have several subscriptions")),
        source="Kaplan & Meier 1958; Efron 1982",
        beside=((text(N_("ended")), count(lasting.ended)),),
        notices=result.notices,
    )


@receipt_kind("lifetime")
def lifetime_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `days` (or `formula`), `currency`."""
    result = measured.retention(**retention_flags(flags, parameters))
    found = _money(result.total, parameters)
    by_days = {str(days): mean for days, mean in found.within.items()}
    wanted = parameters.get("days", "")
    formula = wanted == "formula"
    if not formula and wanted not in by_days:
        raise NotFoundError("days", wanted, [*by_days, "formula"])
    value, low, high, n, reason = amount_of(found.formula if formula else by_days[wanted])
    definition = text(BY_FORMULA) if formula else text(BY_PAYMENTS, days=wanted)
    beside = (
        ()
        if low is None
        else ((text(N_("95% interval")), f"{money(low, found.currency)} – {money(high, found.currency)}"),)
    )
    return Receipt(
        title=text(N_("Lifetime value")),
        definition=definition,
        question=result.question,
        provenance=result.provenance,
        value=money(value, found.currency) if value is not None else refusal_words(reason or "", n),
        denominator=(text(N_("customers lost")) if formula else text(N_("customers watched so long")), n),
        method=text(N_("95%, on the log scale"))
        if formula
        else text(N_("95%, influence of each customer, Student's t")),
        source="Cochran 1977, § 6.3" if formula else "Bang & Tsiatis 2000",
        beside=beside,
        notices=result.notices,
    )


BY_FORMULA = N_(
    "Value booked in the period ÷ customers lost in it: what a customer would bring if all stayed as it is. Revenue, not margin."
)
BY_PAYMENTS = N_(
    "Mean value that a customer brings within {days} {days:day|days} of becoming one: every payment counts for those who could have made it by now. "
    "Revenue, not margin."
)


def amount_of(found: Mean | Share) -> tuple[float | None, float | None, float | None, int, str | None]:
    """Value, interval, n and reason of a mean or a ratio."""
    value = found.mean if isinstance(found, Mean) else found.share
    return value, found.low, found.high, found.n, found.reason


@receipt_kind("health")
def health_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `part` (deployment, engagement, adoption, roi, auc)."""
    result = measured.health(**health_flags(flags, parameters))
    part = parameters.get("part", "")
    if part == "auc":
        return _auc(result)
    listed = {c.id: c for c in result.components}
    if part not in listed:
        raise NotFoundError("part", part, [*listed, "auc"])
    found = listed[part]
    m = found.mean
    beside = () if m.low is None else ((text(N_("95% interval")), f"{m.low:.2f} – {m.high:.2f}"),)
    return Receipt(
        title=text(LABELS[part]),
        definition=text(N_("From 0 to 1: {measure}."), measure=found.told() or text(str(m.reason))),
        question=result.question,
        provenance=result.provenance,
        value=f"{m.mean:.2f}" if m.mean is not None else refusal_words(m.reason or "", m.n),
        denominator=(text(N_("customers")), m.n),
        method=text(N_("95%, Student's t")),
        beside=beside,
        notices=result.notices,
    )


def _auc(result: HealthResult) -> Receipt:
    found = result.validation
    if found is None:
        raise NotFoundError("part", "auc", [])
    beside = tuple((text(LABELS[name]), percent(share.share)) for name, share in found.by_component.items())
    return Receipt(
        title=text(N_("Did health foretell who left?")),
        definition=text(
            N_(
                "Health as it stood every {days} {days:day|days} back, against who left in the {days} {days:day|days} after: of all pairs of one who left and one who "
                "stayed, the share in which the one who left had the lower health. 50% is chance."
            ),
            days=found.days,
        ),
        question=result.question,
        provenance=result.provenance,
        share=found.auc,
        numerator=(text(N_("left")), found.left),
        denominator=(text(N_("observations")), found.observed),
        method=text(N_("95%, DeLong over companies, on the logit scale")),
        source="DeLong, DeLong & Clarke-Pearson 1988; Obuchowski 1997",
        beside=beside,
        notices=result.notices,
    )
