"""Credit as a picture: a line per key over the models, its height the place that the model gives it; lines that cross are
disagreement. Beside it the bars of returns on spend for a table. Positions and colours are attributes: no style, no script.
"""

import html
from collections.abc import Sequence
from math import log10

from tabiji.charts import lettering, palette
from tabiji.charts.fontfile import FALLBACK
from tabiji.charts.scale import linear, num
from tabiji.i18n import N_, text
from tabiji.metrics.credit.result import MODEL_NAMES, NO_TOUCH, CreditResult
from tabiji.result import Drawing, register_drawer

MOST_LINES = 8
LABEL = 190.0  # room for names at both sides
STEP, TOP, COLUMN = 30.0, 62.0, 78.0


def register() -> None:
    """Tell results how credit is drawn (entry point `tabiji.drawers`)."""
    register_drawer(CreditResult, draw_credit)


def leading(result: CreditResult, most: int = MOST_LINES) -> list[str]:
    """The keys with the largest mean share over the models, the largest first; only those with any credit."""
    n = max(result.conversions, 1)
    mean: dict[str, float] = {}
    for rows in result.models.values():
        for r in rows:
            if r.key != NO_TOUCH and r.credit > 0:
                mean[r.key] = mean.get(r.key, 0.0) + r.credit / n / len(result.models)
    return sorted(mean, key=lambda key: (-mean[key], key))[:most]


def places(result: CreditResult, keys: Sequence[str]) -> dict[str, list[int]]:
    """Key → its place among `keys` under each model, the first one 1; equal ones in the order of `keys`."""
    out: dict[str, list[int]] = {key: [] for key in keys}
    for model in result.models:
        rank = result.ranks(model)
        order = sorted(keys, key=lambda key: (rank[key], keys.index(key)))
        for place, key in enumerate(order, 1):
            out[key].append(place)
    return out


def draw_credit(result: CreditResult, lang: str | None = None) -> Drawing:
    """The places of the leading keys under every model."""
    keys, models = leading(result), list(result.models)
    width = 2 * LABEL + COLUMN * max(len(models) - 1, 1) + 40
    height = TOP + STEP * max(len(keys), 1) + 10
    of = places(result, keys)
    moved = None if result.widest is None else result.widest[0]
    body = "".join(
        _model(x, text(MODEL_NAMES[m], lang), height) for x, m in zip(_columns(len(models)), models, strict=True)
    )
    for key in sorted(keys, key=lambda k: k == moved):  # the one that moves most lies on top
        body += _line(result, key, of[key], key == moved, key == keys[0], lang)
    label = text(N_("Places of {n} touchpoints under {models} models"), lang, n=len(keys), models=len(models))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} {num(height)}" width="{num(width)}" '
        f'height="{num(height)}" font-family="{FALLBACK}" role="img" aria-label="{html.escape(label)}">{body}</svg>'
    )
    return Drawing(svg, round(width), round(height))


def return_bar(roi: float, low: float | None, high: float | None, top: float, width: float = 130.0) -> str:
    """A return on spend with its interval: what one unit of money brought back, on a logarithmic axis from 1 ÷ `top` to `top`,
    with a ground line where it comes back just once."""
    h, domain = 14.0, (-log10(top), log10(top))

    def x(value: float) -> float:
        return linear(log10(max(1 + value, 1e-9)), domain, (4, width - 4))

    out = f'<line x1="{num(width / 2)}" x2="{num(width / 2)}" y1="1" y2="{num(h - 1)}" stroke="{palette.MUTE}"/>'
    if low is not None and high is not None:
        out += (
            f'<line x1="{num(x(low))}" x2="{num(x(high))}" y1="7" y2="7" stroke="{palette.AI}" stroke-width="2.4" '
            'stroke-linecap="round" opacity=".55"/>'
        )
    out += f'<circle cx="{num(x(roi))}" cy="7" r="2.8" fill="{palette.AI}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} {num(h)}" width="{num(width)}" '
        f'height="{num(h)}" aria-hidden="true">{out}</svg>'
    )


def _columns(n: int) -> list[float]:
    return [LABEL + 20 + COLUMN * i for i in range(n)]


def _model(x: float, name: str, height: float) -> str:
    """A model's column: its name in up to two lines, and a hair line down."""
    lines = lettering.wrap(name, COLUMN - 8, 11, max_lines=2)
    out = f'<line x1="{num(x)}" x2="{num(x)}" y1="{num(TOP - 12)}" y2="{num(height - 8)}" stroke="{palette.RULE}"/>'
    for i, line in enumerate(lines):
        y = TOP - 22 - 14 * (len(lines) - 1 - i)
        out += (
            f'<text x="{num(x)}" y="{num(y)}" font-size="11" fill="{palette.INK_2}" text-anchor="middle">'
            f"{html.escape(line)}</text>"
        )
    return out


def _line(result: CreditResult, key: str, of: Sequence[int], moved: bool, first: bool, lang: str | None) -> str:
    """One key: its line, a numbered mark per model, its name at both ends."""
    colour = palette.KIN if moved else palette.AI if first else palette.AI_2
    width = 3.2 if moved or first else 1.8
    xs, ys = _columns(len(of)), [TOP + STEP * (p - 0.5) for p in of]
    path = f"M{num(xs[0])},{num(ys[0])}"
    for i in range(1, len(xs)):
        half = (xs[i - 1] + xs[i]) / 2
        path += f" C{num(half)},{num(ys[i - 1])} {num(half)},{num(ys[i])} {num(xs[i])},{num(ys[i])}"
    name = result.label(key, lang)
    out = f"<g><title>{html.escape(name)}</title>"
    out += f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{num(width)}" opacity="{1 if moved or first else 0.75}"/>'
    for x, y, place in zip(xs, ys, of, strict=True):
        out += (
            f'<circle cx="{num(x)}" cy="{num(y)}" r="9" fill="{palette.SHEET}" stroke="{colour}" stroke-width="1.6"/>'
        )
        out += f'<text x="{num(x)}" y="{num(y + 3.6)}" font-size="10.5" fill="{palette.INK}" text-anchor="middle">{place}</text>'
    shown = lettering.wrap(name, LABEL - 10, 12, max_lines=1)[0]
    weight = ' font-weight="700"' if moved or first else ""
    for x, y, anchor in ((xs[0] - 16, ys[0], "end"), (xs[-1] + 16, ys[-1], "start")):
        out += (
            f'<text x="{num(x)}" y="{num(y + 4)}" font-size="12" fill="{palette.KIN if moved else palette.INK}" '
            f'text-anchor="{anchor}"{weight}>{html.escape(shown)}</text>'
        )
    return out + "</g>"
