"""Who runs the kernels, and in which steps.

The steps are loaded when they are first used, because what kernels need takes a while to load."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tabiji.compute.executor import Executor, LocalExecutor
from tabiji.compute.warming import warm

if TYPE_CHECKING:
    from tabiji.compute.kernel import Kernel, run, tiers

__all__ = ["Executor", "Kernel", "LocalExecutor", "run", "tiers", "warm"]


def __getattr__(name: str) -> Any:
    if name in ("Kernel", "run", "tiers"):
        return getattr(import_module("tabiji.compute.kernel"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
