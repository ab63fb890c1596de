"""From a file to a map: `parse` never raises, `read_map` raises with everything that is wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabiji.i18n import N_
from tabiji.journeymap.model import JourneyMap
from tabiji.journeymap.problems import MapError, Problem
from tabiji.journeymap.yaml_file.composing import compose
from tabiji.journeymap.yaml_file.grammar import MAP
from tabiji.journeymap.yaml_file.nodes import Document, MappingNode, Node
from tabiji.journeymap.yaml_file.plain import from_plain
from tabiji.journeymap.yaml_file.shapes import Findings, wrong_type


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file says.

    `map` is None where there is an error. `sketch` is what could be read all the same (wrong values left at their defaults,
    items and their order as in the file), for further checks; None where the text is not YAML or no mapping."""

    map: JourneyMap | None
    problems: tuple[Problem, ...]
    document: Document | None
    sketch: JourneyMap | None


def parse(source: str | bytes) -> Parsed:
    """Read a map from YAML 1.2 text (bytes: UTF-8). Wrong syntax, keys and types are told in `problems`, with their lines.

    Whether the map makes sense is the business of `check`."""
    document, problems = compose(source)
    if document is None:
        return Parsed(None, problems, None, None)
    return _read(document, problems)


def from_dict(data: Mapping[str, Any]) -> Parsed:
    """Read a map from plain data with the keys of the YAML file (what `to_dict` gives). Problems carry paths, no lines."""
    try:
        return _read(Document("", from_plain(data)), ())
    except ValueError as error:
        message = N_("this is not a map: {reason}")
        return Parsed(None, (Problem("error", "not_plain", 0, 0, "", message, {"reason": str(error)}),), None, None)


def from_json(source: str | bytes) -> Parsed:
    """Read a map from JSON text (what `to_json` gives)."""
    try:
        return from_dict(json.loads(source))
    except (ValueError, RecursionError) as error:
        line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (0, 0)
        message = N_("this is not JSON: {reason}")
        problem = Problem("error", "syntax", line, column, "", message, {"reason": str(error)})
        return Parsed(None, (problem,), None, None)


def read_map(source: str | bytes) -> JourneyMap:
    """The map of a file; raises MapError with everything that keeps it from being read."""
    parsed = parse(source)
    if parsed.map is None:
        raise MapError(parsed.problems)
    return parsed.map


def _read(document: Document, problems: tuple[Problem, ...]) -> Parsed:
    root: Node = document.root
    findings = Findings(document)
    if not isinstance(root, MappingNode):
        wrong_type(root, (), findings, N_("a mapping with the keys `id`, `name` and `stages`"))
        return Parsed(None, (*problems, *findings.problems), document, None)
    sketch: JourneyMap = MAP.read(root, (), findings)
    found = (*problems, *findings.problems)
    wrong = any(p.severity == "error" for p in found)
    return Parsed(None if wrong else sketch, found, document, sketch)
