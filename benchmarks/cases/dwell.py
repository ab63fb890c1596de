"""When every account first reached each step, and how long it stayed there. Polars counts the same; its frame is sorted."""

from benchmarks.apart import Apart
from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.frame import Frame
from benchmarks.engines.ours import Ours
from benchmarks.figure import Figure


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """From the events (a sweep whose journal is thrown away), and the whole question from the cached journal: with
    Kaplan–Meier medians, intervals and quartiles, which the frame does not work out."""
    ours, frame = Apart(Ours, data, threads), Apart(Frame, data, threads)
    try:
        times = interleaved(
            {
                "events": ours.ask("stays_from_events"),
                "question": ours.ask("dwell_question"),
                "polars": frame.ask("stays"),
            },
            rounds,
        )
    finally:
        ours.close()
        frame.close()
    told = {name: [(n, round(days, 6)) for n, days in t.answer] for name, t in times.items()}
    assert told["events"] == told["question"] == told["polars"], f"the engines do not agree: {told}"
    seconds = {name: t.median for name, t in times.items()}
    polars = "polars, sorted frame"
    return [
        Figure(
            "dwell", "first entries and stays, from the events", seconds["events"], polars, seconds["polars"], "s", 7
        ),
        Figure("dwell", "the dwell question, from the journal", seconds["question"], polars, seconds["polars"], "s"),
    ]
