"""What a file is whose name does not say it (`.dat`, `.log`, an `.xls` that is none): by its first lines."""

import codecs
import csv
import gzip
import zlib
from pathlib import Path
from typing import Literal

_BYTES = 2**16
_DELIMITERS = ",\t;|"
_MOST_LINES = 50

Plain = Literal["text", "records", "page", ""]


def plain_kind(path: Path, gz: bool) -> Plain:
    """`text` where every line has as many delimiters as the first, and any; `records` where they are JSON objects; `page` for HTML;
    else empty."""
    head = _head(path, gz)
    if head is None:
        return ""
    if head.lstrip().lower().startswith(("<html", "<!doctype html", "<table", "<meta", "<?xml", "<style")):
        return "page"
    lines = [line for line in head.splitlines() if line.strip()][:_MOST_LINES]
    if lines and all(line.startswith("{") and line.rstrip().endswith("}") for line in lines):
        return "records"
    return "text" if any(_divides(lines, delimiter) for delimiter in _DELIMITERS) else ""


def _divides(lines: list[str], delimiter: str) -> bool:
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return False
    return len(widths) > 1 and widths[0] > 1 and len(set(widths)) == 1


def _head(path: Path, gz: bool) -> str | None:
    """The first whole lines as text; None where they are no text."""
    try:
        with gzip.open(path) if gz else path.open("rb") as file:
            data = file.read(_BYTES)
    except (OSError, EOFError, zlib.error):
        return None
    whole = len(data) < _BYTES
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not utf16 and b"\0" in data:
        return None
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp932"):
        try:
            found = codecs.getincrementaldecoder(encoding)("strict").decode(data, whole)
        except UnicodeError:
            continue
        return found if whole else found[: found.rfind("\n") + 1]
    return None
