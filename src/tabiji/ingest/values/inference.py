"""What the texts of a column are, looking at all of them: numbers, truth values, times, and in which order day and month stand.

Only text columns that matter are looked at, and only columns whose first rows look like numbers or times are looked at to
the end."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import duckdb

from tabiji.i18n import N_, text
from tabiji.ingest.errors import AmbiguousDateError
from tabiji.ingest.values.convert import Reading, as_number
from tabiji.ingest.values.dates import Order, instant

Kind = Literal["text", "integer", "number", "boolean", "date", "timestamp", "instant"]

SAMPLE_ROWS = 5_000
_SLASHED = r"^\s*([0-9]{1,2})[/-]([0-9]{1,2})[/-][0-9]{4}([^0-9]|$)"
_SHORT_YEAR = r"^\s*[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}([^0-9]|$)"
_OFFSET = r"[0-9]\s*(Z|[+-][0-9]{2}:?([0-9]{2})?| [A-Za-z]{3,}[A-Za-z/_]*)\s*$"


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What the texts of a column are.

    strict: every one of them can be read so · reading: how they are read as times · kind "date" has no clock, "timestamp"
    no offset, "instant" has offsets · doubt: the order of day and month does not show, which matters only to who asks."""

    kind: Kind
    strict: bool
    reading: Reading
    doubt: AmbiguousDateError | None = None

    def typed(self, slot: str) -> str:
        """SQL of the column's values in their own type, null where they cannot be read."""
        if self.kind == "integer":
            return f"TRY_CAST(trim({slot}) AS BIGINT)"
        if self.kind == "number":
            return as_number(slot, "VARCHAR", self.reading)
        if self.kind == "boolean":
            return f"TRY_CAST(trim({slot}) AS BOOLEAN)"
        read = instant(slot, self.reading.order, self.reading.date_format)
        cast = {"date": "DATE", "timestamp": "TIMESTAMP"}.get(self.kind)
        return f"CAST({read} AS {cast})" if cast else slot if self.kind == "text" else read

    @property
    def is_time(self) -> bool:
        """Whether the texts are days or instants."""
        return self.kind in ("date", "timestamp", "instant")


def infer(
    con: duckdb.DuckDBPyConnection, query: str, slots: Iterable[str], date_format: str | None = None
) -> dict[str, ColumnType]:
    """Types of text columns (names within `query`) over all rows.

    A column that is mostly dates, but which order day and month have does not show, gets the kind of its dates without an
    order: see `order_of`."""
    names = list(slots)
    sample = _profile(
        con, f"SELECT * FROM ({query}) LIMIT {SAMPLE_ROWS}", dict.fromkeys(names, ("number", "time", "boolean"))
    )
    families: dict[str, tuple[str, ...]] = {}
    for name in names:
        seen = sample[name]
        likely = [f for f in ("number", "time", "boolean") if seen[f] * 2 > seen["n"]]
        families[name] = ("number", "time", "boolean") if not seen["n"] else tuple(likely)
    whole = _profile(con, query, {n: f for n, f in families.items() if f})
    reading = Reading(date_format=date_format)
    return {n: _type(whole[n], reading) if n in whole else ColumnType("text", True, reading) for n in names}


def _profile(
    con: duckdb.DuckDBPyConnection, query: str, families: dict[str, tuple[str, ...]]
) -> dict[str, dict[str, int]]:
    """Counts per column, of the families that are asked for; the others are 0."""
    if not families:
        return {}
    counts: list[tuple[str, str, str]] = []
    for slot, wanted in families.items():
        filled = f"trim({slot}) <> ''"
        tests = {"n": filled}
        if "number" in wanted:
            tests |= {
                "number": f"{as_number(slot, 'VARCHAR', Reading())} IS NOT NULL",
                "integer": f"regexp_matches({slot}, '^\\s*[+-]?[0-9]{{1,18}}\\s*$')",
                "label": f"regexp_matches({slot}, '^\\s*[+-]?(0[0-9]|[0-9]{{16}})')",
            }
        if "time" in wanted:
            tests |= {
                "time": f"{_time_like(slot)}",
                "clock": f"regexp_matches({slot}, '[:：時]')",
                "offset": f"contains({slot}, ':') AND regexp_matches({slot}, '{_OFFSET}')",
            }
        if "boolean" in wanted:
            tests["boolean"] = f"lower(trim({slot})) IN ('true', 'false')"
        counts += [(slot, key, test) for key, test in tests.items()]
    selected = ", ".join(f"count(*) FILTER ({test})" for _, _, test in counts)
    row = con.execute(f"SELECT {selected} FROM ({query})").fetchall()[0]
    keys = ("n", "number", "integer", "label", "time", "clock", "offset", "boolean")
    found = {slot: dict.fromkeys(keys, 0) for slot in families}
    for (slot, key, _), n in zip(counts, row, strict=True):
        found[slot][key] = n
    return found


def _time_like(slot: str) -> str:
    """Something with a year, a month and a day, in words or digits: not a bare number."""
    shape = f"regexp_matches({slot}, '[0-9０-９元]\\s*[-/.年 ／．－]|[A-Za-z]')"
    return f"{shape} AND (regexp_matches({slot}, '{_SLASHED}') OR {instant(slot)} IS NOT NULL)"


def _type(seen: dict[str, int], reading: Reading) -> ColumnType:
    n = seen["n"]
    if n and seen["boolean"] == n:
        return ColumnType("boolean", True, reading)
    if seen["time"] * 2 > n and seen["time"] >= seen["number"]:
        kind: Kind = "instant" if seen["offset"] else "timestamp" if seen["clock"] else "date"
        return ColumnType(kind, seen["time"] == n, reading)
    if seen["number"] * 2 > n and not seen["label"]:
        return ColumnType("integer" if seen["integer"] == seen["number"] else "number", seen["number"] == n, reading)
    return ColumnType("text", True, reading)


def order_of(con: duckdb.DuckDBPyConnection, query: str, slot: str, column: str, file: str) -> Order | None:
    """In which order day and month stand in a text column that tells times; None where the year leads or words tell.

    Raises AmbiguousDateError where most rows have the form 01/02/2017 and the order does not show, shows both ways, or where the
    year has two digits only."""
    # Nearly every column begins with the year throughout, and that is quickly seen.
    odd = f"{slot} IS NOT NULL AND NOT regexp_matches({slot}, '^[0-9]{{4}}[-/.年]')"
    if not con.execute(f"SELECT count(*) FROM ({query}) WHERE {odd}").fetchall()[0][0]:
        return None
    first, second = (f"TRY_CAST(regexp_extract({slot}, '{_SLASHED}', {i}) AS INTEGER)" for i in (1, 2))
    is_slashed, is_short = (f"regexp_matches({slot}, '{form}')" for form in (_SLASHED, _SHORT_YEAR))
    n, n_slashed, n_short, n_day_first, n_month_first, n_differ, example = con.execute(
        f"SELECT count(*) FILTER (trim({slot}) <> ''), count(*) FILTER ({is_slashed}), count(*) FILTER ({is_short}), "
        f"count(*) FILTER ({first} > 12), count(*) FILTER ({second} > 12), count(*) FILTER ({first} <> {second}), "
        f"min({slot}) FILTER ({is_short} OR {first} <> {second}) FROM ({query})"
    ).fetchall()[0]
    problem = None
    if n_short * 2 > n:
        problem = text(N_("the year of {example!r} has two digits"), example=example)
    elif n_slashed * 2 > n and n_day_first and n_month_first:
        problem = text(N_("some dates have the day first, others the month (such as {example!r})"), example=example)
    elif n_slashed * 2 > n and not n_day_first and not n_month_first and n_differ:
        problem = text(N_("{example!r} may have the day or the month first, and no other row tells"), example=example)
    if problem is not None:
        suggestion = "'%d/%m/%y'" if n_short * 2 > n else "'%d/%m/%Y'"
        raise AmbiguousDateError(file=file, column=column, problem=problem, suggestion=suggestion)
    if n_day_first and n_month_first:
        return None
    # 3/3/2017 is the same day either way.
    return "day_first" if n_day_first else "month_first" if n_month_first or not n_differ else None


def ordered(
    con: duckdb.DuckDBPyConnection, query: str, slot: str, column: str, file: str, found: ColumnType
) -> ColumnType:
    """The type of a time column with the order of day and month, or the doubt about it."""
    try:
        order = order_of(con, query, slot, column, file)
    except AmbiguousDateError as doubt:
        return replace(found, doubt=doubt)
    return replace(found, reading=replace(found.reading, order=order))
