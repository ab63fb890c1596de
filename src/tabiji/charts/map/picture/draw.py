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
SIDE, GAP = 270.0, 18.0  # of the personas where they stand beside the map
WIDEST = 6000.0


@dataclass(frozen=True, slots=True)
class Laid:
    """Everything measured, nothing placed yet. `side` stands right of the table, empty where it is in `below`."""

    sheet: Sheet
    width: float
    column: float
    header: Block
    rows: tuple[table.Row, ...]
    below: Block
    side: Block

    @property
    def river(self) -> float:
        """Height of the river; 0 where there is none."""
        return self.sheet.river.height if self.sheet.river else 0.0

    @property
    def height(self) -> float:
        """Of the whole picture without air."""
        main = max(self.river + sum(r.height for r in self.rows), self.side.height)
        return 2 * MARGIN + self.header.height + 16 + main + 14 + self.below.height


Making = Callable[..., Sheet]


def draw(
    journey_map: JourneyMap, measured: Measured | None = None, about: About | None = None, lang: str | None = None
) -> Drawing:
    """The picture of a map with what was measured on it."""
    lang = lang or i18n.language()

    def made(column: float, river: float = 126, curve: float = CURVE) -> Sheet:
        return sheet(journey_map, measured, about, lang, column=column, river_height=river, curve_height=curve)

    layouts = [_fit(made, len(journey_map.main_line), beside) for beside in (False, True)]
    laid = min(layouts, key=lambda one: one.width)  # the narrower, the larger the letters on paper
    return _finish(made, laid, ceil(max(laid.height, laid.width / sqrt(2))))


def _fit(made: Making, n_stages: int, beside: bool) -> Laid:
    """The narrowest layout in the proportion of the paper; beside: personas right of the map, else below it."""
    n, taken = max(1, n_stages), 2 * MARGIN + table.LEFT + (SIDE + GAP if beside else 0)
    width: float = ceil(max(WIDTH, taken + n * NARROWEST))
    while True:
        laid = _lay(made, width, (width - taken) / n, beside)
        if laid.height <= width / sqrt(2) or width > WIDEST:
            return laid
        width = ceil(1.015 * width)


def _lay(made: Making, width: float, column: float, beside: bool) -> Laid:
    drawn = made(column)
    personas = strips.personas(drawn, SIDE if beside else width - 2 * MARGIN)
    return Laid(
        drawn,
        width,
        column,
        strips.header(drawn, width - 2 * MARGIN),
        tuple(table.rows(drawn, column)),
        strips.below(drawn, width - 2 * MARGIN, Block() if beside else personas),
        personas if beside else Block(),
    )


def _finish(made: Making, laid: Laid, height: float) -> Drawing:
    spare = height - laid.height
    more_river = min(spare * 0.3, 70.0) if laid.river else 0.0
    more_curve = min(spare * 0.15, 40.0) if laid.sheet.emotion else 0.0
    air = min(MOST_AIR, max(0.0, spare - more_river - more_curve) / len(laid.rows))
    grown = made(laid.column, laid.river + more_river, CURVE + more_curve)
    top, width = MARGIN + laid.header.height + 16, laid.width
    table_width = table.LEFT + len(grown.stages) * laid.column
    drawn, bottom = table.table(grown, table.rows(grown, laid.column), laid.column, table_width, air)
    body = (
        moved(laid.header, MARGIN, MARGIN)
        + f'<g transform="translate({num(MARGIN)} {num(top)})">{drawn}</g>'
        + moved(laid.side, MARGIN + table_width + GAP, top)
        + moved(laid.below, MARGIN, top + max(bottom, laid.side.height) + 14)
    )
    footer = word(text("drawn by tabiji", grown.lang), width - MARGIN, height - 14, 10, INK_3, anchor="end")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{num(width)}" height="{num(height)}" viewBox="0 0 {num(width)} {num(height)}"'
        f' role="img" aria-labelledby="map-title" font-family="{fontfile.FALLBACK}" lang="{grown.lang}">'
        f'<title id="map-title">{escape(grown.name)}</title><desc>{escape(grown.next_move or grown.bring)}</desc>'
        f"<defs>{symbols()}{_gradient()}</defs>"
        f'<rect width="{num(width)}" height="{num(height)}" fill="{PAPER}"/>{body}{footer}</svg>\n'
    )
    return Drawing(svg, round(width), round(height))


def _gradient() -> str:
    return (
        f'<linearGradient id="fall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{SHU}" stop-opacity=".58"/>'
        f'<stop offset="1" stop-color="{SHU}" stop-opacity=".03"/></linearGradient>'
    )
