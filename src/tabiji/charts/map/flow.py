"""The upper part of the map: stage heads, the river, the bottleneck, and the next move."""

import itertools
from collections.abc import Sequence

from tabiji.charts import wording
from tabiji.charts.map import stake
from tabiji.charts.map.sheet import Figure, Receipt, StageColumn, Step
from tabiji.charts.river import River, river
from tabiji.i18n import N_, pick, sentences, text
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.bottleneck.result import BottleneckResult
from tabiji.metrics.funnel.result import FunnelResult, Transition
from tabiji.metrics.transitions import NOBODY_AT_RISK


def bottleneck(funnel: FunnelResult | None, stakes: BottleneckResult | None = None) -> Transition | None:
    """The transition at which most is at stake; where nothing is, or nothing can be said to be, the one that loses most units
    within the horizon; None where no share is known or nothing is lost.

    A transition whose share is refused is never it."""
    if funnel is None:
        return None
    top = None if stakes is None else stakes.top
    at_stake = None if top is None else next((t for t in funnel.transitions if t.from_ == top.from_), None)
    return at_stake or funnel.biggest_loss


def counted(funnel: FunnelResult | None, unit: str) -> str:
    """What the funnel counts: the map's unit, or its journeys where some unit has several."""
    several = funnel is not None and funnel.total.n > funnel.provenance.accounts
    return "journey" if several else unit


def columns(
    journey_map: JourneyMap, funnel: FunnelResult | None, lang: str, stakes: BottleneckResult | None = None
) -> tuple[StageColumn, ...]:
    """Heads of the stages of the main line."""
    reached = {s.id: s.n for s in funnel.stages} if funnel is not None else {}
    into = {t.to: t for t in funnel.transitions} if funnel is not None else {}
    worst, unit = bottleneck(funnel, stakes), counted(funnel, journey_map.unit)
    pill = stake.pill(stakes, lang) or text("biggest loss", lang)
    names = {s.id: pick(s.name, lang) or s.id for s in journey_map.stages}
    planned = _planned(journey_map.main_line)
    return tuple(
        StageColumn(
            number=number,
            id=stage.id,
            name=names[stage.id],
            goal=pick(stage.goal, lang),
            count=_count(stage, reached.get(stage.id), unit, lang),
            caption=_caption(unit, lang) if number == 1 else "",
            step=_step(into[stage.id], planned.get(stage.id), worst, lang) if stage.id in into else None,
            hot=worst is not None and worst.from_ == stage.id,
            pill=pill if worst is not None and worst.from_ == stage.id else "",
            within=names.get(stage.parent or "", ""),
        )
        for number, stage in enumerate(journey_map.main_line, 1)
    )


def draw_river(
    funnel: FunnelResult | None, stakes: BottleneckResult | None = None, *, column: float = 210, height: float = 126
) -> River | None:
    """The river of a funnel; None where nothing was counted.

    A fall is the journeys that are lost or silent at the horizon; on a map that loses nobody, those that have not gone on.
    Where no transition can tell that (too short a time, too few), it is those that were seen to end: one definition in
    one picture, told by `river_note`."""
    if funnel is None or not any(s.n for s in funnel.stages):
        return None
    worst = bottleneck(funnel, stakes)
    at = next((i for i, t in enumerate(funnel.transitions) if t is worst), None)
    counts = [s.n for s in funnel.stages]
    return river(counts, losses(funnel), biggest=at, column=column, height=height, depth=height - 34)


def losses(funnel: FunnelResult) -> list[float | None]:
    """Units lost at each transition; see `draw_river`."""
    expected = [funnel.total.expected_loss(t) for t in funnel.transitions]
    if any(loss is not None for loss in expected):
        return expected
    return [float(t.lost + t.dormant) for t in funnel.transitions]


def river_note(funnel: FunnelResult | None, lang: str) -> str:
    """What the falls count."""
    if funnel is None:
        return ""
    shares = [t.share for t in funnel.transitions if funnel.total.expected_loss(t) is not None]
    if not shares:
        return text("falls: lost or gone silent", lang, loss=funnel.question.lost(lang))
    if funnel.total.loss_is_leaving:
        return text(
            "falls: lost or gone silent within {days} {days:day|days}", lang,
            days=funnel.horizon_days, loss=funnel.question.lost(lang),
        )  # fmt: skip
    if shares[0].horizon_days is None:
        return text("falls: not gone on", lang)
    return text("falls: not gone on within {days} {days:day|days}", lang, days=shares[0].horizon_days)


def next_move(funnel: FunnelResult | None, unit: str, lang: str) -> tuple[str, str, str]:
    """One sentence on where most is lost, its part to be read first, and what became of those so far; else why that cannot be
    told, in the words of the funnel."""
    if funnel is None or funnel.total.n == 0:
        return "", "", ""
    worst, unit = bottleneck(funnel), counted(funnel, unit)
    if worst is None or worst.share.share is None:
        return funnel.explain_loss(lang), "", ""
    strong = f"{funnel.stage_name(worst.from_, lang)} → {funnel.stage_name(worst.to, lang)}"
    message = N_("{step} loses most: {share} of {units} go on (95% interval {interval}), about {lost} do not.")
    if worst.share.horizon_days is not None:
        message = N_(
            "{step} loses most: {share} of {units} go on within {days} {days:day|days} (95% interval {interval}), about {lost} do not."
        )
        if funnel.total.loss_is_leaving:
            message = N_(
                "{step} loses most: of {units}, {share} go on within {days} {days:day|days} (95% interval {interval}),"
                " about {lost} are lost or go silent."
            )
    sentence = text(
        message,
        lang,
        step=strong,
        share=wording.percent(worst.share.share),
        units=wording.units(worst.n_from, unit, lang),
        days=worst.share.horizon_days,
        interval=wording.interval(worst.share),
        lost=wording.count(funnel.total.expected_loss(worst)),
        loss=funnel.question.lost(lang),
    )
    detail = text(
        "So far {advanced} went on, {lost} were lost, {dormant} went silent, {open} are still there.",
        lang,
        advanced=wording.count(worst.n_to),
        lost=wording.count(worst.lost),
        loss=funnel.question.lost(lang),
        dormant=wording.count(worst.dormant),
        open=wording.count(worst.open),
    )
    if worst.outside:
        outside = text("Out of order or too late: {n}.", lang, n=wording.count(worst.outside))
        detail = sentences([detail, outside], lang)
    return sentence, strong, detail


def _planned(stages: Sequence[Stage]) -> dict[str, float]:
    """Stage → planned share that comes into it (what the stage before should pass on)."""
    return {
        after.id: before.target_share for before, after in itertools.pairwise(stages) if before.target_share is not None
    }


def _caption(unit: str, lang: str) -> str:
    if unit == "journey":
        return text("journeys in all", lang)
    if unit == "opportunity":
        return text("opportunities in all", lang)
    return text("people in all", lang) if unit == "person" else text("companies in all", lang)


def _count(stage: Stage, n: int | None, unit: str, lang: str) -> Figure | None:
    if n is None:
        return None
    tip = text("{units} reached this stage or a later one", lang, units=wording.units(n, unit, lang))
    return Figure(wording.count(n), tip, Receipt("funnel", {"stage": stage.id, "measure": "count"}))


def _step(step: Transition, target: float | None, worst: Transition | None, lang: str) -> Step:
    share = step.share
    told = wording.percent(share.share) if share.share is not None else _short_refusal(share.n, share.reason, lang)
    tip = _step_tip(step, lang)
    receipt = Receipt("funnel", {"stage": step.from_})
    naive = step.naive.share
    return Step(
        share=Figure(told, tip, receipt, bad=step is worst),
        days=_stay(step, bad=step is worst, lang=lang),
        value=share.share,
        low=share.low,
        high=share.high,
        naive=naive,
        naive_text="" if naive is None else text("all so far {share}", lang, share=wording.percent(naive)),
        target=target,
        target_text="" if target is None else text("planned {share}", lang, share=wording.percent(target)),
    )


def _step_tip(step: Transition, lang: str) -> str:
    told = wording.described(step.share, lang)
    if step.share.horizon_days is None:
        return told
    return text(
        "gone on within {days} {days:day|days}: {told}. Of all who entered so far: {naive}",
        lang,
        days=step.share.horizon_days,
        told=told,
        naive=wording.described(step.naive, lang),
    )


def _stay(step: Transition, bad: bool, lang: str) -> Figure | None:
    if step.median_days is None:
        return None
    tip = text("median stay in the stage before: {days}", lang, days=wording.days(step.median_days, lang))
    if step.low_days is not None and step.high_days is not None:
        tip = text("{tip} (95% interval {low:.0f}–{high:.0f})", lang, tip=tip, low=step.low_days, high=step.high_days)
    return Figure(wording.days(step.median_days, lang), tip, Receipt("dwell", {"stage": step.from_}), bad=bad)


def _short_refusal(n: int, reason: str | None, lang: str) -> str:
    """Why a share is not told, where there is room for a word or two; the whole reason is in the tip and in the receipt."""
    if reason == NOBODY_AT_RISK:
        return text("too early", lang)
    return reason if reason is not None and reason.startswith("n<") else wording.DASH if n else "n=0"
