"""The whole living map as one self-contained SVG in the proportion of A3 landscape: for export, print and the README.

The width grows until the content is no higher than the paper; what is then left over goes into the rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from math import ceil, sqrt

from tabiji import i18n
from tabiji.charts import fontfile
from tabiji.charts.icons import symbols
from tabiji.charts.map.build import sheet
from tabiji.charts.map.measured import About, Measured
from tabiji.charts.map.picture import strips, table
from tabiji.charts.map.picture.blocks import Block, moved, word
from tabiji.charts.map.sheet import Sheet
from tabiji.charts.palette import INK_3, PAPER, SHU
from tabiji.charts.scale import num
from tabiji.i18n import text
from tabiji.journeymap.model import JourneyMap
from tabiji.result import Drawing

WIDTH, MARGIN = 1588.0, 36.0
NARROWEST = 128.0  # of a column
CURVE = 120.0  # height of the emotion curve without air
MOST_AIR = 30.0  # added to a row at most


def draw(
    journey_map: JourneyMap, measured: Measured | None = None, about: About | None = None, lang: str | None = None
) -> Drawing:
    """The picture of a map with what was measured on it."""
    lang = lang or i18n.language()

    def made(column: float, river: float = 126, curve: float = CURVE) -> Sheet:
        return sheet(journey_map, measured, about, lang, column=column, river_height=river, curve_height=curve)

    n = max(1, len(journey_map.main_line))
    width = max(WIDTH, 2 * MARGIN + table.LEFT + n * NARROWEST)
    while True:
        column = (width - 2 * MARGIN - table.LEFT) / n
        laid = _lay(made(column), column, width)
        if laid.height <= width / sqrt(2) or width > 6000:
            break
        width = ceil(1.015 * width)
    height = ceil(max(laid.height, width / sqrt(2)))
    return _finish(made, laid, column, width, height)


@dataclass(frozen=True, slots=True)
class Laid:
    """Everything measured, nothing placed yet. `height` is that of the whole picture without air."""

    sheet: Sheet
    header: Block
    rows: tuple[table.Row, ...]
    below: Block

    @property
    def height(self) -> float:
        """Header, river, rows, what stands below, and margins."""
        river = self.sheet.river.height if self.sheet.river else 0.0
        return 2 * MARGIN + self.header.height + 16 + river + sum(r.height for r in self.rows) + 14 + self.below.height


def _lay(made: Sheet, column: float, width: float) -> Laid:
    return Laid(
        made,
        strips.header(made, width - 2 * MARGIN),
        tuple(table.rows(made, column)),
        strips.below(made, width - 2 * MARGIN),
    )


def _finish(made: Callable[..., Sheet], laid: Laid, column: float, width: float, height: float) -> Drawing:
    spare = height - laid.height
    river = laid.sheet.river.height if laid.sheet.river else 0.0
    more_river = min(spare * 0.3, 70.0) if river else 0.0
    more_curve = min(spare * 0.15, 40.0) if laid.sheet.emotion else 0.0
    air = min(MOST_AIR, max(0.0, spare - more_river - more_curve) / len(laid.rows))
    grown = made(column, river + more_river, CURVE + more_curve)
    rows = table.rows(grown, column)
    top = MARGIN + laid.header.height + 16
    drawn, bottom = table.table(grown, rows, column, width - 2 * MARGIN, air)
    body = (
        moved(laid.header, MARGIN, MARGIN)
        + f'<g transform="translate({num(MARGIN)} {num(top)})">{drawn}</g>'
        + moved(laid.below, MARGIN, top + bottom + 14)
    )
    footer = word(text("drawn by tabiji", grown.lang), width - MARGIN, height - 14, 10, INK_3, anchor="end")
    title = escape(grown.name)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{num(width)}" height="{num(height)}" viewBox="0 0 {num(width)} {num(height)}"'
        f' role="img" aria-labelledby="map-title" font-family="{fontfile.FALLBACK}" lang="{grown.lang}">'
        f'<title id="map-title">{title}</title><desc>{escape(grown.next_move or grown.bring)}</desc>'
        f"<defs>{symbols()}{_gradient()}</defs>"
        f'<rect width="{num(width)}" height="{num(height)}" fill="{PAPER}"/>{body}{footer}</svg>\n'
    )
    return Drawing(svg, round(width), round(height))


def _gradient() -> str:
    return (
        f'<linearGradient id="fall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{SHU}" stop-opacity=".58"/>'
        f'<stop offset="1" stop-color="{SHU}" stop-opacity=".03"/></linearGradient>'
    )
