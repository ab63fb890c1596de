"""Exact medians of durations in cells, against sorting them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabiji.compute import LocalExecutor
from tabiji.index.jit import readonly
from tabiji.metrics.paths import gaps
from tabiji.metrics.paths.gaps import GAP_BITS, keep, medians

LONGEST = (1 << GAP_BITS) - 1


def asked(tasks: list[tuple[np.ndarray, np.ndarray]], n_cells: int, wanted: np.ndarray | None = None, threads: int = 1):
    """Twice the median per cell of durations that lie in several tasks, and how many passes were needed."""
    passes = []

    def place(drawer, at, row):
        passes.append(len(row))
        for (cell, gap), mine in zip(tasks, at, strict=True):
            keep(cell, gap, len(gap), drawer, mine, row)

    times = [np.bincount(cell, minlength=n_cells).astype(np.uint32) for cell, _ in tasks]
    wanted = np.ones(n_cells, bool) if wanted is None else wanted
    with LocalExecutor(threads) as executor:
        return medians(times, wanted, place, executor).tolist(), passes


def sorted_medians(tasks: list[tuple[np.ndarray, np.ndarray]], n_cells: int) -> list[int]:
    cell, gap = (np.concatenate(column) for column in zip(*tasks, strict=True))
    of = [np.sort(gap[cell == c]) for c in range(n_cells)]
    return [int(x[(len(x) - 1) // 2] + x[len(x) // 2]) if len(x) else 0 for x in of]


def task(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([c for c, _ in pairs], np.int64), np.array([g for _, g in pairs], np.int64)


GAPS = st.one_of(st.integers(0, 3), st.integers(0, 200), st.integers(0, LONGEST), st.just(7 * 86_400))
PAIRS = st.lists(st.tuples(st.integers(0, 3), GAPS), max_size=60)


@settings(max_examples=200, deadline=None)
@given(PAIRS, PAIRS)
def test_medians_are_those_of_sorted_durations(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    tasks = [task(one), task(other)]
    assert asked(tasks, 4)[0] == sorted_medians(tasks, 4)


def some_tasks(seed: int, n: int = 5000, cells: int = 40) -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(seed)
    return [
        (np.minimum(rng.geometric(0.1, n) - 1, cells - 1).astype(np.int64), rng.lognormal(12, 2, n).astype(np.int64))
        for _ in range(3)
    ]


@pytest.mark.parametrize(("kept", "drawer"), [(1 << 25, 1 << 16), (1 << 25, 100), (4000, 100), (1, 1)])
def test_neither_drawers_nor_turns_change_a_median(kept: int, drawer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps, "MOST_KEPT", kept)
    monkeypatch.setattr(gaps, "DRAWER", drawer)
    tasks = some_tasks(kept)
    found, passes = asked(tasks, 40, threads=2)
    assert found == sorted_medians(tasks, 40)
    largest = int(np.bincount(np.concatenate([c for c, _ in tasks])).max())
    assert sum(passes) == 15_000 and max(passes) <= max(kept, largest) and (len(passes) > 1) == (kept < 15_000)


def test_cells_that_are_not_wanted_take_no_room() -> None:
    tasks = some_tasks(3)
    wanted = np.arange(40) % 2 == 0
    found, passes = asked(tasks, 40, wanted)
    assert found == [x if w else 0 for x, w in zip(sorted_medians(tasks, 40), wanted, strict=True)]
    assert passes == [sum(int(wanted[cell].sum()) for cell, _ in tasks)]


@pytest.mark.parametrize("n", [*range(1, 40), 1000])
def test_the_rank_that_is_asked_for_is_in_its_place(n: int) -> None:
    rng = np.random.default_rng(n)
    for values in (rng.integers(0, 5, n), rng.integers(0, LONGEST, n), np.full(n, 7), np.arange(n), np.arange(n)[::-1]):
        for rank in {0, n // 3, n // 2, n - 1}:
            a = np.concatenate([[9, 9], values, [0]]).astype(np.uint32)
            gaps._select(a, 2, n + 2, rank + 2)
            assert a[rank + 2] == np.sort(values)[rank]
            assert (a[2 : rank + 2] <= a[rank + 2]).all() and (a[rank + 2 : n + 2] >= a[rank + 2]).all()
            assert sorted(a[2 : n + 2].tolist()) == sorted(values.tolist()) and a[[0, 1, -1]].tolist() == [9, 9, 0]


def test_two_middles_far_apart_and_often() -> None:
    gap = np.array([5] * 50 + [LONGEST] * 50 + [3] * 9 + [LONGEST] * 9, np.int64)
    assert asked([(np.zeros(len(gap), np.int64), gap)], 1)[0] == [5 + LONGEST]


def test_durations_elsewhere_are_passed_over() -> None:
    row, at = np.full(1, 77, np.uint64), np.zeros(1, np.int64)
    drawer = readonly(np.array([gaps.ELSEWHERE], np.uint16))
    keep(np.zeros(3, np.int64), np.arange(3, dtype=np.int64), 3, drawer, at, row)
    assert (row.tolist(), at.tolist()) == ([77], [0])
