"""Opening an index that has a delta: the touched units get an overlay tier in memory, new units a partition of their own."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from os import sched_getaffinity
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tabiji.index.delta.items import Base, Items, Ranks
from tabiji.index.delta.merging import empty, merge_units, room
from tabiji.index.delta.ranking import ranks_of
from tabiji.index.jit import readonly
from tabiji.index.layout import I8, Index, Partition, Tier
from tabiji.index.store import Texts, open_array, open_texts
from tabiji.index.tasks import ranges

_THREADS = len(sched_getaffinity(0))


def open_items(folder: Path) -> Items:
    """The events of a delta, in the order of the index."""
    return open_array(folder / "items.npy")


def merging_base(folder: Path) -> Base:
    """What merging needs of the base of a partition."""
    return Base(*(readonly(open_array(folder / f"{name}.npy")) for name in Base._fields))


def lay_over(index: Index, home: Path, delta: str) -> Index:
    """The index with the delta in `home`/<delta> laid over its base."""
    folder = home / delta
    items = open_items(folder)
    ranks = ranks_of(index.kinds, index.manifest["base_kinds"], index.role_sets, index.currencies)
    names = open_texts(folder, "unit")
    units = Texts(names.block, names.off, open_array(folder / "unit_hash.npy"))
    n_base = index.n_units
    ends = np.searchsorted(items["unit"], [p.first + p.n for p in index.partitions]).tolist()
    begins = [0, *ends[:-1]]
    jobs = [
        _Job(p, items[a:b], merging_base(home / f"p={p.number:03d}" / "base"), ranks)
        for p, a, b in zip(index.partitions, begins, ends, strict=True)
    ]
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="overlay") as pool:
        partitions = [_overlaid(job, pool) for job in jobs]
        if len(units):
            new = items[ends[-1] :] if ends else items
            partitions.append(_new_partition(new, len(partitions), n_base, len(units), ranks, pool))
    return replace(index, units=_joined(index.units, units), partitions=tuple(partitions))


class _Job(NamedTuple):
    partition: Partition
    items: Items
    base: Base
    ranks: Ranks


def _overlaid(job: _Job, pool: ThreadPoolExecutor) -> Partition:
    if not len(job.items):
        return job.partition
    units, first = np.unique(job.items["unit"], return_index=True)
    rows = units - job.partition.first
    base = job.partition.tiers[0]
    live = base.live.copy()
    live[rows] = 0
    overlay = _merged(job.items, job.base, rows, first, job.ranks, rows, pool)
    return replace(job.partition, tiers=(replace(base, live=live), overlay))


def _new_partition(items: Items, number: int, first: int, n: int, ranks: Ranks, pool: ThreadPoolExecutor) -> Partition:
    """Units that the base does not have, with or without events."""
    units = np.arange(n, dtype=np.int64)
    start = np.searchsorted(items["unit"], units + first)
    absent = np.full(n, -1, np.int64)
    return Partition(number, first, n, (_merged(items, _no_base(), absent, start, ranks, units, pool),))


def _no_base() -> Base:
    kinds = ("i8", "u4", "u2", "u2", "i4", "i4", "u4", "i8", "f8", "u1", "i8", "u8")
    return Base(*(readonly(np.zeros(0, kind)) for kind in kinds))


def _merged(items: Items, base: Base, rows: I8, first: I8, ranks: Ranks, units: I8, pool: ThreadPoolExecutor) -> Tier:
    start = np.append(first, len(items)).astype(np.int64)
    off, value_off, value_in_base = room(items, base, rows, start)
    out = empty(int(off[-1]), int(value_off[-1]))
    given = (readonly(items), base, rows, start, off, value_off, value_in_base)
    list(pool.map(lambda cut: merge_units(*given, cut[0], cut[1], ranks, out), ranges(off, 2 * _THREADS)))
    return Tier(unit=units, live=np.ones(len(units), np.uint8), off=off, **out._asdict())


def _joined(a: Sequence[str], b: Texts) -> Sequence[str]:
    if not len(b) or not isinstance(a, Texts):
        return a
    hashes = None if a.hashes is None or b.hashes is None else np.concatenate([a.hashes, b.hashes])
    return Texts(np.concatenate([a.block, b.block]), np.concatenate([a.off, b.off[1:] + a.off[-1]]), hashes)
