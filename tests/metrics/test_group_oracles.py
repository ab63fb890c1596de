"""Buying groups against scipy, statsmodels and lifelines."""

import numpy as np
import pytest

import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.group.influence import at_least
from tabiji.metrics.group.question import group
from tabiji.metrics.scope import Scope, instant
from tabiji.metrics.stratified import compared, false_discovery, newcombe

pytestmark = pytest.mark.oracle
stats = pytest.importorskip("scipy.stats", reason="needs scipy (group oracles)")
pytest.importorskip("statsmodels", reason="needs statsmodels (group oracles)")
pytest.importorskip("lifelines", reason="needs lifelines (group oracles)")


def tables(rng: np.random.Generator, strata: int) -> np.ndarray:
    """float64[2, 2, strata]: (exposed, others) × (went on, stayed)."""
    return rng.integers(1, 25, (2, 2, strata)).astype(float)


def as_arrays(of: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = [
        (e == 0, o == 0, s)
        for e in range(2)
        for o in range(2)
        for s in range(of.shape[2])
        for _ in range(int(of[e, o, s]))
    ]
    exposed, outcome, stratum = zip(*rows, strict=True)
    return np.array(exposed), np.array(outcome), np.array(stratum, np.int64)


@pytest.mark.parametrize("seed", range(10))
def test_ratio_and_test_are_those_of_mantel_haenszel(seed: int) -> None:
    from statsmodels.stats.contingency_tables import StratifiedTable

    of = tables(np.random.default_rng(seed), 1 + seed)
    found, oracle = compared(*as_arrays(of)), StratifiedTable(of)
    assert found.ratio == pytest.approx(oracle.riskratio_pooled, rel=1e-9)
    assert found.p == pytest.approx(oracle.test_null_odds(correction=False).pvalue, rel=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_the_unadjusted_interval_is_newcombes(seed: int) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    rng = np.random.default_rng(seed)
    n1, n0 = rng.integers(5, 80, 2)
    a, c = rng.integers(0, n1 + 1), rng.integers(0, n0 + 1)
    low, high = confint_proportions_2indep(a, n1, c, n0, method="newcomb", compare="diff")
    assert newcombe(int(a), int(n1), int(c), int(n0))[1:] == pytest.approx((low, high), abs=1e-9)


def test_the_adjusted_interval_holds_the_true_difference_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    base, n1, n0 = np.array([0.1, 0.3, 0.6, 0.2]), np.array([4, 30, 12, 8]), np.array([25, 10, 15, 9])
    hits = 0
    for _ in range(2000):
        a, c = rng.binomial(n1, base + 0.15), rng.binomial(n0, base)
        table = np.array([[a, n1 - a], [c, n0 - c]])
        found = compared(*as_arrays(table))
        assert found.low is not None and found.high is not None
        hits += found.low <= 0.15 <= found.high
    assert 0.935 < hits / 2000 < 0.975


@pytest.mark.parametrize("seed", range(6))
def test_sums_of_binomials_and_false_discovery_are_those_of_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, chance = rng.integers(1, 30, 3), rng.random(3)
    mass = np.ones(1)
    for trials, share in zip(n, chance, strict=True):
        mass = np.convolve(mass, stats.binom.pmf(np.arange(trials + 1), trials, share))
    least = int(rng.integers(0, n.sum()))
    assert at_least(least, n, chance) == pytest.approx(mass[least:].sum(), abs=1e-11)
    p = rng.random(12) ** 2
    assert false_discovery(p.tolist()) == pytest.approx(stats.false_discovery_control(p).tolist())


@pytest.mark.parametrize("seed", range(4))
def test_the_handover_is_that_of_lifelines(seed: int) -> None:
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times, qth_survival_time

    of = JourneyMap("m", {}, (Stage("aware", {}), Stage("won", {}, kind="success"), Stage("lost", {}, kind="failure")))
    rules = small_world.rules(
        5, 3, {0: [0], 1: [1], 2: [3]}, failures=[2], success=1, stage_ids=("aware", "won", "lost"), n_role_sets=3
    )
    role_sets = ((), ("champion",), ("decision_maker",))
    rng = np.random.default_rng(seed)
    events, waits, came = [], [], []
    for u in range(120):
        events += [E(u, 0, 0), E(u, 5 * DAY, 4, person=1, role=1)]
        decider, lost = int(rng.integers(6, 150)), int(rng.integers(20, 200))
        end = min(lost, 100)
        if decider <= end:
            events.append(E(u, decider * DAY, 4, person=2, role=2))
        if lost <= 100:
            events.append(E(u, lost * DAY, 3))
        waits.append(min(decider, end) - 5)
        came.append(decider <= end)
    index = small_world.index(events, 120, ["k"] * 5, role_sets)
    with LocalExecutor(1) as executor:
        found = group(index, of, rules, journal(index, rules, executor), Scope(instant(100 * DAY)), executor=executor)
    told, fit = found.total.handover, KaplanMeierFitter().fit(waits, came)
    assert told is not None
    low, high = median_survival_times(fit.confidence_interval_).iloc[0]
    assert told.n == 120 and told.came == sum(came)
    assert told.median_days == fit.median_survival_time_
    assert {told.low_days, told.high_days} == {low, high}
    assert told.quartiles_days[0] == qth_survival_time(0.75, fit.survival_function_)
