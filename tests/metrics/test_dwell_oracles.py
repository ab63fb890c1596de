"""The log-rank test and the quartiles of stays against lifelines and scipy."""

import numpy as np
import pytest

from tabiji.metrics.dwell.logrank import chi_square_above, log_rank
from tabiji.metrics.survival import CAUSE_BITS, exits

pytestmark = pytest.mark.oracle
lifelines = pytest.importorskip("lifelines")


@pytest.mark.parametrize("seed", range(12))
def test_log_rank_is_that_of_lifelines(seed: int) -> None:
    from lifelines.statistics import multivariate_logrank_test

    rng = np.random.default_rng(seed)
    n, groups = int(rng.integers(20, 300)), int(rng.integers(2, 6))
    durations = rng.integers(0, 60, n)
    group = rng.integers(0, groups, n).astype(np.int32)
    causes = rng.integers(0, 3, n).astype(np.int64)
    found = log_rank(durations << CAUSE_BITS | causes, group, groups)
    oracle = multivariate_logrank_test(durations, group, causes > 0)
    assert found.statistic == pytest.approx(oracle.test_statistic, rel=1e-9)
    assert found.p == pytest.approx(oracle.p_value, rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_quartiles_are_those_of_lifelines(seed: int) -> None:
    from lifelines import KaplanMeierFitter
    from lifelines.utils import qth_survival_time

    rng = np.random.default_rng(seed)
    n = int(rng.integers(15, 200))
    durations, causes = rng.integers(1, 90, n), rng.integers(0, 3, n).astype(np.uint8)
    curves = exits(durations, causes)
    survival = KaplanMeierFitter().fit(durations, causes > 0).survival_function_
    for q in (0.25, 0.5, 0.75):
        at = curves.quantile(q).at
        assert (np.inf if at is None else at) == qth_survival_time(1 - q, survival)


@pytest.mark.parametrize("df", [1, 2, 3, 4, 7, 30, 199])
def test_chi_square_is_that_of_scipy(df: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    for x in (0.01, 0.5, 3.0, 25.0, 260.0):
        assert chi_square_above(x, df) == pytest.approx(stats.chi2.sf(x, df), rel=1e-9, abs=1e-300)
