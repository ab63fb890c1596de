"""Credit of twelve channels: five heuristic models, the Markov chains of orders 1 to 3."""

from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.paths_to import ClickHousePaths, OurCredit, Sampled, close_enough
from benchmarks.figure import Figure


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """The whole question of ours (eleven models, resampled and solved) against what the others count or sample."""
    ours, clickhouse = OurCredit(data, threads), ClickHousePaths(data, threads)
    sampled = Sampled(clickhouse) if Sampled.there() else None
    contenders = {
        "question": ours.heuristics, "ClickHouse": clickhouse.heuristics,
        "markov": ours.markov, "ClickHouse transitions": clickhouse.transitions,
    }  # fmt: skip
    if sampled is not None:
        contenders["sampled"] = sampled.markov
    try:
        times = interleaved(contenders, rounds)
    finally:
        ours.close()
        clickhouse.close()
    answers = {name: t.answer for name, t in times.items()}
    # Events of one second stand in another order there, which moves first and last touches.
    assert close_enough(answers["question"], answers["ClickHouse"], 0.01), f"the engines do not agree: {answers}"
    seconds = {name: t.median for name, t in times.items()}
    merge_tree = "ClickHouse, sorted MergeTree"
    figures = [
        Figure("credit", "eleven models, resampled", seconds["question"], f"{merge_tree}: five models", seconds["ClickHouse"], "s", 40),
        Figure(
            "credit", "Markov orders 1–3, solved", seconds["markov"], f"{merge_tree}: counts only",
            seconds["ClickHouse transitions"], "s", 80,
        ),
    ]  # fmt: skip
    if sampled is not None:
        figures.append(
            Figure(
                "credit",
                "eleven models, resampled",
                seconds["question"],
                "ChannelAttribution, order 1",
                seconds["sampled"],
                "s",
                10,
            )
        )
    return figures
