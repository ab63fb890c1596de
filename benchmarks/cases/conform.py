"""Optimal alignments of all accounts with the plan, beside a plain sum of the bytes that are read, and beside r4pm."""

from benchmarks.clock import interleaved
from benchmarks.data import DataSet
from benchmarks.engines.alignments import TRACES, OurAlignments, R4pm
from benchmarks.engines.ours import Ours
from benchmarks.engines.plain import PlainSum
from benchmarks.figure import Figure


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """All accounts, from the events and from the journal; and 10,000 traces, each different one of which r4pm aligns once."""
    base = Ours(data, threads)
    ours, r4pm = OurAlignments(base, threads), None
    events = PlainSum([column for p in base.partitions for t in p.tiers for column in (t.kind, t.at)], threads)
    try:
        r4pm = R4pm(ours.some, len(ours.plan.stages))
        times = interleaved(
            {
                "events": ours.from_events, "journal": ours.from_journal, "question": ours.question, "sum": events.run,
                "some": ours.of_some, "r4pm": r4pm.run,
            },
            rounds,
        )  # fmt: skip
    finally:
        for engine in (base, ours, events):
            engine.close()
    answers = {name: t.answer for name, t in times.items()}
    assert answers["events"] == answers["journal"] == answers["question"], "our ways do not agree"
    assert answers["some"] == answers["r4pm"], f"the engines do not agree: {answers}"
    seconds = {name: t.median for name, t in times.items()}
    plain = "a plain sum of the events' bytes"
    return [
        Figure("conform", "optimal alignments, from the events", seconds["events"], plain, seconds["sum"], "s", 10, "at_most"),
        Figure("conform", "optimal alignments, from the journal", seconds["journal"], plain, seconds["sum"], "s", 10, "at_most"),
        Figure("conform", "the conformance question", seconds["question"], plain, seconds["sum"], "s", None, "at_most"),
        Figure(
            "conform", f"{TRACES:,} traces", seconds["some"],
            f"r4pm, {r4pm.variants:,} different traces", seconds["r4pm"], "s", 1,
        ),
    ]  # fmt: skip
