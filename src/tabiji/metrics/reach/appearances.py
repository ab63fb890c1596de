"""When each role first showed up in a journey, and when it first met each touchpoint: one pass over the events."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import TASKS_PER_WORKER
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, U1, Index, Tier
from tabiji.index.sweep import Events
from tabiji.index.tasks import ranges
from tabiji.metrics.position import first_journeys
from tabiji.metrics.reach.meetings import Meetings, listed_meetings

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

UNASKED = -1


@kernel
def _first(
    events: Events, begin: int, end: int, first_journey: I8, start: I4, stop: I4, tables: Meetings, column: I4,
    n_touchpoints: int, as_of: int, known: int, out: I4,
) -> None:  # fmt: skip
    """First instants over the live rows `begin`…`end` of a tier, into `out`: int32[j, touchpoints, then roles].

    column: int32[T], where a touchpoint of the map stands in `out`, UNASKED where nobody asks."""
    rows, units, live = events.off, events.unit, events.live
    kind, role_set, at, received = events.kind, events.role, events.at, events.received
    member, of_kind, code_off, touchpoint, bits, of_roles, role_off, role, _, _ = tables
    for row in range(begin, end):
        unit = units[row]
        i = rows[row]
        for j in range(first_journey[unit], first_journey[unit + 1] if live[row] else first_journey[unit]):
            until = min(int(stop[j]), as_of)
            while i > rows[row] and at[i - 1] >= start[j]:  # an attempt may begin at the instant at which another ended
                i -= 1
            while i < rows[row + 1] and at[i] < start[j]:
                i += 1
            while i < rows[row + 1] and at[i] <= until:
                if received[i] <= known and member[kind[i]]:
                    code = of_kind[kind[i]]
                    for x in range(code_off[code], code_off[code + 1]):
                        p = touchpoint[x]
                        c = column[p]
                        if c != UNASKED and out[j, c] == NEVER and bits[x] & of_roles[p, role_set[i]]:
                            out[j, c] = at[i]
                    for x in range(role_off[role_set[i]], role_off[role_set[i] + 1]):
                        c = n_touchpoints + role[x]
                        if out[j, c] == NEVER:
                            out[j, c] = at[i]
                i += 1


def appearances(
    index: Index,
    rules: "Rules",
    journals: Sequence[Journal],
    line: U1,
    touchpoints: Sequence[str],
    roles: Sequence[str],
    as_of: int,
    known: int,
    executor: Executor,
) -> I4:
    """int32[j, touchpoints, then roles]: the first instant of each in every journey of the journals, NEVER where there is none
    by as-of.

    An event counts from the start of the journey to its end, both included. as_of, known: seconds since EPOCH."""
    width = len(touchpoints) + len(roles)
    if width == 0:
        return np.empty((sum(len(j) for j in journals), 0), np.int32)
    tables = listed_meetings(rules, index.role_sets, roles, line)
    place = {t: c for c, t in enumerate(touchpoints)}
    column = readonly(np.array([place.get(t, UNASKED) for t in rules.touchpoint_mask], np.int32))
    out = [np.full((len(j), width), NEVER, np.int32) for j in journals]
    tasks: list[tuple[Tier, Journal, I8, I4, int, int]] = []
    for partition, journal, mine in zip(index.partitions, journals, out, strict=True):
        first = readonly(first_journeys(journal, partition.n))
        for tier in partition.tiers:
            tasks += [
                (tier, journal, first, mine, a, b) for a, b in ranges(tier.off, executor.workers * TASKS_PER_WORKER)
            ]

    def partial(task: tuple[Tier, Journal, I8, I4, int, int]) -> None:
        tier, journal, first, mine, begin, end = task  # live rows are of different units, so no two tasks write one row
        _first(
            events_of(tier), begin, end, first, journal.start, journal.end, tables, column, len(touchpoints), as_of, known,
            mine,
        )  # fmt: skip

    executor.map(partial, tasks)
    return np.concatenate([np.empty((0, width), np.int32), *out])
