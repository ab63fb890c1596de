import subprocess
import sys
from pathlib import Path

KERNEL = """
import numpy as np
from {module} import Pair
from tabiji.index.jit import kernel

@kernel
def total(pair):
    return pair.a.sum() + pair.b.sum()

print(total(Pair(np.arange(3), np.arange(4))))
"""
PAIR = """
from typing import Any, NamedTuple

class Pair(NamedTuple):
    a: Any
    b: Any
"""


def test_a_cache_that_an_upgrade_made_unreadable_is_compiled_anew(tmp_path: Path) -> None:
    for module in ("shapes", "forms"):  # the second version of the program keeps the tuple elsewhere
        (tmp_path / f"{module}.py").write_text(PAIR)
        (tmp_path / "kernels.py").write_text(KERNEL.format(module=module))
        done = subprocess.run([sys.executable, "kernels.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.stdout, done.returncode) == ("9\n", 0), done.stderr
        assert list((tmp_path / "__pycache__").glob("*.nbi"))
        (tmp_path / f"{module}.py").unlink()
