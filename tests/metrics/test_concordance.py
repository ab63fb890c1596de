"""The area under the ROC curve: by counting pairs, against DeLong's formula written out, the bootstrap and scipy."""

from math import exp, log, sqrt

import numpy as np
import pytest

from tabiji.metrics.retention.dear.concordance import auc


def observations(seed: int, n: int = 80) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    left = rng.random(n) < 0.3
    return np.round(rng.normal(size=n) - 0.8 * left, 1), left


def pairs(score: np.ndarray, left: np.ndarray) -> np.ndarray:
    return np.array([[1.0 if a < b else 0.5 if a == b else 0.0 for b in score[~left]] for a in score[left]])


def test_by_hand() -> None:
    found = auc(np.array([1.0, 2, 3, 2]), np.array([True, True, False, False]), np.arange(4), 1)
    assert (found.share, found.n) == (3.5 / 4, 2)


@pytest.mark.parametrize("seed", range(4))
def test_it_counts_pairs_and_has_the_interval_of_delong(seed: int) -> None:
    score, left = observations(seed)
    psi = pairs(score, left)
    area, variance = psi.mean(), psi.mean(1).var(ddof=1) / psi.shape[0] + psi.mean(0).var(ddof=1) / psi.shape[1]
    found = auc(score, left, np.arange(len(score)), 5)
    assert found.share == pytest.approx(area)
    spread, middle = 1.959963984540054 * sqrt(variance) / (area * (1 - area)), log(area / (1 - area))
    assert (found.low, found.high) == pytest.approx((1 / (1 + exp(spread - middle)), 1 / (1 + exp(-spread - middle))))


def test_units_seen_often_do_not_make_it_surer() -> None:
    score, left = observations(1)
    unit = np.arange(len(score))
    once = auc(score, left, unit, 5)
    often = auc(np.repeat(score, 4), np.repeat(left, 4), np.repeat(unit, 4), 5)
    assert often.share == pytest.approx(once.share)
    assert (often.low, often.high) == pytest.approx((once.low, once.high))


@pytest.mark.parametrize("seed", range(2))
def test_with_clusters_it_is_about_the_bootstrap_over_units(seed: int) -> None:
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(70), 3)
    score = rng.normal(size=70)[unit] + 0.5 * rng.normal(size=210)
    left = (rng.random(210) < 0.25) & (score < 1.2)
    found, again = auc(score, left, unit, 5), []
    for _ in range(600):
        pick = rng.integers(0, 70, 70)
        at = (pick[:, None] * 3 + np.arange(3)).ravel()
        again.append(auc(score[at], left[at], np.repeat(np.arange(70), 3), 1).share)
    assert (found.low, found.high) == pytest.approx(np.quantile(again, [0.025, 0.975]), abs=0.03)


def test_refusals_and_perfect_separation() -> None:
    score, left = observations(2)
    assert auc(score, left, np.arange(80), 40).reason == "n<40"
    assert auc(score, np.zeros(80, bool), np.arange(80), 1).reason == "n<1"
    perfect = auc(np.arange(20.0), np.arange(20) < 10, np.arange(20), 5)
    assert perfect.share == 1.0 and perfect.low == pytest.approx(0.722, abs=1e-3)


@pytest.mark.oracle
def test_it_is_the_statistic_of_mann_and_whitney() -> None:
    stats = pytest.importorskip("scipy.stats")
    score, left = observations(3)
    u = stats.mannwhitneyu(score[~left], score[left]).statistic
    assert auc(score, left, np.arange(80), 1).share == pytest.approx(u / (left.sum() * (~left).sum()))
