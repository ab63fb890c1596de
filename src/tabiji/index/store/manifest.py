"""The manifest of an index: which generation holds, what is in it, and how to tell that its files are whole.

`index/<unit>/manifest.json` is replaced by one rename, after everything that it names is on disk. Whoever dies before
that leaves the old generation in use; what is not named is removed by the next builder.
"""

import json
import os
import shutil
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tabiji.errors import TabijiError
from tabiji.i18n import N_

FORMAT = 3  # of the files and of the manifest; an index of another format is built anew
FILE = "manifest.json"
_WHOLE_BYTES = 1 << 16  # files up to this size are checked whole, larger ones at five places
_SAMPLE_BYTES = 4096

Manifest = Mapping[str, Any]
Checks = dict[str, list[int]]


class TornIndexError(TabijiError):
    """The index is not whole (a power cut, a full disk, a copied folder); `refresh_index` builds it anew."""

    code = "torn_index"
    message = N_("the index in {folder} is damaged: {problem}")


class MissingIndexError(TabijiError):
    """No index was built yet; `refresh_index` builds it."""

    code = "missing_index"
    message = N_("there is no index in {folder}")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the index in `folder`. Raises MissingIndexError, TornIndexError."""
    try:
        text = (folder / FILE).read_text("utf-8")
    except FileNotFoundError:
        raise MissingIndexError(folder=str(folder)) from None
    try:
        outer = json.loads(text)
        body: dict[str, Any] = outer["index"]
        whole = outer["crc"] == _crc(body) and body["format"] == FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise TornIndexError(folder=str(folder), problem=f"{FILE}: {type(error).__name__}") from error
    if not whole:
        raise TornIndexError(folder=str(folder), problem=FILE)
    return body


def write_manifest(folder: Path, body: Manifest) -> None:
    """Replace the manifest; when this returns, the new one survives a power cut."""
    draft = folder / (FILE + ".new")
    with draft.open("w", encoding="utf-8") as out:
        json.dump({"crc": _crc(body), "index": body}, out, ensure_ascii=False, indent=1)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(folder / FILE)
    sync_folder(folder)


def _crc(body: Manifest) -> int:
    return zlib.crc32(json.dumps(body, ensure_ascii=False, sort_keys=True).encode())


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def checks_of(folder: Path, paths: Iterable[Path]) -> Checks:
    """Size and checksum of files, by their path below `folder`."""
    return {str(path.relative_to(folder)): list(_check(path)) for path in sorted(paths)}


def verify(folder: Path, checks: Mapping[str, list[int]]) -> None:
    """Compare the files with what the manifest says of them. Raises TornIndexError."""
    for name, (size, crc) in checks.items():
        try:
            found = _check(folder / name)
        except OSError as error:
            raise TornIndexError(folder=str(folder), problem=f"{name}: {error.strerror}") from error
        if found != (size, crc):
            raise TornIndexError(folder=str(folder), problem=name)


def _check(path: Path) -> tuple[int, int]:
    """(size, CRC-32): of the whole of a small file, of five pages of a large one, its header and its end among them."""
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        if size <= _WHOLE_BYTES:
            return size, zlib.crc32(os.pread(file.fileno(), size, 0))
        crc = 0
        for place in range(5):
            crc = zlib.crc32(os.pread(file.fileno(), _SAMPLE_BYTES, (size - _SAMPLE_BYTES) * place // 4), crc)
        return size, crc


def next_generation(folder: Path) -> int:
    """A generation number that no folder bears."""
    taken = [int(p.name[1:]) for p in folder.glob("v*") if p.name[1:].isdigit()]
    return max(taken, default=0) + 1


def sweep(folder: Path, body: Manifest) -> None:
    """Remove what the manifest does not name: generations that were replaced, and those of builders that died."""
    kept = generation_name(body)
    for path in folder.glob("v*"):
        if path.name != kept and path.name[1:].isdigit():
            shutil.rmtree(path, ignore_errors=True)
    for path in (folder / kept).glob("delta-*"):
        if path.name != body["delta"]:
            shutil.rmtree(path, ignore_errors=True)


def generation_name(body: Manifest) -> str:
    """Folder of the generation that holds."""
    return f"v{body['generation']}"
