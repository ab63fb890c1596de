"""Cohorts: the calendar, hand-made tables, a brute force of every cell, what must not change anything."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.errors import NotFoundError
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.cohorts.question import MOST_AGES, cohorts
from tabiji.metrics.cohorts.result import NOT_WATCHED, CohortResult
from tabiji.metrics.periods import EVERY, periods, periods_of, place_of
from tabiji.metrics.scope import Scope, instant, seconds

UTC_ZONE, TOKYO = ZoneInfo("UTC"), ZoneInfo("Asia/Tokyo")
IDS = ("aware", "consider", "won", "lost", "churned")
STAGES = (
    Stage("aware", {"en": "Aware"}), Stage("consider", {}), Stage("won", {"en": "Won"}, kind="success"),
    Stage("lost", {}, kind="failure"), Stage("churned", {}, kind="failure"),
)  # fmt: skip
MAP = JourneyMap("m", {}, STAGES)
RULES = small_world.rules(
    6, 5, {0: [0], 1: [1], 2: [2], 3: [3], 4: [4]}, failures=[3, 4], success=2, inactive=365 * DAY, stage_ids=IDS
)


def ask(events: list[E], n_units: int, as_of: float, cuts: tuple[int, ...] = (), **asked: Any) -> CohortResult:
    """Days count from 2000-01-01, the epoch of the index."""
    index = small_world.index(events, n_units, ["k"] * 6, cuts=cuts)
    own = {k: asked.pop(k) for k in ("stage", "every", "age_days", "year_from", "zone") if k in asked}
    with LocalExecutor(2) as executor:
        journals = journal(index, RULES, executor)
        scope = Scope(instant(int(as_of * DAY)), **{"min_n": 1, **asked})
        return cohorts(index, MAP, RULES, journals, scope, executor=executor, **{"zone": UTC_ZONE, **own})


def history(unit: int, *steps: tuple[float, int]) -> list[E]:
    return [E(unit, int(t * DAY), k) for t, k in steps]


SEVEN = [
    *history(0, (0, 0), (10, 2)),  # January, won after 10 days
    *history(1, (0, 0), (40, 2)),  # January, won after 40 days
    *history(2, (5, 0), (25, 3)),  # January, lost after 20 days
    *history(3, (20, 0)),  # January, open
    *history(4, (31, 0), (51, 2)),  # February, won after 20 days
    *history(5, (40, 0)),  # February, open
    *history(6, (75, 0)),  # March, open
]


def test_months_by_hand() -> None:
    found = ask(SEVEN, 7, 80)
    assert found.stage == "won" and found.ages_days == (30, 60)
    january, february, march = found.cohorts
    assert [c.period.label for c in found.cohorts] == ["2000-01", "2000-02", "2000-03"]
    assert [(c.n, c.reached, c.whole) for c in found.cohorts] == [(4, 2, True), (2, 1, True), (1, 0, False)]
    # all of January were watched for 60 days: plain shares
    assert [(c.share.share, c.watched, c.partly) for c in january.cells] == [(0.25, 4, False), (0.5, 4, False)]
    # February: won at 20 of 2; at 60 nobody was watched that long (49 and 40 days)
    assert [(c.share.share, c.watched) for c in february.cells] == [(0.5, 2), (None, 0)]
    assert february.cells[1].share.reason == NOT_WATCHED
    assert [c.share.reason for c in march.cells] == [NOT_WATCHED, NOT_WATCHED]
    assert march.period.last_on == date(2000, 3, 21)  # as far as was asked


def test_a_cohort_that_is_partly_watched_counts_the_open_ones_for_as_long_as_they_were() -> None:
    quarter = ask(SEVEN, 7, 80, every="quarter").cohorts[0]
    assert (quarter.period.label, quarter.n) == ("2000 Q1", 7)
    at_30, at_60 = quarter.cells
    # durations: won 10, won 20, lost 20, won 40; open 60, 40, 5 (day 80). At 5 one is censored: 6 at risk at 10.
    # 1/6 at 10; survival 5/6; at 20 five at risk, one wins: 5/6 × 1/5 = 1/6; survival 3/6. At 40: three at risk (one of
    # them is censored at that instant), one wins: 3/6 × 1/3 = 1/6.
    assert at_30.share.share == pytest.approx(2 / 6) and at_30.watched == 6 and at_30.partly
    assert at_60.share.share == pytest.approx(3 / 6) and at_60.watched == 4
    assert at_60.share.low is not None and at_60.share.low < 0.5 < (at_60.share.high or 0)
    assert found_all(quarter) == found_all(ask(SEVEN, 7, 80, every="year").cohorts[0])


def found_all(cohort: Any) -> list[Any]:
    return [c.to_dict() for c in cohort.cells]


def test_any_stage_can_be_the_one_to_reach() -> None:
    assert [c.cells[0].share.share for c in ask(SEVEN, 7, 80, stage="aware").cohorts[:2]] == [1, 1]
    considered = ask(SEVEN, 7, 80, stage="consider").cohorts[0]  # passed over counts as reached
    assert considered.cells[1].share.share == 0.5
    lost = ask(SEVEN, 7, 80, stage="lost").cohorts[0]
    assert (lost.reached, lost.cells[0].share.share, lost.cells[1].share.share) == (1, 0.25, 0.25)
    churned = ask(SEVEN, 7, 80, stage="churned").cohorts[0]
    assert (churned.reached, churned.cells[1].share.share) == (0, 0)
    with pytest.raises(NotFoundError, match="there is no stage 'wonn'; did you mean 'won'"):
        ask(SEVEN, 7, 80, stage="wonn")


def test_too_few_are_refused_and_nobody_has_an_answer() -> None:
    assert [c.cells[0].share.reason for c in ask(SEVEN, 7, 80, min_n=3).cohorts] == [None, "n<3", "n<3"]
    empty = ask([], 0, 80)
    assert (empty.cohorts, empty.total.n, empty.ages_days) == ((), 0, (30,))
    assert empty.explain("en") == "No journey has started by the date of this question."
    alone = ask(history(0, (0, 0)), 1, 10)
    assert alone.cohorts[0].cells[0].share.reason == NOT_WATCHED
    assert alone.explain("en").startswith("Too few journeys, or watched too briefly")


def test_what_happens_after_the_day_of_the_question_changes_nothing() -> None:
    later = [*SEVEN, *history(3, (81, 2)), *history(6, (82, 3))]
    assert ask(later, 7, 80).total.to_dict() == ask(SEVEN, 7, 80).total.to_dict()


def test_groups_and_windows() -> None:
    codes = np.array([0, 1, 0, 1, 0, 1, 0], np.int32)
    found = ask(SEVEN, 7, 80, groups=(codes, ("a", "b")))
    assert [(g.value, g.n, [c.n for c in g.cohorts]) for g in found.groups] == [("a", 4, [2, 1, 1]), ("b", 3, [2, 1])]
    assert found.groups[1].cohorts[0].cells[1].share.share == 0.5
    inside = ask(SEVEN, 7, 80, from_at=instant(31 * DAY))
    assert [c.period.label for c in inside.cohorts] == ["2000-02", "2000-03"]
    assert found.to_dict()["groups"][0]["value"] == "a"


def test_the_json_and_the_rows() -> None:
    found = ask(SEVEN, 7, 80)
    told = found.to_dict()
    assert list(told) == [
        "question", "provenance", "stage", "every", "year_from", "horizon_days", "ages_days", "all", "cohorts", "notices",
    ]  # fmt: skip
    assert told["cohorts"][1] == {
        "cohort": "2000-02", "from": "2000-02-01", "to": "2000-02-29", "whole": True, "n": 2, "reached": 1,
        "cells": [
            {"age_days": 30, "share": 0.5, "low": pytest.approx(0.0060, abs=1e-4), "high": pytest.approx(0.9104, abs=1e-4),
             "n": 2, "watched": 2},
            {"age_days": 60, "share": None, "low": None, "high": None, "n": 2, "watched": 0, "reason": NOT_WATCHED},
        ],
    }  # fmt: skip
    assert len(found.rows()) == 6 and found.rows()[0]["cohort"] == "2000-01"
    assert found.explain("en") == (
        "Of the journeys that began in 2000-02, 50% (1%–91%) had reached Won after 30 days; of those of 2000-01, 25% (1%–67%). "
        "The intervals overlap: the difference may be chance."
    )


def test_several_journeys_of_a_unit_are_drawn_together() -> None:
    twice = [e for u in range(6) for e in history(u, (0, 0), (5, 3), (10, 0), (12 + u, 2))]
    found = ask(twice, 6, 100)
    cell = found.cohorts[0].cells[0]
    assert [n.code for n in found.notices] == ["resampled_units"]
    assert (cell.share.n, cell.share.share) == (12, pytest.approx(0.5))
    assert (cell.share.low, cell.share.high) == (
        pytest.approx(0.5),
        pytest.approx(0.5),
    )  # each unit loses one and wins one


def test_only_where_a_unit_has_several_journeys_in_a_cohort_is_its_interval_resampled() -> None:
    alone = [e for u in range(6) for e in history(u, (0, 0), (10, 2))]
    twice = [e for u in range(6, 12) for e in history(u, (40, 0), (41, 3), (45, 0), (50, 2))]
    found = ask([*alone, *twice], 12, 200)
    by_cohort = {
        cohort.period.label: {cell.resampled for cell in cohort.cells if cell.share.share is not None}
        for cohort in found.cohorts
    }
    assert by_cohort == {"2000-01": {False}, "2000-02": {True}}
    assert "resampled" not in found.cohorts[0].cells[0].to_dict()


def test_ages_end_where_nobody_was_watched_and_at_two_dozen() -> None:
    assert ask(SEVEN, 7, 20).ages_days == (30,)
    assert ask(history(0, (0, 0)), 1, 1000, age_days=10).ages_days == tuple(range(10, 10 * MOST_AGES + 1, 10))


CASES = st.lists(
    st.tuples(st.integers(0, 70), st.sampled_from([None, 2, 3]), st.integers(0, 60)), min_size=1, max_size=10
)


@settings(max_examples=60, deadline=None)
@given(CASES, st.sampled_from([(), (1,), (1, 2)]))
def test_any_ten_accounts_by_brute_force(cases: list[tuple[int, int | None, int]], cuts: tuple[int, ...]) -> None:
    """Each begins at a day and wins (2) or is lost (3) some days later, or stays open; Aalen–Johansen in its textbook form.

    Shards, and the order in which accounts come, change nothing."""
    as_of = 80
    cuts = tuple(c for c in cuts if c < len(cases))
    events = [e for u, (start, kind, step) in enumerate(cases) for e in _one(u, start, kind, step)]
    found = ask(events, len(cases), as_of, cuts)
    shuffled = [e for u, (start, kind, step) in enumerate(reversed(cases)) for e in _one(u, start, kind, step)]
    assert ask(shuffled, len(cases), as_of).total.to_dict() == found.total.to_dict()
    for cohort in found.cohorts:
        members = [c for c in cases if cohort.period.first_on <= _day(c[0]) <= cohort.period.last_on]
        assert len(members) == cohort.n
        for cell in cohort.cells:
            expected = _incidence(members, as_of, cell.age_days)
            watched = sum(as_of - start >= cell.age_days for start, _, _ in members)
            assert cell.watched == watched
            if expected is None or watched == 0:
                assert cell.share.share is None
            else:
                assert cell.share.share == pytest.approx(expected, abs=1e-12)
                assert cell.share.low is not None and cell.share.high is not None
                assert cell.share.low <= cell.share.share <= cell.share.high


def _one(unit: int, start: int, kind: int | None, step: int) -> list[E]:
    return history(unit, (start, 0), *([] if kind is None else [(start + step, kind)]))


def _day(n: int) -> date:
    return instant(n * DAY).date()


def _incidence(members: list[tuple[int, int | None, int]], as_of: int, age: int) -> float | None:
    seen = []
    for start, kind, step in members:
        ended = kind is not None and start + step <= as_of
        seen.append((step, kind) if ended else (as_of - start, None))
    survival, incidence = 1.0, 0.0
    for t in sorted({d for d, k in seen if k is not None and d <= age}):
        at_risk = sum(d >= t for d, _ in seen)
        incidence += survival * sum(d == t and k == 2 for d, k in seen) / at_risk
        survival *= 1 - sum(d == t and k is not None for d, k in seen) / at_risk
    nobody = not any(d >= age for d, _ in seen)
    return None if nobody and any(k is None and d < age for d, k in seen) else incidence


@pytest.mark.parametrize(
    ("every", "year_from", "labels"),
    [
        ("month", 1, ["2025-02", "2025-03", "2025-04"]),
        ("quarter", 1, ["2025 Q1", "2025 Q2"]),
        ("quarter", 4, ["FY2024 Q4", "FY2025 Q1"]),
        ("half", 1, ["2025 H1"]),
        ("half", 4, ["FY2024 H2", "FY2025 H1"]),
        ("year", 1, ["2025"]),
        ("year", 4, ["FY2024", "FY2025"]),
    ],
)
def test_the_calendar(every: Any, year_from: int, labels: list[str]) -> None:
    assert [p.label for p in periods(date(2025, 2, 10), date(2025, 4, 1), every, year_from)] == labels


def test_the_fiscal_year_begins_in_april() -> None:
    (year,) = periods(date(2025, 4, 1), date(2026, 3, 31), "year", 4)
    assert (year.label, year.first_on, year.last_on) == ("FY2025", date(2025, 4, 1), date(2026, 3, 31))


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 900), st.sampled_from(EVERY), st.integers(1, 12))
def test_periods_follow_one_another_without_a_gap(first: date, days: int, every: Any, year_from: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    found = periods(first, last, every, year_from)
    assert found[0].first_on <= first <= found[0].last_on and found[-1].first_on <= last <= found[-1].last_on
    for a, b in pairwise(found):
        assert b.first_on.toordinal() == a.last_on.toordinal() + 1
    assert len({p.label for p in found}) == len(found)


def test_days_begin_at_midnight_of_the_workspace() -> None:
    at = [
        datetime(2025, 3, 31, 14, 59, 59, tzinfo=UTC),
        datetime(2025, 3, 31, 15, tzinfo=UTC),
    ]  # 23:59:59 and 0:00 in Tokyo
    start = np.array([seconds(x) for x in at], np.int32)
    found = periods_of(start, "year", TOKYO, 4)
    assert [found[p].label for p in place_of(start, found, TOKYO)] == ["FY2024", "FY2025"]
