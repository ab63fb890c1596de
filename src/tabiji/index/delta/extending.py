"""Dictionaries with what new events add: existing entries keep their numbers, new ones get the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from tabiji.index.delta.fresh import Fresh
from tabiji.index.dictionary.files import open_kinds
from tabiji.index.dictionary.hashing import U8
from tabiji.index.dictionary.kinds import kind_columns, kind_keys, kinds_of
from tabiji.index.layout import I8, Kinds
from tabiji.index.store import Coded, Manifest, open_array

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Extension:
    """The dictionaries of the index with the new entries; `of_…` is int64, final number by that of the new events."""

    kinds: Kinds
    keys: U8
    role_sets: list[tuple[str, ...]]
    currencies: list[str]
    of_kind: I8
    of_role: I8
    of_currency: I8


def extend(home: Path, body: Manifest, fresh: Fresh) -> Extension:
    """Add the dictionaries of new events to those of the index in generation `home`."""
    folder = home / body["kinds_in"]
    kinds, keys = open_kinds(folder, body["kind_columns"]), open_array(folder / "kind.key.npy")
    new_keys = kind_keys(fresh.table.kinds)
    added = ~np.isin(new_keys, keys)
    if added.any():
        kinds, keys = _joined(kinds, fresh.table.kinds, added), np.concatenate([keys, new_keys[added]])
    order = np.argsort(keys)
    of_kind = order[np.searchsorted(keys, new_keys, sorter=order)]
    known_sets: list[tuple[str, ...]] = [tuple(roles) for roles in body["role_sets"]]
    role_sets, of_role = _numbered(known_sets, fresh.people.role_sets)
    currencies, of_currency = _numbered(list(body["currencies"]), fresh.vocabulary.currencies)
    return Extension(kinds, keys, role_sets, currencies, of_kind.astype(np.int64), of_role, of_currency)


def _numbered(known: list[T], wanted: Sequence[T]) -> tuple[list[T], I8]:
    numbers: dict[T, int] = {entry: number for number, entry in enumerate(known)}
    for entry in wanted:
        numbers.setdefault(entry, len(numbers))
    return list(numbers), np.array([numbers[entry] for entry in wanted], np.int64)


def _joined(kinds: Kinds, others: Kinds, added: Any) -> Kinds:
    theirs = kind_columns(others)
    columns = {name: _append(column, theirs[name], added) for name, column in kind_columns(kinds).items()}
    return kinds_of(columns, np.concatenate([kinds.inherited, others.inherited[added]]))


def _append(column: Coded, other: Coded, added: Any) -> Coded:
    values, numbers = _numbered(list(column.values), list(other.values))
    code_of = np.append(0, numbers + 1).astype(np.uint32)
    return Coded(np.concatenate([column.codes, code_of[other.codes[added]]]), values)
