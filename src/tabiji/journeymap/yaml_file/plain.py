"""Plain data (of JSON, of a form) as a tree of nodes, so that it is read by the same shapes as a file."""

from typing import Any

from tabiji.journeymap.problems import Path, show_path
from tabiji.journeymap.yaml_file.nodes import MAX_DEPTH, ListNode, MappingNode, Node, ScalarNode
from tabiji.journeymap.yaml_file.scalars import UNPRINTABLE


def from_plain(data: Any, path: Path = ()) -> Node:
    """The tree of plain data (dict, list, str, number, bool, None), e.g. of JSON; its nodes stand at line 0.

    Raises ValueError, with the path, for anything else in it or for nesting deeper than a map needs."""
    if len(path) > MAX_DEPTH:
        raise ValueError(f"{show_path(path)}: nested deeper than {MAX_DEPTH} levels")
    nowhere: dict[str, Any] = {"line": 0, "column": 0, "start": 0, "end": 0, "alias": False, "anchored": False}
    if isinstance(data, dict):
        entries = tuple(
            (ScalarNode(**nowhere, size=1, text=str(k), plain=False, style='"'), from_plain(v, (*path, str(k))))
            for k, v in data.items()
        )
        return MappingNode(**nowhere, size=1, entries=entries, flow=False)
    if isinstance(data, list | tuple):
        items = tuple(from_plain(v, (*path, i)) for i, v in enumerate(data))
        return ListNode(**nowhere, size=1, items=items, flow=False)
    if data is None or isinstance(data, bool):
        text = {None: "null", True: "true", False: "false"}[data]
        return ScalarNode(**nowhere, size=1, text=text, plain=True, style=None)
    if isinstance(data, int | float):
        text = repr(data).replace("inf", ".inf").replace("nan", ".nan")
        return ScalarNode(**nowhere, size=1, text=text, plain=True, style=None)
    if isinstance(data, str):
        bad = UNPRINTABLE.search(data)
        if bad:
            raise ValueError(f"{show_path(path)}: the character U+{ord(bad[0]):04X} may not stand in a map")
        return ScalarNode(**nowhere, size=1, text=data, plain=False, style='"')
    raise ValueError(f"{show_path(path)}: {type(data).__name__} has no place in a map")
