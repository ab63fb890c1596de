"""Where the parts of a YAML text stand, and edits that replace exactly the parts that change.

Nothing outside an edit is touched, so comments, order, quoting and line ends of the rest stay as they were written.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tabiji.journeymap.yaml_file.emit import flow, scalar
from tabiji.journeymap.yaml_file.nodes import ListNode, MappingNode, Node, ScalarNode


class CannotSplice(Exception):
    """The text is laid out in a way that this edit does not know; write the surrounding value anew instead."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters [start, end) by `text`."""

    start: int
    end: int
    text: str


def apply(text: str, edits: Iterable[Edit], start: int = 0, end: int | None = None) -> str:
    """The part [start, end) of a text with its edits made. Raises CannotSplice where two of them overlap."""
    out, at = [], start
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < at:
            raise CannotSplice
        out += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*out, text[at : len(text) if end is None else end]])


class Layout:
    """Answers where things stand in one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def line_start(self, at: int) -> int:
        """The first character of the line of `at`."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """The end of the line of `at`, its line break not included."""
        found = self.text.find("\n", at)
        if found < 0:
            return len(self.text)
        return found - 1 if self.text[at:found].endswith("\r") else found

    def next_line(self, at: int) -> int:
        """The first character of the line after that of `at`."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1

    def colon(self, key: Node) -> int:
        """The colon after a key."""
        match = re.compile(r"\s*:").match(self.text, key.end)
        if match is None:
            raise CannotSplice
        return match.end() - 1

    def dashes(self, node: ListNode) -> list[int]:
        """The dash of each item of a block list."""
        found: list[int] = []
        for i in range(len(node.items)):
            at = node.start if i == 0 else self._first_word(self.next_line(self.item_end(node, i - 1, found)))
            if self.text[at : at + 1] != "-":
                raise CannotSplice
            found.append(at)
        return found

    def _first_word(self, at: int) -> int:
        match = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*").match(self.text, at)
        return match.end() if match else at

    def item_end(self, node: ListNode, i: int, dashes: list[int]) -> int:
        """The end of an item; an empty one ends at its dash."""
        return dashes[i] + 1 if is_empty(node.items[i]) else self.end(node.items[i])

    def value_end(self, key: Node, value: Node) -> int:
        """The end of a key's value; an empty one ends at the colon."""
        return self.colon(key) + 1 if is_empty(value) else self.end(value)

    def end(self, node: Node) -> int:
        """The end of a node, where its last child may be empty."""
        if node.alias or isinstance(node, ScalarNode) or getattr(node, "flow", True):
            return node.end
        if isinstance(node, MappingNode) and node.entries:
            return self.value_end(*node.entries[-1])
        if isinstance(node, ListNode) and node.items:
            return self.item_end(node, len(node.items) - 1, self.dashes(node))
        return node.end

    def comment(self, start: int, end: int) -> str:
        """The comment that closes a line part, with two spaces before it; empty where there is none."""
        match = re.search(r"(?:^|\s)(#.*)$", self.text[start:end].rstrip())
        return f"  {match[1]}" if match else ""


def is_empty(node: Node) -> bool:
    """Whether nothing is written (null by being absent)."""
    return isinstance(node, ScalarNode) and node.plain and node.text == "" and node.start == node.end


def _is_inline(node: Node) -> bool:
    if is_empty(node):
        return False
    if node.alias or isinstance(node, ScalarNode):
        return not (isinstance(node, ScalarNode) and node.style in ("|", ">"))
    return bool(getattr(node, "flow", True))


def written_like(node: Node, value: Any) -> str:
    """A value on one line, in the quotes of the scalar that it replaces."""
    if isinstance(node, ScalarNode) and not node.alias and isinstance(value, str):
        plain = scalar(value)
        if node.style == "'" and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
        if node.style == '"' and not plain.startswith('"'):
            return f'"{plain}"'
    return flow(value)


def replaced(layout: Layout, head: int, node: Node, lines: list[str], value: Any) -> list[Edit]:
    """Edits that put a value in the place of the node of a block's entry or item. A comment on its line is kept.

    `head` = the character after the colon or dash; `lines` = the value as `after_colon` or `after_dash` gives it."""
    inline = _is_inline(node)
    if len(lines) == 1 and inline:
        return [Edit(node.start, node.end, written_like(node, value))]
    end = head if is_empty(node) else layout.end(node)
    compact = not inline and not isinstance(node, ScalarNode) and node.start < layout.line_end(head)
    comment = "" if compact else layout.comment(end if inline else head, layout.line_end(end if inline else head))
    return [Edit(head, layout.line_end(end), layout.newline.join([lines[0] + comment, *lines[1:]]))]
