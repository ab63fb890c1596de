"""Receipts of the figures that stand on the map only: a role's presence, a touchpoint's reach, emotion, KPIs.

The shares and counts of the stages are those of the funnel."""

from collections.abc import Callable, Mapping
from typing import Any

from tabiji.charts import wording
from tabiji.charts.map.asked import common_flags
from tabiji.charts.map.measured import Score
from tabiji.charts.map.rows import kpi_format
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, listed, pick, sentences, text, value_name
from tabiji.journeymap.model import JourneyMap, Kpi
from tabiji.result import Result, Share
from tabiji.settings import Settings
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.web.words import value_label
from tabiji.workspace import MeasuredMap

WILSON = N_("95%, Wilson score")
STUDENT = N_("95%, Student's t over units")
MEASURES = {
    "count": N_("Events that match the rule of this KPI."),
    "reached": N_("Journeys that reached the stage."),
    "share": N_("The share of journeys that goes on from the stage within the horizon; open journeys count as open."),
    "nps": N_("Share of answers 9–10 minus share of answers 0–6, in points."),
    "csat": N_("Mean satisfaction on the scale of the answers."),
    "ces": N_("Mean ease on the scale of the answers."),
}
METHODS = {
    "share": N_("95%, delta method on log(−log); Wilson where the incidence is 0 or 1"),
    "nps": STUDENT,
    "csat": STUDENT,
    "ces": STUDENT,
}


RHYTHMS = {"weekly": N_("every week"), "monthly": N_("every month"), "quarterly": N_("every quarter")}


@receipt_kind("presence")
def presence_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `role`, and `stage` where it is looked for in one stage only."""
    result = measured.reach(**common_flags(flags))
    role, stage = parameters.get("role", ""), parameters.get("stage") or None
    shares = {(r.stage, r.role): r.share for r in result.roles}
    if (stage, role) not in shares:
        raise NotFoundError("role", role, sorted({r for s, r in shares if s == stage}))
    name = wording.role_name(measured.map, role)
    if stage is None:
        definition = text(
            "Of all journeys, the share with at least one event of a person in the role {role}.", role=name
        )
        title, among = name, text("journeys")
    else:
        where = _stage_name(measured.map, stage)
        definition = text(
            "Of the journeys that reached {stage}, the share with at least one event of a person in the role {role} while they"
            " were there.",
            stage=where,
            role=name,
        )
        title, among = f"{name} · {where}", text("journeys that reached {stage}", stage=where)
    return _share_receipt(result, shares[stage, role], title, definition, text("of them with the role"), among)


@receipt_kind("reach")
def reach_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `stage` and `touchpoint`, and `value`, one of `by`."""
    value = parameters.get("value")
    divided = {"by": flags["by"]} if value is not None and "by" in flags else {}
    result = measured.reach(**common_flags(flags), **divided)
    stage, touchpoint = parameters.get("stage", ""), parameters.get("touchpoint", "")
    figures = next((g for g in result.groups if g.value == value), None) if divided else result
    if figures is None:
        raise NotFoundError("value", value or "", [g.value for g in result.groups])
    shares = figures.by_stage
    if (stage, touchpoint) not in shares:
        known = {t.id for t in measured.map.touchpoints}
        raise (
            NotFoundError("touchpoint", touchpoint, sorted(known))
            if touchpoint not in known
            else NotFoundError("stage", stage, [s.id for s in measured.map.main_line])
        )
    where = _stage_name(measured.map, stage)
    name = next(pick(t.name) or t.id for t in measured.map.touchpoints if t.id == touchpoint)
    definition = text(
        "Of the journeys that reached {stage}, the share that met {touchpoint} at least once while they were there. It does not say"
        " that the touchpoint moved anybody on: who stays longer has more time to meet it.",
        stage=where,
        touchpoint=name,
    )
    among = text("journeys that reached {stage}", stage=where)
    return _share_receipt(
        result, shares[stage, touchpoint], f"{name} · {where}", definition, text("of them met it"), among
    )


@receipt_kind("emotion")
def emotion_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `stage`."""
    result = measured.emotion(with_link=False, **common_flags(flags))
    stage, means = parameters.get("stage", ""), result.by_stage
    if stage not in means:
        raise NotFoundError("stage", stage, means)
    mean, where = means[stage], _stage_name(measured.map, stage)
    roles = [f for f in result.feelings if f.stage == stage and f.role is not None and f.measured.n]
    return Receipt(
        title=text("Emotion · {stage}", stage=where),
        definition=text(
            "Mean of the survey answers given and the tagged notes made while the journey was in {stage}, laid on a scale from −2"
            " (very bad) to +2 (very good): satisfaction and ease by their own scale, recommendation by its classes, notes by their tag.",
            stage=where,
        ),
        question=result.question,
        provenance=result.provenance,
        value=_told(Score(mean.mean, mean.n, mean.low, mean.high, None, mean.reason), wording.signed),
        denominator=(text("answers and notes"), mean.n),
        method=text(STUDENT),
        source="Cochran 1977, § 6.3",
        beside=tuple(
            (
                wording.role_name(measured.map, f.role or ""),
                _told(
                    Score(f.measured.mean, f.measured.n, f.measured.low, f.measured.high, None, f.measured.reason),
                    wording.signed,
                ),
            )
            for f in roles
        ),
        notices=result.notices,
    )


@receipt_kind("kpi")
def kpi_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `kpi`, and `value`, one of `by`."""
    group = parameters.get("value")
    kept = common_flags(flags)
    result = measured.kpis(**(kept if group is None else {**kept, "by": flags.get("by")}))
    by_value = {g.value: g for g in result.groups}
    if group is not None and group not in by_value:
        raise NotFoundError("value", group, by_value)
    values = {v.id: v for v in (result.values if group is None else by_value[group].values)}
    kpi = parameters.get("kpi", "")
    if kpi not in values:
        raise NotFoundError("KPI", kpi, values)
    value, written = values[kpi], next(k for k in measured.map.kpis if k.id == kpi)
    shown = kpi_format(written)
    score = Score(value.actual.value, value.actual.n, value.actual.low, value.actual.high, None, value.actual.reason)
    beside = [(text("target"), shown(value.target))] if value.target is not None else []
    if value.previous is not None:
        beside.append((text("one period before"), shown(value.previous.value)))
    beside += [(label, words) for label, words in _kept_by(written, measured.workspace.settings) if words]
    days = written.measure.days
    return Receipt(
        title=" · ".join([pick(value.name) or kpi, *([] if group is None else [value_name(group)])]),
        definition=sentences(
            [
                text(MEASURES[value.measure]),
                "" if days is None else text("Counted over the last {days} {days:day|days}.", days=days),
            ]
        ),
        question=result.question,
        provenance=result.provenance,
        value=_told(score, shown),
        method=text(METHODS[value.measure]) if value.measure in METHODS else "",
        beside=tuple(beside),
        notices=result.notices,
    )


def _kept_by(kpi: Kpi, settings: Settings) -> tuple[tuple[str, str], ...]:
    """Whose a KPI is, and how often it is looked at."""
    rhythm = text(RHYTHMS[kpi.rhythm]) if kpi.rhythm in RHYTHMS else kpi.rhythm or ""
    return (text("owner"), value_label(settings, "owner", kpi.owner)), (text("rhythm"), rhythm)


def _told(score: Score, shown: Callable[[float | None], str]) -> str:
    """A figure in words, with its interval and n; or why there is none."""
    if score.value is None:
        return wording.refusal(Share(None, None, None, score.n or 0, score.reason)) or wording.DASH
    parts = [shown(score.value)]
    if score.low is not None and score.high is not None:
        parts.append(text("95% interval {low} to {high}", low=shown(score.low), high=shown(score.high)))
    if score.n is not None and score.n != score.value:
        parts.append(f"n = {wording.count(score.n)}")
    return listed(parts)


def _share_receipt(result: Result, share: Share, title: str, definition: str, met: str, among: str) -> Receipt:
    return Receipt(
        title=title,
        definition=definition,
        question=result.question,
        provenance=result.provenance,
        share=share,
        numerator=None if share.share is None else (met, round(share.share * share.n)),
        denominator=(among, share.n),
        method=text(WILSON),
        source="Wilson 1927",
        notices=result.notices,
    )


def _stage_name(journey_map: JourneyMap, stage: str) -> str:
    return next((pick(s.name) or s.id for s in journey_map.main_line if s.id == stage), stage)
