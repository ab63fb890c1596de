"""A workspace: one folder that holds settings, maps, data and the index, and the questions asked of them.

Names are loaded when they are first used: what a verb takes is known long before a database is needed."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tabiji.workspace.folder import Folder, WorkspaceExistsError, WorkspaceMissingError
    from tabiji.workspace.maps import MapEntry, MapStore, MapVersion
    from tabiji.workspace.measured import MeasuredMap
    from tabiji.workspace.workspace import Workspace, init, open

_PLACES = {
    "Folder": "folder",
    "MapEntry": "maps",
    "MapStore": "maps",
    "MapVersion": "maps",
    "MeasuredMap": "measured",
    "Workspace": "workspace",
    "WorkspaceExistsError": "folder",
    "WorkspaceMissingError": "folder",
    "init": "workspace",
    "open": "workspace",
}

__all__ = [
    "Folder",
    "MapEntry",
    "MapStore",
    "MapVersion",
    "MeasuredMap",
    "Workspace",
    "WorkspaceExistsError",
    "WorkspaceMissingError",
    "init",
    "open",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"tabiji.workspace.{_PLACES[name]}"), name)
