"""Where journeys leave the plan: one deviation per class and stage (and role, and touchpoint), with what goes with it.

*missing*: the walk through the plan passes the stage, the journey does not enter it. *extra*: the journey enters it where the
plan does not. *out of order*: both in one journey. *late*: a stay (see `dwell`) is longer than `limit_days`; open stays count
when they are longer already. *role*, *touchpoint*: a stay was left, by going on, going back, loss or silence, before an expected
role had shown up, an expected touchpoint been met, at any time since the journey began. Of journeys that only passed a stage over, the
last three say nothing.

Shares are of the journeys that could have it: *missing*, *out of order*: the walk passes the stage; *extra*: all; *late*: entered
it longer than the limit ago; *role*, *touchpoint*: left it.

Differences (see `differences`) compare journeys from the next stage that is not optional for the first four, from the stage itself for role and
touchpoint. Whoever stays longer has more time to return, to meet a touchpoint, to bring in a role; so *extra*, *out of order*,
*role* and *touchpoint* are read at a landmark, 30 days after the journey entered the stage of comparison (`landmark_days`), and
only journeys are compared that were still in it then (Anderson, Cain & Gelber, J. Clin. Oncol. 1, 1983, 710).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tabiji.index.jit import NEVER
from tabiji.index.layout import U1
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.conformance.deviation_result import (
    AFTER_THE_SALE,
    EXTRA,
    LANDMARK_TOO_LATE,
    LATE,
    MISSING,
    NO_SUCCESS,
    NOT_MET,
    NOTHING_FOLLOWS,
    OUT_OF_ORDER,
    WRONG_ROLE,
    Deviation,
    Difference,
)
from tabiji.metrics.conformance.differences import (
    COMPARABLE,
    HIT,
    OF,
    WITH,
    Tally,
    clustered,
    onward,
    refused,
    share,
    tally,
    value,
)
from tabiji.metrics.conformance.plan import Plan
from tabiji.metrics.conformance.planned_walks import Expected, Walks
from tabiji.metrics.scope import DAY
from tabiji.metrics.stays import first_stay, stays_in
from tabiji.metrics.transitions import repeated
from tabiji.metrics.velocity.result import MIXED, NO_VALUES

Mask = npt.NDArray[np.bool_]
LANDMARK_DAYS = 30


@dataclass(frozen=True, slots=True)
class _Row:
    """A deviation that may exist: codes of journeys (see `differences`), and the stage from which they are compared."""

    kind: str
    stage: int
    role: str | None
    touchpoint: str | None
    code: U1
    compared_at: int

    @property
    def read_later(self) -> bool:
        """Whether it is read at the landmark."""
        return self.kind not in (MISSING, LATE)


def deviations(
    walks: Walks, journey_map: JourneyMap, expected: Expected, plan: Plan, horizon_days: int,
    landmark_days: int, min_n: int, currencies: tuple[str, ...],
) -> tuple[Deviation, ...]:  # fmt: skip
    """All deviations that some journey has, the heaviest first (n × size of the difference in onward conversion)."""
    line, names, success = journey_map.main_line, _names(journey_map), plan.success
    horizon = horizon_days * DAY
    landmark = landmark_days * DAY
    won_at = walks.reached_at[success] if success >= 0 else np.full(len(walks), NEVER, np.int32)
    valued = (won_at != NEVER) & ~np.isnan(walks.worth)
    used = sorted({currencies[c] for c in np.unique(walks.currency[valued])})
    owner = clustered(walks.unit) if repeated(walks.unit) else None
    out = []
    for row in _rows(walks, plan, expected, landmark):
        if not (row.code & HIT).any():
            continue
        at = row.compared_at
        here = walks.reached_at[min(at, len(line) - 1)]
        there = walks.reached_at[at + 1] if at + 1 < len(line) else np.full(len(walks), NEVER, np.int32)
        found = tally(row.code, here, there, won_at, walks.worth, walks.as_of, horizon, owner)
        priced = _price(found, at, success, used, min_n)
        if at >= len(line):
            went = priced = refused(0, 0, NOTHING_FOLLOWS)
        elif row.read_later and landmark_days >= horizon_days:
            went = priced = refused(0, 0, LANDMARK_TOO_LATE)
        elif at + 1 >= len(line):
            went = refused(int(found.counts[1, 0]), int(found.counts[0, 0]), NOTHING_FOLLOWS)
        else:
            went = onward(found, min_n)
        out.append(
            Deviation(
                kind=row.kind,
                stage=line[row.stage].id,
                role=row.role,
                touchpoint=row.touchpoint,
                n=found.hits,
                share=share(found, min_n),
                compared_at=line[at].id if at < len(line) else None,
                onward=went,
                value=priced,
                currency=used[0] if len(used) == 1 else None,
                names={
                    "stage": line[row.stage].name,
                    "compared_at": line[at].name if at < len(line) else {},
                    "role": journey_map.roles.get(row.role or "", {}),
                    "touchpoint": names.get(row.touchpoint or "", {}),
                },
            )
        )
    return tuple(sorted(out, key=lambda d: (-d.weight, -d.n)))


def _names(journey_map: JourneyMap) -> Mapping[str, Mapping[str, str]]:
    return {t.id: t.name for t in journey_map.touchpoints}


def _price(found: Tally, at: int, success: int, currencies: list[str], min_n: int) -> Difference:
    n_with, n_without = int(found.money[1, 0]), int(found.money[0, 0])
    if success < 0:
        return refused(n_with, n_without, NO_SUCCESS)
    if at > success:
        return refused(n_with, n_without, AFTER_THE_SALE)
    if len(currencies) != 1:
        return refused(n_with, n_without, MIXED if currencies else NO_VALUES)
    return value(found, min_n)


def _rows(walks: Walks, plan: Plan, expected: Expected, landmark: int) -> Iterator[_Row]:
    for k, (stage, later) in enumerate(zip(plan.stages, plan.later.tolist(), strict=True)):
        yield from _moves(walks, k, later, landmark)
        if stage.limit_days is not None and k + 1 < len(plan.stages):
            yield _late(walks, k, later, round(stage.limit_days * DAY))
        for role in stage.roles:
            if role in expected.roles:
                column = len(expected.touchpoints) + expected.roles.index(role)
                yield _Row(WRONG_ROLE, k, role, None, _unseen(walks, k, column, landmark), k)
        for touchpoint in stage.touchpoints:
            if touchpoint in expected.touchpoints:
                column = expected.touchpoints.index(touchpoint)
                yield _Row(NOT_MET, k, None, touchpoint, _unseen(walks, k, column, landmark), k)


def _moves(walks: Walks, k: int, later: int, landmark: int) -> Iterator[_Row]:
    """What the alignment says about stage `k`."""
    a, bit = walks.aligned, np.uint64(1) << np.uint64(k)
    passed, missing, extra, early = ((mask & bit) != 0 for mask in (a.passed, a.missing, a.extra, a.early))
    everybody = np.ones(len(a), bool)
    there = _still_there(walks, later, landmark) if later < len(walks.reached_at) else ~everybody
    swapped, lone = missing & extra, missing & ~extra
    yield _Row(MISSING, k, None, None, _code(lone, passed, lone, passed), later)
    yield _Row(EXTRA, k, None, None, _code(extra & ~missing, everybody, extra & ~missing & early, there), later)
    yield _Row(OUT_OF_ORDER, k, None, None, _code(swapped, passed, swapped & early, passed & there), later)


def _still_there(walks: Walks, k: int, landmark: int) -> Mask:
    """Whether journeys were still in stage `k` at the landmark, without having gone on, or back, from the stay in which they first
    reached it."""
    here, left = first_stay(walks, k)
    there: Mask = (here != NEVER) & (here == walks.reached_at[k]) & (left > here + landmark)
    return there


def _late(walks: Walks, k: int, later: int, limit: int) -> _Row:
    entered, late, known = (np.zeros(len(walks), bool) for _ in range(3))
    there = stays_in(walks, k, limit + 1)
    real = there.over == 0
    entered[there.journey[real]] = True
    late[there.journey[real & (there.duration > limit)]] = True
    known[there.journey[real & (there.mature != 0)]] = True
    return _Row(LATE, k, None, None, _code(late, known, late, entered), later)


def _unseen(walks: Walks, k: int, column: int, landmark: int) -> U1:
    """Codes of journeys that left stage `k` before what is expected had come.

    Once there it stays there, so a journey that stays several times has left without it if it did so the first time."""
    here, left = first_stay(walks, k)
    entered = here != NEVER
    seen = walks.seen[:, column]
    gone = entered & (left != NEVER)
    by_then = seen > here + landmark
    return _code(gone & (seen > left), gone, entered & by_then, entered & _still_there(walks, k, landmark))


def _code(hit: Mask, of: Mask, with_: Mask, comparable: Mask) -> U1:
    code: U1 = hit * np.uint8(HIT) + of * np.uint8(OF) + with_ * np.uint8(WITH) + comparable * np.uint8(COMPARABLE)
    return code
