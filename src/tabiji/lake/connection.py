"""DuckDB connections: bounded memory, spill inside the workspace, no extension from anywhere."""

import os
from pathlib import Path
from uuid import uuid4

import duckdb

from tabiji.settings import Settings


def open_connection(settings: Settings, tmp: Path) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory connection that spills to `tmp` beyond `settings.memory_mb` and uses `settings.workers` threads; its session is in UTC."""
    tmp.mkdir(parents=True, exist_ok=True)
    # Spill files of two databases in one folder would overwrite each other: the engine names them by number only.
    spill = tmp / f"spill-{os.getpid()}-{uuid4().hex[:8]}"
    con = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{settings.memory_mb}MB",
            "temp_directory": str(spill),
            "threads": settings.workers,
            # Writes of its own threads lock each other for ever, now and then, when the disk is full; without them none is slower.
            "async_threads": 0,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    con.execute("SET TimeZone = 'UTC'")
    return con
