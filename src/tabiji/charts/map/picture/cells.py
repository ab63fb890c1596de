"""The cells of the map as blocks of a picture: the same content as on the page, set by measured widths."""

from collections.abc import Sequence

from tabiji.charts import lettering
from tabiji.charts.map.picture.blocks import Block, chip, icon, indented, moved, paragraph, stacked, word
from tabiji.charts.map.sheet import InitiativeLine, KpiLine, Lane, LaneCell, Line, StageColumn, Step, TouchpointLine
from tabiji.charts.palette import (
    AI,
    AI_2,
    AI_WASH,
    INK,
    INK_2,
    INK_3,
    KIN,
    KIN_WASH,
    KOKE,
    KOKE_WASH,
    MUTE,
    RULE,
    SHEET,
    SHU,
    SHU_WASH,
)
from tabiji.charts.scale import num
from tabiji.charts.wording import DASH
from tabiji.i18n import text

SIZE, SMALL, TINY = 12.5, 11.5, 10.5
GRADE_COLOURS = {
    "A": (KOKE, KOKE_WASH),
    "B": (AI, AI_WASH),
    "C": (AI, SHEET),
    "D": (SHU, SHU_WASH),
    "testing": (KIN, KIN_WASH),
}
NOTHING = Block(word(DASH, 0, 13.5, SIZE, INK_3), 18.75)


def quoted(words: str, lang: str) -> str:
    """A question as it is quoted in the language."""
    return text("“{words}”", lang, words=words)


def lane_cell(cell: LaneCell, width: float, lang: str) -> Block:
    """What a role does, asks and thinks; the mark of evidence at the top right."""
    if cell.empty:
        return NOTHING
    room = width - 12
    said = [paragraph(line.text, room, SIZE) for line in cell.actions]
    said += [paragraph(quoted(line.text, lang), room, SMALL, INK_2) for line in cell.questions]
    said += [
        indented(paragraph(line.text, room - 15, SMALL, INK_2), 15, icon("thought", 0, 3, 12, MUTE))
        for line in cell.thoughts
    ]
    if cell.content:
        said.append(paragraph("→ " + " / ".join(cell.content), room, SMALL, INK_2))
    block = stacked(said, 2)
    return Block(block.svg + icon(cell.evidence, width - 10, 4, 10, MUTE), block.height)


def finding_cell(lines: Sequence[Line], width: float) -> Block:
    """Triggers or pain points."""
    blocks = []
    for line in lines:
        own = [paragraph(line.text, width - 12, SIZE)]
        if line.role:
            own.append(paragraph(line.role, width - 12, TINY, INK_3))
        block = stacked(own)
        blocks.append(Block(block.svg + icon(line.evidence, width - 10, 4, 10, MUTE), block.height))
    return stacked(blocks, 4) if blocks else NOTHING


def touchpoint_cell(lines: Sequence[TouchpointLine], width: float) -> Block:
    """Touchpoints with their reach at the right."""
    blocks = []
    for line in lines:
        reach = line.reach.text if line.reach is not None else ""
        name = paragraph(line.name, width - 16 - lettering.width(reach, SMALL) - 8, 12)
        mark = icon("in_person" if line.offline else "online", 0, 3, 12, MUTE)
        at_right = word(reach, width, 13, SMALL, INK_2, anchor="end") if reach else ""
        blocks.append(Block(mark + moved(name, 16, 0) + at_right, name.height))
    return stacked(blocks, 3) if blocks else NOTHING


def initiative_cell(lines: Sequence[InitiativeLine], width: float) -> Block:
    """Initiatives: filled = direct, ring = indirect, then the grade of their effect."""
    return stacked([_initiative(line, width) for line in lines], 3) if lines else NOTHING


def _initiative(line: InitiativeLine, width: float) -> Block:
    weak = line.grade == "D"
    colour = INK_3 if weak else INK
    lines = lettering.wrap(line.name, width - 16, 12)
    svg = icon("direct" if line.direct else "indirect", 0, 3, 12, MUTE if weak else INK)
    for i, part in enumerate(lines):
        svg += word(part, 16, 18 * i + 13.3, 12, colour)
        if weak:
            wide = lettering.width(part, 12)
            svg += f'<path d="M16,{num(18 * i + 9)}h{num(wide)}" stroke="{MUTE}"/>'
    height = 18.0 * len(lines)
    if line.grade_text:
        ink, ground = GRADE_COLOURS[line.grade]
        end = 16 + lettering.width(lines[-1], 12) + 6
        below = end + lettering.width(line.grade_text, 10, bold=True) + 11 > width
        x, y = (16, height) if below else (end, height - 17)
        drawn, _ = chip(line.grade_text, x, y + 0.5, 10, ink, ground)
        svg, height = svg + drawn, height + (18 if below else 0)
    return Block(svg, height)


def kpi_cell(lines: Sequence[KpiLine], width: float) -> Block:
    """Actual in large, target beside it, name below."""
    blocks = []
    for line in lines:
        end = lettering.width(line.actual.text, 17, bold=True) + 6
        svg = word(line.actual.text, 0, 17, 17, SHU if line.actual.bad else INK, bold=True)
        svg += word(f"/ {line.target}", end, 17, 12, INK_3) if line.target else ""
        blocks.append(stacked([Block(svg, 23), paragraph(line.name, width, 11, INK_2)]))
    return stacked(blocks, 6) if blocks else NOTHING


def stage_head(stage: StageColumn, width: float) -> Block:
    """Number, name, goal; the pill of the bottleneck at the right, or above where there is no room."""
    pill, pill_width = chip(stage.pill, 0, 0, TINY, SHEET, SHU, 99) if stage.pill else ("", 0.0)
    beside = lettering.width(stage.name, 14, bold=True) + 16 + pill_width + 8 <= width
    name = paragraph(stage.name, width - 15, 14, bold=True)
    head = Block(
        word(str(stage.number), 0, 14.6, 11, SHU if stage.hot else AI, bold=True) + moved(name, 15, 0), name.height
    )
    rest = [paragraph(stage.within, width, TINY, INK_3)] if stage.within else []
    rest.append(paragraph(stage.goal or DASH, width, 11, INK_3))
    if pill and beside:
        head = Block(head.svg + moved(Block(pill, 1), width - pill_width, 2.5), head.height)
    return stacked([Block(pill, 20)] * bool(pill and not beside) + [head, *rest])


def counts(stage: StageColumn, width: float) -> Block:
    """Units that reached the stage; the share that came on with its interval, and the time it took."""
    if stage.count is None:
        return Block(word(DASH, 0, 18, 19, INK_3, bold=True), 24)
    parts = [Block(word(stage.count.text, 0, 18, 19, INK, bold=True), 24)]
    if stage.caption:
        parts.append(paragraph(stage.caption, width, 11, INK_2))
    if stage.step is not None:
        step = stage.step
        days = f" · {step.days.text}" if step.days is not None else ""
        parts.append(paragraph(step.share.text + days, width, 11, SHU if step.share.bad else INK_2))
        if step.value is not None:
            parts.append(Block(interval(step, min(width, 112)), 12))
    return stacked(parts)


def interval(step: Step, width: float) -> str:
    """The share on a line from 0 to 1: band = interval, grey tick = share of all so far, dashed tick = planned."""
    colour, band = (SHU, SHU) if step.share.bad else (AI, AI_2)
    svg = f'<path d="M0,6H{num(width)}" stroke="{RULE}"/>'
    if step.low is not None and step.high is not None:
        svg += f'<path d="M{num(step.low * width)},6H{num(step.high * width)}" stroke="{band}" stroke-width="5" opacity=".4"/>'
    if step.naive is not None:
        svg += f'<path d="M{num(step.naive * width)},3.5v5" stroke="{MUTE}" stroke-width="1.4"/>'
    if step.target is not None:
        svg += (
            f'<path d="M{num(step.target * width)},.5v11" stroke="{INK}" stroke-width="1.2" stroke-dasharray="2 1.6"/>'
        )
    return svg + f'<path d="M{num((step.value or 0) * width)},2v8" stroke="{colour}" stroke-width="2"/>'


def corner(name: str, notes: Sequence[str], width: float) -> Block:
    """What a row is."""
    return stacked([paragraph(name, width, SIZE, bold=True), *(paragraph(n, width, TINY, INK_3) for n in notes if n)])


def lane_corner(lane: Lane, width: float) -> Block:
    """A role: who it is, in how many journeys it appears, whether that is too few."""
    presence = lane.presence.text if lane.presence is not None else ""
    head = corner(lane.name, [" · ".join(p for p in (lane.who, presence) if p)], width)
    return stacked([head, paragraph(lane.missing, width, TINY, SHU, bold=True)]) if lane.missing else head
