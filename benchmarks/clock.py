"""Fair timing on a noisy machine: every contender in turn, round after round, and the median of each."""

import json
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

PAUSE_S = 0.3
QUICK_S = 3.0  # a contender that is slower needs no warming


@dataclass(frozen=True, slots=True)
class Times:
    """What a contender took: seconds of every round, and what it answered."""

    seconds: tuple[float, ...]
    answer: Any

    @property
    def median(self) -> float:
        """Median of the rounds, in seconds."""
        return statistics.median(self.seconds)


class Timed(NamedTuple):
    """Seconds that a contender took by its own clock, and what it answered."""

    seconds: float
    answer: Any


def interleaved(contenders: Mapping[str, Callable[[], Any]], rounds: int, budget_s: float = 60) -> dict[str, Times]:
    """A B C A B C …: so that a slow spell of the machine meets everybody.

    Each runs once unmeasured (caches, compilation), unless that alone takes a third of its budget: it is then slow enough
    to be measured at once. A contender that has used up `budget_s` sits out further rounds. Before each there is a pause, in
    which the one before gives its memory back, and the quick ones run once more unmeasured: while others ran for seconds, the system may
    have taken their pages away. So everybody is measured warm."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    answers = {}
    for name, run in contenders.items():
        took, answers[name] = _timed(run)
        if took > budget_s / 3:
            seconds[name].append(took)
    slow = {name for name, taken in seconds.items() if taken}
    for _ in range(rounds):
        for name, run in contenders.items():
            if name not in slow and sum(seconds[name]) <= budget_s:
                time.sleep(PAUSE_S)
                if seconds[name][-1:] < [QUICK_S]:
                    _timed(run)
                seconds[name].append(_timed(run)[0])
    return {name: Times(tuple(seconds[name]), answers[name]) for name in contenders}


def _timed(run: Callable[[], Any]) -> Timed:
    began = time.perf_counter()
    answer = run()
    return answer if isinstance(answer, Timed) else Timed(time.perf_counter() - began, answer)


@dataclass(frozen=True, slots=True)
class Job:
    """A job in a process of its own: seconds, most memory that was its own, and what it printed as JSON."""

    seconds: float
    peak_mb: float
    answer: Any


def in_own_process(module: str, *arguments: str) -> Job:
    """Run `python -m module arguments` and watch its memory.

    Memory = anonymous pages (heap, not the pages of mapped files, which the system takes back when it needs them), looked
    up fifty times a second. The seconds are those that the job tells, else those of the whole process."""
    root = Path(__file__).resolve().parent.parent
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True, cwd=root
    ) as child:
        peak = [0.0]
        watcher = threading.Thread(target=_watch, args=(child.pid, peak), daemon=True)
        watcher.start()
        out, _ = child.communicate()
    watcher.join()
    if child.returncode:
        raise RuntimeError(f"{module} {arguments} ended with status {child.returncode}")
    told = json.loads(out.splitlines()[-1])
    return Job(told.pop("seconds", time.perf_counter() - began), peak[0], told)


def _watch(pid: int, peak: list[float]) -> None:
    status = Path(f"/proc/{pid}/status")
    while True:
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except (OSError, ValueError):
            return
        if "RssAnon" not in lines:
            return
        peak[0] = max(peak[0], int(lines["RssAnon"].split()[0]) / 1024)
        time.sleep(0.02)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = {}
    for part in ("tabiji", "numpy", "numba", "duckdb", "deltalake", "chdb"):
        try:
            parts[part] = version(part)
        except PackageNotFoundError:
            continue
    cores = len(os.sched_getaffinity(0))
    return {"cpu": model, "cores": cores, "memory_gb": round(memory, 1), "python": platform.python_version(), **parts}
