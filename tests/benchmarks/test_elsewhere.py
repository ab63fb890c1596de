"""An engine in an environment of its own is asked by lines of JSON, whatever its library prints."""

import os
import shutil
from pathlib import Path

import pytest
from benchmarks.elsewhere import SCRIPTS, Elsewhere, NotThereError

ENGINE = f"""
import sys
sys.path.insert(0, {str(SCRIPTS)!r})
from answering import answer
print("a banner, printed when a library is imported")

class Adder:
    def __init__(self, to):
        self.to = to
        print("another, from the engine")

    def add(self, n):
        print("and one while it works")
        return self.to + n

    def fail(self):
        raise ValueError("no")

answer(Adder)
"""

pytestmark = pytest.mark.skipif(
    not (os.environ.get("UV") or shutil.which("uv")), reason="uv, which makes the environment, is not there"
)


def engine(folder: Path, text: str) -> Elsewhere:
    (folder / "engine.py").write_text(text, "utf-8")
    return Elsewhere(str(folder / "engine.py"), (), to=40)


def test_it_answers_and_tells_its_own_time(tmp_path: Path) -> None:
    there = engine(tmp_path, ENGINE)
    first, second = there.ask("add", 2)(), there.ask("add", 3)()
    assert (first.answer, second.answer) == (42, 43)
    assert 0 < first.seconds < 10
    there.close()


def test_what_goes_wrong_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotThereError, match=r"engine\.py ended with status 1"):
        engine(tmp_path, "import no_such_library")
    there = engine(tmp_path, ENGINE)
    with pytest.raises(RuntimeError, match="ended with status 1"):
        there.ask("fail")()
