"""Who the persons of a unit are: an index numbers them, this finds their ids."""

from pathlib import Path

import duckdb
import numpy as np

from tabiji.index.dictionary.hashing import U8, Hashing
from tabiji.index.layout import Index
from tabiji.index.store import open_array


def person_hashes(index: Index, ordinal: int) -> U8:
    """Hashes of the persons of a unit, by the ordinal that `Tier.person` gives them."""
    home = Path(index.manifest["folder"])
    found: U8 = np.zeros(0, np.uint64)
    partition = next(p for p in index.partitions if p.first <= ordinal < p.first + p.n)
    if partition.number < len(index.manifest["partitions"]):
        base = home / f"p={partition.number:03d}" / "base"
        off, row = open_array(base / "person_off.npy"), ordinal - partition.first
        found = open_array(base / "person_hash.npy")[off[row] : off[row + 1]]
    if index.manifest["delta"]:
        delta = home / index.manifest["delta"]
        first, last = np.searchsorted(open_array(delta / "extra_unit.npy"), [ordinal, ordinal + 1])
        found = np.concatenate([found, open_array(delta / "extra_hash.npy")[first:last]])
    return found


def person_ids(con: duckdb.DuckDBPyConnection, index: Index, ordinal: int) -> list[str | None]:
    """Ids of the persons of a unit, by ordinal (None: the lake that `con` looks at does not name it any more)."""
    hashes = person_hashes(index, ordinal)
    h = Hashing(int(index.manifest["hashing"]["salt"])).sql
    found: dict[int, str] = {}
    # Events come last: there are many, and most persons have a row of their own.
    for table, column in (("person", "id"), ("membership", "person"), ("event", "person")):
        missing = [hashed for hashed in hashes.tolist() if hashed not in found]
        if missing:
            con.register("wanted", {"h": np.array(missing, np.uint64)})
            rows = con.execute(
                f"SELECT DISTINCT {h(column)}, {column} FROM {table} WHERE {column} IS NOT NULL "
                f"AND {h(column)} IN (SELECT h FROM wanted)"
            ).fetchall()
            found.update(rows)
    return [found.get(hashed) for hashed in hashes.tolist()]
