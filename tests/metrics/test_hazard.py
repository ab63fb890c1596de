"""Regressions where the answer is known by hand, and where the data leave it open."""

import numpy as np
import pytest

from tabiji.metrics.bottleneck.hazard import corrected, fit, two_sided


def test_one_covariate_is_the_ratio_of_odds() -> None:
    x = np.array([[1.0, 0.0], [1.0, 1.0]])
    found = fit(x, np.array([[100.0, 50.0], [10.0, 10.0]]), np.array([[20.0, 20.0], [5.0, 5.0]]))
    assert found.beta[0, 1] == pytest.approx(np.log((20 / 30) / (20 / 80)), abs=1e-6)
    assert np.sqrt(found.inverse[0, 1, 1]) == pytest.approx(np.sqrt(1 / 20 + 1 / 30 + 1 / 20 + 1 / 80), abs=1e-6)
    assert found.beta[1, 1] == pytest.approx(0, abs=1e-6)


def test_a_covariate_that_never_sees_the_event_leaves_the_others_alone() -> None:
    x = np.array([[1.0, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]])
    trials, events = np.array([[100.0, 50, 40, 30]]), np.array([[20.0, 20, 0, 0]])
    found = fit(x, trials, events)
    assert np.isfinite(found.beta).all()
    assert found.beta[0, 2] == pytest.approx(np.log((20 / 30) / (20 / 80)), abs=1e-4)


def test_without_any_event_nothing_is_infinite() -> None:
    found = fit(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[100.0, 50.0]]), np.zeros((1, 2)))
    assert np.isfinite(found.beta).all()
    assert found.mu.max() < 1e-6


def test_corrected_by_hand() -> None:
    assert corrected(np.array([0.01, 0.04, 0.03, 0.2])).tolist() == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.2])
    assert corrected(np.array([0.9])).tolist() == [0.9]
    assert corrected(np.empty(0)).tolist() == []


def test_two_sided() -> None:
    assert two_sided(1.959963984540054) == pytest.approx(0.05)
    assert two_sided(-1.959963984540054) == pytest.approx(0.05)
