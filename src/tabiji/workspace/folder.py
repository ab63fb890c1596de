"""Where things lie in a workspace folder, and how an empty one is made."""

import contextlib
import errno
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tabiji.errors import TabijiError
from tabiji.i18n import N_
from tabiji.room import room_for

SETTINGS_FILE = "tabiji.toml"

_TEMPLATE = """\
# Settings of this workspace. Every line may be left out; environment variables (TABIJI_TIMEZONE, …) and flags win.
timezone = "Asia/Tokyo"   # day boundaries, and timestamps without a zone
currency = "JPY"
language = "ja"           # of the pages until the reader chooses: ja or en
min_n = 10                # a rate of fewer is refused
year_from = 1             # month in which a year begins: 4 for fiscal years from April
horizon_days = 180        # how long a journey is given to go on, unless the map or the question says
"""


class WorkspaceMissingError(TabijiError):
    """The folder holds no workspace. Make one with `tabiji init DIR`, or name another with `-w DIR`."""

    code = "no_workspace"
    message = N_("{path} is not a tabiji workspace (it has no tabiji.toml); make one with: tabiji init {path}")


class WorkspaceExistsError(TabijiError):
    """A workspace is already there; use it as it is, or choose another folder."""

    code = "workspace_exists"
    message = N_("{path} is a workspace already; use it with: tabiji -w {path} …")


class FolderNotEmptyError(TabijiError):
    """The folder holds other files; a workspace wants a folder of its own."""

    code = "folder_not_empty"
    message = N_("{path} is not empty ({example!r} is in it); choose a new or empty folder")


class FolderUnwritableError(TabijiError):
    """Nothing can be written in that folder: make it writable, or copy the workspace to a place of your own. A workspace that
    cannot be written still answers questions whose index is up to date."""

    code = "folder_unwritable"
    message = N_("nothing can be written in {path}: {reason}")


@dataclass(frozen=True, slots=True)
class Folder:
    """The paths of one workspace."""

    root: Path

    @property
    def settings_file(self) -> Path:
        """`tabiji.toml`."""
        return self.root / SETTINGS_FILE

    @property
    def database(self) -> Path:
        """`tabiji.db`: maps and their versions, import history."""
        return self.root / "tabiji.db"

    @property
    def lake(self) -> Path:
        """`lake/`: the facts, in Delta tables."""
        return self.root / "lake"

    @property
    def index(self) -> Path:
        """`index/`: derived, rebuildable."""
        return self.root / "index"

    @property
    def uploads(self) -> Path:
        """`uploads/`: files that were given to the pages, with their mapping files."""
        return self.root / "uploads"

    @property
    def temporary(self) -> Path:
        """`tmp/`: spill files of running imports and builds."""
        return self.root / "tmp"

    @classmethod
    def create(cls, path: Path) -> "Folder":
        """Make an empty workspace.

        Raises WorkspaceExistsError, FolderNotEmptyError where other files are in the way, FolderUnwritableError or DiskFullError;
        nothing is made then."""
        folder = cls(path.resolve())
        if folder.settings_file.exists():
            raise WorkspaceExistsError(path=str(path))
        if path.exists():
            if not path.is_dir():
                raise FolderNotEmptyError(path=str(path), example=path.name)
            other = next(iter(sorted(path.iterdir())), None)
            if other is not None:
                raise FolderNotEmptyError(path=str(path), example=other.name)
        is_new = not folder.root.exists()
        try:
            with folder.writing("the workspace"):
                folder.root.mkdir(parents=True, exist_ok=True)
                for part in (folder.lake, folder.index, folder.temporary):
                    part.mkdir(exist_ok=True)
                # The settings file comes last: a folder is a workspace only once all of it is there.
                folder.settings_file.write_text(_TEMPLATE, "utf-8")
        except BaseException:
            folder.remove(with_root=is_new)
            raise
        return folder

    def remove(self, *, with_root: bool) -> None:
        """Take a workspace away that was being made: what it holds, or the folder too."""
        for part in [self.root] if with_root else list(self.root.glob("*")):
            shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)

    @classmethod
    def find(cls, path: Path) -> "Folder":
        """The workspace in `path`. Raises WorkspaceMissingError."""
        folder = cls(path.resolve())
        if not folder.settings_file.is_file():
            raise WorkspaceMissingError(path=str(path))
        for part in (folder.lake, folder.index, folder.temporary):
            with contextlib.suppress(OSError):  # one that cannot be written still answers
                part.mkdir(exist_ok=True)
        return folder

    @contextlib.contextmanager
    def writing(self, what: str) -> Iterator[None]:
        """Around work that writes `what` (see `tabiji.room`): a read-only workspace is a FolderUnwritableError, a full disk a
        DiskFullError."""
        try:
            with room_for(what, self.root):
                yield
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
            path = error.filename or self.root
            raise FolderUnwritableError(path=str(path), reason=error.strerror or str(error)) from error
