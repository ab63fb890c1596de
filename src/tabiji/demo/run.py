"""A workspace with the simulated vendor in it, made through the same door as a customer's own data.

simulate → `tabiji.init` → import every mapping → add the maps. It is made beside its place and moved there when it is
finished, so that a folder of that name is either whole or not there.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import tabiji
from tabiji.demo.export.labels import labels_toml
from tabiji.demo.export.mapping import SOURCES
from tabiji.demo.export.maps import MAPS
from tabiji.demo.simulate import END_ON, SIMULATOR, Progress, simulate
from tabiji.errors import TabijiError
from tabiji.i18n import N_, text

DATA = "demo-data"  # exported files, below the workspace
MARKER = "demo.json"  # says what the workspace was made of
UNFINISHED = ".unfinished"  # suffix of the folder while it is being made


class NotADemoError(TabijiError):
    """The folder holds something that this command did not make; name another folder."""

    code = "not_a_demo"
    message = N_("{folder!r} holds other files; name a new folder for the demo")


def prepare(
    folder: str | Path,
    accounts: int = 2000,
    months: int = 18,
    seed: int = 1,
    progress: Progress | None = None,
) -> Path:
    """Path of a demo workspace in `folder`: the finished one that is there, else a new one whose data ends on `END_ON`.

    A finished one is reused whatever it was made of, so that nothing is ever thrown away that somebody may have worked
    on. Raises NotADemoError where the folder holds anything else."""
    root = Path(folder)
    if (root / MARKER).is_file():
        return root
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise NotADemoError(folder=root.name)
    making = root.with_name(root.name + UNFINISHED)
    if making.exists():  # an earlier run was interrupted
        shutil.rmtree(making)
    _fill(making, accounts, months, seed, progress)
    if root.exists():
        root.rmdir()
    making.rename(root)
    return root


def _fill(root: Path, accounts: int, months: int, seed: int, progress: Progress | None) -> None:
    root.mkdir(parents=True)
    with tabiji.init(root) as empty:
        settings = empty.folder.settings_file
    with settings.open("a", encoding="utf-8") as file:
        file.write(labels_toml())
    data = root / DATA
    truth = simulate(data, accounts, months, seed, progress=progress)
    with tabiji.open(root) as workspace:
        for number, source in enumerate(SOURCES):
            if progress is not None:
                progress(text(N_("importing {source}"), source=source), number, len(SOURCES))
            workspace.import_(data / source / "mapping.yaml", progress=progress)
        for name in MAPS:
            workspace.maps.add((data / "maps" / name).read_text("utf-8"))
    made: dict[str, Any] = {
        "simulator": SIMULATOR, "accounts": accounts, "months": months, "seed": seed, "end": END_ON.isoformat(),
        "events": truth.events,
    }  # fmt: skip
    (root / MARKER).write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
