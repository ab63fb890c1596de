"""Names of the units of an index: those of their table, and those that only events name."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np

from tabiji.index.dictionary.hashing import U8, HashCollision, Hashing, among
from tabiji.index.dictionary.scan import quoted, whole
from tabiji.index.store import TextsFile, open_texts

# Where else a unit of each kind can be named than in its own table.
_NAMED = {
    "account": ("event.account", "opportunity.account", "person.account", "membership.account"),
    "opportunity": ("event.opportunity", "membership.opportunity"),
    "person": ("event.person", "membership.person"),
}


def known_units(con: duckdb.DuckDBPyConnection, hashing: Hashing, unit: str) -> U8:
    """Hashes of the units that have a row in their table: uint64, ascending.

    Raises HashCollision where two names have one hash."""
    ids = f"SELECT DISTINCT id FROM {quoted(unit)} WHERE id IS NOT NULL"
    (hashes,) = whole(con, f"SELECT {hashing.sql('id')} FROM ({ids})", [np.uint64])
    return _distinct(hashes.astype(np.uint64))


def write_unit_names(
    con: duckdb.DuckDBPyConnection,
    hashing: Hashing,
    unit: str,
    units: U8,
    known: U8,
    events: str,
    folder: Path,
    before: Path | None = None,
) -> None:
    """Write the names of `units` (hashes, ascending) to `<folder>/unit.*`, behind those in the folder `before`.

    known: hashes of units that have a row in their table · events: relation of the events that may name the others.
    Raises HashCollision."""
    con.register("index_given", {"h": units})
    con.execute("CREATE OR REPLACE TABLE index_unit AS FROM index_given")
    places = [f"{unit}.id"]
    if not among(units, known).all():
        places += _NAMED[unit]
    query = " UNION ".join(_names(place, hashing, events) for place in places)
    written: list[U8] = []
    with TextsFile(folder, "unit") as out:
        if before is not None:
            out.append(open_texts(before, "unit"))
        for hashes, names in _rows(con, f"SELECT {hashing.sql('id')} AS h, id FROM ({query}) ORDER BY h"):
            out.append(names)
            written.append(hashes)
    found = np.concatenate(written) if written else np.zeros(0, np.uint64)
    if not np.array_equal(found, units):
        raise HashCollision


def _names(place: str, hashing: Hashing, events: str) -> str:
    table, column = place.split(".")
    source = events if table == "event" else quoted(table)
    wanted = f"{column} IS NOT NULL AND {hashing.sql(column)} IN (SELECT h FROM index_unit)"
    return f"SELECT DISTINCT {column} AS id FROM {source} WHERE {wanted}"


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[U8, list[str]]]:
    from arro3.core import RecordBatchReader

    for batch in RecordBatchReader.from_stream(con.cursor().sql(query)):
        if batch.num_rows:
            yield batch.column(0).to_numpy().astype(np.uint64), list(batch.column(1).to_pylist())


def _distinct(hashes: U8) -> U8:
    """The hashes in ascending order. Raises HashCollision where two are equal, or one is kept for "nothing"."""
    ordered = np.sort(hashes)
    if len(ordered) and (ordered[0] == 0 or (ordered[1:] == ordered[:-1]).any()):
        raise HashCollision
    return ordered
