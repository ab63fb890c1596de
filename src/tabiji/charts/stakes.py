"""What is at stake, and what separates, as intervals: on an axis of money, and on an axis of ratios."""

import math
from collections.abc import Iterable

from tabiji.charts import palette
from tabiji.charts.scale import linear, num
from tabiji.charts.svg import svg
from tabiji.metrics.bottleneck.factor_result import Factor
from tabiji.metrics.bottleneck.result import Stake

EDGE = 6.0  # room for half a mark at both ends of an axis
STEPS = (1.0, 2.0, 5.0, 10.0)
RATIOS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)  # ticks of the axis of ratios; what lies outside stands at its end


def top_of(stakes: Iterable[Stake]) -> float:
    """The end of a common axis: the least of 1, 2, 5 × a power of ten that holds every interval."""
    highest = max((max(s.high, s.value) for s in stakes), default=0.0)
    if highest <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in STEPS if highest <= step * power * (1 + 1e-12))


def stake_strip(stake: Stake, top: float, *, width: float = 260, height: float = 22) -> str:
    """The interval of what is at stake as a line, its value as a point, on an axis from 0 to `top`."""
    x0, x, x1 = (linear(v, (0, top), (EDGE, width - EDGE)) for v in (stake.low, stake.value, stake.high))
    grid = "".join(_rule(linear(k / 2, (0, 1), (EDGE, width - EDGE)), height) for k in range(3))
    return svg(width, height, grid + interval_mark(x0, x, x1, height / 2, *stake_colours(stake)))


def ratio_strip(factor: Factor, *, width: float = 200, height: float = 18) -> str:
    """The interval of a ratio of odds on a logarithmic axis; a rule stands at 1. Empty where the factor is refused."""
    if factor.odds_ratio is None or factor.low is None or factor.high is None:
        return ""
    x0, x, x1 = (ratio_at(v, width) for v in (factor.low, factor.odds_ratio, factor.high))
    one = _rule(ratio_at(1.0, width), height, palette.MUTE)
    return svg(width, height, one + interval_mark(x0, x, x1, height / 2, *ratio_colours(factor)))


def stake_colours(stake: Stake) -> tuple[str, str]:
    """Line and point: vermilion where something is lost for certain, hollow where it may be nothing."""
    return (palette.SHU, palette.SHU) if stake.low > 0 else (palette.INK_3, palette.SHEET)


def ratio_colours(factor: Factor) -> tuple[str, str]:
    """Line and point: moss where those that had it went on faster, vermilion where slower, hollow where it does not separate."""
    if not factor.separates:
        return palette.INK_3, palette.SHEET
    return (palette.KOKE, palette.KOKE) if factor.forward else (palette.SHU, palette.SHU)


def ratio_axis(*, width: float = 200, height: float = 14) -> str:
    """The ticks of the axis of `ratio_strip`."""
    ticks = "".join(
        f'<text x="{num(ratio_at(v, width))}" y="{num(height - 3)}" font-size="10" fill="{palette.INK_3}" '
        f'text-anchor="middle">{label}</text>'
        for v, label in zip(RATIOS, ("¼", "½", "1", "2", "4", "8"), strict=True)
    )
    return svg(width, height, ticks)


def ratio_at(ratio: float, width: float) -> float:
    """x of a ratio on the logarithmic axis of `ratio_strip`."""
    ends = math.log(RATIOS[0]), math.log(RATIOS[-1])
    return linear(math.log(max(ratio, 1e-9)), ends, (EDGE, width - EDGE))


def interval_mark(x0: float, x: float, x1: float, y: float, stroke: str, fill: str) -> str:
    """An interval as a line from `x0` to `x1`, its value as a point."""
    return (
        f'<line x1="{num(x0)}" x2="{num(x1)}" y1="{num(y)}" y2="{num(y)}" stroke="{stroke}" stroke-width="3.2" '
        f'stroke-linecap="round" opacity=".55"/>'
        f'<circle cx="{num(x)}" cy="{num(y)}" r="4" fill="{fill}" stroke="{stroke}" stroke-width="1.4"/>'
    )


def _rule(x: float, height: float, stroke: str = palette.RULE) -> str:
    return f'<line x1="{num(x)}" x2="{num(x)}" y1="0" y2="{num(height)}" stroke="{stroke}"/>'
