"""Buckets on disk: records go out as they come and are read back one bucket at a time."""

import shutil
from io import FileIO
from pathlib import Path
from types import TracebackType

import numpy as np

from tabiji.index.build.routing import EXTRA, RECORD, Records, Routed
from tabiji.index.layout import I8, U1


class Buckets:
    """`n` buckets in a folder of their own. records: int64[n], how many lie in each."""

    def __init__(self, folder: Path, n: int) -> None:
        folder.mkdir(parents=True)
        self.n = n
        self.records: I8 = np.zeros(n, np.int64)
        self._folder = folder
        # Unbuffered: a batch writes some ten kilobytes to every bucket at once.
        self._files = [(folder / f"{b}.records").open("wb", buffering=0) for b in range(n)]
        self._extra_files = [(folder / f"{b}.extras").open("wb", buffering=0) for b in range(n)]

    def add(self, routed: Routed) -> None:
        """Append what a batch has for every bucket."""
        off, extra_off = routed.off.tolist(), routed.extra_off.tolist()
        records, extras = routed.records.view(np.uint8), routed.extras.view(np.uint8)
        for b in range(self.n):
            _write(self._files[b], records[off[b] * RECORD.itemsize : off[b + 1] * RECORD.itemsize])
            _write(self._extra_files[b], extras[extra_off[b] * EXTRA.itemsize : extra_off[b + 1] * EXTRA.itemsize])
        self.records += np.diff(routed.off)

    def take(self, b: int) -> tuple[Records, Records]:
        """Records and extras of a bucket; its files are gone afterwards."""
        paths = (self._folder / f"{b}.records", self._folder / f"{b}.extras")
        records, extras = np.fromfile(paths[0], RECORD), np.fromfile(paths[1], EXTRA)
        for path in paths:
            path.unlink()
        return records, extras

    def finish(self) -> None:
        """No more records come."""
        for file in (*self._files, *self._extra_files):
            file.close()

    def __enter__(self) -> "Buckets":
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.finish()
        shutil.rmtree(self._folder, ignore_errors=True)


def _write(file: FileIO, data: U1) -> None:
    while len(data):
        data = data[file.write(data.data) :]
