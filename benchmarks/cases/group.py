"""Which roles had shown up by the end of each step. Polars counts the same; its frame is sorted."""

from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.frame import Frame
from benchmarks.engines.ours import Ours
from benchmarks.engines.roles import OurRoles, coverage_of
from benchmarks.figure import Figure


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """The coverage alone, and the whole question, which the frame does not work out."""
    base, frame = Ours(data, threads), Frame(data, threads)
    ours = OurRoles(base, threads)
    try:
        times = interleaved(
            {"coverage": ours.coverage, "question": ours.question, "polars": lambda: coverage_of(frame)}, rounds
        )
    finally:
        for engine in (ours, base, frame):
            engine.close()
    told = {name: t.answer for name, t in times.items()}
    assert told["coverage"] == told["question"] == told["polars"], f"the engines do not agree: {told}"
    seconds = {name: t.median for name, t in times.items()}
    polars = "polars, sorted frame"
    return [
        Figure("group", "coverage of roles by step", seconds["coverage"], polars, seconds["polars"], "s"),
        Figure("group", "the buying group question", seconds["question"], polars, seconds["polars"], "s"),
    ]
