"""A new day: events that were just committed to the lake become visible to questions, without building anew."""

import shutil
import statistics
import time

import duckdb

from benchmarks.data import DataSet, append_events, next_day
from benchmarks.figure import Figure
from tabiji.index import refresh_index
from tabiji.lake import Lake
from tabiji.settings import Settings

DAYS = 548


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """On a copy of the lake's log and of the index (their large files are linked, not copied)."""
    settings = Settings(threads=threads)
    refresh_index(data.lake, data.folder / "index", "account", settings=settings)
    folder = data.scratch("append")
    for part in ("lake", "index"):
        shutil.copytree(data.folder / part, folder / part, copy_function=_link)
    lake = Lake(folder / "lake", settings)
    taken: list[float] = []
    first = data.events
    for number in range(min(rounds, 5)):
        day = next_day(data, number, data.events // DAYS)
        with lake.write() as batch, duckdb.connect() as con:
            append_events(batch, con, day, first)
        first += len(day)
        began = time.perf_counter()
        index = refresh_index(lake, folder / "index", "account", settings=settings)
        taken.append(time.perf_counter() - began)
        assert index.n_events == first
    data.scratch("append")
    return [
        Figure(
            "append",
            f"a day's {data.events // DAYS:,} events become visible",
            statistics.median(taken),
            "100 ms",
            0.1,
            "s",
            1,
            "at_most",
        )
    ]


def _link(source: str, target: str) -> None:
    """Large immutable files are linked; small ones, which may be replaced or locked, are copied."""
    import os

    if source.endswith((".parquet", ".npy")):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
