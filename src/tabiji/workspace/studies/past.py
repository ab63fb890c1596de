"""A workspace as it was in part: earlier data, earlier conditions of segments, earlier settings. For reading only."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tabiji.workspace.askable import Askable
from tabiji.workspace.folder import Folder

if TYPE_CHECKING:
    from tabiji.lake import Lake
    from tabiji.lake.past import Past

_KEPT = 4  # indexes of earlier data


@dataclass(frozen=True, slots=True)
class PastFolder(Folder):
    """The folder of a workspace, with an index of its own for earlier data."""

    state: str

    @property
    def index(self) -> Path:
        """`index/past-…/`: derived, rebuildable."""
        return self.root / "index" / f"past-{self.state}"


class PastWorkspace(Askable):
    """The workspace `today` with some of what it holds as it was.

    past: of the data; None = as now · conditions: of saved segments, in the place of those kept now · settings: by name, likewise.
    Its threads are those of `today`."""

    def __init__(
        self, today: Askable, past: "Past | None", conditions: Mapping[str, str], settings: Mapping[str, Any]
    ) -> None:
        number = today.lake.head().number
        folder = today.folder if past is None else PastFolder(today.folder.root, _state(past, number))
        super().__init__(folder)
        self.settings = replace(today.settings, **settings)
        self.segments = replace(self.segments, pinned=conditions)
        self._past = past
        self._executor = today.executor

    @property
    def lake(self) -> "Lake":
        """The facts, as they were."""
        from tabiji.lake import Lake

        return Lake(self.folder.lake, self.settings, self._past)

    def close(self) -> None:
        """Give files back; the threads belong to another."""
        self._executor = None
        super().close()


def _state(past: "Past", number: int) -> str:
    """Names the data: the whole past stays what it is, a part of it also hangs on what has come by now."""
    said = f"{past.number}" if past.is_whole else f"{past.number} {number} {sorted(past.hidden)}"
    return blake2b(said.encode(), digest_size=8).hexdigest()


def forget_oldest(folder: Folder) -> None:
    """Remove the indexes of earlier data but for the latest few (whoever has one open keeps it)."""
    found = sorted(folder.index.glob("past-*"), key=lambda p: p.stat().st_mtime_ns, reverse=True)
    for path in found[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
