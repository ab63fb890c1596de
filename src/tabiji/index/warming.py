"""A tiny lake on which every kernel of building, adding and merging is run once."""

import tempfile
from pathlib import Path

import numpy as np

from tabiji.index.delta import appending
from tabiji.index.person_places import person_places
from tabiji.index.refresh import build_index, refresh_index
from tabiji.lake import Lake
from tabiji.settings import Settings

_EVENTS = """
    SELECT 'e' || i AS id, 'warm' AS origin, if(i % 9 = 0, NULL, 'a' || i % 9) AS account, 'p' || i % 5 AS person, 'seen' AS name,
           TIMESTAMP '2024-01-01' + to_hours((i * 7 % 40)::INTEGER) AS "at", i::DOUBLE AS "value"
    FROM range({first}, {last}) t(i)
"""
_OTHERS = {
    "account": "SELECT 'a1' AS id, 'warm' AS origin",
    "opportunity": "SELECT 'o' AS id, 'warm' AS origin, 'a1' AS account, TIMESTAMP '2024-01-01' AS opened_at",
    "membership": "SELECT 'm' AS id, 'warm' AS origin, 'a1' AS account, 'p1' AS person, 'User' AS role",
}


def warm() -> None:
    """Compile every kernel of this package, or load it from the cache on disk."""
    settings = Settings(threads=1, memory_mb=200)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder) / "lake", settings)
        _append(lake, {"event": _EVENTS.format(first=0, last=400), **_OTHERS})
        for unit in ("opportunity", "account"):
            build_index(lake, Path(folder) / "index", unit, settings=settings)
        _append(lake, {"event": _EVENTS.format(first=400, last=400 + int(300 * appending.FOLD_SHARE))})
        index = refresh_index(lake, Path(folder) / "index", "account", settings=settings)
        person_places(index, np.zeros(1, np.int64), np.zeros(1, np.uint64))


def _append(lake: Lake, rows: dict[str, str]) -> None:
    import duckdb

    with duckdb.connect(config={"threads": 1}) as con, lake.write() as batch:
        for table, query in rows.items():
            batch.append(table, con.sql(query))
