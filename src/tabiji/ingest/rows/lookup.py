"""Columns of other files beside those of an entry: of the first row there whose key is what the entry's row says.

An export of a database tells in a file of its own which deal belongs to which company, and what a number means. A lookup never
adds a row and never takes one away: where nothing is found, its columns are empty.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tabiji.i18n import N_
from tabiji.ingest.mapping.model import Expr, Lookup, Table
from tabiji.ingest.rows.binding import Bound, bind
from tabiji.ingest.rows.column_types import column_types
from tabiji.ingest.rows.gather import Gathered, Slot, gather
from tabiji.ingest.rows.opening import Opened
from tabiji.ingest.sources.files import SourceFile
from tabiji.ingest.sources.staged import Desk
from tabiji.ingest.values.convert import as_text
from tabiji.lake.expressions import names_in
from tabiji.result import Notice


def names_wanted(exprs: Iterable[Expr]) -> set[str]:
    """The names that expressions mention, in lower case and without quotes: what a file must have to be divided rightly."""
    wanted = {name.casefold() for expr in exprs for name in names_in(expr.sql)}
    return wanted | {name.strip('"').casefold() for name in wanted}


@dataclass(slots=True)
class LookupFiles:
    """The files of one lookup, opened."""

    lookup: Lookup
    files: Sequence[SourceFile]
    opened: Sequence[Opened] = ()
    notices: list[Notice] = field(default_factory=list)

    def open(self, desk: Desk) -> None:
        """Learn the columns of the files."""
        wanted = names_wanted(self.lookup.file.expressions())
        self.opened = [Opened(desk, self.lookup.file, file, wanted) for file in self.files]

    @property
    def names(self) -> Collection[str]:
        """Columns that it adds to those of the entry."""
        return self.lookup.file.columns

    @property
    def own(self) -> list[str]:
        """Columns of its files."""
        return list({name.casefold(): name for opened in self.opened for name in opened.columns}.values())

    def join(self, desk: Desk, gathered: Gathered, table: Table) -> Gathered:
        """The rows of an entry with the columns that are looked up for them. Raises ExpressionError."""
        there = self._gather(desk)
        given = self._bind(desk, there, self.lookup.file, {"key": self._key, **self.lookup.file.columns})
        asked = self._bind(desk, gathered, table, {"by": self.lookup.by})["by"]
        found, key = desk.name("lookup"), _text(given.pop("key"))
        values = ", ".join(f"{bound.sql} AS v{i}" for i, bound in enumerate(given.values()))
        rows = f"SELECT {key} AS k, part, line, {values} FROM ({there.query}) WHERE {key} IS NOT NULL"
        desk.con.execute(f"CREATE TABLE {found} AS SELECT DISTINCT ON (k) * FROM ({rows}) ORDER BY k, part, line")
        self._note_several(desk, rows)
        first = len(gathered.slots)
        added = {n: Slot(n, f"u{first + i}", bound.sql_type) for i, (n, bound) in enumerate(given.items())}
        selected = ", ".join(f"l.v{i} AS {slot.sql}" for i, slot in enumerate(added.values()))
        query = f"SELECT q.*, {selected} FROM ({gathered.query}) q LEFT JOIN {found} l ON l.k = {_text(asked)}"
        return Gathered(query, gathered.raw, {**gathered.slots, **added})

    def _gather(self, desk: Desk) -> Gathered:
        staged = [opened.stage() for opened in self.opened]
        for file, rows in zip(self.files, staged, strict=True):
            if rows.bad is not None:
                n = desk.count(f"SELECT count(*) FROM {rows.bad}")
                message = N_(
                    "{file}: {n} {n:line|lines} cannot be divided into its columns; nothing is looked up in {n:it|them}"
                )
                self.notices.append(Notice("bad_lookup_rows", message, {"file": file.name, "n": n}))
        return gather(staged)

    def _bind(self, desk: Desk, rows: Gathered, table: Table, exprs: Mapping[str, Expr]) -> dict[str, Bound]:
        targets = {name: (expr, "VARCHAR") for name, expr in exprs.items()}
        types = column_types(desk.con, rows, table, targets)
        return {name: bind(desk.con, rows, types, expr, "VARCHAR") for name, expr in exprs.items()}

    @property
    def _key(self) -> Expr:
        assert self.lookup.file.key is not None
        return self.lookup.file.key

    def _note_several(self, desk: Desk, rows: str) -> None:
        """Of several rows of one key the first counts; where they differ, a reader should know."""
        differing = (
            f"SELECT k FROM (SELECT DISTINCT * EXCLUDE (part, line) FROM ({rows})) GROUP BY k HAVING count(*) > 1"
        )
        if n := desk.count(f"SELECT count(*) FROM ({differing})"):
            message = N_(
                "{file}: {n} {n:value|values} of {key} {n:stands|stand} there more than once with different content; the first row counts"
            )
            self.notices.append(
                Notice("several_rows", message, {"file": self.lookup.file.file, "n": n, "key": self._key.sql})
            )


def _text(bound: Bound) -> str:
    """SQL of a value as keys are compared: without blanks around it, a whole number without a fraction; null where it fails."""
    return as_text(bound.sql if bound.alone else f"TRY({bound.sql})", bound.sql_type, bound.reading)
