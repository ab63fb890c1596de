"""Accounts by the month in which their journey began, and how many of each month had reached a step by each age. Polars counts the
same; its frame is sorted."""

from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.frame import Frame
from benchmarks.engines.months import OurCohorts, months_of
from benchmarks.engines.ours import Ours
from benchmarks.figure import Figure


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """The whole question from the cached journal, with shares under censoring and intervals, which the frame does not work out."""
    base, frame = Ours(data, threads), Frame(data, threads)
    ours = OurCohorts(base)
    try:
        times = interleaved({"question": ours.question, "polars": lambda: months_of(frame)}, rounds)
    finally:
        base.close()
        frame.close()
    told = {name: t.answer for name, t in times.items()}
    assert told["question"] == told["polars"], f"the engines do not agree: {told}"
    ours_s, theirs = times["question"].median, times["polars"].median
    return [Figure("cohorts", "the cohort question, from the journal", ours_s, "polars, sorted frame", theirs, "s")]
