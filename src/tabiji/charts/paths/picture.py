"""The flow picture itself: ribbons between boxes in columns, with what its colours and lines mean."""

import html
from collections.abc import Callable, Sequence

from tabiji.charts import lettering, palette
from tabiji.charts.fontfile import FALLBACK
from tabiji.charts.paths.boxes import box, comes_to
from tabiji.charts.paths.columns import columns
from tabiji.charts.paths.grid import SIDE, TOP, Grid, lettered
from tabiji.charts.paths.layout import lay_out
from tabiji.charts.paths.ribbons import drawing_order, figure, plan_line, ribbon_path
from tabiji.charts.paths.shown import Shown, shown
from tabiji.charts.scale import num
from tabiji.i18n import N_, sentences, text
from tabiji.metrics.paths.result import Edge, PathsResult
from tabiji.result import Drawing, register_drawer

THICKEST, LEAST_BOX = 46.0, 48.0


def register() -> None:
    """Tell results how paths are drawn (entry point `tabiji.drawers`)."""
    register_drawer(PathsResult, draw_paths)


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
        return Drawing(_svg(width, 60, lettered(20, 36, text(N_("No journey to show"), lang)), ""), round(width), 60)
    unit = THICKEST / max(e.n for e in drawn.edges) if drawn.edges else 1.0
    flows = [(e.from_, e.to, max(1.0, e.n * unit), float(e.n)) for e in drawn.edges]
    flows += [(e.from_, e.to, 1.0, 0.1) for e in _planned(result, drawn)]
    found = lay_out(rows, flows, LEAST_BOX, 220)
    grid = Grid(len(rows), width)
    pairs = {(e.from_, e.to): e for e in result.edges}
    body = "".join(
        ribbon_path(result, r, pairs.get((r.source, r.target)), drawn, grid, link, lang) for r in drawing_order(found)
    )
    body += "".join(plan_line(r, grid) for r in found.ribbons if (r.source, r.target) in result.planned)
    comes = comes_to(result)
    for place in found.places.values():
        body += box(result, place, comes, pairs, grid, lang)
    body += "".join(figure(r, grid) for r in found.ribbons if (r.source, r.target) in pairs)
    height = found.height + TOP + SIDE
    said = sentences([result.explain(lang), drawn.told(lang)], lang)
    return Drawing(_svg(width, height, legend(result, lang) + body, said), round(width), round(height))


def _planned(result: PathsResult, drawn: Shown) -> list[Edge]:
    """Planned pairs that are not drawn for their flow."""
    there = {(e.from_, e.to) for e in drawn.edges}
    return [Edge(a, b, 0, None) for a, b in result.planned if (a, b) not in there]


def legend(result: PathsResult, lang: str | None) -> str:
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
        out += lettered(x + 32, 15, words, 11, palette.INK_2)
        x += 54 + lettering.width(words, 11)
    return out


def _svg(width: float, height: float, body: str, label: str) -> str:
    name = f'role="group" aria-label="{html.escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} {num(height)}" width="{num(width)}" '
        f'height="{num(height)}" font-family="{FALLBACK}" {name}>{body}</svg>'
    )
