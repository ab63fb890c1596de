"""What is read from the lake for an index: one query over the events, in which every text is a 64-bit hash."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt

from tabiji.index.dictionary.hashing import U8, Hashing
from tabiji.index.jit import readonly
from tabiji.index.layout import F8, I8

OTHER = "(other)"
PROPERTY = "property:"
UNSAID = -(1 << 62)  # of `received`: when the event happened
KIND_COLUMNS = ("name", "channel", "source", "campaign", "offering")  # `content` has a dictionary of its own
_MEMORY_MB = 700  # of the SQL engine while the index is built; the rest is for the kernels
_READ_AHEAD = "48MB"

_BLANKS = ("' '", "'\u3000'", "chr(9)", "chr(10)")


def path_sql(column: str) -> str:
    """SQL of the path of a content that is an address: without scheme and host, query and fragment; the slash at its end is
    cut. An address has no blanks, and a slash or a query (`a.html?x=1`); anything else ("Why CX?") stays as it is.

    Written without regular expressions, which would take most of the time of a build."""
    bare = f"split_part(split_part({column}, '?', 1), '#', 1)"
    beyond = f"substr({bare}, instr({bare}, '://') + 3)"
    of_host = f"if(contains({beyond}, '/'), substr({beyond}, instr({beyond}, '/')), '')"
    path = f"rtrim(if(contains({bare}, '://'), {of_host}, {bare}), '/')"
    address = f"contains({column}, '/') OR (contains({column}, '?') AND contains({column}, '='))"
    blank = " OR ".join(f"contains({column}, {blank})" for blank in _BLANKS)
    return f"CASE WHEN ({address}) AND NOT ({blank}) THEN coalesce(nullif({path}, ''), '/') ELSE {column} END"


def quoted(name: str) -> str:
    """An identifier as SQL."""
    return '"' + name.replace('"', '""') + '"'


def property_sql(name: str) -> str:
    """SQL of an event's property as text; null where the event does not have it."""
    path = '$."' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "json_extract_string(properties, '" + path.replace("'", "''") + "')"


@dataclass(frozen=True, slots=True)
class Reading:
    """Which events are read, and how.

    events: a relation (view name or subquery) with the columns of the lake's `event` · properties: those that a map
    names · paths: whether contents are cut to paths while they are read (where nearly every raw content is different)
    instead of in the dictionary · capped: columns with so many values that only those in the table `index_kept`
    (column_name, value) keep their name."""

    hashing: Hashing
    properties: tuple[str, ...] = ()
    events: str = "event"
    paths: bool = False
    capped: tuple[str, ...] = ()

    @property
    def content(self) -> str:
        """SQL of a content as it is hashed."""
        return path_sql("content") if self.paths else "content"

    def columns(self) -> dict[str, str]:
        """SQL of the texts that make a kind, but for the content: properties are named `property:…`."""
        raw = {name: quoted(name) for name in KIND_COLUMNS}
        raw |= {PROPERTY + name: property_sql(name) for name in self.properties}
        return {name: self._capped(name, value) for name, value in raw.items()}

    def _capped(self, name: str, value: str) -> str:
        if name not in self.capped:
            return value
        kept = f"SELECT value FROM index_kept WHERE column_name = {literal(name)}"
        return f"CASE WHEN {value} IS NULL OR {value} IN ({kept}) THEN {value} ELSE '{OTHER}' END"

    def sql(self, with_opportunity: bool) -> str:
        """The query that `batches` runs; without `with_opportunity` the opportunity is not even read."""
        h = self.hashing.sql
        return f"""
            SELECT {h("account")}, {h("person")}, {h("opportunity" if with_opportunity else "NULL::VARCHAR")},
                   {h(*self.columns().values())}, {h(self.content)}, {h("currency")}, epoch_us("at"),
                   coalesce(epoch_us(received_at), {UNSAID}), coalesce("value", 'nan'::DOUBLE)
            FROM {self.events} WHERE "at" IS NOT NULL"""


class Batch(NamedTuple):
    """A run of events as they come; all arrays of one length. account, person, opportunity, rest, content, currency:
    uint64 hashes · at, received: int64 µs since 1970 (received may be UNSAID) · value: float64, NaN where there is none."""

    account: U8
    person: U8
    opportunity: U8
    rest: U8
    content: U8
    currency: U8
    at: I8
    received: I8
    value: F8


def batches(con: duckdb.DuckDBPyConnection, reading: Reading, with_opportunity: bool) -> Iterator[Batch]:
    """The events, in no particular order."""
    for columns in arrays(con, reading.sql(with_opportunity)):
        yield Batch(*columns)


def arrays(con: duckdb.DuckDBPyConnection, query: str) -> Iterator[list[npt.NDArray[Any]]]:
    """The result of a query in batches of numeric columns without nulls, read-only."""
    from arro3.core import RecordBatchReader

    cursor = con.cursor()
    cursor.execute("SET preserve_insertion_order = false")
    for batch in RecordBatchReader.from_stream(cursor.sql(query)):
        if batch.num_rows:
            yield [readonly(column.to_numpy()) for column in batch.columns]


def whole(con: duckdb.DuckDBPyConnection, query: str, dtypes: Sequence[npt.DTypeLike]) -> list[npt.NDArray[Any]]:
    """All rows of a query as numeric columns of the given types."""
    parts = list(arrays(con, query))
    return [
        np.concatenate([part[c] for part in parts]).astype(dtype) if parts else np.zeros(0, dtype)
        for c, dtype in enumerate(dtypes)
    ]


def prepare(con: duckdb.DuckDBPyConnection, memory_mb: int) -> None:
    """Bound a connection's memory for the time of a build."""
    con.execute(f"SET memory_limit = '{min(memory_mb, _MEMORY_MB)}MB'")
    con.execute(f"SET streaming_buffer_size = '{_READ_AHEAD}'")


def literal(value: str) -> str:
    """A text as SQL."""
    return "'" + value.replace("'", "''") + "'"
