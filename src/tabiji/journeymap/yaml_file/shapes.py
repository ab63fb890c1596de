"""The shapes that values of a map take in a file: each reads a node into the model's type, and writes it back as plain data.

A shape that meets a wrong value adds a problem to the reading and answers `BAD`; the field then keeps its default, so that
one mistake never hides the next. `write` gives JSON-ready data; `write(read(x))` read again gives the same value.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tabiji.i18n import LANGUAGES, N_
from tabiji.journeymap.model import ANY_LANGUAGE, Text
from tabiji.journeymap.problems import MOST_PROBLEMS, Hint, Path, Phrase, Problem, Severity, show_path
from tabiji.journeymap.yaml_file.nodes import Document, ListNode, MappingNode, Node, ScalarNode

BAD: Any = object()


class Findings:
    """Problems of one document, collected with their places; at most `MOST_PROBLEMS` are kept."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def error(self, path: Path, code: str, message: str, /, **values: Any) -> Any:
        """Add an error; answers BAD."""
        return self._add("error", path, code, message, values)

    def warning(self, path: Path, code: str, message: str, /, **values: Any) -> Any:
        """Add a warning; answers BAD."""
        return self._add("warning", path, code, message, values)

    def _add(self, severity: Severity, path: Path, code: str, message: str, values: Mapping[str, Any]) -> Any:
        if len(self.problems) < MOST_PROBLEMS:
            line, column = self.document.place(path)
            self.problems.append(Problem(severity, code, line, column, show_path(path), message, dict(values)))
        return BAD


class Shape(Protocol):
    """What a value looks like in a file."""

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        """The model's value, or BAD with a problem added."""

    def write(self, value: Any) -> Any:
        """JSON-ready data: dict, list, str, int, float, bool or None."""


def wrong_type(node: Node, path: Path, findings: Findings, wanted: str) -> Any:
    """Add the problem that the value is not what was `wanted` (a phrase marked with N_)."""
    message = N_("{key} must be {wanted}, not {found}")
    return findings.error(
        path,
        "wrong_type",
        message,
        key=show_path(path[-1:]) or "map",
        wanted=Phrase(wanted),
        found=Phrase(_found(node)),
    )


def _found(node: Node) -> str:
    if isinstance(node, MappingNode):
        return N_("a mapping")
    if isinstance(node, ListNode):
        return N_("a list")
    return repr(node.text) if isinstance(node, ScalarNode) and node.value is not None else N_("nothing")


def is_null(node: Node) -> bool:
    """Whether the value is null: empty, `~` or `null` without quotes."""
    return isinstance(node, ScalarNode) and node.value is None


@dataclass(frozen=True, slots=True)
class Word:
    """One string; numbers and truth values are taken as they are written."""

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        if not isinstance(node, ScalarNode) or is_null(node):
            return wrong_type(node, path, findings, N_("a text"))
        return node.text

    def write(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        word = node.text if isinstance(node, ScalarNode) else None
        if word in self.options:
            return word
        if word is None:
            return wrong_type(node, path, findings, N_("a text"))
        message = N_("{key} may be {options}, not {word!r}{hint}")
        values = {"key": path[-1], "options": " | ".join(self.options), "word": word}
        return findings.error(path, "unknown_value", message, **values, hint=Hint(word, self.options))

    def write(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Words:
    """Several strings, or one alone; `single` = one is written without brackets."""

    single: bool = False

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        if is_null(node):
            return ()
        if isinstance(node, ScalarNode):
            return (node.text,)
        if not isinstance(node, ListNode):
            return wrong_type(node, path, findings, N_("a text or a list of texts"))
        words = [Word().read(item, (*path, i), findings) for i, item in enumerate(node.items)]
        return tuple("" if w is BAD else w for w in words)

    def write(self, value: Any) -> Any:
        return value[0] if self.single and len(value) == 1 else list(value)


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return node.value
        return wrong_type(node, path, findings, N_("true or false"))

    def write(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number within [low, high]; `above` = greater than `low`, not equal; `whole` = an integer."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    whole: bool = False

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        value = node.value if isinstance(node, ScalarNode) else None
        wanted = N_("a whole number") if self.whole else N_("a number")
        if isinstance(value, bool) or not isinstance(value, int | float):
            return wrong_type(node, path, findings, wanted)
        if not math.isfinite(value) or (self.whole and value != int(value)) or abs(value) > 1e15:
            return wrong_type(node, path, findings, wanted)
        if not self.low <= value <= self.high or (self.above and value == self.low):
            return self._outside(value, path, findings)
        return int(value) if self.whole else value

    def _outside(self, value: float, path: Path, findings: Findings) -> Any:
        values = {"key": path[-1], "value": value, "low": self.low, "high": self.high}
        if self.high == 1 and 1 < value <= 100:
            message = N_("{key} is a share between 0 and 1, not {value}; write {share} for {value} %")
            return findings.error(path, "out_of_range", message, **values, share=round(value / 100, 6))
        if math.isfinite(self.high):
            message = N_("{key} must be between {low} and {high}, not {value}")
        elif self.above:
            message = N_("{key} must be more than {low}, not {value}")
        else:
            message = N_("{key} must be at least {low}, not {value}")
        return findings.error(path, "out_of_range", message, **values)

    def write(self, value: Any) -> Any:
        return int(value) if value is not None and float(value).is_integer() else value


@dataclass(frozen=True, slots=True)
class Localized:
    """A text: one string (in any language), or `{ja: …, en: …}`."""

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        if is_null(node):
            return {}
        if isinstance(node, ScalarNode):
            return {ANY_LANGUAGE: node.text}
        if not isinstance(node, MappingNode):
            return wrong_type(node, path, findings, N_("a text or {ja: …, en: …}"))
        out: dict[str, str] = {}
        for key, value in node.entries:
            if key.text not in (*LANGUAGES, ANY_LANGUAGE):
                unknown_key(key.text, LANGUAGES, path, findings)
            elif not is_null(value):
                said = Word().read(value, (*path, key.text), findings)
                out[key.text] = "" if said is BAD else said
        return out

    def write(self, value: Text) -> Any:
        if set(value) == {ANY_LANGUAGE}:
            return value[ANY_LANGUAGE]
        order = [*LANGUAGES, ANY_LANGUAGE]
        return {k: value[k] for k in sorted(value, key=lambda k: order.index(k) if k in order else len(order))}


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping from the user's own words to values of one shape."""

    values: Shape

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        if is_null(node):
            return {}
        if not isinstance(node, MappingNode):
            return wrong_type(node, path, findings, N_("a mapping"))
        read = {k.text: self.values.read(v, (*path, k.text), findings) for k, v in node.entries}
        return {k: v for k, v in read.items() if v is not BAD}

    def write(self, value: Any) -> Any:
        return {k: self.values.write(v) for k, v in value.items()}


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A value that stands in the file under one more key, e.g. `attempt: {inactive_days: 365}`; null is a value of it."""

    key: str
    inner: Shape
    default: Any = field(default=None)

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        if is_null(node):
            return self.default
        if not isinstance(node, MappingNode):
            return wrong_type(node, path, findings, N_("a mapping"))
        for key, _ in node.entries:
            if key.text != self.key:
                unknown_key(key.text, (self.key,), path, findings)
        value = node.get(self.key)
        if value is None:
            return self.default
        return None if is_null(value) else self.inner.read(value, (*path, self.key), findings)

    def write(self, value: Any) -> Any:
        return {self.key: None if value is None else self.inner.write(value)}


def unknown_key(key: str, known: tuple[str, ...], path: Path, findings: Findings) -> None:
    """Add the problem that a key means nothing here, with the nearest that does."""
    message = N_("the key {key!r} is unknown here{hint}")
    findings.error((*path, key), "unknown_key", message, key=key, hint=Hint(key, known))
