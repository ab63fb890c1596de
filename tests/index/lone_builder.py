"""Refreshes an index in a process of its own, which may die on the way: lone_builder.py FOLDER [POINT].

POINT: `progress:<what>` dies when that is reported, `fsync:<n>` at the n-th file that is forced to the disk, `manifest`
just before the new manifest is written, `sweep` just after. Prints the version of the index."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from small_lake import SETTINGS
from tabiji.index import refresh_index
from tabiji.index.build import building
from tabiji.index.delta import appending
from tabiji.lake import Lake


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(folder: Path, point: str) -> None:
    appending.FOLD_SHARE = 100.0
    if point == "manifest":
        building.write_manifest = appending.write_manifest = die
    if point == "sweep":
        building.sweep = appending.sweep = die
    if point.startswith("fsync:"):
        left = [int(point.removeprefix("fsync:"))]
        fsync = os.fsync

        def counted(handle: int) -> None:
            left[0] -= 1
            if not left[0]:
                die()
            fsync(handle)

        os.fsync = counted

    def progress(what: str, done: int, total: int | None) -> None:
        if point == f"progress:{what}":
            die()

    index = refresh_index(
        Lake(folder / "lake", SETTINGS), folder / "index", "account", settings=SETTINGS, progress=progress
    )
    print(index.version)  # noqa: T201


main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
