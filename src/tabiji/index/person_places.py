"""Persons of the lake as the index numbers them: the other way round from `persons`."""

from pathlib import Path

import numpy as np

from tabiji.index.dictionary.hashing import U8
from tabiji.index.jit import kernel, readonly
from tabiji.index.layout import I8, Index
from tabiji.index.store import open_array

NOBODY = -1


@kernel
def _find(off: I8, hashes: U8, row: I8, wanted: U8, base: I8, out: I8) -> None:
    """Where wanted[x] stands among the hashes of row[x] (off[row]…off[row + 1], any order), counted from base[x]; what is not
    there, or has been found, is left as it is."""
    for x in range(row.size):
        for place in range(off[row[x]], off[row[x] + 1]):
            if hashes[place] == wanted[x]:
                out[x] = base[x] + place - off[row[x]]


def person_places(index: Index, unit: I8, hashes: U8) -> I8:
    """Ordinals within their units (int64[n], as in `Tier.person`), NOBODY where a person has no event in the unit.

    unit: int64[n], ordinals of the index · hashes: uint64[n], of the persons' ids, with the salt of the index."""
    out = np.full(len(unit), NOBODY, np.int64)
    if "folder" not in index.manifest:
        return out
    home, delta = Path(index.manifest["folder"]), index.manifest["delta"]
    extra = None
    if delta:
        extra = open_array(home / delta / "extra_unit.npy"), open_array(home / delta / "extra_hash.npy")
    known = len(index.manifest["partitions"])
    for partition in index.partitions:
        mine = np.flatnonzero((unit >= partition.first) & (unit < partition.first + partition.n))
        found, base = np.full(len(mine), NOBODY, np.int64), np.zeros(len(mine), np.int64)
        if partition.number < known and len(mine):
            folder = home / f"p={partition.number:03d}" / "base"
            off, row = open_array(folder / "person_off.npy"), unit[mine] - partition.first
            _find(
                readonly(off),
                readonly(open_array(folder / "person_hash.npy")),
                readonly(row),
                readonly(hashes[mine]),
                readonly(base),
                found,
            )
            base = off[row + 1] - off[row]
        if extra is not None and len(mine):
            units = np.arange(partition.first, partition.first + partition.n + 1)
            off = np.searchsorted(extra[0], units).astype(np.int64)
            row = unit[mine] - partition.first
            _find(readonly(off), readonly(extra[1]), readonly(row), readonly(hashes[mine]), readonly(base), found)
        out[mine] = found
    return out
