"""Boxes of the flow picture: what a journey was in, and how often it came there."""

import html

from tabiji.charts import lettering, palette
from tabiji.charts.paths.grid import TOP, Grid, lettered
from tabiji.charts.paths.layout import Place
from tabiji.charts.scale import num
from tabiji.charts.wording import compact
from tabiji.i18n import N_, text
from tabiji.metrics.paths.result import DORMANT, LOST, OPEN, START, WON, Edge, PathsResult

FILLS = {
    WON: (palette.AI_WASH, palette.AI), LOST: (palette.SHU_WASH, palette.SHU), DORMANT: (palette.PAPER, palette.MUTE),
    OPEN: (palette.PAPER, palette.MUTE), START: (palette.AI, palette.AI),
}  # fmt: skip


def comes_to(result: PathsResult) -> dict[str, int]:
    """How often each node was come to; of the start, how many journeys began."""
    out: dict[str, int] = {START: result.total.n}
    for e in result.edges:
        if e.from_ != e.to:
            out[e.to] = out.get(e.to, 0) + e.n
    return out


def box(
    result: PathsResult, place: Place, comes: dict[str, int], pairs: dict[tuple[str, str], Edge], grid: Grid,
    lang: str | None,
) -> str:  # fmt: skip
    """A node: its name, how often it was come to, and how often in a row."""
    node = place.node or ""
    fill, stroke = FILLS.get(node, (palette.SHEET, palette.AI_2))
    if node in result.failures:
        fill, stroke = FILLS[LOST]
    left, right = grid.x(place.column)
    y = place.y + TOP
    ink, second = (palette.SHEET, palette.SHEET) if node == START else (palette.INK, palette.INK_2)
    out = (
        f'<rect x="{num(left)}" y="{num(y)}" width="{num(right - left)}" height="{num(place.height)}" rx="5" '
        f'fill="{fill}" stroke="{stroke}"><title>{html.escape(result.label(node, lang))}</title></rect>'
    )
    lines = lettering.wrap(result.label(node, lang), right - left - 11, 11, bold=True, max_lines=2)
    top = y + place.height / 2 - (len(lines) * 13 + 12) / 2 + 10
    for i, line in enumerate(lines):
        out += lettered(left + 6, top + 13 * i, line, 11, ink, bold=True)
    told = compact(comes.get(node, 0))
    again = pairs.get((node, node))
    if again is not None:
        in_a_row = text(N_("in a row {n}"), lang, n=compact(again.n))
        told += f" · {in_a_row}"
    return out + lettered(left + 6, top + 13 * len(lines), told, 10.5, second)
