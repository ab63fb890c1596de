"""A workspace: one folder that holds settings, maps, data and the index, and the questions asked of them."""

from tabiji.workspace.folder import Folder, WorkspaceExistsError, WorkspaceMissingError
from tabiji.workspace.maps import MapEntry, MapStore, MapVersion
from tabiji.workspace.measured import MeasuredMap
from tabiji.workspace.workspace import Workspace, init, open

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
