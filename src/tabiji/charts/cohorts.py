"""Cohorts as a picture: the share that has reached the stage by age, a line per cohort, the newest darkest; all together as a band.

Lines end where a cohort has not been watched any longer, and break where a share is refused. The table of the page is the twin.
"""

from collections.abc import Sequence

from tabiji.charts import lettering, palette
from tabiji.charts.funnel import TOPS
from tabiji.charts.scale import linear, num
from tabiji.charts.svg import sheet, svg, words
from tabiji.charts.wording import percent
from tabiji.i18n import N_, pick, text
from tabiji.metrics.cohorts.result import Cell, CohortResult
from tabiji.result import Drawing, register_drawer

MOST = 6  # lines; the newest of those that can be told
LEFT, TOP, AXIS, APART, STEPS = 56.0, 46.0, 44.0, 14.0, 5
ALL = N_("all")


def register() -> None:
    """Tell results how cohorts are drawn (entry point `tabiji.drawers`)."""
    register_drawer(CohortResult, draw_cohorts)


def draw_cohorts(
    result: CohortResult, lang: str | None = None, *, width: float = 980.0, height: float = 340.0
) -> Drawing:
    """The newest cohorts with at least two shares, and all journeys together with their interval."""
    lines = [(c.period.label, c.cells) for c in result.cohorts if sum(_told(x) for x in c.cells) > 1][-MOST:]
    shares = [x.share.high or x.share.share or 0.0 for x in result.total.cells if _told(x)]
    shares += [x.share.share or 0.0 for _, cells in lines for x in cells]
    top = next((t for t in TOPS if max(shares, default=0.0) <= t), 1.0)
    last = max([*result.ages_days, 1])
    area = (LEFT, width - 96), (height - AXIS, TOP)
    stage = pick(result.stage_name, lang) or result.stage
    body = sheet(width, height) + words(
        20, 26, text(N_("Share that has reached {stage}"), lang, stage=stage), bold=True
    )
    body += _grid(area, top, result.ages_days, result.horizon_days, last, lang) + _band(
        area, top, last, result.total.cells
    )
    ends: list[tuple[float, float, str, str]] = []
    for i, (label, cells) in enumerate(lines):
        fade = palette.AI if i == len(lines) - 1 else palette.AI_2
        body += _line(area, top, last, cells, fade, 1.3 + 0.25 * i, 0.45 + 0.55 * (i + 1) / len(lines))
        ends += _end(area, top, last, cells, label, fade)
    body += _line(area, top, last, result.total.cells, palette.INK_2, 2.4, 1.0)
    ends += _end(area, top, last, result.total.cells, text(ALL, lang), palette.INK_2)
    if not ends:
        body += words(LEFT + 10, TOP + 30, result.explain(lang), 12, palette.INK_2)
    return Drawing(svg(width, height, body + _labels(ends), result.explain(lang)), round(width), round(height))


Area = tuple[tuple[float, float], tuple[float, float]]


def _told(cell: Cell) -> bool:
    return cell.share.share is not None


def _at(area: Area, top: float, last: float, age: float, share: float) -> tuple[float, float]:
    return linear(age, (0, last), area[0]), linear(share, (0, top), area[1])


def _line(area: Area, top: float, last: float, cells: Sequence[Cell], stroke: str, thick: float, opacity: float) -> str:
    """From nothing at the start through the shares that are told; broken where one is refused."""
    runs: list[list[tuple[float, float]]] = [[_at(area, top, last, 0, 0.0)]]
    for cell in cells:
        if cell.share.share is None:
            runs.append([])
        else:
            runs[-1].append(_at(area, top, last, cell.age_days, cell.share.share))
    return "".join(
        f'<polyline points="{" ".join(f"{num(x)},{num(y)}" for x, y in run)}" fill="none" stroke="{stroke}" '
        f'stroke-width="{num(thick)}" stroke-linejoin="round" opacity="{num(opacity)}"/>'
        for run in runs
        if len(run) > 1
    )


def _band(area: Area, top: float, last: float, cells: Sequence[Cell]) -> str:
    told = [
        (c.age_days, c.share.low, c.share.high) for c in cells if c.share.low is not None and c.share.high is not None
    ]
    if len(told) < 2:
        return ""
    upper = [_at(area, top, last, age, high) for age, _, high in told]
    lower = [_at(area, top, last, age, low) for age, low, _ in reversed(told)]
    points = " ".join(f"{num(x)},{num(y)}" for x, y in (*upper, *lower))
    return f'<polygon points="{points}" fill="{palette.INK_2}" opacity=".12"/>'


def _end(
    area: Area, top: float, last: float, cells: Sequence[Cell], label: str, fill: str
) -> list[tuple[float, float, str, str]]:
    """Where the label of a line stands: x, y, text, colour."""
    known = [c for c in cells if c.share.share is not None]
    if not known:
        return []
    x, y = _at(area, top, last, known[-1].age_days, known[-1].share.share or 0.0)
    return [(x, y, label, fill)]


def _labels(ends: Sequence[tuple[float, float, str, str]]) -> str:
    """Labels beside the ends of their lines, on paper where they cross another; those that would lie on each other are moved apart."""
    out = ""
    placed: list[tuple[float, float, float]] = []  # left, right, y
    for x, y, label, fill in sorted(ends, key=lambda e: e[1]):
        wide = lettering.width(label, 11, bold=True)
        low = max((py for a, b, py in placed if a < x + 6 + wide and x + 6 < b), default=y - APART)
        y = max(y, low + APART)
        placed.append((x + 6, x + 6 + wide, y))
        out += words(x + 6, y + 4, label, 11, fill, bold=True)
    return f'<g stroke="{palette.SHEET}" stroke-width="4" stroke-linejoin="round" paint-order="stroke">{out}</g>'


def _grid(area: Area, top: float, ages: Sequence[int], horizon: int, last: float, lang: str | None) -> str:
    (x0, x1), (low, high) = area
    out = ""
    for k in range(STEPS + 1):
        y = linear(k / STEPS, (0, 1), (low, high))
        out += f'<line x1="{num(x0)}" x2="{num(x1)}" y1="{num(y)}" y2="{num(y)}" stroke="{palette.RULE}"/>'
        out += words(x0 - 8, y + 4, percent(top * k / STEPS), 10.5, palette.INK_2, "end")
    every = max(1, -(-len(ages) * 40 // max(1, int(x1 - x0))))
    for i, age in enumerate(ages):
        x = linear(age, (0, last), (x0, x1))
        if (i + 1) % every == 0:
            out += words(x, low + 16, str(age), 10.5, palette.INK_2, "middle")
        if age == horizon:
            out += (
                f'<line x1="{num(x)}" x2="{num(x)}" y1="{num(high)}" y2="{num(low)}" stroke="{palette.MUTE}" '
                f'stroke-dasharray="3 4"/>'
            )
            out += words(x, high - 6, text(N_("horizon"), lang), 10.5, palette.INK_2, "middle")
    return out + words(x1, low + 34, text(N_("days since the journey began"), lang), 10.5, palette.INK_2, "end")
