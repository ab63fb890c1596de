"""How a question over the whole index is worked out: prepare once, partial per shard, merge, finish.

A shard is a run of whole units (or journeys). What `partial` gives are *cells*: integers, or fixed-point integers, so that
merging them does not depend on the order in which shards finish, on one machine or on many.
"""

from collections.abc import Sequence
from functools import reduce
from typing import Protocol, TypeVar

from tabiji.compute.executor import Executor
from tabiji.index.layout import I8, Index, Tier
from tabiji.index.tasks import ranges

Source_contra = TypeVar("Source_contra", contravariant=True)
Tables = TypeVar("Tables")
Cells = TypeVar("Cells")
Answer_co = TypeVar("Answer_co", covariant=True)

TASKS_PER_WORKER = 4  # so that a worker with light shards can help with the others'


class Kernel(Protocol[Source_contra, Tables, Cells, Answer_co]):
    """One question, in the four steps in which it is worked out.

    A source is what is cut into shards (a tier of the index, a journal), with the cumulative weight of its rows."""

    def prepare(self) -> Tables:
        """What every shard needs; from definitions and dictionaries only, never from events."""
        ...

    def zero(self, tables: Tables) -> Cells:
        """The cells of no shard at all."""
        ...

    def partial(self, tables: Tables, source: Source_contra, begin: int, end: int) -> Cells:
        """The cells of the rows `begin`…`end` of a source."""
        ...

    def merge(self, a: Cells, b: Cells) -> Cells:
        """The cells of two sets of shards together: commutative and associative."""
        ...

    def finish(self, total: Cells) -> Answer_co:
        """The answer from the cells of all shards."""
        ...


def run(
    kernel: Kernel[Source_contra, Tables, Cells, Answer_co],
    sources: Sequence[tuple[Source_contra, I8]],
    executor: Executor,
) -> Answer_co:
    """Work a question out. sources: each with `off`, int64[rows + 1], the cumulative weight of its rows."""
    tables = kernel.prepare()
    parts = parts_of(executor, len(sources))
    tasks = [(source, a, b) for source, off in sources for a, b in ranges(off, parts)]
    cells = executor.map(lambda task: kernel.partial(tables, *task), tasks)
    return kernel.finish(reduce(kernel.merge, cells, kernel.zero(tables)))


def parts_of(executor: Executor, sources: int) -> int:
    """Into how many shards each of so many sources is cut, so that no worker waits long for another: a few sources in two each,
    for seven on one side and six on the other would be a wait of a seventh."""
    wanted = executor.workers * TASKS_PER_WORKER
    return max(-(-wanted // max(1, sources)), 2 if sources < 4 * wanted else 1)


def tiers(index: Index) -> list[tuple[Tier, I8]]:
    """Every tier of an index, weighed by its events."""
    return [(tier, tier.off) for partition in index.partitions for tier in partition.tiers]
