"""Cutting work into tasks of whole units, for whoever runs them (threads here, a cluster later)."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Protocol, TypeVar

import numpy as np

from tabiji.index.layout import I8

T = TypeVar("T")
R = TypeVar("R")

MIN_WEIGHT = 1 << 18  # events per task below which threads cost more than they bring


class Mapper(Protocol):
    """What runs one function over several tasks (see `compute.Executor`)."""

    @property
    def workers(self) -> int:
        """How many tasks run at the same time."""
        ...

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> list[R]:
        """Results in the order of the tasks; the first error is raised."""
        ...


def ranges(off: I8, parts: int) -> list[tuple[int, int]]:
    """Cut rows into at most `parts` runs of about the same weight.

    off: int64[r+1], cumulative weight (events) of the rows. Returns [(first row, last row + 1)], covering all rows;
    fewer and larger runs where the whole weighs little."""
    n = len(off) - 1
    if n <= 0:
        return []
    total = int(off[-1] - off[0])
    parts = max(1, min(parts, n, total // MIN_WEIGHT + 1))
    goals = int(off[0]) + (np.arange(1, parts, dtype=np.int64) * total) // parts
    cuts = [0, *np.searchsorted(off, goals).tolist(), n]
    return [(a, b) for a, b in pairwise(cuts) if b > a]
