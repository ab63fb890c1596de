"""The rows under the lanes: touchpoints, triggers and pain points, initiatives, KPIs."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tabiji.charts import wording
from tabiji.charts.map.measured import Measured, Score
from tabiji.charts.map.sheet import (
    Figure,
    InitiativeLine,
    KpiLine,
    Line,
    Receipt,
    TouchpointLine,
)
from tabiji.i18n import N_, listed, pick, text
from tabiji.journeymap.model import (
    Finding,
    Initiative,
    JourneyMap,
    Kpi,
    Stage,
    Touchpoint,
)
from tabiji.result import Share

T = TypeVar("T")

GRADES = {
    "A": "A",
    "B": "B",
    "C": "C",
    "D": N_("no effect"),
    "testing": N_("in test"),
    "hypothesis": "",
}
OFFLINE_CHANNELS = frozenset(
    {"exhibition", "meeting", "seminar", "offline", "sales", "event", "phone", "visit", "print", "dm"}
)


def touchpoints(journey_map: JourneyMap, measured: Measured, lang: str) -> tuple[tuple[TouchpointLine, ...], ...]:
    """Touchpoints per stage, in the order written; one that names no stage stands where it reaches most."""
    return _rows(
        journey_map,
        lambda stage: (
            _touchpoint(t, stage, measured.reach.get((stage.id, t.id)), lang)
            for t in journey_map.touchpoints
            if stage.id in _stages_of(t, journey_map, measured)
        ),
    )


def findings(journey_map: JourneyMap, found: Iterable[Finding], lang: str) -> tuple[tuple[Line, ...], ...]:
    """Triggers or pain points per stage."""
    listed = tuple(found)
    return _rows(
        journey_map,
        lambda stage: (
            Line(
                pick(f.text, lang),
                f.evidence,
                "" if f.role is None else wording.role_name(journey_map, f.role, lang),
            )
            for f in listed
            if f.stage == stage.id
        ),
    )


def initiatives(journey_map: JourneyMap, lang: str) -> tuple[tuple[InitiativeLine, ...], ...]:
    """Initiatives per stage."""
    return _rows(
        journey_map,
        lambda stage: (_initiative(i, journey_map, lang) for i in journey_map.initiatives if i.stage == stage.id),
    )


def kpis(journey_map: JourneyMap, measured: Measured, lang: str) -> tuple[tuple[KpiLine, ...], ...]:
    """KPIs per stage."""
    return _rows(
        journey_map,
        lambda stage: (_kpi(k, measured.kpis.get(k.id), lang) for k in journey_map.kpis if k.stage == stage.id),
    )


def _rows(journey_map: JourneyMap, lines_of: Callable[[Stage], Iterable[T]]) -> tuple[tuple[T, ...], ...]:
    """One tuple per stage; nothing at all where no stage has any."""
    rows = tuple(tuple(lines_of(stage)) for stage in journey_map.main_line)
    return rows if any(rows) else ()


def _stages_of(touchpoint: Touchpoint, journey_map: JourneyMap, measured: Measured) -> set[str]:
    planned = set(touchpoint.stages) | {s.id for s in journey_map.main_line if touchpoint.id in s.touchpoints}
    if planned:
        return planned
    reached = {
        stage: share.share
        for (stage, name), share in measured.reach.items()
        if name == touchpoint.id and share.share is not None
    }
    return {max(reached, key=lambda s: reached[s])} if reached else set()


def _touchpoint(touchpoint: Touchpoint, stage: Stage, share: Share | None, lang: str) -> TouchpointLine:
    receipt = Receipt("reach", {"stage": stage.id, "touchpoint": touchpoint.id})
    reach = None
    if share is not None:
        shown = wording.percent(share.share) if share.share is not None else (share.reason or wording.DASH)
        reach = Figure(shown if len(shown) < 8 else wording.DASH, wording.described(share, lang), receipt)
    return TouchpointLine(
        id=touchpoint.id,
        name=pick(touchpoint.name, lang) or touchpoint.id,
        offline=touchpoint.offline or (touchpoint.channel or "").casefold() in OFFLINE_CHANNELS,
        channel=touchpoint.channel or "",
        reach=reach,
        value=None if share is None else share.share,
    )


def _initiative(initiative: Initiative, journey_map: JourneyMap, lang: str) -> InitiativeLine:
    cost = "" if initiative.cost is None else f"{wording.count(initiative.cost)} {initiative.currency or ''}".strip()
    notes = [pick(initiative.hypothesis, lang), initiative.owner or "", cost]
    grade = GRADES[initiative.grade]
    return InitiativeLine(
        id=initiative.id,
        name=pick(initiative.name, lang) or initiative.id,
        direct=initiative.kind == "direct",
        role="" if initiative.role is None else wording.role_name(journey_map, initiative.role, lang),
        grade=initiative.grade,
        grade_text=text(grade, lang) if grade else "",
        note=" · ".join(n for n in notes if n),
    )


def kpi_format(kpi: Kpi) -> Callable[[float | None], str]:
    """How figures of a KPI are written: shares in per cent, a net promoter score with its sign, the rest as numbers."""
    if kpi.measure.share is not None:
        return wording.percent
    return _signed if kpi.measure.survey == "nps" else wording.compact


def _kpi(kpi: Kpi, score: Score | None, lang: str) -> KpiLine:
    shown = kpi_format(kpi)
    actual = None if score is None else score.value
    met = None if actual is None or kpi.target is None else actual >= kpi.target
    bad = met is False and kpi.measure.share is not None
    tip = "" if score is None else _kpi_tip(score, shown, lang)
    return KpiLine(
        id=kpi.id,
        name=pick(kpi.name, lang) or kpi.id,
        actual=Figure(shown(actual), tip, None if score is None else Receipt("kpi", {"kpi": kpi.id}), bad),
        target="" if kpi.target is None else shown(kpi.target),
        rhythm=kpi.rhythm or "",
        met=met,
    )


def _kpi_tip(score: Score, shown: Callable[[float | None], str], lang: str) -> str:
    if score.value is None:
        return wording.refusal(Share(None, None, None, score.n or 0, score.reason), lang)
    parts = []
    if score.low is not None and score.high is not None:
        parts.append(text("95% interval {low} to {high}", lang, low=shown(score.low), high=shown(score.high)))
    if score.n is not None and score.n != score.value:
        parts.append(f"n = {wording.count(score.n)}")
    if score.previous is not None:
        parts.append(text("one period before: {value}", lang, value=shown(score.previous)))
    return listed(parts, lang)


def _signed(value: float | None) -> str:
    return wording.signed(value, 0 if value is None or abs(value) >= 10 else 1)
