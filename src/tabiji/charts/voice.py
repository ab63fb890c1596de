"""Pictures of what customers say: planned (dashed) against measured (solid, with intervals) emotion, and scores month by month.

`mood` and `months` stand in the pages; `draw_emotion` sets the moods of everybody and of each role together, as `plot()` shows them.
A stage without a figure is a gap in the line, never a zero.
"""

import html
from collections.abc import Callable, Sequence

from tabiji.charts import lettering, palette
from tabiji.charts.fontfile import FALLBACK
from tabiji.charts.scale import centres, linear, monotone_path, num
from tabiji.charts.wording import signed
from tabiji.i18n import N_, pick, text
from tabiji.metrics.feelings.emotion_result import EmotionResult, Feeling
from tabiji.metrics.means import Mean
from tabiji.metrics.roles import called
from tabiji.result import Drawing, register_drawer

ENDS = (-2.0, 2.0)
LEFT = 26.0  # room for the scale


def register() -> None:
    """Tell results how emotion is drawn (entry point `tabiji.drawers`)."""
    register_drawer(EmotionResult, draw_emotion)


def mood(
    feelings: Sequence[Feeling], names: Sequence[str], *, width: float, height: float, label: str = "",
    beside: Sequence[Feeling] = (), staggered: bool = False,
) -> str:  # fmt: skip
    """An SVG of the feelings in each stage, −2 to +2: planned dashed, measured solid with its intervals. names: of the stages ·
    beside: what was measured of others, to compare with: a thin grey line · staggered: names in two rows by turns, each over two
    columns, for a picture so narrow that a column does not hold one."""
    return _svg(width, height, _mood(feelings, names, 0.0, width, 0.0, height, beside, staggered), label)


def _mood(
    feelings: Sequence[Feeling], names: Sequence[str], left: float, width: float, top: float, height: float,
    beside: Sequence[Feeling] = (), staggered: bool = False,
) -> str:  # fmt: skip
    column = (width - LEFT) / max(1, len(feelings))
    wrapped = [
        _in_turn(k, name, column) if staggered else lettering.wrap(name, column - 4, 10, bold=False, max_lines=2)
        for k, name in enumerate(names)
    ]
    deep = max((len(lines) for lines in wrapped), default=1)
    low = top + height - 8 - 12 * deep
    xs = [left + LEFT + x for x in centres(len(feelings), width - LEFT)]

    def y(value: float) -> float:
        return linear(value, ENDS, (low, top + 8))

    out = ""
    for level in (-2, -1, 0, 1, 2):
        stroke = palette.MUTE if level == 0 else palette.RULE
        out += f'<line x1="{num(left + LEFT)}" x2="{num(left + width)}" y1="{num(y(level))}" y2="{num(y(level))}" stroke="{stroke}"/>'
        out += _text(left + LEFT - 5, y(level) + 3.5, signed(level, 0), 9.5, palette.INK_3, "end")
    others = [
        (x, y(f.measured.mean)) if f.measured.mean is not None else None for x, f in zip(xs, beside, strict=False)
    ]
    out += _line(others, palette.MUTE, 'stroke-width="1.2" opacity=".8"')
    plan = [(x, y(f.planned)) if f.planned is not None else None for x, f in zip(xs, feelings, strict=True)]
    real = [(x, y(f.measured.mean)) if f.measured.mean is not None else None for x, f in zip(xs, feelings, strict=True)]
    out += _line(plan, palette.INK_3, 'stroke-width="1.4" stroke-dasharray="4 3"')
    out += "".join(
        f'<circle cx="{num(p[0])}" cy="{num(p[1])}" r="2.4" fill="{palette.SHEET}" stroke="{palette.INK_3}"/>'
        for p in plan
        if p
    )
    out += _line(real, palette.AI, 'stroke-width="2.2"')
    out += "".join(_whisker(x, f.measured, y) for x, f in zip(xs, feelings, strict=True))
    for x, lines in zip(xs, wrapped, strict=True):
        for i, line in enumerate(lines):
            inside = min(
                x, left + width - lettering.width(line, 10) / 2
            )  # the last of a narrow picture is wider than its column
            out += _text(inside, low + 15 + 12 * i, line, 10, palette.INK_2, "middle")
    return out


def _in_turn(k: int, name: str, column: float) -> list[str]:
    """Lines of the name of stage `k`: the first row for one, the second for the next."""
    line = lettering.wrap(name, 2 * column - 6, 10, bold=False, max_lines=1)
    return ["", *line] if k % 2 else line


def _line(points: Sequence[tuple[float, float] | None], stroke: str, style: str) -> str:
    """One path per unbroken run of at least two points."""
    out, run = "", list[tuple[float, float]]()
    for point in [*points, None]:
        if point is not None:
            run.append(point)
            continue
        if len(run) > 1:
            path = monotone_path([p[0] for p in run], [p[1] for p in run])
            out += f'<path d="{path}" fill="none" stroke="{stroke}" {style}/>'
        run = []
    return out


def _whisker(x: float, m: Mean, y: Callable[[float], float]) -> str:
    """A measured point with its interval."""
    if m.mean is None or m.low is None or m.high is None:
        return ""
    return (
        f'<line x1="{num(x)}" x2="{num(x)}" y1="{num(y(m.low))}" y2="{num(y(m.high))}" stroke="{palette.AI}" stroke-width="3" '
        f'stroke-linecap="round" opacity=".35"/><circle cx="{num(x)}" cy="{num(y(m.mean))}" r="3.6" fill="{palette.AI}"/>'
    )


def months(
    scores: Sequence[tuple[str, Mean]], ends: tuple[float, float], *, width: float, height: float, label: str = ""
) -> str:
    """An SVG of scores month by month with their intervals, on the whole scale of the survey."""
    low, top = height - 18, 8.0
    xs = [LEFT + 8 + x for x in centres(len(scores), width - LEFT - 8)]

    def y(value: float) -> float:
        return linear(value, ends, (low, top))

    out = ""
    for level in (ends[0], sum(ends) / 2, ends[1]):
        out += f'<line x1="{num(LEFT + 8)}" x2="{num(width)}" y1="{num(y(level))}" y2="{num(y(level))}" stroke="{palette.RULE}"/>'
        out += _text(LEFT + 3, y(level) + 3.5, f"{level:g}".replace("-", "−"), 9.5, palette.INK_3, "end")
    points = [(x, y(m.mean)) if m.mean is not None else None for x, (_, m) in zip(xs, scores, strict=True)]
    out += _line(points, palette.AI, 'stroke-width="1.6"')
    out += "".join(_whisker(x, m, y) for x, (_, m) in zip(xs, scores, strict=True))
    every = max(1, -(-len(scores) * 46 // max(1, int(width - LEFT))))
    for i, (x, (name, _)) in enumerate(zip(xs, scores, strict=True)):
        if i % every == 0:
            out += _text(min(x, width - 20), height - 4, name, 9.5, palette.INK_2, "middle")
    return _svg(width, height, out, label)


def split(parts: Sequence[tuple[str, int]], *, width: float = 300, height: float = 10) -> str:
    """An SVG of how many of all belong to each part: (fill, n) from left to right."""
    total, x, out = max(1, sum(n for _, n in parts)), 0.0, ""
    for fill, n in parts:
        part = width * n / total
        out += f'<rect x="{num(x)}" y="0" width="{num(max(part - 1, 0))}" height="{num(height)}" fill="{fill}"/>'
        x += part
    return _svg(width, height, out, "").replace("<svg ", '<svg preserveAspectRatio="none" ', 1)


def by_role(result: EmotionResult) -> list[tuple[str | None, list[Feeling]]]:
    """The feelings of everybody (None), then of each role of which anything was planned or measured."""
    out = dict[str | None, list[Feeling]]()
    for f in result.feelings:
        out.setdefault(f.role, []).append(f)
    return [
        (role, fs) for role, fs in out.items() if role is None or any(f.measured.n or f.planned is not None for f in fs)
    ]


def draw_emotion(result: EmotionResult, lang: str | None = None) -> Drawing:
    """Everybody and every role, one below the other."""
    parts, width, row = by_role(result), 900.0, 150.0
    height = 20 + row * max(1, len(parts))
    body = f'<rect x=".5" y=".5" width="{num(width - 1)}" height="{num(height - 1)}" rx="10" fill="{palette.SHEET}" stroke="{palette.RULE}"/>'
    for i, (role, feelings) in enumerate(parts):
        names = [pick(result.names.get(f.stage), lang) or f.stage for f in feelings]
        top = 12 + row * i
        body += _text(
            20, top + 22, text(N_("everybody"), lang) if role is None else called({}, role, lang), 13, bold=True
        )
        body += _mood(feelings, names, 150.0, width - 170, top, row - 8)
    return Drawing(_svg(width, height, body, result.explain(lang)), round(width), round(height))


def _text(
    x: float, y: float, words: str, size: float, fill: str = palette.INK, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    placed = f'x="{num(x)}" y="{num(y)}" font-size="{num(size)}" fill="{fill}" text-anchor="{anchor}"'
    return f"<text {placed}{weight}>{html.escape(words)}</text>"


def _svg(width: float, height: float, body: str, label: str) -> str:
    name = f'role="img" aria-label="{html.escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} {num(height)}" width="{num(width)}" '
        f'height="{num(height)}" font-family="{FALLBACK}" {name}>{body}</svg>'
    )
