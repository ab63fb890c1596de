"""The map: what a team believes about its customers' journey, as data, and the rules that lay real events on it."""

from tabiji.journeymap.check import KnownData, check, load
from tabiji.journeymap.model import JourneyMap
from tabiji.journeymap.problems import MapError, Problem
from tabiji.journeymap.yaml_file import Parsed, dump, from_dict, parse, rewrite, to_dict

__all__ = [
    "JourneyMap",
    "KnownData",
    "MapError",
    "Parsed",
    "Problem",
    "check",
    "dump",
    "from_dict",
    "load",
    "parse",
    "rewrite",
    "to_dict",
]
