"""KPIs as a picture: a row each with its value, its interval, the value one period before, and the target.

Every row has a scale of its own, for one KPI counts and another is a share: it begins at 0 (or at the lowest of its figures) and
ends at the highest.
"""

from collections.abc import Callable

from tabiji.charts import lettering, palette
from tabiji.charts.scale import linear, num
from tabiji.charts.svg import sheet, svg, words
from tabiji.charts.wording import compact, percent, refusal_words, signed
from tabiji.i18n import N_, pick, text
from tabiji.metrics.kpi.question import KpiResult, KpiValue
from tabiji.result import Drawing, register_drawer

WIDTH, HEAD, ROW = 980.0, 44.0, 62.0
LEGEND = N_("bar: value · line: 95% interval · ring: one period before · mark: target")
VALUE, SCALE = 400.0, (430.0, 920.0)


def register() -> None:
    """Tell results how KPIs are drawn (entry point `tabiji.drawers`)."""
    register_drawer(KpiResult, draw_kpis)


def draw_kpis(result: KpiResult, lang: str | None = None) -> Drawing:
    """The KPIs of a map in its order."""
    height = HEAD + ROW * max(1, len(result.values)) + 10
    body = sheet(WIDTH, height)
    legend = text(LEGEND, lang)
    body += words(SCALE[0], 28, legend, 10.5, palette.INK_2)
    for i, value in enumerate(result.values):
        body += _row(value, HEAD + ROW * i, lang)
    if not result.values:
        body += words(20, HEAD + 28, text(N_("This map has no KPIs."), lang), 12, palette.INK_2)
    return Drawing(svg(WIDTH, height, body, result.explain(lang)), round(WIDTH), round(height))


def _row(kpi: KpiValue, y: float, lang: str | None) -> str:
    shown, actual = written(kpi.measure), kpi.actual
    out = f'<line x1="1" x2="{num(WIDTH - 1)}" y1="{num(y)}" y2="{num(y)}" stroke="{palette.RULE}"/>'
    name = lettering.wrap(pick(kpi.name, lang) or kpi.id, VALUE - 130, 13, max_lines=2)
    for i, line in enumerate(name):
        out += words(20, y + 26 + 17 * i, line, bold=i == 0)
    if actual.value is None:
        return out + words(SCALE[0], y + 34, refusal_words(actual.reason or "", actual.n, lang), 12, palette.INK_2)
    out += words(VALUE, y + 32, shown(actual.value), 19, bold=True, anchor="end")
    at = _scale(kpi, SCALE)
    out += _marks(kpi, at, y + 29)
    if kpi.target is not None:
        x = at(kpi.target)
        anchor = "end" if x > SCALE[1] - 30 else "middle"
        out += words(x, y + 56, shown(kpi.target), 10.5, palette.KIN, anchor)
    return out


def kpi_strip(kpi: KpiValue, *, width: float = 240, height: float = 34) -> str:
    """The marks of a KPI without words, for a cell beside them; empty where it has no value."""
    if kpi.actual.value is None:
        return ""
    return svg(width, height, _marks(kpi, _scale(kpi, (6.0, width - 6.0)), height / 2))


def _scale(kpi: KpiValue, ends: tuple[float, float]) -> Callable[[float], float]:
    """Where a figure of a KPI stands: from 0, or the lowest of its figures, to the highest."""
    before = None if kpi.previous is None else kpi.previous.value
    told = [v for v in (kpi.actual.value, kpi.actual.low, kpi.actual.high, before, kpi.target) if v is not None]
    span = min(0.0, *told), max(0.0, *told) or 1.0
    return lambda value: linear(value, span, ends)


def _marks(kpi: KpiValue, at: Callable[[float], float], middle: float) -> str:
    """Value as a bar, interval as a line, the value before as a ring, the target as a mark, on the line at `middle`."""
    actual, before = kpi.actual, None if kpi.previous is None else kpi.previous.value
    assert actual.value is not None
    left, right = sorted((at(0.0), at(actual.value)))
    zero = num(at(0.0))
    out = f'<line x1="{zero}" x2="{zero}" y1="{num(middle - 17)}" y2="{num(middle + 17)}" stroke="{palette.MUTE}"/>'
    out += f'<rect x="{num(left)}" y="{num(middle - 7)}" width="{num(max(right - left, 1))}" height="14" rx="2" fill="{palette.AI_2}"/>'
    if actual.low is not None and actual.high is not None:
        out += (
            f'<line x1="{num(at(actual.low))}" x2="{num(at(actual.high))}" y1="{num(middle)}" y2="{num(middle)}" '
            f'stroke="{palette.AI}" stroke-width="3" stroke-linecap="round"/>'
        )
    if before is not None:
        out += f'<circle cx="{num(at(before))}" cy="{num(middle)}" r="5" fill="none" stroke="{palette.INK}" stroke-width="1.6"/>'
    if kpi.target is not None:
        x = num(at(kpi.target))
        out += f'<path d="M{x},{num(middle - 14)} V{num(middle + 14)}" stroke="{palette.KIN}" stroke-width="2.4"/>'
    return out


def written(measure: str) -> Callable[[float], str]:
    """How figures of a measure are written: shares in per cent, a net promoter score with its sign, the rest as numbers."""
    if measure == "share":
        return percent
    return (lambda value: signed(value, 0)) if measure == "nps" else compact
