import time

import numpy as np
import pytest
from benchmarks.clock import in_own_process, interleaved
from benchmarks.engines.plain import PlainSum
from benchmarks.figure import Figure, goal_text, shown


def test_contenders_run_in_turn_and_are_measured_warm() -> None:
    ran: list[str] = []
    times = interleaved({"a": lambda: ran.append("a") or 1, "b": lambda: ran.append("b") or 2}, rounds=3)
    assert ran == ["a", "b", *["a", "a", "b", "b"] * 3]  # each is warmed just before it is measured
    assert [(t.answer, len(t.seconds)) for t in times.values()] == [(1, 3), (2, 3)]
    assert times["a"].median == sorted(times["a"].seconds)[1]


def test_a_slow_contender_sits_out_when_its_time_is_used_up() -> None:
    ran: list[str] = []

    def slow() -> None:
        ran.append("slow")
        time.sleep(0.02)

    times = interleaved({"slow": slow, "quick": lambda: ran.append("quick")}, rounds=4, budget_s=0.03)
    assert ran == ["slow", *["quick"] * 9]
    assert [len(t.seconds) for t in times.values()] == [1, 4]
    assert times["slow"].median >= 0.02


def test_ratios_and_goals() -> None:
    faster = Figure("funnel", "x", 0.1, "other", 2.5, "s", 20)
    slower = Figure("redefine", "x", 0.5, "sum", 0.1, "s", 4, "at_most")
    assert (faster.ratio, faster.reached, goal_text(faster)) == (25, True, "≥ 20×")
    assert (slower.ratio, slower.reached, goal_text(slower)) == (5, False, "≤ 4×")
    assert Figure("x", "x", 1, "y", 2, "s").reached is None
    assert [shown(0.0123, "s"), shown(0.3456, "s"), shown(12.34, "s"), shown(1234, "MB")] == [
        "12.3 ms", "346 ms", "12.3 s", "1,234 MB",
    ]  # fmt: skip


@pytest.mark.parametrize("threads", [1, 2])
def test_the_plain_sum_reads_every_byte(threads: int) -> None:
    arrays = [np.arange(5_000_000, dtype=np.uint32), np.full(3, -1, np.int32)]
    plain = PlainSum(arrays, threads)
    assert plain.n_bytes == 20_000_012
    assert plain.run() == (int(np.arange(5_000_000, dtype=np.int64).sum()) + 3 * (2**32 - 1)) % 2**32
    plain.close()


def test_the_memory_of_another_process_is_watched() -> None:
    job = in_own_process("benchmarks.jobs.fill", "200")
    assert job.answer == {"filled_mb": 200}
    assert 200 <= job.peak_mb < 400 and job.seconds > 0


def test_a_failing_job_is_told() -> None:
    with pytest.raises(RuntimeError, match="ended with status"):
        in_own_process("benchmarks.jobs.fill", "not a number")


class Counting:
    """An engine that counts its calls."""

    def __init__(self, data: object, threads: int) -> None:
        self.calls, self.threads = 0, threads

    def count(self) -> tuple[int, int]:
        self.calls += 1
        return self.calls, self.threads

    def fail(self) -> None:
        raise ValueError("no such thing")

    def close(self) -> None:
        self.calls = 0


def test_an_engine_apart_keeps_its_state_and_times_itself() -> None:
    from benchmarks.apart import Apart

    engine = Apart(Counting, None, 3)
    assert [engine.ask("count")().answer for _ in range(3)] == [(1, 3), (2, 3), (3, 3)]
    assert 0 <= engine.ask("count")().seconds < 5
    times = interleaved({"apart": engine.ask("count"), "here": lambda: 7}, rounds=2)
    assert times["here"].answer == 7 and len(times["apart"].seconds) == 2
    engine.close()


def test_an_engine_that_fails_apart_says_why() -> None:
    from benchmarks.apart import Apart

    engine = Apart(Counting, None, 1)
    with pytest.raises(RuntimeError, match="no such thing"):
        engine.ask("fail")()
