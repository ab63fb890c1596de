import contextlib
import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tabiji.cli.main import main

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "crm-export"


@dataclass(frozen=True)
class Ran:
    """What a finished command left: exit status, standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Tabiji = Callable[..., Ran]


@pytest.fixture(scope="session")
def tabiji() -> Tabiji:
    """The command as its console script calls it, in this process: the documentation's tests start it in its own."""

    def run(*args: str | Path, cwd: Path | None = None, **environ: str) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, {"TABIJI_LANG": "en", **environ}),
            contextlib.chdir(cwd or Path.cwd()),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            status = main([str(arg) for arg in args])
        return Ran(status, out.getvalue(), err.getvalue())

    return run


@dataclass(frozen=True)
class Crm:
    """A workspace with the example CRM export and its map, and what its generator said is in it."""

    root: Path
    export: Path
    told: dict[str, int]


@pytest.fixture(scope="session")
def crm(tmp_path_factory: pytest.TempPathFactory, tabiji: Tabiji) -> Crm:
    """The example, brought in once by the commands of its how-to."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_export", EXAMPLE / "make_export.py")
    assert spec is not None and spec.loader is not None
    make_export = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_export)
    folder = tmp_path_factory.mktemp("crm")
    export = folder / "export"
    told = make_export.write_export(export, deals=3000)
    for name in ("mapping.yaml", "map.yaml"):
        (export / name).write_text((EXAMPLE / name).read_text("utf-8"), "utf-8")
    root = folder / "ws"
    for args in (
        ["init", root],
        ["-w", root, "import", export / "mapping.yaml"],
        ["-w", root, "map", "add", export / "map.yaml"],
    ):
        ran = tabiji(*args)
        assert ran.status == 0, ran.err
    return Crm(root, export, told)
