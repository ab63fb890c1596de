"""Whoever says that the disk is full, one error says it to the reader; what only sounds like it stays what it is."""

import errno
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from deltalake.exceptions import DeltaError
from sqlalchemy.exc import OperationalError

from tabiji.errors import TabijiError
from tabiji.room import WRITTEN, DiskFullError, disk_full, room_for, write_whole


def sqlite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, "…"), "No space left on device"),
        (OSError(errno.EDQUOT, "…"), "Disk quota exceeded"),
        (OSError(errno.EFBIG, "…"), "File too large"),
        (OSError("1000 requested and 512 written"), "No space left on device"),
        (duckdb.IOException('{"exception_message":"Could not write file \\"x\\": No space left on device"}'), "No space left on device"),
        (duckdb.OutOfMemoryException("failed to offload …\nThis limit was set by the 'max_temp_directory_size' setting."), "No space left on device"),
        (DeltaError("Generic LocalFileSystem error: Disk quota exceeded (os error 122)"), "Disk quota exceeded"),
        (sqlite(13), "No space left on device"),
        (OperationalError("INSERT", {}, sqlite(10 | 19 << 8)), "No space left on device"),
    ],
)  # fmt: skip
def test_every_engine_tells_it_in_its_own_words(error: Exception, reason: str, tmp_path: Path) -> None:
    with pytest.raises(DiskFullError) as caught, room_for("the index", tmp_path):
        raise error
    assert caught.value.details == {"what": "the index", "path": str(tmp_path), "reason": reason}
    assert caught.value.render("en") == (
        f"there is no room to write the index in {tmp_path} ({reason}); what was there before is whole."
        " Free some space on that disk, then try again"
    )
    assert "索引" in caught.value.render("ja")


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EACCES, "Permission denied"),
        sqlite(10),
        duckdb.ConversionException("Could not convert string 'no space left in the hotel' to INT32"),
        duckdb.OutOfMemoryException("could not allocate block of size 1 MB"),
        ValueError("No space left on device"),
    ],
)
def test_other_errors_stay_what_they_are(error: Exception, tmp_path: Path) -> None:
    with pytest.raises(type(error)) as caught, room_for("the index", tmp_path):
        raise error
    assert caught.value is error


def test_an_error_that_was_raised_for_a_full_disk_is_one() -> None:
    class Damaged(TabijiError):
        pass

    damaged = Damaged(reason="cut off")
    damaged.__cause__ = OSError(errno.ENOSPC, "…")
    assert disk_full(damaged, "the import", "ws") is not None
    with pytest.raises(DiskFullError) as caught, room_for("the answer", "outer"), room_for("the index", "inner"):
        raise damaged
    assert caught.value.details["what"] == "the index"  # who was nearest says what was written


def test_what_is_written_is_known_to_the_catalogue() -> None:
    said = {DiskFullError(what, "ws", "full").render("ja") for what in WRITTEN}
    assert len(said) == len(WRITTEN)
    assert not any(what in words for words in said for what in WRITTEN)


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path: Path) -> None:
    write_whole(tmp_path / "kept", b"before")
    limited = (
        "import resource, signal, sys; from pathlib import Path; from tabiji.room import write_whole\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_whole(Path(sys.argv[1]), b'x' * 100_000)"
    )
    ran = subprocess.run([sys.executable, "-c", limited, str(tmp_path / "kept")], capture_output=True, text=True)
    assert "File too large" in ran.stderr
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("kept", b"before")]


def test_a_used_up_quota_is_told_though_sqlite_only_says_that_a_write_failed(tmp_path: Path) -> None:
    limited = (
        "import resource, signal, sys; from pathlib import Path; import tabiji; from tabiji.room import DiskFullError\n"
        "tabiji.init(sys.argv[1]).close()\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n"
        "    with tabiji.open(sys.argv[1]) as workspace:\n"
        "        workspace.maps.add('id: m\\nstages: [{id: a, enters_when: [{event: x}]}]\\n' + '# long\\n' * 50_000)\n"
        "except DiskFullError as full:\n"
        "    print(full.details['reason'])\n"
    )
    ran = subprocess.run([sys.executable, "-c", limited, str(tmp_path / "ws")], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("File too large\n", "")


def test_a_write_that_failed_where_there_is_room_stays_what_it_is(tmp_path: Path) -> None:
    broken = sqlite(10 | 3 << 8)
    with pytest.raises(sqlite3.OperationalError) as caught, room_for("the workspace database", tmp_path):
        raise broken
    assert caught.value is broken
