"""A YAML 1.2 text as a tree of nodes that know where they stand."""

from dataclasses import dataclass
from typing import Any

from tabiji.journeymap.problems import Path
from tabiji.journeymap.yaml_file.scalars import resolve

MAX_DEPTH = 30


@dataclass(frozen=True, slots=True)
class Node:
    """What all nodes share: `line` and `column` from 1 (0 = not from a text), and the span [start, end) in characters.

    The end of a block collection is the end of its last child, that of a block scalar the end of its last line. `alias` = it only refers (`*x`) to an anchored node;
    `anchored` = an alias may refer to it. `size` counts the nodes below and including it, aliases followed."""

    line: int
    column: int
    start: int
    end: int
    size: int
    alias: bool
    anchored: bool


@dataclass(frozen=True, slots=True)
class ScalarNode(Node):
    """A word, number, truth value or null. `text` is what it says, `plain` = written without quotes."""

    text: str
    plain: bool
    style: str | None  # None or "" plain, ' " | >

    @property
    def value(self) -> Any:
        """By the core schema of YAML 1.2: None, bool, int, float or str."""
        return resolve(self.text) if self.plain else self.text


@dataclass(frozen=True, slots=True)
class MappingNode(Node):
    """Keys with their values, in the order written."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    flow: bool

    def get(self, key: str) -> Node | None:
        """The value of a key, or None where the key is absent."""
        return next((v for k, v in self.entries if k.text == key), None)


@dataclass(frozen=True, slots=True)
class ListNode(Node):
    """A list: its items in the order written; `flow` = written in brackets."""

    items: tuple[Node, ...]
    flow: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A text (without byte order mark) and its root node."""

    text: str
    root: Node

    def place(self, path: Path) -> tuple[int, int]:
        """Line and column of the key or item at `path`, or of the nearest thing around it that is there.

        What an alias refers to stands where the alias does."""
        node, where = self.root, (self.root.line, self.root.column)
        for part in path:
            if node.alias:
                break
            if isinstance(node, MappingNode):
                entry = next(((k, v) for k, v in node.entries if k.text == part), None)
                if entry is None:
                    break
                where, node = (entry[0].line, entry[0].column), entry[1]
            elif isinstance(node, ListNode) and isinstance(part, int) and part < len(node.items):
                node = node.items[part]
                where = (node.line, node.column)
            else:
                break
        return where
