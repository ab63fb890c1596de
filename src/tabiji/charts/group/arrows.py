"""Influence between roles: who shows up soon after whom, as arcs over the roles in the order in which they come.

Above the roles arcs run forward in that order, below them backward. Solid: more often than chance; the wider, the more often
beyond it. Dashed: drawn in the map, but not to be seen in the data.
"""

import html
from collections.abc import Sequence

from tabiji.charts import lettering, palette
from tabiji.charts.fontfile import FALLBACK
from tabiji.charts.scale import linear, num
from tabiji.i18n import N_, text
from tabiji.metrics.group.figures import Influence
from tabiji.metrics.group.result import GroupResult
from tabiji.result import Drawing

MOST = 9  # arcs that are more than chance; the strongest
STEP, EDGE, RADIUS = 132.0, 78.0, 6.0
LIFT = 34.0  # height of an arc per role that it passes


def shown_arrows(influence: Sequence[Influence]) -> tuple[list[Influence], list[Influence]]:
    """(the pairs that are more than chance, strongest first; those that only the map draws)."""
    more = sorted((i for i in influence if i.more), key=lambda i: (-_excess(i), i.from_role, i.to_role))[:MOST]
    return more, [i for i in influence if i.planned and not i.more]


def draw_influence(result: GroupResult, lang: str | None = None) -> Drawing:
    """The picture of a result's influence; roles that never showed up are left out."""
    more, planned = shown_arrows(result.total.influence)
    there = {a.role for a in result.total.order if a.n}
    roles = [r for r in result.to_dict()["order"]["typical"] if r in there]
    roles += [r.role for r in result.roles if r.role in there and r.role not in roles]
    place = {role: x for x, role in enumerate(roles)}
    arcs = [(i, True) for i in more] + [(i, False) for i in planned if i.from_role in place and i.to_role in place]
    up = max((place[i.to_role] - place[i.from_role] for i, _ in arcs), default=0)
    down = max((place[i.from_role] - place[i.to_role] for i, _ in arcs), default=0)
    above = 30 + LIFT * max(up, 1)
    below = 44 + LIFT * max(down, 0)
    width, height = 2 * EDGE + STEP * max(len(roles) - 1, 1), above + below
    widest = max((_excess(i) for i in more), default=1.0)
    body = "".join(_arc(i, seen, place, above, widest) for i, seen in arcs)
    body += "".join(_role(result.role_name(role, lang), EDGE + STEP * x, above) for role, x in place.items())
    label = text(N_("Who shows up soon after whom, more often than chance"), lang)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} {num(height)}" width="{num(width)}" '
        f'height="{num(height)}" font-family="{FALLBACK}" role="img" aria-label="{html.escape(label)}">{body}</svg>'
    )
    return Drawing(svg, round(width), round(height))


def _excess(i: Influence) -> float:
    """How much more often than by chance, as a share of the journeys with both roles."""
    return (i.observed - i.expected) / i.n if i.n else 0.0


def _arc(i: Influence, seen: bool, place: dict[str, int], y: float, widest: float) -> str:
    a, b = place[i.from_role], place[i.to_role]
    side = -1 if b > a else 1
    x0, x1 = EDGE + STEP * a, EDGE + STEP * b
    lift = LIFT * abs(b - a) * 1.3
    start, end = y + side * (RADIUS + 3), y + side * (RADIUS + (9 if side < 0 else 22))
    if side > 0:
        start = y + 24
    colour = palette.AI if seen else palette.MUTE
    wide = linear(_excess(i), (0, widest), (1.6, 6.0)) if seen else 1.4
    dash = "" if seen else ' stroke-dasharray="5 4"'
    toward = -7 if b > a else 7
    path = (
        f"M{num(x0)} {num(start)}C{num(x0)} {num(start + side * lift)} {num(x1 + toward)} {num(end + side * lift)} "
        f"{num(x1 + toward)} {num(end)}"
    )
    head = (
        f"M{num(x1 + toward)} {num(end - side * 6)}L{num(x1 + toward - 5)} {num(end + side * 3)}"
        f"L{num(x1 + toward + 5)} {num(end + side * 3)}Z"
    )
    drawn = (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{num(wide)}" opacity=".7"{dash}/>'
        f'<path d="{head}" fill="{colour}"/>'
    )
    if not seen:
        return drawn
    top = (start + end) / 2 + side * lift * 0.75
    said = f"{i.observed:,} / {i.n:,}"
    w = lettering.width(said, 11) + 8
    x = (x0 + x1 + toward) / 2
    return drawn + (
        f'<rect x="{num(x - w / 2)}" y="{num(top - 8)}" width="{num(w)}" height="16" rx="3" fill="{palette.SHEET}" opacity=".9"/>'
        f'<text x="{num(x)}" y="{num(top + 4)}" font-size="11" text-anchor="middle" fill="{palette.INK}">{said}</text>'
    )


def _role(name: str, x: float, y: float) -> str:
    lines = lettering.wrap(name, STEP - 12, 12, bold=True, max_lines=1)
    return (
        f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(RADIUS)}" fill="{palette.AI}"/>'
        f'<text x="{num(x)}" y="{num(y + 20)}" font-size="12" font-weight="700" text-anchor="middle" fill="{palette.INK}">'
        f"{html.escape(lines[0] if lines else '')}</text>"
    )
