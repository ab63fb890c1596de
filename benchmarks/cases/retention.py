"""Who is a customer at the end of each of thirteen months. Polars counts the same; its frame is sorted."""

from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.frame import Frame
from benchmarks.engines.ours import Ours
from benchmarks.figure import Figure


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """From the events, and the whole question: with every definition, its intervals, survival and lifetime value, which the
    frame does not work out."""
    ours, frame = Ours(data, threads), Frame(data, threads)
    try:
        times = interleaved(
            {"events": ours.in_force, "question": ours.retention_question, "polars": frame.in_force}, rounds
        )
    finally:
        ours.close()
        frame.close()
    told = {name: t.answer for name, t in times.items()}
    assert told["events"] == told["polars"], f"the engines do not agree: {told}"
    assert told["question"] == told["events"][-1:], f"the question does not agree: {told}"
    seconds, polars = {name: t.median for name, t in times.items()}, "polars, sorted frame"
    return [
        Figure(
            "retention", "customers month by month, from the events", seconds["events"], polars, seconds["polars"], "s"
        ),
        Figure("retention", "the retention question", seconds["question"], polars, seconds["polars"], "s"),
    ]
