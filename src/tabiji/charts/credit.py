"""Credit as a picture: a line per key over the models, its height the place that the model gives it; lines that cross are
disagreement. Beside it the bars of returns on spend for a table. Positions and colours are attributes: no style, no script.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

from tabiji.charts import lettering, palette
from tabiji.charts.fontfile import FALLBACK
from tabiji.charts.scale import linear, num
from tabiji.i18n import N_, text
from tabiji.metrics.credit.result import MODEL_NAMES, NO_TOUCH, CreditResult
from tabiji.result import Drawing, register_drawer

MOST_LINES = 8
FULL, LABEL = 1040.0, 170.0  # width to be filled, most room for a name on each side
STEP, COLUMN, NARROW = 30.0, 78.0, 64.0  # widest and least distance of models
HEADING = 10.5  # size of the names of models
HEAD, LEAD = 20.0, 14.0  # below the names of models, from one of their lines to the next
APART = 16.0  # from a mark to its name


@dataclass(frozen=True, slots=True)
class _Frame:
    """Room for names, the names of the models in lines, where their columns stand, and where the first place begins."""

    side: float
    heads: tuple[tuple[str, ...], ...]
    columns: tuple[float, ...]
    top: float

    @property
    def width(self) -> float:
        return self.columns[-1] + self.side


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
    frame = _frame([result.label(k, lang) for k in keys], [text(MODEL_NAMES[m], lang) for m in models])
    width, height = frame.width, frame.top + STEP * max(len(keys), 1) + 10
    of = places(result, keys)
    moved = None if result.widest is None else result.widest[0]
    body = "".join(_model(x, lines, frame.top, height) for x, lines in zip(frame.columns, frame.heads, strict=True))
    for key in sorted(keys, key=lambda k: k == moved):  # the one that moves most lies on top
        body += _line(result, frame, key, of[key], key == moved, key == keys[0], lang)
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


def _frame(names: Sequence[str], models: Sequence[str]) -> _Frame:
    """The whole picture in `FULL` where it can be: names take what they need, the models share the rest."""
    side = min(LABEL, APART + 4 + max((lettering.width(n, 12, bold=True) for n in names), default=20.0))
    gap = min(COLUMN, max(NARROW, (FULL - 2 * side) / max(len(models) - 1, 1)))
    heads = tuple(tuple(lettering.wrap(name, gap - 1, HEADING, max_lines=3)) for name in models)
    columns = tuple(side + gap * i for i in range(len(models)))
    return _Frame(side, heads, columns, HEAD + LEAD * (1 + max(map(len, heads), default=1)))


def _model(x: float, lines: Sequence[str], top: float, height: float) -> str:
    """A model's column: its name, and a hair line down."""
    out = f'<line x1="{num(x)}" x2="{num(x)}" y1="{num(top - 12)}" y2="{num(height - 8)}" stroke="{palette.RULE}"/>'
    for i, line in enumerate(lines):
        y = top - 22 - LEAD * (len(lines) - 1 - i)
        out += (
            f'<text x="{num(x)}" y="{num(y)}" font-size="{HEADING}" fill="{palette.INK_2}" text-anchor="middle">'
            f"{html.escape(line)}</text>"
        )
    return out


def _line(
    result: CreditResult, frame: _Frame, key: str, of: Sequence[int], moved: bool, first: bool, lang: str | None
) -> str:  # fmt: skip
    """One key: its line, a numbered mark per model, its name at both ends."""
    colour = palette.KIN if moved else palette.AI if first else palette.AI_2
    width = 3.2 if moved or first else 1.8
    xs, ys = frame.columns, [frame.top + STEP * (p - 0.5) for p in of]
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
    shown = lettering.wrap(name, frame.side - APART, 12, bold=moved or first, max_lines=1)[0]
    weight = ' font-weight="700"' if moved or first else ""
    for x, y, anchor in ((xs[0] - APART, ys[0], "end"), (xs[-1] + APART, ys[-1], "start")):
        out += (
            f'<text x="{num(x)}" y="{num(y + 4)}" font-size="12" fill="{palette.KIN if moved else palette.INK}" '
            f'text-anchor="{anchor}"{weight}>{html.escape(shown)}</text>'
        )
    return out + "</g>"
