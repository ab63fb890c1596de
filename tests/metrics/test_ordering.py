"""Order by digits: the same as by comparing."""

import numpy as np
import pytest

from tabiji.metrics.ordering import FEW, ascending, order_of
from tabiji.metrics.survival import exits


@pytest.mark.parametrize("n", [0, 1, 2, FEW, FEW + 1, 3 * FEW])
@pytest.mark.parametrize("bits", [1, 3, 11, 12, 30, 62])
@pytest.mark.parametrize("seed", [1, 2])
def test_keys_stand_as_if_compared_and_equal_ones_as_they_stood(n: int, bits: int, seed: int) -> None:
    keys = np.random.default_rng(seed).integers(0, 1 << bits, n)
    given = keys.copy()
    assert np.array_equal(ascending(keys), np.sort(keys))
    assert np.array_equal(order_of(keys), np.argsort(keys, kind="stable"))
    assert np.array_equal(keys, given)


def test_negative_keys_and_equal_ones() -> None:
    keys = np.random.default_rng(3).integers(-1000, 1000, 2 * FEW)
    assert np.array_equal(ascending(keys), np.sort(keys))
    assert np.array_equal(order_of(keys), np.argsort(keys, kind="stable"))
    same = np.zeros(2 * FEW, np.int64)
    assert np.array_equal(order_of(same), np.arange(2 * FEW))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_interval_of_a_quantile_is_where_its_bounds_first_come_down(share: float) -> None:
    chance = np.random.default_rng(4)
    curve = exits(chance.integers(0, 5000, 3 * FEW), (chance.random(3 * FEW) < 0.7).astype(np.uint8))
    found = curve.quantile(share)
    inside = curve.survival > 0
    s, v, times = curve.survival[inside], curve.survival_variance[inside], curve.times[inside]
    spread = np.exp(1.959963984540054 * np.sqrt(v) / (s * np.abs(np.log(s))))
    for told, bound in ((found.low, s**spread), (found.high, s ** (1 / spread))):
        reached = times[bound <= 1 - share]
        assert told == (int(reached[0]) if len(reached) else None)
