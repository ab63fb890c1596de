"""Plain data as YAML 1.2 text in one canonical style.

Blocks outside, flow inside: a small value that fits on its line stands there (`{event: opportunity_won}`), others open a
block; several lines of text become a literal block. Words that another reader could take for something else are quoted.
"""

import re
from typing import Any
from unicodedata import east_asian_width

WIDTH = 110  # columns; a wide (Japanese) character takes two
INDENT = 2
SMALL = 6  # scalars in a mapping of mappings or lists that still reads well on one line

_WIDE = "\u2010-\u2027\u2030-\u205e\u3001-\u303f\u30fb\uff01-\uffee"  # punctuation that means nothing to YAML
_PLAIN = re.compile(rf"(?:[^\W\d]|[{_WIDE}])(?:[\w./+%()=;{_WIDE} -]*[\w./+%()=;{_WIDE}-])?")
_CONFUSING = {
    "null",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
}  # the last six: YAML 1.1 reads them otherwise
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNSAFE = re.compile('["\\\\\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufff9-\uffff]')
_LITERAL = re.compile("[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufff9-\uffff]+")


def scalar(value: Any) -> str:
    """A scalar on one line, as it may stand in block and flow context."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _CONFUSING:
        return str(value)
    return '"' + _UNSAFE.sub(lambda m: _ESCAPED.get(m[0], f"\\u{ord(m[0]):04x}"), value) + '"'


def flow(value: Any) -> str:
    """Any plain data on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(v) for v in value) + "]"
    return scalar(value)


def entry(key: str, value: Any, column: int, open_: int = 0) -> list[str]:
    """`key: value` as lines for a block mapping whose keys stand at `column` (the lines carry their indentation).

    `open_` = so many levels of the value become blocks even where they would fit on the line."""
    head = f"{' ' * column}{scalar(key)}:"
    first, *rest = after_colon(value, column, head, open_)
    return [head + first, *rest]


def item(value: Any, column: int, open_: int = 0) -> list[str]:
    """One item of a block list whose dashes stand at `column`, as lines."""
    first, *rest = after_dash(value, column, open_)
    return [f"{' ' * column}-{first}", *rest]


def after_colon(value: Any, column: int, head: str, open_: int = 0) -> list[str]:
    """What follows the `head` (`key:`) of an entry at `column`: the rest of its line, then further lines."""
    if isinstance(value, str):
        first, *rest = _string(value, column + INDENT)
        return [f" {first}", *rest]
    if _on_one_line(value, head, open_):
        return [f" {flow(value)}"]
    return ["", *block(value, column + INDENT, open_ - 1)]


def after_dash(value: Any, column: int, open_: int = 0) -> list[str]:
    """What follows the dash of an item at `column`: the rest of its line, then further lines."""
    first, *rest = after_colon(value, column, " " * column + "-", open_)
    return [f" {rest[0].lstrip(' ')}", *rest[1:]] if first == "" else [first, *rest]


def block(value: Any, column: int, open_: int = 0) -> list[str]:
    """A mapping or list (not empty) as the lines of a block whose keys or dashes stand at `column`."""
    if isinstance(value, dict):
        return [line for k, v in value.items() for line in entry(k, v, column, open_)]
    return [line for v in value for line in item(v, column, open_)]


def _on_one_line(value: Any, head: str, open_: int) -> bool:
    if not isinstance(value, dict | list) or not value:
        return True
    if open_ > 0 or _has_lines(value):
        return False
    return (_is_flat(value) or _n_scalars(value) <= SMALL) and columns(f"{head} {flow(value)}") <= WIDTH


def _string(value: str, column: int) -> list[str]:
    """A string as a literal block indented to `column` where it has lines and keeps them there, else on one line."""
    body = value.removesuffix("\n").split("\n")
    kept = all(_LITERAL.fullmatch(line) and line.strip() for line in body if line)
    if "\n" in value and kept and body[0] and body[-1] and not body[0].startswith(" "):
        return ["|" if value.endswith("\n") else "|-", *(" " * column + line if line else "" for line in body)]
    return [scalar(value)]


def _children(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _is_flat(value: Any) -> bool:
    return not any(isinstance(v, dict | list) for v in _children(value))


def _n_scalars(value: Any) -> int:
    return sum(_n_scalars(v) for v in _children(value)) if isinstance(value, dict | list) else 1


def _has_lines(value: Any) -> bool:
    return "\n" in value if isinstance(value, str) else any(_has_lines(v) for v in _children(value))


def columns(line: str) -> int:
    """How many columns of a terminal a line takes."""
    return len(line) + sum(east_asian_width(c) in "WF" for c in line)
