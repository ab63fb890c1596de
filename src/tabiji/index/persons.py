"""Who the persons of a unit are: an index numbers them, this finds their ids."""

from collections.abc import Sequence
from pathlib import Path

from tabiji.index.build.hashing import U8
from tabiji.index.layout import Index
from tabiji.index.store import open_array


def person_hashes(index: Index, ordinal: int) -> U8:
    """Hashes of the persons of a unit, by the ordinal that `Tier.person` gives them."""
    partition = next(p for p in index.partitions if p.first <= ordinal < p.first + p.n)
    base = Path(index.manifest["folder"]) / f"p={partition.number:03d}" / "base"
    off = open_array(base / "person_off.npy")
    row = ordinal - partition.first
    hashes: U8 = open_array(base / "person_hash.npy")[off[row] : off[row + 1]]
    return hashes


def unit_ordinals(index: Index, units: Sequence[str]) -> list[int]:
    """Ordinals of units by their ids. Raises KeyError."""
    wanted = set(units)
    found = {unit: ordinal for ordinal, unit in enumerate(index.units) if unit in wanted}
    return [found[unit] for unit in units]


__all__ = ["person_hashes", "unit_ordinals"]
