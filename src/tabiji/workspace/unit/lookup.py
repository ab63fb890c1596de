"""Finding one unit of an index by its id or a part of its name."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import duckdb

from tabiji.errors import NotFoundError, TabijiError, nearest
from tabiji.i18n import N_
from tabiji.identity.latest import latest_word
from tabiji.index.selection import ordinals

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.lake import Lake

MOST_NAMED = 8
_NAMES = {
    "account": ("account", {"name": "name"}),
    "person": ("person", {"name": "coalesce(name, email)"}),
    "opportunity": ("opportunity", {"account": "account"}),
}


class AmbiguousNameError(TabijiError):
    """Several accounts (opportunities, persons) go by such a name; give the id, or more of the name."""

    code = "ambiguous_name"
    message = N_("{name!r} may be {n} of them: {candidates}; give the id or more of the name")


@contextmanager
def looking_at(
    lake: "Lake", known_as_of: datetime | None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection]]:
    """Connections to the lake as it is now and as it was known then; one and the same where nothing is left out."""
    with lake.connect() as now:
        if known_as_of is None:
            yield now, now
            return
        with lake.connect(known_as_of=known_as_of) as then:
            yield now, then


def names_of(con: duckdb.DuckDBPyConnection, unit: str) -> str:
    """A query for (id, name) of every unit of a kind that has a row; an opportunity goes by the name of its account."""
    table, columns = _NAMES[unit]
    query = latest_word(con, table, columns)
    if unit == "opportunity":
        accounts = latest_word(con, "account", {"name": "name"})
        query = f"SELECT o.id, coalesce(a.name, o.account) AS name FROM ({query}) o LEFT JOIN ({accounts}) a ON a.id = o.account"
    return f"SELECT id, name FROM ({query})"


def find_unit(con: duckdb.DuckDBPyConnection, index: "Index", wanted: str) -> tuple[int, str | None]:
    """Ordinal and name of the unit with an id or a name, or whose name (then id) contains `wanted`, case aside; an
    opportunity goes by the name of its account too.

    con: of the lake. Raises AmbiguousNameError, NotFoundError (with the nearest name)."""
    known = ordinals(index)
    con.execute(f"CREATE OR REPLACE TEMP TABLE named AS {names_of(con, index.unit)}")
    if wanted in known:
        rows = con.execute("SELECT name FROM named WHERE id = ?", [wanted]).fetchall()
        return known[wanted], rows[0][0] if rows else None
    for condition in ("lower(name) = lower($1)", "contains(lower(name), lower($1))"):
        rows = con.execute(f"SELECT id, name FROM named WHERE {condition} ORDER BY id", [wanted]).fetchall()
        if found := _only(wanted, [row for row in rows if row[0] in known]):
            return known[found[0]], found[1]
    # Ids are looked up in the index: a unit that only events speak of has no row, and no name.
    folded = wanted.lower()
    ids = sorted(unit for unit in known if folded in unit.lower())
    names = dict(con.execute("SELECT id, name FROM named WHERE list_contains($1, id)", [ids[:MOST_NAMED]]).fetchall())
    if found := _only(wanted, [(unit, names.get(unit)) for unit in ids]):
        return known[found[0]], found[1]
    like = con.execute(
        "SELECT word FROM (SELECT id AS word FROM named UNION SELECT name FROM named) WHERE word IS NOT NULL AND word <> $1 "
        "ORDER BY jaro_winkler_similarity(lower(word), lower($1)) DESC, word LIMIT 1",
        [wanted],
    ).fetchall()
    # One of thousands is no list of what there is: it is named only where it comes near.
    raise NotFoundError(index.unit, wanted, [word for (word,) in like if nearest(wanted, [word])])


def _only(wanted: str, rows: list[tuple[str, str | None]]) -> tuple[str, str | None] | None:
    if len(rows) > 1:
        raise _ambiguous(wanted, rows)
    return rows[0] if rows else None


def _ambiguous(wanted: str, rows: list[tuple[str, str | None]]) -> AmbiguousNameError:
    told = [unit if name in (None, unit) else f"{unit} ({name})" for unit, name in rows[:MOST_NAMED]]
    return AmbiguousNameError(
        name=wanted, n=len(rows), candidates=", ".join(told) + (", …" if len(rows) > MOST_NAMED else "")
    )


def names_by_id(lake: "Lake", unit: str, ids: Sequence[str]) -> Mapping[str, str]:
    """Names of some units by id."""
    with lake.connect() as con:
        query = f"SELECT id, name FROM ({names_of(con, unit)}) WHERE name IS NOT NULL AND list_contains($1, id)"
        return dict(con.execute(query, [list(ids)]).fetchall())
