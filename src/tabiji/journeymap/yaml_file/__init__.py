"""Maps as YAML 1.2: read with places, written canonically, rewritten in place."""

from tabiji.journeymap.yaml_file.read import Parsed, from_dict, from_json, parse, read_map
from tabiji.journeymap.yaml_file.rewrite import rewrite
from tabiji.journeymap.yaml_file.write import dump, to_dict, to_json

__all__ = ["Parsed", "dump", "from_dict", "from_json", "parse", "read_map", "rewrite", "to_dict", "to_json"]
