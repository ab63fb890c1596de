"""Receipts of the page about emotion and voice: a score, a feeling, a share of negative touches, their link with being lost."""

from collections.abc import Mapping, Sequence
from typing import Any

from tabiji.charts.wording import count, percent, refusal_words, role_name, signed
from tabiji.errors import NotFoundError
from tabiji.i18n import N_, pick, text, value_name
from tabiji.metrics.feelings.emotion_result import EmotionResult, Feeling
from tabiji.metrics.feelings.voice_result import Score, Survey, VoiceResult
from tabiji.metrics.means import Mean
from tabiji.web.receipts import Receipt, receipt_kind
from tabiji.workspace import MeasuredMap

ORDERED = ("mode", "window_days")  # of the funnel
STUDENT = N_("95%, Student's t; companies as clusters where they answer repeatedly")
WILSON = N_("95%, Wilson score; companies as clusters where they answer repeatedly")
SCORES = {
    "nps": N_("Share of promoters (9–10) less the share of detractors (0–6), in points from −100 to +100."),
    "csat": N_("Mean of the satisfaction answers, on the scale on which they were asked."),
    "ces": N_("Mean of the answers how easy it was, on the scale on which they were asked; more is easier."),
}
TOP = N_("Share of the answers that are the highest on the scale ({highest}).")
PROMOTERS = N_("Share of the answers that are 9 or 10.")


def voice_flags(flags: Mapping[str, Any]) -> dict[str, Any]:
    """The flags that mean something to `voice`."""
    return {name: value for name, value in flags.items() if name not in ORDERED}


def emotion_flags(flags: Mapping[str, Any], *, divided: bool = False) -> dict[str, Any]:
    """The flags that mean something to `emotion`. divided: into the groups of `by`; a figure of all does without."""
    return {name: value for name, value in flags.items() if name not in ORDERED and (divided or name != "by")}


def score_words(survey: Survey, m: Mean) -> str:
    """A score for a reader: +31, 3.42, or why there is none."""
    if m.mean is None:
        return refusal_words(m.reason or "", m.n)
    return signed(m.mean, 0) if survey.kind == "nps" else f"{m.mean:.2f}"


def range_words(survey: Survey, m: Mean) -> str:
    """Its interval."""
    if m.low is None or m.high is None:
        return ""
    if survey.kind == "nps":
        return f"{signed(m.low, 0)} – {signed(m.high, 0)}"
    return f"{m.low:.2f} – {m.high:.2f}"


@receipt_kind("voice")
def voice_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `survey` (its name), `measure` (score, top), and a part: `cut` with `value`; without `cut`, `value` is one of the
    filter `by`."""
    result = measured.voice(**voice_flags(flags))
    survey, found = _score(result, parameters)
    part, m = parameters.get("value"), found.score
    title = survey.name.upper() if part is None else f"{survey.name.upper()} · {value_name(part)}"
    top = parameters.get("measure") == "top"
    definition = (PROMOTERS if survey.kind == "nps" else TOP) if top else SCORES[survey.kind]
    beside = [(text(N_("companies that answered")), count(found.units))]
    if range_words(survey, m) and not top:
        beside.append((text(N_("95% interval")), range_words(survey, m)))
    beside += [
        (text(N_("answers of {score}"), score=f"{score:g}"), count(n))
        for score, n in survey.counts.items()
        if part is None
    ]
    return Receipt(
        title=title,
        definition=text(definition, highest=f"{survey.highest:g}"),
        question=result.question,
        provenance=result.provenance,
        share=found.top if top else None,
        value="" if top else score_words(survey, m),
        denominator=(text(N_("answers")), m.n),
        method=text(WILSON if top else STUDENT),
        source="Cochran 1977, § 6.3" + ("; Reichheld 2003" if survey.kind == "nps" else ""),
        beside=tuple(beside),
        notices=result.notices,
    )


def _score(result: VoiceResult, parameters: Mapping[str, str]) -> tuple[Survey, Score]:
    name, cut, value = parameters.get("survey", ""), parameters.get("cut", ""), parameters.get("value")
    surveys = result.surveys
    if value is not None and not cut:
        of_group = {g.value: g.surveys for g in result.groups}
        if value not in of_group:
            raise NotFoundError("value", value, list(of_group))
        surveys = of_group[value]
    survey = next((s for s in surveys if s.name == name), None)
    if survey is None:
        raise NotFoundError("survey", name, [s.name for s in surveys])
    if not cut:
        return survey, survey.total
    parts = {s.value or "": s for s in survey.parts.get(cut, ())}
    if value not in parts:
        raise NotFoundError("part", value or "", list(parts))
    return survey, parts[value]


@receipt_kind("felt")
def felt_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `stage`, `role` (none: everybody), and `value`, one of the filter `by`."""
    value = parameters.get("value")
    result = measured.emotion(with_link=False, **emotion_flags(flags, divided=value is not None))
    stage, role = parameters.get("stage", ""), parameters.get("role") or None
    feelings = _feelings(result, value)
    found = next((f for f in feelings if (f.stage, f.role) == (stage, role)), None)
    if found is None:
        raise NotFoundError("stage", f"{stage} {role or ''}".strip(), [f.stage for f in feelings if f.role is None])
    m, beside = found.measured, [(text(N_("planned")), signed(found.planned))]
    if m.low is not None:
        beside.append((text(N_("95% interval")), f"{signed(m.low)} – {signed(m.high)}"))
    beside += [(text(SOURCES[name]), count(n)) for name, n in found.sources.items()]
    who = text(N_("everybody")) if role is None else role_name(measured.map, role)
    return Receipt(
        title=" · ".join([_stage(result, stage), who, *([] if value is None else [value_name(value)])]),
        definition=text(FEELING),
        question=result.question,
        provenance=result.provenance,
        value=signed(m.mean) if m.mean is not None else refusal_words(m.reason or "", m.n),
        denominator=(text(N_("answers and notes")), m.n),
        method=text(STUDENT),
        source="Cochran 1977, § 6.3",
        beside=tuple(beside),
        notices=result.notices,
    )


def _feelings(result: EmotionResult, value: str | None) -> Sequence[Feeling]:
    """The feelings of all, or of a group."""
    if value is None:
        return result.feelings
    for group in result.groups:
        if (group.value or "") == value:
            return group.feelings
    raise NotFoundError("value", value, [g.value or "" for g in result.groups])


FEELING = N_(
    "Mean feeling from −2 (very bad) to +2 (very good). Recommendation: 0–2 is −2, 3–6 −1, 7–8 0, 9 +1, 10 +2. Satisfaction and ease: "
    "lowest answer −2, highest +2, evenly between. Tagged notes: their sentiment or emotion; complaints −1."
)
SOURCES = {
    "nps": N_("recommendation (NPS)"),
    "csat": N_("satisfaction (CSAT)"),
    "ces": N_("ease (CES)"),
    "note": N_("tagged notes"),
}


def _stage(result: EmotionResult, stage: str) -> str:
    return pick(result.names.get(stage)) or stage


@receipt_kind("negative")
def negative_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """Parameters: `stage` (none: all stages)."""
    result = measured.emotion(with_link=False, **emotion_flags(flags))
    stage = parameters.get("stage") or None
    found = next((n for n in result.negative if n.stage == stage), None)
    if found is None:
        raise NotFoundError("stage", stage or "", [n.stage for n in result.negative if n.stage])
    return Receipt(
        title=text(N_("Negative touches"))
        if stage is None
        else f"{text(N_('Negative touches'))} · {_stage(result, stage)}",
        definition=text(N_("Of the tagged notes (sentiment, emotion, complaints), the share that is below 0.")),
        question=result.question,
        provenance=result.provenance,
        share=found.share,
        numerator=(text(N_("negative")), found.negative),
        denominator=(text(N_("tagged notes")), found.share.n),
        method=text(WILSON),
        source="Wilson 1927; Korn & Graubard 1998",
        notices=result.notices,
    )


@receipt_kind("link")
def link_receipt(measured: MeasuredMap, flags: Mapping[str, Any], parameters: Mapping[str, str]) -> Receipt:
    """No parameters."""
    result = measured.emotion(**emotion_flags(flags))
    found = result.link
    if found is None:
        raise NotFoundError("receipt", "link", [])
    value = "—" if found.hazard_ratio is None else f"× {found.hazard_ratio:.2f}"
    beside = [
        (text(N_("journeys watched")), count(found.journeys)),
        (result.question.lost(), count(found.lost)),
        (
            text(N_("lost within {days} {days:day|days} after a negative touch"), days=found.window_days),
            count(found.lost_after),
        ),
    ]
    if found.low is not None and found.high is not None:
        beside.insert(0, (text(N_("95% interval")), f"× {found.low:.2f} – {found.high:.2f}"))
    if found.lost:
        beside.append((text(N_("of the lost ones")), percent(found.lost_after / found.lost)))
    return Receipt(
        title=text(N_("Negative touches and being lost")),
        definition=text(
            N_(
                "How many times as often journeys are lost in the {days} {days:day|days} after a negative touch as at other times of the same stage: a "
                "Cox regression with that covariate, the stages as strata. An association: what annoys a customer may make him leave anyway."
            ),
            days=found.window_days,
        ),
        question=result.question,
        provenance=result.provenance,
        value=value,
        method=text(N_("95%, Cox regression, ties as Efron; companies as clusters where they have several journeys")),
        source="Cox 1972; Efron 1977; Lin & Wei 1989",
        beside=tuple(beside),
        notices=result.notices,
    )
