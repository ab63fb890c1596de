"""Named queries about the data itself: what is there, from where, how fresh, and what belongs to nobody.

Answers are kept per state of the lake: asked again before the next import, they cost nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import duckdb

from tabiji.lake import Lake
from tabiji.lake.schema import TABLES

MOST_NAMES = 200  # event names listed; the rest are counted
MOST_VALUES = 40  # values offered in a pick list
EXAMPLES = 3  # quarantined rows shown per reason


@dataclass(frozen=True, slots=True)
class EventCount:
    """Events of one name; instants in UTC."""

    name: str
    n: int
    n_accounts: int  # distinct companies that the events name themselves
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class SourceCount:
    """What one source brought: current rows per table, and when it was last received."""

    source: str
    rows: Mapping[str, int]
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Events that cannot be counted for a company: `n` in all, the commonest names, and how many of them name a company that
    no account row describes (`n_unknown_account`; these are counted for it nonetheless)."""

    n: int
    names: tuple[tuple[str, int], ...]
    n_unknown_account: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """Quarantined rows of one reason, with examples: (source, file, line, detail)."""

    reason: str
    n: int
    examples: tuple[tuple[str, str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The data of a workspace at one state of its lake."""

    rows: Mapping[str, int]  # current rows per canonical table
    events: tuple[EventCount, ...]
    n_event_names: int
    sources: tuple[SourceCount, ...]
    n_with_opportunity: int  # events that name one
    unmatched: Unmatched
    rejected: tuple[Rejected, ...]
    first_at: datetime | None
    last_at: datetime | None
    updated_at: datetime | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever brought in."""
        return not any(self.rows.values())


@dataclass(frozen=True, slots=True)
class AccountValues:
    """Values that occur, the commonest first, for pick lists; `has_employees` = any company's size is known."""

    industries: tuple[str, ...]
    regions: tuple[str, ...]
    has_employees: bool


def overview(lake: Lake) -> Overview:
    """Everything that the Data page tells."""
    return _overview(lake, lake.head().number)


def account_values(lake: Lake) -> AccountValues:
    """What companies can be picked by."""
    return _account_values(lake, lake.head().number)


def span(lake: Lake) -> tuple[datetime, datetime] | None:
    """Instants (UTC) of the first and the last event; None where there are none."""
    stats = lake.head().of("event")
    return None if stats.first_at is None or stats.last_at is None else (stats.first_at, stats.last_at)


@lru_cache(maxsize=8)
def _overview(lake: Lake, number: int) -> Overview:
    head = lake.head()
    stats = head.of("event")
    with lake.connect(head=head) as con:
        names = con.execute(
            'SELECT name, count(*), count(DISTINCT account), min("at"), max("at") FROM event '
            "WHERE name IS NOT NULL GROUP BY name ORDER BY count(*) DESC, name"
        ).fetchall()
        return Overview(
            rows={table: head.of(table).current for table in TABLES},
            events=tuple(EventCount(n, c, a, _utc(first), _utc(last)) for n, c, a, first, last in names[:MOST_NAMES]),
            n_event_names=len(names),
            sources=_sources(con),
            n_with_opportunity=_one(con, "SELECT count(opportunity) FROM event"),
            unmatched=_unmatched(con),
            rejected=_rejected(con),
            first_at=stats.first_at,
            last_at=stats.last_at,
            updated_at=head.updated_at,
        )


@lru_cache(maxsize=8)
def _account_values(lake: Lake, number: int) -> AccountValues:
    with lake.connect() as con:
        found = {
            column: tuple(
                value
                for (value,) in con.execute(
                    f"SELECT {column} FROM account WHERE {column} IS NOT NULL AND {column} <> '' "
                    f"GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST_VALUES}"
                ).fetchall()
            )
            for column in ("industry", "region")
        }
        n_sized = _one(con, "SELECT count(employees) FROM account")
    return AccountValues(found["industry"], found["region"], n_sized > 0)


def _sources(con: duckdb.DuckDBPyConnection) -> tuple[SourceCount, ...]:
    parts = " UNION ALL ".join(
        f"SELECT origin, '{table}' AS of_table, count(*) AS n, max(received_at) AS received_at FROM \"{table}\" GROUP BY origin"
        for table in TABLES
    )
    found: dict[str, dict[str, int]] = {}
    received: dict[str, datetime] = {}
    for origin, table, n, at in con.execute(parts).fetchall():
        found.setdefault(origin, {})[table] = n
        if at is not None:
            received[origin] = max(_utc(at), received.get(origin, _utc(at)))
    return tuple(
        SourceCount(o, {t: found[o][t] for t in TABLES if t in found[o]}, received.get(o)) for o in sorted(found)
    )


def _unmatched(con: duckdb.DuckDBPyConnection) -> Unmatched:
    rows = con.execute(
        """
        SELECT e.name, count(*)
        FROM event e
        LEFT JOIN (SELECT id, any_value(account) AS account FROM person GROUP BY id) p ON p.id = e.person
        LEFT JOIN (SELECT id, any_value(account) AS account FROM opportunity GROUP BY id) o ON o.id = e.opportunity
        WHERE e.account IS NULL AND p.account IS NULL AND o.account IS NULL
        GROUP BY e.name ORDER BY count(*) DESC, e.name
        """
    ).fetchall()
    unknown = _one(
        con, "SELECT count(*) FROM event e ANTI JOIN account a ON a.id = e.account WHERE e.account IS NOT NULL"
    )
    return Unmatched(sum(n for _, n in rows), tuple((name or "—", n) for name, n in rows[:5]), unknown)


def _rejected(con: duckdb.DuckDBPyConnection) -> tuple[Rejected, ...]:
    rows = con.execute(
        f"""
        SELECT reason, n, origin, file, line, detail FROM (
            SELECT *, count(*) OVER (PARTITION BY reason) AS n,
                   row_number() OVER (PARTITION BY reason ORDER BY origin, file, line) AS place
            FROM quarantine
        ) WHERE place <= {EXAMPLES} ORDER BY n DESC, reason, place
        """
    ).fetchall()
    found: dict[str, Rejected] = {}
    for reason, n, origin, file, line, detail in rows:
        before = found.get(reason, Rejected(reason, n, ()))
        found[reason] = Rejected(reason, n, (*before.examples, (origin, file, line, detail or "")))
    return tuple(found.values())


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    [(n,)] = con.execute(query).fetchall()
    return int(n)


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)
