"""Room on the disk: how the system and every engine tell that there is none, and the one error that says so.

Work that writes stands in `with room_for(what, path):`. The kernel says ENOSPC or EDQUOT, numpy a short count, DuckDB and Delta a
sentence, SQLite a code; whoever called hears `DiskFullError` of each of them.
"""

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from tabiji.errors import TabijiError
from tabiji.i18n import N_, text

# What is written, marked here for the catalogue: `what` is a plain word where it is raised and in `details`.
WRITTEN = (
    N_("the import"),
    N_("the index"),
    N_("the workspace"),
    N_("the workspace database"),
    N_("the upload"),
    N_("the file"),
    N_("the answer"),
)

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SAID = {
    "no space left": errno.ENOSPC,
    "not enough disk space": errno.ENOSPC,
    "max_temp_directory_size": errno.ENOSPC,  # DuckDB sets it to what is free, and calls it memory
    "database or disk is full": errno.ENOSPC,
    "quota exceeded": errno.EDQUOT,
    "file too large": errno.EFBIG,
}
_SHORT = re.compile(r"\d+ requested and \d+ written")  # numpy's words
_ENGINES = {
    "IOException",
    "OutOfMemoryException",
    "DeltaError",
}  # of DuckDB and Delta: the others may quote what a file says
_SQLITE_FULL, _SQLITE_NO_SHARED_MEMORY = 13, 10 | 19 << 8
# Where a quota is used up SQLite only says that a write (a sync, a change of length) failed, as it does of a broken disk.
_SQLITE_FAILED = tuple(10 | kind << 8 for kind in (3, 4, 6))
_TRIED_BYTES = 2**16


class DiskFullError(TabijiError):
    """The disk of that folder is full, or its quota used up; whatever was there before is whole. Free some space on it and do the
    same again. Questions whose index is up to date are answered meanwhile. HTTP 507."""

    code = "disk_full"
    http_status: ClassVar[int] = 507
    message = N_(
        "there is no room to write {what} in {path} ({reason}); what was there before is whole. Free some space on that disk, then try"
        " again"
    )

    def __init__(self, what: str, path: Path | str, reason: str) -> None:
        super().__init__(what=what, path=str(path), reason=reason)

    def render(self, lang: str | None = None) -> str:
        """The message in `lang`, `what` included."""
        return text(self.message, lang, **{**self.details, "what": text(self.details["what"], lang)})


@contextmanager
def room_for(what: str, path: Path | str) -> Iterator[None]:
    """Around work that writes `what` (see WRITTEN) into the folder `path`. Raises DiskFullError where there is no room."""
    try:
        yield
    except Exception as error:
        full = disk_full(error, what, path)
        if full is None:
            raise
        raise full from error


def disk_full(error: BaseException, what: str, path: Path | str) -> DiskFullError | None:
    """What an error says of a full disk, also one of ours that was raised for it; None where it says nothing of that."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, DiskFullError):
        number = _tried(path) if _sqlite_code(cause) in _SQLITE_FAILED else _number(cause)
        if number is not None:
            return DiskFullError(what, path, os.strerror(number))
        cause = cause.__cause__
    return None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file at once or not at all: where there is no room, what was there before stays. Raises OSError."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _sqlite_code(error: BaseException) -> int | None:
    driver: Any = getattr(error, "orig", None) or error  # SQLAlchemy carries what its driver said
    found: int | None = getattr(driver, "sqlite_errorcode", None)
    return found


def _tried(path: Path | str) -> int | None:
    """The errno with which the system refuses to write into a folder for want of room; None where it does not."""
    try:
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(bytes(_TRIED_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno if error.errno in _FULL else None
    return None


def _number(error: BaseException) -> int | None:
    """The errno of a full disk that an error stands for."""
    if _sqlite_code(error) in (_SQLITE_FULL, _SQLITE_NO_SHARED_MEMORY):
        return errno.ENOSPC
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno if error.errno in _FULL else None
    if not isinstance(error, OSError) and type(error).__name__ not in _ENGINES:
        return None
    said = str(error)
    if isinstance(error, OSError) and _SHORT.match(said):
        return errno.ENOSPC
    return next((number for words, number in _SAID.items() if words in said.lower()), None)
