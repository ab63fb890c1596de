"""The living map as one SVG."""

from tabiji.charts.map.picture.draw import draw

__all__ = ["draw"]
