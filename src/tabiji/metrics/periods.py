"""Periods of the calendar: months, quarters, half-years, years; the year may begin in any month (Japan: April).

A year that does not begin in January is named by the calendar year in which it begins, as 年度 are (FY2025 = April 2025 to
March 2026).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import numpy as np

from tabiji.index.layout import I4, I8
from tabiji.metrics.scope import instant, seconds

Every = Literal["month", "quarter", "half", "year"]
EVERY: tuple[Every, ...] = get_args(Every)
MONTHS: dict[Every, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first_on` to `last_on`, both inclusive."""

    label: str
    first_on: date
    last_on: date

    def cut(self, first_on: date | None, last_on: date | None) -> "Period":
        """The period without the days before `first_on` and after `last_on`."""
        return replace(
            self, first_on=max(self.first_on, first_on or date.min), last_on=min(self.last_on, last_on or date.max)
        )


def periods(first_on: date, last_on: date, every: Every, year_from: int = 1) -> tuple[Period, ...]:
    """The periods that the days from `first_on` to `last_on` lie in, oldest first, each whole.

    year_from: the month (1–12) in which a year begins."""
    step, shift = MONTHS[every], year_from - 1
    number = (_month(first_on) - shift) // step
    last = (_month(last_on) - shift) // step
    return tuple(_period(n * step + shift, step, shift, every) for n in range(number, last + 1))


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _period(month: int, step: int, shift: int, every: Every) -> Period:
    first_on = _first_of(month)
    year, part = divmod(month - shift, 12)
    named = f"FY{year}" if shift else str(year)
    label = {
        "month": f"{first_on:%Y-%m}",
        "quarter": f"{named} Q{part // 3 + 1}",
        "half": f"{named} H{part // 6 + 1}",
        "year": named,
    }[every]
    return Period(label, first_on, _first_of(month + step) - timedelta(days=1))


def periods_of(start: I4, every: Every, zone: ZoneInfo, year_from: int = 1) -> tuple[Period, ...]:
    """The periods from the earliest to the latest of some instants (int32 seconds of the index), days as in `zone`."""
    if len(start) == 0:
        return ()
    first, last = (instant(int(at)).astimezone(zone).date() for at in (start.min(), start.max()))
    return periods(first, last, every, year_from)


def place_of(start: I4, found: Sequence[Period], zone: ZoneInfo) -> I8:
    """int64[j]: which of some successive periods each instant lies in."""
    begins = [seconds(datetime.combine(p.first_on, time(), zone).astimezone(UTC)) for p in found]
    return np.searchsorted(np.array(begins, np.int64), start, side="right").astype(np.int64) - 1
