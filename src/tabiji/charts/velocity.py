"""Velocity as a picture: what is expected a day with its interval, and the four factors it is the product of; a row per group."""

from collections.abc import Sequence

from tabiji.charts import lettering, palette
from tabiji.charts.scale import linear, num
from tabiji.charts.svg import sheet, svg, words
from tabiji.charts.wording import count, days, money, money_interval, percent
from tabiji.i18n import N_, text, value_name
from tabiji.metrics.velocity.result import VelocityFigures, VelocityResult
from tabiji.result import Drawing, register_drawer

WIDTH, HEAD, ROW, MOST = 980.0, 52.0, 46.0, 12
BAR = (190.0, 430.0)
FACTORS = ((560.0, N_("open")), (680.0, N_("won")), (810.0, N_("mean deal")), (940.0, N_("median cycle")))


def register() -> None:
    """Tell results how a velocity is drawn (entry point `tabiji.drawers`)."""
    register_drawer(VelocityResult, draw_velocity)


def draw_velocity(result: VelocityResult, lang: str | None = None) -> Drawing:
    """The total, then the largest groups, on one axis; groups in another currency than the total have no bar."""
    rows = [result.total, *result.groups[:MOST]]
    currency = result.total.currency
    top = _top([r.high or r.velocity_per_day or 0.0 for r in rows if r.currency == currency])
    height = HEAD + ROW * len(rows) + 14
    body = sheet(WIDTH, height) + words(20, 30, text(N_("Velocity, per day"), lang), bold=True)
    for sign, (x, label) in zip(("", "×", "×", "÷"), FACTORS, strict=True):
        body += words(x, 30, f"{sign} {text(label, lang)}".strip(), 11, palette.INK_2, "end")
    for i, figures in enumerate(rows):
        body += _row(figures, HEAD + ROW * i, top, currency, lang)
    return Drawing(svg(WIDTH, height, body, result.explain(lang)), round(WIDTH), round(height))


def _top(values: Sequence[float]) -> float:
    """The end of the axis: 1, 2 or 5 times a power of ten."""
    highest = max(values, default=0.0)
    step = 1.0
    while step * 10 <= highest:
        step *= 10
    return next((step * k for k in (1, 2, 5, 10) if step * k >= highest), step * 10)


def _row(f: VelocityFigures, y: float, top: float, currency: str | None, lang: str | None) -> str:
    name = text(N_("all"), lang) if f.value is None else value_name(f.value, lang)
    out = f'<line x1="1" x2="{num(WIDTH - 1)}" y1="{num(y)}" y2="{num(y)}" stroke="{palette.RULE}"/>'
    out += words(20, y + 21, lettering.wrap(name, 156, 13, bold=True, max_lines=1)[0], bold=True)
    out += words(20, y + 37, text(N_("n = {n:,}"), lang, n=f.n), 11, palette.INK_2)
    if f.velocity_per_day is None or f.currency is None:
        out += words(BAR[0], y + 28, f.why(lang), 12, palette.INK_2)
    elif f.currency == currency:
        out += _bar(f, f.velocity_per_day, y, top)
    if f.velocity_per_day is not None and f.currency is not None:
        out += words(BAR[0], y + 41, money(f.velocity_per_day, f.currency, lang), 11.5, palette.AI, bold=True)
        if f.low is not None and f.high is not None:
            wide = lettering.width(money(f.velocity_per_day, f.currency, lang), 11.5, bold=True)
            told = money_interval(f.low, f.high, f.currency, lang)
            out += words(BAR[0] + wide + 8, y + 41, told, 11, palette.INK_2)
    deal = money(f.mean_deal, f.currency, lang) if f.currency is not None else "—"
    for (x, _), told in zip(
        FACTORS, (count(f.open), percent(f.win_rate.share), deal, days(f.median_cycle_days, lang)), strict=True
    ):
        out += words(x, y + 28, told, 13, anchor="end")
    return out


def _bar(f: VelocityFigures, value: float, y: float, top: float) -> str:
    def at(amount: float) -> float:
        return linear(amount, (0, top), BAR)

    out = (
        f'<rect x="{num(BAR[0])}" y="{num(y + 10)}" width="{num(max(1.0, at(value) - BAR[0]))}" height="14" '
        f'fill="{palette.AI_2}"/>'
    )
    if f.low is not None and f.high is not None:
        out += (
            f'<line x1="{num(at(f.low))}" x2="{num(at(f.high))}" y1="{num(y + 17)}" y2="{num(y + 17)}" '
            f'stroke="{palette.INK}" stroke-width="2" stroke-linecap="round"/>'
        )
    return out
