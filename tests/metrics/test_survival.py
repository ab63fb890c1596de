from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabiji.metrics.survival import Exits, Quantile, exits

Stay = tuple[int, int]  # duration, cause


def curves(stays: list[Stay], cause: int = 1) -> Exits:
    return exits(np.array([d for d, _ in stays], np.int64), np.array([c for _, c in stays], np.uint8), cause)


def definition(stays: list[Stay], cause: int) -> list[tuple[int, int, Fraction, Fraction]]:
    """(instant, at risk, survival, incidence), exactly, by the definitions."""
    out = []
    survival, incidence = Fraction(1), Fraction(0)
    for t in sorted({d for d, c in stays if c}):
        at_risk = sum(d >= t for d, _ in stays)
        incidence += survival * Fraction(sum((d, c) == (t, cause) for d, c in stays), at_risk)
        survival *= 1 - Fraction(sum(d == t and c != 0 for d, c in stays), at_risk)
        out.append((t, at_risk, survival, incidence))
    return out


def variance_of_incidence(stays: list[Stay], cause: int, horizon: int) -> float:
    """The delta method as it is printed, with its double loop."""
    table = [row for row in definition(stays, cause) if row[0] <= horizon]
    total = table[-1][3] if table else Fraction(0)
    variance, before = Fraction(0), Fraction(1)
    for t, n, survival, incidence in table:
        d = sum(x == t and c != 0 for x, c in stays)
        d1 = sum((x, c) == (t, cause) for x, c in stays)
        if d < n:
            variance += (total - incidence) ** 2 * Fraction(d, n * (n - d))
        variance += before**2 * Fraction((n - d1) * d1, n**3) - 2 * (total - incidence) * before * Fraction(d1, n**2)
        before = survival
    return float(variance)


FREIREICH = [6, 6, 6, 7, 10, 13, 16, 22, 23]  # remissions that ended, weeks (6-mercaptopurine), Cox & Oakes 1984, p. 7
STILL_IN_REMISSION = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def test_kaplan_meier_of_the_textbook() -> None:
    found = curves([(t, 1) for t in FREIREICH] + [(t, 0) for t in STILL_IN_REMISSION])
    assert found.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert found.survival == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5)
    assert np.sqrt(found.survival_variance[0]) == pytest.approx(0.0764, abs=5e-5)
    # SAS LIFETEST and R's survfit(conf.type="log-log") give 23 (13, not reached)
    assert found.quantile() == Quantile(23, 13, None)


def test_competing_ends_by_hand() -> None:
    found = curves([(1, 1), (2, 2), (2, 1), (3, 0), (4, 1)])
    # at 1: 1/5; at 2: + 4/5 · 1/4; at 4: + (4/5 · 1/2) · 1/1
    assert found.incidence == pytest.approx([0.2, 0.4, 0.8])
    assert found.survival == pytest.approx([0.8, 0.4, 0.0])


def test_nobody_left_to_watch_at_the_horizon() -> None:
    assert curves([(1, 1), (5, 0)]).incidence_at(6) is None
    assert curves([(1, 1), (5, 0)]).incidence_at(5) == pytest.approx((0.5, 0.125))
    assert curves([(1, 1), (5, 2)]).incidence_at(10**9) == pytest.approx((0.5, 0.125))
    assert curves([(3, 0)]).incidence_at(2) == (0.0, 0.0)
    assert curves([]).incidence_at(0) is None


def test_counts_at_the_horizon() -> None:
    found = curves([(1, 1), (2, 0), (5, 0), (5, 2), (9, 1)])
    assert found.at_risk_at(5) == 3
    assert found.known_at(5) == 4


def test_a_median_that_is_not_reached() -> None:
    assert curves([(1, 1), (2, 0), (3, 0)]).quantile() == Quantile(None, 1, None)


def test_one_stay() -> None:
    assert curves([(7, 1)]).quantile() == Quantile(7, None, None)
    assert curves([(7, 0)]).quantile() == Quantile(None, None, None)


def test_the_median_is_exact_where_half_have_left() -> None:
    # (1 − 1/7)(1 − 1/6) … reaches 1/2 only up to rounding
    found = curves([(t, 1) for t in range(1, 15)])
    assert found.quantile().at == 7


stays = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), max_size=40)


@settings(max_examples=300, deadline=None)
@given(stays, st.integers(1, 3))
def test_equals_the_definition_with_ties(sample: list[Stay], cause: int) -> None:
    found = curves(sample, cause)
    expected = definition(sample, cause)
    assert found.times.tolist() == [row[0] for row in expected]
    assert found.at_risk.tolist() == [row[1] for row in expected]
    assert found.survival == pytest.approx([float(row[2]) for row in expected], abs=1e-12)
    assert found.incidence == pytest.approx([float(row[3]) for row in expected], abs=1e-12)
    for x, t in enumerate(found.times.tolist()):
        assert found.incidence_variance[x] == pytest.approx(variance_of_incidence(sample, cause, t), abs=1e-12)


@settings(max_examples=200, deadline=None)
@given(stays)
def test_all_ways_out_and_staying_make_one(sample: list[Stay]) -> None:
    by_cause = [curves(sample, cause) for cause in (1, 2, 3)]
    total = sum((x.incidence for x in by_cause), by_cause[0].survival)
    assert total == pytest.approx(np.ones(len(total)), abs=1e-12)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 3)), min_size=1, max_size=40), st.integers(0, 14))
def test_complete_data_give_the_plain_share_and_its_variance(sample: list[Stay], horizon: int) -> None:
    share = sum(d <= horizon and c == 1 for d, c in sample) / len(sample)
    found = curves(sample).incidence_at(horizon)
    assert found == pytest.approx((share, share * (1 - share) / len(sample)), abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(stays, st.randoms(use_true_random=False))
def test_order_does_not_matter(sample: list[Stay], random: object) -> None:
    mixed = sorted(sample, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert curves(mixed).incidence.tolist() == curves(sample).incidence.tolist()


def test_what_leaves_otherwise_is_the_rest_of_one() -> None:
    day = 86_400
    durations = np.array([10, 20, 30, 40, 50, 60], np.int64) * day
    causes = np.array([1, 2, 0, 3, 1, 0], np.uint8)
    found = exits(durations, causes)
    # By hand: at 10 d 1/6 advance, at 20 d 1/6 lost; four remain, one censored; at 40 d a third of 4/6 goes silent.
    assert found.left_otherwise_at(45 * day) == pytest.approx(1 / 6 + 4 / 6 / 3)
    assert found.left_otherwise_at(90 * day) is None


def test_the_last_one_at_risk_does_not_speak_for_the_censored() -> None:
    """Two leave and one is censored before the horizon: the curve ends at 1, but nobody was watched up to the horizon."""
    day = 86_400
    found = exits(np.array([1, 2, 3], np.int64) * day, np.array([1, 0, 1], np.uint8))
    assert found.incidence_at(10 * day) is None
    assert exits(np.array([1, 2, 3], np.int64) * day, np.array([1, 1, 1], np.uint8)).incidence_at(10 * day) is not None
