"""Whether what came to the lake since an index was built only adds to it.

Events that were replaced, and changes in who belongs where that reach events which are already in the index, do not:
then the index is built anew. Everything here is asked of the rows that came since (`batch > n`), and of the few persons
and opportunities that they are about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from tabiji.identity.membership import account_timeline, create_identity_views, role_timeline
from tabiji.identity.opportunities import opportunity_facts
from tabiji.index.dictionary.hashing import U8, Hashing, Table, find, table_of
from tabiji.index.dictionary.scan import whole
from tabiji.index.jit import kernel, readonly
from tabiji.index.store import open_array

_EPOCH_MICROS = 946_684_800_000_000
_RELEVANT = {
    "account": ("account",),
    "person": ("account",),
    "opportunity": ("account", "offering", "opened", "closed"),
}  # columns of an opportunity that tell whose an event is


@dataclass(frozen=True, slots=True)
class Since:
    """What is compared: the lake as `con` sees it with what it was at head `number`, for the index of `unit`.

    homes: folders with `homeless.*` (the generation's dictionary, the delta), None where they are not all known ·
    persons: folders with `person_hash` and `items` · last_at: the latest event in the index, seconds since EPOCH."""

    con: duckdb.DuckDBPyConnection
    hashing: Hashing
    unit: str
    number: int
    last_at: int
    homes: tuple[Path, ...] | None
    persons: tuple[Path, ...]


def reaches_back(since: Since) -> bool:
    """Whether rows of person, membership or opportunity that came since change what is in the index already."""
    _create_before(since)
    _candidates(since)
    if _opportunities_reach_back(since):
        return True
    changed = _changed_persons(since)
    if not len(changed):
        return False
    if since.unit == "opportunity":
        since.con.register("given_changed", {"h": changed})
        query = (
            f"SELECT EXISTS(FROM event_all WHERE batch <= {since.number} AND person IS NOT NULL "
            f"AND {since.hashing.sql('person')} IN (SELECT h FROM given_changed))"
        )
        return bool(since.con.execute(query).fetchall()[0][0])
    return _have_events(since, changed)


def _create_before(since: Since) -> None:
    """Views `before_<table>`: the current rows as of head `number`."""
    for table in ("person", "membership", "opportunity"):
        since.con.execute(
            f"CREATE OR REPLACE VIEW before_{table} AS SELECT * FROM {table}_all WHERE batch <= {since.number} "
            "QUALIFY row_number() OVER (PARTITION BY origin, id ORDER BY version DESC) = 1"
        )


def _candidates(since: Since) -> None:
    """Tables of the persons and opportunities that the new rows are about, before or after."""
    n = since.number
    since.con.execute(
        f"CREATE OR REPLACE TABLE delta_opportunity AS SELECT DISTINCT id FROM opportunity_all WHERE batch > {n};"
        f"CREATE OR REPLACE TABLE delta_person AS SELECT DISTINCT person FROM ("
        f"  SELECT id AS person FROM person_all WHERE batch > {n}"
        f"  UNION ALL SELECT m.person FROM membership_all m"
        f"    SEMI JOIN (SELECT origin, id FROM membership_all WHERE batch > {n}) c ON c.origin = m.origin AND c.id = m.id"
        f"  UNION ALL SELECT m.person FROM membership_all m SEMI JOIN delta_opportunity o ON o.id = m.opportunity"
        ") WHERE person IS NOT NULL"
    )
    create_identity_views(since.con, persons="delta_person")
    before = {table: f"before_{table}" for table in ("person", "membership", "opportunity")}
    create_identity_views(since.con, prefix="past", tables=before, persons="delta_person")


def _opportunities_reach_back(since: Since) -> bool:
    columns = _RELEVANT[since.unit]
    differs = " OR ".join(f"p.{c} IS DISTINCT FROM i.{c}" for c in columns)
    since.con.execute(
        "CREATE OR REPLACE TABLE delta_moved AS SELECT d.id FROM delta_opportunity d "
        f"LEFT JOIN past_opportunity p ON p.id = d.id LEFT JOIN identity_opportunity i ON i.id = d.id WHERE {differs}"
    )
    if since.unit == "opportunity":
        query = f"SELECT EXISTS(FROM delta_moved) OR EXISTS({_told_anew(since)})"
    else:
        query = (
            "SELECT EXISTS(FROM delta_moved) AND EXISTS(FROM event_all "
            f"WHERE batch <= {since.number} AND account IS NULL AND opportunity IN (SELECT id FROM delta_moved))"
        )
    return bool(since.con.execute(query).fetchall()[0][0])


def _told_anew(since: Since) -> str:
    """A query for the opportunities of which the new events tell what changes their share in events of before: another account or
    opening, or a close before the last of those."""
    theirs = "SELECT * FROM event WHERE opportunity IN (SELECT opportunity FROM index_new)"
    before, now = (opportunity_facts(f"({theirs}{only})") for only in (f" AND batch <= {since.number}", ""))
    return (
        f"FROM ({now}) n LEFT JOIN ({before}) b ON b.id = n.id WHERE n.account IS NOT NULL AND n.opened IS NOT NULL AND "
        "(n.account IS DISTINCT FROM b.account OR n.opened IS DISTINCT FROM b.opened OR "
        f"(n.closed IS DISTINCT FROM b.closed AND n.closed <= {_last_micro(since)}))"
    )


def _last_micro(since: Since) -> int:
    """The end of the second of the latest event in the index, µs since 1970."""
    return since.last_at * 1_000_000 + _EPOCH_MICROS + 999_999


def _changed_persons(since: Since) -> U8:
    """Hashes of the persons whose account or role at the time of any event in the index is another one now."""
    last = _last_micro(since)
    # Steps that change nothing are left out, so that equal timelines are equal rows.
    account = "QUALIFY account IS DISTINCT FROM lag(account) OVER (PARTITION BY person ORDER BY start)"
    role = "QUALIFY roles <> coalesce(lag(roles) OVER (PARTITION BY scope, person, place ORDER BY start), '')"
    parts = []
    for timeline, steps in ((account_timeline, account), (role_timeline, role)):
        past, now = (
            f"(SELECT * FROM ({timeline(prefix)}) WHERE start <= {last} {steps})" for prefix in ("past", "identity")
        )
        parts += [
            f"SELECT person FROM (FROM {past} EXCEPT FROM {now})",
            f"SELECT person FROM (FROM {now} EXCEPT FROM {past})",
        ]
    query = f"SELECT DISTINCT {since.hashing.sql('person')} FROM ({' UNION ALL '.join(parts)})"
    (found,) = whole(since.con, query, [np.uint64])
    return found


def _have_events(since: Since, changed: U8) -> bool:
    """Whether any of these persons has an event in the index, or one that found no unit."""
    if since.homes is None:
        return True
    table = table_of(changed)
    known = [open_array(folder / "homeless.person.npy") for folder in since.homes]
    for folder in since.persons:
        if (folder / "person_hash.npy").exists():
            known.append(open_array(folder / "person_hash.npy"))
        else:
            known.append(np.ascontiguousarray(open_array(folder / "items.npy")["person_hash"]))
    return any(_any_in(table, readonly(hashes)) for hashes in known)


@kernel
def _any_in(table: Table, hashes: U8) -> bool:
    hits = 0
    for i in range(hashes.size):
        hits += find(table, hashes[i]) >= 0
    return hits > 0


def hashing_of(body: Mapping[str, Any]) -> Hashing:
    """How the texts of an index were hashed."""
    return Hashing(int(body["hashing"]["salt"]))
