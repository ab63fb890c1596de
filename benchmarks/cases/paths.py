"""What follows what among 400 touchpoints, how often and after how long, and how many different whole paths there are."""

from benchmarks.apart import Apart
from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.clickhouse import ClickHouse
from benchmarks.engines.duck import Duck
from benchmarks.engines.follows import OurPaths, told
from benchmarks.engines.frame import Frame
from benchmarks.figure import Figure


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """The whole question of ours (with ways back, outcomes and intervals) against pairs, medians and sequences of the others."""
    ours, clickhouse, duck, frame = (Apart(engine, data, threads) for engine in (OurPaths, ClickHouse, Duck, Frame))
    contenders = {
        "question": ours.ask("follows"), "ClickHouse": clickhouse.ask("follows"), "DuckDB": duck.ask("follows"),
        "polars": frame.ask("follows"),
    }  # fmt: skip
    try:
        times = interleaved(contenders, rounds)
    finally:
        for engine in (ours, clickhouse, duck, frame):
            engine.close()
    answers = {name: t.answer for name, t in times.items()} | {"question": told(times["question"].answer)}
    assert all(a == answers["question"] for a in answers.values()), "the engines do not agree"
    seconds = {name: t.median for name, t in times.items()}
    what = "what follows what, and whole paths"
    return [
        Figure("paths", what, seconds["question"], "polars, sorted frame", seconds["polars"], "s", 15),
        Figure("paths", what, seconds["question"], "ClickHouse, sorted MergeTree", seconds["ClickHouse"], "s"),
        Figure("paths", what, seconds["question"], "DuckDB, sorted table", seconds["DuckDB"], "s"),
    ]
