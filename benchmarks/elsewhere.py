"""An engine in an environment of its own, for libraries whose requirements or licence keep them out of the project's."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.clock import Timed

SCRIPTS = Path(__file__).resolve().parent / "standalone"


class NotThereError(RuntimeError):
    """The environment could not be made (no uv, or no way to the packages)."""


class Elsewhere:
    """Runs `standalone/<script>` with packages that uv fetches (`name==version`), and asks it there.

    Raises NotThereError."""

    def __init__(self, script: str, packages: Sequence[str], **made_of: Any) -> None:
        uv = os.environ.get("UV") or shutil.which("uv")
        if uv is None:
            raise NotThereError("uv is not there")
        self._script = script
        asked = [uv, "run", "--no-project", "--isolated", "--quiet", *(f"--with={p}" for p in packages)]
        self._process = subprocess.Popen(
            [*asked, "python", str(SCRIPTS / script), json.dumps(made_of)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            self._said()
        except RuntimeError as error:
            raise NotThereError(str(error)) from error

    def ask(self, method: str, *arguments: Any) -> Callable[[], Timed]:
        """A contender: calls a method over there, which is timed there."""

        def run() -> Timed:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps([method, *arguments]) + "\n")
            self._process.stdin.flush()
            return self._said()

        return run

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _said(self) -> Timed:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._script} ended with status {self._process.wait()}")
        told = json.loads(line)
        return Timed(told["seconds"], told["answer"])
