"""The order of dictionary entries when later ones were numbered at the end."""

from collections.abc import Sequence

import numpy as np

from tabiji.index.delta.items import Ranks
from tabiji.index.dictionary.kinds import kind_columns
from tabiji.index.layout import I8, Kinds


def ranks_of(kinds: Kinds, n_sorted: int, role_sets: Sequence[tuple[str, ...]], currencies: Sequence[str]) -> Ranks:
    """Ranks of everything; the first `n_sorted` kinds are known to be in order."""
    kind = np.arange(len(kinds), dtype=np.int64) if len(kinds) == n_sorted else _kind_ranks(kinds)
    return Ranks(kind, _ranks(role_sets), _ranks(currencies))


def _kind_ranks(kinds: Kinds) -> I8:
    keys = [kinds.inherited]
    for column in reversed(kind_columns(kinds).values()):
        rank_of_code = np.append(0, _ranks(column.values) + 1)
        keys.append(rank_of_code[column.codes])
    rank = np.empty(len(kinds), np.int64)
    rank[np.lexsort(keys)] = np.arange(len(kinds), dtype=np.int64)
    return rank


def _ranks(entries: Sequence[tuple[str, ...]] | Sequence[str]) -> I8:
    order = sorted(range(len(entries)), key=entries.__getitem__)
    rank = np.empty(len(entries), np.int64)
    rank[order] = np.arange(len(entries), dtype=np.int64)
    return rank
