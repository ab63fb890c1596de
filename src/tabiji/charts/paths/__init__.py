"""The flow picture: what follows what, as ribbons between boxes in columns."""

from tabiji.charts.paths.picture import draw_paths, flow_picture, register
from tabiji.charts.paths.shown import Shown, shown

__all__ = ["Shown", "draw_paths", "flow_picture", "register", "shown"]
