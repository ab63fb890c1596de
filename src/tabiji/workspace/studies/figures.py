"""The figures in the JSON of any answer: each under a path of keys, so that two answers can be laid side by side.

The items of a list go by what names them (`id`, `from` and `to`, …) rather than by their place, so that a new stage or
group does not shift the others.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from math import isclose
from typing import Any

Path = tuple[str, ...]
Value = float | int | str | bool | None

COUNTED = ("accounts", "journeys", "events", "excluded")  # of the provenance
NO_FIGURES = ("question", "provenance", "notices")
WORDS = ("meaning", "name", "message", "reason", "reasons", "definition")  # say in words what the figures say
NAMES = (
    ("id",), ("cohort",), ("from", "to"), ("key",), ("value",), ("class", "stage", "role", "touchpoint"), ("path",),
    ("age_days",), ("stage", "role"), ("stage",), ("role",), ("name",), ("account",),
)  # fmt: skip


def plain(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as JSON gives it back."""
    out: dict[str, Any] = json.loads(json.dumps(answer, default=_plain))
    return out


def figures(answer: Mapping[str, Any]) -> dict[Path, Value]:
    """Path → value of every figure of an answer (plain JSON), in its order; what the answer was counted from comes last."""
    told = {k: v for k, v in answer.items() if k not in NO_FIGURES}
    counted = {k: v for k, v in answer.get("provenance", {}).items() if k in COUNTED}
    return dict([*_walk((), told), *_walk(("provenance",), counted)])


def alike(a: Value, b: Value) -> bool:
    """Whether two values are the same figure, rounding of sums aside."""
    if is_number(a) and is_number(b):
        return isclose(float(a), float(b), rel_tol=1e-9, abs_tol=1e-12)  # type: ignore[arg-type]
    return a == b


def is_number(value: Value) -> bool:
    """Whether a value can be subtracted."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _walk(path: Path, node: Any) -> Iterator[tuple[Path, Value]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in WORDS and key != "notices":
                yield from _walk((*path, str(key)), value)
    elif isinstance(node, list):
        keys, names = _names(node)
        for name, value in zip(names, node, strict=True):
            named = {k: v for k, v in value.items() if k not in keys} if keys else value  # a name is no figure
            yield from _walk((*path, name), named)
    else:
        yield path, node


def _names(items: Sequence[Any]) -> tuple[tuple[str, ...], list[str]]:
    """What the items of a list go by: the first of NAMES that all have and that tells them apart (none: their places), and
    the names."""
    for keys in NAMES:
        if not items or not all(isinstance(item, dict) and keys[0] in item for item in items):
            continue
        named = [" → ".join(_word(item[k]) for k in keys if item.get(k) is not None) or "—" for item in items]
        if len(set(named)) == len(named):
            return keys, named
    return (), [str(place + 1) for place in range(len(items))]


def _word(value: Any) -> str:
    return " → ".join(map(_word, value)) if isinstance(value, list) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value.tolist()
