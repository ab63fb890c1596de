"""From a YAML 1.2 text to its tree of nodes, with the limits that keep a hostile file harmless.

ruamel.yaml delivers the events; the tree is built here, because a map needs the place of every key, duplicate keys must be
told with both lines, and scalars follow the core schema of YAML 1.2 alone (`on` and `yes` are words).
"""

from dataclasses import replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from tabiji.i18n import N_
from tabiji.journeymap.problems import Phrase, Problem
from tabiji.journeymap.yaml_file.nodes import MAX_DEPTH, Document, ListNode, MappingNode, Node, ScalarNode
from tabiji.journeymap.yaml_file.scalars import UNPRINTABLE

MAX_BYTES = 5_000_000
MAX_NODES = 100_000  # a large map has a few thousand; aliases count as often as they are used


def compose(source: str | bytes) -> tuple[Document | None, tuple[Problem, ...]]:
    """The tree of a text, and what is wrong with it as YAML (errors; never an exception).

    The tree is None where the text cannot be read at all. Duplicate keys leave the tree usable."""
    try:
        text = _decode(source)
        composer = _Composer(text)
        return Document(text, composer.compose()), tuple(composer.problems)
    except _Refused as refused:
        return None, (refused.problem,)


class _Refused(Exception):
    def __init__(self, code: str, message: str, line: int = 0, column: int = 0, /, **values: Any) -> None:
        self.problem = Problem("error", code, line, column, "", message, values)


def _decode(source: str | bytes) -> str:
    size = len(source) if isinstance(source, bytes) else len(source.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        message = N_("the file has {size:.1f} MB; it may have at most {most:.0f} MB")
        raise _Refused("too_large", message, size=size / 1e6, most=MAX_BYTES / 1e6)
    return (source if isinstance(source, str) else _utf8(source)).removeprefix("\ufeff")


def _utf8(source: bytes) -> str:
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        message = N_("the file is not UTF-8 (first at byte {byte:#04x}){guess}; save it as UTF-8")
        guess = Phrase(_guess_encoding(source))
        raise _Refused("not_utf8", message, line, 1, byte=source[error.start], guess=guess) from None


def _guess_encoding(source: bytes) -> str:
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        return N_(", it looks like UTF-16")
    try:
        source.decode("cp932")
    except UnicodeDecodeError:
        return ""
    return N_(", it looks like Shift_JIS")


class _Composer:
    """Builds the tree from the events of the parser, which is iterative: no depth of nesting can exhaust the stack."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node] = {}
        self.nodes = 0

    def compose(self) -> Node:
        root: Node | None = None
        stack: list[tuple[Any, list[Node]]] = []
        documents = 0
        for event in _events(self.text):
            self._limit(event, len(stack))
            done: Node | None = None
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    message = N_("the file has more than one document; keep one in each file (no second `---`)")
                    raise _refused(event, "several_documents", message)
            elif isinstance(event, SequenceStartEvent | MappingStartEvent):
                self._tag(event)
                stack.append((event, []))
            elif isinstance(event, SequenceEndEvent | MappingEndEvent):
                start, children = stack.pop()
                done = self._collection(start, event, children)
            elif isinstance(event, AliasEvent):
                done = self._alias(event)
            elif isinstance(event, ScalarEvent):
                done = self._scalar(event)
            if done is not None:
                if stack:
                    stack[-1][1].append(done)
                else:
                    root = done
        if root is None or (isinstance(root, ScalarNode) and root.value is None):
            raise _Refused("empty", N_("the file is empty; a map needs at least `id`, `name` and `stages`"))
        return root

    def _limit(self, event: Any, depth: int) -> None:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise _refused(
                event, "too_deep", N_("nested deeper than {most} levels; no such file needs that"), most=MAX_DEPTH
            )
        if self.nodes > MAX_NODES:
            raise _refused(
                event, "too_many_nodes", N_("more than {most} values; no such file needs that"), most=MAX_NODES
            )

    def _tag(self, event: Any) -> None:
        tag = str(event.ctag) if event.ctag is not None else None
        if tag is not None and not tag.startswith("tag:yaml.org,2002:"):
            message = N_("the tag {tag!r} has no meaning here; leave it out")
            raise _refused(event, "tag", message, tag=tag)
        if tag is not None and "python" in tag:
            raise _refused(event, "tag", N_("the tag {tag!r} has no meaning here; leave it out"), tag=tag)

    def _scalar(self, event: Any) -> Node:
        self._tag(event)
        said = _whole_characters(event)
        forced = event.ctag is not None and str(event.ctag).endswith(":str")
        where = _where(event.start_mark, event.end_mark, event.anchor)
        if event.style in ("|", ">"):
            where["end"] = where["start"] + len(self.text[where["start"] : where["end"]].rstrip())
        node = ScalarNode(
            **where,
            size=1,
            text=said,
            plain=event.style in (None, "") and not forced,
            style=event.style,
        )
        return self._anchor(event, node)

    def _collection(self, start: Any, end: Any, children: list[Node]) -> Node:
        where = _where(start.start_mark, end.end_mark, start.anchor)
        flow = bool(start.flow_style)
        if not flow and children:
            where["end"] = children[-1].end
        size = 1 + sum(c.size for c in children)
        if isinstance(start, SequenceStartEvent):
            return self._anchor(start, ListNode(**where, size=size, items=tuple(children), flow=flow))
        entries = tuple(zip(children[::2], children[1::2], strict=True))
        seen: dict[str, Node] = {}
        for key, _ in entries:
            if not isinstance(key, ScalarNode):
                message = N_("a key must be a word, not a list or a mapping")
                raise _Refused("complex_key", message, key.line, key.column)
            first = seen.setdefault(key.text, key)
            if first is not key:
                message = N_("the key {key!r} stands here a second time (first in line {first}); keep one of them")
                values = {"key": key.text, "first": first.line}
                self.problems.append(Problem("error", "duplicate_key", key.line, key.column, key.text, message, values))
        return self._anchor(start, MappingNode(**where, size=size, entries=entries, flow=flow))  # type: ignore[arg-type]

    def _alias(self, event: Any) -> Node:
        node = self.anchors.get(event.anchor)
        if node is None:
            message = N_("`*{anchor}` refers to no finished `&{anchor}` above it")
            raise _refused(event, "unknown_alias", message, anchor=event.anchor)
        self.nodes += node.size
        self._limit(event, 0)
        where = _where(event.start_mark, event.end_mark, None)
        return replace(node, **{**where, "alias": True})

    def _anchor(self, event: Any, node: Node) -> Node:
        if event.anchor:
            self.anchors[event.anchor] = node
        return node


def _whole_characters(event: Any) -> str:
    """What a scalar says; JSON's pairs of surrogates become one character, other unprintable ones are refused."""
    said = str(event.value)
    if any("\ud800" <= c <= "\udfff" for c in said):
        said = said.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    bad = UNPRINTABLE.search(said)
    if bad:
        message = N_("the character U+{code:04X} may not stand here; remove it")
        raise _refused(event, "bad_character", message, code=ord(bad[0]))
    return said


def _events(text: str) -> Any:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = N_("the character U+{code:04X} may not stand in YAML; remove it")
        raise _Refused("bad_character", message, line, 1, code=ord(text[error.position])) from None
    except MarkedYAMLError as error:
        raise _syntax(text, error) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise _Refused("syntax", N_("this is not YAML: {reason}"), reason=str(error).splitlines()[0]) from None


def _syntax(text: str, error: MarkedYAMLError) -> _Refused:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    reason = error.problem or error.context or ""
    if "'\\t'" in reason:
        message = N_("a tab stands where spaces are needed; YAML indents with spaces only")
        return _Refused("tab", message, line, column)
    written = text.splitlines()[line - 1].strip()[:60] if 0 < line <= len(text.splitlines()) else ""
    message = N_("this is not YAML: {reason} (near {written!r}); check quotes, brackets and indentation above it")
    return _Refused("syntax", message, line, column, reason=reason, written=written)


def _refused(event: Any, code: str, message: str, /, **values: Any) -> _Refused:
    mark = event.start_mark
    return _Refused(code, message, mark.line + 1, mark.column + 1, **values)


def _where(start: Any, end: Any, anchor: str | None) -> dict[str, Any]:
    place = {"line": start.line + 1, "column": start.column + 1, "start": start.index, "end": end.index}
    return {**place, "alias": False, "anchored": bool(anchor)}
