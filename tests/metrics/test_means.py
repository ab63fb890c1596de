from math import sqrt

import numpy as np
import pytest

from tabiji.metrics.means import Mean, mean_of, t_value

WIDE = (-100.0, 100.0)


@pytest.mark.parametrize(
    ("df", "value"), [(1, 12.7062), (2, 4.3027), (9, 2.2622), (30, 2.0423), (200, 1.9719), (1000, 1.9623)]
)
def test_t_of_the_tables(df: int, value: float) -> None:
    assert t_value(df) == pytest.approx(value, abs=5e-5)


@pytest.mark.oracle
@pytest.mark.parametrize("df", [1, 2, 3, 4, 7, 50, 199, 200, 201, 10_000])
def test_t_of_scipy(df: int) -> None:
    stats = pytest.importorskip("scipy.stats", reason="group `oracles` is not installed")
    assert t_value(df) == pytest.approx(float(stats.t.ppf(0.975, df)), abs=2e-8)


def test_one_value_per_unit_is_the_textbook_interval() -> None:
    values = np.array([2.0, 4.0, 4.0, 5.0, 7.0, 8.0])
    found = mean_of(values, np.arange(6), 1, WIDE)
    half = t_value(5) * values.std(ddof=1) / sqrt(6)
    assert (found.mean, found.n) == (5.0, 6)
    assert (found.low, found.high) == pytest.approx((5 - half, 5 + half))


def test_values_of_one_unit_are_no_further_evidence() -> None:
    values, unit = np.array([1.0, 5.0, 3.0, 7.0]), np.arange(4)
    once = mean_of(values, unit, 1, WIDE)
    thrice = mean_of(np.repeat(values, 3), np.repeat(unit, 3), 1, WIDE)
    assert (thrice.mean, thrice.low, thrice.high) == pytest.approx((once.mean, once.low, once.high))
    assert thrice.n == 12


def test_refusals() -> None:
    assert mean_of(np.array([1.0]), np.array([0]), 2, WIDE) == Mean(None, None, None, 1, "n<2")
    assert mean_of(np.array([]), np.array([], int), 0, WIDE).reason == "n<1"
    alone = mean_of(np.array([1.0, 2.0]), np.array([7, 7]), 2, WIDE)
    assert alone.to_dict() == {
        "mean": None, "low": None, "high": None, "n": 2, "reason": "all values come from one unit",
    }  # fmt: skip


def test_the_interval_ends_where_the_scale_ends() -> None:
    found = mean_of(np.array([2.0, 2.0, -2.0]), np.arange(3), 1, (-2.0, 2.0))
    assert (found.low, found.high) == (-2.0, 2.0)
