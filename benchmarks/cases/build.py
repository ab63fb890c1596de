"""Build: from events in order of arrival to sorted journeys, against DuckDB's ORDER BY of the same columns."""

import statistics

from benchmarks.clock import Job, in_own_process
from benchmarks.data import DataSet
from benchmarks.figure import Figure
from benchmarks.jobs.build import ENGINES

MOST_MB = 2048


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """Each engine in a process of its own, in turn. Large sets are built once each: they take long enough to be steady."""
    jobs: dict[str, list[Job]] = {engine: [] for engine in ENGINES}
    for _ in range(1 if data.events > 20_000_000 else min(rounds, 3)):
        for engine in ENGINES:
            target = data.scratch(f"build-{engine}")
            jobs[engine].append(
                in_own_process("benchmarks.jobs.build", engine, str(data.folder), str(target), str(threads))
            )
            data.scratch(f"build-{engine}")
    seconds = {engine: statistics.median(job.seconds for job in done) for engine, done in jobs.items()}
    memory = {engine: max(job.peak_mb for job in done) for engine, done in jobs.items()}
    return [
        Figure(
            "build", "build the index", seconds["tabiji"], "DuckDB ORDER BY", seconds["duckdb"], "s", 0.6, "at_most"
        ),
        Figure("build", "its memory", memory["tabiji"], "2 GB", MOST_MB, "MB", 1, "at_most"),
        Figure("build", "its memory", memory["tabiji"], "DuckDB ORDER BY", memory["duckdb"], "MB", None, "at_most"),
    ]
