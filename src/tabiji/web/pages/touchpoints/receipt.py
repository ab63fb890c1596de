"""Receipts of the Touchpoints page: the credit of a key under a model, and what it cost."""

from collections.abc import Mapping
from typing import Any

from tabiji.charts.wording import count, interval, percent
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, pick, text
from tabiji.metrics.credit import CreditResult
from tabiji.metrics.credit.costs import CostRow
from tabiji.metrics.credit.result import MODEL_NAMES, NO_TOUCH, KeyCredit
from tabiji.metrics.intervals import wilson_share
from tabiji.result import Share
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.workspace import MeasuredMap
from tabiji.workspace.questions import QUESTIONS

CREDITED = N_(
    "Of all journeys that entered {goal}, the part that this model gives to {key}. Touches count that happened before the entry"
    " and at most {days:g} days before it; those of any person. {variant}"
)
UNTOUCHED = N_(
    "Journeys that entered {goal} without any touch in the {days:g} days before. No model can give them to anybody."
)
TOUCHED = N_(
    "Of all journeys that entered {goal}, the share with at least one touch of {key} in the {days:g} days before. It says who was"
    " met, not who made the difference."
)
COST_PER = N_(
    "Spend of {key} from {first} to {last} ÷ the credit for entering {stage} that touches of these dates earned ({model})."
)
RETURN = N_(
    "(Value credited to touches of {key} from {first} to {last} − spend of these dates) ÷ spend ({model}). It shares out what was"
    " won; it does not say what would have been won without the spend."
)
RESAMPLED = N_("95%, percentiles over {n} resamples of units")
SOURCES = {
    "markov": "Anderl et al. 2016; Kemeny & Snell 1960",
    "shapley": "Shapley 1953; Zhao, Mahboobi & Bagheri 2018",
}


@receipt_kind("credit")
def credit_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `model`, `key`; `measure` touched; `cost` (entry, opportunity, won, roi) for a figure of the cost table; and the question's own
    flags."""
    question = QUESTIONS["credit"]
    own = {flag.name for flag in question.own} - {"model"}
    asked = {name: value for name, value in flags.items() if name in QUESTIONS["reach"].shared}
    asked |= {name: value for name, value in parameters.items() if name in own}
    model = parameters.get("model", "linear")
    if model not in MODEL_NAMES:
        raise NotFoundError("model", model, MODEL_NAMES)
    result = measured.credit(**asked, model=model)
    if model not in result.models:
        raise NotFoundError("model", model, result.models)
    key = parameters.get("key", "")
    if parameters.get("measure") == "touched":
        return _touched(result, key)
    if "cost" in parameters:
        return _cost(result, model, key, parameters["cost"], measured)
    row = next((r for r in result.models[model] if r.key == key), None)
    if row is None:
        raise NotFoundError("key", key, [r.key for r in result.models[model]])
    return _credit(result, model, row)


def _credit(result: CreditResult, model: str, row: KeyCredit) -> Receipt:
    firm, name = result.stability[model], result.label(row.key)
    goal = pick(result.goal_name) or result.asked.goal
    beside = [
        (
            text(N_("credit")),
            text(N_("{credit:,.2f} of {n:,} {n:conversion|conversions}"), credit=row.credit, n=result.conversions),
        )
    ]
    if row.low is not None and row.high is not None:
        beside.append((text(N_("95% interval")), f"{row.low:,.1f} – {row.high:,.1f}"))
    if row.value_credit is not None:
        beside.append((text(N_("value")), f"{row.value_credit:,.0f} {result.currency or ''}"))
    elif result.value_reason is not None:
        beside.append((text(N_("value")), text(result.value_reason)))
    if row.key in result.touched:
        beside.append((text(N_("conversions with a touch of it")), count(result.touched[row.key])))
    beside.append((text(N_("does the ranking hold?")), firm.words()))
    if model == "markov":
        nulls = text(N_("{n:,} {n:journey|journeys} that ended without"), n=result.nulls)
        left = text(N_("{n:,} open {n:one|ones} counted among them"), n=result.open)
        out = text(N_("{n:,} open {n:one|ones} left out"), n=result.open)
        beside.append((text(N_("beside them")), f"{nulls}; {left if result.asked.open_as_null else out}"))
    untouched = row.key == NO_TOUCH
    definition = text(UNTOUCHED, goal=goal, days=result.asked.lookback_days)
    if not untouched:
        definition = text(CREDITED, goal=goal, key=name, days=result.asked.lookback_days, variant=result.variant(model))
    return Receipt(
        title=f"{name} · {text(MODEL_NAMES[model])}",
        definition=definition,
        question=result.question,
        provenance=result.provenance,
        value="—" if row.share is None else percent(row.share),
        denominator=(text(N_("conversions")), result.conversions),
        method="" if firm.same_first is None or untouched else text(RESAMPLED, n=firm.resamples),
        source=SOURCES.get(model, ""),
        beside=tuple(beside),
        notices=result.notices,
    )


def _touched(result: CreditResult, key: str) -> Receipt:
    if key not in result.touched:
        raise NotFoundError("key", key, result.touched)
    goal, what = pick(result.goal_name) or result.asked.goal, text(N_("met before"))
    return Receipt(
        title=f"{result.label(key)} · {what}",
        definition=text(TOUCHED, goal=goal, key=result.label(key), days=result.asked.lookback_days),
        question=result.question,
        provenance=result.provenance,
        share=wilson_share(result.touched[key], result.conversions, 1),
        numerator=(text(N_("conversions with a touch of it")), result.touched[key]),
        denominator=(text(N_("conversions")), result.conversions),
        method=text(N_("95%, Wilson score")),
        source="Wilson 1927",
        notices=result.notices,
    )


def _cost(result: CreditResult, model: str, key: str, measure: str, measured: MeasuredMap) -> Receipt:
    costs = result.costs
    row = next((r for r in costs.rows if r.key == key), None)
    if row is None:
        raise NotFoundError("key", key, [r.key for r in costs.rows])
    if measure != "roi" and measure not in row.per:
        raise NotFoundError("measure", measure, [*row.per, "roi"])
    named = {"key": key, "first": costs.first_on, "last": costs.last_on, "model": text(MODEL_NAMES[model])}
    beside = [(text(N_("spend")), f"{row.spend:,.0f} {costs.currency or ''}")]
    beside += _told(row, measure, costs.currency or "")
    stages = {s.id: pick(s.name) or s.id for s in measured.map.stages}
    stage = costs.goals.get(measure, "")
    what = text(N_("return on spend")) if measure == "roi" else stages.get(stage, stage)
    return Receipt(
        title=f"{key} · {what}",
        definition=text(RETURN, **named)
        if measure == "roi"
        else text(COST_PER, **named, stage=stages.get(stage, stage)),
        question=result.question,
        provenance=result.provenance,
        value=_value(row, measure, costs.currency or ""),
        method=text(RESAMPLED, n=result.stability[model].resamples) if result.stability[model].resamples else "",
        beside=tuple(beside),
        notices=result.notices,
    )


def _value(row: CostRow, measure: str, currency: str) -> str:
    if measure == "roi":
        return percent(row.roi)
    cost = row.per[measure].cost
    return "—" if cost is None else f"{cost:,.0f} {currency}"


def _told(row: CostRow, measure: str, currency: str) -> list[tuple[str, str]]:
    """Further lines: what stands on the other side of the fraction, the interval, or why there is no figure."""
    if measure == "roi":
        value = "—" if row.value_credit is None else f"{row.value_credit:,.0f} {currency}"
        out = [(text(N_("value credited")), value)]
        if row.roi_low is not None:
            out.append((text(N_("95% interval")), interval(Share(row.roi, row.roi_low, row.roi_high, 0))))
        return [*out, (text(N_("why none")), text(row.reason))] if row.reason else out
    per = row.per[measure]
    out = [(text(N_("credit")), f"{per.credit:,.2f}")]
    if per.low is not None:
        high = "∞" if per.high is None else f"{per.high:,.0f}"
        out.append((text(N_("95% interval")), f"{per.low:,.0f} – {high} {currency}"))
    return [*out, (text(N_("why none")), text(per.reason))] if per.reason else out
