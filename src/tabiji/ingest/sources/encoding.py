"""Text files of any encoding as UTF-8, in one stream: never more than a chunk in memory.

A file is UTF-8 (with or without byte order mark) or UTF-16 with one, if all of it decodes strictly; else CP932 (Shift_JIS as
Windows writes it), if all of it decodes strictly. A file that is neither is an error with the offset of the first byte that fits
neither, because a wrong guess would spoil names silently.
"""

import codecs
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from tabiji.errors import nearest_hint
from tabiji.i18n import N_, text
from tabiji.ingest.errors import DamagedFileError, EncodingError, TooLargeFileError
from tabiji.ingest.sources.line_shape import LineEnds, LineShape

CHUNK_BYTES = 2**22
MAX_GZ_RATIO = 400  # text rarely shrinks more than fiftyfold
MAX_GZ_FREE_BYTES = 2**28  # below it the ratio does not matter

_ALIASES = {"sjis": "cp932", "s-jis": "cp932", "shift-jis": "cp932", "shift_jis": "cp932", "shiftjis": "cp932"}
_KNOWN = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "cp932",
    "shift_jis",
    "euc_jp",
    "iso2022_jp",
    "cp1252",
    "latin-1",
    "gb18030",
    "euc_kr",
)
_ASCII_BASED = ("utf-8-sig", "cp932", "euc_jp", "cp1252", "iso8859-1", "gb18030", "euc_kr")
_MISREAD = re.compile("[\x80\xa0\uf8f0-\uf8f3]")  # bytes that mean nothing in CP932 and that the codec lets pass
_LONELY = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f](?=[A-Za-z])")
_RUN = re.compile(r"[^\x00-\x7f]+")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file as UTF-8. `path` is the file itself where it is UTF-8 already, else a copy.

    n_lines counts lines: blank ones at the end not, a last one that nothing ends does."""

    path: Path
    n_lines: int
    line_ends: LineEnds


def codec_name(said: str, file: str) -> str:
    """The codec that `encoding:` means. Raises EncodingError, naming the nearest, where there is none."""
    name = _ALIASES.get(said.strip().lower(), said.strip())
    try:
        found = codecs.lookup(name)
        if not found._is_text_encoding:  # `zip`, `rot13` are codecs too
            raise LookupError
    except LookupError:
        problem = text(N_("there is no encoding {name!r}{hint}"), name=said, hint=nearest_hint(said, _KNOWN))
        raise EncodingError(file=file, problem=problem) from None
    return {"utf-8": "utf-8-sig"}.get(found.name, found.name)


def open_bytes(path: Path, gz: bool) -> BinaryIO:
    """The bytes of a file, unpacked where it is compressed."""
    return cast(BinaryIO, gzip.open(path, "rb")) if gz else path.open("rb")


def to_utf8(
    path: Path, name: str, gz: bool, encoding: str | None, target: Path, max_line_mb: int, progress: Progress
) -> TextFile:
    """Check a whole text file and bring it to UTF-8; a copy goes to `target` only where one is needed.

    Raises EncodingError, LineTooLongError, DamagedFileError, TooLargeFileError."""
    shape = LineShape(name, max_line_mb)
    read = _Reader(path, name, gz, progress)
    if encoding is not None:
        return _as_named(read, encoding, name, target, shape)
    first = next(iter(read.chunks()), b"")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return read.transcode("utf-16", target, shape)
    try:
        return read.transcode("utf-8-sig", target, shape)
    except UnicodeDecodeError as error:
        not_utf8 = error.start
    try:
        found = read.transcode("cp932", target, LineShape(name, max_line_mb))
    except UnicodeDecodeError as error:
        at = max(error.start, not_utf8)
        raise EncodingError(file=name, problem=read.neither(at, not_utf8, error.start)) from None
    if read.western:
        problem = text(
            N_(
                "byte {at} is not UTF-8, and as CP932 the text looks garbled; name it, for example encoding: cp1252 or cp932"
            ),
            at=not_utf8,
        )
        raise EncodingError(file=name, problem=problem)
    return found


def _as_named(read: "_Reader", encoding: str, name: str, target: Path, shape: LineShape) -> TextFile:
    try:
        return read.transcode(codec_name(encoding, name), target, shape)
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        problem = text(N_("byte {at} is not {encoding}; correct or leave out encoding"), at=at, encoding=encoding)
        raise EncodingError(file=name, problem=problem) from None


class _Reader:
    """Streams one file, as often as needed."""

    def __init__(self, path: Path, name: str, gz: bool, progress: Progress) -> None:
        self._path = path
        self._name = name
        self._gz = gz
        self._size = path.stat().st_size
        self._progress = progress
        self.western = False

    def chunks(self) -> Iterator[bytes]:
        """The bytes, unpacked. Raises DamagedFileError and TooLargeFileError for a bad gzip file."""
        n_read = 0
        try:
            with open_bytes(self._path, self._gz) as handle:
                while chunk := handle.read(CHUNK_BYTES):
                    n_read += len(chunk)
                    if self._gz and n_read > max(MAX_GZ_FREE_BYTES, MAX_GZ_RATIO * self._size):
                        problem = text(N_("it unpacks to more than {ratio} times its size"), ratio=MAX_GZ_RATIO)
                        raise TooLargeFileError(file=self._name, problem=problem)
                    yield chunk
                    self._progress(min(n_read, self._size), self._size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DamagedFileError(file=self._name, problem=text(N_("the gzip file is damaged or cut off"))) from error

    def transcode(self, encoding: str, target: Path, shape: LineShape) -> TextFile:
        """Decode strictly; raises UnicodeDecodeError whose `start` is an offset in the whole file."""
        in_place = encoding == "utf-8-sig" and not self._gz
        try:
            with nullcontext() if in_place else target.open("wb") as out:
                for chunk in self._decoded(encoding):
                    shape.feed(chunk)
                    if out is not None:
                        out.write(chunk)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        path = self._path if in_place else target
        return TextFile(path, shape.n_lines, shape.line_ends)

    def _decoded(self, encoding: str) -> Iterator[bytes]:
        """The text as chunks of UTF-8."""
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        looks = _Looks() if encoding == "cp932" else None
        n_fed = 0
        for chunk in self.chunks():
            pending = decoder.getstate()[0]
            if not pending and n_fed and encoding in _ASCII_BASED and chunk.isascii():
                n_fed += len(chunk)
                yield chunk
                continue
            decoded = _decode(decoder, chunk, n_fed - len(pending), final=False)
            n_fed += len(chunk)
            if looks is not None:
                looks.see(decoded, n_fed - len(decoder.getstate()[0]))
            yield decoded.encode()
        pending = decoder.getstate()[0]
        yield _decode(decoder, b"", n_fed - len(pending), final=True).encode()
        self.western = looks is not None and looks.western

    def neither(self, at: int, not_utf8: int, not_cp932: int) -> str:
        """What to say where a file is neither UTF-8 nor CP932, with an encoding that would work."""
        works = next((name for name in ("euc_jp", "iso2022_jp", "gb18030", "cp1252") if self._fits(name)), "latin-1")
        return text(
            N_(
                "byte {at} fits no encoding (not UTF-8 from byte {not_utf8}, not CP932 from byte {not_cp932}); name it, for example encoding: {works}"
            ),
            at=at,
            not_utf8=not_utf8,
            not_cp932=not_cp932,
            works=works,
        )

    def _fits(self, encoding: str) -> bool:
        try:
            for _ in self._decoded(encoding):
                pass
        except UnicodeDecodeError:
            return False
        return True


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, offset: int, *, final: bool) -> str:
    try:
        return decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        start = offset + error.start
        raise UnicodeDecodeError(error.encoding, error.object, start, start + 1, error.reason) from None


class _Looks:
    """Whether text that decodes as CP932 is likely to be something else: single "kanji" inside Latin words are accents."""

    def __init__(self) -> None:
        self._n_runs = 0
        self._n_lonely = 0

    def see(self, decoded: str, n_fed: int) -> None:
        """Look at a piece. Raises UnicodeDecodeError where it holds what CP932 does not mean."""
        bad = _MISREAD.search(decoded)
        if bad is not None:
            start = n_fed - len(decoded[bad.start() :].encode("cp932", "replace"))
            raise UnicodeDecodeError("cp932", b"", start, start + 1, "byte without meaning")
        self._n_runs += sum(1 for _ in _RUN.finditer(decoded))
        self._n_lonely += sum(1 for _ in _LONELY.finditer(decoded))

    @property
    def western(self) -> bool:
        """Whether most characters beyond ASCII stand alone between Latin letters."""
        return self._n_lonely * 2 > self._n_runs
