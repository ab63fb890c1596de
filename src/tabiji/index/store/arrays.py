"""Arrays on disk: plain `.npy` files that are mapped, never loaded."""

import mmap
import os
from pathlib import Path
from types import TracebackType
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

from tabiji.index.jit import readonly

Array = npt.NDArray[Any]

# Files that are mapped now, by what tells one file from another. An index that is opened anew after an append shares its base with
# the one before: mapping a file again would cost a page fault for every 64 kB of it.
_open: WeakValueDictionary[tuple[int, int, int, int], mmap.mmap] = WeakValueDictionary()


class ArrayFile:
    """A one-dimensional `.npy` file under construction, filled at given places or from the front.

    The header is written last, so that a file which was not finished is not an array."""

    def __init__(self, path: Path, dtype: npt.DTypeLike) -> None:
        self.path = path
        self.dtype = np.dtype(dtype)
        self._n = 0
        self._file = path.open("w+b")
        self._start = len(_header(self.dtype, 0))

    def write_at(self, first: int, items: Array) -> None:
        """Put items at positions `first`…; safe to call from several threads for different places."""
        data = np.ascontiguousarray(items, self.dtype).view(np.uint8).data
        place = self._start + first * self.dtype.itemsize
        while len(data):
            done = os.pwrite(self._file.fileno(), data, place)
            data, place = data[done:], place + done

    def append(self, items: Array) -> None:
        """Put items behind what was appended before."""
        self.write_at(self._n, items)
        self._n += len(items)

    def close(self, n: int | None = None) -> None:
        """Finish the file with `n` items (default: those appended) and force it to the disk."""
        if self._file.closed:
            return
        n = self._n if n is None else n
        os.ftruncate(self._file.fileno(), self._start + n * self.dtype.itemsize)
        os.pwrite(self._file.fileno(), _header(self.dtype, n), 0)
        os.fsync(self._file.fileno())
        self._file.close()

    def __enter__(self) -> "ArrayFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self._file.close()


def save_array(path: Path, array: Array) -> None:
    """Write a whole array and force it to the disk."""
    with ArrayFile(path, array.dtype) as out:
        out.append(array)


def open_array(path: Path) -> Array:
    """The array in `path`, mapped read-only. Raises OSError or ValueError where the file is not a whole array."""
    with path.open("rb") as file:
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError(f"{path.name}: another array format")
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        if not shape[0]:
            return readonly(np.zeros(0, dtype))
        start = file.tell()
        facts = os.fstat(file.fileno())
        mapped = _open.get(key := (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns))
        if mapped is None:
            mapped = mmap.mmap(file.fileno(), start + shape[0] * dtype.itemsize, access=mmap.ACCESS_READ)
            _open[key] = mapped
    return np.frombuffer(mapped, dtype, shape[0], start)


def _header(dtype: np.dtype[Any], n: int) -> bytes:
    """A header whose length does not depend on `n` (NumPy leaves room for the length to grow)."""
    from io import BytesIO

    out = BytesIO()
    described = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": (n,)}
    np.lib.format.write_array_header_1_0(out, described)
    return out.getvalue()
