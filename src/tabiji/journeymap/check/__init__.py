"""What is wrong with a map, all at once."""

from tabiji.journeymap.check.known import KnownData
from tabiji.journeymap.check.whole import check, load

__all__ = ["KnownData", "check", "load"]
