"""Exact medians of durations in cells, against sorting them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabiji.index.jit import readonly
from tabiji.metrics.paths import gaps
from tabiji.metrics.paths.gaps import COLLECT, COUNT, GAP_BITS, Counted, Sight, medians, note


def counted(
    cell: np.ndarray, gap: np.ndarray, n_cells: int, most: int = 1 << 40
) -> tuple[list[int], list[int], list[int]]:
    """n and twice the median per cell, and the modes of the passes that were needed."""
    modes: list[int] = []

    def look(mode: int, fine: int, sight: Sight, buckets: int, most: int) -> tuple[Counted, np.ndarray]:
        modes.append(mode)
        hist, keys = np.zeros((n_cells, buckets) if buckets else (1, 1), np.uint32), np.empty(most, np.int64)
        n = note(mode, fine, cell, gap, len(gap), sight, hist, keys, 0)
        return hist, keys[:n]

    n, twice = medians(n_cells, most, look)
    return n.tolist(), twice.tolist(), modes


def sorted_medians(cell: np.ndarray, gap: np.ndarray, n_cells: int) -> tuple[list[int], list[int]]:
    of = [np.sort(gap[cell == c]) for c in range(n_cells)]
    return [len(x) for x in of], [int(x[(len(x) - 1) // 2] + x[len(x) // 2]) if len(x) else 0 for x in of]


GAPS = st.one_of(st.integers(0, 3), st.integers(0, 200), st.integers(0, (1 << GAP_BITS) - 1), st.just(7 * 86_400))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), GAPS), max_size=60))
def test_medians_are_those_of_sorted_durations(given: list[tuple[int, int]]) -> None:
    cell, gap = np.array([c for c, _ in given], np.int64), np.array([g for _, g in given], np.int64)
    assert counted(cell, gap, 4)[:2] == sorted_medians(cell, gap, 4)
    few = counted(cell, gap, 4, most=len(gap))
    assert few == (*sorted_medians(cell, gap, 4), [COLLECT])


@pytest.mark.parametrize("most", [0, 3, 400])
@pytest.mark.parametrize("counters", [1, 4 * 600])
def test_durations_are_narrowed_until_few_are_left(most: int, counters: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps, "MOST_KEPT", most)
    monkeypatch.setattr(gaps, "MOST_COUNTERS", counters)
    rng = np.random.default_rng(most + counters)
    cell, gap = rng.integers(0, 4, 5000), (rng.lognormal(12, 2, 5000)).astype(np.int64)
    n, twice, modes = counted(cell, gap, 4)
    assert (n, twice) == sorted_medians(cell, gap, 4)
    assert modes[0] == COUNT and (len(modes) > 2) == (most < 400 or counters == 1)


def test_two_middles_far_apart_and_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps, "MOST_KEPT", 3)
    gap = np.array([5] * 50 + [10**9 + 7] * 50 + [3] * 9 + [2 * 10**9] * 9, np.int64)
    assert counted(np.zeros(len(gap), np.int64), gap, 1)[:2] == ([118], [10**9 + 12])


def test_buckets_cover_every_duration() -> None:
    """The first and the last duration that there can be, at every fineness."""
    for fine in range(gaps.FINEST + 1):
        hist = np.zeros((1, gaps.n_buckets(fine)), np.uint32)
        nothing = Sight(
            readonly(np.zeros((1, 2), np.int64)), readonly(np.zeros((1, 2), np.int64)), readonly(np.zeros(1, np.uint8)),
            readonly(np.zeros((1, 2), np.uint16)),
        )  # fmt: skip
        gap = np.array([0, 1, (1 << GAP_BITS) - 1], np.int64)
        note(COUNT, fine, np.zeros(3, np.int64), gap, 3, nothing, hist, np.empty(0, np.int64), 0)
        assert hist.sum() == 3 and hist[0, 0] == 1 and hist[0, -1] == 1
