"""Receipts of the funnel: a count of a stage, or one of the three shares of a transition."""

from collections.abc import Mapping
from typing import Any

from tabiji.charts.wording import count
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, text, value_name
from tabiji.metrics.funnel.result import FunnelFigures, FunnelResult, Transition
from tabiji.result import Share
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.workspace import MeasuredMap

MEASURES = ("aware", "naive", "mature", "count")
DEFINITIONS = {
    "aware": N_(
        "Of those who enter {from_}, the share that enters {to} within {days} {days:day|days}. Journeys that are still open are counted for as long as "
        "they could be watched; who was lost or went silent does not go on. Nobody is guessed: what is open is neither won nor lost."
    ),
    "naive": N_(
        "Of all who entered {from_}, the share that has entered {to} by now. Who entered yesterday counts as not having gone on, "
        "so this is too low as long as journeys are open."
    ),
    "mature": N_(
        "Of those who entered {from_} at least {days} {days:day|days} ago, the share that entered {to} within {days} {days:day|days}. "
        "It needs no model, but says nothing about the newest journeys."
    ),
}
COUNTED = N_(
    "Journeys that reached {from_}: they entered it or a later stage of the main line by the date of the question."
)
IN_ORDER = {
    "naive": N_(
        "Of those who came to {from_} strictly in order, the share that has come to {to} in the same order by now. Who reached {to} by another way, "
        "or after the window of the question, is not among them."
    ),
    "mature": N_(
        "Of those who came to {from_} strictly in order at least {days} {days:day|days} ago, the share that came to {to} in the same order within "
        "{days} {days:day|days}."
    ),
}
COUNTED_IN_ORDER = N_(
    "Journeys that came to {from_} strictly in order: from the first stage on each stage after the one before it, all inside the window of the "
    "question where it names one."
)
METHODS = {
    "aware": N_("95%, delta method on log(−log); Wilson where the incidence is 0 or 1"),
    "naive": N_("95%, Wilson score"),
    "mature": N_("95%, Wilson score"),
}
RESAMPLED = N_("95%, percentiles over resampled units")
SOURCES = {
    "aware": "Aalen & Johansen 1978; Kalbfleisch & Prentice 2002, ch. 8",
    "naive": "Wilson 1927",
    "mature": "Wilson 1927",
}


@receipt_kind("funnel")
def funnel_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `stage` (the one gone on from), `measure` (aware, naive, mature, count; default: the one shown), and
    `value`, one of `by`."""
    result = measured.funnel(**flags)
    figures = _figures(result, parameters.get("value"))
    stage = parameters.get("stage", "")
    if stage not in (known := [s.id for s in result.stages]):
        raise NotFoundError("stage", stage, known)
    transition = next((t for t in figures.transitions if t.from_ == stage), None)
    measure = parameters.get("measure") or (
        "aware" if transition and transition.share is transition.censoring_aware else "naive"
    )
    if measure not in MEASURES:
        raise NotFoundError("measure", measure, MEASURES)
    if transition is None or measure == "count":
        return _count(result, figures, stage)
    return _share(result, transition, measure, parameters.get("value"))


def _figures(result: FunnelResult, value: str | None) -> FunnelFigures:
    if value is None:
        return result.total
    for group in result.groups:
        if (group.value or "") == value:
            return group
    raise NotFoundError("value", value, [g.value or "" for g in result.groups])


def _share(result: FunnelResult, t: Transition, measure: str, value: str | None) -> Receipt:
    names = {
        "from_": result.stage_name(t.from_),
        "to": result.stage_name(t.to),
        "days": result.horizon_days,
        "loss": result.question.lost(),
    }
    share: Share = {"aware": t.censoring_aware, "naive": t.naive, "mature": t.mature}[measure]
    definition = (IN_ORDER if result.mode == "ordered" else DEFINITIONS).get(measure, DEFINITIONS[measure])
    title = f"{names['from_']} → {names['to']}"
    beside = [
        (
            text(N_("went on so far")),
            text(N_("{n} of {all} {all:journey|journeys}"), n=count(t.n_to), all=count(t.n_from)),
        )
    ]
    beside += [
        (text(N_("still open")), count(t.open)),
        (text(N_("went silent")), count(t.dormant)),
        (result.question.lost(), count(t.lost)),
    ]
    if t.outside:
        beside.append((text(N_("out of order or too late")), count(t.outside)))
    return Receipt(
        title=title if value is None else f"{title} · {value_name(value)}",
        definition=text(definition, **names),
        question=result.question,
        provenance=result.provenance,
        share=share,
        numerator=(text(N_("went on")), t.n_to) if measure == "naive" else None,
        denominator=(text(N_("entered {stage}"), stage=names["from_"]), t.n_from) if measure == "naive" else None,
        method=text(RESAMPLED if t.resampled else METHODS[measure]),
        source=SOURCES[measure] + ("; Davison & Hinkley 1997, §3.8" if t.resampled else ""),
        beside=tuple(beside),
        notices=result.notices,
    )


def _count(result: FunnelResult, figures: FunnelFigures, stage: str) -> Receipt:
    reached = next(s for s in figures.stages if s.id == stage)
    definition = COUNTED_IN_ORDER if result.mode == "ordered" else COUNTED
    beside = ((text(N_("passed over it")), count(reached.skipped)),) if reached.skipped else ()
    return Receipt(
        title=result.stage_name(stage),
        definition=text(definition, from_=result.stage_name(stage)),
        question=result.question,
        provenance=result.provenance,
        value=text(N_("{n} {n:journey|journeys}"), n=count(reached.n)),
        denominator=(text(N_("journeys in all")), figures.n),
        beside=beside,
        notices=result.notices,
    )
