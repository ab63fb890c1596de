"""The journal: the journeys of every unit with their stage entries, for one set of rules.

It does not depend on as-of: the end of a journey that is still silent is the instant at which it *will* be dormant, and a
question leaves out what lies after its as-of. A journal for known-as-of is swept from the events received by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tabiji.index.firing import FiringTables, firing_tables
from tabiji.index.jit import NEVER, readonly
from tabiji.index.journal_store import load, save
from tabiji.index.journeys import Journal, Piece, join
from tabiji.index.layout import Index, Partition, Tier
from tabiji.index.sweep import Events, Swept, room, sweep
from tabiji.index.tasks import Mapper, ranges

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["Journal", "events_of", "journal"]

MOST_EVENTS = 1 << 20  # of one task; bounds the space that it reserves
NO_GAP = 1 << 40  # seconds; longer than any gap


def journal(
    index: Index,
    rules: "Rules",
    executor: Mapper,
    cache_root: Path | None = None,
    known_as_of: int | None = None,
) -> tuple[Journal, ...]:
    """The journals of all partitions, in their order.

    cache_root: folder of the index generation; journals are kept in `p=NNN/journal/<rules digest>/` below it and read from
    there the next time (a torn or outdated one is swept anew) · known_as_of: seconds since EPOCH, only events received by
    then; such a journal is not kept."""
    folders: dict[int, Path] = {}
    if cache_root is not None and known_as_of is None:
        folders = {p.number: cache_root / f"p={p.number:03d}" / "journal" / rules.digest for p in index.partitions}
    journals = {number: load(folder, index.version) for number, folder in folders.items()}
    missing = [p for p in index.partitions if journals.get(p.number) is None]
    if missing:
        known = NEVER if known_as_of is None else known_as_of
        tables = firing_tables(rules, len(index.role_sets))
        for swept in _sweep(missing, rules, tables, executor, known):
            journals[swept.number] = swept
            if folders:
                save(folders[swept.number], index.version, swept)
    found = (journals[p.number] for p in index.partitions)
    return tuple(j for j in found if j is not None)


@dataclass(frozen=True, slots=True)
class _Task:
    partition: Partition
    tier: Tier
    begin: int
    end: int

    @property
    def events(self) -> int:
        """Events of its rows."""
        return int(self.tier.off[self.end] - self.tier.off[self.begin])


def _tasks(partition: Partition) -> list[_Task]:
    out: list[_Task] = []
    for tier in partition.tiers:
        n_events = int(tier.off[-1] - tier.off[0]) if len(tier.off) else 0
        cuts = ranges(tier.off, n_events // MOST_EVENTS + 1)
        out += [_Task(partition, tier, begin, end) for begin, end in cuts]
    return out


def events_of(tier: Tier) -> Events:
    """The columns of a tier as kernels take them."""
    return Events._make(readonly(getattr(tier, name)) for name in Events._fields)


def _sweep(
    partitions: Sequence[Partition], rules: "Rules", tables: FiringTables, executor: Mapper, known: int
) -> list[Journal]:
    """Sweep partitions; a task is a run of rows, so that one large partition keeps every thread busy."""
    inactive = NO_GAP if rules.inactive_seconds < 0 else int(rules.inactive_seconds)
    failures = np.uint64(rules.failure_bits)

    tasks = [task for partition in partitions for task in _tasks(partition)]
    rows = max((task.end - task.begin for task in tasks), default=0)
    room_for = rows, max((task.events for task in tasks), default=0), tables.most
    idle: list[Swept] = []  # what was swept is copied out, so that the same warm pages serve task after task

    def partial(task: _Task) -> Swept:
        try:
            out = idle.pop()
        except IndexError:
            out = room(*room_for)
        j, w = sweep(
            events_of(task.tier), task.begin, task.end, task.partition.first, tables.codes, tables.clauses, failures,
            inactive, known, out,
        )  # fmt: skip
        used = (j,) * 6 + (w,) * 3 + (task.end - task.begin,) * 3
        swept = Swept._make(getattr(out, field)[:n].copy() for field, n in zip(Swept._fields, used, strict=True))
        idle.append(out)
        return swept

    pieces: dict[int, list[Piece]] = {p.number: [] for p in partitions}
    for task, swept in zip(tasks, executor.map(partial, tasks), strict=True):
        pieces[task.partition.number].append(Piece(task.tier, task.begin, task.end, swept))
    return executor.map(lambda p: join(p, pieces[p.number]), partitions)
