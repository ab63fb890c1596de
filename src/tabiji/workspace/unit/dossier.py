"""What the lake tells of one unit: its persons by name, who holds which role, its company, its opportunities."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb

from tabiji.identity.latest import latest_word
from tabiji.identity.roles import canonical_role
from tabiji.lake.views import literal

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.metrics.account.timeline import Company, Dossier, Opportunity

_COMPANY = (
    "name", "domain", "corporate_number", "industry", "employees", "annual_revenue", "currency", "country", "region", "parent",
)  # fmt: skip
_DEAL = ("offering", "owner", "amount", "currency", "stage", "opened_at", "closed_at")


def dossier_of(
    con: duckdb.DuckDBPyConnection,
    index: "Index",
    unit: int,
    persons: Sequence[str | None],
    as_of: datetime,
    currency: str,
) -> "Dossier":
    """The dossier of a unit (ordinal). con: of the lake · persons: see `person_ids` · as_of: of the roles that hold, and of the
    opportunities that had been opened · currency: of amounts that name none."""
    from tabiji.metrics.account.timeline import Dossier

    of = index.units[unit]
    account = of if index.unit == "account" else _one(con, index.unit, of, ("account",))[0]
    members = _members(con, index.unit, of, account, as_of)
    listed = [p for p in persons if p] + list(members) + ([of] if index.unit == "person" else [])
    return Dossier(
        persons=[of] if index.unit == "person" else persons,
        facts=facts_of(con, listed),
        members=members,
        company=_company(con, account, currency),
        opportunities=_opportunities(con, index.unit, of, as_of, currency),
    )


def _one(con: duckdb.DuckDBPyConnection, table: str, wanted: str, columns: Sequence[str]) -> tuple[Any, ...]:
    """The latest word on the columns of one row; nothing where there is none."""
    query = latest_word(con, table, {c: c for c in columns}, f"id = {literal(wanted)}")
    rows = con.execute(f"SELECT {', '.join(columns)} FROM ({query})").fetchall()
    return rows[0] if rows else (None,) * len(columns)


def facts_of(
    con: duckdb.DuckDBPyConnection, ids: Sequence[str]
) -> dict[str, tuple[str | None, str | None, str | None]]:
    """(name, else e-mail; title; department) by id."""
    if not ids:
        return {}
    wanted = ", ".join(literal(x) for x in sorted(set(ids)))
    columns = {"name": "name", "email": "email", "title": "title", "department": "department"}
    query = latest_word(con, "person", columns, f"id IN ({wanted})")
    rows = con.execute(f"SELECT id, coalesce(name, email), title, department FROM ({query})").fetchall()
    return {person: (name, title, department) for person, name, title, department in rows}


def _members(
    con: duckdb.DuckDBPyConnection, unit: str, of: str, account: str | None, as_of: datetime
) -> dict[str, tuple[str, ...]]:
    """Roles of the persons of an account (and, of an opportunity, of that one or of none in particular) that hold at as-of."""
    if unit == "person" or account is None:
        return {}
    rows = con.execute(
        """SELECT DISTINCT person, role FROM membership
        WHERE (account = $1 OR opportunity = $2) AND ($3 OR opportunity IS NULL OR opportunity = $2)
          AND person IS NOT NULL AND role IS NOT NULL
          AND (valid_from IS NULL OR valid_from <= $4) AND (valid_to IS NULL OR valid_to > $4) ORDER BY 1, 2""",
        [account, of, unit == "account", as_of.astimezone(UTC).replace(tzinfo=None)],
    ).fetchall()
    out: dict[str, dict[str, None]] = {}
    for person, role in rows:
        name = canonical_role(role)
        if name:
            out.setdefault(person, {})[name] = None
    return {person: tuple(roles) for person, roles in out.items()}


def _company(con: duckdb.DuckDBPyConnection, account: str | None, currency: str) -> "Company | None":
    from tabiji.metrics.account.timeline import Company

    if account is None:
        return None
    told = dict(zip(_COMPANY, _one(con, "account", account, _COMPANY), strict=True))
    if told["annual_revenue"] is not None and told["currency"] is None:
        told["currency"] = currency
    return Company(account, **told)


def _opportunities(
    con: duckdb.DuckDBPyConnection, unit: str, of: str, as_of: datetime, currency: str
) -> "tuple[Opportunity, ...]":
    """The opportunities of an account, or the one itself, that had been opened by as-of; the latest first."""
    from tabiji.metrics.account.timeline import Opportunity

    if unit == "person":
        return ()
    condition = f"{'account' if unit == 'account' else 'id'} = {literal(of)}"
    query = latest_word(con, "opportunity", {c: c for c in _DEAL}, condition)
    rows = con.execute(
        f"""SELECT id, {", ".join(_DEAL)} FROM ({query}) WHERE opened_at IS NULL OR opened_at <= $1
        ORDER BY opened_at DESC NULLS LAST, id""",
        [as_of.astimezone(UTC).replace(tzinfo=None)],
    ).fetchall()
    return tuple(
        Opportunity(
            id=row[0], offering=row[1], owner=row[2], amount=row[3],
            currency=None if row[3] is None else row[4] or currency, stage=row[5],
            opened_at=_utc(row[6]), closed_at=_utc(row[7]),
        )
        for row in rows
    )  # fmt: skip


def _utc(naive: datetime | None) -> datetime | None:
    return None if naive is None else naive.replace(tzinfo=UTC)
