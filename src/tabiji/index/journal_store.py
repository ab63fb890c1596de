"""Journals on disk: one `.npy` file per column, and `journal.json`, written last, that names them.

Files of one writing carry its token, so a reader sees the columns of one writing or, where they were just replaced, none.
Everything here can be swept anew, so a file that is missing, short or of another index generation is no error.
"""

import json
import os
from pathlib import Path
from uuid import uuid4

import numpy as np

from tabiji.index.jit import readonly
from tabiji.index.journeys import COLUMNS, Journal

FORMAT = 3


def save(folder: Path, version: str, journal: Journal) -> bool:
    """Keep the journal of one partition of the index generation `version`, in place of what the folder held.

    Returns False where it cannot be written (disk full, read-only): a question does not fail for that."""
    token = uuid4().hex[:12]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder, token, version, journal)
        written = True
    except OSError:
        written = False
    for file in folder.glob("*") if folder.is_dir() else ():
        if file.name != "journal.json" and (token in file.name) != written:
            file.unlink(missing_ok=True)
    return written


def _write(folder: Path, token: str, version: str, journal: Journal) -> None:
    lengths = {name: len(getattr(journal, name)) for name in COLUMNS}
    for name in COLUMNS:
        with (folder / f"{name}-{token}.npy").open("wb") as file:
            np.save(file, getattr(journal, name))
            file.flush()
            os.fsync(file.fileno())
    head = {"format": FORMAT, "version": version, "token": token, "number": journal.number}
    draft = folder / f"journal-{token}.json"
    draft.write_text(json.dumps({**head, "first_unit": journal.first_unit, "lengths": lengths}), "utf-8")
    draft.replace(folder / "journal.json")


def load(folder: Path, version: str) -> Journal | None:
    """The journal kept in a folder, memory-mapped; None where there is none of this generation, or a torn one."""
    try:
        head = json.loads((folder / "journal.json").read_text("utf-8"))
        if head["format"] != FORMAT or head["version"] != version:
            return None
        columns = [np.load(folder / f"{name}-{head['token']}.npy", mmap_mode="r") for name in COLUMNS]
        if any(len(a) != head["lengths"][name] for name, a in zip(COLUMNS, columns, strict=True)):
            return None
        return Journal(head["number"], head["first_unit"], *(readonly(a) for a in columns))
    except (OSError, ValueError, KeyError):  # ValueError: not JSON, not .npy, or shorter than its header says
        return None
