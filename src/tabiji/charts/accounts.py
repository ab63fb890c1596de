"""The list of accounts as a picture: for each its stay beside the median of its stage, and its outlook with the interval."""

from tabiji.charts import lettering, palette
from tabiji.charts.funnel import AWARE, interval_mark
from tabiji.charts.scale import linear, num
from tabiji.charts.svg import sheet, svg, words
from tabiji.charts.wording import days, percent
from tabiji.i18n import N_, text
from tabiji.metrics.accounts.result import AccountRow, AccountsResult
from tabiji.result import Drawing, register_drawer

WIDTH, HEAD, ROW, MOST = 980.0, 52.0, 34.0, 30
NAME, STAGE, STAY, DAYS, OUTLOOK, SHARE = 20.0, 270.0, (390.0, 560.0), 640.0, (670.0, 890.0), 950.0
MEDIANS = 3.0  # that the bar of a stay is long


def register() -> None:
    """Tell results how the list of accounts is drawn (entry point `tabiji.drawers`)."""
    register_drawer(AccountsResult, draw_accounts)


def draw_accounts(result: AccountsResult, lang: str | None = None) -> Drawing:
    """The first rows of the page, in its order."""
    rows = result.accounts[:MOST]
    height = HEAD + ROW * max(1, len(rows)) + (32 if len(result.accounts) > MOST else 14)
    goes = text(N_("Goes on within {days} {days:day|days}"), lang, days=result.horizon_days)
    body = sheet(WIDTH, height)
    for x, label in (
        (NAME, text(N_("Name"), lang)), (STAGE, text(N_("Stage"), lang)),
        (STAY[0], text(N_("Days in the stage; line: median of all journeys"), lang)), (OUTLOOK[0], goes),
    ):  # fmt: skip
        body += words(x, HEAD - 10, label, 11, palette.INK_2)
    medians = {p.id: p.median_days for p in result.pace[:-1]}
    for i, row in enumerate(rows):
        body += _row(result, row, medians.get(row.stage), HEAD + ROW * i, lang)
    if not rows:
        body += words(NAME, HEAD + 22, result.explain(lang), 12, palette.INK_2)
    if len(result.accounts) > MOST:
        rest = text(N_("and {n:,} more on this page"), lang, n=len(result.accounts) - MOST)
        body += words(NAME, height - 12, rest, 11, palette.INK_2)
    return Drawing(svg(WIDTH, height, body, result.explain(lang)), round(WIDTH), round(height))


def _row(result: AccountsResult, row: AccountRow, median: float | None, y: float, lang: str | None) -> str:
    middle = y + ROW / 2
    out = f'<line x1="1" x2="{num(WIDTH - 1)}" y1="{num(y)}" y2="{num(y)}" stroke="{palette.RULE}"/>'
    name = lettering.wrap(row.described.name or row.id, STAGE - NAME - 12, 13, bold=True, max_lines=1)[0]
    out += words(NAME, middle + 4.5, name, bold=True)
    stage = lettering.wrap(result.stage_name(row.stage, lang), STAY[0] - STAGE - 10, 12, max_lines=1)[0]
    out += words(STAGE, middle + 4.5, stage, 12)
    out += words(DAYS, middle + 4.5, days(row.stay_days, lang), 12, palette.SHU if row.longer else palette.INK, "end")
    if median:
        out += _stay(row.stay_days, median, middle)
    if row.onward.share is None:
        return out + words(SHARE, middle + 4.5, "—", 12, palette.INK_2, "end")
    out += f'<line x1="{num(OUTLOOK[0])}" x2="{num(OUTLOOK[1])}" y1="{num(middle)}" y2="{num(middle)}" stroke="{palette.RULE}"/>'
    out += interval_mark(row.onward, AWARE, OUTLOOK, middle)
    return out + words(SHARE, middle + 4.5, percent(row.onward.share), 13, anchor="end", bold=True)


def _stay(stay: float, median: float, middle: float) -> str:
    """The bar of a stay, `MEDIANS` medians long at most, red beyond the median."""
    ends = 0.0, MEDIANS * median
    mark, end = linear(median, ends, STAY), linear(stay, ends, STAY)
    out = _bar(STAY[0], STAY[1], middle, palette.RULE) + _bar(STAY[0], min(mark, end), middle, palette.AI_2)
    if end > mark:
        out += _bar(mark, end, middle, palette.SHU)
    return out + (
        f'<line x1="{num(mark)}" x2="{num(mark)}" y1="{num(middle - 6)}" y2="{num(middle + 6)}" stroke="{palette.INK}" '
        f'stroke-width="1.2"/>'
    )


def _bar(x0: float, x1: float, middle: float, fill: str) -> str:
    return f'<rect x="{num(x0)}" y="{num(middle - 4)}" width="{num(max(0.0, x1 - x0))}" height="8" fill="{fill}"/>'
