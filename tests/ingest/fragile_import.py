"""Runs imports that die: `python fragile_import.py MAPPING WORKSPACE [POINT …]`.

Without points one import runs to its end. With points one import after the other runs in a child process that kills itself at
that point; the exit code of each is printed, and the next begins when a line comes in. Points are counted over everything that
touches the disk for good: staging, Delta writes, statistics, syncs, the head. With FRAGILE_ROOM_MB no file may grow beyond so
many megabytes: to the import that is a full disk."""

import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tabiji.ingest import entry, import_mapping, load_mapping
from tabiji.lake import Lake, batch, head, store
from tabiji.settings import Settings

die_at = -1
passed = 0


def point() -> None:
    global passed
    passed += 1
    if passed == die_at:
        os.kill(os.getpid(), signal.SIGKILL)


def around(inner: Callable[..., Any]) -> Callable[..., Any]:
    def outer(*given: Any, **named: Any) -> Any:
        point()
        try:
            return inner(*given, **named)
        finally:
            point()

    return outer


entry.Entry.project = around(entry.Entry.project)  # type: ignore[method-assign]
batch.write_deltalake = around(batch.write_deltalake)
batch.count = around(batch.count)
batch.compact = around(batch.compact)
batch.sync = around(batch.sync)
batch.write_head = around(batch.write_head)
store.write_head = around(store.write_head)
head.sync = around(head.sync)
Path.replace = around(Path.replace)  # type: ignore[method-assign]


def run() -> None:
    settings = Settings(threads=2, memory_mb=500, timezone="UTC")
    lake = Lake(Path(sys.argv[2]) / "lake", settings)
    import_mapping(lake, load_mapping(sys.argv[1]), settings, now=datetime(2024, 6, 1, tzinfo=UTC))


if room_mb := os.environ.get("FRAGILE_ROOM_MB"):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(room_mb) * 2**20, int(room_mb) * 2**20))
if len(sys.argv) == 3:
    run()
for word in sys.argv[3:]:
    # Forked before any engine has started a thread: that saves loading everything anew for every point.
    die_at = int(word)
    child = os.fork()
    if child == 0:
        run()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
    sys.stdout.flush()
    if not sys.stdin.readline():
        break
