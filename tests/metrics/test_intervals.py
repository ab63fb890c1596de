import pytest

from tabiji.metrics.intervals import log_minus_log, refused, wilson, wilson_share
from tabiji.result import Share


def test_wilson_of_the_textbook() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_wilson_touches_the_borders_exactly() -> None:
    assert wilson(0, 3)[0] == 0.0
    assert wilson(3, 3)[1] == 1.0


def test_log_minus_log_is_asymmetric_and_stays_inside() -> None:
    low, high = log_minus_log(0.9, 0.01)
    assert 0 < low < 0.9 < high < 1
    assert 0.9 - low > high - 0.9


def test_log_minus_log_without_variance_is_the_point() -> None:
    assert log_minus_log(0.3, 0.0) == pytest.approx((0.3, 0.3))


def test_too_few_are_refused_with_the_reason() -> None:
    assert wilson_share(3, 9, 10) == Share(None, None, None, 9, "n<10")
    assert wilson_share(0, 0, 0) == Share(None, None, None, 0, "n<1")
    assert refused(4, 10, 180).to_dict() == {
        "share": None, "low": None, "high": None, "n": 4, "horizon_days": 180, "reason": "n<10",
    }  # fmt: skip
    assert wilson_share(5, 10, 10).share == 0.5
