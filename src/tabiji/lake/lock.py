"""The writer's lock: one process writes to a lake at a time.

`flock` belongs to the open file, so the kernel frees it when its holder dies, however it dies.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tabiji.errors import BusyError

FILE = ".lock"
_PAUSE_SECONDS = 0.05


@contextmanager
def writer_lock(folder: Path, wait_seconds: float = 2.0) -> Iterator[None]:
    """Hold the writer's lock of the lake in `folder`.

    Raises BusyError where another writer does not let go of it within `wait_seconds`."""
    folder.mkdir(parents=True, exist_ok=True)
    give_up_at = time.monotonic() + wait_seconds
    with (folder / FILE).open("a") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= give_up_at:
                    raise BusyError(doing="importing") from None
                time.sleep(_PAUSE_SECONDS)
        yield
