"""Ribbons of the flow picture: as wide as one thing follows the other, with how often it does; the planned order dashed."""

import html
from collections.abc import Callable

from tabiji.charts import palette
from tabiji.charts.paths.grid import TOP, Grid, lettered
from tabiji.charts.paths.layout import Layout, Piece, Ribbon
from tabiji.charts.paths.shown import Shown
from tabiji.charts.scale import num, points
from tabiji.charts.wording import compact, count, days
from tabiji.i18n import N_, text
from tabiji.metrics.paths.result import DORMANT, LOST, OPEN, Edge, PathsResult


def drawing_order(found: Layout) -> list[Ribbon]:
    """Ribbons in drawing order: the widest first, so that narrow ones lie on top; those that go back below all."""
    return sorted(found.ribbons, key=lambda r: (not r.back, -r.width))


def _curve(x0: float, y0: float, x1: float, y1: float) -> str:
    middle = (x0 + x1) / 2
    return f"C{points(middle, y0, middle, y1, x1, y1)}"


def _line(ribbon: Ribbon, grid: Grid) -> str:
    """The middle line of a ribbon, from its source to its target."""
    first = ribbon.pieces[0]
    if first.one.column == first.other.column:
        x = grid.x(first.one.column)[1]
        y0, y1 = first.y_one + TOP, first.y_other + TOP
        bend = min(18 + 0.22 * abs(y1 - y0), 0.9 * grid.gap)
        return f"M{points(x, y0)} C{points(x + bend, y0, x + bend, y1, x, y1)}"
    path = ""
    for piece in ribbon.pieces:
        x0, x1 = grid.x(piece.one.column)[1], grid.x(piece.other.column)[0]
        y0, y1 = piece.y_one + TOP, piece.y_other + TOP
        if ribbon.back:
            x0, y0, x1, y1 = x1, y1, x0, y0
        path += (f" L{points(x0, y0)} " if path else f"M{points(x0, y0)} ") + _curve(x0, y0, x1, y1)
    return path


def ribbon_path(
    result: PathsResult, ribbon: Ribbon, edge: Edge | None, drawn: Shown, grid: Grid,
    link: Callable[[Edge], str] | None, lang: str | None,
) -> str:  # fmt: skip
    """A drawn pair as a ribbon that tells itself on hover, and opens its receipt where `link` gives an address; empty for others."""
    if edge is None or edge not in drawn.edges:
        return ""
    stroke, opacity = _paint(result, ribbon)
    title = html.escape(edge_words(result, edge, lang))
    path = (
        f'<path d="{_line(ribbon, grid)}" fill="none" stroke="{stroke}" stroke-opacity="{opacity}" '
        f'stroke-width="{num(ribbon.width)}"><title>{title}</title></path>'
    )
    if ribbon.back or ribbon.pieces[0].one.column == ribbon.pieces[0].other.column:
        path += _head(ribbon, grid, stroke)
    if link is None:
        return path
    return f'<a class="figure" data-receipt="" href="{html.escape(link(edge))}" aria-label="{title}">{path}</a>'


def edge_words(result: PathsResult, edge: Edge, lang: str | None = None) -> str:
    """A pair in words: from, to, how often, after how long."""
    said = text(
        N_("{a} → {b}: {n} {n:time|times}"),
        lang, a=result.label(edge.from_, lang), b=result.label(edge.to, lang), n=count(edge.n),
    )  # fmt: skip
    if edge.median_days is None:
        return said
    return text(N_("{said}, median {days}"), lang, said=said, days=days(edge.median_days, lang))


def _paint(result: PathsResult, ribbon: Ribbon) -> tuple[str, str]:
    if ribbon.target == LOST or ribbon.target in result.failures:
        return palette.SHU, ".5"
    if ribbon.target == DORMANT:
        return palette.MUTE, ".45"
    if ribbon.target == OPEN:
        return palette.MUTE, ".22"
    return (palette.AI_2, ".34") if ribbon.back else (palette.AI, ".5")


def _head(ribbon: Ribbon, grid: Grid, stroke: str) -> str:
    """An arrow head where a ribbon enters a box from the right."""
    piece = ribbon.pieces[-1]
    turned = piece.one.column == piece.other.column
    x = grid.x(piece.one.column)[1]
    y = (piece.y_other if turned else piece.y_one) + TOP
    return f'<path d="M{points(x + 1, y)} l7,-4 v8 z" fill="{stroke}"/>'


def plan_line(ribbon: Ribbon, grid: Grid) -> str:
    """A pair that the map plans, dashed."""
    return f'<path d="{_line(ribbon, grid)}" fill="none" stroke="{palette.INK_2}" stroke-width="1.3" stroke-dasharray="5 4"/>'


def figure(ribbon: Ribbon, grid: Grid) -> str:
    """How often, on ribbons that are thick enough to carry it."""
    if ribbon.width < 12 or ribbon.back:
        return ""
    piece: Piece = ribbon.pieces[0]
    if piece.one.column == piece.other.column:
        return ""
    return lettered(grid.x(piece.one.column)[1] + 5, piece.y_one + TOP + 3.6, compact(piece.weight), 10, halo=True)
