"""How units use what they bought, as it stood at several instants: one pass over the events of each unit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.layout import I4, I8, NO_PERSON, U1, U2, Index, Partition, Tier
from tabiji.index.sweep import Events
from tabiji.index.tasks import ranges
from tabiji.metrics.scope import DAY

MOST_FEATURES = 255
COLUMNS = ("active_people", "known_people", "active_days", "features", "outcome")
NOT_USAGE = 0


@dataclass(frozen=True, slots=True)
class Windows:
    """Seconds back from an instant that count: for people and features, for days, for outcomes; and seconds to add to an instant to
    get local time (of days)."""

    people: int
    days: int
    outcome: int
    offset: int


@kernel
def _live(
    events: Events, begin: int, end: int, wanted: U1, feature: U1, of_kind: U2, outcome: U1, n_features: int, instants: I8, people: int, days: int,
    worth: int, offset: int, known: int, out: I4,
) -> None:  # fmt: skip
    """Live through the events of the live rows `begin`…`end` whose unit is wanted; out: int32[rows, instants, COLUMNS].

    wanted: uint8[n], units of the partition · feature: uint8[n_kinds], number of the feature that an event of use is about, from 1 (0: no use) · of_kind: uint16[n_kinds], class of a kind
    · outcome: uint8[n_classes, n_role_sets], whether an event tells one."""
    used, known_to = np.empty(NO_PERSON, np.int32), np.empty(NO_PERSON, np.uint8)
    of_feature = np.empty(MOST_FEATURES + 1, np.int32)
    for row in range(begin, end):
        if not events.live[row] or not wanted[events.unit[row]]:
            continue
        first, last = events.off[row], events.off[row + 1]
        most, n_days = 0, 0
        for i in range(first, last):
            if events.person[i] != NO_PERSON:
                most = max(most, int(events.person[i]) + 1)
            n_days += feature[events.kind[i]] != 0
        used[:most], known_to[:most] = -NEVER, 0
        of_feature[: n_features + 1] = -NEVER
        day_of = np.empty(n_days, np.int32)
        proven = np.int64(-NEVER)
        n_days, i = 0, first
        for x in range(instants.size):
            at = instants[x]
            while i < last and events.at[i] <= at:
                if events.received[i] <= known:
                    person, now = events.person[i], events.at[i]
                    if person != NO_PERSON:
                        known_to[person] = 1
                    f = feature[events.kind[i]]
                    if f != 0:
                        of_feature[f] = now
                        if person != NO_PERSON:
                            used[person] = now
                        day = (np.int64(now) + offset) // DAY
                        if n_days == 0 or day_of[n_days - 1] != day:
                            day_of[n_days] = day
                            n_days += 1
                    if outcome[of_kind[events.kind[i]], events.role[i]]:
                        proven = np.int64(now)
                i += 1
            cell = out[row - begin, x]
            for p in range(most):
                cell[0] += used[p] > at - people
                cell[1] += known_to[p]
            d = n_days - 1
            while d >= 0 and day_of[d] > (at + offset - days) // DAY:
                cell[2] += 1
                d -= 1
            for f in range(1, n_features + 1):
                cell[3] += of_feature[f] > at - people
            cell[4] = proven > at - worth


def usage(
    index: Index,
    wanted: npt.NDArray[np.bool_],
    feature: U1,
    of_kind: U2,
    outcome: U1,
    instants: I8,
    windows: Windows,
    known: int,
    executor: Executor,
) -> npt.NDArray[np.int32]:
    """int32[n_units, instants, COLUMNS] at `instants` (int64, ascending, seconds since EPOCH) of the wanted units (bool[n_units]), from
    events received by `known`.

    active_people: distinct persons who used it · known_people: seen at all by then · active_days: distinct days of use · features:
    distinct ones used · outcome: whether one was told (of_kind, outcome: as in `_live`)."""
    out = np.zeros((index.n_units, len(instants), len(COLUMNS)), np.int32)
    tasks = [
        (partition, tier, a, b)
        for partition in index.partitions
        for tier in partition.tiers
        for a, b in ranges(tier.off, executor.workers * 2)
    ]
    kinds, classes, proves, dates = readonly(feature), readonly(of_kind), readonly(outcome), readonly(instants)
    n_features = int(feature.max(initial=0))

    def partial(task: tuple[Partition, Tier, int, int]) -> None:
        partition, tier, begin, end = task
        cells = np.zeros((end - begin, len(instants), len(COLUMNS)), np.int32)
        w = windows
        mine = readonly(wanted[partition.first : partition.first + partition.n].astype(np.uint8))
        _live(
            events_of(tier), begin, end, mine, kinds, classes, proves, n_features, dates, w.people, w.days, w.outcome, w.offset, known, cells,
        )  # fmt: skip
        live = tier.live[begin:end] != 0  # the rows of a unit are live in one tier only
        out[tier.unit[begin:end][live] + partition.first] = cells[live]

    executor.map(partial, tasks)
    return out
