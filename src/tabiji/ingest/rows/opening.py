"""Opening a file in two steps: `peek` learns its columns quickly, `stage` reads all of it."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from tabiji.i18n import N_
from tabiji.ingest.mapping.model import Table
from tabiji.ingest.sources.delimited import stage_delimited
from tabiji.ingest.sources.dialect import Dialect, head_of, sniff
from tabiji.ingest.sources.encoding import TextFile, to_utf8
from tabiji.ingest.sources.files import SourceFile
from tabiji.ingest.sources.parquet import stage_parquet
from tabiji.ingest.sources.records import fields_of, stage_lines, stage_records
from tabiji.ingest.sources.staged import Desk, Staged
from tabiji.ingest.sources.workbook import Workbook
from tabiji.result import Notice


class Opened:
    """One file of a table of the mapping, opened.

    file: which one · columns: names of its columns · `wanted` are the names that the expressions mention, in lower case."""

    def __init__(self, desk: Desk, table: Table, file: SourceFile, wanted: Collection[str]) -> None:
        self._desk = desk
        self._table = table
        self._wanted = wanted
        self.file = file
        self._staged: Staged | None = None
        self._lines: Path | None = None
        self._dialect: Dialect | None = None
        self._book: Workbook | None = None
        self._text: TextFile | None = None
        self.columns: Sequence[str] = self._peek()

    def _peek(self) -> Sequence[str]:
        file, desk = self.file, self._desk
        match file.kind:
            case "parquet":
                self._staged = stage_parquet(desk, file.name, file.path)
                return [column.name for column in self._staged.columns]
            case "workbook":
                # Its reader goes by the ending.
                linked = desk.link(file.path, ".xlsx")
                self._book = Workbook(linked, file.name, self._table.sheet, self._table.header)
                return self._book.columns
            case "records":
                self._lines = stage_lines(desk, file.name, self._to_utf8().path)
                return fields_of(desk, file.name, self._lines)
            case "text":
                self._dialect = self._peek_text()
                return self._dialect.columns

    def _peek_text(self) -> Dialect:
        if not self.file.gz:
            with suppress(UnicodeError):  # reading all of it tells where and why, or finds the encoding after all
                return self._sniff(self.file.path, self._table.encoding)
        return self._sniff(self._to_utf8().path, "utf-8")

    def stage(self) -> Staged:
        """The rows of the file. Raises the errors of `tabiji.ingest.errors` for what cannot be read."""
        if self._staged is None:
            if self._book is not None:
                self._staged = self._book.stage(self._desk)
            elif self._lines is not None:
                self._staged = stage_records(self._desk, self._lines, list(self.columns), self._wanted)
            else:
                self._staged = self._stage_text()
        return self._staged

    def notices(self) -> list[Notice]:
        """What a reader of the report should know about the file."""
        named = self._dialect or self._book
        renamed = () if named is None else named.renamed
        message = N_("{file}: the column name {said!r} occurs more than once; a later one is called {name!r}")
        found = [Notice("renamed_column", message, {"file": self.file.name, "said": s, "name": n}) for s, n in renamed]
        if self.file.by_lines:
            message = N_(
                "{file}: its name does not say what kind of file it is; by its first lines it was read as {format}"
            )
            names = {"text": "csv", "records": "json"}
            found.append(Notice("kind_by_lines", message, {"file": self.file.name, "format": names[self.file.kind]}))
        return [*found, *(self._staged.notices if self._staged else ())]

    def _to_utf8(self) -> TextFile:
        if self._text is None:
            self._text = self._read_text()
        return self._text

    def _read_text(self) -> TextFile:
        file, desk = self.file, self._desk

        def progress(done: int, total: int) -> None:
            desk.progress(file.name, done, total)

        limit = desk.settings.max_line_mb
        return to_utf8(file.path, file.name, file.gz, self._table.encoding, desk.path(".utf8"), limit, progress)

    def _sniff(self, path: Path, encoding: str | None) -> Dialect:
        file, table = self.file, self._table
        head = head_of(path, file.name, encoding)
        delimiter = table.delimiter
        if delimiter is None and file.path.name.lower().removesuffix(".gz").endswith((".tsv", ".tab")):
            delimiter = "\t"
        return sniff(head, file.name, delimiter, table.header, self._wanted)

    def _stage_text(self) -> Staged:
        source = self._to_utf8()
        # The first lines may have looked like another encoding than the whole file turns out to have.
        dialect = self._sniff(source.path, "utf-8")
        self._dialect, self.columns = dialect, dialect.columns
        return stage_delimited(self._desk, self.file.name, source, dialect)
