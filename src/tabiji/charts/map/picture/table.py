"""The map itself in its picture: rows of cells under the river, the tinted column, the emotion curve."""

from collections.abc import Callable
from dataclasses import dataclass

from tabiji.charts import lettering
from tabiji.charts.emotion import tag_left
from tabiji.charts.map.picture import cells
from tabiji.charts.map.picture.blocks import Block, icon, moved, stacked, word
from tabiji.charts.map.sheet import Sheet
from tabiji.charts.palette import AI, AI_2, INK_2, INK_3, MUTE, PAPER, RULE, SHEET, SHU, SHU_WASH
from tabiji.charts.scale import num
from tabiji.i18n import text

LEFT = 148.0  # of the column that names the rows
PAD_X, PAD_TOP, PAD_BOTTOM = 14.0, 9.0, 11.0


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


def rows(made: Sheet, column: float) -> list[Row]:
    """All rows of the table, from the counts down to the KPIs; `column` is the width of a stage."""
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


def table(made: Sheet, rows: list[Row], column: float, width: float, air: float) -> tuple[str, float]:
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
        svg += f'<circle cx="{num(dot.x)}" cy="{num(dot.y)}" r="{5 if low else 3.2}" fill="{SHU if low and dot.value < 0 else AI}" stroke="{SHEET}" stroke-width="1.5"/>'
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
    edge, colour = (SHU, SHU) if low.value < 0 else (AI_2, AI)
    x, y = low.x + tag_left(low.x / curve.width, wide), low.y + 20
    return (
        f'<rect x="{num(x)}" y="{num(y - 11)}" width="{num(wide)}" height="21" rx="6" fill="{SHEET}" stroke="{edge}"/>'
        + word(made.emotion.lowest, x + 9, y + 3.5, 11, colour)
        + word(made.emotion.lowest_value, x + 9 + said, y + 3.5, 11, colour, bold=True)
    )
