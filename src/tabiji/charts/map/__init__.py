"""The living map as a sheet of words and figures, and as a picture."""

from tabiji.charts.map.build import sheet
from tabiji.charts.map.measured import About, Felt, Measured, Score
from tabiji.charts.map.picture import draw
from tabiji.charts.map.sheet import Sheet

__all__ = ["About", "Felt", "Measured", "Score", "Sheet", "draw", "sheet"]
