"""Files that a verb reads or writes where its user says: each refusal in one shape."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tabiji.errors import TabijiError
from tabiji.i18n import N_
from tabiji.room import room_for, write_whole

force_flag = click.option("--force", is_flag=True, help="Write over a file that is there.")


class FileUnreadableError(TabijiError):
    """The file is not there or cannot be read; check the name."""

    code = "file_unreadable"
    message = N_("cannot read {path}: {reason}")


class FileUnwritableError(TabijiError):
    """The file cannot be written there; make the folder, or name another place."""

    code = "file_unwritable"
    message = N_("cannot write {path}: {reason}")


class FileThereError(TabijiError):
    """A draft does not take the place of a file that may have been worked on; name another, or say `--force`."""

    code = "file_there"
    message = N_("{path} is there already; name another file, or write over it with --force")


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Say in one shape that a file cannot be written."""
    try:
        with room_for("the file", target.parent):
            yield
    except OSError as error:
        raise FileUnwritableError(path=str(target), reason=error.strerror or str(error)) from error


def write_draft(target: Path, drafted: str, force: bool) -> None:
    """Write a draft, which somebody will change by hand. Raises FileThereError unless `force`, FileUnwritableError."""
    if target.exists() and not force:
        raise FileThereError(path=str(target))
    with writing(target):
        write_whole(target, drafted.encode())


def read_text(file: Path) -> str:
    """A file of text. Raises FileUnreadableError."""
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise FileUnreadableError(path=str(file), reason=reason) from error
