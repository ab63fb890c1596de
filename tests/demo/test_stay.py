"""Arrivals, hazards, leaving and incidence of one stage, against their formulas and against brute force."""

from dataclasses import replace

import numpy as np
import pytest

from tabiji.demo.process.stay import (
    ADVANCED,
    LOST,
    NEVER,
    OPEN,
    SILENT,
    Calendar,
    Entrants,
    draw_arrival,
    draw_leaving,
    hazards,
    incidence,
    nobody,
)  # fmt: skip
from tabiji.demo.world.parameters import CHAMPION, DECISION_MAKER, Arrival, Stay, Treatment

ALWAYS = Calendar(400, np.ones(400, np.float32), np.ones(400, np.float32))


def entrants(n: int, week: int = 0) -> Entrants:
    zeros = np.zeros(n, np.int8)
    return Entrants(
        np.arange(n, dtype=np.int32), zeros, np.full(n, week, np.int32), np.zeros(n, np.float32), zeros, nobody(n),
        np.full(n, NEVER, np.int32),
    )  # fmt: skip


def untreated(n: int, k: int) -> np.ndarray:
    return np.full((n, k), NEVER, np.int32)


def test_arrivals_come_by_the_week_that_their_cumulative_hazard_says():
    weeks = draw_arrival(Arrival(0.8, 5), np.zeros(200_000, np.float32), np.random.default_rng(1))
    for d in (1, 3, 10, 60):
        assert (weeks <= d).mean() == pytest.approx(1 - np.exp(-0.8 * (1 - np.exp(-d / 5))), abs=0.004)
    assert weeks.min() == 1


def test_size_multiplies_the_hazard_of_an_arrival():
    size = np.full(200_000, 1.5, np.float32)
    weeks = draw_arrival(Arrival(0.2, 5, 0.9), size, np.random.default_rng(1))
    assert (weeks < NEVER).mean() == pytest.approx(1 - np.exp(-0.2 * np.exp(0.9 * 1.5)), abs=0.004)


def test_ratios_multiply_and_weeks_after_the_end_have_no_hazard():
    stay = Stay(
        Arrival(0, 1, 0.5), floor=0.01, lost=Arrival(0, 1), lost_floor=0.02, silent=0.005,
        treatments=(Treatment("roi_calculated", Arrival(0, 1), 3.0), Treatment("demo_given", Arrival(0, 1), 1.0)),
        role_ratio={DECISION_MAKER: 5.0}, lost_ratio={DECISION_MAKER: 0.5}, source_ratio=(1, 2, 1, 1),
    )  # fmt: skip
    who = entrants(3, week=10)
    who = replace(who, size=np.array([0, 2, 0], np.float32), source=np.array([0, 0, 1], np.int8))
    treated = np.array([[12, 11], [NEVER, 11], [NEVER, NEVER]], np.int32)
    joined = nobody(3)
    joined[0, DECISION_MAKER] = 13
    advance, lost, silent = hazards(stay, who, treated, joined, ALWAYS._replace(n_weeks=15), 6)
    expected = np.array(
        [
            [0.01, 0.03, 0.15, 0.15, 0, 0],
            [0.01 * np.exp(1.0)] * 4 + [0, 0],
            [0.02] * 4 + [0, 0],
        ]
    )
    assert advance == pytest.approx(expected, rel=1e-6)
    assert lost[0] == pytest.approx([0.02, 0.02, 0.01, 0.01, 0, 0], rel=1e-6)
    assert silent[1] == pytest.approx([0.005] * 4 + [0, 0], rel=1e-6)


def test_a_champion_who_has_gone_has_no_effect_until_succeeded():
    stay = Stay(Arrival(0, 1), floor=0.01, role_ratio={CHAMPION: 2.0})
    who = replace(entrants(2), champion_gone=np.array([3, 3], np.int32))
    joined = nobody(2)
    joined[:, CHAMPION] = [0, 5]  # the second one is the successor
    advance, _, _ = hazards(stay, who, untreated(2, 0), joined, ALWAYS, 6)
    assert advance[0] == pytest.approx([0.02, 0.02, 0.01, 0.01, 0.01, 0.01])
    assert advance[1] == pytest.approx([0.01, 0.01, 0.01, 0.01, 0.02, 0.02])


def test_leaving_has_the_shares_and_times_of_its_constant_hazards():
    stay = Stay(Arrival(0, 1), floor=0.03, lost_floor=0.02, silent=0.01)
    who = entrants(100_000)
    rates = hazards(stay, who, untreated(100_000, 0), nobody(100_000), ALWAYS._replace(n_weeks=300), 299)
    left = draw_leaving(*rates, who, 300, np.random.default_rng(2))
    share = np.bincount(left.outcome, minlength=4) / 100_000
    assert share[[ADVANCED, LOST, SILENT]] == pytest.approx([0.5, 1 / 3, 1 / 6], abs=0.006)
    assert share[OPEN] == 0
    assert np.median(left.week) == pytest.approx(np.log(2) / 0.06, abs=0.6)


def test_open_stays_end_with_the_clock():
    stay = Stay(Arrival(0, 1), floor=0.01)
    who = entrants(50_000, week=10)
    rates = hazards(stay, who, untreated(50_000, 0), nobody(50_000), ALWAYS._replace(n_weeks=20), 10)
    left = draw_leaving(*rates, who, 20, np.random.default_rng(2))
    assert (left.outcome == OPEN).mean() == pytest.approx(np.exp(-0.09), abs=0.004)
    assert set(left.week[left.outcome == OPEN].tolist()) == {20}
    assert left.week[left.outcome == ADVANCED].max() == 19


def test_incidence_is_what_leaving_gives_in_the_long_run():
    stay = Stay(Arrival(0.4, 8), floor=0.004, lost=Arrival(0.3, 10), silent=0.01, role_ratio={DECISION_MAKER: 4.0})
    n = 120_000
    who = entrants(n)
    joined = nobody(n)
    joined[: n // 2, DECISION_MAKER] = 4
    rates = hazards(stay, who, untreated(n, 0), joined, ALWAYS, 40)
    exact = incidence(*rates, 179)  # 179 days: any advance of the first 25 weeks
    left = draw_leaving(*rates, who, 400, np.random.default_rng(3))
    for half in (slice(0, n // 2), slice(n // 2, n)):
        drawn = ((left.outcome[half] == ADVANCED) & (left.week[half] <= 25)).mean()
        assert exact[half].mean() == pytest.approx(drawn, abs=0.006)


def test_a_week_that_the_horizon_cuts_counts_in_part():
    one = np.zeros((1, 30), np.float32)
    advance = one.copy()
    advance[0, 25] = 50.0  # certainly in the 26th week after entry
    # 26 weeks are 182 days; only pairs of days at least two apart are within 180: 3 + 2 + 1 of 25.
    assert incidence(advance, one, one, 180) == pytest.approx([6 / 25])
