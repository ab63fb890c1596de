"""A process that makes an engine, asks it one question, and ends: what somebody waits for who has just started.

    python -m benchmarks.fresh <folder of the data set> <threads> <engine> <method>

Nothing is kept from before but what lies on disk. The answer is printed as JSON; the one who started it holds the clock."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from benchmarks.clock import Timed
from benchmarks.data import DataSet, opened

ROOT = Path(__file__).resolve().parent.parent


def fresh(data: DataSet, threads: int, engine: str, method: str) -> Callable[[], Timed]:
    """A contender: the seconds from the start of a new process to its end. engine: module of `benchmarks.engines` and class, as
    `chdb:ClickHouse`. Raises RuntimeError with what the process said where it failed."""
    command = [sys.executable, "-m", "benchmarks.fresh", str(data.folder), str(threads), engine, method]

    def run() -> Timed:
        began = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - began
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr[-2000:]}")
        return Timed(seconds, json.loads(done.stdout.splitlines()[-1]))

    return run


def main() -> None:
    """Answer what the command line asks."""
    folder, threads, engine, method = sys.argv[1:]
    module, name = engine.split(":")
    made = getattr(import_module(f"benchmarks.engines.{module}"), name)(opened(Path(folder)), int(threads))
    answer = getattr(made, method)()
    made.close()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
