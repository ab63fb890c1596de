"""How long journeys stay in each stage, as a picture: per stage the quarter, half and three quarters that have left, the interval
of the median, what it looks like without those that are still there, and the longest stay that was planned.

`stay_strip` stands in the pages; `draw_dwell` sets the strips together as the picture that `plot()` of a dwell shows.
"""

from tabiji.charts import lettering, palette
from tabiji.charts.scale import day_top, linear, num
from tabiji.charts.svg import sheet, svg, words
from tabiji.charts.wording import days, refusal_words, too_few
from tabiji.i18n import N_, pick, text
from tabiji.metrics.dwell.result import LAST_STAGE, DwellFigures, DwellResult, Stays
from tabiji.result import Drawing, register_drawer

EDGE = 6.0
LEGEND = (
    ("median", N_("half have left (95% interval)")),
    ("quartiles", N_("a quarter to three quarters have left")),
    ("closed", N_("closed only")),
    ("limit", N_("planned at most")),
)


def register() -> None:
    """Tell results how a dwell is drawn (entry point `tabiji.drawers`)."""
    register_drawer(DwellResult, draw_dwell)


def axis_top(figures: DwellFigures, limits: dict[str, float]) -> float:
    """The end of a common axis, in days: the least round number that holds every quartile, interval and limit."""
    told = [
        value
        for s in figures.stages
        for value in (*s.quartiles_days, s.low_days, s.high_days, s.closed_only_median_days, limits.get(s.id))
        if value is not None
    ]
    return day_top(max(told, default=0.0))


def stay_strip(
    s: Stays, *, width: float, height: float, top: float, limit: float | None = None, grid: bool = True, label: str = ""
) -> str:
    """An SVG of the stays in one stage on an axis from 0 to `top` days; a figure that is not reached is left out."""
    ground = _grid(width, height) if grid else ""
    return svg(width, height, ground + _stay(s, 0.0, width, 0.0, height, top, limit), label)


def draw_dwell(result: DwellResult, lang: str | None = None) -> Drawing:
    """Every stage as a row on one axis."""
    top, row, head, width = axis_top(result.total, {}), 46.0, 40.0, 900.0
    left, right = 240.0, 660.0
    body = sheet(width, head + row * len(result.stages) + 14)
    for k in range(5):
        x = linear(k / 4, (0, 1), (left + EDGE, right - EDGE))
        low = head + row * len(result.stages)
        body += f'<line x1="{num(x)}" x2="{num(x)}" y1="{num(head)}" y2="{num(low)}" stroke="{palette.RULE}"/>'
        body += words(x, head - 8, num(top * k / 4), 10.5, palette.INK_2, "middle")
    body += words(20, head - 8, text(N_("Stay, days"), lang), 11, palette.INK_2)
    for i, s in enumerate(result.stages):
        y = head + row * i
        body += f'<line x1="1" x2="{num(width - 1)}" y1="{num(y)}" y2="{num(y)}" stroke="{palette.RULE}"/>'
        name = lettering.wrap(pick(s.name, lang) or s.id, 200, 13, bold=True, max_lines=1)[0]
        body += words(20, y + 20, name, bold=True)
        body += words(20, y + 36, text(N_("{n:,} entered"), lang, n=s.n), 11, palette.INK_2)
        body += _stay(s, left, right - left, y + 8, row - 16, top, None)
        body += words(right + 20, y + 27, told(s, lang), 13, bold=s.median_days is not None)
    height = head + row * max(1, len(result.stages)) + 14
    return Drawing(svg(width, height, body, result.explain(lang)), round(width), round(height))


def told(s: Stays, lang: str | None = None) -> str:
    """The median of a stay in words, or why there is none."""
    return days(s.median_days, lang) if s.median_days is not None else why_not(s, "median_days", lang)


def why_not(s: Stays, figure: str, lang: str | None = None) -> str:
    """Why a figure of a stay (a name of `Stays.reasons`) is not told, in words."""
    reason = s.reasons.get(figure, "")
    return refusal_words(reason, _counted(s, figure), lang) if reason else "—"


def why_briefly(s: Stays, figure: str, lang: str | None = None) -> str:
    """The same in as few words as fit a cell of a table."""
    reason = s.reasons.get(figure, "")
    if reason == LAST_STAGE:
        return text(N_("last stage"), lang)
    return too_few(reason, _counted(s, figure), lang) or why_not(s, figure, lang)


def _counted(s: Stays, figure: str) -> int:
    return s.n - s.open if figure == "closed_only_median_days" else s.n


def _stay(s: Stays, x: float, width: float, y: float, height: float, top: float, limit: float | None) -> str:
    inside, middle = (x + EDGE, x + width - EDGE), y + height / 2

    def at(value: float) -> float:
        return linear(value, (0, top), inside)

    out = f'<line x1="{num(inside[0])}" x2="{num(inside[1])}" y1="{num(middle)}" y2="{num(middle)}" stroke="{palette.RULE}"/>'
    quarter, _, three = s.quartiles_days
    if quarter is not None:
        # Where three quarters have not left yet, the box is open to the right.
        x0, x1 = at(quarter), at(three) if three is not None else inside[1]
        out += (
            f'<rect x="{num(x0)}" y="{num(middle - 5)}" width="{num(max(x1 - x0, 1))}" height="10" rx="2" '
            f'fill="{palette.AI_WASH}"/>'
        )
    if limit is not None and limit <= top:
        out += (
            f'<line x1="{num(at(limit))}" x2="{num(at(limit))}" y1="{num(y + 1)}" y2="{num(y + height - 1)}" '
            f'stroke="{palette.INK_3}" stroke-width="1.4" stroke-dasharray="3 3"/>'
        )
    if s.median_days is not None:
        x0 = at(s.low_days if s.low_days is not None else s.median_days)
        x1 = at(s.high_days) if s.high_days is not None else inside[1]
        out += (
            f'<line x1="{num(x0)}" x2="{num(x1)}" y1="{num(middle)}" y2="{num(middle)}" stroke="{palette.AI}" '
            f'stroke-width="3" stroke-linecap="round" opacity=".55"/>'
            f'<circle cx="{num(at(s.median_days))}" cy="{num(middle)}" r="4.2" fill="{palette.AI}"/>'
        )
    if s.closed_only_median_days is not None:
        x0 = at(s.closed_only_median_days)
        out += (
            f'<rect x="{num(x0 - 3)}" y="{num(middle - 3)}" width="6" height="6" fill="{palette.SHEET}" '
            f'stroke="{palette.AI_2}" stroke-width="1.4"/>'
        )
    return out


def legend_mark(name: str) -> str:
    """The mark of a line of `LEGEND`, as a small SVG."""
    marks = {
        "median": f'<line x1="2" x2="22" y1="6" y2="6" stroke="{palette.AI}" stroke-width="3" opacity=".55"/>'
        f'<circle cx="12" cy="6" r="4" fill="{palette.AI}"/>',
        "quartiles": f'<rect x="1" y="1" width="22" height="10" rx="2" fill="{palette.AI_WASH}"/>',
        "closed": f'<rect x="9" y="3" width="6" height="6" fill="{palette.SHEET}" stroke="{palette.AI_2}" stroke-width="1.4"/>',
        "limit": f'<line x1="12" x2="12" y1="0" y2="12" stroke="{palette.INK_3}" stroke-width="1.4" stroke-dasharray="3 3"/>',
    }
    return svg(24, 12, marks[name], "")


def _grid(width: float, height: float) -> str:
    return "".join(
        f'<line x1="{num(x)}" x2="{num(x)}" y1="0" y2="{num(height)}" stroke="{palette.RULE}"/>'
        for x in (linear(k / 2, (0, 1), (EDGE, width - EDGE)) for k in range(3))
    )
