"""Pictures of retention: the survival of subscriptions with its band, shares on an axis that may pass 100 %, and health by fifths.

`survival` stands in the page and is what `plot()` of a retention shows."""

import html
from collections.abc import Iterable, Sequence

from tabiji.charts import palette
from tabiji.charts.fontfile import FALLBACK
from tabiji.charts.funnel import SMALL, interval_strip
from tabiji.charts.scale import linear, num
from tabiji.i18n import N_, text
from tabiji.metrics.retention.result import Lasting, RetentionResult
from tabiji.result import Drawing, Share, register_drawer

TOPS = (0.1, 0.25, 0.5, 1.0, 1.25, 1.5, 2.0)
STEP_LABELS = (30, 60, 90, 180, 365)


def register() -> None:
    """Tell results how retention is drawn (entry point `tabiji.drawers`)."""
    register_drawer(RetentionResult, draw_retention)


def axis_top(shares: Iterable[Share]) -> float:
    """The end of a common axis: the least of `TOPS` that holds every interval, else the longest of them."""
    highest = max((s.high or s.share or 0.0 for s in shares), default=1.0)
    return next((top for top in TOPS if highest <= top), TOPS[-1])


def strip(share: Share, top: float, *, width: float = 220, height: float = 16) -> str:
    """One share with its interval on an axis from 0 to `top`; what lies beyond is drawn at the end."""
    value, low, high = (None if x is None else min(x, top) for x in (share.share, share.low, share.high))
    cut = Share(value, low, high, share.n, share.reason)
    return interval_strip([(cut, SMALL)], width=width, height=height, top=top)


def survival(lasting: Lasting, *, width: float, height: float, lang: str | None = None, label: str = "") -> str:
    """An SVG of the share still in force by days since the start, with its 95 % band."""
    told = [(days, s) for days, s in lasting.curve if s.share is not None]
    left, right, low, top = 44.0, width - 12, height - 26, 10.0
    longest = max((days for days, _ in told), default=30) or 30

    def x(days: float) -> float:
        return linear(days, (0, longest), (left, right))

    def y(share: float) -> float:
        return linear(share, (0, 1), (low, top))

    out = ""
    for k in range(5):
        out += f'<line x1="{num(left)}" x2="{num(right)}" y1="{num(y(k / 4))}" y2="{num(y(k / 4))}" stroke="{palette.RULE}"/>'
        out += _text(left - 6, y(k / 4) + 3.5, f"{k * 25}%", 10, "end")
    step = next((s for s in STEP_LABELS if longest / s <= min(8.0, (right - left) / 44)), 365)
    for days in range(0, longest + 1, step):
        out += _text(x(days), height - 8, text(N_("{days} d"), lang, days=days), 10, "middle")
    band = [(x(d), y(s.low), y(s.high)) for d, s in told if s.low is not None and s.high is not None]
    if len(band) > 1:
        upper = _steps([(a, c) for a, _, c in band])
        lower = " ".join(reversed(_steps([(a, b) for a, b, _ in band]).split()))
        out += f'<polygon points="{upper} {lower}" fill="{palette.AI}" opacity=".14"/>'
    if told:
        line = _steps([(x(d), y(s.share or 0.0)) for d, s in told])
        out += f'<polyline points="{line}" fill="none" stroke="{palette.AI}" stroke-width="2.2"/>'
    return _svg(width, height, out, label)


def _steps(points: Sequence[tuple[float, float]]) -> str:
    """Points of a step function: each value holds until the next one."""
    out, before = list[str](), None
    for x, y in points:
        if before is not None and before != y:
            out.append(f"{num(x)},{num(before)}")
        out.append(f"{num(x)},{num(y)}")
        before = y
    return " ".join(out)


def fifths(bands: Sequence[int], *, width: float = 150, height: float = 44) -> str:
    """Five bars: how many customers lie in each fifth of a scale."""
    most, step = max([*bands, 1]), width / max(1, len(bands))
    out = ""
    for i, n in enumerate(bands):
        tall = (height - 4) * n / most
        out += (
            f'<rect x="{num(step * i + 1)}" y="{num(height - tall)}" width="{num(step - 3)}" height="{num(max(tall, 0.6))}" '
            f'fill="{palette.AI_2 if n else palette.RULE}"/>'
        )
    return _svg(width, height, out, "")


def draw_retention(result: RetentionResult, lang: str | None = None) -> Drawing:
    """The survival of all subscriptions."""
    width, height = 900.0, 320.0
    whole = result.total.lasting[0] if result.total.lasting else Lasting(None, 0, 0, None, None, None, {})
    return Drawing(
        survival(whole, width=width, height=height, lang=lang, label=result.explain(lang)), round(width), round(height)
    )


def _text(x: float, y: float, words: str, size: float, anchor: str) -> str:
    placed = f'x="{num(x)}" y="{num(y)}" font-size="{num(size)}" fill="{palette.INK_2}" text-anchor="{anchor}"'
    return f"<text {placed}>{html.escape(words)}</text>"


def _svg(width: float, height: float, body: str, label: str) -> str:
    name = f'role="img" aria-label="{html.escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} {num(height)}" width="{num(width)}" '
        f'height="{num(height)}" font-family="{FALLBACK}" {name}>{body}</svg>'
    )
