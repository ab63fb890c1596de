"""Cohorts: journeys by the quarter or month in which they began, each asked as its own funnel."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tabiji.i18n import N_

if TYPE_CHECKING:
    from tabiji.metrics.funnel_result import FunnelFigures
    from tabiji.workspace import MeasuredMap

STEPS = {"quarter": 3, "month": 1}
LABELS = {"quarter": N_("Quarter"), "month": N_("Month")}
MOST = {"quarter": 8, "month": 12}  # the latest ones; earlier journeys are in the total


@dataclass(frozen=True, slots=True)
class Cohort:
    """Journeys that began between two days, both inclusive."""

    label: str
    first_on: date
    last_on: date
    figures: "FunnelFigures | None" = None


def cohorts(first_on: date, last_on: date, kind: str) -> tuple[Cohort, ...]:
    """The latest cohorts between two days, newest first; those at the ends are cut to the days asked about."""
    made = [
        Cohort(_label(start, kind), max(start, first_on), min(end, last_on))
        for start, end in _periods(first_on, last_on, STEPS[kind])
    ]
    return tuple(reversed(made[-MOST[kind] :]))


def measured_cohorts(
    measured: "MeasuredMap", flags: Mapping[str, Any], periods: tuple[Cohort, ...]
) -> tuple[Cohort, ...]:
    """The cohorts with their funnels; those in which no journey began are left out."""
    asked = {k: v for k, v in flags.items() if k not in ("by", "from", "to")}
    found = []
    for period in periods:
        total = measured.funnel(**asked, from_=period.first_on, to=period.last_on).total
        if total.n:
            found.append(Cohort(period.label, period.first_on, period.last_on, total))
    return tuple(found)


def _periods(first_on: date, last_on: date, months: int) -> Iterator[tuple[date, date]]:
    start = date(first_on.year, (first_on.month - 1) // months * months + 1, 1)
    while start <= last_on:
        index = start.year * 12 + start.month - 1 + months
        following = date(index // 12, index % 12 + 1, 1)
        yield start, following - timedelta(days=1)
        start = following


def _label(start: date, kind: str) -> str:
    return f"{start.year} Q{(start.month + 2) // 3}" if kind == "quarter" else f"{start:%Y-%m}"
