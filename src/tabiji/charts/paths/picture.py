"""The flow picture itself: boxes, ribbons whose width is how often one follows the other, planned order dashed."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tabiji.charts import lettering, palette
from tabiji.charts.fontfile import FALLBACK
from tabiji.charts.paths.columns import columns
from tabiji.charts.paths.layout import Layout, Piece, Place, Ribbon, lay_out
from tabiji.charts.scale import num, points
from tabiji.charts.wording import compact, count, days
from tabiji.i18n import N_, sentences, text
from tabiji.metrics.paths.result import DORMANT, LOST, OPEN, START, WON, Edge, PathsResult
from tabiji.result import Drawing, register_drawer

MOST_DRAWN = 40  # pairs that are drawn where nobody asks for more
STEP = 5  # percent, of the slider
ALWAYS = 3  # ways from the start, to success, and to a loss, that are drawn in any case
TOP, SIDE = 30.0, 14.0
THICKEST, LEAST_BOX = 46.0, 48.0


def register() -> None:
    """Tell results how paths are drawn (entry point `tabiji.drawers`)."""
    register_drawer(PathsResult, draw_paths)


@dataclass(frozen=True, slots=True)
class Shown:
    """The pairs that are drawn: the most frequent ones that together carry at least `cover` percent of all steps, and the most
    frequent ways from the start, to success and to a loss, however rare.

    pairs, steps: of all pairs; drawn_steps: of those drawn."""

    cover: int
    edges: tuple[Edge, ...]
    pairs: int
    steps: int

    @property
    def drawn_steps(self) -> int:
        """Steps of the pairs that are drawn."""
        return sum(e.n for e in self.edges)

    def told(self, lang: str | None = None) -> str:
        """How much of the flow is drawn, in words."""
        share = self.drawn_steps / self.steps if self.steps else 1.0
        return text(
            N_("Drawn: {drawn} of {pairs} pairs, which carry {share} of the {steps} steps."),
            lang, drawn=count(len(self.edges)), pairs=count(self.pairs), steps=count(self.steps),
            share="100%" if self.drawn_steps == self.steps else f"{int(share * 1000) / 10:.1f}%",
        )  # fmt: skip


def shown(result: PathsResult, cover: int | None = None) -> Shown:
    """Which pairs are drawn. cover: percent of the steps; None = as many as stay readable."""
    flow = [e for e in result.edges if e.from_ != e.to and not (e.from_ in result.failures and e.to == LOST)]
    steps = sum(e.n for e in flow)
    if cover is None:
        readable = sum(e.n for e in flow[:MOST_DRAWN])
        cover = 100 if len(flow) <= MOST_DRAWN else max(STEP, int(100 * readable / steps) // STEP * STEP)
    kept, done = 0, 0
    while kept < len(flow) and 100 * done < cover * steps:
        done += flow[kept].n
        kept += 1
    lost = (LOST, *result.failures)
    rare = flow[kept:]
    begins = [e for e in rare if e.from_ == START][:ALWAYS]
    ends = [e for to in ((WON,), lost) for e in [x for x in rare if x.to in to and x not in begins][:ALWAYS]]
    return Shown(cover, (*flow[:kept], *begins, *ends), len(flow), steps)


def draw_paths(result: PathsResult, lang: str | None = None) -> Drawing:
    """The flow picture at its readable size, for `plot()`."""
    return flow_picture(result, shown(result), lang=lang)


def flow_picture(
    result: PathsResult, drawn: Shown, *, width: float = 1180, link: Callable[[Edge], str] | None = None,
    lang: str | None = None,
) -> Drawing:  # fmt: skip
    """The pairs of `drawn` as a picture. link: address of the receipt of a pair."""
    rows = columns(result, [*drawn.edges, *_planned(result, drawn)])
    if not rows:
        return Drawing(_svg(width, 60, _text(20, 36, text(N_("No journey to show"), lang)), ""), round(width), 60)
    unit = THICKEST / max(e.n for e in drawn.edges) if drawn.edges else 1.0
    flows = [(e.from_, e.to, max(1.0, e.n * unit), float(e.n)) for e in drawn.edges]
    flows += [(e.from_, e.to, 1.0, 0.1) for e in _planned(result, drawn)]
    found = lay_out(rows, flows, LEAST_BOX, 220)
    grid = _Grid(len(rows), width)
    pairs = {(e.from_, e.to): e for e in result.edges}
    body = "".join(_ribbon(result, r, pairs.get((r.source, r.target)), drawn, grid, link, lang) for r in _under(found))
    body += "".join(_plan(r, grid) for r in found.ribbons if (r.source, r.target) in result.planned)
    comes = _comes(result)
    for place in found.places.values():
        body += _box(result, place, comes, pairs, grid, lang)
    body += "".join(_figure(r, grid) for r in found.ribbons if (r.source, r.target) in pairs)
    height = found.height + TOP + SIDE
    said = sentences([result.explain(lang), drawn.told(lang)], lang)
    return Drawing(_svg(width, height, _legend(result, lang) + body, said), round(width), round(height))


def _planned(result: PathsResult, drawn: Shown) -> list[Edge]:
    """Planned pairs that are not drawn for their flow."""
    there = {(e.from_, e.to) for e in drawn.edges}
    return [Edge(a, b, 0, None) for a, b in result.planned if (a, b) not in there]


def _under(found: Layout) -> list[Ribbon]:
    """Ribbons in drawing order: the widest first, so that narrow ones lie on top; those that go back below all."""
    return sorted(found.ribbons, key=lambda r: (not r.back, -r.width))


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where columns stand: `n` of them over a width."""

    n: int
    width: float

    def x(self, column: int) -> tuple[float, float]:
        """Left and right side of the boxes of a column."""
        wide = min(132.0, 0.62 * (self.width - 2 * SIDE) / max(1.0, self.n - 0.38))
        left = SIDE + column * (self.width - 2 * SIDE - wide) / max(1, self.n - 1)
        return left, left + wide

    @property
    def gap(self) -> float:
        """Width between two columns of boxes."""
        return self.x(1)[0] - self.x(0)[1]


def _curve(x0: float, y0: float, x1: float, y1: float) -> str:
    middle = (x0 + x1) / 2
    return f"C{points(middle, y0, middle, y1, x1, y1)}"


def _line(ribbon: Ribbon, grid: _Grid) -> str:
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


def _ribbon(
    result: PathsResult, ribbon: Ribbon, edge: Edge | None, drawn: Shown, grid: _Grid,
    link: Callable[[Edge], str] | None, lang: str | None,
) -> str:  # fmt: skip
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


def _head(ribbon: Ribbon, grid: _Grid, stroke: str) -> str:
    """An arrow head where a ribbon enters a box from the right."""
    piece = ribbon.pieces[-1]
    turned = piece.one.column == piece.other.column
    x = grid.x(piece.one.column)[1]
    y = (piece.y_other if turned else piece.y_one) + TOP
    return f'<path d="M{points(x + 1, y)} l7,-4 v8 z" fill="{stroke}"/>'


def _plan(ribbon: Ribbon, grid: _Grid) -> str:
    return f'<path d="{_line(ribbon, grid)}" fill="none" stroke="{palette.INK_2}" stroke-width="1.3" stroke-dasharray="5 4"/>'


def _figure(ribbon: Ribbon, grid: _Grid) -> str:
    """How often, on ribbons that are thick enough to carry it."""
    if ribbon.width < 12 or ribbon.back:
        return ""
    piece: Piece = ribbon.pieces[0]
    if piece.one.column == piece.other.column:
        return ""
    return _text(grid.x(piece.one.column)[1] + 5, piece.y_one + TOP + 3.6, compact(piece.weight), 10, halo=True)


def _comes(result: PathsResult) -> dict[str, int]:
    """How often each node was come to; of the start, how many journeys began."""
    out: dict[str, int] = {START: result.total.n}
    for e in result.edges:
        if e.from_ != e.to:
            out[e.to] = out.get(e.to, 0) + e.n
    return out


FILLS = {
    WON: (palette.AI_WASH, palette.AI), LOST: (palette.SHU_WASH, palette.SHU), DORMANT: (palette.PAPER, palette.MUTE),
    OPEN: (palette.PAPER, palette.MUTE), START: (palette.AI, palette.AI),
}  # fmt: skip


def _box(
    result: PathsResult, place: Place, comes: dict[str, int], pairs: dict[tuple[str, str], Edge], grid: _Grid,
    lang: str | None,
) -> str:  # fmt: skip
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
        out += _text(left + 6, top + 13 * i, line, 11, ink, bold=True)
    told = compact(comes.get(node, 0))
    again = pairs.get((node, node))
    if again is not None:
        in_a_row = text(N_("in a row {n}"), lang, n=compact(again.n))
        told += f" · {in_a_row}"
    return out + _text(left + 6, top + 13 * len(lines), told, 10.5, second)


def _legend(result: PathsResult, lang: str | None) -> str:
    """What the colours and lines mean."""
    listed: Sequence[tuple[str, str, str, str]] = (
        (N_("goes on"), palette.AI, ".5", ""),
        (N_("goes back"), palette.AI_2, ".34", ""),
        (N_("lost"), palette.SHU, ".5", ""),
        (N_("planned order"), palette.INK_2, "1", "5 4"),
    )
    only = result.failures[0] if len(result.failures) == 1 else None
    out, x = "", SIDE
    for label, stroke, opacity, dashes in listed:
        if dashes and not result.planned:
            continue
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        out += (
            f'<line x1="{num(x)}" x2="{num(x + 26)}" y1="11" y2="11" stroke="{stroke}" stroke-opacity="{opacity}" '
            f'stroke-width="{"1.3" if dashes else "8"}"{dashed}/>'
        )
        words = result.label(only, lang) if only and label == "lost" else text(label, lang)
        out += _text(x + 32, 15, words, 11, palette.INK_2)
        x += 54 + lettering.width(words, 11)
    return out


def _text(
    x: float, y: float, words: str, size: float = 12, fill: str = palette.INK, bold: bool = False, halo: bool = False
) -> str:
    """halo: a light rim, for words on a ribbon."""
    paint = ' font-weight="700"' if bold else ""
    if halo:
        paint += f' stroke="{palette.SHEET}" stroke-width="3" stroke-opacity=".75" paint-order="stroke"'
    return f'<text x="{num(x)}" y="{num(y)}" font-size="{num(size)}" fill="{fill}"{paint}>{html.escape(words)}</text>'


def _svg(width: float, height: float, body: str, label: str) -> str:
    name = f'role="group" aria-label="{html.escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} {num(height)}" width="{num(width)}" '
        f'height="{num(height)}" font-family="{FALLBACK}" {name}>{body}</svg>'
    )
