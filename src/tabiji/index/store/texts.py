"""Sequences of texts that stay as they lie on disk until one is looked at."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from tabiji.index.layout import I8, U1
from tabiji.index.store.arrays import ArrayFile, open_array

_CHUNK = 1 << 16


class Texts(Sequence[str]):
    """Texts by ordinal: text x is the UTF-8 bytes block[off[x]:off[x+1]]. block: uint8[b] · off: int64[n+1] · hashes:
    uint64[n], as the SQL engine hashed them, where they are known."""

    def __init__(self, block: U1, off: I8, hashes: "npt.NDArray[np.uint64] | None" = None) -> None:
        self.block = block
        self.off = off
        self.hashes = hashes

    def __len__(self) -> int:
        return len(self.off) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            first, last, step = at.indices(len(self))
            return (
                list(self._run(first, max(first, last)))[::step]
                if step > 0
                else [self[x] for x in range(first, last, step)]
            )
        n = len(self)
        if not -n <= at < n:
            raise IndexError(at)
        at = int(at) % n
        return bytes(self.block[self.off[at] : self.off[at + 1]]).decode()

    def __iter__(self) -> Iterator[str]:
        return self._run(0, len(self))

    def _run(self, first: int, last: int) -> Iterator[str]:
        for a in range(first, last, _CHUNK):
            b = min(a + _CHUNK, last)
            ends = (self.off[a : b + 1] - self.off[a]).tolist()
            data = bytes(self.block[self.off[a] : self.off[b]])
            for x, y in pairwise(ends):
                yield data[x:y].decode()

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Sequence)
            and len(self) == len(other)
            and all(a == b for a, b in zip(self, other, strict=True))
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ", ".join(repr(x) for x in self[:3])
        return f"<{len(self)} texts: {shown}{', …' if len(self) > 3 else ''}>"


class Coded(Sequence[str | None]):
    """Texts that repeat: item x is values[codes[x] − 1], or None where the code is 0. codes: uint32[n], values distinct."""

    def __init__(self, codes: npt.NDArray[np.uint32], values: Sequence[str]) -> None:
        self.codes = codes
        self.values = values

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, at: int) -> str | None: ...
    @overload
    def __getitem__(self, at: slice) -> list[str | None]: ...
    def __getitem__(self, at: int | slice) -> str | list[str | None] | None:
        if isinstance(at, slice):
            return [self.values[c - 1] if c else None for c in self.codes[at].tolist()]
        code = int(self.codes[at])
        return self.values[code - 1] if code else None

    def __iter__(self) -> Iterator[str | None]:
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} codes of {len(self.values)} texts>"


class TextsFile:
    """Writes texts to `<stem>.off.npy` and `<stem>.utf8.npy`, in batches."""

    def __init__(self, folder: Path, stem: str) -> None:
        self._block = ArrayFile(folder / f"{stem}.utf8.npy", np.uint8)
        self._off = ArrayFile(folder / f"{stem}.off.npy", np.int64)
        self._off.append(np.zeros(1, np.int64))
        self._end = 0

    def append(self, texts: Iterable[str]) -> None:
        """Add texts behind the others."""
        encoded = [t.encode() for t in texts]
        if not encoded:
            return
        ends = self._end + np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        self._block.append(np.frombuffer(b"".join(encoded), np.uint8))
        self._off.append(ends)
        self._end = int(ends[-1])

    def close(self) -> None:
        """Finish both files."""
        self._block.close()
        self._off.close()

    def __enter__(self) -> "TextsFile":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def save_texts(folder: Path, stem: str, texts: Iterable[str]) -> None:
    """Write all texts at once."""
    with TextsFile(folder, stem) as out:
        out.append(texts)


def open_texts(folder: Path, stem: str) -> Texts:
    """The texts written under `stem`, mapped."""
    return Texts(open_array(folder / f"{stem}.utf8.npy"), open_array(folder / f"{stem}.off.npy"))
