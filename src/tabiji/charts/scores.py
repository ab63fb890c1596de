"""Scores of surveys as a picture: a row per survey with its score and interval, and the months beside it."""

from tabiji.charts import lettering, palette
from tabiji.charts.scale import num
from tabiji.charts.svg import sheet, svg, words
from tabiji.charts.voice import months
from tabiji.charts.wording import refusal_words, signed
from tabiji.i18n import N_, text
from tabiji.metrics.feelings.voice_result import Survey, VoiceResult
from tabiji.result import Drawing, register_drawer

WIDTH, HEAD, ROW = 980.0, 14.0, 136.0
TREND = (400.0, 560.0)  # where the months begin, and how wide they are
SURVEY_NAMES = {"nps": N_("Recommendation (NPS)"), "csat": N_("Satisfaction (CSAT)"), "ces": N_("Ease (CES)")}


def register() -> None:
    """Tell results how a voice is drawn (entry point `tabiji.drawers`)."""
    register_drawer(VoiceResult, draw_voice)


def draw_voice(result: VoiceResult, lang: str | None = None) -> Drawing:
    """Every survey on its own scale."""
    height = HEAD + ROW * max(1, len(result.surveys)) + 8
    body = sheet(WIDTH, height)
    for i, survey in enumerate(result.surveys):
        body += _row(survey, HEAD + ROW * i, lang, first=i == 0)
    if not result.surveys:
        for i, line in enumerate(lettering.wrap(result.explain(lang), WIDTH - 60, 12)):
            body += words(20, HEAD + 24 + 18 * i, line, 12, palette.INK_2)
    return Drawing(svg(WIDTH, height, body, result.explain(lang)), round(WIDTH), round(height))


def _row(survey: Survey, y: float, lang: str | None, first: bool) -> str:
    out = "" if first else f'<line x1="1" x2="{num(WIDTH - 1)}" y1="{num(y)}" y2="{num(y)}" stroke="{palette.RULE}"/>'
    scale = f"{survey.lowest:g}–{survey.highest:g}"
    out += words(20, y + 28, f"{text(SURVEY_NAMES[survey.kind], lang)} {scale}", bold=True)
    m = survey.total.score
    if m.mean is None or m.low is None or m.high is None:
        return out + words(20, y + 62, refusal_words(m.reason or "", m.n, lang), 12, palette.INK_2)

    def shown(value: float) -> str:
        return signed(value, 0) if survey.kind == "nps" else f"{value:.2f}"

    out += words(20, y + 66, shown(m.mean), 24, bold=True)
    told = text(N_("95% interval {low} to {high}"), lang, low=shown(m.low), high=shown(m.high))
    out += words(20, y + 88, f"{told} · n={m.n:,}", 11, palette.INK_2)
    scores = [(s.value or "", s.score) for s in survey.parts.get("month", ())]
    if sum(score.mean is not None for _, score in scores) < 2:
        return out + words(
            TREND[0], y + 62, text(N_("Too few answers a month to draw a trend."), lang), 12, palette.INK_2
        )
    ends = (-100.0, 100.0) if survey.kind == "nps" else (survey.lowest, survey.highest)
    trend = months(scores, ends, width=TREND[1], height=ROW - 16)
    return out + trend.replace("<svg ", f'<svg x="{num(TREND[0])}" y="{num(y + 8)}" ', 1)
