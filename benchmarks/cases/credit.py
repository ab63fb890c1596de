"""Credit of twelve channels: five heuristic models, and the transitions of the Markov chains of orders 1 to 3."""

from benchmarks.apart import Apart
from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.paths_to import ClickHousePaths, OurCredit, close_enough
from benchmarks.figure import Figure


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """The passes over the events (ten models with money in groups of accounts), and the whole question: eleven models,
    resampled and solved, with provenance."""
    ours, clickhouse = Apart(OurCredit, data, threads), Apart(ClickHousePaths, data, threads)
    contenders = {
        "shared": ours.ask("shared"), "ClickHouse shared": clickhouse.ask("heuristics"),
        "transitions": ours.ask("transitions"), "ClickHouse transitions": clickhouse.ask("transitions"),
        "question": ours.ask("solved"),
    }  # fmt: skip
    try:
        times = interleaved(contenders, rounds)
    finally:
        ours.close()
        clickhouse.close()
    answers = {name: t.answer for name, t in times.items()}
    # Events of one second stand in another order there, which moves first and last touches.
    assert close_enough(answers["shared"], answers["ClickHouse shared"], 0.01), f"the engines do not agree: {answers}"
    assert close_enough(answers["shared"], answers["question"], 1e-9), "our two ways do not agree"
    assert answers["transitions"] == answers["ClickHouse transitions"], "the engines do not count the same transitions"
    seconds = {name: t.median for name, t in times.items()}
    merge_tree, whole = "ClickHouse, sorted MergeTree", "the credit question, eleven models, resampled"
    return [
        Figure("credit", "ten attribution models", seconds["shared"], f"{merge_tree} (five)", seconds["ClickHouse shared"], "s", 40),
        Figure("credit", "Markov orders 1–3 counts", seconds["transitions"], merge_tree, seconds["ClickHouse transitions"], "s", 80),
        Figure("credit", whole, seconds["question"], f"{merge_tree} (five)", seconds["ClickHouse shared"], "s"),
    ]  # fmt: skip
