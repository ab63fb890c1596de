"""Compaction: many small appends become few files, so that opening the lake stays quick.

Readers may still hold an older head, so what compaction replaces is deleted only a week later.
"""

from pathlib import Path

from deltalake import DeltaTable

MAX_SMALL_FILES = 32
SMALL_BYTES = 16 * 2**20
_TARGET_BYTES = 128 * 2**20
_KEPT_HOURS = 7 * 24


def compact(folder: Path) -> DeltaTable:
    """The table in `folder`, its small files joined where there are more than `MAX_SMALL_FILES` of them."""
    table = DeltaTable(folder)
    small = sum(Path(file).stat().st_size < SMALL_BYTES for file in table.file_uris())
    if small > MAX_SMALL_FILES:
        table.optimize.compact(target_size=_TARGET_BYTES, max_concurrent_tasks=1)
        table.vacuum(retention_hours=_KEPT_HOURS, dry_run=False, enforce_retention_duration=False, full=True)
    return table
