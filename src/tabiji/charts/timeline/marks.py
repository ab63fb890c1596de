"""Touches as marks on a line of time: those that would lie on each other are stacked by kind, and drawn larger the more they
are, so that a busy account stays readable."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2

from tabiji.charts import palette
from tabiji.charts.scale import num, points
from tabiji.i18n import N_
from tabiji.metrics.account.channels import KINDS
from tabiji.metrics.account.timeline_result import TouchSeen

CELL = 13.0  # px within which touches lie on each other
STEP = 10.5  # px between the kinds of one cell
MOST_KINDS = 4  # stacked in one cell; the rarest beyond that are told in words only
KIND_NAMES = {
    "web": N_("Web"),
    "material": N_("Material"),
    "mail": N_("Mail and ads"),
    "event": N_("Exhibition, seminar"),
    "sales": N_("Sales, meeting"),
    "use": N_("Use and support"),
    "other": N_("Other"),
}
assert tuple(KIND_NAMES) == KINDS


@dataclass(frozen=True, slots=True)
class Pile:
    """Touches of one kind that are drawn as one mark, centred on (x, y)."""

    x: float
    y: float
    kind: str
    touches: tuple[TouchSeen, ...]


def piles(touches: Sequence[TouchSeen], x_of: Callable[[TouchSeen], float], y: float) -> list[Pile]:
    """The marks of one line at height `y`, from left to right. touches: in order of time; `x_of` must not decrease."""
    cells: dict[int, list[TouchSeen]] = {}
    for touch in touches:
        cells.setdefault(int(x_of(touch) // CELL), []).append(touch)
    out: list[Pile] = []
    for inside in cells.values():
        by_kind: dict[str, list[TouchSeen]] = {}
        for touch in inside:
            by_kind.setdefault(touch.kind, []).append(touch)
        commonest = sorted(by_kind, key=lambda kind: (-len(by_kind[kind]), KINDS.index(kind)))[:MOST_KINDS]
        shown = sorted(commonest, key=KINDS.index)
        for i, kind in enumerate(shown):
            of = by_kind[kind]
            x = sum(map(x_of, of)) / len(of)
            out.append(Pile(x, y + (i - (len(shown) - 1) / 2) * STEP, kind, tuple(of)))
    return out


def mark(kind: str, x: float, y: float, n: int = 1, title: str = "") -> str:
    """SVG of a mark of `n` touches, its words on hover."""
    told = f"<title>{html.escape(title)}</title>" if title else ""
    return f"<g>{told}{_shape(kind, x, y, min(1.5, 1 + 0.17 * log2(n)))}</g>"


def _shape(kind: str, x: float, y: float, size: float) -> str:
    if kind == "event":
        r = 6 * size
        return f'<path d="M{points(x, y - r, x + r, y, x, y + r, x - r, y)}Z" fill="{palette.KIN}"/>'
    if kind == "sales":
        r = 4.8 * size
        return f'<rect x="{num(x - r)}" y="{num(y - r)}" width="{num(2 * r)}" height="{num(2 * r)}" rx="2" fill="{palette.KOKE}"/>'
    r, paint = {
        "web": (3.8, f'fill="{palette.AI_2}"'),
        "material": (5.4, f'fill="{palette.AI}"'),
        "mail": (3.2, f'fill="{palette.MUTE}"'),
        "use": (3.6, f'fill="{palette.SHEET}" stroke="{palette.AI_2}" stroke-width="1.7"'),
        "other": (2.8, f'fill="{palette.SHEET}" stroke="{palette.MUTE}" stroke-width="1.4"'),
    }[kind]
    return f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(r * size)}" {paint}/>'
