"""Receipts of the page Plan vs actual: a fitness, or a figure of a deviation."""

from collections.abc import Mapping
from typing import Any

from tabiji.charts.wording import count, money, money_beside, percent
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, text, value_name
from tabiji.metrics.conformance.deviation_result import EXTRA, MISSING, NOT_MET, OUT_OF_ORDER, WRONG_ROLE, Deviation
from tabiji.metrics.conformance.result import ConformanceResult
from tabiji.metrics.conformance.words import CLASS_NAMES
from tabiji.result import Share
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.workspace import MeasuredMap

FITNESS = {
    "fitting": N_(
        "Journeys without a missing and without an extra step, of all journeys. Open, lost and silent journeys are held to the first"
        " part of the plan only: a stage that was not reached is not missing."
    ),
    "log": N_(
        "1 − cost ÷ worst cost, summed over all journeys. The cost counts the steps that are missing and those that are extra; the worst"
        " would be to take every step as extra and, in a won journey, to miss the whole plan. Long journeys weigh more."
    ),
    "mean_trace": N_("1 − cost ÷ worst cost of each journey, then the mean over journeys: a short journey weighs as much as a long one."),
}  # fmt: skip
TITLES = {
    "fitting": N_("Journeys as planned"),
    "log": N_("Log fitness"),
    "mean_trace": N_("Mean trace fitness"),
}
OF = {
    MISSING: N_("The plan leads through {stage}, and the journey does not enter it there. Of the journeys whose way leads through it."),
    EXTRA: N_("The journey enters {stage} where the plan does not: again, or on a way that is not planned. Of all journeys."),
    OUT_OF_ORDER: N_("{stage} is missing where it is planned, and comes at another place. Of the journeys whose way leads through it."),
    "late": N_("The stay in {stage} is longer than its limit, that of open journeys too. Of those who entered it longer than the limit ago."),
    WRONG_ROLE: N_("{stage} was left, and by then nobody in the role {role} had shown up since the journey began. Of those who left it."),
    NOT_MET: N_("{stage} was left, and by then the touchpoint {touchpoint} had not been met since the journey began. Of those who left it."),
}  # fmt: skip
COMPARED = N_(
    "Share that goes on from {stage} within {days} {days:day|days}: journeys with the deviation, less those without. An association: the journeys may"
    " differ in much else."
)
VALUED = N_(
    "Won value per journey within {days} {days:day|days} of entering {stage}, 0 where it was not won by then: journeys with the deviation, less those without."
)
LANDMARK = N_(
    "Compared are those who were still in {stage} {days} {days:day|days} after entering it, by what had happened until then."
)

INTERVALS = {"Wilson": N_("95%, Wilson score"), "Newcombe": N_("95%, Newcombe's hybrid score interval")}
ALIKE = {
    "Wilson": N_("95%, Wilson score, the journeys of one unit taken together"),
    "Newcombe": N_("95%, Newcombe's hybrid score interval, the journeys of one unit taken together"),
}


@receipt_kind("conformance")
def conformance_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `measure` (fitting, log, mean_trace; of a deviation: share, onward, value), and for a deviation `class`,
    `stage`, and `role` or `touchpoint`; `value`: one of `by` (of a fitness)."""
    result = measured.conformance(**{k: v for k, v in flags.items() if k not in ("mode", "window_days")})
    measure = parameters.get("measure", "log")
    if "class" not in parameters:
        if measure not in FITNESS:
            raise NotFoundError("measure", measure, FITNESS)
        return _fitness(result, measure, parameters.get("value"))
    wanted = tuple(parameters.get(name) or None for name in ("class", "stage", "role", "touchpoint"))
    for d in result.deviations:
        if (d.kind, d.stage, d.role, d.touchpoint) == wanted:
            builders = {"share": _share, "onward": _onward, "value": _value}
            if measure not in builders:
                raise NotFoundError("measure", measure, builders)
            return builders[measure](result, d)
    kinds = dict.fromkeys(d.kind for d in result.deviations)
    raise NotFoundError("deviation", " ".join(w for w in wanted if w), kinds)


def _fitness(result: ConformanceResult, measure: str, value: str | None) -> Receipt:
    groups = {g.value or "": g for g in result.groups}
    if value is not None and value not in groups:
        raise NotFoundError("value", value, groups)
    f = result.fitness if value is None else groups[value].fitness
    share = f.fitting
    if measure == "log":
        share = Share(f.log, f.log_low, f.log_high, f.n, f.reason)
    if measure == "mean_trace":
        share = Share(f.mean_trace, f.mean_trace_low, f.mean_trace_high, f.n, f.reason)
    beside = [(text(N_("missing and extra steps")), count(f.cost)), (text(N_("at worst")), count(f.worst))]
    return Receipt(
        title=text(TITLES[measure]) if value is None else f"{text(TITLES[measure])} · {value_name(value)}",
        definition=text(FITNESS[measure], loss=result.question.lost()),
        question=result.question,
        provenance=result.provenance,
        share=share,
        method=_method(result, "Wilson") if measure == "fitting" else text(N_("95%, from the residuals of units")),
        source="Adriansyah, van Dongen & van der Aalst 2011; van der Aalst 2016, §8.3",
        beside=() if measure == "fitting" else tuple(beside),
        notices=result.notices,
    )


def _clustered(result: ConformanceResult) -> bool:
    """Whether some units have several journeys."""
    return any(notice.code == "clustered_units" for notice in result.notices)


def _method(result: ConformanceResult, name: str) -> str:
    """How an interval of a share (Wilson) or of a difference (Newcombe) came about."""
    return text((ALIKE if _clustered(result) else INTERVALS)[name])


def _names(d: Deviation) -> dict[str, str]:
    return {of: d.name(of) for of in ("stage", "role", "touchpoint")}


def _share(result: ConformanceResult, d: Deviation) -> Receipt:
    return Receipt(
        title=d.sentence(),
        definition=text(OF[d.kind], **_names(d)),
        question=result.question,
        provenance=result.provenance,
        share=d.share,
        numerator=(text(CLASS_NAMES[d.kind]), d.n),
        denominator=(text(N_("journeys that could have it")), d.share.n),
        method=_method(result, "Wilson"),
        source="Wilson 1927; Korn & Graubard 1998" if _clustered(result) else "Wilson 1927",
        notices=result.notices,
    )


def _sides(
    result: ConformanceResult, d: Deviation, with_: str, without: str, n: tuple[int, int]
) -> tuple[tuple[str, str], ...]:
    out = [
        (text(N_("with it")), f"{with_} (n = {count(n[0])})"),
        (text(N_("without it")), f"{without} (n = {count(n[1])})"),
    ]
    if d.kind not in (MISSING, "late"):
        read = text(LANDMARK, stage=d.name("compared_at"), days=result.landmark_days)
        out.append((text(N_("Landmark")), read))
    return tuple(out)


def _onward(result: ConformanceResult, d: Deviation) -> Receipt:
    o = d.onward
    told = text(o.reason) if o.reason else f"{100 * (o.difference or 0):+.1f} " + text(N_("points"))
    if o.low is not None and o.high is not None:
        told += f" ({100 * o.low:+.1f} – {100 * o.high:+.1f})"
    return Receipt(
        title=d.sentence(),
        definition=text(COMPARED, stage=d.name("compared_at"), days=result.horizon_days),
        question=result.question,
        provenance=result.provenance,
        value=told.replace("-", "−"),
        method=_method(result, "Newcombe"),
        source="Newcombe 1998, method 10; Anderson, Cain & Gelber 1983",
        beside=_sides(result, d, percent(o.with_), percent(o.without), (o.n_with, o.n_without)),
        notices=result.notices,
    )


def _value(result: ConformanceResult, d: Deviation) -> Receipt:
    v, currency = d.value, d.currency or ""
    told = text(v.reason) if v.reason else money(v.difference, currency)
    if v.difference is not None and v.low is not None and v.high is not None:
        widest = max(abs(v.difference), abs(v.low), abs(v.high))
        found, low, high = (money_beside(x, widest, currency) for x in (v.difference, v.low, v.high))
        told = f"{found} ({low} – {high})"
    return Receipt(
        title=d.sentence(),
        definition=text(VALUED, stage=d.name("compared_at"), days=result.horizon_days),
        question=result.question,
        provenance=result.provenance,
        value=told,
        method=text(N_("95%, Welch, normal quantiles")),
        source="Welch 1938",
        beside=_sides(result, d, money(v.with_, currency), money(v.without, currency), (v.n_with, v.n_without)),
        notices=result.notices,
    )
