"""Writing one generation of an index: buckets are sorted on threads, and put together into partitions."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from tabiji.index.build.people import Timelines
from tabiji.index.build.sorting import Keys, Sorted, sort_bucket
from tabiji.index.build.spill import Buckets
from tabiji.index.dictionary.hashing import U8
from tabiji.index.layout import I8, U4
from tabiji.index.store import ArrayFile

# Columns with one item per event, whose place is known before their bucket is sorted.
EVENT_COLUMNS = {"kind": "u4", "person": "u2", "role": "u2", "at": "i4", "received": "i4", "micro": "u4"}
# Columns of which a bucket's share is known only when it is sorted.
OTHER_COLUMNS = {
    "off": "i8", "unit_hash": "u8", "value_at": "i8", "value": "f8", "currency": "u1", "person_off": "i8", "person_hash": "u8",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """What sorting a bucket needs beside its records (see `sort_bucket`). known: all units that are in their table."""

    known: U8
    kind_of: U4
    roles: Timelines
    unit: int
    keys: Keys


@dataclass(frozen=True, slots=True)
class Written:
    """What was written. units: uint64, hashes in the order of their ordinals · partitions: (units, events) of each ·
    no_event: units without events · crowded: units with more persons than can be told apart · fingerprint of all."""

    units: U8
    partitions: list[tuple[int, int]]
    no_event: int
    crowded: int
    fingerprint: int
    last_at: int | None


def bucket_of_first(units: U8, n_buckets: int) -> I8:
    """Where each bucket's units begin in `units` (ascending): int64[n_buckets + 1]."""
    bucket = ((units >> np.uint64(32)) * np.uint64(n_buckets)) >> np.uint64(32)
    return np.searchsorted(bucket, np.arange(n_buckets + 1, dtype=np.uint64)).astype(np.int64)


def write_partitions(
    folder: Path, buckets: Buckets, per_partition: int, task: Task, workers: int, tell: Callable[[int], None]
) -> Written:
    """Sort all buckets and write `p=NNN/base/` of every partition (`per_partition` buckets each).

    `tell(events done)` is called as buckets are finished."""
    first = bucket_of_first(task.known, buckets.n)
    units: list[U8] = []
    partitions: list[tuple[int, int]] = []
    no_event = crowded = fingerprint = done = 0
    last_at: int | None = None
    with ThreadPoolExecutor(workers, thread_name_prefix="index") as pool:
        for number, start in enumerate(range(0, buckets.n, per_partition)):
            mine = range(start, start + per_partition)
            with _Partition(folder / f"p={number:03d}" / "base", buckets.records[start : start + per_partition]) as out:
                sort = partial(_sort, buckets=buckets, first=first, task=task, out=out, start=start)
                for sorted_ in _in_order(pool, workers + 1, mine, sort):
                    out.append(sorted_)
                    units.append(sorted_.unit)
                    no_event += int((np.diff(sorted_.off) == 0).sum())
                    crowded += sorted_.crowded
                    fingerprint = (fingerprint + int(sorted_.fingerprint)) % 2**64
                    if len(sorted_.at):
                        latest = int(sorted_.at.max())
                        last_at = latest if last_at is None else max(last_at, latest)
                    done += len(sorted_.at)
                    tell(done)
                partitions.append((out.units, out.events))
    return Written(np.concatenate(units), partitions, no_event, crowded, fingerprint, last_at)


def _sort(b: int, *, buckets: Buckets, first: I8, task: Task, out: "_Partition", start: int) -> Sorted:
    records, extras = buckets.take(b)
    known = task.known[first[b] : first[b + 1]]
    found = sort_bucket(records, extras, known, task.kind_of, task.roles, task.unit, task.keys)
    out.put(b - start, found)
    return found


def _in_order(
    pool: ThreadPoolExecutor, ahead: int, items: Sequence[int], work: Callable[[int], Sorted]
) -> Iterator[Sorted]:
    """Results in the order of the items, at most `ahead` of them in memory."""
    running: deque[Future[Sorted]] = deque()
    for item in items:
        running.append(pool.submit(work, item))
        if len(running) >= ahead:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()


class _Partition:
    """The files of one partition's base."""

    def __init__(self, folder: Path, records: I8) -> None:
        folder.mkdir(parents=True)
        self._first = np.append(0, np.cumsum(records)).tolist()
        self._columns = {name: ArrayFile(folder / f"{name}.npy", kind) for name, kind in EVENT_COLUMNS.items()}
        self._others = {name: ArrayFile(folder / f"{name}.npy", kind) for name, kind in OTHER_COLUMNS.items()}
        self._others["off"].append(np.zeros(1, np.int64))
        self._others["person_off"].append(np.zeros(1, np.int64))
        self._timed = False  # whether any event has microseconds
        self.units = 0
        self.events = 0
        self._persons = 0

    def put(self, bucket: int, found: Sorted) -> None:
        """Write the columns whose place is known; safe to call from several threads."""
        timed = bool(found.micro.any())
        self._timed = self._timed or timed
        for name, file in self._columns.items():
            if name != "micro" or timed:
                file.write_at(self._first[bucket], getattr(found, name))

    def append(self, found: Sorted) -> None:
        """Write the other columns of the next bucket."""
        others = self._others
        others["off"].append(found.off[1:] + self.events)
        others["unit_hash"].append(found.unit)
        others["value_at"].append(found.value_at + self.events)
        others["value"].append(found.value)
        others["currency"].append(found.currency)
        others["person_off"].append(found.person_off[1:] + self._persons)
        others["person_hash"].append(found.person_hash)
        self.units += len(found.unit)
        self.events += len(found.at)
        self._persons += len(found.person_hash)

    def __enter__(self) -> "_Partition":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return
        for name, file in self._columns.items():
            # The holes of buckets without microseconds read as zeros; no microseconds at all are an empty file.
            file.close(self.events if name != "micro" or self._timed else 0)
        for file in self._others.values():
            file.close()


def sync_tree(folder: Path) -> None:
    """Force the entries of a folder and of those below it to the disk (the files themselves are there already)."""
    for path, _, _ in os.walk(folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
