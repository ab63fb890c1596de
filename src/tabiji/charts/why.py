"""Why as a picture: the journeys of one account on a line of time, its stays in each stage, its returns, and how each ended.

The rules and events behind every stay are the table (`rows`); held over a stay, the pointer tells its rule.
"""

import html
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tabiji.charts import lettering, palette
from tabiji.charts.scale import linear, num
from tabiji.charts.svg import sheet, svg, words
from tabiji.i18n import N_, text
from tabiji.metrics.account.event_words import event_word
from tabiji.metrics.account.why_result import Interval, JourneyTold, WhyResult
from tabiji.result import Drawing, register_drawer

WIDTH, HEAD, STEP, GAP, AXIS = 980.0, 22.0, 30.0, 34.0, 34.0
LEFT, RIGHT = 190.0, 960.0
Span = tuple[datetime, datetime]


def register() -> None:
    """Tell results how a why is drawn (entry point `tabiji.drawers`)."""
    register_drawer(WhyResult, draw_why)


def draw_why(result: WhyResult, lang: str | None = None) -> Drawing:
    """A row per stage that a journey entered, journey after journey."""
    until = result.provenance.as_of
    begin = min((j.started_at for j in result.journeys), default=until - timedelta(days=1))
    span = begin, max(until, begin + timedelta(days=1))
    body, y = "", HEAD
    for journey in result.journeys:
        body += _heading(result, journey, y, lang)
        y += GAP
        mine = [s for s in result.stages if s.attempt == journey.attempt]
        for stage in dict.fromkeys(s.id for s in mine):
            body += _row(result, [s for s in mine if s.id == stage], stage, journey, y, span, lang)
            y += STEP
    if not result.journeys:
        body += words(20, y + 16, result.explain(lang), 12, palette.INK_2)
        y += GAP
    height = y + AXIS
    body += _axis(span, y + 4)
    return Drawing(svg(WIDTH, height, sheet(WIDTH, height) + body, result.explain(lang)), round(WIDTH), round(height))


def _x(at: datetime, span: Span) -> float:
    return linear(at.timestamp(), (span[0].timestamp(), span[1].timestamp()), (LEFT, RIGHT))


def _heading(result: WhyResult, journey: JourneyTold, y: float, lang: str | None) -> str:
    outcome = {
        "open": text(N_("open"), lang),
        "lost": result.question.lost(lang),
        "dormant": text(N_("went silent"), lang),
    }
    said = f"{text(N_('Journey {n}'), lang, n=journey.attempt)} · {outcome[journey.outcome]}"
    out = words(20, y + 20, said, bold=True)
    if journey.near_misses:
        miss = journey.near_misses[0]
        what = text(", ", lang).join(event_word(word, lang) for word in str(miss.values["what"]).split(", "))
        lacking = replace(miss, values={**miss.values, "what": what}).message(lang)
        lacked = text(N_("lacked for {stage}: {what}"), lang, stage=result.stage_name(miss.stage, lang), what=lacking)
        out += words(RIGHT, y + 20, lettering.wrap(lacked, RIGHT - LEFT, 11, max_lines=1)[0], 11, palette.INK_2, "end")
    return out


def _row(
    result: WhyResult, stays: list[Interval], stage: str, journey: JourneyTold, y: float, span: Span, lang: str | None
) -> str:
    middle = y + STEP / 2
    out = f'<line x1="{num(LEFT)}" x2="{num(RIGHT)}" y1="{num(middle)}" y2="{num(middle)}" stroke="{palette.RULE}"/>'
    out += words(
        30, middle + 4, lettering.wrap(result.stage_name(stage, lang), LEFT - 40, 12, max_lines=1)[0], 12, palette.INK
    )
    for s in stays:
        out += _stay(s, journey, middle, span)
    return out


def _stay(s: Interval, journey: JourneyTold, middle: float, span: Span) -> str:
    """A stay as a bar, a return that ended none as a ring, the entry of a failure as a mark of loss. Its rule is its title."""
    x0, x1 = _x(s.entered_at, span), _x(s.left_at or journey.ended_at or span[1], span)
    tip = f"<title>{html.escape(' · '.join(x for x in (f'{s.entered_at:%Y-%m-%d}', s.rule) if x))}</title>"
    if not s.moved:
        return f'<circle cx="{num(x0)}" cy="{num(middle)}" r="3.4" fill="{palette.SHEET}" stroke="{palette.AI}">{tip}</circle>'
    if journey.outcome == "lost" and s.left_at is None:
        return (
            f'<path d="M{num(x0 - 5)},{num(middle - 5)} l10,10 m0,-10 l-10,10" stroke="{palette.SHU}" '
            f'stroke-width="2.4">{tip}</path>'
        )
    here = s.left_at is None and journey.ended_at is None
    return (
        f'<rect x="{num(x0)}" y="{num(middle - 7)}" width="{num(max(2.0, x1 - x0))}" height="14" rx="2" '
        f'fill="{palette.AI if here else palette.AI_2}">{tip}</rect>'
    )


def _axis(span: Span, y: float) -> str:
    """The first of months, as many as fit."""
    begin, end = span
    ticks = [
        datetime(year, month, 1, tzinfo=UTC)
        for year in range(begin.year, end.year + 1)
        for month in range(1, 13)
        if begin <= datetime(year, month, 1, tzinfo=UTC) <= end
    ]
    step = max(1, -(-len(ticks) * 62 // int(RIGHT - LEFT)))
    out = f'<line x1="{num(LEFT)}" x2="{num(RIGHT)}" y1="{num(y)}" y2="{num(y)}" stroke="{palette.RULE}"/>'
    for at in ticks[::step]:
        out += words(_x(at, span), y + 16, f"{at:%Y-%m}", 10.5, palette.INK_2, "middle")
    return out
