"""Two groups compared within strata: by hand, and where a group is missing or has no successes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabiji.metrics.stratified import NOTHING, compared, false_discovery, newcombe, of_tables


def arrays(*tables: tuple[int, int, int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tables (a of n1 exposed, c of n0 others) as exposed, outcome, stratum."""
    rows = []
    for s, (a, n1, c, n0) in enumerate(tables):
        rows += [(True, x < a, s) for x in range(n1)] + [(False, x < c, s) for x in range(n0)]
    exposed, outcome, stratum = zip(*rows, strict=True)
    return np.array(exposed), np.array(outcome), np.array(stratum, np.int64)


def test_two_strata_by_hand() -> None:
    # weights 10·10/20 = 5 and 20·5/25 = 4; differences 0.3 and 0.2
    found = compared(*arrays((5, 10, 2, 10), (10, 20, 2, 5)))
    assert found.difference == pytest.approx((5 * 0.3 + 4 * 0.1) / 9)
    assert found.ratio == pytest.approx((5 * 10 / 20 + 10 * 5 / 25) / (2 * 10 / 20 + 2 * 20 / 25))
    assert found.n_used == 45
    assert found.low is not None and found.difference is not None and found.high is not None
    assert found.low < found.difference < found.high


def test_one_stratum_is_the_unadjusted_difference() -> None:
    found = compared(*arrays((7, 20, 3, 30)))
    assert (found.difference, found.low, found.high) == pytest.approx(newcombe(7, 20, 3, 30))
    assert found.ratio == pytest.approx((7 / 20) / (3 / 30))


def test_a_stratum_with_one_group_says_nothing() -> None:
    assert compared(*arrays((7, 20, 3, 30), (4, 5, 0, 0))) == compared(*arrays((7, 20, 3, 30)))
    assert compared(*arrays((4, 5, 0, 0), (0, 0, 1, 9))) == NOTHING
    nobody = np.zeros(0, bool)
    assert compared(nobody, nobody, np.zeros(0, np.int64)) == NOTHING


def test_confounding_by_the_stratum_is_taken_out() -> None:
    # Within each stratum the shares are alike; the exposed are mostly in the stratum where many go on.
    found = compared(*arrays((40, 50, 8, 10), (1, 10, 5, 50)))
    assert found.difference == pytest.approx(0) and found.ratio == pytest.approx(1)
    crude = newcombe(41, 60, 13, 60)
    assert crude[0] > 0.4


def test_no_success_among_few_exposed_is_not_certainty() -> None:
    found = compared(*arrays((0, 10, 80, 300)))
    assert found.difference == pytest.approx(-80 / 300)
    assert found.high is not None and found.high > 0
    assert found.p is not None and found.p > 0.04
    assert (found.ratio, found.ratio_low) == (0, None)


def test_where_nobody_goes_on_there_is_no_ratio_and_no_chance() -> None:
    found = compared(*arrays((0, 10, 0, 10)))
    assert (found.difference, found.ratio, found.p) == (0, None, None)


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=6
    )
)
def test_mirrored_groups_mirror_the_answer(tables: list[tuple[int, int, int, int]]) -> None:
    a, b, c, d = (np.array(x, float) for x in zip(*tables, strict=True))
    one, two = of_tables(a, a + b, c, c + d), of_tables(c, c + d, a, a + b)
    if one.difference is None:
        assert two == NOTHING == one
        return
    assert two.difference == pytest.approx(-one.difference, abs=1e-12)
    assert two.low == pytest.approx(-(one.high or 0), abs=1e-12)
    assert one.p == pytest.approx(two.p) if one.p is not None else two.p is None


def test_false_discovery_by_hand() -> None:
    # 0.01·4/1, 0.02·4/2, 0.03·4/3, 0.5·4/4, made monotone from above
    assert false_discovery([0.03, None, 0.01, 0.5, 0.02]) == pytest.approx([0.04, None, 0.04, 0.5, 0.04], nan_ok=True)
    assert false_discovery([None]) == [None]
    assert false_discovery([]) == []
