"""Redefine every stage of the map: new rules, and one pass over all events that gives the journal of every account.

The bound is a plain sum over the two columns that the pass reads (kind and time)."""

from itertools import count

from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.ours import Ours, read_map
from benchmarks.engines.plain import PlainSum
from benchmarks.figure import Figure


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """Each round has other rules, so nothing can be remembered from the round before."""
    ours = Ours(data, threads)
    plain = PlainSum([column for p in ours.partitions for t in p.tiers for column in (t.kind, t.at)], threads)
    shifts = count(1)

    def redefine() -> int:
        return sum(len(j) for j in ours.swept(ours.compiled(read_map(next(shifts)))))

    def ask() -> list[int]:
        return [stage.n for stage in ours.asked("reached").stages]

    try:
        times = interleaved({"redefine": redefine, "sum": plain.run, "ask": ask}, rounds)
    finally:
        ours.close()
        plain.close()
    sum_s = times["sum"].median
    return [
        Figure(
            "redefine",
            "redefine the stages",
            times["redefine"].median,
            "a plain sum of the same bytes",
            sum_s,
            "s",
            4,
            "at_most",
        ),
        Figure(
            "redefine",
            "ask the map's funnel again",
            times["ask"].median,
            "a plain sum of the same bytes",
            sum_s,
            "s",
            None,
            "at_most",
        ),
    ]
