"""Pieces of an SVG that every picture is made of. Positions and colours are attributes: no style, no script."""

import html

from tabiji.charts import palette
from tabiji.charts.fontfile import FALLBACK
from tabiji.charts.scale import num


def svg(width: float, height: float, body: str, label: str = "") -> str:
    """A self-contained picture. Without a `label` it stands beside words that say the same, and is hidden from screen readers."""
    name = f'role="img" aria-label="{html.escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} {num(height)}" width="{num(width)}" '
        f'height="{num(height)}" font-family="{FALLBACK}" {name}>{body}</svg>'
    )


def words(
    x: float, y: float, text: str, size: float = 13, fill: str = palette.INK, anchor: str = "start", bold: bool = False
) -> str:
    """Text at its baseline."""
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{num(x)}" y="{num(y)}" font-size="{num(size)}" fill="{fill}" text-anchor="{anchor}"{weight}>'
        f"{html.escape(text)}</text>"
    )


def sheet(width: float, height: float) -> str:
    """The paper under a picture that stands alone."""
    return (
        f'<rect x=".5" y=".5" width="{num(width - 1)}" height="{num(height - 1)}" rx="10" fill="{palette.SHEET}" '
        f'stroke="{palette.RULE}"/>'
    )
