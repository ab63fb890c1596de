"""What changed between two maps, element by element.

Stages, touchpoints and the like are the same where their ids are, lane cells where role and stage are, members of the
buying group where the role is. The order of the changes is that of the file's keys, then that of the newer map.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tabiji.i18n import N_, pick, text
from tabiji.journeymap.model import JourneyMap
from tabiji.journeymap.words import THINGS, is_text, say_key, say_value
from tabiji.journeymap.yaml_file import to_dict
from tabiji.journeymap.yaml_file.grammar import MAP

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `path` leads to the element or its key, e.g. ("stages", "aware", "limit_days"); `labels` name each
    part of it to a reader. `before` and `after` are plain data as in `to_dict` (None = not set); of a moved element they are
    the ids of the element before it (None = it was or is the first)."""

    kind: Literal["added", "removed", "changed", "moved"]
    path: tuple[str, ...]
    before: Any
    after: Any
    labels: tuple[Any, ...] = ()

    def render(self, lang: str | None = None) -> str:
        """The change as a sentence in the reader's language."""
        where = " · ".join(self._where(lang))
        if self.kind == "moved":
            if self.after is None:
                return text(N_("{where} moved to the front"), lang, where=where)
            return text(N_("{where} moved behind {other}"), lang, where=where, other=self.after)
        if self.kind == "changed":
            values = {"before": say_value(self.before, lang), "after": say_value(self.after, lang)}
            return text(N_("{where}: {before} → {after}"), lang, where=where, **values)
        if len(self.path) == len(self.labels) + 1:  # the element itself
            said = N_("{where} was added") if self.kind == "added" else N_("{where} was removed")
            return text(said, lang, where=where)
        said = N_("{where}: {value} was added") if self.kind == "added" else N_("{where}: {value} was removed")
        value = self.after if self.kind == "added" else self.before
        return text(said, lang, where=where, value=say_value(value, lang))

    def _where(self, lang: str | None) -> Iterator[str]:
        first, *rest = self.path
        if not rest:
            yield say_key(first, lang)
            return
        labels = [pick(label, lang) or name for name, label in zip(rest, self.labels, strict=False)]
        yield " ".join([text(THINGS.get(first, first), lang), *labels])
        yield from (say_key(key, lang) for key in rest[len(labels) :])

    def to_dict(self) -> Plain:
        """{"kind", "path", "before", "after", "message"}, JSON-ready."""
        return {
            "kind": self.kind,
            "path": list(self.path),
            "before": self.before,
            "after": self.after,
            "message": self.render(),
        }


def diff(a: JourneyMap, b: JourneyMap) -> list[Change]:
    """What has to be done to `a` to make it `b`; empty where they say the same."""
    before, after = to_dict(a), to_dict(b)
    changes: list[Change] = []
    for key in (k.key for k in MAP.keys):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if key == "lanes":
            names = _names(before) | _names(after)
            changes += _lanes(old or {}, new or {}, names)
        elif key == "roles":
            changes += _table((key,), old or {}, new or {})
        elif key in THINGS:
            changes += _things(key, old or [], new or [])
        else:
            changes.append(Change("changed", (key,), old, new))
    return changes


def _names(plain: Plain) -> Plain:
    return {s["id"]: s.get("name", s["id"]) for s in plain.get("stages", ())}


def _identity(key: str) -> Callable[[Plain], str]:
    if key == "buying_group":
        return lambda item: str(item["role"])
    if key == "influence":
        return lambda item: " → ".join([item["from"], item["to"], *([item["stage"]] if "stage" in item else [])])
    return lambda item: str(item["id"])


def _things(key: str, old: list[Plain], new: list[Plain]) -> Iterator[Change]:
    """Changes of a list whose items have an identity."""
    name = _identity(key)
    before, after = {name(v): v for v in old}, {name(v): v for v in new}
    moved = _moved([n for n in before if n in after], [n for n in after if n in before])
    for i, (id_, item) in enumerate(after.items()):
        path, labels = (key, id_), (item.get("name", id_),)
        if id_ not in before:
            yield Change("added", path, None, item, labels)
            continue
        if id_ in moved:
            yield Change("moved", path, _predecessor(before, id_), list(after)[i - 1] if i else None, labels)
        yield from _keys(path, labels, before[id_], item)
    for id_, item in before.items():
        if id_ not in after:
            yield Change("removed", (key, id_), item, None, (item.get("name", id_),))


def _keys(path: tuple[str, ...], labels: tuple[Any, ...], old: Plain, new: Plain) -> Iterator[Change]:
    """Changes of the keys of one element."""
    for key in [*new, *(k for k in old if k not in new)]:
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if _is_loose(before) and _is_loose(after):
            yield from _loose((*path, key), labels, before or [], after or [])
        else:
            yield Change("changed", (*path, key), before, after, labels)


def _is_loose(value: Any) -> bool:
    """Whether a value is a list of clauses or notes (or not set)."""
    return value is None or (isinstance(value, list) and all(isinstance(v, dict) for v in value))


def _loose(path: tuple[str, ...], labels: tuple[Any, ...], old: list[Any], new: list[Any]) -> Iterator[Change]:
    """Clauses and notes have no ids: one that changed is one removed and one added. Their order says nothing."""
    left = [json.dumps(v, sort_keys=True) for v in old]
    for value in new:
        told = json.dumps(value, sort_keys=True)
        if told in left:
            left.remove(told)
        else:
            yield Change("added", path, None, value, labels)
    for told in left:
        yield Change("removed", path, json.loads(told), None, labels)


def _lanes(old: Plain, new: Plain, names: Plain) -> Iterator[Change]:
    for role in [*new, *(r for r in old if r not in new)]:
        before, after = old.get(role, {}), new.get(role, {})
        for stage in [*after, *(s for s in before if s not in after)]:
            path, labels = ("lanes", role, stage), (role, names.get(stage, stage))
            if stage not in before:
                yield Change("added", path, None, after[stage], labels)
            elif stage not in after:
                yield Change("removed", path, before[stage], None, labels)
            else:
                yield from _keys(path, labels, before[stage], after[stage])


def _table(path: tuple[str, ...], old: Plain, new: Plain) -> Iterator[Change]:
    for key in [*new, *(k for k in old if k not in new)]:
        if key not in old:
            yield Change("added", (*path, key), None, new[key], (new[key] if is_text(new[key]) else key,))
        elif key not in new:
            yield Change("removed", (*path, key), old[key], None, (old[key] if is_text(old[key]) else key,))
        elif old[key] != new[key]:
            yield Change("changed", (*path, key), old[key], new[key], (new[key] if is_text(new[key]) else key,))


def _predecessor(items: Plain, id_: str) -> str | None:
    ids = list(items)
    return ids[ids.index(id_) - 1] if ids.index(id_) else None


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest elements whose moving turns one order into the other: those outside a longest increasing run."""
    place = {name: i for i, name in enumerate(old)}
    tails: list[int] = []
    ends: list[str] = []
    before: dict[str, str | None] = {}
    for name in new:
        at = bisect_left(tails, place[name])
        before[name] = ends[at - 1] if at else None
        tails[at : at + 1] = [place[name]]
        ends[at : at + 1] = [name]
    kept: set[str] = set()
    name_: str | None = ends[-1] if ends else None
    while name_ is not None:
        kept.add(name_)
        name_ = before[name_]
    return set(new) - kept
