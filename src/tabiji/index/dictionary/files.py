"""The dictionaries of an index on disk: `dict/` of a generation, and of a delta where it adds to them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tabiji.index.dictionary.hashing import U8
from tabiji.index.dictionary.kinds import kind_columns, kinds_of
from tabiji.index.layout import Kinds
from tabiji.index.store import Coded, open_array, open_texts, save_array, save_texts


def save_kinds(folder: Path, kinds: Kinds, keys: U8) -> None:
    """Write the kinds (per column its codes and its values, numbered in the order of `kind_columns`) and their keys."""
    save_array(folder / "kind.key.npy", keys)
    for c, column in enumerate(kind_columns(kinds).values()):
        save_array(folder / f"kind-{c}.codes.npy", np.ascontiguousarray(column.codes, np.uint32))
        save_texts(folder, f"kind-{c}", column.values)
    save_array(folder / "kind.inherited.npy", np.ascontiguousarray(kinds.inherited, np.bool_))


def open_kinds(folder: Path, names: Sequence[str]) -> Kinds:
    """The kinds in `folder`; `names` are those of `kind_columns`."""
    columns = {
        name: Coded(open_array(folder / f"kind-{c}.codes.npy"), list(open_texts(folder, f"kind-{c}")))
        for c, name in enumerate(names)
    }
    return kinds_of(columns, open_array(folder / "kind.inherited.npy"))


def role_sets_from(listed: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Role sets as the manifest lists them."""
    return [tuple(roles) for roles in listed]


def dictionary_facts(kinds: Kinds, role_sets: Sequence[Sequence[str]], currencies: Sequence[str]) -> dict[str, Any]:
    """What the manifest says of the dictionaries."""
    return {
        "kinds": len(kinds),
        "kind_columns": list(kind_columns(kinds)),
        "role_sets": [list(roles) for roles in role_sets],
        "currencies": list(currencies),
    }
