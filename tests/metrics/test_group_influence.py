"""Who shows up soon after whom: every permutation counted out, and sums of binomials."""

from itertools import permutations, product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabiji.index.jit import NEVER
from tabiji.metrics.group.influence import at_least, follow
from tabiji.metrics.scope import DAY


def first(*journeys: tuple[float | None, ...]) -> np.ndarray:
    return np.array([[NEVER if t is None else int(t * DAY) for t in j] for j in journeys], np.int32)


def soon(a: int, b: int, days: float) -> bool:
    return a != NEVER and b != NEVER and 0 < b - a <= days * DAY


def brute_force(instants: np.ndarray, a: int, b: int, days: float) -> tuple[int, float, float]:
    """(observed, expected, chance of at least as many), by going through every way of giving times to roles."""
    observed = sum(soon(int(row[a]), int(row[b]), days) for row in instants)
    chances = []
    for row in instants:
        there = [r for r, t in enumerate(row) if t != NEVER]
        if a not in there or b not in there:
            chances.append([1.0, 0.0])
            continue
        hits = []
        for order in permutations(range(len(there))):
            given_ = {there[i]: int(row[there[x]]) for i, x in enumerate(order)}
            hits.append(soon(given_[a], given_[b], days))
        chances.append([1 - sum(hits) / len(hits), sum(hits) / len(hits)])
    expected = sum(c[1] for c in chances)
    tail = 0.0
    for outcome in product((0, 1), repeat=len(chances)):
        if sum(outcome) >= observed:
            tail += float(np.prod([c[x] for c, x in zip(chances, outcome, strict=True)]))
    return observed, expected, tail


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.one_of(st.none(), st.integers(0, 8))] * 3), min_size=1, max_size=7), st.integers(1, 5))
def test_every_permutation_of_times(journeys: list[tuple[int | None, ...]], days: int) -> None:
    instants = first(*journeys)
    for f in follow(instants, days, 1):
        observed, expected, tail = brute_force(instants, f.first, f.second, days)
        assert f.observed == observed
        assert f.expected == pytest.approx(expected)
        if f.n:
            assert f.p == pytest.approx(tail, abs=1e-12)
        else:
            assert f.p is None


def test_two_roles_by_hand() -> None:
    # In 3 of 3 journeys the second comes 5 days after the first; either order is equally likely.
    found = {(f.first, f.second): f for f in follow(first((0, 5), (1, 6), (2, 7)), 10, 1)}
    assert (found[0, 1].n, found[0, 1].observed, found[0, 1].expected, found[0, 1].p) == (
        3,
        3,
        1.5,
        pytest.approx(1 / 8),
    )
    assert (found[1, 0].observed, found[1, 0].p) == (0, 1.0)
    assert found[0, 1].q == pytest.approx(1 / 4)


def test_too_late_at_once_and_alone_are_no_following() -> None:
    found = {(f.first, f.second): f for f in follow(first((0, 11), (3, 3), (4, None)), 10, 1)}
    assert (found[0, 1].n, found[0, 1].observed, found[0, 1].expected) == (2, 0, 0.0)


def test_too_few_are_not_judged() -> None:
    found = follow(first((0, 5), (1, 6)), 10, 3)
    assert {(f.n, f.p, f.q) for f in found} == {(2, None, None)}
    assert follow(np.empty((0, 2), np.int32), 10, 1)[0].n == 0


@given(st.integers(1, 40), st.integers(0, 40), st.floats(0.01, 0.99))
def test_one_binomial(n: int, least: int, chance: float) -> None:
    exact = sum(comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(least, n + 1))
    assert at_least(least, np.array([n]), np.array([chance])) == pytest.approx(exact, abs=1e-12)


def test_many_trials_use_fewer_frequencies_and_agree() -> None:
    n, chance = np.array([60_000, 40_000]), np.array([0.1, 0.3])
    mean, spread = 18_000.0, (60_000 * 0.09 + 40_000 * 0.21) ** 0.5
    assert at_least(18_000, n, chance) == pytest.approx(0.5, abs=0.01)
    assert at_least(int(mean + 2 * spread), n, chance) == pytest.approx(0.0228, abs=0.001)
    assert at_least(10, n, chance) == 1.0
    assert at_least(99_000, n, chance) == 0.0
