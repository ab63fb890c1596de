"""Opening an index: mapping its files into memory and checking that they are whole."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tabiji.index.delta.opening import lay_over
from tabiji.index.dictionary.files import open_kinds, role_sets_from
from tabiji.index.layout import Index, Partition, Tier
from tabiji.index.store import Texts, TornIndexError, open_array, open_texts
from tabiji.index.store.manifest import Manifest, generation_name, read_manifest, verify

_TRIES = 3  # a builder may replace the generation while it is being opened


def open_index(root: Path, unit: str) -> Index:
    """The index of a unit as it was last built. Raises MissingIndexError, TornIndexError."""
    return open_folder(root / unit)


def open_folder(folder: Path) -> Index:
    """The index in `folder` (index/<unit>)."""
    for _ in range(_TRIES - 1):
        body = read_manifest(folder)
        try:
            return _open(folder, body)
        except TornIndexError:
            if read_manifest(folder) == body:
                raise
    return _open(folder, read_manifest(folder))


def _open(folder: Path, body: Manifest) -> Index:
    verify(folder, body["files"])
    home = folder / generation_name(body)
    try:
        partitions = []
        first = 0
        for number, (n, _) in enumerate(body["partitions"]):
            base = open_base(home / f"p={number:03d}" / "base", n)
            partitions.append(Partition(number, first, n, (base,)))
            first += n
        index = Index(
            unit=body["unit"],
            version=body["version"],
            manifest={**body, "folder": str(home)},
            units=_units(home, len(partitions)),
            kinds=open_kinds(home / body["kinds_in"], body["kind_columns"]),
            role_sets=role_sets_from(body["role_sets"]),
            currencies=list(body["currencies"]),
            partitions=tuple(partitions),
        )
        return lay_over(index, home, body["delta"]) if body["delta"] else index
    except (OSError, ValueError, KeyError) as error:
        raise TornIndexError(folder=str(folder), problem=str(error)) from error


def _units(home: Path, n_partitions: int) -> Texts:
    hashes = [open_array(home / f"p={p:03d}" / "base" / "unit_hash.npy") for p in range(n_partitions)]
    names = open_texts(home / "dict", "unit")
    return Texts(names.block, names.off, hashes[0] if n_partitions == 1 else np.concatenate(hashes))


def open_base(folder: Path, n: int) -> Tier:
    """The base tier of a partition with n units, all live."""
    names = ("off", "kind", "person", "role", "at", "received", "value_at", "value", "currency")
    columns: Mapping[str, Any] = {name: open_array(folder / f"{name}.npy") for name in names}
    return Tier(unit=np.arange(n, dtype=np.int64), live=np.ones(n, np.uint8), **columns)


def generation_folder(root: Path, index: Index) -> Path:
    """Folder of the generation that an index was opened from; what is derived from it may be kept below."""
    folder = index.manifest.get("folder")
    return Path(folder) if folder is not None else root / index.unit / index.version
