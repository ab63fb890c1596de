"""Funnel of five steps, in order, inside ninety days. Every engine must count the same."""

from benchmarks.apart import Apart
from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.clickhouse import ClickHouse
from benchmarks.engines.duck import Duck
from benchmarks.engines.ours import Ours
from benchmarks.figure import Figure


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """Directly from the events, from the cached journal, and the whole question as a user asks it."""
    ours, clickhouse, duck = (Apart(engine, data, threads) for engine in (Ours, ClickHouse, Duck))
    try:
        contenders = {
            "direct": ours.ask("funnel_from_events"),
            "journal": ours.ask("funnel_from_journal"),
            "question": ours.ask("question"),
            "ClickHouse sorted": clickhouse.ask("sorted_table"),
            "ClickHouse in order": clickhouse.ask("sorted_table_in_order"),
            "ClickHouse Parquet": clickhouse.ask("parquet"),
            "DuckDB": duck.ask("funnel"),
        }
        times = interleaved(contenders, rounds)
    finally:
        for engine in (ours, clickhouse, duck):
            engine.close()
    answers = {name: t.answer for name, t in times.items()}
    assert len({tuple(a) for a in answers.values()}) == 1, f"the engines do not agree: {answers}"
    seconds = {name: t.median for name, t in times.items()}
    fastest = min("ClickHouse sorted", "ClickHouse in order", key=lambda name: seconds[name])
    click, chdb = seconds[fastest], "ClickHouse, sorted MergeTree"
    return [
        Figure("funnel", "funnel from the events", seconds["direct"], chdb, click, "s", 20),
        Figure("funnel", "funnel from the cached journal", seconds["journal"], chdb, click, "s", 35),
        Figure("funnel", "the whole question, with intervals", seconds["question"], chdb, click, "s"),
        Figure(
            "funnel",
            "funnel from the events",
            seconds["direct"],
            "ClickHouse, same Parquet",
            seconds["ClickHouse Parquet"],
            "s",
        ),
        Figure("funnel", "funnel from the events", seconds["direct"], "DuckDB, sorted table", seconds["DuckDB"], "s"),
    ]
