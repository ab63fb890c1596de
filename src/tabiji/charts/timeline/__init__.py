"""One account as a picture: its people, their touches, its stages, and who is missing."""

from tabiji.charts.timeline.draw import draw_timeline, register

__all__ = ["draw_timeline", "register"]
