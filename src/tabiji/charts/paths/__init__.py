"""The flow picture: what follows what, as ribbons between boxes in columns."""

from tabiji.charts.paths.picture import Shown, draw_paths, flow_picture, register, shown

__all__ = ["Shown", "draw_paths", "flow_picture", "register", "shown"]
