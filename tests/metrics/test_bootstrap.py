from typing import Any

import numpy as np
import pytest

from tabiji.index.jit import readonly
from tabiji.metrics import bootstrap
from tabiji.metrics.bootstrap import REPLICATES, SEED, resample, resampled
from tabiji.metrics.survival import CAUSE_BITS, CAUSE_MASK, exits_of

HORIZON = 40


def sample(seed: int, n_units: int, per_unit: int = 2, longest: int = 60) -> tuple[Any, Any, Any]:
    """Stays of units whose stays are alike, as `resample` takes them."""
    random = np.random.default_rng(seed)
    owner = np.repeat(np.arange(n_units, dtype=np.int32), per_unit)
    mood = random.integers(0, 4, n_units)
    cause = np.where(random.random(len(owner)) < 0.7, mood[owner], random.integers(0, 4, len(owner)))
    packed = random.integers(0, longest, len(owner)).astype(np.int64) << CAUSE_BITS | cause
    order = np.argsort(packed, kind="stable")
    mature = random.integers(0, 2, len(owner)).astype(np.uint8)
    return packed[order], owner[order], mature[order]


def replicates(stays: tuple[Any, Any, Any], n_units: int, first: int = 0, last: int = REPLICATES) -> Any:
    return resample(*(readonly(a) for a in stays), n_units, HORIZON, first, last, SEED)


@pytest.mark.parametrize("seed", range(20))
def test_the_units_themselves_give_the_figures_of_the_curves(seed: int) -> None:
    packed, _, mature = stays = sample(seed, 15)
    naive, ripe, aware, median = replicates(stays, 15, 0, 0)[0]
    went, time = packed & CAUSE_MASK == 1, packed >> CAUSE_BITS
    curves = exits_of(packed)
    assert naive == went.mean()
    assert ripe == (went & (time <= HORIZON))[mature != 0].mean()
    expected = curves.incidence_at(HORIZON)
    assert expected is not None
    assert aware == pytest.approx(expected[0], abs=1e-12)
    at = curves.quantile().at
    assert median == (np.inf if at is None else at)


def test_a_replicate_is_the_figure_of_the_units_drawn() -> None:
    """Units are drawn with replacement: a replicate equals the figure of a sample that holds every unit as often as drawn."""
    n_units = 12
    packed, owner, _ = stays = sample(3, n_units)
    for r, row in enumerate(replicates(stays, n_units, 0, 50)[:-1]):
        drawn = [int(bootstrap.draw(np.uint64(SEED + r * n_units + i + 1), n_units)) for i in range(n_units)]
        weight = np.bincount(drawn, minlength=n_units)[owner]
        curves = exits_of(np.repeat(packed, weight))
        assert row[0] == pytest.approx((np.repeat(packed, weight) & CAUSE_MASK == 1).mean())
        expected = curves.incidence_at(HORIZON)
        assert np.isnan(row[2]) if expected is None else row[2] == pytest.approx(expected[0])
        at = curves.quantile().at
        assert row[3] == (np.inf if at is None else at)


def test_draws_are_even() -> None:
    drawn = [int(bootstrap.draw(np.uint64(SEED + i), 10)) for i in range(20_000)]
    assert np.bincount(drawn, minlength=10) == pytest.approx(np.full(10, 2000), abs=200)


def test_undefined_where_nobody_is_at_risk_at_the_horizon() -> None:
    packed = np.array([1 << CAUSE_BITS | 1, 2 << CAUSE_BITS], np.int64)
    stays = packed, np.array([0, 0], np.int32), np.zeros(2, np.uint8)
    assert np.isnan(replicates(stays, 1)[:, 1:3]).all()
    found = resampled(*stays, 1, HORIZON)
    assert (found.naive, found.mature, found.aware) == ((0.5, 0.5), None, None)


def test_parts_of_many_units_give_the_interval_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    n_units = 12_000
    stays = sample(5, n_units, longest=90)
    whole = resampled(*stays, n_units, HORIZON)
    monkeypatch.setattr(bootstrap, "MOST_UNITS", 6_000)
    parts = resampled(*stays, n_units, HORIZON)
    figures = replicates(stays, n_units, 0, 0)[0]
    for name, figure in zip(("naive", "mature", "aware", "median"), figures, strict=True):
        low, high = getattr(whole, name)
        part_low, part_high = getattr(parts, name)
        assert part_low <= figure <= part_high
        assert part_high - part_low == pytest.approx(high - low, rel=0.25, abs=1)


def test_medians_that_are_not_reached_stay_so_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    packed, owner, mature = sample(6, 400)
    censored = packed >> CAUSE_BITS << CAUSE_BITS
    monkeypatch.setattr(bootstrap, "MOST_UNITS", 100)
    found = resampled(censored, owner, mature, 400, HORIZON)
    assert found.median == (np.inf, np.inf)
    assert found.aware == (0.0, 0.0)


def test_the_same_data_give_the_same_interval() -> None:
    stays = sample(9, 50)
    assert resampled(*stays, 50, HORIZON) == resampled(*stays, 50, HORIZON)


@pytest.mark.parametrize(("n_units", "most"), [(15, bootstrap.MOST_UNITS), (400, 100)])
def test_all_horizons_in_one_pass_are_each_on_its_own(n_units: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Horizons before, at, between and beyond the instants at which something ends, in one sample and in parts."""
    monkeypatch.setattr(bootstrap, "MOST_UNITS", most)
    packed, owner, mature = sample(7, n_units)
    packed[
        packed >> CAUSE_BITS > 50
    ] &= ~3  # nothing ends late, so that the far horizons are undefined in some replicates
    horizons = np.array([0, 1, 20, 40, 41, 55, 59, 60, 200], np.int64)
    found = bootstrap.resampled_at(packed, owner, n_units, horizons)
    assert found == [resampled(packed, owner, mature, n_units, int(h)).aware for h in horizons]
    assert found[3] is not None
