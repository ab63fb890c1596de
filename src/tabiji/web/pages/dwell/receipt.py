"""Receipts of the page about time: a figure of a stay, or a factor of the velocity."""

from collections.abc import Mapping
from typing import Any

from tabiji.charts.dwell import why_not
from tabiji.charts.wording import count, days
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, pick, text, value_name
from tabiji.metrics.dwell.result import DwellFigures, DwellResult, Stays
from tabiji.metrics.velocity.result import VelocityFigures
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.web.words import exact, money
from tabiji.workspace import MeasuredMap

DEFINITIONS = {
    "stay": N_(
        "Days from entering {stage} until leaving it by any cause (going on, going back, lost, silent) after which half have left. Those who are "
        "still there count for as long as they could be watched."
    ),
    "advance": N_(
        "Days from entering {stage} after which half of all stays have ended by going on. Those that end by going back, loss or "
        "silence never do, so this is not reached where fewer than half go on."
    ),
    "closed": N_(
        "Ordinary median of the stays in {stage} that have ended. It leaves out those who are still there, which are the long ones: "
        "shown beside the stay so that the difference can be seen, not to be used."
    ),
}
METHODS = {
    "stay": N_("Kaplan–Meier; interval of Brookmeyer and Crowley on log(−log), 95%"),
    "advance": N_("Aalen–Johansen incidence of going on against going back, lost and silent"),
    "closed": N_("median of those who have left"),
}
RESAMPLED = N_("Kaplan–Meier; interval from percentiles over resampled units, 95%")
SOURCES = {
    "stay": "Kaplan & Meier 1958; Brookmeyer & Crowley 1982",
    "advance": "Aalen & Johansen 1978",
    "closed": "",
}
VELOCITY = {
    "velocity": N_("Open × win rate × mean deal ÷ median cycle: what the open ones are expected to bring in per day. Not a forecast."),
    "open": N_("Journeys that reached the stage at which an opportunity begins and are neither won, lost nor silent."),
    "win_rate": N_("Won of those that are won or lost. Open and silent ones are in neither count."),
    "mean_deal": N_("Mean value of the won ones that tell a value."),
    "cycle": N_("Median days of the won ones from the stage at which an opportunity begins to being won."),
}  # fmt: skip


@receipt_kind("dwell")
def dwell_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `stage`, `measure` (stay, advance, closed), and `value`, one of `by`."""
    result = measured.dwell(**_kept(flags))
    figures = _figures(result, parameters.get("value"))
    stage = parameters.get("stage", "")
    s = next((x for x in figures.stages if x.id == stage), None)
    if s is None:
        raise NotFoundError("stage", stage, [x.id for x in figures.stages])
    measure = parameters.get("measure") or "stay"
    if measure not in DEFINITIONS:
        raise NotFoundError("measure", measure, DEFINITIONS)
    name = pick(s.name) or s.id
    resampled = measure == "stay" and s.resampled
    return Receipt(
        title=name if figures.value is None else f"{name} · {value_name(figures.value)}",
        definition=text(DEFINITIONS[measure], stage=name, loss=result.question.lost()),
        question=result.question,
        provenance=result.provenance,
        value=_value(s, measure),
        denominator=(text(N_("entered {stage}"), stage=name), s.n),
        method=text(RESAMPLED if resampled else METHODS[measure], loss=result.question.lost()),
        source="Kaplan & Meier 1958; Davison & Hinkley 1997, §3.8" if resampled else SOURCES[measure],
        beside=_beside(s, measure, result.question.lost()),
        notices=result.notices,
    )


@receipt_kind("velocity")
def velocity_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `measure` (velocity, open, win_rate, mean_deal, cycle)."""
    result = measured.velocity(**_kept(flags))
    f, measure = result.total, parameters.get("measure") or "velocity"
    if measure not in VELOCITY:
        raise NotFoundError("measure", measure, VELOCITY)
    values = {
        "velocity": exact(f.velocity_per_day, f.currency),
        "open": count(f.open),
        "win_rate": "",
        "mean_deal": exact(f.mean_deal, f.currency),
        "cycle": days(f.median_cycle_days),
    }
    beside = [(text(N_("open")), count(f.open)), (text(N_("won")), count(f.won)), (text(N_("lost")), count(f.lost))]
    if measure == "velocity" and f.low is not None:
        beside.append((text(N_("95% interval")), f"{exact(f.low, f.currency)} – {exact(f.high, f.currency)}"))
    return Receipt(
        title=text(N_("Velocity")),
        definition=text(VELOCITY[measure]),
        question=result.question,
        provenance=result.provenance,
        share=f.win_rate if measure == "win_rate" else None,
        value=values[measure],
        method=text(N_("95%, percentiles over resampled units")) if measure == "velocity" else "",
        beside=tuple(beside),
        notices=result.notices,
    )


def factors(f: VelocityFigures) -> list[tuple[str, str, str, str]]:
    """(measure, label, value in words, what is told on hover) of the factors of a velocity."""
    return [
        ("open", text(N_("open")), count(f.open), ""),
        ("win_rate", text(N_("win rate")), "—" if f.win_rate.share is None else f"{f.win_rate.share:.0%}", ""),
        ("mean_deal", text(N_("mean deal")), money(f.mean_deal, f.currency), exact(f.mean_deal, f.currency)),
        ("cycle", text(N_("median cycle")), days(f.median_cycle_days), ""),
    ]


def _kept(flags: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in flags.items() if name not in ("mode", "window_days")}


def _figures(result: DwellResult, value: str | None) -> DwellFigures:
    if value is None:
        return result.total
    for group in result.groups:
        if (group.value or "") == value:
            return group
    raise NotFoundError("value", value, [g.value or "" for g in result.groups])


def _value(s: Stays, measure: str) -> str:
    figure = {"stay": "median_days", "advance": "advance_median_days", "closed": "closed_only_median_days"}[measure]
    found = getattr(s, figure)
    return text(N_("{days:,.1f} days"), days=found) if found is not None else why_not(s, figure)


def _beside(s: Stays, measure: str, lost: str) -> tuple[tuple[str, str], ...]:
    out = []
    if measure == "stay" and s.low_days is not None:
        high = "∞" if s.high_days is None else f"{s.high_days:,.1f}"
        out.append((text(N_("95% interval")), text(N_("{low} – {high} days"), low=f"{s.low_days:,.1f}", high=high)))
    counts = [
        (text("went on"), s.advanced),
        (text("went back"), s.back),
        (text("still open"), s.open),
        (text("went silent"), s.dormant),
        (lost, s.lost),
    ]
    return (*out, *((label, count(n)) for label, n in counts), (text(N_("passed over it")), count(s.skipped)))
