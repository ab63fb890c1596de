"""Ratios and rates: by hand, by the bootstrap, and against scipy."""

import numpy as np
import pytest

from tabiji.metrics.retention.ratios import NO_BASE, compounded, log_ratio_of, per_time, poisson, ratio_of


def test_by_hand() -> None:
    found = ratio_of(np.array([80.0, 100.0, 0.0]), np.array([100.0, 100.0, 100.0]), 3, 1.0)
    assert (found.share, found.n) == (0.6, 3)
    # residuals 20, 40, −60: s² = 5600 × 3/2, t(2) = 4.302653, so ±1.31: cut at 0 and 1
    assert (found.low, found.high) == (0.0, 1.0)
    assert ratio_of(np.array([1.0]), np.array([1.0]), 1).reason == "n<2"
    assert ratio_of(np.zeros(3), np.zeros(3), 1).reason == NO_BASE


def test_nothing_lost_has_an_interval_still() -> None:
    found = ratio_of(np.full(12, 5.0), np.full(12, 5.0), 10, 1.0)
    assert (found.share, found.high) == (1.0, 1.0) and found.low == pytest.approx(0.7575, abs=1e-3)


def test_all_that_changed_alike_are_not_certain_of_those_to_come() -> None:
    """Ten customers that lost everything, stayed as they were, grew by a fifth: Wilson's upper bound of none out of ten is 0.2775."""
    base = np.array([10.0, 20.0, 10.0, 5.0, 1.0, 3.0, 10.0, 10.0, 7.0, 9.0])
    found = [ratio_of(base * factor, base, 10) for factor in (0.0, 1.0, 1.2)]
    assert [(f.low, f.high) for f in found] == [
        (0.0, pytest.approx(0.2775, abs=1e-4)),
        pytest.approx((0.7225, 1.2775), abs=1e-4),
        pytest.approx((0.8670, 1.5330), abs=1e-4),
    ]
    gross = ratio_of(base * 0.0, base, 10, 1.0)
    assert (gross.low, gross.high) == (0.0, pytest.approx(0.2775, abs=1e-4))
    months = np.column_stack([base, base])
    product = compounded(months, months, 10)
    assert (product.low, product.high) == pytest.approx((0.7225, 1.2775), abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_the_interval_is_about_that_of_the_bootstrap(seed: int) -> None:
    rng = np.random.default_rng(seed)
    below = rng.lognormal(0, 1, 300)
    above = below * rng.choice([0, 0.8, 1, 1.3], 300)
    steps = below[:, None] * np.cumprod(rng.choice([0.9, 1.0, 1.0, 1.1], (300, 6)), axis=1)
    whole, product = ratio_of(above, below, 10), compounded(steps[:, 1:], steps[:, :-1], 10)
    ratios, products = [], []
    for _ in range(2000):
        pick = rng.integers(0, 300, 300)
        ratios.append(above[pick].sum() / below[pick].sum())
        products.append((steps[pick][:, 1:].sum(axis=0) / steps[pick][:, :-1].sum(axis=0)).prod())
    assert (whole.low, whole.high) == pytest.approx(np.quantile(ratios, [0.025, 0.975]), abs=0.025)
    assert (product.low, product.high) == pytest.approx(np.quantile(products, [0.025, 0.975]), abs=0.01)


def test_compounded_is_the_product_of_the_steps() -> None:
    below = np.array([[100.0, 50.0], [100.0, 100.0], [0.0, 60.0]])
    above = np.array([[50.0, 50.0], [100.0, 80.0], [0.0, 60.0]])
    assert compounded(above, below, 2).share == pytest.approx(150 / 200 * 190 / 210)
    assert compounded(below[:, :1] * 0, below[:, :1], 2).share == 0.0


def test_rates() -> None:
    found = per_time(4, 8.0, 20, 10)
    assert (
        found.share == 0.5
        and found.low == pytest.approx(1.0899 / 8, rel=1e-4)
        and found.high == pytest.approx(10.2416 / 8, rel=1e-4)
    )
    assert per_time(4, 8.0, 9, 10).reason == "n<10"
    assert poisson(0)[0] == 0.0
    spread = log_ratio_of(np.array([10.0, 30.0, 20.0]), np.array([1.0, 1.0, 1.0]), 2)
    assert spread.share == 20 and spread.low * spread.high == pytest.approx(400)


@pytest.mark.oracle
@pytest.mark.parametrize("events", [0, 1, 2, 5, 17, 400, 401, 5000])
def test_poisson_is_the_exact_interval(events: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    low = stats.chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    exact = low, stats.chi2.ppf(0.975, 2 * events + 2) / 2
    assert poisson(events) == pytest.approx(exact, rel=1e-9 if events <= 400 else 1e-5)
