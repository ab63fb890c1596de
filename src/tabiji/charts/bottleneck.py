"""What each transition costs a year, and what separates those who went on, as one picture: what `plot()` of a bottleneck shows."""

import html

from tabiji.charts import lettering, palette, wording
from tabiji.charts.fontfile import FALLBACK
from tabiji.charts.map import stake
from tabiji.charts.scale import linear, num
from tabiji.charts.stakes import RATIOS, interval_mark, ratio_at, ratio_colours, stake_colours, top_of
from tabiji.charts.svg import words
from tabiji.i18n import N_, text
from tabiji.metrics.bottleneck.factor_result import KINDS, Factor
from tabiji.metrics.bottleneck.result import BottleneckResult, Stake, TransitionStake
from tabiji.result import Drawing, register_drawer

WIDTH, ROW, HEAD = 980.0, 46.0, 58.0
LEFT, RIGHT = 620.0, 950.0  # the column of intervals
MOST_FACTORS = 8


def register() -> None:
    """Tell results how a bottleneck is drawn (entry point `tabiji.drawers`)."""
    register_drawer(BottleneckResult, draw_bottleneck)


def draw_bottleneck(result: BottleneckResult, lang: str | None = None) -> Drawing:
    """A row per transition, most at stake first; below them the factors that separate."""
    rest = [t for t in result.transitions if t.rank is None]
    top = top_of(t.at_stake for t in result.ranked if t.at_stake is not None)
    body, y = _axis(top, result.currency, len(result.ranked), lang), HEAD
    for t in (*result.ranked, *rest):
        body += _transition(t, y, top, t is result.top, lang)
        y += ROW
    separating = [] if result.factors is None else [f for f in result.factors.items if f.separates][:MOST_FACTORS]
    if separating:
        body += _factors(separating, y + 8, lang)
        y += 44 + 30 * len(separating)
    height = y + 14
    sheet = (
        f'<rect x=".5" y=".5" width="{num(WIDTH - 1)}" height="{num(height - 1)}" rx="10" fill="{palette.SHEET}" '
        f'stroke="{palette.RULE}"/>'
    )
    said = html.escape(result.explain(lang))
    return Drawing(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(WIDTH)} {num(height)}" width="{num(WIDTH)}" '
        f'height="{num(height)}" font-family="{FALLBACK}" role="img" aria-label="{said}">{sheet}{body}</svg>',
        round(WIDTH), round(height),
    )  # fmt: skip


def _axis(top: float, currency: str | None, n: int, lang: str | None) -> str:
    out = words(20, 28, text(N_("At stake a year"), lang), bold=True)
    for k in range(3):
        x = linear(k / 2, (0, 1), (LEFT, RIGHT))
        out += (
            f'<line x1="{num(x)}" x2="{num(x)}" y1="{num(HEAD)}" y2="{num(HEAD + ROW * n)}" stroke="{palette.RULE}"/>'
        )
        tick = Stake(top * k / 2, 0, 0, currency)
        out += words(x, HEAD - 8, stake.amount(tick, lang), 10.5, palette.INK_2, ("start", "middle", "end")[k])
    return out


def _transition(t: TransitionStake, y: float, top: float, hot: bool, lang: str | None) -> str:
    wash = f'<rect x="1" y="{num(y)}" width="{num(WIDTH - 2)}" height="{num(ROW)}" fill="{palette.SHU_WASH}"/>'
    out = wash if hot else ""
    out += f'<line x1="1" x2="{num(WIDTH - 1)}" y1="{num(y)}" y2="{num(y)}" stroke="{palette.RULE}"/>'
    out += words(20, y + 20, lettering.wrap(t.title(lang), 330, 13, bold=True, max_lines=1)[0], bold=True)
    if t.at_stake is None:
        return out + words(360, y + 20, wording.refusal_words(t.reason or "", t.share.n, lang), 11, palette.INK_2)
    held = "" if t.reference is None else f" ({stake.against(t.reference, lang)})"
    out += words(20, y + 37, f"{wording.percent(t.share.share)}{held}, n = {t.share.n:,}", 11, palette.INK_2)
    out += words(590, y + 20, stake.amount(t.at_stake, lang), 15, anchor="end", bold=True)
    out += words(590, y + 37, stake.interval(t.at_stake, lang), 11, palette.INK_2, "end")
    at = [linear(v, (0, top), (LEFT, RIGHT)) for v in (t.at_stake.low, t.at_stake.value, t.at_stake.high)]
    return out + interval_mark(at[0], at[1], at[2], y + ROW / 2, *stake_colours(t.at_stake))


def _factors(found: list[Factor], y: float, lang: str | None) -> str:
    width = RIGHT - LEFT
    out = words(20, y + 20, text(N_("What separates those who went on"), lang), bold=True)
    for ratio, label in zip(RATIOS, ("¼", "½", "1", "2", "4", "8"), strict=True):
        out += words(LEFT + ratio_at(ratio, width), y + 20, f"× {label}", 10.5, palette.INK_2, "middle")
    one = LEFT + ratio_at(1.0, width)
    out += f'<line x1="{num(one)}" x2="{num(one)}" y1="{num(y + 26)}" y2="{num(y + 30 + 30 * len(found))}" stroke="{palette.MUTE}"/>'
    for i, f in enumerate(found):
        at, told = y + 46 + 30 * i, f"× {stake.ratio(f.odds_ratio)}  ({stake.ratio_interval(f)})"
        out += words(20, at, f"{f.title(lang)}  ·  {text(KINDS[f.kind], lang)}")
        out += words(590, at, told, anchor="end")
        x = [LEFT + ratio_at(v or 1.0, width) for v in (f.low, f.odds_ratio, f.high)]
        out += interval_mark(x[0], x[1], x[2], at - 4, *ratio_colours(f))
    return out
