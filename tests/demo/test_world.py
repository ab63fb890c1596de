"""Clock, companies and people of the simulated world."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from tabiji.demo.world.clock import DAY, Clock, fiscal_year_end, in_office_hours, moment, trend
from tabiji.demo.world.companies import check_digit, corporate_number, draw_companies
from tabiji.demo.world.parameters import WORLD
from tabiji.demo.world.people import name_codes, uses_free_mail
from tabiji.demo.world.words import INDUSTRIES, PREFECTURES, STEMS


@pytest.mark.parametrize(
    ("end", "months", "start"),
    [
        (date(2026, 10, 31), 18, date(2025, 5, 1)),
        (date(2026, 12, 31), 12, date(2026, 1, 1)),
        (date(2026, 2, 28), 1, date(2026, 2, 1)),
        (date(2026, 6, 14), 3, date(2026, 3, 15)),
    ],
)
def test_whole_months_end_on_the_last_day(end, months, start):
    clock = Clock.ending(end, months)
    assert (clock.start_on, clock.end_on) == (start, end)


def as_datetime(second: int) -> datetime:
    return datetime(2000, 1, 1) + timedelta(seconds=int(second))


def test_moments_lie_on_the_asked_weekdays_in_office_hours():
    clock = Clock.ending(date(2026, 10, 31), 18)
    rng = np.random.default_rng(0)
    week = np.repeat(np.arange(clock.n_weeks, dtype=np.int32), 5)
    for at, w in zip(moment(clock, week, 2, 4, rng), week.tolist(), strict=True):
        day = as_datetime(at)
        assert day.weekday() in (2, 3, 4)
        assert 9 <= day.hour < 19
        assert clock.week_of(day.date()) == w


def test_moving_to_office_hours_never_leaves_the_stay():
    rng = np.random.default_rng(0)
    low = rng.integers(0, 10**8, 2000)
    high = low + rng.integers(2, 5 * DAY, 2000)
    at = low + 1 + (rng.random(2000) * (high - low - 2)).astype(np.int64)
    moved = in_office_hours(at, low, high, rng)
    assert ((moved > low) & (moved < high)).all()


def test_march_is_the_strongest_month_and_a_trend_doubles_as_told():
    clock = Clock.ending(date(2026, 10, 31), 18)
    factors = fiscal_year_end(clock, clock.n_weeks, 1.5)
    best = {
        (d + timedelta(days=2)).month for d, f in zip(clock.mondays(clock.n_weeks), factors, strict=True) if f == 1.5
    }
    assert best == {3}
    assert trend(clock, 53, 1.0)[52] == pytest.approx(2 ** (52 / 52.18))


def test_check_digit_is_that_of_a_published_corporate_number():
    assert check_digit("000012050002") == 7  # National Tax Agency: 7000012050002
    number = corporate_number(123)
    assert len(number) == 13
    assert int(number[0]) == check_digit(number[1:])


def test_companies_have_distinct_names_and_domains_that_cannot_exist():
    companies = draw_companies(1, 4000, WORLD, np.random.default_rng(5))
    assert len(set(companies.name)) == len(set(companies.domain)) == 4000
    assert all(domain.endswith(".example") for domain in companies.domain)
    assert all(name.encode("cp932") for name in companies.name)


def test_firmographics_follow_their_distribution():
    companies = draw_companies(1, 20_000, WORLD, np.random.default_rng(5))
    assert np.median(companies.employees) == pytest.approx(WORLD.employees_median, rel=0.05)
    assert np.std(np.log(companies.employees)) == pytest.approx(WORLD.employees_sigma, rel=0.05)
    shares = np.bincount(companies.industry, minlength=len(INDUSTRIES)) / 20_000
    assert np.abs(shares - [i.share for i in INDUSTRIES]).max() < 0.012
    assert len(np.unique(companies.prefecture)) == len(PREFECTURES)


def test_no_two_people_of_an_account_share_a_given_name():
    number = np.repeat(np.arange(1, 3001, dtype=np.int32), 14)
    slot = np.tile(np.arange(14, dtype=np.int8), 3000)
    _, given = name_codes(number, slot)
    assert len(set(zip(number.tolist(), given.tolist(), strict=True))) == len(number)


def test_free_mail_has_its_share():
    number, slot = np.repeat(np.arange(5000, dtype=np.int32), 4), np.tile(np.arange(4, dtype=np.int8), 5000)
    assert uses_free_mail(number, slot, 0.08).mean() == pytest.approx(0.08, abs=0.008)
    assert not uses_free_mail(number, slot, 0.0).any()


def test_stems_are_distinct_in_both_scripts():
    assert len({s.ja for s in STEMS}) == len({s.en for s in STEMS}) == len(STEMS)
