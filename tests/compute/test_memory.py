import os
import subprocess
import sys

import pytest

from tabiji.compute.memory import LARGEST_KEPT

FAULTS = f"""
import resource, numpy as np
from tabiji.compute.memory import keep_freed_memory
kept = keep_freed_memory()
def fill():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.empty({LARGEST_KEPT} // 2, np.uint8)[:] = 1
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
fill()
print(kept, fill())
"""


def told(**environment: str) -> tuple[bool, int]:
    """Whether memory is kept, and how many pages the second filling of a large block had to fetch."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("MALLOC_")} | environment
    out = subprocess.run([sys.executable, "-c", FAULTS], env=env, capture_output=True, text=True, check=True).stdout
    kept, faults = out.split()
    return kept == "True", int(faults)


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc can be told")
def test_a_large_block_comes_back_without_fetching_its_pages() -> None:
    kept, faults = told()
    if not kept:
        pytest.skip("not glibc")
    assert faults < LARGEST_KEPT // 2 // 4096 // 100


def test_who_tuned_the_allocator_is_left_alone() -> None:
    assert told(MALLOC_TRIM_THRESHOLD_="131072")[0] is False
