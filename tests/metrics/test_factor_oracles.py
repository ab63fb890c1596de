"""The regressions and the correction for many tests, against packages that we did not write (group `oracles`)."""

import numpy as np
import pytest

from tabiji.compute import LocalExecutor
from tabiji.metrics.bottleneck.factor_result import Factor
from tabiji.metrics.bottleneck.factors import _design, _tested
from tabiji.metrics.bottleneck.hazard import corrected, fit
from tabiji.metrics.bottleneck.presence import NEVER_THERE
from tabiji.metrics.bottleneck.weeks import BANDS, Weeks, cells_of

pytestmark = pytest.mark.oracle
WHY = "group `oracles` is not installed"
N_CODES = 6
LEVELS = np.array([[a, b] for a in range(3) for b in range(2)], np.int32)


def stays(seed: int, n: int = 700, n_units: int = 500) -> Weeks:
    """Stays whose pace depends on their code, on the time spent and, once it was there, on the first of two factors."""
    rng = np.random.default_rng(seed)
    owner = np.sort(rng.integers(0, n_units, n)).astype(np.int64)
    code = rng.integers(0, N_CODES, n).astype(np.int32)
    since = rng.choice([0, 1, 2, 5, 9, 20, NEVER_THERE], (n, 2)).astype(np.uint16)
    weeks, went = np.zeros(n, np.int32), np.zeros(n, np.uint8)
    for s in range(n):
        for week in range(int(rng.integers(1, 80))):
            weeks[s] = week + 1
            logit = -3.2 + 0.25 * code[s] - 0.01 * week + 0.8 * (week >= since[s, 0])
            if rng.random() < 1 / (1 + np.exp(-logit)):
                went[s] = 1
                break
    return Weeks(owner, weeks, went, code, since, N_CODES)


def expanded(w: Weeks, f: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One row a week: its place among the cells, whether the stay went on in it, and its unit."""
    rows = []
    for s in range(len(w.n)):
        for week in range(w.n[s]):
            band = sum(week >= b for b in BANDS) - 1
            there = int(week >= w.since[s, f])
            cell = (there * N_CODES + w.code[s]) * len(BANDS) + band
            rows.append((cell, week == w.n[s] - 1 and w.went[s] == 1, w.owner[s]))
    cell, event, owner = zip(*rows, strict=True)
    return np.array(cell), np.array(event, float), np.array(owner)


@pytest.mark.parametrize("seed", range(3))
def test_ratios_and_their_errors_of_statsmodels(seed: int) -> None:
    sm = pytest.importorskip("statsmodels.api", reason=WHY)
    w = stays(seed)
    with LocalExecutor(2) as executor:
        found = _tested([Factor("role", k, *[99] * 6) for k in "ab"], w, cells_of(w, executor), LEVELS, executor)
    for f, ours in enumerate(found):
        cell, event, owner = expanded(w, f)
        design = _design(LEVELS)[cell]
        theirs = sm.GLM(event, design, family=sm.families.Binomial()).fit(
            tol=1e-12, cov_type="cluster", cov_kwds={"groups": owner, "use_correction": False}
        )
        groups = len(np.unique(owner))
        error = theirs.bse[-1] * np.sqrt(groups / (groups - 1))
        assert ours.odds_ratio is not None and ours.low is not None and ours.high is not None
        assert np.log(ours.odds_ratio) == pytest.approx(theirs.params[-1], abs=1e-6)
        assert np.log(ours.high / ours.low) / 2 / 1.959963984540054 == pytest.approx(error, abs=1e-6)


def test_every_coefficient_of_statsmodels() -> None:
    sm = pytest.importorskip("statsmodels.api", reason=WHY)
    w = stays(9)
    with LocalExecutor(1) as executor:
        cells = cells_of(w, executor)
    x = _design(LEVELS)
    trials, events = (c.reshape(2, -1).astype(float) for c in (cells.weeks, cells.went))
    ours = fit(x, trials, events)
    for f in range(2):
        used = trials[f] > 0
        outcome = np.stack([events[f], trials[f] - events[f]], axis=1)[used]
        theirs = sm.GLM(outcome, x[used], family=sm.families.Binomial()).fit(tol=1e-12)
        assert ours.beta[f] == pytest.approx(theirs.params, abs=1e-6)
        assert np.sqrt(np.diag(ours.inverse[f])) == pytest.approx(theirs.bse, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_benjamini_hochberg_of_scipy_and_statsmodels(seed: int) -> None:
    stats = pytest.importorskip("scipy.stats", reason=WHY)
    multitest = pytest.importorskip("statsmodels.stats.multitest", reason=WHY)
    p = np.random.default_rng(seed).random(40) ** 3
    p[3:6] = p[2]  # ties
    assert corrected(p) == pytest.approx(stats.false_discovery_control(p), abs=1e-12)
    assert corrected(p) == pytest.approx(multitest.multipletests(p, method="fdr_bh")[1], abs=1e-12)
