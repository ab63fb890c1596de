"""Health of customers as a picture: each component with its interval on a scale from 0 to 1, and how many customers lie in each fifth."""

from tabiji.charts import lettering, palette
from tabiji.charts.scale import linear, num
from tabiji.charts.svg import sheet, svg, words
from tabiji.charts.wording import refusal_words
from tabiji.i18n import N_, text
from tabiji.metrics.retention.health_result import LABELS, Component, HealthResult
from tabiji.result import Drawing, register_drawer

WIDTH, HEAD, ROW = 980.0, 52.0, 74.0
SCALE, VALUE, FIFTHS = (330.0, 590.0), 700.0, (730.0, 950.0)


def register() -> None:
    """Tell results how health is drawn (entry point `tabiji.drawers`)."""
    register_drawer(HealthResult, draw_health)


def draw_health(result: HealthResult, lang: str | None = None) -> Drawing:
    """A row per component; one that is not measured says why."""
    height = HEAD + ROW * max(1, len(result.components)) + 14
    title = text(N_("Health of {n:,} {n:customer|customers}"), lang, n=result.customers)
    body = sheet(WIDTH, height) + words(20, 30, title, bold=True)
    for k in range(3):
        x = linear(k / 2, (0, 1), SCALE)
        body += f'<line x1="{num(x)}" x2="{num(x)}" y1="{num(HEAD)}" y2="{num(height - 14)}" stroke="{palette.RULE}"/>'
        body += words(x, HEAD - 8, f"{k / 2:g}", 10.5, palette.INK_2, "middle")
    body += words(FIFTHS[0], HEAD - 8, text(N_("customers by fifths of the scale"), lang), 10.5, palette.INK_2)
    for i, component in enumerate(result.components):
        body += _row(component, HEAD + ROW * i, lang)
    if not result.components:
        body += words(20, HEAD + 28, result.explain(lang), 12, palette.INK_2)
    return Drawing(svg(WIDTH, height, body, result.explain(lang)), round(WIDTH), round(height))


def _row(c: Component, y: float, lang: str | None) -> str:
    out = f'<line x1="1" x2="{num(WIDTH - 1)}" y1="{num(y)}" y2="{num(y)}" stroke="{palette.RULE}"/>'
    out += words(20, y + 24, text(LABELS[c.id], lang), bold=True)
    told = c.told(lang) or text(N_("not measured"), lang)
    for i, line in enumerate(lettering.wrap(told, 286, 11, max_lines=2)):
        out += words(20, y + 43 + 15 * i, line, 11, palette.INK_2)
    mean = c.mean
    if mean.mean is None or mean.low is None or mean.high is None:
        why = refusal_words(mean.reason or "", mean.n, lang)
        for i, line in enumerate(lettering.wrap(why, WIDTH - SCALE[0] - 40, 12, max_lines=2)):
            out += words(SCALE[0], y + 32 + 16 * i, line, 12, palette.INK_2)
        return out
    low, at, high = (linear(v, (0, 1), SCALE) for v in (mean.low, mean.mean, mean.high))
    out += (
        f'<line x1="{num(low)}" x2="{num(high)}" y1="{num(y + 32)}" y2="{num(y + 32)}" stroke="{palette.AI}" stroke-width="3" '
        f'stroke-linecap="round" opacity=".55"/><circle cx="{num(at)}" cy="{num(y + 32)}" r="4.6" fill="{palette.AI}"/>'
    )
    out += words(VALUE, y + 32, f"{mean.mean:.2f}", 19, bold=True, anchor="end")
    interval = f"{mean.low:.2f}–{mean.high:.2f} · n={mean.n:,}"
    out += words(VALUE, y + 50, interval, 10.5, palette.INK_2, "end")
    return out + _bands(c.bands, y)


def _bands(bands: tuple[int, ...], y: float) -> str:
    """A bar per fifth with its number above."""
    most, step, out = max([*bands, 1]), (FIFTHS[1] - FIFTHS[0]) / max(1, len(bands)), ""
    for i, n in enumerate(bands):
        tall, x = 36 * n / most, FIFTHS[0] + step * i
        out += (
            f'<rect x="{num(x)}" y="{num(y + 62 - tall)}" width="{num(step - 6)}" height="{num(max(tall, 0.8))}" '
            f'fill="{palette.AI_2 if n else palette.RULE}"/>'
        )
        out += words(x + (step - 6) / 2, y + 58 - tall, f"{n:,}", 10, palette.INK_2, "middle")
    return out
