import threading
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabiji.compute import Kernel, LocalExecutor, run
from tabiji.index.layout import I8
from tabiji.index.tasks import MIN_WEIGHT, ranges


def test_results_come_in_the_order_of_the_tasks() -> None:
    with LocalExecutor(4) as executor:
        assert executor.map(lambda x: x * x, range(50)) == [x * x for x in range(50)]


def test_one_thread_works_in_the_thread_of_the_caller() -> None:
    assert LocalExecutor(1).map(lambda _: threading.current_thread(), [1, 2]) == [threading.current_thread()] * 2


def test_several_threads_work_beside_it() -> None:
    meeting = threading.Barrier(2, timeout=30)
    with LocalExecutor(2) as executor:
        executor.map(lambda _: meeting.wait(), [1, 2])


def test_the_first_error_is_raised() -> None:
    def fail(x: int) -> int:
        raise ValueError(f"task {x}")

    with LocalExecutor(2) as executor, pytest.raises(ValueError, match="task 0"):
        executor.map(fail, [0, 1, 2])


def test_an_executor_can_be_used_again_after_it_was_closed() -> None:
    executor = LocalExecutor(2)
    executor.map(str, [1, 2])
    executor.close()
    executor.close()
    assert executor.map(str, [1, 2]) == ["1", "2"]
    executor.close()


@dataclass(frozen=True)
class SumOfSquares:
    """A source is an array of integers; every row weighs as much as `off` says."""

    def prepare(self) -> int:
        return 2

    def zero(self, tables: int) -> int:
        return 0

    def partial(self, tables: int, source: I8, begin: int, end: int) -> int:
        return int((source[begin:end] ** tables).sum())

    def merge(self, a: int, b: int) -> int:
        return a + b

    def finish(self, total: int) -> str:
        return f"total {total}"


@given(st.lists(st.lists(st.integers(0, 1000), max_size=30), max_size=5), st.integers(1, 3))
def test_shards_change_nothing(sources: list[list[int]], threads: int) -> None:
    kernel: Kernel[I8, int, int, str] = SumOfSquares()
    weighed = [
        (np.array(s, np.int64), np.arange(len(s) + 1, dtype=np.int64) * MIN_WEIGHT)  # heavy rows: one task each
        for s in sources
    ]
    with LocalExecutor(threads) as executor:
        assert run(kernel, weighed, executor) == f"total {sum(x * x for s in sources for x in s)}"


@given(st.lists(st.integers(0, 3 * MIN_WEIGHT), max_size=40), st.integers(1, 9))
def test_ranges_cover_every_row_once(weights: list[int], parts: int) -> None:
    off = np.cumsum([7, *weights]).astype(np.int64)
    cuts = ranges(off, parts)
    assert [row for a, b in cuts for row in range(a, b)] == list(range(len(weights)))
    assert len(cuts) <= parts


def test_light_work_is_not_cut() -> None:
    assert ranges(np.arange(1001, dtype=np.int64), 8) == [(0, 1000)]
    assert ranges(np.array([0], np.int64), 8) == []
