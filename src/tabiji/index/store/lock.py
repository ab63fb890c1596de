"""One process builds an index at a time; the others wait, and then find it fresh."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def builder_lock(folder: Path) -> Iterator[None]:
    """Hold the builder's lock of an index folder, waiting for it as long as it takes.

    `flock` belongs to the open file: the kernel frees it when its holder dies, however it dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
