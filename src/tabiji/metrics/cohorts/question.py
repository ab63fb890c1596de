"""Cohorts: journeys by the calendar period in which they began, and the share of each that has reached a stage by age.

The share at an age is the Aalen–Johansen incidence of reaching the stage (τ, see `entries`) since the start of the journey,
against lost and dormant; journeys that are still open count for as long as they could be watched. Where the whole cohort
began at least that long ago this is the plain proportion; where nobody in it did there is no share. Assumes that within
a cohort those who began late would go on as those who began early.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.index.jit import NEVER, readonly
from tabiji.index.journeys import Journal
from tabiji.index.layout import I8, U1, Index
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.bootstrap import resampled_at
from tabiji.metrics.cohorts.result import NOT_WATCHED, Cell, Cohort, CohortFigures, CohortResult
from tabiji.metrics.entries import NO_LINE, Entries, entries, main_line, of_groups
from tabiji.metrics.goals import goal_of
from tabiji.metrics.ordering import ascending, order_of
from tabiji.metrics.periods import Every, Period, periods_of, place_of
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.resampling import resampled_notice
from tabiji.metrics.scope import DAY, Scope, instant, seconds
from tabiji.metrics.stays import stays
from tabiji.metrics.survival import exits_of
from tabiji.metrics.transitions import aware_share, repeated, widened
from tabiji.result import Question, Share

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

MOST_AGES = 24  # columns; a longer step between ages sees farther


def cohorts(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    zone: ZoneInfo,
    stage: str | None = None,
    every: Every = "month",
    age_days: int = 30,
    year_from: int = 1,
    question: Question | None = None,
) -> CohortResult:
    """The cohort table of a map (first arguments as those of `funnel`).

    zone: of the calendar · stage: id of the stage to reach (default: see `goal_of`) · every: length of a period · age_days: step
    between two ages · year_from: month in which a year begins. Raises NotFoundError for an unknown stage, NoGoalError."""
    target, unmarked = goal_of(journey_map, stage)
    line, place = _line(journey_map, rules, target)
    found = entries(journals, line, seconds(scope.as_of), executor)
    kept = chosen(found, scope)
    last_on = instant(kept.as_of).astimezone(zone).date()
    parts: list[tuple[str | None, Entries]] = [(None, kept)]
    if scope.groups is not None:
        parts += of_groups(kept, *scope.groups)
    table = _Table(
        periods_of(kept.start, every, zone, year_from), zone, last_on, place, _ages(kept, age_days), scope.min_n
    )
    done = executor.map(lambda part: table.figures(*part), parts)
    asked = question or Question("cohorts", journey_map.id)
    return CohortResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, found, kept, asked, executor,
            verb="cohorts", stage=target.id, every=every, age_days=age_days, year_from=year_from, zone=str(zone),
        ),
        notices=(*unmarked, *((resampled_notice(index.unit),) if repeated(kept.unit) else ())),
        stage=target.id,
        stage_name=target.name,
        every=every,
        age_days=age_days,
        year_from=year_from,
        horizon_days=scope.horizon_of(journey_map),
        total=done[0],
        groups=tuple(done[1:]),
    )  # fmt: skip


def _line(journey_map: JourneyMap, rules: "Rules", target: Stage) -> tuple[U1, int]:
    """Which stages count as reaching the target (see `entries`), and its place among them: a stage of the main line is also
    reached by a later one, a failure stage only by itself."""
    if target in journey_map.main_line:
        return main_line(journey_map, rules), journey_map.main_line.index(target)
    return readonly(np.array([0 if s == target.id else NO_LINE for s in rules.stage_ids], np.uint8)), 0


def _ages(found: Entries, age_days: int) -> tuple[int, ...]:
    """Days, up to the longest that any journey has been watched; one at least."""
    longest = 0 if len(found) == 0 else (found.as_of - int(found.start.min())) // DAY
    return tuple(age_days * (i + 1) for i in range(min(MOST_AGES, max(1, longest // age_days))))


@dataclass(frozen=True, slots=True)
class _Table:
    """What the rows and columns of a table are."""

    periods: tuple[Period, ...]
    zone: ZoneInfo
    last_on: date  # the day of the question
    place: int  # of the stage to reach, in `Entries.reached_at`
    ages: tuple[int, ...]
    min_n: int

    def figures(self, value: str | None, found: Entries) -> CohortFigures:
        """The cohorts of a set of journeys; those in which none began are left out."""
        there, ended = readonly(found.reached_at[self.place]), readonly(found.ended)
        packed, _, _ = stays(readonly(found.start), there, ended, readonly(found.outcome), found.as_of, 0)
        code = place_of(found.start, self.periods, self.zone)
        rows = []
        for p, period in enumerate(self.periods):
            at = np.flatnonzero(code == p)
            if len(at):
                whole = period.last_on < self.last_on
                cells = self._cells(packed[at], found.unit[at], found.as_of - found.start[at].astype(np.int64))
                reached = int(np.count_nonzero(there[at] != NEVER))
                rows.append(Cohort(period.cut(None, self.last_on), len(at), reached, whole, cells))
        watched = found.as_of - found.start.astype(np.int64)
        reached = int(np.count_nonzero(there != NEVER))
        return CohortFigures(value, len(found), reached, self._cells(packed, found.unit, watched), tuple(rows))

    def _cells(self, packed: I8, unit: I8, watched: I8) -> tuple[Cell, ...]:
        """The share of some journeys at every age. packed: see `stays` · unit: ascending · watched: seconds since the start."""
        curves = exits_of(ascending(packed))
        shares = [aware_share(curves, len(packed), days, self.min_n) for days in self.ages]
        clustered = repeated(unit) and any(s.share is not None for s in shares)
        if clustered:
            owner = np.cumsum(np.diff(unit, prepend=unit[0]) != 0)
            n_units, horizons = int(owner[-1]) + 1, np.array(self.ages, np.int64) * DAY
            order = order_of(packed)
            again = resampled_at(curves.packed, owner[order].astype(np.int32), n_units, horizons)
            shares = [widened(share, interval, n_units) for share, interval in zip(shares, again, strict=True)]
        watching = ascending(watched)
        cells = []
        for days, share in zip(self.ages, shares, strict=True):
            n_watched = len(watched) - int(np.searchsorted(watching, days * DAY))
            refused = len(packed) >= self.min_n and n_watched == 0
            told = Share(None, None, None, len(packed), NOT_WATCHED) if refused else share
            cells.append(Cell(days, told, n_watched, clustered and told.share is not None))
        return tuple(cells)
