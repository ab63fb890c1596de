"""One entry of a mapping on its way: files opened, expressions checked and bound, rows projected."""

from collections.abc import Iterable, Sequence

import duckdb

from tabiji.i18n import N_, text
from tabiji.ingest.errors import MappingError
from tabiji.ingest.mapping.model import Expr, Mapping, NestedEvent, Table
from tabiji.ingest.rows.binding import Bound, BoundEvent, BoundTable, bind
from tabiji.ingest.rows.candidates import Projected
from tabiji.ingest.rows.column_types import column_types
from tabiji.ingest.rows.gather import Gathered, gather
from tabiji.ingest.rows.lookup import LookupFiles, names_wanted
from tabiji.ingest.rows.opening import Opened
from tabiji.ingest.rows.projection import Projection
from tabiji.ingest.sources.files import SourceFile, resolve
from tabiji.ingest.sources.parquet import check_parquet
from tabiji.ingest.sources.staged import Desk, Staged
from tabiji.journeymap.problems import Problem
from tabiji.lake import schema
from tabiji.lake.expressions import ExpressionError, check_expression
from tabiji.lake.views import literal, quote
from tabiji.result import Notice
from tabiji.settings import Settings


def open_entries(desk: Desk, mapping: Mapping, settings: Settings) -> list["Entry"]:
    """Find and open the files of all entries, and check every expression against their columns before anything is read further.

    Raises MappingError with all that is wrong, MissingFileError, UnreadableFileError and its kinds."""
    entries = [Entry(table, _files(table, mapping), mapping, settings) for table in mapping.tables]
    problems: list[Problem] = []
    for entry in entries:
        entry.open(desk)
        problems += entry.check()
    if problems:
        raise MappingError(mapping.path, problems)
    return entries


def _files(table: Table, mapping: Mapping) -> Sequence[SourceFile]:
    return resolve(table.file, mapping.folder, table.format or (table.delimiter and "csv"))


class Entry:
    """One entry under `tables` with its files."""

    def __init__(self, table: Table, files: Sequence[SourceFile], mapping: Mapping, settings: Settings) -> None:
        self.table = table
        self.files = files
        self._mapping = mapping
        self._zone = table.timezone or mapping.timezone or settings.timezone
        self._opened: list[Opened] = []
        self._lookups = [LookupFiles(lookup, _files(lookup.file, mapping)) for lookup in table.lookups]
        self.staged: list[Staged] = []
        self.gathered: Gathered
        self.projected: Projected

    def open(self, desk: Desk) -> None:
        """Learn the columns of the files."""
        wanted = names_wanted(self.table.expressions())
        self._opened = [Opened(desk, self.table, file, wanted) for file in self.files]
        for lookup in self._lookups:
            lookup.open(desk)

    def check(self) -> list[Problem]:
        """What is wrong with the expressions, given the columns."""
        columns = {name.casefold(): name for opened in self._opened for name in opened.columns}
        found: list[Problem | None] = []
        for lookup in self._lookups:
            found.append(self._problem(lookup.lookup.by, columns.values()))
            found += [self._problem(expr, lookup.own) for expr in lookup.lookup.file.expressions()]
            found += [_taken(lookup, name) for name in lookup.names if name.casefold() in columns]
            columns |= {name.casefold(): name for name in lookup.names}
        bys = [lookup.lookup.by for lookup in self._lookups]  # of these each knows less than all columns
        found += [self._problem(expr, columns.values()) for expr in self.table.expressions() if expr not in bys]
        for name in (*self.table.types, *self.table.date_formats):
            if name.casefold() not in columns:
                found.append(self._problem(Expr(quote(name), self.table.line), columns.values()))
        return [problem for problem in found if problem is not None]

    def _problem(self, expr: Expr, columns: Iterable[str]) -> Problem | None:
        try:
            check_expression(expr.sql, columns)
        except ExpressionError as error:
            return _as_problem(expr, error)
        return None

    def notices(self) -> list[Notice]:
        """What a reader of the report should know about the files."""
        own = [notice for opened in self._opened for notice in opened.notices()]
        return own + [notice for lookup in self._lookups for notice in lookup.notices]

    def project(self, desk: Desk, source: str, number: int) -> None:
        """Read the files and write their rows as canonical values to a Parquet file.

        Raises AmbiguousDateError, MappingError, UnreadableFileError and its kinds."""
        try:
            self._project(desk, source, number)
        except duckdb.Error:
            # A Parquet file may be damaged in its middle: then that is what to say.
            for file in (*self.files, *(file for lookup in self._lookups for file in lookup.files)):
                if file.kind == "parquet":
                    check_parquet(desk, file.name, file.path)
            raise

    def _project(self, desk: Desk, source: str, number: int) -> None:
        desk.con.execute(f"SET TimeZone = {literal(self._zone)}")
        self.staged = [opened.stage() for opened in self._opened]
        self.gathered = gather(self.staged)
        for lookup in self._lookups:
            try:
                self.gathered = lookup.join(desk, self.gathered, self.table)
            except ExpressionError as error:
                raise MappingError(self._mapping.path, [_as_problem(lookup.lookup.by, error)]) from error
        bound = self._bind(desk)
        path = desk.path(".parquet")
        try:
            desk.keep(Projection(bound, self.gathered.query, source, careful=False).sql(), path)
        except (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.OutOfRangeException):
            # Some row makes an expression fail: that row goes to quarantine, not the import to the bin.
            desk.keep(Projection(bound, self.gathered.query, source, careful=True).sql(), path)
        self.projected = Projected(number, self.table, path, [file.name for file in self.files])

    def _bind(self, desk: Desk) -> BoundTable:
        table = self.table
        targets = self._targets()
        types = column_types(desk.con, self.gathered, table, targets)
        problems: list[Problem] = []
        bound: dict[str, Bound] = {}
        for name, (expr, target) in targets.items():
            try:
                bound[name] = bind(desk.con, self.gathered, types, expr, target)
            except ExpressionError as error:
                problems.append(_as_problem(expr, error))
        if problems:
            raise MappingError(self._mapping.path, problems)
        return BoundTable(
            table=table,
            columns={name: bound[f"column {name}"] for name in table.columns},
            key=bound.get("key"),
            when=bound.get("when"),
            properties={name: bound[f"property {name}"] for name in table.properties},
            events=[self._bound_event(i, event, bound) for i, event in enumerate(table.events)],
        )

    def _targets(self) -> dict[str, tuple[Expr, str]]:
        """Every expression under a name of its own, with the canonical type that it must give."""
        table = self.table
        kinds = schema.columns(table.to)
        found: dict[str, tuple[Expr, str]] = {}
        if table.key is not None:
            found["key"] = (table.key, "VARCHAR")
        if table.when is not None:
            found["when"] = (table.when, "BOOLEAN")
        found |= {f"column {name}": (expr, kinds[name]) for name, expr in table.columns.items()}
        found |= {f"property {name}": (expr, "VARCHAR") for name, expr in table.properties.items()}
        for i, event in enumerate(table.events):
            found[f"event {i} at"] = (event.at, "TIMESTAMP")
            if event.when is not None:
                found[f"event {i} when"] = (event.when, "BOOLEAN")
            own = schema.columns("event")
            found |= {f"event {i} column {name}": (expr, own[name]) for name, expr in event.columns.items()}
            found |= {f"event {i} property {name}": (expr, "VARCHAR") for name, expr in event.properties.items()}
        return found

    def _bound_event(self, i: int, event: NestedEvent, bound: dict[str, Bound]) -> BoundEvent:
        columns = {name: bound[f"event {i} column {name}"] for name in event.columns}
        return BoundEvent(
            event=event,
            columns={"at": bound[f"event {i} at"], **columns},
            when=bound.get(f"event {i} when"),
            properties={name: bound[f"event {i} property {name}"] for name in event.properties},
        )


def _taken(lookup: LookupFiles, name: str) -> Problem:
    message = N_(
        "there is a column {name!r} already; give the one that is looked up another name, for example {new}: {name}"
    )
    line = lookup.lookup.file.columns[name].line
    return Problem("error", "column_taken", line, 1, "", message, {"name": name, "new": f"{name}_there"})


def _as_problem(expr: Expr, error: ExpressionError) -> Problem:
    reason = error.render()
    if expr.sql.isidentifier() and error.details.get("column") and not error.details["near"]:
        hint = text(N_(" (a fixed text is written \"'{word}'\")"), word=expr.sql)
        reason += hint
    elif error.details.get("column") and not error.details["near"]:
        reason += text(N_(" (a fixed text is written '{word}' here)"), word=error.details["column"])
    return Problem("error", "bad_expression", expr.line, 1, "", N_("{reason}"), {"reason": reason})
