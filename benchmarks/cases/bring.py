"""Import: a CSV file of events into an empty lake. The file is never held in memory; the bound is its own size."""

import duckdb

from benchmarks.clock import in_own_process
from benchmarks.data import DataSet
from benchmarks.figure import Figure

MOST_ROWS = 10_000_000
MOST_MB = 2048


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """Once, in a process of its own; DuckDB reads and types the same file for comparison."""
    folder = data.scratch("bring")
    file, rows = folder / "events.csv", min(data.events, MOST_ROWS)
    listed = ", ".join(f"'{f}'" for f in data.files)
    columns = 'id, account, person, name, "at", channel, "value"'
    with duckdb.connect(config={"threads": threads}) as con:
        con.execute(f"COPY (SELECT {columns} FROM read_parquet([{listed}]) LIMIT {rows}) TO '{file}' (HEADER)")
    job = in_own_process("benchmarks.jobs.bring", str(file), str(folder), str(threads))
    assert job.answer["added"] == rows, f"{job.answer['added']:,} of {rows:,} rows came in"
    size_mb = file.stat().st_size / 2**20
    data.scratch("bring")
    return [
        Figure("bring", f"import {rows:,} rows of CSV", job.seconds, "a minute", 60, "s", None, "at_most"),
        Figure("bring", "its memory", job.peak_mb, "2 GB", MOST_MB, "MB", 1, "at_most"),
        Figure("bring", "its memory", job.peak_mb, "the file", size_mb, "MB", None, "at_most"),
    ]
