"""Simulated time: Japanese wall clock in seconds since 2000-01-01 00:00, cut into weeks that begin on Monday.

Japan keeps no summer time, so wall-clock arithmetic is exact. What is decided for a week is decided at its beginning;
`moment` then gives it a day and a time of day, and the order of days inside a week keeps cause before effect.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

EPOCH = date(2000, 1, 1)
DAY = 86_400
WEEK = 7 * DAY
OPENS, CLOSES = 9 * 3600, 19 * 3600  # office hours
UNIX_OFFSET = 946_684_800  # seconds from 1970 to EPOCH
JST_OFFSET = 9 * 3600

Seconds = NDArray[np.int64]
Weeks = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Clock:
    """The simulated period, both days included."""

    start_on: date
    end_on: date

    @classmethod
    def ending(cls, end_on: date, months: int) -> "Clock":
        """The `months` whole months up to `end_on` (2026-10-31 and 18 give 2025-05-01 … 2026-10-31)."""
        after = end_on + timedelta(days=1)
        count = after.year * 12 + after.month - 1 - months
        return cls(date(count // 12, count % 12 + 1, min(after.day, 28)), end_on)

    @property
    def monday(self) -> date:
        """First day of week 0, on or before the start."""
        return self.start_on - timedelta(days=self.start_on.weekday())

    @property
    def n_weeks(self) -> int:
        """Weeks that begin on or before the last day."""
        return (self.end_on - self.monday).days // 7 + 1

    @property
    def start(self) -> int:
        """First second."""
        return (self.start_on - EPOCH).days * DAY

    @property
    def end(self) -> int:
        """The second after the last one."""
        return ((self.end_on - EPOCH).days + 1) * DAY

    def week_start(self, week: Weeks) -> Seconds:
        """First second of each week."""
        return (self.monday - EPOCH).days * DAY + week.astype(np.int64) * WEEK

    def week_of(self, day: date) -> int:
        """Week in which a day lies."""
        return (day - self.monday).days // 7

    def mondays(self, n: int) -> list[date]:
        """First days of the first `n` weeks."""
        return [self.monday + timedelta(days=7 * w) for w in range(n)]

    def longer(self, weeks: int) -> "Clock":
        """The same period with a longer follow-up."""
        return Clock(self.start_on, self.end_on + timedelta(days=7 * weeks))

    def days(self) -> list[date]:
        """Every simulated day."""
        return [self.start_on + timedelta(days=d) for d in range((self.end_on - self.start_on).days + 1)]


def moment(clock: Clock, week: Weeks, first_day: int, last_day: int, rng: np.random.Generator) -> Seconds:
    """A second in office hours of a day between two week days (0 = Monday, both included) of each week."""
    day = rng.integers(first_day, last_day + 1, len(week))
    return clock.week_start(week) + day * DAY + rng.integers(OPENS, CLOSES, len(week))


def in_office_hours(at: Seconds, low: Seconds, high: Seconds, rng: np.random.Generator) -> Seconds:
    """`at` moved to office hours of its day (weekends mostly to the Monday after), where that stays inside (low, high)."""
    day = at // DAY
    weekday = (day + 5) % 7  # EPOCH was a Saturday
    shift = np.where((weekday >= 5) & (rng.random(len(at)) < 0.85), 7 - weekday, 0)
    moved = (day + shift) * DAY + rng.integers(OPENS - 3600, CLOSES + 7200, len(at))
    return np.where((moved > low) & (moved < high), moved, at)


def fiscal_year_end(clock: Clock, n_weeks: int, lift: float) -> NDArray[np.float32]:
    """Factor on buying per week: budgets close in March and September (half-year), August and the new year are slow."""
    by_month = {3: lift, 9: 1 + 0.6 * (lift - 1), 8: 0.8, 1: 0.85}
    return np.array([by_month.get((d + timedelta(days=2)).month, 1.0) for d in clock.mondays(n_weeks)], np.float32)


def trend(clock: Clock, n_weeks: int, per_year: float) -> NDArray[np.float32]:
    """Factor that grows by the share `per_year` in a year."""
    return np.asarray((1 + per_year) ** (np.arange(n_weeks) / 52.18), np.float32)
