"""An engine in a process of its own: neither its threads nor its memory get into the way of another's."""

import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.clock import Timed
from benchmarks.data import DataSet


class Apart:
    """Makes `engine(data, threads)` in a new process, and asks it there. Raises RuntimeError with what went wrong in it."""

    def __init__(self, engine: Callable[[DataSet, int], Any], data: DataSet, threads: int) -> None:
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, engine, data, threads), daemon=True)
        self._process.start()
        self._said()

    def ask(self, method: str, *arguments: Any) -> Callable[[], Timed]:
        """A contender: calls a method over there, which is timed there."""

        def run() -> Timed:
            self._line.send((method, arguments))
            return Timed(*self._said())

        return run

    def close(self) -> None:
        """End the process."""
        self._line.send(None)
        self._process.join()

    def _said(self) -> tuple[float, Any]:
        seconds, answer = self._line.recv()
        if isinstance(answer, BaseException):
            raise RuntimeError(f"in its own process: {answer!r}") from answer
        return seconds, answer


def _serve(line: Connection, make: Callable[[DataSet, int], Any], data: DataSet, threads: int) -> None:
    try:
        engine = make(data, threads)
        line.send((0.0, None))
        while (asked := line.recv()) is not None:
            method, arguments = asked
            began = time.perf_counter()
            answer = getattr(engine, method)(*arguments)
            line.send((time.perf_counter() - began, answer))
        engine.close()
    except Exception as error:
        line.send((0.0, error))
