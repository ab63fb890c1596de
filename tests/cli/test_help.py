"""Help and wrong usage are answered before anything heavy is loaded."""

import json
import subprocess
import sys

import pytest

HEAVY = ("duckdb", "deltalake", "numba", "numpy", "scipy", "sqlalchemy")


@pytest.mark.parametrize(
    "words", [["--help"], ["funnel", "--help"], ["accounts", "--help"], ["study", "save", "--help"], ["funel"]]
)
def test_help_loads_nothing_that_answers_questions(words: list[str]) -> None:
    program = (
        f"import json, sys\nfrom tabiji.cli.main import main\nmain({words!r})\n"
        f"print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(done.stdout.splitlines()[-1]) == []
