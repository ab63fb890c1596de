"""The page about emotion and voice."""

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from tabiji.charts import palette
from tabiji.charts import retention as strips
from tabiji.charts import voice as drawn
from tabiji.charts.scores import SURVEY_NAMES
from tabiji.charts.wording import role_name, signed
from tabiji.i18n import N_, pick, sentences, text
from tabiji.journeymap import JourneyMap
from tabiji.metrics.feelings.emotion_result import meaning
from tabiji.metrics.feelings.voice_result import CUTS, Score, Survey, VoiceResult
from tabiji.result import Share
from tabiji.settings import Settings
from tabiji.web.choices import choices
from tabiji.web.filters import read_filters
from tabiji.web.pages.voice.divided import MOST_GROUPS, both_widths, group_moods
from tabiji.web.pages.voice.receipt import (  # registers its receipts
    emotion_flags,
    range_words,
    score_words,
    voice_flags,
)
from tabiji.web.render import Nav, render
from tabiji.web.segments import BY, groups_of
from tabiji.web.sheets import csv_response
from tabiji.workspace.unit.lookup import names_by_id

router = APIRouter()
NAV = [Nav(N_("Emotion and voice"), "/maps/{map_id}/voice", 62)]
__all__ = ["NAV", "router"]
LABELS = {"stage": N_("Stage"), "role": N_("Role"), "touchpoint": N_("Touchpoint"), "month": N_("Month")}
GROUPS = {"promoters": N_("promoters 9–10"), "passives": N_("passives 7–8"), "detractors": N_("detractors 0–6")}

FILLS = {"promoters": palette.AI, "passives": palette.AI_2 + "55", "detractors": palette.INK_3}


@router.get("/maps/{map_id}/voice")
def show(request: Request, map_id: str, version: int | None = None) -> Response:
    """Scores, feelings planned and measured, negative touches, comments."""
    workspace = request.app.state.workspace
    measured = workspace.map(map_id, version)
    filters = read_filters(request.query_params)
    result = measured.voice(**voice_flags(filters.flags))
    emotion = measured.emotion(**emotion_flags(filters.flags, divided=True))
    offered = choices(workspace, measured.map)
    cut = request.query_params.get("cut", "")
    cut = "" if filters.by else cut if cut in CUTS else "stage"
    roles = drawn.by_role(emotion)
    shown = [n for n in emotion.negative if n.stage is None or n.share.n]
    return render(
        request,
        "voice/page.html",
        takes=("cut",),
        map=measured.map,
        version=measured.version,
        result=result,
        emotion=emotion,
        felt=any(m.n for m in emotion.by_stage.values()),
        choices=offered,
        zone=workspace.settings.zone,
        cut=cut,
        cuts={name: text(LABELS[name]) for name in CUTS},
        by_labels={name: label for name, label in BY.items() if offered.offers(name)},
        moods=group_moods(emotion, measured.map, filters.by, workspace.settings),
        most_groups=MOST_GROUPS,
        parts=_parts(result, measured.map, cut, filters.by, workspace.settings),
        surveys={s.name: survey_name(s) for s in result.surveys},
        groups=GROUPS,
        roles=[
            (role, who(measured.map, role), feelings, both_widths(feelings, measured.map)) for role, feelings in roles
        ],
        stage_name=lambda stage: pick(emotion.names.get(stage)) or stage,
        role_name=lambda role: role_name(measured.map, role),
        negative=shown,
        negative_top=strips.axis_top(n.share for n in shown),
        strip=_strip,
        trend=_trend,
        split=lambda survey: Markup(drawn.split([(FILLS[g], n) for g, n in survey.groups.items()])),  # noqa: S704 - numbers only
        swatch=lambda group: Markup(drawn.split([(FILLS[group], 1)], width=10)),  # noqa: S704 - a constant
        said=sentences([result.explain() if result.surveys else "", emotion.worst()]),
        names=names_by_id(workspace.lake, measured.map.unit, [c.unit for c in result.comments]),
        meaning=meaning(emotion.link) if emotion.link is not None else "",
        signed=signed,
        score_words=score_words,
        range_words=range_words,
    )


@router.get("/maps/{map_id}/voice.csv")
def download(request: Request, map_id: str, version: int | None = None) -> Response:
    """The scores of the page as CSV."""
    flags = voice_flags(read_filters(request.query_params).flags)
    rows = request.app.state.workspace.map(map_id, version).voice(**flags).rows()
    return csv_response(rows, f"{map_id}-voice.csv", ("survey", "cut", "value", "score"))


def survey_name(survey: Survey) -> str:
    """Satisfaction (CSAT), with its scale."""
    return f"{text(SURVEY_NAMES[survey.kind])} {survey.lowest:g}–{survey.highest:g}"


def who(journey_map: JourneyMap, role: str | None) -> str:
    """A role by its name; everybody."""
    return text(N_("everybody")) if role is None else role_name(journey_map, role)


def _parts(
    result: VoiceResult, journey_map: JourneyMap, cut: str, by: str, settings: Settings
) -> list[tuple[Survey, list[tuple[str, str, Score]]]]:
    """Each survey with its parts: (value in the address, label, score). cut: one of CUTS; empty: the groups of `by`."""
    if cut:
        return [
            (s, [(p.value or "", part_name(journey_map, cut, p.value or ""), p) for p in s.parts[cut]])
            for s in result.surveys
        ]
    groups = groups_of(result.groups, by, settings)
    return [
        (s, [(value, label, of.total) for value, label, g in groups for of in g.surveys if of.name == s.name])
        for s in result.surveys
    ]


def part_name(journey_map: JourneyMap, cut: str, value: str) -> str:
    """A part of a survey as a reader calls it."""
    if cut == "role":
        return role_name(journey_map, value)
    names = {
        "stage": {s.id: s.name for s in journey_map.stages},
        "touchpoint": {t.id: t.name for t in journey_map.touchpoints},
    }
    return pick(names.get(cut, {}).get(value)) or value


def _strip(share: Share, top: float) -> Markup:
    return Markup(strips.strip(share, top))  # noqa: S704 - drawn from numbers only


def _trend(survey: Survey) -> Markup:
    """Scores month by month; told in the table, so hidden from screen readers."""
    scores = [(s.value or "", s.score) for s in survey.parts.get("month", ())]
    if sum(m.mean is not None for _, m in scores) < 2:
        return Markup("")
    ends = (-100.0, 100.0) if survey.kind == "nps" else (survey.lowest, survey.highest)
    return Markup(drawn.months(scores, ends, width=360, height=120))  # noqa: S704 - numbers only
