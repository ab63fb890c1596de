"""The curves against packages that we did not write (group `oracles`)."""

import numpy as np
import pytest

from tabiji.metrics.intervals import log_minus_log, wilson
from tabiji.metrics.survival import exits

pytestmark = pytest.mark.oracle
WHY = "group `oracles` is not installed"


def sample(seed: int, n: int = 400, tied: bool = True) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    durations = random.integers(1, 60, n) if tied else random.permutation(100 * n)[:n] + 1
    return durations.astype(np.int64), random.integers(0, 4, n).astype(np.uint8)


@pytest.mark.parametrize("seed", range(5))
def test_kaplan_meier_of_lifelines(seed: int) -> None:
    lifelines = pytest.importorskip("lifelines", reason=WHY)
    durations, causes = sample(seed)
    theirs = lifelines.KaplanMeierFitter().fit(durations, causes > 0)
    ours = exits(durations, causes)
    assert ours.survival == pytest.approx(theirs.survival_function_at_times(ours.times).to_numpy(), abs=1e-9)
    inside = ours.survival > 0
    bounds = theirs.confidence_interval_survival_function_.loc[ours.times[inside]].to_numpy()
    pairs = zip(ours.survival[inside], ours.survival_variance[inside], strict=True)
    assert [log_minus_log(s, v) for s, v in pairs] == [pytest.approx(tuple(b), abs=1e-9) for b in bounds]
    from lifelines.utils import median_survival_times

    quantile = ours.quantile()
    (low, high) = median_survival_times(theirs.confidence_interval_survival_function_).to_numpy()[0]
    assert (quantile.at, quantile.low, quantile.high) == (theirs.median_survival_time_, low, high)


@pytest.mark.parametrize("seed", range(3))
def test_aalen_johansen_of_lifelines_without_ties(seed: int) -> None:
    lifelines = pytest.importorskip("lifelines", reason=WHY)
    durations, causes = sample(seed, 200, tied=False)
    theirs = lifelines.AalenJohansenFitter().fit(durations, causes, event_of_interest=1)
    ours = exits(durations, causes)
    expected = theirs.cumulative_density_.loc[ours.times].to_numpy().ravel()
    assert ours.incidence == pytest.approx(expected, abs=1e-9)
    variance = theirs.variance_.loc[ours.times].to_numpy()
    known = ~np.isnan(variance)  # theirs divides by zero where the last stays end
    assert known.sum() >= len(known) - 1
    assert ours.incidence_variance[known] == pytest.approx(variance[known], abs=1e-9)
    bounds = theirs.confidence_interval_.loc[ours.times].to_numpy()
    x = len(ours.times) // 2
    assert log_minus_log(ours.incidence[x], ours.incidence_variance[x]) == pytest.approx(sorted(bounds[x]), abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("cause", [1, 2, 3])
def test_incidence_of_statsmodels_with_ties(seed: int, cause: int) -> None:
    survfunc = pytest.importorskip("statsmodels.duration.survfunc", reason=WHY)
    durations, causes = sample(seed)
    with np.errstate(divide="ignore", invalid="ignore"):  # theirs divides by nobody where all that were left ended
        theirs = survfunc.CumIncidenceRight(durations, causes)
    ours = exits(durations, causes, cause)
    at = np.searchsorted(theirs.times, ours.times)
    assert ours.incidence == pytest.approx(theirs.cinc[cause - 1][at], abs=1e-9)
    errors = theirs.cinc_se[cause - 1][at]
    known = np.isfinite(errors)
    assert known.sum() >= len(known) - 1
    assert np.sqrt(ours.incidence_variance)[known] == pytest.approx(errors[known], abs=1e-9)


@pytest.mark.parametrize(("successes", "n"), [(0, 7), (3, 10), (50, 100), (99, 100), (12, 12), (1, 100_000)])
def test_wilson_of_scipy_and_statsmodels(successes: int, n: int) -> None:
    stats = pytest.importorskip("scipy.stats", reason=WHY)
    proportion = pytest.importorskip("statsmodels.stats.proportion", reason=WHY)
    theirs = stats.binomtest(successes, n).proportion_ci(0.95, method="wilson")
    assert wilson(successes, n) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert wilson(successes, n) == pytest.approx(
        proportion.proportion_confint(successes, n, 0.05, method="wilson"), abs=1e-9
    )
