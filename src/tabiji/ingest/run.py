"""An import, from the mapping to the committed batch."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import duckdb

from tabiji.i18n import N_
from tabiji.ingest import quarantine
from tabiji.ingest.entry import Entry, open_entries
from tabiji.ingest.errors import MemoryLimitError
from tabiji.ingest.mapping.model import Mapping
from tabiji.ingest.report import ImportReport, RecordCount, TableReport
from tabiji.ingest.rows.candidates import offered
from tabiji.ingest.rows.resolve import Resolved, resolve
from tabiji.ingest.sources.staged import Desk
from tabiji.lake import Batch, Head, Lake, schema
from tabiji.result import Notice
from tabiji.room import room_for
from tabiji.settings import Settings, end_of_day

Progress = Callable[[str, int, int | None], None]


def import_mapping(
    lake: Lake,
    mapping: Mapping,
    settings: Settings,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> ImportReport:
    """Bring the files of a mapping into the lake, all or nothing. Importing again adds only what is new.

    `dry_run` only says what would happen. `progress(stage, done, total)` hears of bytes read per file and of tables
    written. `now` (aware; default: the clock) is when the rows are received.

    Raises MappingError, MissingFileError, UnreadableFileError and its kinds, AmbiguousDateError, BusyError, DiskFullError,
    MemoryLimitError; the lake is then as it was."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    report = progress or (lambda stage, done, total: None)
    with room_for("the import", lake.path.parent), _told_plainly(settings), lake.write(now=moment) as batch:
        head = batch.head
        with _desk(lake, settings, report) as desk:
            entries = open_entries(desk, mapping, settings)
            for number, entry in enumerate(entries):
                report("check", number, len(entries))
                entry.project(desk, mapping.source, number)
            resolved = _resolve(desk, lake, head, entries, mapping.source, moment)
            last_at = _last_at(desk, head, resolved)
            tables = [_table_report(desk, entry) for entry in entries]
            if not dry_run:
                _write(desk, batch, head, entries, resolved, mapping.source, moment, report)
            notices = [notice for entry in entries for notice in entry.notices()]
    return ImportReport(
        source=mapping.source,
        tables=tables,
        records={r.table: RecordCount(r.n_added, r.n_changed, r.n_withdrawn, r.n_duplicates) for r in resolved},
        as_of=_as_of(last_at, settings, moment),
        notices=[*notices, *_notices(resolved)],
        dry_run=dry_run,
    )


@contextmanager
def _told_plainly(settings: Settings) -> Iterator[None]:
    """Turn what the engine says about memory into an error of ours."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise MemoryLimitError(memory_mb=settings.memory_mb) from error


@contextmanager
def _desk(lake: Lake, settings: Settings, progress: Progress) -> Iterator[Desk]:
    """A connection with the views of the lake and a folder of its own, both gone afterwards."""
    _sweep(lake.tmp)
    folder = lake.tmp / f"import-{os.getpid()}-{uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    try:
        with lake.connect() as con:
            yield Desk(con, folder, settings, progress)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(tmp: Path) -> None:
    """Remove what killed imports left behind. Only the holder of the writer's lock may: no other import is alive then."""
    for left in tmp.glob("import-*"):
        shutil.rmtree(left, ignore_errors=True)


def _resolve(
    desk: Desk, lake: Lake, head: Head, entries: Sequence[Entry], origin: str, now: datetime
) -> list[Resolved]:
    projected = [entry.projected for entry in entries]
    found: list[Resolved] = []
    for table in sorted(schema.TABLES, key=lambda name: name == "event"):
        known = head.of(table).rows > 0
        # A later row of the same key may also take back what an earlier one told, though all else in them is equal: events come last.
        unhappened = known or any(r.repeats for r in found)
        offer = offered(desk, projected, table, with_unhappened=unhappened)
        if offer is not None:
            found.append(resolve(desk, offer, origin, now, known))
    return found


def _write(
    desk: Desk,
    batch: Batch,
    head: Head,
    entries: Sequence[Entry],
    resolved: Sequence[Resolved],
    origin: str,
    now: datetime,
    progress: Progress,
) -> None:
    for number, result in enumerate(resolved):
        progress("write", number, len(resolved))
        if result.n_rows:
            batch.append(result.table, desk.con.sql(result.query))
    files = sorted({file.name for entry in entries for file in entry.files})
    rows = [quarantine.rejected(desk, origin, entry.projected, entry.gathered, entry.staged, now) for entry in entries]
    quarantine.settle(desk, batch, head, origin, files, rows)
    progress("write", len(resolved), len(resolved))


def _table_report(desk: Desk, entry: Entry) -> TableReport:
    counted = desk.con.execute(
        f"SELECT reason, count(*) FROM {entry.projected.source} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    reasons = {reason: n for reason, n in counted if reason is not None}
    n_bad = sum(desk.count(f"SELECT count(*) FROM {file.bad}") for file in entry.staged if file.bad is not None)
    if n_bad:
        reasons[quarantine.BAD_ROW] = n_bad
    accepted = sum(n for reason, n in counted if reason is None)
    judged = sum(n for _, n in counted)
    n_rows = judged if entry.table.when is None else desk.count(f"SELECT count(*) FROM ({entry.gathered.query})")
    return TableReport(
        file=entry.table.file,
        to=entry.table.to,
        rows=n_rows + n_bad,
        accepted=accepted,
        quarantined=sum(reasons.values()),
        reasons=reasons,
        skipped=n_rows - judged,
    )


def _last_at(desk: Desk, head: Head, resolved: Sequence[Resolved]) -> datetime | None:
    """Instant of the latest event once this import is in."""
    known = [head.of("event").last_at]
    for result in resolved:
        if result.table == "event" and result.n_rows:
            [(last,)] = desk.con.execute(f'SELECT max("at") FROM ({result.query})').fetchall()
            known.append(last.replace(tzinfo=UTC) if last is not None else None)
    return max((instant for instant in known if instant is not None), default=None)


def _as_of(last_at: datetime | None, settings: Settings, now: datetime) -> datetime | None:
    if last_at is None:
        return None
    return min(end_of_day(last_at.astimezone(settings.zone).date(), settings.zone), now.replace(microsecond=0))


def _notices(resolved: Sequence[Resolved]) -> Iterator[Notice]:
    for result in resolved:
        if result.n_conflicts:
            message = N_(
                "{n} {n:key|keys} of {table} {n:stands|stand} in the files more than once with different content; the last one counts"
            )
            yield Notice("conflicting_keys", message, {"n": result.n_conflicts, "table": result.table})
        if result.n_left:
            message = N_(
                "{n} {n:event|events} that these files told before {n:is|are} not in them any more and {n:is|are} kept; where the mapping was"
                " changed, {n:it is|they are} counted beside the new ones"
            )
            yield Notice("other_content", message, {"n": result.n_left})
