"""The planned journey as a small automaton, and as arrays for the kernels.

Nodes: 0 is the start, k + 1 means "stage k of the main line was the last planned step". From a stage the plan goes to its
`next`, else to the stage written after it; an `optional` stage may be passed over; a `repeatable` stage may be entered again
at any later time. Sub-stages are steps like the others. A journey that was won has walked to a success stage (the steps
after it are after the sale: those not yet reached are not missing); every other journey is on a prefix of the plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tabiji.index.jit import readonly
from tabiji.index.layout import I8, U1
from tabiji.journeymap.model import JourneyMap, Stage

I2 = npt.NDArray[np.int16]
FAR = 10_000  # steps between two nodes where the plan has no way
START = 0


class PlanTables(NamedTuple):
    """What the kernels see of a plan of K stages, M = K + 1 nodes.

    edge: uint8[M, M], 1 where the plan goes from a node to another · dist: int16[M, M], fewest steps between nodes, FAR
    where there is no way · again: uint8[K, M], 1 where stage k may be entered again at a node · final: uint8[M], nodes at
    which the whole plan may end · level: int16, no cost lies further above the smallest (0 = unbounded)."""

    edge: U1
    dist: I2
    again: U1
    final: U1
    level: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled plan. success: place of the first success stage on the main line, −1 where the whole plan has no end ·
    shortest: fewest steps of the whole plan (0 where it has no end)."""

    stages: tuple[Stage, ...]
    tables: PlanTables
    success: int
    shortest: int

    @property
    def later(self) -> I8:
        """int64[K]: the next stage after each that is not optional, K where there is none. Whoever gets beyond a stage reaches it,
        or passes it over."""
        out, after = np.empty(len(self.stages), np.int64), len(self.stages)
        for k in range(len(self.stages) - 1, -1, -1):
            out[k] = after
            after = after if self.stages[k].optional else k
        return out

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """(from, to) nodes, in order."""
        return tuple((int(p), int(q)) for p, q in np.argwhere(self.tables.edge))


def compile_plan(journey_map: JourneyMap) -> Plan:
    """The plan of a map, from its main line."""
    stages = journey_map.main_line
    edge = _edges(stages)
    dist = _distances(edge)
    success = next((k for k, s in enumerate(stages) if s.kind == "success"), -1)
    final = np.zeros(len(edge), np.uint8)
    for k, stage in enumerate(stages):
        if stage.kind == "success" and dist[START, k + 1] < FAR:
            final |= (dist[k + 1] < FAR).astype(np.uint8)
    again = np.zeros((len(stages), len(edge)), np.uint8)
    for k, stage in enumerate(stages):
        if stage.repeatable:
            again[k] = dist[k + 1] < FAR
    ends = bool(final.any())
    tables = PlanTables(readonly(edge), readonly(dist), readonly(again), readonly(final), _level(dist, again, final))
    shortest = int(dist[START][final != 0].min()) if ends else 0
    return Plan(stages, tables, success if ends else -1, shortest)


def _edges(stages: Sequence[Stage]) -> U1:
    place = {s.id: k for k, s in enumerate(stages)}
    after = [
        [place[i] for i in s.next if i in place] if s.next else [k + 1] if k + 1 < len(stages) else []
        for k, s in enumerate(stages)
    ]
    edge = np.zeros((len(stages) + 1, len(stages) + 1), np.uint8)
    for node in range(len(edge)):
        waiting = [0] if node == START and stages else [] if node == START else list(after[node - 1])
        while waiting:
            k = waiting.pop()
            if not edge[node, k + 1]:
                edge[node, k + 1] = 1
                waiting += after[k] if stages[k].optional else []
    return edge


def _distances(edge: U1) -> I2:
    dist = np.where(edge != 0, 1, FAR).astype(np.int16)
    np.fill_diagonal(dist, 0)
    for via in range(len(dist)):
        dist = np.minimum(dist, np.minimum(dist[:, [via]] + dist[[via], :], FAR).astype(np.int16))
    return dist


def _level(dist: I2, again: U1, final: U1) -> int:
    """How far above the smallest the cost of a node can still matter.

    Without loops a node can be followed by at most K further matches, so that from K + K on it has lost for good against any
    node that still has a way to an end. With loops, repeatable stages or dead ends there is no such bound."""
    k = len(dist) - 1
    loops = bool(((dist < FAR) & (dist.T < FAR) & ~np.eye(k + 1, dtype=bool)).any()) or bool(again.any())
    ends = np.any(dist[:, final != 0] < FAR, axis=1)
    dead = bool(final.any()) and not bool(np.all(ends[dist[START] < FAR]))
    return 0 if loops or dead else 2 * k + 2
