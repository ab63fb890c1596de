"""Funnel of five steps, in order, inside ninety days. Every engine must count the same."""

from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.clickhouse import ClickHouse
from benchmarks.engines.duck import Duck
from benchmarks.engines.ours import Ours
from benchmarks.figure import Figure


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """Directly from the events, from the cached journal, and the whole question as a user asks it."""
    ours, clickhouse, duck = Ours(data, threads), ClickHouse(data, threads), Duck(data, threads)
    try:
        contenders = {
            "direct": ours.funnel_from_events,
            "journal": ours.funnel_from_journal,
            "question": ours.question,
            "ClickHouse sorted": clickhouse.sorted_table,
            "ClickHouse in order": clickhouse.sorted_table_in_order,
            "ClickHouse Parquet": clickhouse.parquet,
            "DuckDB": duck.funnel,
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
