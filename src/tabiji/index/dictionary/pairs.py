"""Which combinations of a rest and a content occur: they are numbered while the events are read, and become kinds."""

import numpy as np

from tabiji.index.dictionary.hashing import U8, Table, find, table_of
from tabiji.index.jit import kernel
from tabiji.index.layout import I4, I8, U4


class Pairs:
    """Numbers of the pairs (rest, content) that occur, in the order in which they are met."""

    def __init__(self) -> None:
        self.keys: U8 = np.zeros(0, np.uint64)
        self.table = table_of(self.keys)
        self.counts: I8 = np.zeros(0, np.int64)  # events of pair p: own at 2p, inherited at 2p + 1

    def __len__(self) -> int:
        return len(self.keys)

    def add(self, keys: U8) -> None:
        """Number further pairs (`pair_key`s, distinct, not yet numbered)."""
        self.keys = np.concatenate([self.keys, keys])
        self.table = table_of(self.keys)
        self.counts = np.concatenate([self.counts, np.zeros(2 * len(keys), np.int64)])

    @property
    def rest(self) -> I8:
        """Row of the rest, by pair."""
        return ((self.keys - np.uint64(1)) >> np.uint64(32)).astype(np.int64)

    @property
    def content(self) -> I8:
        """Code of the content, by pair."""
        return ((self.keys - np.uint64(1)) & np.uint64(0xFFFFFFFF)).astype(np.int64)


@kernel
def kind_codes(
    rest: U8, content: U8, rests: Table, contents: Table, content_code: I4, other: int, pairs: Table, codes: U4, new: U8
) -> int:
    """Number the pair of every event (into `codes`); keys of pairs without a number go to `new`. Returns how many."""
    n = 0
    for i in range(rest.size):
        c = find(contents, content[i])
        code = int(content_code[c]) if c >= 0 else other
        key = ((np.uint64(find(rests, rest[i])) << np.uint64(32)) | np.uint64(code)) + np.uint64(1)
        p = find(pairs, key)
        if p < 0:
            new[n] = key
            n += 1
        codes[i] = max(p, 0)
    return n
