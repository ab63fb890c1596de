"""The dictionary of kinds, made from the pairs (rest, content) that occurred."""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tabiji.index.build.dictionaries import Vocabulary, coded
from tabiji.index.build.hashing import U8
from tabiji.index.build.routing import Pairs
from tabiji.index.build.scan import KIND_COLUMNS, OTHER, PROPERTY
from tabiji.index.layout import I8, U4, Kinds
from tabiji.index.store import Coded

MOST_KINDS = 1 << 20
# Where kinds are too many, the rarest values of a column become `(other)`: contents first, names last.
_GIVEN_UP = ("content", PROPERTY, "campaign", "source", "offering", "channel", "name")


@dataclass(frozen=True, slots=True)
class KindTable:
    """Kinds in the order of their texts. of_pair: uint32, kind by 2 · pair + inherited · shortened: columns in which
    rare values became `(other)`."""

    kinds: Kinds
    of_pair: U4
    shortened: tuple[str, ...]


def kind_table(vocabulary: Vocabulary, pairs: Pairs, most: int) -> KindTable:
    """Number the kinds that have events. of_pair is 0 for pairs that have none."""
    occurring = np.flatnonzero(pairs.counts)
    pair, inherited = occurring // 2, occurring % 2
    columns: dict[str, Coded] = {
        name: Coded(column.codes[pairs.rest[pair]], column.values) for name, column in vocabulary.columns.items()
    }
    columns["content"] = Coded(pairs.content[pair].astype(np.uint32), vocabulary.contents)
    columns = {name: _compact(column) for name, column in columns.items()}
    columns, shortened = _shorten(columns, inherited, pairs.counts[occurring], most)
    names = _ordered(columns)
    matrix = np.column_stack([*(columns[name].codes for name in names), inherited.astype(np.uint32)])
    distinct, number = np.unique(matrix, axis=0, return_inverse=True)
    of_pair = np.zeros(max(1, len(pairs.counts)), np.uint32)
    of_pair[occurring] = number.reshape(-1)
    final = {name: Coded(np.ascontiguousarray(distinct[:, c]), columns[name].values) for c, name in enumerate(names)}
    shortened = tuple(dict.fromkeys(vocabulary.shortened + shortened))
    return KindTable(kinds_of(final, distinct[:, -1].astype(np.bool_)), of_pair, shortened)


def kinds_of(columns: dict[str, Coded], inherited: npt.NDArray[np.bool_]) -> Kinds:
    """Kinds from their columns (properties named `property:…`)."""
    properties = {name.removeprefix(PROPERTY): c for name, c in columns.items() if name.startswith(PROPERTY)}
    plain = {name: columns[name] for name in (*KIND_COLUMNS, "content")}
    return Kinds(**plain, inherited=inherited, properties=properties)


def kind_columns(kinds: Kinds) -> dict[str, Coded]:
    """The columns of kinds by name, in the order in which kinds are sorted (properties named `property:…`)."""
    plain = {name: getattr(kinds, name) for name in (*KIND_COLUMNS, "content")}
    columns = plain | {PROPERTY + name: values for name, values in kinds.properties.items()}
    return {name: c if isinstance(c := columns[name], Coded) else coded(c) for name in _ordered(columns)}


def kind_keys(kinds: Kinds) -> U8:
    """A number for each kind by its texts alone."""
    rows = zip(*kind_columns(kinds).values(), kinds.inherited.tolist(), strict=True)
    return text_keys(map(repr, rows), len(kinds))


def text_keys(texts: "map[str]", n: int) -> U8:
    """A number for each of n texts."""
    return np.fromiter(
        (int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") for text in texts),
        np.uint64,
        n,
    )


def _ordered(columns: "dict[str, Coded]") -> list[str]:
    properties = sorted(name for name in columns if name.startswith(PROPERTY))
    return ["name", "channel", "source", "campaign", "content", "offering", *properties]


def _compact(column: Coded) -> Coded:
    """The column without values that do not occur."""
    used, codes = np.unique(column.codes, return_inverse=True)
    values = [column.values[code - 1] for code in used.tolist() if code]
    shift = 0 if used.size and used[0] == 0 else 1
    return Coded((codes.reshape(-1) + shift).astype(np.uint32), values)


def _shorten(
    columns: dict[str, Coded], inherited: I8, events: I8, most: int
) -> tuple[dict[str, Coded], tuple[str, ...]]:
    """Let the rarest values of column after column become `(other)` until there are at most `most` kinds."""
    shortened: list[str] = []
    for group in _GIVEN_UP:
        names = [n for n in columns if n == group or (group == PROPERTY and n.startswith(PROPERTY))]
        for name in sorted(names, key=lambda n: (-len(columns[n].values), n)):
            if _count(columns, inherited) <= most:
                return columns, tuple(shortened)
            columns = _keep_commonest(columns, name, inherited, events, most)
            shortened.append(name)
    return columns, tuple(shortened)


def _keep_commonest(columns: dict[str, Coded], name: str, inherited: I8, events: I8, most: int) -> dict[str, Coded]:
    """Keep as many of the commonest values of a column as there is room for kinds."""
    column = columns[name]
    weight = np.bincount(column.codes, weights=events, minlength=len(column.values) + 1)
    ranked = sorted(range(1, len(weight)), key=lambda code: (-weight[code], column.values[code - 1]))
    low, high = 0, len(ranked)
    best = columns | {name: _only(column, set())}
    while low < high:
        middle = (low + high + 1) // 2
        attempt = columns | {name: _only(column, set(ranked[:middle]))}
        if _count(attempt, inherited) <= most:
            low, best = middle, attempt
        else:
            high = middle - 1
    return best


def _only(column: Coded, kept: set[int]) -> Coded:
    return coded(
        [
            text if code in kept or text is None else OTHER
            for code, text in zip(column.codes.tolist(), column, strict=True)
        ]
    )


def _count(columns: dict[str, Coded], inherited: I8) -> int:
    matrix = np.column_stack([*(c.codes for c in columns.values()), inherited.astype(np.uint32)])
    return len(np.unique(matrix, axis=0))
