"""The planned journey, and how far it was walked: the plan as dashed ways, the observed share drawn solid over them.

Stations stand on one line in the order of the main line. The way to the next station is as high as the plan (dashed, 100 %);
its solid part is the share of journeys that took it, of those that went on from there as planned. Other ways of the plan
(optional stages passed over, branches) run above the line, ways back below it; ways back are not counted.
"""

import html

from tabiji.charts import lettering, palette
from tabiji.charts.fontfile import FALLBACK
from tabiji.charts.scale import linear, num, points
from tabiji.charts.svg import words
from tabiji.charts.wording import count, percent
from tabiji.i18n import N_, pick, text
from tabiji.metrics.conformance.deviation_result import Difference
from tabiji.metrics.conformance.result import ConformanceFigures, ConformanceResult, PlanEdge
from tabiji.result import Drawing, register_drawer

SIDE, WAY = 74.0, 30.0  # room at both ends, height of a way
NARROW, WIDE, FULL = 132.0, 190.0, 1060.0  # least and widest distance of stations, width to be filled
STATION = 9.0
NOTES = {
    "missing": N_("passed over {share}"),
    "extra": N_("again {share}"),
    "out_of_order": N_("out of order {share}"),
    "late": N_("late {share}"),
}
LINE = 15.0


def register() -> None:
    """Tell results how conformance is drawn (entry point `tabiji.drawers`)."""
    register_drawer(ConformanceResult, lambda result, lang: draw_plan(result.total, lang, result.explain(lang)))


def draw_plan(figures: ConformanceFigures, lang: str | None = None, label: str = "") -> Drawing:
    """The plan of a map with what was walked of it."""
    place: dict[str | None, int] = {s.id: k for k, s in enumerate(figures.steps)}
    place[None] = -1
    gap = max(NARROW, min(WIDE, (FULL - 1.5 * SIDE) / max(1, len(figures.steps))))
    ways = [(place[e.from_], place[e.to], e) for e in figures.edges]
    above = max((q - p for p, q, _ in ways if q - p > 1), default=0)
    back = any(q <= p for p, q, _ in ways)
    y = 30.0 + 26.0 * min(above, 4) + WAY / 2
    body = ""
    for p, q, edge in ways:
        x0, x1 = _x(p, gap), _x(q, gap)
        body += _way(x0, x1, y, edge, lang) if q - p == 1 else _arc(x0, x1, y, q - p, edge)
    foot = y + WAY / 2 + (34.0 if back else 14.0)
    lowest = foot
    for k in range(len(figures.steps)):
        drawn, end = _station(figures, k, _x(k, gap), gap, y, foot + 6, lang)
        body, lowest = body + drawn, max(lowest, end)
    width = 1.5 * SIDE + gap * len(figures.steps)
    body += _legend(lowest + 20, lang)
    height = lowest + 34
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} {num(height)}" width="{num(width)}" '
        f'height="{num(height)}" font-family="{FALLBACK}" role="img" aria-label="{html.escape(label)}">{body}</svg>'
    )
    return Drawing(svg, round(width), round(height))


def _x(k: int, gap: float) -> float:
    """The middle of station `k`; −1 is the start."""
    return SIDE / 2 + gap * (k + 1)


def _way(x0: float, x1: float, y: float, edge: PlanEdge, lang: str | None) -> str:
    """The way to the next station: the plan as a dashed outline, what was walked of it solid."""
    x0, x1 = x0 + (STATION + 4 if edge.from_ else 0), x1 - STATION - 4
    out, share = "", edge.share.share if edge.share else None
    if share is not None:
        high = WAY * share
        out += (
            f'<rect x="{num(x0)}" y="{num(y - high / 2)}" width="{num(x1 - x0)}" height="{num(high)}" fill="{palette.AI_2}" '
            f'opacity=".55"/>'
        )
    for side in (-WAY / 2, WAY / 2):
        out += _dashed(f"M{points(x0, y + side)} L{points(x1, y + side)}")
    out += words((x0 + x1) / 2, y + 4.5, percent(share), 12.5, palette.INK, "middle", bold=True)
    if edge.share is None:
        return out
    told = text(N_("{n} of {all}"), lang, n=count(edge.n), all=count(edge.share.n))
    return out + words((x0 + x1) / 2, y + WAY / 2 + 14, told, 10.5, palette.INK_3, "middle")


def _arc(x0: float, x1: float, y: float, far: int, edge: PlanEdge) -> str:
    """A way above the line (or, going back, below it)."""
    if far <= 0:
        low = y + WAY / 2
        x1 = x1 - 14 if far == 0 else x1
        return _dashed(f"M{points(x0, low)} C{points(x0, low + 30, x1, low + 30, x1, low)}")
    top, high = y - WAY / 2 - 2, 26.0 * min(far, 4)
    path = f"M{points(x0, top)} C{points(x0 + 14, top - high, x1 - 14, top - high, x1, top)}"
    share = edge.share.share if edge.share else None
    out = ""
    if share:
        out = (
            f'<path d="{path}" fill="none" stroke="{palette.AI_2}" stroke-width="{num(WAY * share / 2)}" opacity=".4"/>'
        )
    return (
        out + _dashed(path) + words((x0 + x1) / 2, top - 0.75 * high - 6, percent(share), 11.5, palette.INK_2, "middle")
    )


def _station(
    figures: ConformanceFigures, k: int, x: float, gap: float, y: float, foot: float, lang: str | None
) -> tuple[str, float]:  # fmt: skip
    """A station with its name and what happened there; and where that ends."""
    step = figures.steps[k]
    dash = ' stroke-dasharray="3 3"' if step.optional else ""
    out = f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(STATION)}" fill="{palette.SHEET}" stroke="{palette.AI}" stroke-width="2.4"{dash}/>'
    if step.repeatable:
        out += f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(STATION - 4)}" fill="none" stroke="{palette.AI}" stroke-width="1.4"/>'
    for line in lettering.wrap(pick(step.name, lang) or step.id, gap - 12, 12.5, bold=True, max_lines=2):
        foot += LINE
        out += words(x, foot, line, 12.5, palette.INK, "middle", bold=True)
    told = text(N_("as planned {n} of {all}"), lang, n=count(step.as_planned), all=count(step.passed))
    for line in lettering.wrap(told, gap - 10, 11, max_lines=2):
        foot += LINE
        out += words(x, foot, line, 11, palette.INK_2, "middle")
    for d in figures.deviations:
        if d.stage == step.id and d.kind in NOTES and d.share.share is not None and d.share.share >= 0.01:
            foot += LINE
            paint = palette.KOKE if d.candidate else palette.INK_2
            out += words(x, foot, text(NOTES[d.kind], lang, share=percent(d.share.share)), 11, paint, "middle")
    return out, foot


def _legend(y: float, lang: str | None) -> str:
    x = SIDE / 2
    out = _dashed(f"M{points(x, y - 4)} L{points(x + 30, y - 4)}")
    said = text(N_("planned"), lang)
    out += words(x + 36, y, said, 11, palette.INK_2)
    x += 56 + lettering.width(said, 11)
    out += f'<rect x="{num(x)}" y="{num(y - 10)}" width="30" height="11" fill="{palette.AI_2}" opacity=".55"/>'
    said = text(N_("walked as planned, of those who went on"), lang)
    out += words(x + 36, y, said, 11, palette.INK_2)
    x += 60 + lettering.width(said, 11)
    for again, label in ((False, N_("optional")), (True, N_("repeatable"))):
        dash = "" if again else ' stroke-dasharray="3 3"'
        out += f'<circle cx="{num(x)}" cy="{num(y - 4)}" r="6" fill="{palette.SHEET}" stroke="{palette.AI}" stroke-width="1.8"{dash}/>'
        out += (
            f'<circle cx="{num(x)}" cy="{num(y - 4)}" r="3" fill="none" stroke="{palette.AI}" stroke-width="1.2"/>'
            if again
            else ""
        )
        said = text(label, lang)
        out += words(x + 12, y, said, 11, palette.INK_2)
        x += 34 + lettering.width(said, 11)
    return out


def difference_strip(d: Difference, *, width: float, height: float, top: float) -> str:
    """A difference with its interval on an axis from −top to +top, its middle being no difference; hidden from screen readers.

    Worse is vermilion, better is moss, and what may be chance is grey."""
    x0 = linear(0, (-top, top), (4, width - 4))
    body = f'<line x1="{num(x0)}" x2="{num(x0)}" y1="0" y2="{num(height)}" stroke="{palette.MUTE}"/>'
    if d.difference is not None and d.low is not None and d.high is not None:
        paint = palette.SHU if d.high < 0 else palette.KOKE if d.low > 0 else palette.MUTE
        low, at, high = (linear(v, (-top, top), (4, width - 4)) for v in (d.low, d.difference, d.high))
        y = height / 2
        body += (
            f'<line x1="{num(low)}" x2="{num(high)}" y1="{num(y)}" y2="{num(y)}" stroke="{paint}" stroke-width="3" '
            f'stroke-linecap="round" opacity=".5"/><circle cx="{num(at)}" cy="{num(y)}" r="3.6" fill="{paint}"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} {num(height)}" width="{num(width)}" '
        f'height="{num(height)}" aria-hidden="true">{body}</svg>'
    )


def _dashed(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="{palette.INK_3}" stroke-width="1.2" stroke-dasharray="5 4"/>'
