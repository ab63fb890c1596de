"""`doctor`: is everything here that tabiji needs, and is the workspace sound?"""

import platform
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabiji.cli.compiling import while_compiling
from tabiji.cli.output import json_flag, print_json, print_table, progress_bar
from tabiji.errors import TabijiError
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.workspace import Workspace

PARTS = ("duckdb", "deltalake", "numpy", "numba", "sqlalchemy", "fastapi", "resvg-py")
LEAST_FREE_MB = 500


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    ok: bool
    detail: str


@click.command()
@click.option("--warm", is_flag=True, help="Compile every kernel now, so that the first question does not wait.")
@json_flag
@click.pass_obj
def doctor(root: Path, warm: bool, as_json: bool) -> None:
    """Say whether the installation and the workspace are sound, and what to do where they are not."""
    checks = [*_installation(warm), *_workspace(root)]
    sound = all(c.ok for c in checks)
    if as_json:
        print_json({"ok": sound, "checks": [asdict(c) for c in checks]})
    else:
        rows = ((c.name, text("ok") if c.ok else text("NOT OK"), c.detail) for c in checks)
        print_table((text("what"), text("state"), text("detail")), rows)
    if not sound:
        raise click.exceptions.Exit(1)


def _installation(warm: bool) -> Iterator[Check]:
    yield Check("python", True, platform.python_version())
    yield Check("parts", True, ", ".join(f"{part} {version(part)}" for part in PARTS))
    from tabiji.charts.fontfile import BOLD, REGULAR

    missing = [f.name for f in (REGULAR, BOLD) if not f.is_file()]
    yield Check("fonts", not missing, "missing: " + ", ".join(missing) if missing else "Noto Sans JP")
    if warm:
        from tabiji.compute import warm as compile_kernels

        began, compiling = time.perf_counter(), text("compiling")
        with progress_bar() as tell, while_compiling(lambda n: tell(compiling, n, None)):
            compile_kernels()
        yield Check("kernels", True, f"ready in {time.perf_counter() - began:.1f} s")


def _workspace(root: Path) -> Iterator[Check]:
    import tabiji

    try:
        with tabiji.open(root) as workspace:
            yield Check("workspace", True, str(workspace.folder.root))
            free = shutil.disk_usage(workspace.folder.root).free // 2**20
            yield Check("disk", free >= LEAST_FREE_MB, text("{free:,} MB free", free=free))
            yield from _data(workspace)
    except TabijiError as error:
        yield Check("workspace", False, f"error[{error.code}]: {error.render()}")


def _data(workspace: "Workspace") -> Iterator[Check]:
    head = workspace.lake.head()
    yield Check("lake", True, ", ".join(f"{t} {s.rows:,}" for t, s in head.stats.items()) or text("no data yet"))
    for entry in workspace.maps.list():
        index = workspace.index(entry.map)
        detail = text(
            "{events:,} {events:event|events} of {units:,} {units:unit|units}",
            events=index.n_events,
            units=index.n_units,
        )
        yield Check(f"map {entry.id}", True, detail)
