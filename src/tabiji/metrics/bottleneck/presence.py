"""Since when a factor (a touchpoint, a role, a channel, a content) was there in a stay: one pass over the events.

A stay is cut into weeks from its beginning. A factor is there in a week when one of its events happened in the stay by the
time that week began: what happens in the week in which a journey goes on counts for no week, so nothing is credited backwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import TASKS_PER_WORKER
from tabiji.index.firing import alike
from tabiji.index.jit import kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.layout import I4, I8, U1, U2, Index, Tier
from tabiji.index.sweep import Events
from tabiji.index.tasks import ranges
from tabiji.metrics.scope import DAY

WEEK = 7 * DAY
NEVER_THERE = 65_535  # weeks
NO_ORIGIN = -1


@dataclass(frozen=True, slots=True)
class Wanted:
    """A factor: kinds whose events make it be there (uint8[n_kinds], bits), and which role sets fulfil each bit (uint8, None
    = all), or a role by its name."""

    kind: str
    key: str
    name: Mapping[str, str]
    mask: U1 | None = None
    roles: U1 | None = None


class Lookup(NamedTuple):
    """Factors ready for the kernel. member: uint8[n_kinds] · of_kind: class of a kind · off: int32[classes + 1], with factor:
    int32 and bits: uint8 · of_roles: uint8[F, n_role_sets] · role_off: int32[n_role_sets + 1], with role: int32, factors."""

    member: U1
    of_kind: npt.NDArray[np.unsignedinteger]
    off: I4
    factor: I4
    bits: U1
    of_roles: U1
    role_off: I4
    role: I4


class Stays(NamedTuple):
    """Stays in one stage, s of them, by unit, then time: unit: int64 · start (of the journey), here, leave: int32, seconds."""

    unit: I8
    start: I4
    here: I4
    leave: I4


def lookup(wanted: Sequence[Wanted], member: U1, role_sets: Sequence[tuple[str, ...]]) -> Lookup:
    """The tables of some factors."""
    member = np.asarray(member, np.uint8)
    masks = [(f, w.mask) for f, w in enumerate(wanted) if w.mask is not None]
    example, of_kind = alike([member, *(mask for _, mask in masks)])
    met = [[(f, int(mask[k])) for f, mask in masks if mask[k]] for k in example]
    of_roles = np.full((len(wanted), len(role_sets)), 255, np.uint8)
    number = {w.key: f for f, w in enumerate(wanted) if w.mask is None}
    for f, w in enumerate(wanted):
        if w.roles is not None:
            of_roles[f] = w.roles
    sets = [[number[role] for role in sorted(set(names)) if role in number] for names in role_sets]
    return Lookup(
        member=readonly(member),
        of_kind=readonly(of_kind.astype(np.min_scalar_type(len(example)))),
        off=readonly(np.cumsum([0, *(len(m) for m in met)]).astype(np.int32)),
        factor=readonly(np.array([f for m in met for f, _ in m], np.int32)),
        bits=readonly(np.array([b for m in met for _, b in m], np.uint8)),
        of_roles=readonly(of_roles),
        role_off=readonly(np.cumsum([0, *(len(s) for s in sets)]).astype(np.int32)),
        role=readonly(np.array([f for s in sets for f in s], np.int32)),
    )


@kernel
def _since(
    events: Events,
    begin: int,
    end: int,
    first_stay: I8,
    stays: Stays,
    tables: Lookup,
    known: int,
    since: U2,
    origin: I4,
) -> None:
    """Fill `since` (uint16[s, F], first week in which each factor is there) and `origin` (int32[s], kind of the first touch of
    the journey) for the stays of the live rows `begin`…`end`."""
    rows, units, live = events.off, events.unit, events.live
    kind, role_set, at, received = events.kind, events.role, events.at, events.received
    member, of_kind, off, factor, bits, of_roles, role_off, role = tables
    for row in range(begin, end):
        unit = units[row]
        i = rows[row]
        for s in range(first_stay[unit], first_stay[unit + 1] if live[row] else first_stay[unit]):
            while i > rows[row] and at[i - 1] >= stays.start[s]:
                i -= 1
            while i < rows[row + 1] and at[i] < stays.leave[s]:
                k = kind[i]
                if at[i] >= stays.start[s] and received[i] <= known and member[k]:
                    if origin[s] == NO_ORIGIN:
                        origin[s] = k
                    if at[i] >= stays.here[s]:
                        week = min(-(-(at[i] - stays.here[s]) // WEEK), NEVER_THERE - 1)
                        code = of_kind[k]
                        for x in range(off[code], off[code + 1]):
                            f = factor[x]
                            if bits[x] & of_roles[f, role_set[i]] and week < since[s, f]:
                                since[s, f] = week
                        for x in range(role_off[role_set[i]], role_off[role_set[i] + 1]):
                            if week < since[s, role[x]]:
                                since[s, role[x]] = week
                i += 1


def since_when(
    index: Index, stays: Stays, tables: Lookup, n_factors: int, known: int, executor: Executor
) -> tuple[U2, I4]:
    """(since: uint16[s, F], the first week of a stay in which each factor is there, NEVER_THERE where it never is; origin:
    int32[s], kind of the first touch of the journey, NO_ORIGIN where it has none).

    known: only events received by then."""
    since = np.full((len(stays.unit), n_factors), NEVER_THERE, np.uint16)
    origin = np.full(len(stays.unit), NO_ORIGIN, np.int32)
    ready = Stays(readonly(stays.unit), readonly(stays.start), readonly(stays.here), readonly(stays.leave))

    def fill(task: tuple[Tier, I8, int, int]) -> None:
        tier, first_stay, begin, end = task
        _since(events_of(tier), begin, end, first_stay, ready, tables, known, since, origin)

    tasks = []
    for partition in index.partitions:
        # A stay belongs to one unit, and a unit is live in one tier: tasks write to different rows.
        first = readonly(np.searchsorted(stays.unit, partition.first + np.arange(partition.n + 1)).astype(np.int64))
        for tier in partition.tiers:
            cuts = ranges(tier.off, executor.workers * TASKS_PER_WORKER)
            tasks += [(tier, first, begin, end) for begin, end in cuts]
    executor.map(fill, tasks)
    return since, origin
