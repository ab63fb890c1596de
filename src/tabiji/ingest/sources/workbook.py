"""Excel workbooks: one sheet, streamed row by row into a CSV file of our own."""

import csv
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tabiji.errors import NotFoundError
from tabiji.i18n import N_, text
from tabiji.ingest.errors import DamagedFileError, TooLargeFileError, UnreadableFileError
from tabiji.ingest.sources.delimited import stage_numbered
from tabiji.ingest.sources.dialect import MAX_COLUMNS, distinct
from tabiji.ingest.sources.staged import Desk, Staged
from tabiji.result import Notice

MAX_UNPACKED_BYTES = 4 * 2**30
MAX_STRINGS_BYTES = 2**28  # shared texts are held in memory
MAX_RATIO = 250  # sheets rarely shrink more than thirtyfold
_FREE_BYTES = 2**26  # below it the ratio does not matter


class MissingSheetError(NotFoundError):
    """The workbook has no sheet of that name; the message names the nearest one."""

    code = "missing_sheet"


class Workbook:
    """One sheet of a workbook. `columns` are the names of its first filled row, or those that the mapping gives."""

    def __init__(self, path: Path, name: str, sheet: str | int | None, header: bool | tuple[str, ...]) -> None:
        self._name = name
        _guard(path, name)
        from openpyxl import load_workbook

        try:
            self._book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # the reader raises whatever its XML parser meets
            raise _damaged(name, error) from error
        self.sheets: Sequence[str] = self._book.sheetnames
        self._sheet = self._book[self._title(sheet)]
        self._header = header
        self.columns, self.renamed = self._names()

    def _title(self, sheet: str | int | None) -> str:
        if sheet is None:
            return self.sheets[0]
        if isinstance(sheet, int):
            if 1 <= sheet <= len(self.sheets):
                return self.sheets[sheet - 1]
        elif sheet in self.sheets:
            return sheet
        raise MissingSheetError(text(N_("sheet")), str(sheet), self.sheets)

    def _names(self) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        first = next((cells for _, cells in self._filled()), None)
        if first is None:
            problem = text(N_("the sheet is empty; it needs a row with column names"))
            raise UnreadableFileError(file=self._name, problem=problem)
        width = max((i for i, cell in enumerate(first, 1) if cell is not None), default=0)
        if width > MAX_COLUMNS:
            problem = text(N_("it has {n} columns; at most {limit} are read"), n=width, limit=MAX_COLUMNS)
            raise TooLargeFileError(file=self._name, problem=problem)
        if isinstance(self._header, tuple):
            return self._header, ()
        return distinct([_text(cell).strip() if self._header else "" for cell in first[:width]])

    def _filled(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """Rows with any value, with their numbers."""
        self._sheet.reset_dimensions()
        try:
            for number, cells in enumerate(self._sheet.iter_rows(values_only=True), 1):
                if any(cell is not None for cell in cells):
                    yield number, cells
        except (KeyError, ValueError, OSError, zipfile.BadZipFile, SyntaxError) as error:
            raise _damaged(self._name, error) from error

    def stage(self, desk: Desk) -> Staged:
        """The rows below the header."""
        target = desk.path(".csv")
        width = len(self.columns)
        rows = self._filled()
        if self._header is True:
            next(rows)
        with target.open("w", encoding="utf-8", newline="") as out:
            write = csv.writer(out, lineterminator="\n")
            for number, cells in rows:
                said = [_text(cell) for cell in cells[:width]]
                write.writerow([number, *said, *[""] * (width - len(said))])
        self._book.close()
        staged = stage_numbered(desk, target, self.columns)
        return Staged(staged.query, staged.columns, staged.raw, notices=tuple(self._notices()))

    def _notices(self) -> Iterator[Notice]:
        if len(self.sheets) > 1:
            message = N_("{file}: read sheet {sheet!r} of {n}; name another with sheet")
            yield Notice("one_sheet", message, {"file": self._name, "sheet": self._sheet.title, "n": len(self.sheets)})


def _text(cell: Any) -> str:
    """A cell as text: days and instants in ISO 8601, whole numbers without a fraction."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _guard(path: Path, name: str) -> None:
    """Refuse what would unpack to more than memory and disk can take."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise _damaged(name, error) from error
    total = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    strings = sum(part.file_size for part in parts if part.filename.endswith("sharedStrings.xml"))
    if (
        total > MAX_UNPACKED_BYTES
        or strings > MAX_STRINGS_BYTES
        or (total > _FREE_BYTES and total > MAX_RATIO * packed)
    ):
        problem = text(N_("the workbook unpacks to {mb} MB; save the sheet as CSV"), mb=total // 2**20)
        raise TooLargeFileError(file=name, problem=problem)


def _damaged(name: str, error: Exception) -> DamagedFileError:
    whole = not isinstance(error, zipfile.BadZipFile)
    reason = str(error) or type(error).__name__ if whole else text(N_("it is cut off, or is another kind of file"))
    problem = text(N_("not a complete XLSX workbook ({reason})"), reason=reason)
    return DamagedFileError(file=name, problem=problem)
