"""What is at stake at every transition, with an interval from 400 resamples of all accounts. No other engine answers that;
statsmodels works out the incidence of going on, of one transition, in a hundred resamples."""

from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.incidence import THEIR_RESAMPLES, OurIncidence, StatsmodelsIncidence
from benchmarks.engines.ours import Ours
from benchmarks.figure import Figure


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """The whole question from the cached journal."""
    base = Ours(data, threads)
    ours, theirs = OurIncidence(base), StatsmodelsIncidence(base)
    try:
        times = interleaved({"question": ours.question, "statsmodels": theirs.resampled}, rounds)
    finally:
        base.close()
    told = {name: t.answer for name, t in times.items()}
    # Theirs counts whole days.
    assert abs(told["question"] - told["statsmodels"]) < 0.01, f"the engines do not agree: {told}"
    what = "the bottleneck question, every transition, 400 resamples"
    other = f"statsmodels, one transition, {THEIR_RESAMPLES} resamples"
    return [Figure("bottleneck", what, times["question"].median, other, times["statsmodels"].median, "s")]
