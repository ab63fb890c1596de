"""Reach as a picture: a row per touchpoint and per role, a column per stage, each share as the depth of its cell.

A share that is refused is a dash, never an empty cell: nobody met it is 0%.
"""

from collections.abc import Mapping, Sequence

from tabiji.charts import lettering, palette
from tabiji.charts.scale import num
from tabiji.charts.svg import sheet, svg, words
from tabiji.charts.wording import DASH, percent
from tabiji.i18n import N_, pick, text
from tabiji.metrics.reach.question import ReachResult
from tabiji.metrics.roles import called
from tabiji.result import Drawing, Share, register_drawer

WIDTH, LEFT, HEAD, ROW, TITLE = 980.0, 230.0, 50.0, 30.0, 40.0
DARK = 0.7  # depth from which a figure is written in white: ink has less contrast there
TOUCHPOINTS = N_("Touchpoints: share of the journeys in a stage that met them there")
ROLES = N_("Roles: share of the journeys in a stage in which they showed up there")


def register() -> None:
    """Tell results how reach is drawn (entry point `tabiji.drawers`)."""
    register_drawer(ReachResult, draw_reach)


def draw_reach(result: ReachResult, lang: str | None = None) -> Drawing:
    """Touchpoints in the order of the map, then roles; stages in their order."""
    met, present = result.by_stage, {(r.stage, r.role): r.share for r in result.roles if r.stage is not None}
    stages = list(dict.fromkeys(stage for stage, _ in [*met, *present]))
    touchpoints = {t: pick(result.names.get(t), lang) or t for _, t in met}
    roles = {r: called(result.called, r, lang) for _, r in present}
    blocks = [(TOUCHPOINTS, touchpoints, met), (ROLES, roles, present)]
    shown = [block for block in blocks if block[1]]
    height = HEAD + sum(TITLE + ROW * len(rows) for _, rows, _ in shown) + 14
    step = (WIDTH - LEFT - 20) / max(1, len(stages))
    body = sheet(WIDTH, max(height, HEAD + 50))
    for i, stage in enumerate(stages):
        name = pick(result.stages.get(stage), lang) or stage
        for line, part in enumerate(lettering.wrap(name, step - 8, 11, max_lines=2)):
            body += words(LEFT + step * (i + 0.5), 28 + 15 * line, part, 11, palette.INK_2, "middle")
    y = HEAD
    for title, rows, shares in shown:
        body += words(20, y + 20, text(title, lang), 12, bold=True)
        body += _block(rows, shares, stages, y + TITLE - 8, step)
        y += TITLE + ROW * len(rows)
    if not shown:
        body += words(20, HEAD + 10, result.explain(lang), 12, palette.INK_2)
    height = max(height, HEAD + 50)
    return Drawing(svg(WIDTH, height, body, result.explain(lang)), round(WIDTH), round(height))


def _block(
    rows: Mapping[str, str], shares: Mapping[tuple[str, str], Share], stages: Sequence[str], y: float, step: float
) -> str:
    out = ""
    for id, name in rows.items():
        line = lettering.wrap(name, LEFT - 34, 12, max_lines=1)
        out += words(20, y + 20, line[0] if line else id, 12)
        for i, stage in enumerate(stages):
            out += _cell(shares.get((stage, id)), LEFT + step * i, y, step)
        y += ROW
    return out


def _cell(share: Share | None, x: float, y: float, step: float) -> str:
    depth = 0.0 if share is None or share.share is None else share.share
    fill, opacity = (palette.AI, 0.12 + 0.88 * depth) if depth else (palette.PAPER, 1.0)
    ground = (
        f'<rect x="{num(x + 1)}" y="{num(y + 1)}" width="{num(step - 2)}" height="{num(ROW - 2)}" rx="3" '
        f'fill="{fill}" opacity="{num(opacity)}"/>'
    )
    said = DASH if share is None or share.share is None else percent(share.share)
    ink = palette.SHEET if depth >= DARK else palette.INK if depth else palette.INK_2
    return ground + words(x + step / 2, y + 20, said, 11.5, ink, "middle")
