"""Memory of one question kept for the next one.

The C library gives large blocks back to the system as soon as they are free, and the next question has to have every page
of them cleared and mapped anew: a fifth of the time of a funnel over a million journeys, more on virtual machines."""

import ctypes
import os
import sys

_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1  # of mallopt(3)
LARGEST_KEPT = 32 << 20  # bytes of one block; the most that glibc allows
MOST_KEPT = 256 << 20  # bytes that are free before some are given back


def keep_freed_memory() -> bool:
    """Let this process keep up to `MOST_KEPT` bytes of freed memory. Returns whether that was set: only glibc knows how, and who
    has set it in the environment (`MALLOC_TRIM_THRESHOLD_`, …) is left alone."""
    if sys.platform != "linux" or any(name.startswith("MALLOC_") for name in os.environ):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_MMAP_THRESHOLD, LARGEST_KEPT)) and bool(mallopt(_TRIM_THRESHOLD, MOST_KEPT))
