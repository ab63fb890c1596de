"""Shapes of the model's classes: which key of the file is which attribute."""

from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

from tabiji.i18n import LANGUAGES, N_
from tabiji.journeymap.model import ANY_LANGUAGE, Cell, Note
from tabiji.journeymap.problems import Path
from tabiji.journeymap.yaml_file.nodes import ListNode, MappingNode, Node, ScalarNode
from tabiji.journeymap.yaml_file.shapes import (
    BAD,
    Choice,
    Findings,
    Localized,
    Shape,
    is_null,
    unknown_key,
    wrong_type,
)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record. `attribute` where it differs from the key; `needed` = an error when it is missing."""

    key: str
    shape: Shape
    attribute: str = ""
    needed: bool = False

    @property
    def target(self) -> str:
        """The attribute of the model's class."""
        return self.attribute or self.key


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping that is an instance of one of the model's classes."""

    cls: type
    keys: tuple[Key, ...]
    lone: str = ""  # the key that a bare scalar stands for; empty = a scalar is an error

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        return self.cls(**self.attributes(node, path, findings))

    def attributes(self, node: Node, path: Path, findings: Findings) -> dict[str, Any]:
        """The values of the attributes that have keys; what is missing or wrong has its default or a placeholder."""
        if self.lone and isinstance(node, ScalarNode) and not is_null(node):
            values: dict[str, Node] = {self.lone: node}
        elif isinstance(node, MappingNode):
            values = {k.text: v for k, v in node.entries}
        else:
            wrong_type(node, path, findings, N_("a mapping"))
            values = {}
        known = tuple(k.key for k in self.keys)
        for key in values:
            if key not in known:
                unknown_key(key, known, path, findings)
        told = isinstance(node, MappingNode)
        return {k.target: self._one(k, values.get(k.key), path, findings, told) for k in self.keys}

    def _one(self, key: Key, node: Node | None, path: Path, findings: Findings, told: bool) -> Any:
        if node is not None and (not is_null(node) or key.needed):
            value = key.shape.read(node, (*path, key.key), findings)
        else:
            value = BAD
            if key.needed and told:
                findings.error(path, "missing_key", N_("the key {key!r} is missing"), key=key.key)
        return self.default(key) if value is BAD else value

    def default(self, key: Key) -> Any:
        """What the attribute is where the file does not say; a placeholder for what must be said."""
        for f in fields(self.cls):
            if f.name == key.target:
                if f.default is not MISSING:
                    return f.default
                if f.default_factory is not MISSING:
                    return f.default_factory()
        if isinstance(key.shape, OneOf):
            return key.shape.record.cls()
        return {Localized: {}, ListOf: ()}.get(type(key.shape), "")

    def write(self, value: Any) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key in self.keys:
            said = getattr(value, key.target)
            if key.needed or said != self.default(key):
                out[key.key] = key.shape.write(said)
        if "name" in out and getattr(value, "id", None) is not None and value.name == {ANY_LANGUAGE: value.id}:
            del out["name"]
        return out


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one shape. Items without an id get `<numbered>-<n>` where `numbered` is set."""

    items: Shape
    numbered: str = ""

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        if is_null(node):
            return ()
        if not isinstance(node, ListNode):
            return wrong_type(node, path, findings, N_("a list (each item after a dash)"))
        read = [self.items.read(item, (*path, i), findings) for i, item in enumerate(node.items)]
        return tuple(self._number([r for r in read if r is not BAD]))

    def _number(self, values: list[Any]) -> Sequence[Any]:
        if not self.numbered:
            return values
        taken = {v.id for v in values}
        out = []
        for n, value in enumerate(values, 1):
            if not value.id:
                names = (f"{self.numbered}-{i}" for i in range(n, n + len(values) + 1))
                name = next(candidate for candidate in names if candidate not in taken)
                taken.add(name)
                value = replace(value, id=name)
            out.append(value)
        return out

    def write(self, value: Any) -> Any:
        return [self.items.write(v) for v in value]


@dataclass(frozen=True, slots=True)
class NoteShape:
    """A sentence of a lane: a text, or `{text: …, evidence: …}`."""

    evidence: Choice

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        if not isinstance(node, MappingNode) or not ({k.text for k, _ in node.entries} - {*LANGUAGES, ANY_LANGUAGE}):
            if is_null(node):
                return wrong_type(node, path, findings, N_("a text"))
            said = Localized().read(node, path, findings)
            return BAD if said is BAD else Note(said)
        return self._record.read(node, path, findings)

    @property
    def _record(self) -> Record:
        return Record(Note, (Key("text", Localized(), needed=True), Key("evidence", self.evidence)))

    def write(self, value: Note) -> Any:
        written = self._record.write(value)
        return written["text"] if set(written) == {"text"} else written


@dataclass(frozen=True, slots=True)
class Lanes:
    """`{role: {stage: cell}}` as a tuple of cells."""

    keys: tuple[Key, ...]

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        if is_null(node):
            return ()
        if not isinstance(node, MappingNode):
            return wrong_type(node, path, findings, N_("a mapping"))
        cells: list[Cell] = []
        for role, stages in node.entries:
            here = (*path, role.text)
            if isinstance(stages, MappingNode):
                cells += [self._cell(role.text, s.text, v, (*here, s.text), findings) for s, v in stages.entries]
            elif not is_null(stages):
                wrong_type(stages, here, findings, N_("a mapping"))
        unique = {(c.role, c.stage): c for c in reversed(cells)}  # duplicate keys are told by the document
        return tuple(reversed(unique.values()))

    def _cell(self, role: str, stage: str, node: Node, path: Path, findings: Findings) -> Cell:
        if is_null(node):
            return Cell(role, stage)
        return Cell(role, stage, **Record(Cell, self.keys).attributes(node, path, findings))

    def write(self, value: Sequence[Cell]) -> Any:
        out: dict[str, dict[str, Any]] = {}
        body = Record(Cell, self.keys)
        for cell in value:
            out.setdefault(cell.role, {})[cell.stage] = body.write(cell)
        return out


@dataclass(frozen=True, slots=True)
class OneOf:
    """A record of which exactly one of the keys `alternatives` is set."""

    record: Record
    alternatives: tuple[str, ...]

    def read(self, node: Node, path: Path, findings: Findings) -> Any:
        value = self.record.read(node, path, findings)
        if isinstance(node, MappingNode):
            named = [k.text for k, v in node.entries if k.text in self.alternatives and not is_null(v)]
            if len(named) != 1:
                message = N_("{key} needs exactly one of {options}; it has {n}")
                options = ", ".join(self.alternatives)
                findings.error(path, "not_exactly_one", message, key=path[-1], options=options, n=len(named))
        return value

    def write(self, value: Any) -> Any:
        return self.record.write(value)
