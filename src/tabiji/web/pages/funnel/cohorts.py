"""Cohorts: journeys by the quarter or month in which they began, each asked as its own funnel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tabiji.i18n import N_
from tabiji.metrics.periods import Every, periods

if TYPE_CHECKING:
    from tabiji.metrics.funnel.result import FunnelFigures
    from tabiji.workspace import MeasuredMap

LABELS: dict[Every, str] = {"quarter": N_("Quarter"), "month": N_("Month")}
MOST: dict[Every, int] = {"quarter": 8, "month": 12}  # the latest ones; earlier journeys are in the total


@dataclass(frozen=True, slots=True)
class Cohort:
    """Journeys that began between two days, both inclusive."""

    label: str
    first_on: date
    last_on: date
    figures: "FunnelFigures | None" = None


def cohorts(first_on: date, last_on: date, kind: Every, year_from: int = 1) -> tuple[Cohort, ...]:
    """The latest cohorts between two days, newest first; those at the ends are cut to the days asked about."""
    found = periods(first_on, last_on, kind, year_from)[-MOST[kind] :] if first_on <= last_on else ()
    cut = [period.cut(first_on, last_on) for period in reversed(found)]
    return tuple(Cohort(p.label, p.first_on, p.last_on) for p in cut)


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
