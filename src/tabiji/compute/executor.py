"""Who runs the tasks of a question: threads of this process (kernels release the interpreter lock)."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from tabiji.compute.memory import keep_freed_memory
from tabiji.index.tasks import Mapper

T = TypeVar("T")
R = TypeVar("R")


class Executor(Mapper, Protocol):
    """Runs one function over several tasks, in any order, and gives the results in the order of the tasks."""


class LocalExecutor:
    """Threads of this process. `threads` 1 runs in the caller's thread.

    The pool is started with the first tasks; `close`, or leaving the `with` block, ends it."""

    def __init__(self, threads: int) -> None:
        self.workers = max(1, threads)
        keep_freed_memory()
        self._pool: ThreadPoolExecutor | None = None

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> list[R]:
        """Results in the order of the tasks; the first error is raised."""
        todo = list(tasks)
        if self.workers == 1 or len(todo) < 2:
            return [function(task) for task in todo]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.workers, thread_name_prefix="tabiji")
        return list(self._pool.map(function, todo))

    def close(self) -> None:
        """End the threads when they have finished."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def __enter__(self) -> "LocalExecutor":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
