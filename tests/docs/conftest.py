"""The demo, for pages that ask it: what they show is what `tabiji demo` answers."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import tabiji
from tabiji.demo import prepare
from tabiji.demo.run import DATA


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    """Puts a copy of the workspace of the demo, with its index, where a reader has it; a page may write to it."""
    made = tmp_path_factory.mktemp("demo") / "tabiji-demo"

    def put(folder: Path) -> None:
        if not made.exists():
            prepare(made)
            with tabiji.open(made) as workspace:
                for entry in workspace.maps.list():
                    workspace.map(entry.id).funnel()
        shutil.copytree(made, folder / made.name, ignore=shutil.ignore_patterns(DATA))

    return put
