"""The whole result as one picture: the matrix of roles and stages, which is what `plot()` of a buying group shows."""

from tabiji.charts import lettering, palette
from tabiji.charts.scale import num
from tabiji.charts.svg import svg, words
from tabiji.charts.wording import percent
from tabiji.i18n import N_, text
from tabiji.metrics.group.result import GroupResult
from tabiji.result import Drawing, register_drawer

LEFT, COLUMN, ROW, HEAD = 170.0, 116.0, 38.0, 44.0


def register() -> None:
    """Tell results how buying groups are drawn (entry point `tabiji.drawers`)."""
    register_drawer(GroupResult, draw_group)


def draw_group(result: GroupResult, lang: str | None = None) -> Drawing:
    """Per role a row, per stage a column: the share of journeys in which the role had shown up by the end of the stage."""
    stages = list(dict.fromkeys(c.stage for c in result.total.coverage))
    roles = [r.role for r in result.roles if any(a.role == r.role and (a.n or r.required) for a in result.total.order)]
    width = LEFT + COLUMN * max(len(stages), 1) + 16
    height = HEAD + ROW * max(len(roles), 1) + 16
    body = (
        f'<rect x=".5" y=".5" width="{num(width - 1)}" height="{num(height - 1)}" rx="10" fill="{palette.SHEET}" '
        f'stroke="{palette.RULE}"/>'
    )
    for k, stage in enumerate(stages):
        name = lettering.wrap(result.stage_name(stage, lang), COLUMN - 14, 11.5, max_lines=1)
        body += words(LEFT + COLUMN * k, 28, name[0] if name else stage, 11.5, palette.INK_2)
    cells = {(c.stage, c.role): c for c in result.total.coverage}
    for x, role in enumerate(roles):
        y = HEAD + ROW * x
        body += f'<line x1="1" x2="{num(width - 1)}" y1="{num(y)}" y2="{num(y)}" stroke="{palette.RULE}"/>'
        body += words(18, y + 24, result.role_name(role, lang), 12.5, palette.INK, bold=True)
        for k, stage in enumerate(stages):
            c, left, full = cells[stage, role], LEFT + COLUMN * k, COLUMN - 62
            dash = ' stroke-dasharray="3 2"' if c.planned else ""
            edge = palette.AI_2 if c.planned else palette.RULE
            body += f'<rect x="{num(left)}" y="{num(y + 14)}" width="{num(full)}" height="10" rx="2" fill="none" stroke="{edge}"{dash}/>'
            if c.by_end.share:
                body += (
                    f'<rect x="{num(left)}" y="{num(y + 14)}" width="{num(max(1.5, full * c.by_end.share))}" height="10" rx="2" '
                    f'fill="{palette.AI}"/>'
                )
            body += words(left + full + 8, y + 24, percent(c.by_end.share), 12, palette.INK)
    if not roles:
        body += words(18, HEAD + 24, text(N_("no role is known"), lang), 12.5, palette.INK_2)
    return Drawing(svg(width, height, body, result.explain(lang)), round(width), round(height))
