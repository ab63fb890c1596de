"""The journey map: pure data and rules, read from and written to YAML."""

from tabiji.journeymap.check import KnownData, check, load
from tabiji.journeymap.diff import Change, diff
from tabiji.journeymap.draft import EventSeen, draft, draft_text
from tabiji.journeymap.model import JourneyMap
from tabiji.journeymap.presets import preset, presets
from tabiji.journeymap.problems import MapError, Problem
from tabiji.journeymap.yaml_file import Parsed, dump, from_dict, from_json, parse, rewrite, to_dict, to_json

__all__ = [
    "Change",
    "EventSeen",
    "JourneyMap",
    "KnownData",
    "MapError",
    "Parsed",
    "Problem",
    "check",
    "diff",
    "draft",
    "draft_text",
    "dump",
    "from_dict",
    "from_json",
    "load",
    "parse",
    "preset",
    "presets",
    "rewrite",
    "to_dict",
    "to_json",
]
