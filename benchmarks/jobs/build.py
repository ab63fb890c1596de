"""Build sorted journeys from the lake, in this process: `python -m benchmarks.jobs.build tabiji|duckdb DATASET THREADS`.

Prints {"seconds", "bytes"} as JSON."""

import json
import sys
import time
from pathlib import Path

from benchmarks.data import opened

ENGINES = ("tabiji", "duckdb")


def tabiji_index(folder: Path, target: Path, threads: int) -> float:
    """Seconds to build the journey index of the accounts."""
    from tabiji.index import build_index
    from tabiji.settings import Settings

    data = opened(folder)
    began = time.perf_counter()
    build_index(data.lake, target, "account", settings=Settings(threads=threads))
    return time.perf_counter() - began


def duckdb_sort(folder: Path, target: Path, threads: int) -> float:
    """Seconds to sort the same events into a table of a database file."""
    from benchmarks.engines.duck import build

    return build(opened(folder).files, target / "sorted.duckdb", threads)


def main(engine: str, folder: str, target: str, threads: str) -> None:
    """Build, and say how long it took and how large it is."""
    build = {"tabiji": tabiji_index, "duckdb": duckdb_sort}[engine]
    seconds = build(Path(folder), Path(target), int(threads))
    size = sum(f.stat().st_size for f in Path(target).rglob("*") if f.is_file())
    print(json.dumps({"seconds": seconds, "bytes": size}))


if __name__ == "__main__":
    main(*sys.argv[1:])
