"""A stage's rule changes, and every figure of the map page follows: funnel, reach, feelings, KPIs."""

from itertools import count

from benchmarks.clock import interleaved
from benchmarks.data import CHANNEL_NAMES, DataSet
from benchmarks.engines.ours import Ours
from benchmarks.figure import Figure
from benchmarks.plan import map_yaml
from tabiji.journeymap import JourneyMap, parse

GOAL_S = 1.0


def run(data: DataSet, threads: int, rounds: int) -> list[Figure]:
    """Each round has other rules; the map has a touchpoint per channel and a KPI per stage."""
    ours = Ours(data, threads)
    shifts = count(1)

    def change() -> int:
        return ours.map_page(_map(next(shifts)))

    try:
        taken = interleaved({"map": change}, rounds)["map"].median
    finally:
        ours.close()
    return [Figure("map", "every figure of the map after a rule changed", taken, "1 s", GOAL_S, "s", 1, "at_most")]


def _map(shift: int) -> JourneyMap:
    lines = [map_yaml(shift), "touchpoints:"]
    lines += [f"  - {{id: {c.replace('_', '-')}, channel: {c}, matches: [{{channel: {c}}}]}}" for c in CHANNEL_NAMES]
    lines += [
        "kpis:",
        *(f"  - {{id: kpi{k}, stage: step{k}, measure: {{reached: step{k}, days: 90}}}}" for k in range(1, 6)),
    ]
    read = parse("\n".join(lines)).map
    assert read is not None
    return read
