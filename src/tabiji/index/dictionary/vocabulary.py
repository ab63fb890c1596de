"""Dictionaries of what events say: kinds (without content), contents, currencies.

A kind is found in two steps, because contents are many: the *rest* (name, channel, source, campaign, offering and the
properties that a map names) and the content have a dictionary each, and the pairs that occur become kinds.
Rows of the rest and contents get their numbers from sorted texts, so the order of the events plays no part.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from tabiji.index.dictionary.hashing import U8, Table, table_of
from tabiji.index.dictionary.scan import OTHER, Reading, literal, path_sql, quoted, whole
from tabiji.index.layout import I4, U4
from tabiji.index.store import Coded

MOST_RESTS = 1 << 20
MOST_RAW_CONTENTS = 1 << 22
MOST_CURRENCIES = 255
_SAMPLE = 500_000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Dictionaries by hash.

    rest: hash → row of `columns` (one Coded per text of a kind, content left out) · content: hash → position in
    `content_code` · contents: distinct paths, sorted; code c is contents[c−1], 0 = none · other_content: code of a content
    that is not in the table · currency: hash → code of `currencies` (0 = "", none named) · shortened: columns of which
    only the commonest values keep their name."""

    reading: Reading
    rest: Table
    columns: dict[str, Coded]
    content: Table
    content_code: I4
    contents: Sequence[str]
    other_content: int
    currency: Table
    currencies: tuple[str, ...]
    shortened: tuple[str, ...]


def read_vocabulary(con: duckdb.DuckDBPyConnection, reading: Reading, most_contents: int) -> Vocabulary:
    """The dictionaries of all events of `reading` (with the limits that it turned out to need).

    most_contents: of more distinct paths only the commonest keep their name, the others become `(other)`."""
    reading = _group_rests(con, reading)
    rest_hashes, columns = _rests(con, list(reading.columns()))
    reading, content_hashes, codes, contents, capped = _contents(con, reading, most_contents)
    other = contents.index(OTHER) + 1 if capped else 0
    currencies, currency_hashes = _currencies(con, reading)
    return Vocabulary(
        reading, table_of(rest_hashes), columns, table_of(content_hashes), codes, contents, other,
        table_of(currency_hashes), currencies, (("content",) if capped else ()) + reading.capped,
    )  # fmt: skip


def _group_rests(con: duckdb.DuckDBPyConnection, reading: Reading) -> Reading:
    """Make `index_rest` (h, and the texts). Where they are too many, only the commonest values of the columns that have
    the most keep their name, fewer and fewer until the dictionary is small enough."""
    con.execute("CREATE OR REPLACE TABLE index_kept (column_name VARCHAR, value VARCHAR)")
    most = 1 << 16
    while True:
        texts = reading.columns()
        values = ", ".join(f"any_value({value}) AS {quoted(name)}" for name, value in texts.items())
        con.execute(
            f"CREATE OR REPLACE TABLE index_rest AS SELECT {reading.hashing.sql(*texts.values())} AS h, {values} "
            f'FROM {reading.events} WHERE "at" IS NOT NULL GROUP BY 1'
        )
        if int(con.execute("SELECT count(*) FROM index_rest").fetchall()[0][0]) <= MOST_RESTS:
            return reading
        con.execute("DELETE FROM index_kept")
        raw = replace(reading, capped=()).columns()
        wide = [name for name, value in raw.items() if _keep_commonest(con, reading, name, value, most)]
        reading, most = replace(reading, capped=tuple(wide)), most // 16


def _keep_commonest(con: duckdb.DuckDBPyConnection, reading: Reading, name: str, value: str, most: int) -> bool:
    """Put the `most` commonest values of a column into `index_kept`, if it has more than that."""
    counted = f"SELECT {value} AS value, count(*) AS n FROM {reading.events} GROUP BY 1 HAVING value IS NOT NULL"
    if int(con.execute(f"SELECT count(*) FROM ({counted})").fetchall()[0][0]) <= most:
        return False
    con.execute(
        f"INSERT INTO index_kept SELECT {literal(name)}, value FROM ({counted}) ORDER BY n DESC, value LIMIT {most - 1}"
    )
    return True


def _rests(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> tuple[U8, dict[str, Coded]]:
    listed = ", ".join(map(quoted, names))
    rows = con.execute(f"SELECT h, {listed} FROM index_rest").fetchall()
    rows.sort(key=lambda row: tuple((x is not None, x) for x in row[1:]))
    hashes = np.array([row[0] for row in rows], np.uint64)
    return hashes, {name: coded([row[c] for row in rows]) for c, name in enumerate(names, start=1)}


def coded(column: Sequence[str | None]) -> Coded:
    """A column of texts as codes of its distinct values, sorted."""
    values = sorted({x for x in column if x is not None})
    code: dict[str | None, int] = {value: c for c, value in enumerate(values, start=1)}
    codes: U4 = np.fromiter((code.get(x, 0) for x in column), np.uint32, len(column))
    return Coded(codes, values)


def _contents(con: duckdb.DuckDBPyConnection, reading: Reading, most: int) -> tuple[Reading, U8, I4, list[str], bool]:
    reading = replace(reading, paths=_nearly_all_different(con, reading))
    if _group_contents(con, reading) > MOST_RAW_CONTENTS and not reading.paths:
        reading = replace(reading, paths=True)
        _group_contents(con, reading)
    con.execute(
        "CREATE OR REPLACE TABLE index_path AS SELECT path, sum(n) AS n FROM index_content "
        "WHERE path IS NOT NULL GROUP BY path"
    )
    found = int(con.execute("SELECT count(*) FROM index_path").fetchall()[0][0])
    kept = f"SELECT path FROM index_path ORDER BY n DESC, path LIMIT {most - 1 if found > most else most}"
    contents = [path for (path,) in con.execute(kept).fetchall()]
    contents = sorted({*contents, OTHER} if found > most else contents)
    con.execute(
        f"CREATE OR REPLACE TABLE index_path AS SELECT path, row_number() OVER (ORDER BY path) AS code FROM "
        f"(({kept}) UNION SELECT '{OTHER}' WHERE {found > most})"
    )
    coded_contents = (
        "SELECT c.h, coalesce(p.code, 0)::INTEGER FROM index_content c LEFT JOIN index_path p ON p.path = c.path "
        "WHERE c.path IS NULL OR p.code IS NOT NULL"
    )
    hashes, codes = whole(con, coded_contents, [np.uint64, np.int32])
    return reading, hashes, codes, contents, found > most


def _nearly_all_different(con: duckdb.DuckDBPyConnection, reading: Reading) -> bool:
    sample = f"SELECT content FROM {reading.events} WHERE content IS NOT NULL LIMIT {_SAMPLE}"
    found, n = con.execute(f"SELECT count(DISTINCT content), count(*) FROM ({sample})").fetchall()[0]
    return bool(n == _SAMPLE and found > n // 4)


def _group_contents(con: duckdb.DuckDBPyConnection, reading: Reading) -> int:
    """Make `index_content` (h, path, n): every content as it is hashed. Returns how many."""
    path = "raw" if reading.paths else path_sql("raw")
    con.execute(
        f"CREATE OR REPLACE TABLE index_content AS SELECT h, {path} AS path, n FROM (SELECT "
        f"{reading.hashing.sql(reading.content)} AS h, any_value({reading.content}) AS raw, count(*) AS n "
        f'FROM {reading.events} WHERE "at" IS NOT NULL GROUP BY 1)'
    )
    return int(con.execute("SELECT count(*) FROM index_content").fetchall()[0][0])


def _currencies(con: duckdb.DuckDBPyConnection, reading: Reading) -> tuple[tuple[str, ...], U8]:
    """Currency 0 is "" (none named); its hash is that of NULL."""
    rows = con.execute(
        f"SELECT currency, {reading.hashing.sql('currency')} FROM {reading.events} "
        f'WHERE "value" IS NOT NULL AND currency IS NOT NULL GROUP BY currency ORDER BY count(*) DESC, 1 LIMIT {MOST_CURRENCIES}'
    ).fetchall()
    rows.sort()
    null = reading.hashing.null(con)
    return ("", *(name for name, _ in rows)), np.array([null, *(h for _, h in rows)], np.uint64)
