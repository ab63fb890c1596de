"""One pass over the events: the touches on the way to every conversion, and their credit under all models at once.

Touches count that happened before the conversion and at most `lookback` before it; those at its very instant are the
conversion itself. Of a journey that ended without: those before its end, back from its last touch.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tabiji.index.jit import NEVER, inlined, kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.layout import F8, I4, I8, U1, Tier
from tabiji.index.sweep import Events
from tabiji.metrics.credit.cells import (
    MOST_DENSE,
    MOST_TRANSITIONS,
    ONE,
    UNUSED,
    Cells,
    counted,
    grown,
    merged,
    no_cells,
    place_of,
)
from tabiji.metrics.credit.fates import ANCHORS, CONVERTED, LEFT_OUT, NULL, Fates
from tabiji.metrics.credit.levels import Level, Touching
from tabiji.metrics.credit.shares import (
    FULL_PATH,
    LAST_NON_DIRECT,
    PASSED,
    POSITION,
    U_SHAPED,
    W_SHAPED,
    anchored,
    distinct_keys,
    latest_before,
    single,
    spread,
)  # fmt: skip

MODELS = len(PASSED)


class Asked(NamedTuple):
    """Numbers that the kernel goes by. lookback, half_life: seconds · since, until: only touches between the two instants are
    credited (both included) · known: received by then · order: of the Markov chain, 0 = none · collapse: take a touch of the
    key of the one before for the same · chained: whether transitions are told apart by bucket · sets: whether sets are counted."""

    lookback: int
    half_life: float
    since: int
    until: int
    known: int
    order: int
    collapse: bool
    chained: bool
    sets: bool


@inlined
def _pour(
    credit: I8, worth: I8, key: I4, at: I4, begin: int, end: int, weight: F8, value: np.int64, asked: Asked
) -> None:  # fmt: skip
    """Add a conversion to the cells of one bucket and model, shared by `weight`. Cumulative shares are rounded, so that the
    parts add up to the whole exactly."""
    total = 0.0
    for i in range(end - begin):
        total += weight[i]
    outside = credit.size - 1
    so_far, given, paid = 0.0, np.int64(0), np.int64(0)
    for i in range(begin, end):
        if weight[i - begin] == 0.0 and i < end - 1:
            continue
        so_far += weight[i - begin]
        share = so_far / total if i < end - 1 else 1.0
        now, money = np.int64(np.rint(share * ONE)), np.int64(np.rint(share * value))
        k = key[i] if asked.since <= at[i] <= asked.until else outside
        credit[k] += now - given
        worth[k] += money - paid
        given, paid = now, money


@kernel
def _pass(
    events: Events, begin: int, end: int, touching: Touching, direct: U1, first_journey: I8, fates: Fates, most: int,
    asked: Asked, credit: I8, worth: I8, met: I8, sets: I8, slot: I8, times: I8, dense: bool,
) -> tuple[I8, I8, bool]:  # fmt: skip
    """Credit of the journeys of the live rows `begin`…`end` (see `Cells`); returns the table of transitions."""
    rows, units, live = events.off, events.unit, events.live
    kind, role_set, at_event, received = events.kind, events.role, events.at, events.received
    of_kind, key_off, keys, bits, of_roles = touching
    fate, start, stop, anchors, value, bucket = fates
    n_keys = met.shape[0]
    longest = 0
    for row in range(begin, end):
        longest = max(longest, rows[row + 1] - rows[row])
    room = longest * most + 1
    key, at = np.empty(room, np.int32), np.empty(room, np.int32)
    weight, marked = np.empty(room, np.float64), np.empty(room, np.uint8)
    seen, met_in = np.full(n_keys, -1, np.int64), np.full(n_keys, -1, np.int64)
    count, anchor = np.empty(n_keys, np.int32), np.empty(ANCHORS + 1, np.int32)
    base = int(n_keys + 1)
    span = 1
    for _ in range(asked.order):
        span *= base
    used = 0
    overflow = False
    for row in range(begin, end):
        unit = units[row]
        a, b = first_journey[unit], first_journey[unit + 1] if live[row] else first_journey[unit]
        low, high = int(NEVER), int(-NEVER)
        for j in range(a, b):
            if fate[j] != LEFT_OUT:
                low = min(low, int(stop[j] if fate[j] == CONVERTED else start[j]) - asked.lookback)
                high = max(high, int(stop[j]))
        if low == NEVER:
            continue
        n = 0
        for i in range(rows[row], rows[row + 1]):
            t = at_event[i]
            if t >= high:
                break
            if t < low or received[i] > asked.known:
                continue
            code = of_kind[kind[i]]
            for x in range(key_off[code], key_off[code + 1]):
                if bits[x] & of_roles[keys[x], role_set[i]]:
                    key[n], at[n] = keys[x], t
                    n += 1
        for j in range(a, b):
            if fate[j] == LEFT_OUT:
                continue
            last = n
            while last > 0 and at[last - 1] >= stop[j]:
                last -= 1
            back = stop[j]
            if fate[j] == NULL:
                back = np.int64(max(at[last - 1], start[j])) if last > 0 else np.int64(start[j])
            first = 0
            while first < last and at[first] < back - asked.lookback:
                first += 1
            size = last - first
            of_conversion = fate[j] == CONVERTED
            if size == 0:
                if of_conversion:
                    for model in range(MODELS):
                        credit[bucket[j], model, n_keys] += ONE
                        worth[bucket[j], model, n_keys] += value[j]
                continue
            mask = np.int64(0)
            for i in range(first, last):
                if met_in[key[i]] != j:
                    met_in[key[i]] = j
                    met[key[i], 0 if of_conversion else 1] += 1
                met[key[i], 2] += of_conversion
                if asked.sets:
                    mask |= np.int64(1) << np.int64(key[i])
            if asked.sets:
                sets[mask, 0 if of_conversion else 1] += 1
            if asked.order > 0 and not overflow:
                state, origin = 0, int(bucket[j]) * span if asked.chained else 0
                for i in range(first, last + 1):
                    if i > first and i < last and asked.collapse and key[i] == key[i - 1]:
                        continue
                    to = int(key[i]) if i < last else int(n_keys if of_conversion else n_keys + 1)
                    code = (origin + state) * (base + 1) + to
                    if dense:
                        times[code] += 1
                    else:
                        spot = place_of(slot, np.int64(code))
                        times[spot] += 1
                        if slot[spot] == UNUSED:
                            slot[spot] = code
                            used += 1
                            if used > MOST_TRANSITIONS:
                                overflow = True
                                break
                            if 2 * used > slot.size:
                                slot, times = grown(slot, times)
                    if i < last:
                        state = (state * base + int(key[i]) + 1) % span
            if not of_conversion:
                continue
            anchor[0] = 0
            for x in range(ANCHORS):
                entered = anchors[x, j]
                anchor[x + 1] = latest_before(at, first, last, entered) if entered <= stop[j] else -1
            for model in range(MODELS):
                if model <= LAST_NON_DIRECT:
                    single(model, key, first, last, direct, weight)
                elif model <= POSITION:
                    spread(model, at, first, last, stop[j], asked.half_life, weight)
                elif model == U_SHAPED:
                    anchored(size, anchor, 2, 0.0, weight, marked)
                elif model == W_SHAPED:
                    anchored(size, anchor, 3, 0.1, weight, marked)
                elif model == FULL_PATH:
                    anchored(size, anchor, 4, 0.1, weight, marked)
                else:
                    distinct_keys(key, first, last, j, seen, count, weight)
                _pour(credit[bucket[j], model], worth[bucket[j], model], key, at, first, last, weight, value[j], asked)
    return slot, times, overflow


class Source(NamedTuple):
    """A tier, with the journeys of its partition (first_journey: int64[units + 1]) and their fates."""

    tier: Tier
    first_journey: I8
    fates: Fates


@dataclass(frozen=True, slots=True)
class Passing:
    """Gathers `Cells` over all journeys (see `compute.kernel.Kernel`). buckets: groups of units."""

    level: Level
    buckets: int
    asked: Asked

    @property
    def codes(self) -> int:
        """How many codes of transitions there can be."""
        base = len(self.level.keys) + 1
        origins = self.buckets if self.asked.chained else 1
        return origins * int(base**self.asked.order) * (base + 1) if self.asked.order else 0

    def prepare(self) -> Touching:
        return self.level.touching

    def zero(self, tables: Touching) -> Cells:
        keys = len(self.level.keys)
        return no_cells(self.buckets, MODELS, keys, 1 << keys if self.asked.sets else 0)

    def partial(self, tables: Touching, source: Source, begin: int, end: int) -> Cells:
        cells, dense = self.zero(tables), self.codes <= MOST_DENSE
        slot = np.full(1 if dense else 1 << 12, UNUSED, np.int64)
        times = np.zeros(max(self.codes, 1) if dense else 1 << 12, np.int64)
        slot, times, overflow = _pass(
            events_of(source.tier), begin, end, tables, self.level.direct, readonly(source.first_journey),
            source.fates, self.level.most, self.asked, cells.credit, cells.worth, cells.met, cells.sets, slot, times, dense,
        )  # fmt: skip
        transition, times = counted(slot, times, dense)
        return cells._replace(transition=transition, times=times, overflow=bool(overflow))

    def merge(self, a: Cells, b: Cells) -> Cells:
        return merged(a, b)

    def finish(self, total: Cells) -> Cells:
        return total
