"""The whole check: shape, sense, and names that the data does not know."""

import re

from tabiji.i18n import N_
from tabiji.journeymap.check.clauses import check_clauses
from tabiji.journeymap.check.known import KnownData, check_known
from tabiji.journeymap.check.parts import PARTS
from tabiji.journeymap.check.review import Review
from tabiji.journeymap.check.stages import check_stages
from tabiji.journeymap.model import JourneyMap
from tabiji.journeymap.problems import MapError, Problem
from tabiji.journeymap.yaml_file import Parsed, parse
from tabiji.journeymap.yaml_file.nodes import ListNode, MappingNode

_MAP_ID = re.compile(r"\w[\w.-]{0,99}")  # it stands in addresses and file names


def check(source: str | bytes, known: KnownData | None = None) -> list[Problem]:
    """Everything that is wrong with a map's file, in the order of its lines; empty = nothing.

    known: names that occur in the data, to warn about rules that never fire. Never raises for a bad file."""
    return _problems(parse(source), known)


def load(source: str | bytes) -> JourneyMap:
    """The map of a file; raises MapError (with warnings among its problems) where `check` finds an error."""
    parsed = parse(source)
    problems = _problems(parsed, None)
    if parsed.map is None or any(p.severity == "error" for p in problems):
        raise MapError(problems)
    return parsed.map


def _problems(parsed: Parsed, known: KnownData | None) -> list[Problem]:
    found = list(parsed.problems)
    if parsed.sketch is not None and parsed.document is not None:
        review = Review(parsed.document, parsed.sketch)
        _map(review)
        check_stages(review)
        check_clauses(review)
        for part in PARTS:
            part(review)
        if known is not None:
            check_known(review, known)
        found += review.problems
    return sorted(found, key=lambda p: (p.line, p.column, p.severity, p.code))


def _map(review: Review) -> None:
    root = review.document.root
    name, stages = (root.get("name"), root.get("stages")) if isinstance(root, MappingNode) else (None, None)
    if review.map.id and not _MAP_ID.fullmatch(review.map.id):
        message = N_(
            "the id {id!r} of a map stands in addresses and file names: letters, digits, `-`, `_` and `.` only"
        )
        review.error(("id",), "bad_id", message, id=review.map.id)
    if name is None:
        message = N_("the map has no name; write e.g. `name: {ja: 新規導入, en: New business}`")
        review.warning((), "no_name", message)
    if isinstance(stages, ListNode) and not stages.items:
        message = N_("the map has no stages; write e.g. `stages: [{id: aware, enters_when: [{event: page_viewed}]}]`")
        review.error(("stages",), "no_stages", message)
