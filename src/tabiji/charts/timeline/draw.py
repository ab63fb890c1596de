"""One account as a picture: its people on a line of time by role, the stages as bands behind them, roles that are missing as
dashed lines in vermilion. A pure function over a result; `TimelineResult.rows` is its twin for those who cannot see it."""

import html
from collections import Counter
from datetime import UTC, datetime, tzinfo

from tabiji.charts import lettering, palette
from tabiji.charts.fontfile import FALLBACK
from tabiji.charts.scale import num
from tabiji.charts.svg import words
from tabiji.charts.timeline.layout import EDGE, LEFT, WIDTH, Band, Frame, Row, bands_of, frame_of, rows_of, who
from tabiji.charts.timeline.marks import KIND_NAMES, Pile, mark, piles
from tabiji.charts.wording import percent
from tabiji.i18n import N_, plural, text
from tabiji.metrics.account.channels import KINDS
from tabiji.metrics.account.timeline_result import RoleTold, TimelineResult
from tabiji.result import Drawing, register_drawer

HEAD, ROW, AXIS, LEGEND = 80.0, 58.0, 24.0, 34.0
LEVELS = (22.0, 37.0, 52.0)  # of the names of stages, so that those of short stays do not lie on each other
MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip


def register() -> None:
    """Tell results how a timeline is drawn (entry point `tabiji.drawers`)."""
    register_drawer(TimelineResult, draw_timeline)


def draw_timeline(result: TimelineResult, lang: str | None = None, zone: tzinfo = UTC) -> Drawing:
    """The picture of a timeline; days are those of `zone`."""
    frame = frame_of(result, lang, zone)
    rows = rows_of(result, frame)
    missing = [r for r in result.missing if result.standing is not None]
    height = HEAD + ROW * max(1, len(rows) + len(missing)) + AXIS + LEGEND
    floor = height - AXIS - LEGEND
    body = "".join(_band(b, frame, floor, result) for b in bands_of(result, frame))
    body += _names(result, frame) + _ends(result, frame, floor) + _stay(result, frame)
    for i, row in enumerate(rows):
        body += _row(row, HEAD + i * ROW, frame, result)
    for i, role in enumerate(missing, len(rows)):
        known = " · ".join(who(result.people[x]) for x in role.known)
        body += _gap(result, role, known, HEAD + i * ROW, frame)
    body += _axis(frame, floor) + _legend(result, frame, height)
    sheet = (
        f'<rect x=".5" y=".5" width="{num(WIDTH - 1)}" height="{num(height - 1)}" rx="10" fill="{palette.SHEET}" '
        f'stroke="{palette.RULE}"/>'
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(WIDTH)} {num(height)}" width="{num(WIDTH)}" '
        f'height="{num(height)}" font-family="{FALLBACK}" role="img" aria-label="{html.escape(result.explain(lang))}">'
        f"{sheet}{body}</svg>"
    )
    return Drawing(svg, round(WIDTH), round(height))


def _band(band: Band, frame: Frame, floor: float, result: TimelineResult) -> str:
    hot = band.now and result.longer
    x0, x1 = frame.x(band.begin), frame.x(band.end)
    fill, opacity = (palette.SHU_WASH, 0.9) if hot else (palette.AI_WASH, 0.35 + 0.65 * band.depth)
    told = f"{result.why.stage_name(band.stage, frame.lang)}: {frame.day(band.begin)} – {frame.day(band.end)}"
    return (
        f'<rect x="{num(x0)}" y="8" width="{num(max(1.5, x1 - x0 - 1.5))}" height="{num(floor - 8)}" fill="{fill}" '
        f'opacity="{num(opacity)}"><title>{html.escape(told)}</title></rect>'
    )


def _names(result: TimelineResult, frame: Frame) -> str:
    """Names of the stages with the days of entry, on the first level that is free; the latest is always told."""
    out, taken = "", [0.0] * len(LEVELS)
    for band in bands_of(result, frame):
        name = result.why.stage_name(band.stage, frame.lang)
        day = f"{band.begin.astimezone(frame.zone):%m-%d}"
        wide = lettering.width(name, 12, bold=True) + lettering.width(day, 10.5) + 14
        at = frame.x(band.begin) + 7
        if band.now:  # on its band, right of the names before it
            at = max(at, taken[0])
        x = min(at, WIDTH - EDGE - wide)
        free = [k for k, end in enumerate(taken) if x >= end] or [0] * band.now
        if not free:
            continue
        taken[free[0]] = x + wide
        color = palette.SHU if band.now and result.longer else palette.AI
        out += words(x, LEVELS[free[0]], name, 12, color, bold=True)
        out += words(x + lettering.width(name, 12, bold=True) + 6, LEVELS[free[0]], day, 10.5, palette.INK_2)
    return out


def _ends(result: TimelineResult, frame: Frame, floor: float) -> str:
    """Where journeys were lost or went silent."""
    out = ""
    for journey in result.why.journeys:
        if journey.ended_at is None or not frame.begin <= journey.ended_at <= frame.end:
            continue
        x, lost = frame.x(journey.ended_at), journey.outcome == "lost"
        color = palette.SHU if lost else palette.INK_3
        out += f'<line x1="{num(x)}" x2="{num(x)}" y1="60" y2="{num(floor)}" stroke="{color}" stroke-width="1.6"/>'
        out += words(x - 5, 69, result.ending(journey, frame.lang), 11, color, "end")
    return out


def _stay(result: TimelineResult, frame: Frame) -> str:
    """How long it has been where it is, against the median."""
    journey, stay, median = result.journey, result.stay_days, result.median
    if journey is None or journey.ended_at is not None or stay is None:
        return ""
    said = text(N_("day {n:,.0f}"), frame.lang, n=stay)
    if median is not None and median.median_days is not None:
        said = text(N_("day {n:,.0f} (median {median:,.0f})"), frame.lang, n=stay, median=median.median_days)
    return words(WIDTH - EDGE - 8, 69, said, 12, palette.SHU if result.longer else palette.AI, "end", bold=True)


def _row(row: Row, y: float, frame: Frame, result: TimelineResult) -> str:
    middle = y + ROW / 2
    out = _line(0, WIDTH, y, palette.RULE) + _label(row.name, row.role, middle, palette.INK)
    out += _line(frame.x(row.touches[0].at), frame.x(frame.end), middle, palette.MUTE, ' opacity=".5"')
    for pile in piles(row.touches, lambda t: frame.x(t.at), middle):
        out += mark(pile.kind, pile.x, pile.y, len(pile.touches), _title(pile, frame, result))
    return out


def _title(pile: Pile, frame: Frame, result: TimelineResult) -> str:
    """Days, and what was touched how often."""
    first, last = frame.day(pile.touches[0].at), frame.day(pile.touches[-1].at)
    names = Counter(result.touch_name(t, frame.lang) for t in pile.touches).most_common(5)
    told = text(", ", frame.lang).join(name if n == 1 else f"{name} × {n}" for name, n in names)
    return f"{first if first == last else f'{first} – {last}'}: {told}"


def _gap(result: TimelineResult, missing: RoleTold, known: str, y: float, frame: Frame) -> str:
    """A role that should have shown up and has not; and how those alike fared."""
    role = result.role_name(missing.role, frame.lang)
    standing, journey, middle = result.standing, result.journey, y + ROW / 2
    if standing is None or journey is None:
        return ""
    out = _line(0, WIDTH, y, palette.RULE)
    out += _label(text(N_("— not met"), frame.lang), " · ".join(x for x in (role, known) if x), middle, palette.SHU)
    stage = result.why.stage_name(standing.id, frame.lang)
    if journey.ended_at is None:
        said = text(
            N_("{role}: not seen in {days:,.0f} days of {stage}"),
            frame.lang,
            days=result.stay_days,
            stage=stage,
            role=role,
        )
        alike = result.outlook and next((r.without for r in result.outlook.roles if r.role == missing.role), None)
        if alike and alike.share is not None:
            said = text(
                N_("{said} – of {n:,} like it, {share} went on within {days} {days:day|days}"),
                frame.lang, said=said, n=alike.n, share=percent(alike.share), days=alike.horizon_days,
            )  # fmt: skip
    else:
        said = text(N_("{role}: not seen before it ended in {stage}"), frame.lang, stage=stage, role=role)
    x0, x1 = frame.x(max(standing.entered_at, frame.begin)), frame.x(journey.ended_at or frame.end)
    wide = lettering.width(said, 11.5, bold=True)
    centre = min(max((x0 + x1) / 2, LEFT + wide / 2), WIDTH - EDGE - wide / 2)
    out += _line(x0, x1, middle, palette.SHU, ' stroke-width="1.5" stroke-dasharray="3 5"')
    return out + words(centre, middle - 8, said, 11.5, palette.SHU, "middle", bold=True)


def _axis(frame: Frame, floor: float) -> str:
    """Months, the year where it begins; every second, third, … where they would lie on each other."""
    begin, end = (at.astimezone(frame.zone) for at in (frame.begin, frame.end))
    months = [(y, m) for y in range(begin.year, end.year + 1) for m in range(1, 13)]
    ticks = [at for y, m in months if begin <= (at := datetime(y, m, 1, tzinfo=frame.zone)) <= end]
    width = (WIDTH - EDGE - LEFT) / max(1, len(ticks))
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60) if s * width >= 38), 120)
    out, year = _line(0, WIDTH, floor, palette.RULE), 0
    for at in ticks:
        if (at.year * 12 + at.month - 1) % step:
            continue
        x = frame.x(at)
        named = (
            text(MONTHS[at.month - 1], frame.lang) if at.year == year else text(N_("{year}"), frame.lang, year=at.year)
        )
        if at.year != year and step < 12:
            named = text(N_("{month} {year}"), frame.lang, month=text(MONTHS[at.month - 1], frame.lang), year=at.year)
        year = at.year
        out += f'<line x1="{num(x)}" x2="{num(x)}" y1="{num(floor)}" y2="{num(floor + 5)}" stroke="{palette.MUTE}"/>'
        out += words(x, floor + 17, named, 11, palette.INK_2, "middle")
    return out


def _legend(result: TimelineResult, frame: Frame, height: float) -> str:
    used = {t.kind for t in result.touches}
    out, x, y = "", 20.0, height - 15
    for kind in (k for k in KINDS if k in used):
        name = text(KIND_NAMES[kind], frame.lang)
        out += mark(kind, x, y - 4) + words(x + 12, y, name, 11, palette.INK_2)
        x += 34 + lettering.width(name, 11)
    earlier = result.n_touches - sum(t.at >= frame.begin for t in result.touches)
    if earlier:
        said = plural("{n} earlier touch is not drawn", "{n} earlier touches are not drawn", earlier, frame.lang)
        out += words(WIDTH - EDGE - 8, y, said, 11, palette.INK_2, "end")
    return out


def _label(name: str, role: str, middle: float, color: str) -> str:
    """Who, and in up to two lines as what; all of it on hover."""
    lines = lettering.wrap(role, LEFT - 24, 11, max_lines=2)
    y = middle + 4 - 8.5 * len(lines)
    out = "".join(
        words(16, y, line, 13, color, bold=True) for line in lettering.wrap(name, LEFT - 24, 13, bold=True, max_lines=1)
    )
    out += "".join(words(16, y + 2.5 + 14.5 * i, line, 11, palette.INK_2) for i, line in enumerate(lines, 1))
    told = html.escape(f"{name}: {role}" if role else name)
    return f"<g><title>{told}</title>{out}</g>"


def _line(x0: float, x1: float, y: float, color: str, more: str = "") -> str:
    return f'<line x1="{num(x0)}" x2="{num(x1)}" y1="{num(y)}" y2="{num(y)}" stroke="{color}"{more}/>'
