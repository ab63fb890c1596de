"""tabiji (旅路) keeps a B2B customer-journey map true.

`tabiji.open(folder)` opens a workspace; everything else hangs from it. Heavy parts are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tabiji.version import __version__

__all__ = ["__version__", "init", "open"]

if TYPE_CHECKING:
    from tabiji.workspace import init, open


def __getattr__(name: str) -> Any:
    if name in ("open", "init"):
        return getattr(import_module("tabiji.workspace"), name)
    raise AttributeError(f"module 'tabiji' has no attribute {name!r}")
