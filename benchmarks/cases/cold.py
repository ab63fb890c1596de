"""A fresh process: from its start to its end with one answer. Every engine finds on disk what it prepared."""

import sys

from benchmarks.apart import Apart
from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.clickhouse import ClickHouse
from benchmarks.figure import Figure
from benchmarks.fresh import fresh

MOST_EVENTS = 20_000_000  # beyond, reading all of them anew for every round takes an hour


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """The funnel, and what follows what with whole paths (there ours is the whole question, as in `paths`)."""
    if data.events > MOST_EVENTS:
        print(f"  cold: left out, for more than {MOST_EVENTS:,} events", file=sys.stderr)
        return []
    Apart(ClickHouse, data, threads).close()  # leaves its sorted table behind
    contenders = {
        name: fresh(data, threads, engine, method)
        for name, engine, method in (
            ("funnel", "opened:Index", "funnel"),
            ("MergeTree funnel", "opened:MergeTree", "funnel"),
            ("Parquet funnel", "opened:MergeTree", "parquet"),
            ("follows", "opened:Paths", "follows"),
            ("MergeTree follows", "opened:MergeTree", "follows"),
            ("polars follows", "opened:Frame", "follows"),
        )
    }
    times = interleaved(contenders, rounds)
    for question in ("funnel", "follows"):
        answers = {name: t.answer for name, t in times.items() if name.endswith(question)}
        assert all(a == answers[question] for a in answers.values()), f"the engines do not agree: {answers}"
    seconds = {name: t.median for name, t in times.items()}
    merge_tree, funnel, paths = (
        "ClickHouse, sorted MergeTree",
        "funnel, a fresh process",
        "what follows what, a fresh process",
    )
    return [
        Figure("cold", funnel, seconds["funnel"], merge_tree, seconds["MergeTree funnel"], "s", 1),
        Figure("cold", funnel, seconds["funnel"], "ClickHouse, same Parquet", seconds["Parquet funnel"], "s", 1),
        Figure("cold", paths, seconds["follows"], merge_tree, seconds["MergeTree follows"], "s", 1),
        Figure("cold", paths, seconds["follows"], "polars, from Parquet", seconds["polars follows"], "s", 1),
    ]
