"""What the entries of a mapping offer the lake: one relation per canonical table over the projected rows of all entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tabiji.ingest.mapping.model import Table
from tabiji.ingest.rows.projection import nested_columns
from tabiji.ingest.rows.repeats import repeated
from tabiji.ingest.sources.staged import Desk
from tabiji.lake import schema
from tabiji.lake.views import literal, quote

MOST_BRANCHES = 6


@dataclass(frozen=True, slots=True)
class Projected:
    """An entry after projection: its usable and unusable rows as Parquet, and the names of its files."""

    number: int
    table: Table
    path: Path
    files: Sequence[str]

    @property
    def source(self) -> str:
        """SQL of the projected rows."""
        return f"read_parquet({literal(str(self.path))})"

    @property
    def file(self) -> str:
        """SQL of the name of the file that a row stood in."""
        listed = ", ".join(literal(name) for name in self.files)
        return f"([{listed}])[part + 1]"


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered to one canonical table.

    query: SELECT with place (BIGINT list, the order in the import), id, h, happened, received_at, file, and the table's own
    columns · repeats: ids may occur more than once · by_content: every id is made of the row's content · same_content: of rows that are known
    by their content some are equal."""

    table: str
    query: str
    repeats: bool
    by_content: bool
    same_content: bool = False


def offered(desk: Desk, entries: Sequence[Projected], to: str, *, with_unhappened: bool) -> Offer | None:
    """Everything that the entries offer to a canonical table, or None where no entry has any.

    Rows of nested events that did not happen are there only `with_unhappened`: they may take back what was told before."""
    parts: list[str] = []
    keyed = same_content = False
    for entry in entries:
        if entry.table.to == to:
            if entry.table.key is None:
                part, several = _by_content(desk, entry)
                parts.append(part)
                same_content |= several
            else:
                parts.append(_main(entry, "key", entry.source))
                keyed = True
        if to == "event":
            for number in range(len(entry.table.events)):
                parts.append(_nested(entry, number, with_unhappened))
                keyed = True
    if not parts:
        return None
    return Offer(to, _together(desk, parts), keyed or len(parts) > 1, not keyed, same_content)


def _together(desk: Desk, parts: Sequence[str]) -> str:
    """One query over all parts.

    Each branch of a union holds buffers of its own all the while, so that fifty files of an export would need gigabytes:
    beyond a few, the parts are written down one after the other and read as one."""
    if len(parts) <= MOST_BRANCHES:
        return " UNION ALL ".join(parts)
    paths = [desk.path(".parquet") for _ in parts]
    for part, path in zip(parts, paths, strict=True):
        desk.keep(part, path)
    return f"SELECT * FROM read_parquet([{', '.join(literal(str(path)) for path in paths)}])"


def _columns(to: str) -> str:
    return ", ".join(quote(name) for name in schema.TABLES[to])


def _main(entry: Projected, key: str, source: str) -> str:
    return (
        f"SELECT [{entry.number}, part, line, 0] AS place, {key} AS id, h, true AS happened, received_at, "
        f"{entry.file} AS file, {_columns(entry.table.to)} FROM {source} WHERE reason IS NULL"
    )


def _by_content(desk: Desk, entry: Projected) -> tuple[str, bool]:
    """Rows without a key are known by their content; equal ones within an entry are numbered in their order. Also whether there
    are such."""
    several, n_several = repeated(desk, f"(SELECT h FROM {entry.source} WHERE reason IS NULL)", "h")
    if not n_several:
        return _main(entry, "h", entry.source), False
    once = f"SELECT *, 1 AS occurrence FROM {entry.source} ANTI JOIN {several} USING (h) WHERE reason IS NULL"
    more = (
        f"SELECT *, row_number() OVER (PARTITION BY h ORDER BY part, line) AS occurrence "
        f"FROM {entry.source} SEMI JOIN {several} USING (h) WHERE reason IS NULL"
    )
    key = "CASE WHEN occurrence = 1 THEN h ELSE md5(h || ':' || occurrence) END"
    return _main(entry, key, f"({once} UNION ALL {more})"), True


def _nested(entry: Projected, number: int, with_unhappened: bool) -> str:
    prefix = f"e{number}"
    columns = ", ".join(f"{quote(own)} AS {quote(name)}" for name, own in nested_columns(number))
    happened = "" if with_unhappened else f" AND {prefix}_happened"
    return (
        f"SELECT [{entry.number}, part, line, {number + 1}] AS place, {prefix}_id AS id, {prefix}_h AS h, "
        f"{prefix}_happened AS happened, {prefix}_received_at AS received_at, {entry.file} AS file, {columns} "
        f"FROM {entry.source} WHERE reason IS NULL{happened}"
    )
