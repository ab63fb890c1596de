"""Where things stand in the flow picture, and how its words are set."""

import html
from dataclasses import dataclass

from tabiji.charts import palette
from tabiji.charts.scale import num

TOP, SIDE = 30.0, 14.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Where columns stand: `n` of them over a width."""

    n: int
    width: float

    def x(self, column: int) -> tuple[float, float]:
        """Left and right side of the boxes of a column."""
        wide = min(132.0, 0.62 * (self.width - 2 * SIDE) / max(1.0, self.n - 0.38))
        left = SIDE + column * (self.width - 2 * SIDE - wide) / max(1, self.n - 1)
        return left, left + wide

    @property
    def gap(self) -> float:
        """Width between two columns of boxes."""
        return self.x(1)[0] - self.x(0)[1]


def lettered(
    x: float, y: float, words: str, size: float = 12, fill: str = palette.INK, bold: bool = False, halo: bool = False
) -> str:
    """halo: a light rim, for words on a ribbon."""
    paint = ' font-weight="700"' if bold else ""
    if halo:
        paint += f' stroke="{palette.SHEET}" stroke-width="3" stroke-opacity=".75" paint-order="stroke"'
    return f'<text x="{num(x)}" y="{num(y)}" font-size="{num(size)}" fill="{fill}"{paint}>{html.escape(words)}</text>'
