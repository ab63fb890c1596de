"""The funnel as a picture: per transition its three shares with their intervals, and what became of those who entered.

The pieces (`interval_strip`, `split_bar`) stand in the pages; `draw_funnel` sets them together as one self-contained picture,
which is what `plot()` of a funnel shows. Positions and colours are attributes: no style, no script.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tabiji.charts import lettering, palette
from tabiji.charts.scale import linear, num
from tabiji.charts.svg import sheet, svg, words
from tabiji.i18n import N_, text
from tabiji.metrics.funnel.result import FunnelResult, Transition
from tabiji.result import Drawing, Share, register_drawer

TOPS = (0.05, 0.1, 0.25, 0.5, 1.0)
EDGE = 6.0  # room for half a mark at both ends of an axis
PARTS = (  # of those who entered: attribute, label, fill, outline
    ("n_to", N_("went on"), palette.AI, palette.AI),
    ("outside", N_("out of order or too late"), palette.KIN_WASH, palette.KIN),
    ("open", N_("still open"), palette.AI_WASH, palette.AI_2),
    ("dormant", N_("went silent"), palette.RULE, palette.INK_3),
    ("lost", N_("lost"), palette.SHU, palette.SHU),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How one kind of share is drawn: its label, colours, radius of its point, width of its interval."""

    label: str
    stroke: str
    fill: str
    radius: float
    line: float
    square: bool = False


SMALL = Mark(N_("with open journeys accounted for"), palette.AI, palette.AI, 2.6, 2.4)
AWARE = Mark(N_("with open journeys accounted for"), palette.AI, palette.AI, 4.4, 3.2)
NAIVE = Mark(N_("naive"), palette.AI_2, palette.SHEET, 3.0, 1.4)
MATURE = Mark(N_("mature only"), palette.AI_2, palette.SHEET, 2.7, 1.4, square=True)


def parts(mode: str) -> tuple[tuple[str, str, str, str], ...]:
    """What can become of those who entered: only steps in order can be missed by being out of order or too late."""
    return tuple(part for part in PARTS if mode == "ordered" or part[0] != "outside")


def register() -> None:
    """Tell results how a funnel is drawn (entry point `tabiji.drawers`)."""
    register_drawer(FunnelResult, draw_funnel)


def axis_top(shares: Iterable[Share]) -> float:
    """The end of a common axis for `shares`: the least of 5, 10, 25, 50, 100 % that holds every interval."""
    highest = max((s.high or s.share or 0.0 for s in shares), default=1.0)
    return next((top for top in TOPS if highest <= top), 1.0)


def interval_strip(
    shares: Sequence[tuple[Share, Mark]],
    *,
    width: float,
    height: float,
    top: float = 1.0,
    grid: bool = True,
    label: str = "",
) -> str:
    """An SVG of the shares, one below the other on one axis from 0 to `top`; a refused share leaves its line empty.

    Behind them a grid at 0, half and `top`, or (grid=False) only a ground line."""
    step = height / (len(shares) or 1)
    body = "".join(
        interval_mark(share, mark, (0.0, width), step * (i + 0.5), top) for i, (share, mark) in enumerate(shares)
    )
    return svg(width, height, (_grid(width, height, top) if grid else _ground(width, height)) + body, label)


def interval_mark(share: Share, mark: Mark, extent: tuple[float, float], y: float, top: float = 1.0) -> str:
    """The interval of a share as a line, its value as a point; empty where the share is refused."""
    if share.share is None:
        return ""
    inside = (extent[0] + EDGE, extent[1] - EDGE)
    x = linear(share.share, (0, top), inside)
    line = ""
    if share.low is not None and share.high is not None:
        x0, x1 = (linear(v, (0, top), inside) for v in (share.low, share.high))
        line = (
            f'<line x1="{num(x0)}" x2="{num(x1)}" y1="{num(y)}" y2="{num(y)}" stroke="{mark.stroke}" '
            f'stroke-width="{num(mark.line)}" stroke-linecap="round" opacity=".55"/>'
        )
    paint = f'fill="{mark.fill}" stroke="{mark.stroke}" stroke-width="1.4"'
    r = mark.radius
    if mark.square:
        return f'{line}<rect x="{num(x - r)}" y="{num(y - r)}" width="{num(2 * r)}" height="{num(2 * r)}" {paint}/>'
    return f'{line}<circle cx="{num(x)}" cy="{num(y)}" r="{num(r)}" {paint}/>'


def split_bar(transition: Transition, *, full: int, width: float, height: float, label: str = "") -> str:
    """An SVG bar of those who entered (`full` would fill the width): went on, still open, went silent, lost."""
    return svg(width, height, _split(transition, full, 0, 0, width, height), label)


def draw_funnel(result: FunnelResult, lang: str | None = None) -> Drawing:
    """The whole funnel as one picture: a row per transition."""
    transitions = result.transitions
    top = axis_top(s for t in transitions for s in (t.censoring_aware, t.naive, t.mature))
    row, head, width = 62.0, 58.0, 980.0
    body = _legend(width, result.mode, lang) + _axis(top, head, head + row * len(transitions))
    worst = result.biggest_loss
    full = max((t.n_from for t in transitions), default=0)
    for i, t in enumerate(transitions):
        body += _row(result, t, head + i * row, row, full, top, t is worst, width, lang)
    if not transitions:
        body += words(20, head + 24, text(N_("This map has only one stage: there is nothing to go on to."), lang))
    height = head + row * max(1, len(transitions)) + 14
    return Drawing(svg(width, height, sheet(width, height) + body, result.explain(lang)), round(width), round(height))


LEFT, RIGHT = (236.0, 520.0), (640.0, 960.0)  # the columns of intervals and of bars


def _row(
    result: FunnelResult, t: Transition, y: float, row: float, full: int, top: float, hot: bool, width: float, lang: str | None
) -> str:  # fmt: skip
    out = (
        f'<rect x="1" y="{num(y)}" width="{num(width - 2)}" height="{num(row)}" fill="{palette.SHU_WASH}"/>'
        if hot
        else ""
    )
    out += f'<line x1="1" x2="{num(width - 1)}" y1="{num(y)}" y2="{num(y)}" stroke="{palette.RULE}"/>'
    name = f"{result.stage_name(t.from_, lang)} → {result.stage_name(t.to, lang)}"
    lines = lettering.wrap(name, 196, 13, bold=True, max_lines=2)
    for i, line in enumerate(lines):
        out += words(20, y + (26 if len(lines) == 1 else 21) + 17 * i, line, bold=True)
    out += words(20, y + 52, text(N_("{n:,} entered"), lang, n=t.n_from), 11, palette.INK_2)
    for i, (share, mark) in enumerate(((t.censoring_aware, AWARE), (t.naive, NAIVE), (t.mature, MATURE))):
        out += interval_mark(share, mark, LEFT, y + 16 + 15 * i, top)
    out += _told(t.share, LEFT[1] + 20, y, lang)
    out += _split(t, full, RIGHT[0], y + 14, RIGHT[1] - RIGHT[0], 16)
    counts = "  ·  ".join(f"{text(label, lang)} {getattr(t, name):,}" for name, label, _, _ in parts(result.mode))
    return out + words(RIGHT[0], y + 48, counts, 11, palette.INK_2)


def _told(share: Share, x: float, y: float, lang: str | None) -> str:
    """The share in words: value, interval and n; or why there is none."""
    n = text(N_("n = {n:,}"), lang, n=share.n)
    if share.share is None:
        return words(x, y + 28, "—", 19) + words(x, y + 48, n, 11, palette.INK_2)
    out = words(x, y + 30, f"{share.share:.0%}", 19, bold=True) + words(x + 50, y + 30, n, 11, palette.INK_2)
    if share.low is None or share.high is None:
        return out
    return out + words(x, y + 48, f"{share.low * 100:.0f}–{share.high:.0%}", 11, palette.INK_2)


def _split(t: Transition, full: int, x: float, y: float, width: float, height: float) -> str:
    out = ""
    for name, _, fill, outline in PARTS:
        n = getattr(t, name)
        if not n or not full:
            continue
        w = width * n / full
        inner = max(w - 1, 0.6)  # the outline stands inside, so that parts do not overlap; a sliver is still seen
        out += (
            f'<rect x="{num(x + 0.5)}" y="{num(y + 0.5)}" width="{num(inner)}" height="{num(height - 1)}" '
            f'fill="{fill}" stroke="{outline}"/>'
        )
        x += w
    return out


def _ground(width: float, height: float) -> str:
    x0, x1, y = num(EDGE), num(width - EDGE), num(height / 2)
    return f'<line x1="{x0}" x2="{x1}" y1="{y}" y2="{y}" stroke="{palette.RULE}"/>'


def _grid(width: float, height: float, top: float) -> str:
    return "".join(
        f'<line x1="{num(x)}" x2="{num(x)}" y1="0" y2="{num(height)}" stroke="{palette.RULE}"/>'
        for x in (linear(top * k / 2, (0, top), (EDGE, width - EDGE)) for k in range(3))
    )


def _axis(top: float, y0: float, y1: float) -> str:
    out = ""
    for k in range(5):
        x = linear(k / 4, (0, 1), (LEFT[0] + EDGE, LEFT[1] - EDGE))
        out += f'<line x1="{num(x)}" x2="{num(x)}" y1="{num(y0)}" y2="{num(y1)}" stroke="{palette.RULE}"/>'
        out += words(x, y0 - 6, _tick(top * k / 4), 10.5, palette.INK_2, "middle")
    return out


def _tick(share: float) -> str:
    points = share * 100
    return f"{points:.0f}%" if abs(points - round(points)) < 1e-9 else f"{points:.3g}%"


def _legend(width: float, mode: str, lang: str | None) -> str:
    out, x = "", 20.0
    for mark in (AWARE, NAIVE, MATURE):
        out += interval_mark(Share(0.5, 0.0, 1.0, 1), mark, (x - EDGE, x + 26 + EDGE), 18)
        out += words(x + 34, 22, text(mark.label, lang), 11, palette.INK_2)
        x += 56 + lettering.width(text(mark.label, lang), 11)
    x = RIGHT[0]
    for _, label, fill, outline in parts(mode):
        out += f'<rect x="{num(x)}" y="12" width="11" height="11" fill="{fill}" stroke="{outline}"/>'
        out += words(x + 17, 22, text(label, lang), 11, palette.INK_2)
        x += 34 + lettering.width(text(label, lang), 11)
    return out
