"""Strips that stand in the tables of the Buying group page: told in words beside them, so hidden from screen readers."""

from collections.abc import Iterable

from tabiji.charts import palette
from tabiji.charts.scale import day_top, linear, num
from tabiji.charts.svg import svg
from tabiji.metrics.group.figures import Appearance, Coverage, OnwardDifference
from tabiji.metrics.group.standing.state import GroupState

EDGE = 6.0
POINT_TOPS = (0.1, 0.25, 0.5, 0.75, 1.0)
STATES = (  # attribute, fill, outline; vermilion is for loss only, and nothing is lost yet
    ("aligned", palette.AI, palette.AI),
    ("split", palette.KIN_WASH, palette.KIN),
    ("blocked", palette.KIN, palette.KIN),
    ("unknown", palette.RULE, palette.MUTE),
)


def days_top(appearances: Iterable[Appearance]) -> float:
    """The end of a common axis in days: the least round number that holds every upper quartile."""
    return day_top(max((a.quartiles_days[2] or 0.0 for a in appearances), default=0.0))


def points_top(differences: Iterable[OnwardDifference]) -> float:
    """The ends of a common axis of differences around 0: the least round number that holds every interval."""
    told = [abs(v) for d in differences for v in (d.low, d.high) if v is not None]
    highest = max(told, default=0.0)
    return next((top for top in POINT_TOPS if highest <= top), 1.0)


def appearance_strip(a: Appearance, *, top: float, width: float = 300, height: float = 22) -> str:
    """When a role shows up: a line over the middle half of the days, a tick at the median, on an axis from 0 to `top` days."""
    y = height / 2
    body = _grid(width, height, 5)
    low, median, high = a.quartiles_days
    if low is not None and median is not None and high is not None:
        x0, x1, x2 = (linear(v, (0, top), (EDGE, width - EDGE)) for v in (low, median, high))
        body += (
            f'<line x1="{num(x0)}" x2="{num(x2)}" y1="{num(y)}" y2="{num(y)}" stroke="{palette.AI_2}" stroke-width="7" '
            f'opacity=".45"/><circle cx="{num(x1)}" cy="{num(y)}" r="5" fill="{palette.AI}"/>'
        )
    return svg(width, height, body)


def difference_strip(o: OnwardDifference, *, top: float, width: float = 240, height: float = 22) -> str:
    """A difference with its interval around a line at 0; filled where it is more than chance."""
    y, inside = height / 2, (EDGE, width - EDGE)
    zero = linear(0, (-top, top), inside)
    body = _grid(width, height, 3)
    body += f'<line x1="{num(zero)}" x2="{num(zero)}" y1="0" y2="{num(height)}" stroke="{palette.MUTE}"/>'
    if o.difference is None or o.low is None or o.high is None:
        return svg(width, height, body)
    x0, x, x1 = (linear(v, (-top, top), inside) for v in (o.low, o.difference, o.high))
    fill = palette.AI if o.told_apart else palette.SHEET
    stroke = palette.AI if o.told_apart else palette.AI_2
    body += (
        f'<line x1="{num(x0)}" x2="{num(x1)}" y1="{num(y)}" y2="{num(y)}" stroke="{stroke}" stroke-width="3" opacity=".55" '
        f'stroke-linecap="round"/><circle cx="{num(x)}" cy="{num(y)}" r="4.2" fill="{fill}" stroke="{stroke}" stroke-width="1.4"/>'
    )
    return svg(width, height, body)


def coverage_bar(c: Coverage, *, loses: bool, width: float = 96, height: float = 9) -> str:
    """How far a role covers a stage; what is missing is dashed where the role is planned, vermilion where it goes with loss."""
    share = c.by_end.share
    outline, dash = (palette.RULE, "")
    if loses:
        outline = palette.SHU
    elif c.planned:
        outline, dash = palette.AI_2, ' stroke-dasharray="3 2"'
    ground = palette.SHU_WASH if loses else palette.SHEET
    body = f'<rect x=".5" y=".5" width="{num(width - 1)}" height="{num(height - 1)}" rx="2" fill="{ground}" stroke="{outline}"{dash}/>'
    if share:
        body += f'<rect x="0" y="0" width="{num(max(1.5, width * share))}" height="{num(height)}" rx="2" fill="{palette.AI}"/>'
    return svg(width, height, body)


def states_bar(s: GroupState, *, width: float = 300, height: float = 14) -> str:
    """The groups of a stage by state: aligned, split, blocked, unknown; the whole width is all groups of the stage."""
    body, x = "", 0.0
    for name, fill, outline in STATES:
        n = getattr(s, name)
        if n:
            w = width * n / s.n
            body += (
                f'<rect x="{num(x + 0.5)}" y=".5" width="{num(max(w - 1, 0.6))}" height="{num(height - 1)}" fill="{fill}" '
                f'stroke="{outline}"/>'
            )
            x += w
    return svg(width, height, body)


def _grid(width: float, height: float, n: int) -> str:
    return "".join(
        f'<line x1="{num(x)}" x2="{num(x)}" y1="0" y2="{num(height)}" stroke="{palette.RULE}"/>'
        for x in (linear(k / (n - 1), (0, 1), (EDGE, width - EDGE)) for k in range(n))
    )
