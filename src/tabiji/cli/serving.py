"""Verbs that keep running: serve, demo."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tabiji.cli.output import json_flag, print_json, progress_bar
from tabiji.i18n import text

if TYPE_CHECKING:
    from tabiji.web.jobs import Progress
    from tabiji.workspace import Workspace


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8321, show_default=True, type=click.IntRange(0, 65535), help="0 = any free port.")
@json_flag
@click.pass_obj
def serve(root: Path, host: str, port: int, as_json: bool) -> None:
    """Open the pages of a workspace in the browser."""
    import tabiji
    from tabiji.web.serve import serve as run

    with tabiji.open(root) as workspace:
        told = partial(_tell, root=root, as_json=as_json)
        run(workspace, host, port, on_ready=told, demo=_demo_beside)


@click.command()
@click.option("--directory", type=click.Path(path_type=Path), default=Path("tabiji-demo"), show_default=True)
@click.option("--accounts", default=2000, show_default=True, type=click.IntRange(50, 2_000_000))
@click.option("--months", default=18, show_default=True, type=click.IntRange(3, 60))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--host", default="127.0.0.1", hidden=True)
@click.option("--port", type=click.IntRange(0, 65535), help="Port (default: 8321, or the next free one).")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@json_flag
def demo(
    directory: Path, accounts: int, months: int, seed: int, host: str, port: int | None, no_browser: bool, as_json: bool
) -> None:
    """A living map in one command: a simulated Japanese B2B vendor, its customers and what they did."""
    import tabiji
    from tabiji.charts.map.asked import measured
    from tabiji.demo import prepare
    from tabiji.web.serve import free_port, must_be_free
    from tabiji.web.serve import serve as run

    must_be_free(host, port or 0)
    with _warming():
        with progress_bar() as progress:
            root = prepare(directory, accounts=accounts, months=months, seed=seed, progress=progress)
            with tabiji.open(root) as workspace:
                for entry in workspace.maps.list():
                    progress(text("measuring {map}", map=entry.id), 0, None)
                    measured(workspace.map(entry.id))
        with tabiji.open(root) as workspace:
            chosen = free_port(host, 8321) if port is None else port
            told = partial(_tell, root=root, as_json=as_json)
            run(workspace, host, chosen, open_browser=not no_browser, on_ready=told, demo=_demo_beside)


@contextmanager
def _warming() -> Iterator[None]:
    """Compile the kernels in a process of its own, as long as the block runs.

    On a new machine that takes the better part of a minute and uses no data, so it runs beside the simulation; compiled code
    is kept on disk, where this process finds it. What is not ready when it is needed is compiled here."""
    command = [sys.executable, "-c", "from tabiji.compute import warm; warm()"]
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent) as child:  # noqa: S603 - nothing of it is given
        try:
            yield
        finally:
            child.terminate()


def _tell(url: str, root: Path, as_json: bool) -> None:
    if as_json:
        print_json({"url": url, "workspace": str(root)})
    else:
        click.echo(text("tabiji is ready: {url}   (stop with Ctrl-C)", url=url))


def _demo_beside(workspace: "Workspace", progress: "Progress") -> str:
    """The demo in a workspace of its own, served beside this one: nobody's data is mixed with invented data."""
    import tabiji
    from tabiji.demo import prepare
    from tabiji.web.serve import serve_beside

    root = prepare(workspace.folder.root.with_name(workspace.folder.root.name + "-demo"), progress=progress)
    return serve_beside(tabiji.open(root))
