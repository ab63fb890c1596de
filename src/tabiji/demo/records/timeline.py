"""From weeks to instants: when each stay begins and ends, each treatment comes and each person appears, for one block.

Inside the week in which a stay ends, whatever came into it lies on Monday or Tuesday and the end on Wednesday to Friday,
so that a cause is never recorded after its effect. Orders and losses are dated by day, as a CRM does it (midnight).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.process.prospects import Prospects, StageStays
from tabiji.demo.process.stay import ADVANCED, LOST, OPEN
from tabiji.demo.world.clock import CLOSES, DAY, EPOCH, OPENS, Clock, Seconds, Weeks, moment
from tabiji.demo.world.parameters import CHAMPION, CONSIDER, CONTINUE, ORDER

N_SLOTS = 14
SUCCESSOR = 9  # slot of a champion's successor
SLOT_ROLE = (0, 1, 2, 3, 4, 5, 6, 6, 6, CHAMPION, 6, 6, 6, 6)  # role of each slot of an account
LATER = np.int64(1 << 40)  # instant that never comes


@dataclass(frozen=True, slots=True)
class Stays:
    """Every stay of a block in one table, attempts and stages in order; times in seconds."""

    account: NDArray[np.int32]
    attempt: NDArray[np.int8]
    stage: NDArray[np.int8]
    enters: Seconds
    leaves: Seconds  # end of the clock while open
    outcome: NDArray[np.int8]
    begins: NDArray[np.bool_]  # the first stay of its attempt
    source: NDArray[np.int8]

    def rows(self, stage: int) -> NDArray[np.intp]:
        """Stays of a stage."""
        return np.flatnonzero(self.stage == stage)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came into stays: a treatment (column of its stage) or a person (slot of the account)."""

    stay: NDArray[np.int32]
    which: NDArray[np.int8]
    at: Seconds


@dataclass(slots=True)
class Timeline:
    """All instants of a block. `present_from` and `present_to` are (accounts, slots)."""

    clock: Clock
    stays: Stays
    treatments: Arrivals
    joins: Arrivals
    present_from: Seconds
    present_to: Seconds


@dataclass(slots=True)
class Scheduler:
    """Gives instants to stays in the order in which they are lived."""

    clock: Clock
    prospects: Prospects
    rng: np.random.Generator
    present_from: Seconds = field(init=False)
    present_to: Seconds = field(init=False)
    _next: Seconds = field(init=False)  # instant at which the stage after the last one begins, −1 for a new attempt
    _rows: int = 0
    _stays: list[Stays] = field(default_factory=list)
    _treatments: list[Arrivals] = field(default_factory=list)
    _joins: list[Arrivals] = field(default_factory=list)

    def __post_init__(self) -> None:
        n = len(self.prospects.size)
        self.present_from = np.full((n, N_SLOTS), LATER, np.int64)
        self.present_to = np.full((n, N_SLOTS), LATER, np.int64)
        self._next = np.full(n, -1, np.int64)

    def upcoming(self, account: NDArray[np.int32]) -> Seconds:
        """When the next stage of accounts that have advanced begins."""
        return self._next[account]

    def add(self, s: StageStays, ends: Seconds | None = None) -> Stays:
        """Schedule the stays of a stage; `ends` overrides when they end (renewal dates of contracts)."""
        e, clock = s.entrants, self.clock
        enters = self._begin(e.account, e.week)
        treated = s.treated <= np.minimum(s.leaving.week, clock.n_weeks - 1)[:, None]
        if s.stage == CONTINUE:
            treated &= s.treated < s.leaving.week[:, None]
        came = (s.joined > e.week[:, None]) & (s.joined <= np.minimum(s.leaving.week, clock.n_weeks - 1)[:, None])
        busy = (np.hstack([s.treated, s.joined]) == s.leaving.week[:, None]).any(axis=1)
        leaves = self._end(s, busy, ends)
        begins = self._next[e.account] < 0
        self._next[e.account] = np.where(s.leaving.outcome == ADVANCED, leaves, -1)
        stays = Stays(
            e.account, e.attempt, np.full(len(enters), s.stage, np.int8), enters, leaves, s.leaving.outcome, begins,
            e.source,
        )  # fmt: skip
        self._arrive(s, enters, treated, came)
        self._stays.append(stays)
        self._rows += len(enters)
        return stays

    def finish(self) -> Timeline:
        """Everything that was scheduled, cut at the end of the clock."""
        stays = Stays(*(np.concatenate([getattr(s, name) for s in self._stays]) for name in Stays.__slots__))
        stays.outcome[stays.leaves >= self.clock.end] = OPEN
        np.minimum(stays.leaves, self.clock.end, out=stays.leaves)
        return Timeline(
            self.clock, stays, _together(self._treatments), _together(self._joins), self.present_from, self.present_to
        )

    def _begin(self, account: NDArray[np.int32], week: Weeks) -> Seconds:
        fresh = moment(self.clock, week, 0, 4, self.rng)
        first_day = self.clock.start + self.rng.integers(OPENS, CLOSES, len(week))
        fresh = np.where(fresh < self.clock.start, first_day, fresh)
        return np.where(self._next[account] >= 0, self._next[account], fresh)

    def _end(self, s: StageStays, busy: NDArray[np.bool_], ends: Seconds | None) -> Seconds:
        week = s.leaving.week
        leaves = np.where(busy, moment(self.clock, week, 2, 4, self.rng), moment(self.clock, week, 0, 4, self.rng))
        if s.stage == CONSIDER:
            by_day = s.leaving.outcome <= LOST
        elif s.stage in (ORDER, CONTINUE):
            by_day = s.leaving.outcome == LOST
        else:
            by_day = np.zeros(len(week), np.bool_)
        leaves = np.where(by_day, leaves // DAY * DAY, leaves)
        if ends is not None:
            leaves = np.where(ends >= 0, ends, leaves)
        return np.where(s.leaving.outcome == OPEN, self.clock.end, leaves)

    def _arrive(self, s: StageStays, enters: Seconds, treated: NDArray[np.bool_], came: NDArray[np.bool_]) -> None:
        e, last = s.entrants, s.leaving.week
        rows, columns = np.nonzero(treated)
        self._treatments.append(self._arrivals(rows, columns, s.treated[rows, columns], last))
        known = e.joined <= e.week[:, None]
        row, role = np.nonzero(known & (self.present_from[e.account][:, : e.joined.shape[1]] == LATER))
        self.present_from[e.account[row], role] = enters[row]  # named at entry: the first contact
        gone = np.flatnonzero((e.champion_gone <= last) & (e.champion_gone < self.clock.n_weeks))
        leaves_at = transfer_instants(self.clock, e.champion_gone[gone])
        self.present_to[e.account[gone], CHAMPION] = np.minimum(self.present_to[e.account[gone], CHAMPION], leaves_at)
        rows, roles = np.nonzero(came)
        joins = self._arrivals(rows, roles, s.joined[rows, roles], last)
        accounts = e.account[rows]
        succeeds = (roles == CHAMPION) & (self.present_from[accounts, CHAMPION] < LATER)
        slots = np.where(succeeds, SUCCESSOR, roles)
        at = np.where(succeeds, np.maximum(joins.at, self.present_to[accounts, CHAMPION] + OPENS), joins.at)
        first = np.minimum(self.present_from[accounts, slots], at)
        self.present_from[accounts, slots] = first
        self._joins.append(Arrivals(joins.stay, slots.astype(np.int8), at))

    def _arrivals(self, rows: NDArray[np.intp], which: NDArray[np.intp], week: Weeks, last: Weeks) -> Arrivals:
        early = week == last[rows]
        at = np.where(early, moment(self.clock, week, 0, 1, self.rng), moment(self.clock, week, 0, 4, self.rng))
        return Arrivals((rows + self._rows).astype(np.int32), which.astype(np.int8), at)


def transfer_instants(clock: Clock, week: Weeks) -> Seconds:
    """Midnight of 1 April or 1 October in each of these weeks; their Monday where the week holds neither."""
    at = clock.week_start(week)
    for year in range(clock.start_on.year, clock.end_on.year + 1):
        for month in (4, 10):
            day = date(year, month, 1)
            at = np.where(week == clock.week_of(day), (day - EPOCH).days * DAY, at)
    return at


def _together(parts: Iterable[Arrivals]) -> Arrivals:
    parts = list(parts)
    return Arrivals(*(np.concatenate([getattr(p, name) for p in parts]) for name in Arrivals.__slots__))
