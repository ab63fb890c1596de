"""The journeys of a question as sequences of stages or touches: counted on all threads, and spelled one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import TASKS_PER_WORKER
from tabiji.errors import TabijiError
from tabiji.i18n import N_
from tabiji.index.firing import U8
from tabiji.index.jit import readonly
from tabiji.index.journal import events_of
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, U2, Index, Tier
from tabiji.index.tasks import ranges
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import NO_LINE, main_line
from tabiji.metrics.paths.gaps import medians
from tabiji.metrics.paths.result import ENDS, START
from tabiji.metrics.paths.steps import ENDED_DORMANT, ENDED_OPEN, ENDED_WON, EXTRA
from tabiji.metrics.paths.touching import digest_of, touches_of
from tabiji.metrics.paths.walks import (
    Asking,
    Journeys,
    Tally,
    Told,
    Touches,
    spell,
    walk_stages,
    walk_touches,
)
from tabiji.metrics.position import first_journeys
from tabiji.metrics.provenance import inside
from tabiji.metrics.scope import Scope, seconds

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

MOST_TOUCHPOINTS = 600  # the tables of cells grow with the square
Pairs = npt.NDArray[np.int64]


class TooManyTouchpointsError(TabijiError):
    """Ask at stage level, or split the map: every pair of touchpoints is counted."""

    code = "too_many_touchpoints"
    message = N_("{n} touchpoints; paths at touch level are counted for at most {most}")


@dataclass(frozen=True, slots=True)
class Counted:
    """A part of the journeys. Tables int64[nodes, nodes]: follows, returns: how often (see `walks`), with twice the median
    seconds; direct, journeys: of returns. told: of its journeys, which stand at `place` among all."""

    follows: Pairs
    follows_twice: Pairs
    returns: Pairs
    returns_twice: Pairs
    direct: Pairs
    journeys: Pairs
    touches: int
    others: int
    told: Told
    place: npt.NDArray[np.intp]


Places = tuple[U2, I8, U8]  # drawer, at, row: see `gaps.keep`
Run = tuple[int, Any, int, int]  # number of the journal, tier (None: its entries), rows or journeys from–to
NOWHERE = readonly(np.empty(0, np.uint16)), np.empty(0, np.int64), np.empty(0, np.uint64)  # no durations are placed


@dataclass(frozen=True, slots=True)
class Sequences:
    """What a question at one level walks over. nodes: ids, then START and ENDS · wanted: int32 per journal, 0 for the journeys
    asked about, else -1."""

    nodes: tuple[str, ...]
    touch: bool
    collapse: bool
    once: bool
    as_of: int
    known: int
    index: Index
    journals: Sequence[Journal]
    wanted: list[I4]
    success: Any  # uint8[n_stages]
    touches: Touches
    executor: Executor
    digest: str
    _first: list[I8] = field(default_factory=list)

    @classmethod
    def of(
        cls, index: Index, journey_map: JourneyMap, rules: "Rules", journals: Sequence[Journal], scope: Scope,
        executor: Executor, touch: bool, collapse: bool, once: bool,
    ) -> "Sequences":  # fmt: skip
        """Prepare; from dictionaries only. Raises TooManyTouchpointsError."""
        ids = list(rules.touchpoint_mask) if touch else list(rules.stage_ids)
        if len(ids) > MOST_TOUCHPOINTS:
            raise TooManyTouchpointsError(n=len(ids), most=MOST_TOUCHPOINTS)
        as_of = seconds(scope.as_of)
        wanted = [
            np.where(inside(j.unit, j.start, scope) & (j.start <= as_of), 0, -1).astype(np.int32) for j in journals
        ]
        first = [first_journeys(j, p.n) for p, j in zip(index.partitions, journals, strict=True)] if touch else []
        return cls(
            nodes=(*ids, START, *ENDS),
            touch=touch,
            collapse=collapse,
            once=once,
            as_of=as_of,
            known=scope.known,
            index=index,
            journals=journals,
            wanted=wanted,
            success=readonly(_succeeding(journey_map, rules)),
            touches=touches_of(rules, len(index.role_sets)),
            executor=executor,
            digest=digest_of(rules) if touch else "",
            _first=first,
        )

    def by_journal(self) -> Iterator[tuple[Journal, I4]]:
        """Each journal with the journeys asked about."""
        return zip(self.journals, self.wanted, strict=True)

    def counted(self, parts: Sequence[I4], n_parts: int) -> list[Counted]:
        """Count every part. parts: int32 per journal, the part of each journey (-1 = none)."""
        size, tasks = len(self.nodes), self._tasks()
        told = [_room(len(p)) for p in parts]
        tallies = self.executor.map(lambda runs: self._count(runs, parts, n_parts, told), tasks)
        n, direct, journeys, events = (_total(column) for column in zip(*tallies, strict=True))

        def place(drawer: U2, at: Sequence[I8], row: U8) -> None:
            def task(x: int) -> None:
                self._walk(tasks[x], parts, told, tallies[x], True, (drawer, at[x], row))

            self.executor.map(task, range(len(tasks)))

        twice = medians([t.times for t in tallies], self._timed(n_parts), place, self.executor)
        tables = [x.reshape(n_parts, 2, size, size) for x in (n, twice)]
        direct, journeys = (x.reshape(n_parts, size, size) for x in (direct, journeys))
        part = np.concatenate([np.empty(0, np.int32), *parts])
        whole = [np.concatenate([np.empty(0, d), *(getattr(t, f) for t in told)]) for f, d in _TOLD.items()]
        order = np.argsort(part, kind="stable")
        bounds = np.searchsorted(part[order], np.arange(n_parts + 1))
        out = []
        for x in range(n_parts):
            mine = order[bounds[x] : bounds[x + 1]]
            pairs = tables[0][x, 0], tables[1][x, 0], tables[0][x, 1], tables[1][x, 1], direct[x], journeys[x]
            touches, others = events[x].tolist()
            out.append(Counted(*pairs, touches, others, Told(*(a[mine] for a in whole)), mine))
        return out

    def _timed(self, n_parts: int) -> npt.NDArray[np.bool_]:
        """bool[cells]: those of which a duration is told. Only a loss among the ends has an instant."""
        size = len(self.nodes)
        timed = np.ones((n_parts, 2, size, size), bool)
        timed[:, 0, :, [size - EXTRA + end for end in (ENDED_WON, ENDED_DORMANT, ENDED_OPEN)]] = False
        return timed.ravel()

    def _tasks(self) -> list[list[Run]]:
        """Runs of journeys in as many tasks as keep every thread busy; each task holds tables of all cells."""
        some = self.executor.workers * TASKS_PER_WORKER
        many = max(1, some // max(1, len(self.journals)))
        runs: list[tuple[Run, int]] = []
        for x, (partition, journal) in enumerate(zip(self.index.partitions, self.journals, strict=True)):
            for tier in partition.tiers if self.touch else (None,):
                off = journal.off if tier is None else tier.off
                runs += [((x, tier, a, b), int(off[b] - off[a])) for a, b in ranges(off, many)]
        tasks: list[list[Run]] = [[]]
        weight, whole = 0, sum(w for _, w in runs)
        for run, w in runs:
            if weight * some >= whole * len(tasks):
                tasks.append([])
            tasks[-1].append(run)
            weight += w
        return tasks

    def _count(self, runs: Sequence[Run], parts: Sequence[I4], n_parts: int, told: Sequence[Told]) -> Tally:
        square = len(self.nodes) ** 2
        tally = Tally(
            np.zeros(n_parts * 2 * square, np.uint32), np.zeros(n_parts * square, np.uint32),
            np.zeros(n_parts * square, np.uint32), np.zeros((n_parts, 2), np.int64),
        )  # fmt: skip
        self._walk(runs, parts, told, tally, False, NOWHERE)
        return tally

    def _walk(
        self, runs: Sequence[Run], parts: Sequence[I4], told: Sequence[Told], tally: Tally, placing: bool, places: Places
    ) -> None:  # fmt: skip
        asking = Asking(len(self.nodes) - EXTRA, self.collapse, self.once, self.as_of, self.known, placing)
        for x, tier, a, b in runs:
            j = self.journals[x]
            journeys = Journeys(readonly(parts[x]), j.start, j.end, j.outcome, j.off, j.stage, j.first)
            if tier is None:
                walk_stages(a, b, journeys, self.success, asking, tally, *places, told[x])
            else:
                walk_touches(
                    events_of(tier), a, b, readonly(self._first[x]), journeys, self.success, self.touches, asking,
                    tally, *places, told[x],
                )  # fmt: skip

    def path(self, place: int) -> tuple[str, ...]:
        """The steps of one journey, repeats left out. place: among the journeys of all journals."""
        x = 0
        while place >= len(self.journals[x]):
            place -= len(self.journals[x])
            x += 1
        journal = self.journals[x]
        if not self.touch:
            mine = slice(journal.off[place], journal.off[place + 1])
            steps = journal.stage[mine][journal.first[mine] <= self.as_of].tolist()
        else:
            tier, row = self._row(x, int(journal.unit[place]))
            until = min(int(journal.end[place]), self.as_of)
            steps = spell(events_of(tier), row, int(journal.start[place]), until, self.touches, self.known).tolist()
        return tuple(self.nodes[s] for s in (dict.fromkeys(steps) if self.once else steps))

    def _row(self, x: int, unit: int) -> tuple[Tier, int]:
        """The tier and row in which a unit of a partition is live."""
        partition = self.index.partitions[x]
        local = unit - partition.first
        for tier in partition.tiers:
            row = int(np.searchsorted(tier.unit, local))
            if row < len(tier.unit) and tier.unit[row] == local and tier.live[row]:
                return tier, row
        raise LookupError(f"unit {unit} is live in no tier")


_TOLD = {
    "hash_1": np.uint64, "hash_2": np.uint64, "steps": np.int32, "took": np.int64, "end": np.uint8, "won": np.uint8,
}  # fmt: skip


def _total(column: Sequence[npt.NDArray[Any]]) -> I8:
    """A column of the tallies of all tasks."""
    return np.asarray(np.sum(column, axis=0, dtype=np.int64))


def _room(n: int) -> Told:
    return Told(*(np.zeros(n, d) for d in _TOLD.values()))


def _succeeding(journey_map: JourneyMap, rules: "Rules") -> npt.NDArray[np.uint8]:
    """uint8[n_stages]: the first success stage and what comes after it on the main line (who is there has passed it)."""
    line = main_line(journey_map, rules)
    first = next((k for k, s in enumerate(journey_map.main_line) if s.kind == "success"), NO_LINE)
    reached: npt.NDArray[np.bool_] = (line >= first) & (line != NO_LINE)
    return reached.astype(np.uint8)
