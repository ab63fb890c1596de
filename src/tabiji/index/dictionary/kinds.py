"""The dictionary of kinds, made from the pairs (rest, content) that occurred."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tabiji.index.dictionary.hashing import U8
from tabiji.index.dictionary.pairs import Pairs
from tabiji.index.dictionary.scan import KIND_COLUMNS, OTHER, PROPERTY
from tabiji.index.dictionary.vocabulary import Vocabulary, coded
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
    events = pairs.counts[occurring]
    columns, inherited, shortened, of_row = _shorten(columns, inherited, events, most)
    names = _ordered(columns)
    distinct, number = np.unique(_packed(columns, inherited), return_index=True, return_inverse=True)[1:]
    of_pair = np.zeros(max(1, len(pairs.counts)), np.uint32)
    of_pair[occurring] = number.reshape(-1)[of_row]
    final = {name: Coded(columns[name].codes[distinct], columns[name].values) for name in names}
    shortened = tuple(dict.fromkeys(vocabulary.shortened + shortened))
    return KindTable(kinds_of(final, inherited[distinct].astype(np.bool_)), of_pair, shortened)


def _packed(columns: dict[str, Coded], inherited: I8, without: str = "") -> I8:
    """One number for each row, in the order of the rows; `without`: a column that is left out."""
    packed, size = np.zeros(len(inherited), np.int64), 1
    given: list[tuple[npt.NDArray[Any], int]] = [
        (columns[name].codes, len(columns[name].values) + 1) for name in _ordered(columns) if name != without
    ]
    for codes, n in [*given, (inherited, 2)]:
        if size * n > 2**62:
            distinct, packed = np.unique(packed, return_inverse=True)
            size = len(distinct)
        packed, size = packed * n + codes.astype(np.int64), size * n
    return packed


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
) -> tuple[dict[str, Coded], I8, tuple[str, ...], I8]:
    """Let the rarest values of column after column become `(other)` until there are at most `most` kinds.

    Returns (columns, inherited) with equal rows put together, the columns that were shortened, and the new row of each row."""
    shortened: list[str] = []
    of_row = np.arange(len(inherited))
    for group in _GIVEN_UP:
        names = [n for n in columns if n == group or (group == PROPERTY and n.startswith(PROPERTY))]
        for name in sorted(names, key=lambda n: (-len(columns[n].values), n)):
            if len(inherited) <= most:
                return columns, inherited, tuple(shortened), of_row
            columns = columns | {name: _keep_commonest(columns, name, inherited, events, most)}
            shortened.append(name)
            first, row = np.unique(_packed(columns, inherited), return_index=True, return_inverse=True)[1:]
            columns = {n: Coded(c.codes[first], c.values) for n, c in columns.items()}
            inherited, of_row = inherited[first], row.reshape(-1)[of_row]
            events = np.bincount(row.reshape(-1), weights=events).astype(np.int64)
    return columns, inherited, tuple(shortened), of_row


def _keep_commonest(columns: dict[str, Coded], name: str, inherited: I8, events: I8, most: int) -> Coded:
    """The column with as many of its commonest values as there is room for kinds; the others are `(other)`.

    With the m commonest values there are as many kinds as rows that have one of them (rows are distinct), and one for
    each combination of the other columns among the remaining rows."""
    column = columns[name]
    weight = np.bincount(column.codes, weights=events, minlength=len(column.values) + 1).tolist()
    ranked = sorted(range(1, len(weight)), key=lambda code: (-weight[code], column.values[code - 1]))
    rank = np.zeros(len(weight), np.int64)
    rank[ranked] = np.arange(1, len(weight))  # rows without a value stay as they are
    of_row = rank[column.codes]
    others = _packed(columns, inherited, without=name)
    n_kept = np.cumsum(np.bincount(of_row, minlength=len(weight)))
    distinct, number = np.unique(others, return_inverse=True)
    last = np.zeros(len(distinct), np.int64)
    np.maximum.at(last, number.reshape(-1), of_row)
    n_rest = len(distinct) - np.cumsum(np.bincount(last, minlength=len(weight)))
    m = max(int(np.searchsorted(n_kept + n_rest, most, side="right")) - 1, 0)
    kept = set(ranked[:m])
    named = coded([OTHER, *column.values])
    codes: U4 = named.codes[[code if code in kept else 0 for code in range(len(weight))]]
    codes[0] = 0
    return _compact(Coded(codes[column.codes], named.values))
