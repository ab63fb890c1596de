"""Survival of subscriptions and lifetime value: by hand, by the jackknife, and against lifelines."""

import numpy as np
import pytest

from tabiji.metrics.retention.lifetime import NOT_SO_LONG, Owners, lasting, survival_at, value_within
from tabiji.metrics.scope import DAY


def spells(seed: int, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    begin = rng.integers(0, 50, n) * DAY
    return begin, begin + rng.integers(1, 60, n) * DAY, rng.random(n) < 0.6


def test_by_hand() -> None:
    begin, end = np.zeros(5, np.int64), np.array([10, 20, 20, 30, 40]) * DAY
    curve, _ = lasting(begin, end, np.array([True, False, True, True, False]))
    shares = [survival_at(curve, days, 1).share for days in (9, 10, 20, 30, 40)]
    assert shares == pytest.approx([1, 0.8, 0.6, 0.3, 0.3])
    assert survival_at(curve, 41, 1).reason == NOT_SO_LONG
    assert survival_at(curve, 9, 6).reason == "n<6"


@pytest.mark.parametrize("seed", range(4))
def test_the_variance_over_owners_is_that_of_the_jackknife(seed: int) -> None:
    begin, end, ended = (np.repeat(x, 2) for x in spells(seed, 120))
    owner = np.arange(240) // 4
    curve, order = lasting(begin, end, ended)
    found, plain = survival_at(curve, 25, 1, Owners.of(curve, owner[order])), survival_at(curve, 25, 1)
    out = []
    for o in range(60):
        m = owner != o
        out.append(survival_at(lasting(begin[m], end[m], ended[m])[0], 25, 1).share)
    spread = np.sqrt(59 / 60 * ((np.array(out) - np.mean(out)) ** 2).sum())
    width = np.log(np.log(found.low) / np.log(found.high)) / 2 / 1.96  # of log(−log)
    assert width == pytest.approx(spread / abs(found.share * np.log(found.share)), rel=0.1)
    assert found.low < plain.low


def test_without_several_of_one_owner_it_is_about_greenwoods() -> None:
    curve, order = lasting(*spells(2, 400))
    greenwood, owners = survival_at(curve, 30, 1), survival_at(curve, 30, 1, Owners.of(curve, np.arange(400)[order]))
    assert (owners.low, owners.high) == pytest.approx((greenwood.low, greenwood.high), abs=0.002)


def test_value_within_a_time_by_hand() -> None:
    """Three customers, watched 10, 20 and 30 s. At 0 all pay 5; at 15 two could, one pays 8; at 25 one could and pays 9."""
    since, owner, value = np.array([0, 0, 0, 15, 25]), np.array([0, 1, 2, 1, 2]), np.array([5.0, 5, 5, 8, 9])
    watched = np.array([10, 20, 30])
    assert value_within(since, owner, value, watched, 20, 2).mean == 5 + 8 / 2
    assert value_within(since, owner, value, watched, 20, 2).n == 2
    assert value_within(since, owner, value, watched, 30, 2).reason == "n<2"


@pytest.mark.parametrize("seed", range(3))
def test_its_interval_is_about_that_of_the_bootstrap(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 400
    watched = rng.integers(50, 400, n)
    terms = [
        (i, t, float(rng.lognormal(2, 0.5)))
        for i in range(n)
        for t in range(0, int(watched[i]), 90)
        if rng.random() < 0.85
    ]
    owner, since, value = (np.array(x) for x in zip(*terms, strict=True))
    found = value_within(since, owner, value, watched, 300, 10)
    again = []
    for _ in range(400):
        pick = rng.integers(0, n, n)
        rows = [np.flatnonzero(owner == i) for i in pick]
        at = np.concatenate(rows)
        who = np.repeat(np.arange(n), [len(r) for r in rows])
        again.append(value_within(since[at], who, value[at], watched[pick], 300, 10).mean)
    assert (found.low, found.high) == pytest.approx(np.quantile(again, [0.025, 0.975]), rel=0.03)


@pytest.mark.oracle
@pytest.mark.parametrize("seed", range(4))
def test_survival_is_that_of_lifelines(seed: int) -> None:
    lifelines = pytest.importorskip("lifelines")
    begin, end, ended = spells(seed, 200)
    oracle = lifelines.KaplanMeierFitter().fit((end - begin) / DAY, ended)
    curve, _ = lasting(begin, end, ended)
    bounds = oracle.confidence_interval_survival_function_
    for days in (7, 20, 45):
        found = survival_at(curve, days, 1)
        low, high = bounds.loc[bounds.index <= days].iloc[-1]
        assert found.share == pytest.approx(oracle.predict(days), abs=1e-12)
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
