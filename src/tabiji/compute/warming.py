"""Compiling every kernel before somebody waits for it."""

from importlib.metadata import entry_points


def warm() -> None:
    """Compile the kernels, or load them from the cache on disk: seconds on a new machine, then a fraction of one.

    The packages that own kernels name a function under the entry points `tabiji.kernels`, which runs each of them on a tiny
    example."""
    for entry in sorted(entry_points(group="tabiji.kernels"), key=lambda e: e.name):
        entry.load()()
