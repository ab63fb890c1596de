"""From a map to a file: plain data, JSON, canonical YAML."""

import json
from typing import Any

from tabiji.journeymap.model import JourneyMap
from tabiji.journeymap.yaml_file.emit import entry
from tabiji.journeymap.yaml_file.grammar import MAP
from tabiji.journeymap.yaml_file.records import Lanes, ListOf, Record

# How many levels under a key of the map stand as blocks, whatever their size: one line per stage, touchpoint, …;
# lanes open by role and stage.
_LISTS = {k.key: 1 for k in MAP.keys if isinstance(k.shape, ListOf) and isinstance(k.shape.items, Record)}
OPEN = {**_LISTS, **{k.key: 2 for k in MAP.keys if isinstance(k.shape, Lanes)}}


def to_dict(journey_map: JourneyMap) -> dict[str, Any]:
    """The map as JSON-ready data with the keys of the YAML file, only those that differ from their defaults."""
    return MAP.write(journey_map)


def to_json(journey_map: JourneyMap) -> str:
    """The map as JSON text with the keys of the YAML file."""
    return json.dumps(to_dict(journey_map), ensure_ascii=False, indent=2) + "\n"


def dump(journey_map: JourneyMap) -> str:
    """The map as canonical YAML: keys in reading order, only what differs from its default."""
    written = to_dict(journey_map)
    return "\n".join(line for key, value in written.items() for line in entry(key, value, 0, OPEN.get(key, 0))) + "\n"
