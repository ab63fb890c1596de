"""How a text file is divided into columns: its delimiter, its header, how quotes are escaped; from its first lines."""

import codecs
import csv
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tabiji.i18n import N_, text
from tabiji.ingest.errors import TooLargeFileError, UnreadableFileError
from tabiji.ingest.sources.encoding import codec_name

MAX_COLUMNS = 2_000
_SAMPLE_BYTES = 2**20
_SAMPLE_ROWS = 200
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")  # what Excel writes and obeys
_INSIDE = re.compile(r'\\"(?![,;\t|\r\n]|\Z)')
_CANDIDATES = (",", "\t", ";", "|", "^", "~", "\x01", "\x1f", ":")


@dataclass(frozen=True, slots=True)
class Dialect:
    """`columns` are the names as the mapping knows them; `renamed` tells those that the header had otherwise.

    n_header_lines = lines of the file before the first row of data."""

    delimiter: str
    escape: str
    columns: tuple[str, ...]
    n_header_lines: int
    renamed: tuple[tuple[str, str], ...] = ()


def head_of(path: Path, name: str, encoding: str | None) -> str:
    """The first lines of a text file, decoded; the whole file is checked later.

    Raises UnicodeError where they do not decode."""
    with path.open("rb") as handle:
        data = handle.read(_SAMPLE_BYTES)
    whole = len(data) < _SAMPLE_BYTES
    guesses = [codec_name(encoding, name)] if encoding else _guesses(data)
    for codec in guesses:
        try:
            decoded = codecs.getincrementaldecoder(codec)("strict").decode(data, whole)
            break
        except UnicodeError:
            if codec == guesses[-1]:
                raise
    end = max(decoded.rfind("\n"), decoded.rfind("\r"))
    return decoded if whole or end < 0 else decoded[: end + 1]


def _guesses(data: bytes) -> Sequence[str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    return ["utf-8-sig", "cp932"]


def sniff(
    head: str, name: str, delimiter: str | None, header: bool | tuple[str, ...], wanted: Iterable[str]
) -> Dialect:
    """The dialect of a file that begins with `head`.

    Of several possible delimiters the one wins whose header has most of the `wanted` names, then the one that divides
    the lines evenly into most columns. Raises UnreadableFileError for an empty file, TooLargeFileError for too many columns."""
    if not head.strip():
        raise UnreadableFileError(file=name, problem=text(N_("the file is empty; it needs a line with column names")))
    said = _SEPARATOR_LINE.match(head)
    if said is not None:
        head, delimiter = head[said.end() :], delimiter or said[1]
    names = {w.casefold() for w in wanted}
    tried = [delimiter] if delimiter is not None else list(_CANDIDATES)
    both = [(d, escape) for escape in _escapes(head) for d in tried]
    best, escape = max(both, key=lambda way: _score(_rows(head, *way), names, header))
    rows = _rows(head, best, escape)
    columns, renamed = _columns(rows[0], header)
    if len(columns) > MAX_COLUMNS:
        problem = text(N_("it has {n} columns; at most {limit} are read"), n=len(columns), limit=MAX_COLUMNS)
        raise TooLargeFileError(file=name, problem=problem)
    n_header_lines = 1 + sum(cell.count("\n") for cell in rows[0]) if header is True else 0
    blank_before = len(head) - len(head.lstrip("\r\n"))
    n_before = head[:blank_before].count("\n") + (said is not None)
    return Dialect(best, escape, columns, n_header_lines + n_before, renamed)


def _escapes(head: str) -> list[str]:
    """How a quote inside a value may be written, the likelier first.

    `\\"` inside a value is an escaped quote; where each stands at the end of one, it is as well a path that ends in a backslash, and the
    lines decide."""
    if '\\"' not in head or '""' in head:
        return ['"']
    return ["\\"] if _INSIDE.search(head) else ['"', "\\"]


def _rows(head: str, delimiter: str, escape: str) -> list[list[str]]:
    lines = head.splitlines(keepends=True)[: _SAMPLE_ROWS * 5]
    if len(delimiter) > 1:
        return [line.rstrip("\r\n").split(delimiter) for line in lines if line.strip()][:_SAMPLE_ROWS]
    escapes = {"escapechar": escape, "doublequote": False} if escape != '"' else {}
    found: list[list[str]] = []
    with suppress(csv.Error):  # a value too long for a look at the head; what was seen so far decides
        for row in csv.reader(lines, delimiter=delimiter, **escapes):  # type: ignore[arg-type]
            if row:
                found.append(row)
            if len(found) == _SAMPLE_ROWS:
                break
    return found or [[""]]


def _score(rows: list[list[str]], wanted: set[str], header: bool | tuple[str, ...]) -> tuple[int, bool, int]:
    width = len(rows[0])
    hits = len(wanted & {cell.strip().casefold() for cell in rows[0]}) if header is True else 0
    if isinstance(header, tuple):
        hits = int(width == len(header))
    even = sum(len(row) == width for row in rows) >= 0.9 * len(rows)
    return hits, even and width > 1, width


def _columns(
    first: Sequence[str], header: bool | tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    if isinstance(header, tuple):
        extra = tuple(f"column{n}" for n in range(len(header) + 1, len(first) + 1))
        return header + extra, ()
    said = [cell.strip().lstrip("\ufeff") if header else "" for cell in first]
    return distinct(said)


def distinct(said: Sequence[str]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Names that differ whatever their case: an empty one becomes `column<n>`, a second `x` becomes `x_2`.

    Also the pairs (said, name) of those non-empty ones that had to change."""
    names: list[str] = []
    renamed: list[tuple[str, str]] = []
    taken = {name.casefold() for name in said if name}
    seen: set[str] = set()
    for n, word in enumerate(said, 1):
        name, count = word or f"column{n}", 1
        while name.casefold() in seen or (count > 1 and name.casefold() in taken) or (not word and name in taken):
            count += 1
            name = f"{word or f'column{n}'}_{count}"
        if word and name != word:
            renamed.append((word, name))
        seen.add(name.casefold())
        names.append(name)
    return tuple(names), tuple(renamed)
