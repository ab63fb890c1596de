"""In which column each node of a flow picture stands: the order of the map for stages, the mean step for touchpoints."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from tabiji.metrics.paths.result import ENDS, START, Edge, PathsResult

PER_COLUMN = 5
MOST_COLUMNS = 6
ROUNDS = 3


def columns(result: PathsResult, edges: Sequence[Edge]) -> list[list[str]]:
    """The nodes of some edges by column, from the start to the ends; empty columns are left out."""
    there = dict.fromkeys([node for e in edges for node in (e.from_, e.to)])
    last = [n for n in (*ENDS[:1], *result.failures, *ENDS[1:]) if n in there]
    middle = [n for n in there if n != START and n not in last]
    if result.level == "stage":
        order = list(result.names)
        inner = [[n] for n in sorted(middle, key=order.index)]
    else:
        inner = _by_step(middle, edges)
    return [column for column in ([START] if START in there else [], *inner, last) if column]


def _by_step(nodes: Sequence[str], edges: Sequence[Edge]) -> list[list[str]]:
    """Nodes cut into columns of about equal size by the step at which they come on average."""
    if not nodes:
        return []
    step = mean_steps(nodes, edges)
    ordered = sorted(nodes, key=lambda n: (step[n], n))
    n_columns = min(MOST_COLUMNS, -(-len(ordered) // PER_COLUMN))
    cuts = [len(ordered) * k // n_columns for k in range(n_columns + 1)]
    return _moved([ordered[a:b] for a, b in pairwise(cuts)], edges)


def _moved(rows: list[list[str]], edges: Sequence[Edge]) -> list[list[str]]:
    """Columns after nodes have moved to where their ribbons are short and go on, as long as columns stay of about one size."""
    column = {node: c for c, row in enumerate(rows) for node in row}
    inner = [e for e in edges if e.from_ in column and e.to in column and e.from_ != e.to]
    size = [len(row) for row in rows]
    most = max(size, default=0) + 1
    for _ in range(ROUNDS):
        for node in [node for row in rows for node in row]:
            mine, here = [e for e in inner if node in (e.from_, e.to)], column[node]
            free = [c for c in range(len(rows)) if c == here or size[c] < most]
            costs = {c: sum(e.n * _effort(e, column | {node: c}) for e in mine) for c in free}
            best = min(free, key=lambda c: (costs[c], abs(c - here)))
            if costs[best] < costs[here] and size[here] > 1:
                size[here], size[best], column[node] = size[here] - 1, size[best] + 1, best
    return [[node for row in rows for node in row if column[node] == c] for c in range(len(rows))]


def _effort(edge: Edge, column: Mapping[str, int]) -> float:
    """How hard a ribbon is to follow: least from one column to the next, most around the side of one column."""
    ahead = column[edge.to] - column[edge.from_]
    return 3.0 if ahead == 0 else 0.5 * (ahead - 1) if ahead > 0 else 2.5 + 0.5 * (-ahead - 1)


def mean_steps(nodes: Sequence[str], edges: Sequence[Edge]) -> Mapping[str, float]:
    """How many steps back the start lies on average, if every step back is drawn by how often it was taken: a linear system.

    Where no way leads back to the start the steps are counted as if a hundredth of the times had come from it."""
    place = {node: x for x, node in enumerate(nodes)}
    came = np.zeros((len(nodes), len(nodes)))
    total = np.zeros(len(nodes))
    for e in edges:
        if e.to in place and e.from_ != e.to:
            total[place[e.to]] += e.n
            if e.from_ in place:
                came[place[e.to], place[e.from_]] += e.n
    back = came / np.maximum(total, 1e-9)[:, None] * 0.99
    found = np.linalg.solve(np.eye(len(nodes)) - back, np.ones(len(nodes)))
    return dict(zip(nodes, found.tolist(), strict=True))
