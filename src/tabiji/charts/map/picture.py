"""The whole living map as one self-contained SVG in the proportion of A3 landscape: for export, print and the README.

The width grows until the content is no higher than the paper; what is then left over goes into the rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from math import ceil, sqrt

from tabiji import i18n
from tabiji.charts import fontfile, lettering
from tabiji.charts.emotion import tag_left
from tabiji.charts.icons import symbols
from tabiji.charts.map import cells
from tabiji.charts.map.blocks import Block, chip, icon, moved, paragraph, stacked, word
from tabiji.charts.map.build import sheet
from tabiji.charts.map.measured import About, Measured
from tabiji.charts.map.sheet import PersonaCard, Sheet
from tabiji.charts.palette import (
    AI,
    AI_2,
    AI_WASH,
    INK,
    INK_2,
    INK_3,
    MUTE,
    PAPER,
    RULE,
    SHEET,
    SHU,
    SHU_WASH,
)
from tabiji.charts.scale import num
from tabiji.i18n import text
from tabiji.journeymap.model import JourneyMap
from tabiji.result import Drawing

WIDTH, MARGIN, LEFT = 1588.0, 36.0, 148.0
NARROWEST = 128.0  # of a column
PAD_X, PAD_TOP, PAD_BOTTOM = 14.0, 9.0, 11.0
CURVE = 120.0  # height of the emotion curve without air
MOST_AIR = 30.0  # added to a row at most


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: its corner and its cells."""

    corner: Block
    cells: tuple[Block, ...]
    least: float = 0.0
    heavy: bool = False  # the line under it is that of the stage heads

    @property
    def height(self) -> float:
        """Of the highest cell, with its padding."""
        inner = max([self.corner.height, *(c.height for c in self.cells)])
        return max(self.least, inner + PAD_TOP + PAD_BOTTOM)


def draw(
    journey_map: JourneyMap, measured: Measured | None = None, about: About | None = None, lang: str | None = None
) -> Drawing:
    """The picture of a map with what was measured on it."""
    lang = lang or i18n.language()

    def made(column: float, river: float = 126, curve: float = CURVE) -> Sheet:
        return sheet(journey_map, measured, about, lang, column=column, river_height=river, curve_height=curve)

    n = max(1, len(journey_map.main_line))
    width = max(WIDTH, 2 * MARGIN + LEFT + n * NARROWEST)
    while True:
        column = (width - 2 * MARGIN - LEFT) / n
        laid = _lay(made(column), column, width)
        if laid.height <= width / sqrt(2) or width > 6000:
            break
        width = ceil(1.015 * width)
    height = ceil(max(laid.height, width / sqrt(2)))
    return _finish(made, laid, column, width, height)


@dataclass(frozen=True, slots=True)
class Laid:
    """Everything measured, nothing placed yet. `height` is that of the whole picture without air."""

    sheet: Sheet
    header: Block
    rows: tuple[Row, ...]
    below: Block

    @property
    def height(self) -> float:
        """Header, river, rows, what stands below, and margins."""
        river = self.sheet.river.height if self.sheet.river else 0.0
        return 2 * MARGIN + self.header.height + 16 + river + sum(r.height for r in self.rows) + 14 + self.below.height


def _lay(made: Sheet, column: float, width: float) -> Laid:
    return Laid(made, _header(made, width - 2 * MARGIN), tuple(_rows(made, column)), _below(made, width - 2 * MARGIN))


def _rows(made: Sheet, column: float) -> list[Row]:
    room, side = column - PAD_X - 10, LEFT - 16 - 10
    flow = text("share that goes on · median days before", made.lang) if made.has_flow else ""
    rows = [Row(cells.corner("", [flow], side), _each(made, lambda s: cells.counts(s, room)))]
    rows.append(
        Row(
            cells.corner(text("Stage", made.lang), [], side),
            _each(made, lambda s: cells.stage_head(s, room)),
            heavy=True,
        )
    )
    rows += [
        Row(cells.lane_corner(lane, side), tuple(cells.lane_cell(c, room, made.lang) for c in lane.cells), 52)
        for lane in made.lanes
    ]
    if made.emotion is not None:
        moods = tuple(Block() if m.measured is None else Block("", 0) for m in made.emotion.moods)
        corner = stacked([cells.corner(text("Emotion", made.lang), [], side), _line_key(made.lang)])
        rows.append(Row(corner, moods, made.emotion.curve.height + 22))
    return rows + _lower_rows(made, room, side)


def _each(made: Sheet, block: Callable[..., Block]) -> tuple[Block, ...]:
    return tuple(block(stage) for stage in made.stages)


def _lower_rows(made: Sheet, room: float, side: float) -> list[Row]:
    lang = made.lang
    rows = []
    if made.touchpoints:
        corner = cells.corner(text("Touchpoints", lang), [text("reach within the stage", lang)], side)
        rows.append(Row(corner, tuple(cells.touchpoint_cell(c, room) for c in made.touchpoints)))
    for found, name, note in (
        (made.triggers, text("Triggers", lang), text("what starts the move", lang)),
        (made.pain_points, text("Pain points", lang), text("what makes them stumble", lang)),
    ):
        if found:
            rows.append(Row(cells.corner(name, [note], side), tuple(cells.finding_cell(c, room) for c in found)))
    if made.initiatives:
        corner = stacked([cells.corner(text("Initiatives", lang), [], side), _directness(lang)])
        rows.append(Row(corner, tuple(cells.initiative_cell(c, room) for c in made.initiatives)))
    if made.kpis:
        corner = cells.corner("KPI", [text("actual / target", lang)], side)
        rows.append(Row(corner, tuple(cells.kpi_cell(c, room) for c in made.kpis)))
    return rows


def _line_key(lang: str) -> Block:
    """Dashed = planned, solid = measured."""
    dashed, solid = f'stroke="{MUTE}" stroke-width="1.6" stroke-dasharray="4 3"', f'stroke="{AI}" stroke-width="2.4"'
    lines = ((text("planned", lang), dashed), (text("measured", lang), solid))
    return stacked(
        Block(f'<path d="M0,8h18" {line}/>' + word(words, 24, 11.5, cells.TINY, INK_3), 16) for words, line in lines
    )


def _directness(lang: str) -> Block:
    svg, x = "", 0.0
    for name, words in (("direct", text("direct", lang)), ("indirect", text("indirect", lang))):
        svg += word(words, x, 11.5, cells.TINY, INK_3)
        x += lettering.width(words, cells.TINY) + 3
        svg += icon(name, x, 1.5, 12, INK_2)
        x += 18
    return Block(svg, 16)


def _header(made: Sheet, width: float) -> Block:
    svg = word(made.name, 0, 24, 25, INK, bold=True)
    x = lettering.width(made.name, 25, bold=True) + 14
    for words in made.chips:
        drawn, wide = chip(words, x, 6, 12, AI, AI_WASH, 99)
        svg, x = svg + drawn, x + wide + 8
    facts = "　".join(f"{label} {value}".strip() for label, value in made.facts)
    below = x + lettering.width(facts, 13) > width
    svg += word(facts, 0 if below else width, 48 if below else 24, 13, INK_2, anchor="start" if below else "end")
    return Block(svg, 56 if below else 34)


def _below(made: Sheet, width: float) -> Block:
    parts = [_next_move(made, width), _persona_strip(made, width)]
    return stacked([_legend(made), *parts], 12)


def _next_move(made: Sheet, width: float) -> Block:
    words = made.next_move or made.bring
    if not words:
        return Block()
    colour = SHU if made.next_move_strong else AI_2
    label = text("Next move", made.lang)
    left = 24 + lettering.width(label, 13, bold=True) + 22
    said = stacked(
        [
            paragraph(words, width - left - 20, 14, bold=bool(made.next_move_strong)),
            paragraph(made.next_move_detail, width - left - 20, 12, INK_2),
        ],
        2,
    )
    height = said.height + 24
    svg = (
        f'<rect x=".5" y=".5" width="{num(width - 1)}" height="{num(height - 1)}" rx="10" fill="{SHEET}" stroke="{RULE}"/>'
        f'<path d="M2,10V{num(height - 10)}" stroke="{colour}" stroke-width="4" stroke-linecap="round"/>'
    )
    return Block(
        svg
        + word(label, 22, height / 2 + 5, 13, colour if made.next_move_strong else AI, bold=True)
        + moved(said, left, 12),
        height,
    )


def _persona_strip(made: Sheet, width: float) -> Block:
    if not made.personas:
        return Block()
    per_row = min(len(made.personas), max(1, int(width // 330)))
    wide = (width - 12 * (per_row - 1)) / per_row
    strips = []
    for start in range(0, len(made.personas), per_row):
        cards = [_persona(p, wide - 28) for p in made.personas[start : start + per_row]]
        height = max(c.height for c in cards) + 22
        svg = "".join(
            f'<g transform="translate({num(i * (wide + 12))} 0)"><rect x=".5" y=".5" width="{num(wide - 1)}" height="{num(height - 1)}"'
            f' rx="10" fill="{SHEET}" stroke="{RULE}"/>{moved(card, 14, 10)}</g>'
            for i, card in enumerate(cards)
        )
        strips.append(Block(svg, height))
    return stacked(strips, 12)


def _persona(card: PersonaCard, width: float) -> Block:
    parts = [
        paragraph(card.name, width, 12.5, bold=True),
        paragraph(card.who, width, cells.TINY, INK_3),
        paragraph(card.narrative, width, 11.5, INK_2),
    ]
    for label, sentences in card.points:
        wide = lettering.width(label, cells.TINY) + 10
        said = paragraph(" / ".join(sentences), width - wide, 11.5)
        parts.append(Block(word(label, 0, 12.5, cells.TINY, INK_3) + moved(said, wide, 0), said.height))
    return stacked(parts, 1)


def _legend(made: Sheet) -> Block:
    lang, svg, x = made.lang, "", 2.0
    marks: list[tuple[str, str]] = []
    if made.uses_evidence:
        marks += [
            ("hypothesis", text("hypothesis", lang)),
            ("reported", text("reported", lang)),
            ("observed", text("observed", lang)),
        ]
    if made.touchpoints:
        marks += [("in_person", text("in person", lang)), ("online", text("online", lang))]
    for name, words in marks:
        svg += icon(name, x, 2, 12, MUTE) + word(words, x + 16, 12, 11, INK_3)
        x += 16 + lettering.width(words, 11) + 18
    if made.has_flow:
        keys = (
            (f'<path d="M0,8h26" stroke="{RULE}"/><path d="M6,8h14" stroke="{AI_2}" stroke-width="5" opacity=".4"/><path d="M13,4v8" stroke="{AI}" stroke-width="2"/>', text("share with its 95% interval, open journeys counted as open", lang)),
            (f'<path d="M0,8h26" stroke="{RULE}"/><path d="M8,5.5v5" stroke="{MUTE}" stroke-width="1.4"/><path d="M18,2.5v11" stroke="{INK}" stroke-width="1.2" stroke-dasharray="2 1.6"/>', text("grey: share of all so far · dashed: planned", lang)),
        )  # fmt: skip
        for key, words in keys:
            svg += moved(Block(key, 1), x, 0) + word(words, x + 32, 12, 11, INK_3)
            x += 32 + lettering.width(words, 11) + 18
    return Block(svg, 16 if svg else 0)


def _finish(made: Callable[..., Sheet], laid: Laid, column: float, width: float, height: float) -> Drawing:
    spare = height - laid.height
    river = laid.sheet.river.height if laid.sheet.river else 0.0
    more_river = min(spare * 0.3, 70.0) if river else 0.0
    more_curve = min(spare * 0.15, 40.0) if laid.sheet.emotion else 0.0
    air = min(MOST_AIR, max(0.0, spare - more_river - more_curve) / len(laid.rows))
    grown = made(column, river + more_river, CURVE + more_curve)
    rows = _rows(grown, column)
    top = MARGIN + laid.header.height + 16
    table, bottom = _table(grown, rows, column, width - 2 * MARGIN, air)
    body = (
        moved(laid.header, MARGIN, MARGIN)
        + f'<g transform="translate({num(MARGIN)} {num(top)})">{table}</g>'
        + moved(laid.below, MARGIN, top + bottom + 14)
    )
    footer = word(text("drawn by tabiji", grown.lang), width - MARGIN, height - 14, 10, INK_3, anchor="end")
    title = escape(grown.name)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{num(width)}" height="{num(height)}" viewBox="0 0 {num(width)} {num(height)}"'
        f' role="img" aria-labelledby="map-title" font-family="{fontfile.FALLBACK}" lang="{grown.lang}">'
        f'<title id="map-title">{title}</title><desc>{escape(grown.next_move or grown.bring)}</desc>'
        f"<defs>{symbols()}{_gradient()}</defs>"
        f'<rect width="{num(width)}" height="{num(height)}" fill="{PAPER}"/>{body}{footer}</svg>\n'
    )
    return Drawing(svg, round(width), round(height))


def _gradient() -> str:
    return (
        f'<linearGradient id="fall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{SHU}" stop-opacity=".58"/>'
        f'<stop offset="1" stop-color="{SHU}" stop-opacity=".03"/></linearGradient>'
    )


def _table(made: Sheet, rows: list[Row], column: float, width: float, air: float) -> tuple[str, float]:
    """The map itself, from (0, 0); returns its height too."""
    river = made.river.height if made.river else 0.0
    heights = [r.height + air for r in rows]
    bottom = river + sum(heights)
    svg = f'<g clip-path="url(#frame)"><rect width="{num(width)}" height="{num(bottom)}" fill="{SHEET}"/>'
    svg += f'<rect width="{num(LEFT)}" height="{num(bottom)}" fill="{PAPER}"/>'
    hot = next((i for i, s in enumerate(made.stages) if s.hot), None)
    if hot is not None:
        y = river + heights[0]
        svg += f'<rect x="{num(LEFT + hot * column)}" y="{num(y)}" width="{num(column)}" height="{num(bottom - y)}" fill="{SHU_WASH}"/>'
    svg += _river(made) + moved(cells.corner(text("Flow", made.lang), [made.river_note], LEFT - 26), 16, PAD_TOP + 2)
    y = river
    for at, (row, height) in enumerate(zip(rows, heights, strict=True)):
        svg += _row(row, y, height, column, width, last=at == len(rows) - 1, first=at == 0)
        if row.heavy:
            svg += _stage_lines(made, hot, y + height, column)
        if made.emotion is not None and row.least == made.emotion.curve.height + 22:
            svg += _curve(made, y, height, column)
        y += height
    svg += f'<path d="M{num(LEFT)},0V{num(bottom)}" stroke="{RULE}"/></g>'
    frame = f'x=".5" y=".5" width="{num(width - 1)}" height="{num(bottom - 1)}" rx="10"'
    clip = f'<clipPath id="frame"><rect {frame}/></clipPath>'
    return f'{clip}{svg}<rect {frame} fill="none" stroke="{RULE}"/>', bottom


def _row(row: Row, y: float, height: float, column: float, width: float, *, last: bool, first: bool) -> str:
    top = y + (2 if first else PAD_TOP)
    svg = moved(row.corner, 16, top + (6 if first else 2))
    svg += "".join(moved(cell, LEFT + i * column + PAD_X, top) for i, cell in enumerate(row.cells))
    return svg if last else svg + f'<path d="M0,{num(y + height)}H{num(width)}" stroke="{RULE}"/>'


def _stage_lines(made: Sheet, hot: int | None, y: float, column: float) -> str:
    end = LEFT + len(made.stages) * column
    svg = f'<path d="M{num(LEFT)},{num(y)}H{num(end)}" stroke="{AI}" stroke-width="2"/>'
    if hot is not None:
        svg += f'<path d="M{num(LEFT + hot * column)},{num(y)}h{num(column)}" stroke="{SHU}" stroke-width="2"/>'
    return svg


def _river(made: Sheet) -> str:
    if made.river is None:
        return ""
    svg = f'<path d="{made.river.water}" fill="{AI_2}" opacity=".3"/>'
    svg += "".join(
        f'<path d="{f.path}" fill="url(#fall)"{"" if f.biggest else " opacity=" + chr(34) + ".5" + chr(34)}/>'
        for f in made.river.falls
    )
    return f'<g transform="translate({num(LEFT)} 0)">{svg}</g>'


def _curve(made: Sheet, y: float, height: float, column: float) -> str:
    if made.emotion is None:
        return ""
    curve = made.emotion.curve
    svg = f'<path d="M0,{num(curve.zero)}H{num(curve.width)}" stroke="{RULE}"/>'
    for y_of, words in zip(curve.ones, ("+1", "−1"), strict=True):
        svg += f'<path d="M0,{num(y_of)}h5" stroke="{MUTE}"/>' + word(words, 8, y_of + 3.4, 9.5, INK_3)
    svg += "".join(
        f'<path d="{p}" fill="none" stroke="{MUTE}" stroke-width="1.6" stroke-dasharray="4 5"/>' for p in curve.planned
    )
    svg += "".join(f'<path d="{p}" fill="none" stroke="{AI}" stroke-width="2.4"/>' for p in curve.measured)
    for dot in curve.measured_dots:
        low = dot is curve.lowest
        svg += f'<circle cx="{num(dot.x)}" cy="{num(dot.y)}" r="{5 if low else 3.2}" fill="{SHU if low else AI}" stroke="{SHEET}" stroke-width="1.5"/>'
    for i, mood in enumerate(made.emotion.moods):
        if mood.measured is not None:
            x = i * column + PAD_X
            svg += icon(mood.face, x, height - 21, 13, MUTE) if mood.face else ""
            svg += word(mood.measured.text, x + 17, height - 10.5, cells.TINY, INK_3)
    return f'<g transform="translate({num(LEFT)} {num(y)})">{svg}{_tag(made)}</g>'


def _tag(made: Sheet) -> str:
    if made.emotion is None or made.emotion.curve.lowest is None:
        return ""
    curve, low = made.emotion.curve, made.emotion.curve.lowest
    said = lettering.width(made.emotion.lowest, 11) + 5 * bool(made.emotion.lowest)
    wide = said + lettering.width(made.emotion.lowest_value, 11, bold=True) + 18
    x, y = low.x + tag_left(low.x / curve.width, wide), low.y + 20
    return (
        f'<rect x="{num(x)}" y="{num(y - 11)}" width="{num(wide)}" height="21" rx="6" fill="{SHEET}" stroke="{SHU}"/>'
        + word(made.emotion.lowest, x + 9, y + 3.5, 11, SHU)
        + word(made.emotion.lowest_value, x + 9 + said, y + 3.5, 11, SHU, bold=True)
    )
