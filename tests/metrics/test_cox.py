"""Cox regression: by hand, by brute force, and against lifelines."""

from math import exp, log

import numpy as np
import pytest

from tabiji.metrics.feelings.cox import CoxFit, cox


def fit(rows: list[tuple[int, int, bool, float]], **more) -> CoxFit | None:
    begin, end, event, x = zip(*rows, strict=True)
    return cox(np.array(begin), np.array(end), np.array(event), np.array(x, float)[:, None], **more)


def brute(rows: list[tuple[int, int, bool, float]], beta: float) -> float:
    """Log partial likelihood with Efron's ties, straight from its definition."""
    total = 0.0
    for t in sorted({e for _, e, d, _ in rows if d}):
        at_risk = sum(exp(beta * x) for b, e, _, x in rows if b < t <= e)
        dead = [x for b, e, d, x in rows if d and e == t]
        for k, x in enumerate(dead):
            total += beta * x - log(at_risk - k / len(dead) * sum(exp(beta * y) for y in dead))
    return total


def sample(seed: int, n: int = 60, tied: bool = True) -> list[tuple[int, int, bool, float]]:
    """Subjects whose covariate turns on at some time; some are censored."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, int, bool, float]] = []
    for _ in range(n):
        turns, last = int(rng.integers(1, 20)), int(rng.integers(1, 30 if tied else 100_000))
        event = bool(rng.random() < 0.7)
        if turns < last:
            rows += [(0, turns, False, 0.0), (turns, last, event, 1.0)]
        else:
            rows.append((0, last, event, 0.0))
    return rows


def test_two_subjects_by_hand() -> None:
    """x = 1 has the event first, x = 0 is at risk then; later x = 0 has it alone: no finite answer. With a third one there is."""
    assert fit([(0, 1, True, 1.0), (0, 2, True, 0.0)]) is None
    found = fit([(0, 1, True, 1.0), (0, 2, True, 0.0), (0, 3, True, 1.0)])
    assert found is not None
    # d/dβ of β − log(2e^β + 1) + 0 − log(1 + e^β) = 0 with r = e^β: 1 = 2r/(2r + 1) + r/(1 + r), so r² = 1/2
    assert found.beta[0] == pytest.approx(log(2**-0.5), abs=1e-9)
    assert found.n_events == 3


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_top_of_the_likelihood(seed: int) -> None:
    rows = sample(seed)
    found = fit(rows)
    assert found is not None
    beta = float(found.beta[0])
    assert found.log_likelihood == pytest.approx(brute(rows, beta), rel=1e-10)
    assert all(brute(rows, beta) > brute(rows, beta + d) for d in (-0.01, 0.01))
    second = (brute(rows, beta + 1e-4) - 2 * brute(rows, beta) + brute(rows, beta - 1e-4)) / 1e-8
    assert found.covariance[0, 0] == pytest.approx(-1 / second, rel=1e-4)


def test_rows_may_come_in_any_order_and_cut_in_pieces() -> None:
    rows = sample(9)
    cut = [
        piece
        for b, e, d, x in rows
        for piece in ([(b, e - 1, False, x), (e - 1, e, d, x)] if e - b > 1 else [(b, e, d, x)])
    ]
    whole, pieces, turned = fit(rows), fit(cut), fit(rows[::-1])
    assert whole is not None and pieces is not None and turned is not None
    assert pieces.beta[0] == pytest.approx(whole.beta[0], abs=1e-9) == pytest.approx(turned.beta[0], abs=1e-9)


def test_strata_have_baselines_of_their_own() -> None:
    rows = sample(3)
    later = [(b + 5000, e + 5000, d, x) for b, e, d, x in sample(4)]
    both = fit(rows + later)  # never at risk together: the same as two strata
    stratified = fit(rows + sample(4), strata=np.array([0] * len(rows) + [1] * len(later)))
    assert both is not None and stratified is not None
    assert stratified.beta[0] == pytest.approx(both.beta[0], abs=1e-9)


def test_no_answer_without_events_or_where_the_covariate_never_changes() -> None:
    assert fit([(0, 5, False, 0.0), (0, 6, False, 1.0)]) is None
    assert fit([(0, 5, True, 1.0), (0, 6, True, 1.0)]) is None
    assert fit([(0, t, True, 1.0) for t in range(1, 9)] + [(0, t, True, 0.0) for t in range(11, 19)]) is None


def test_the_variance_over_clusters_is_that_of_the_jackknife() -> None:
    rows = [row for seed in range(80) for row in sample(seed, 3) for _ in range(2)]
    owner = np.concatenate([np.full(2 * len(sample(seed, 3)), seed) for seed in range(80)])
    found, plain = fit(rows, owner=owner), fit(rows)
    assert found is not None and plain is not None
    left_out = []
    for seed in range(80):
        part = fit([row for row, o in zip(rows, owner, strict=True) if o != seed])
        assert part is not None
        left_out.append(part.beta[0])
    jackknife = 79 / 80 * float(((np.array(left_out) - np.mean(left_out)) ** 2).sum())
    assert found.covariance[0, 0] == pytest.approx(jackknife, rel=0.08)
    assert found.covariance[0, 0] > 1.5 * plain.covariance[0, 0]  # every row stands there twice


@pytest.mark.oracle
@pytest.mark.parametrize("seed", range(6))
def test_it_is_that_of_lifelines_with_time_varying_covariates(seed: int) -> None:
    lifelines = pytest.importorskip("lifelines")
    pd = pytest.importorskip("pandas")
    rng = np.random.default_rng(seed)
    rows = sample(seed, 150)
    subject = np.cumsum([begin == 0 for begin, _, _, _ in rows])
    frame = pd.DataFrame(rows, columns=["begin", "end", "event", "x"]).assign(id=subject, y=rng.normal(size=len(rows)))
    names = {"id_col": "id", "event_col": "event", "start_col": "begin", "stop_col": "end"}
    oracle = lifelines.CoxTimeVaryingFitter().fit(frame, **names, fit_options={"precision": 1e-9})
    columns = frame[["x", "y"]].to_numpy(float)
    found = cox(frame.begin.to_numpy(), frame.end.to_numpy(), frame.event.to_numpy(bool), columns)
    assert found is not None
    assert found.beta == pytest.approx(oracle.params_[["x", "y"]].to_numpy(), abs=1e-6)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(oracle.standard_errors_[["x", "y"]].to_numpy(), abs=1e-6)


@pytest.mark.oracle
@pytest.mark.parametrize("seed", range(4))
def test_it_is_that_of_lifelines_with_strata(seed: int) -> None:
    lifelines = pytest.importorskip("lifelines")
    pd = pytest.importorskip("pandas")
    rng = np.random.default_rng(seed)
    n = 200
    frame = pd.DataFrame(
        {
            "end": rng.integers(1, 40, n),
            "event": rng.random(n) < 0.6,
            "x": rng.normal(size=n),
            "s": rng.integers(0, 3, n),
        }
    )
    oracle = lifelines.CoxPHFitter().fit(frame, "end", "event", strata=["s"], fit_options={"precision": 1e-10})
    found = cox(
        np.zeros(n, np.int64),
        frame.end.to_numpy(),
        frame.event.to_numpy(),
        frame[["x"]].to_numpy(float),
        frame.s.to_numpy(),
    )
    assert found is not None
    assert found.beta[0] == pytest.approx(oracle.params_["x"], abs=1e-6)
    assert found.covariance[0, 0] ** 0.5 == pytest.approx(oracle.standard_errors_["x"], abs=1e-6)
