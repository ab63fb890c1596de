"""Libraries for journeys that stay out of the project's environment: retentioneering and ChannelAttribution (GPL)."""

import sys

import numpy as np

from benchmarks.apart import Apart
from benchmarks.clock import interleaved
from benchmarks.data import DataSet, event_name
from benchmarks.elsewhere import Elsewhere, NotThereError
from benchmarks.engines.follows import OurPaths, told
from benchmarks.engines.ours import Ours
from benchmarks.engines.paths_to import GOAL, OurCredit
from benchmarks.events import NAMES
from benchmarks.figure import Figure
from benchmarks.plan import steps

FLOWS = ("retentioneering==5.2.4",)
CHAIN = ("ChannelAttribution==2.2.5", "pandas>=2", "matplotlib", "duckdb")
MOST_EVENTS = 20_000_000  # beyond, a frame of theirs does not fit the memory of a small machine
NEAR = 0.03  # of all conversions: a sampled chain is not exact


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """What follows what and a funnel beside retentioneering; Markov credit of orders 1 and 2 beside ChannelAttribution. What cannot
    be fetched is left out, and said."""
    if data.events > MOST_EVENTS:
        print(f"  elsewhere: left out, for more than {MOST_EVENTS:,} events", file=sys.stderr)
        return []
    figures: list[Figure] = []
    for compare in (_flows, _chain):
        try:
            figures += compare(data, threads, rounds)
        except NotThereError as error:
            print(f"  elsewhere: left out, {error}", file=sys.stderr)
    return figures


def _flows(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    named = [[event_name(code) for code in codes] for codes in steps()]
    theirs = Elsewhere("flows.py", FLOWS, files=data.files, steps=named)
    ours, paths = Apart(Ours, data, threads), Apart(OurPaths, data, threads)
    contenders = {
        "follows": paths.ask("follows"), "their follows": theirs.ask("follows"),
        "funnel": ours.ask("funnel_in_any_time"), "their funnel": theirs.ask("funnel"),
    }  # fmt: skip
    try:
        times = interleaved(contenders, rounds)
    finally:
        for engine in (theirs, ours, paths):
            engine.close()
    code = {event_name(c): c for c in range(NAMES)}
    pairs = {(code[a], code[b]): (n, middle) for a, b, n, middle in times["their follows"].answer}
    mine = {(a, b): (n, middle) for a, b, n, middle in told(times["follows"].answer)[1]}
    assert pairs == mine, "the engines do not count the same pairs"
    assert times["funnel"].answer == times["their funnel"].answer, "the engines do not count the same funnel"
    name, seconds = "retentioneering", {name: t.median for name, t in times.items()}
    return [
        Figure("elsewhere", "what follows what, and whole paths", seconds["follows"], f"{name} (pairs, medians)", seconds["their follows"], "s", 10),
        Figure("elsewhere", "funnel from the events, any time", seconds["funnel"], name, seconds["their funnel"], "s", 10),
    ]  # fmt: skip


def _chain(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    theirs = Elsewhere("chain.py", CHAIN, files=data.files, goal=[event_name(code) for code in GOAL])
    ours = Apart(OurCredit, data, threads)
    contenders = {}
    for order in (1, 2):
        contenders[f"ours {order}"] = ours.ask("markov", order)
        contenders[f"theirs {order}"] = theirs.ask("markov", order)
    try:
        times = interleaved(contenders, rounds)
    finally:
        theirs.close()
        ours.close()
    for order in (1, 2):
        mine, its = times[f"ours {order}"].answer, times[f"theirs {order}"].answer
        away = np.array([mine.get(channel, 0.0) - its.get(channel, 0.0) for channel in {*mine, *its}])
        assert np.abs(away).max() <= NEAR * sum(mine.values()), f"the engines do not agree: {mine} {its}"
    what = "the credit question, eleven models, resampled, order {}"
    return [
        Figure("elsewhere", what.format(order), times[f"ours {order}"].median, "ChannelAttribution (Markov only)", times[f"theirs {order}"].median, "s", 10)
        for order in (1, 2)
    ]  # fmt: skip
