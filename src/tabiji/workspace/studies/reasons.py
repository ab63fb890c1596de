"""What is not as it was when a study was frozen: in the data, the rules, the segments, the settings, the program."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb

from tabiji.i18n import N_
from tabiji.lake.past import CORRECTED, LATE, MOVED, RECORDS, changes_since
from tabiji.lake.schema import TABLES
from tabiji.lake.views import literal, quote
from tabiji.version import __version__
from tabiji.workspace.studies.result import Reason
from tabiji.workspace.studies.study import Study

if TYPE_CHECKING:
    from tabiji.workspace.askable import Askable

MOST = 5  # pairs of accounts, and changes of a map, that are named

_LATE = {
    "event": ("late_events", N_("Events that had happened by then but came in afterwards: {n:,} (from {sources}).")),
    "survey": ("late_answers", N_("Survey answers given by then that came in afterwards: {n:,} (from {sources}).")),
    "cost": ("late_costs", N_("Costs of that time that came in afterwards: {n:,} (from {sources}).")),
}
_RECORDS = {
    "account": ("changed_attributes", N_("Companies: {changed:,} changed ({columns}), {new:,} are new.")),
    "membership": ("changed_roles", N_("Roles in buying groups: {changed:,} changed ({columns}), {new:,} are new.")),
    "person": ("changed_people", N_("People: {changed:,} changed ({columns}), {new:,} are new.")),
    "opportunity": ("changed_opportunities", N_("Opportunities: {changed:,} changed ({columns}), {new:,} are new.")),
}
_WHEN = {"event": '"at"', "survey": '"at"', "cost": '"on"'}


def changed_data(workspace: "Askable", study: Study) -> list[Reason]:
    """What came into the lake since the study was frozen and can bear on it."""
    with workspace.lake.connect() as con:
        grown = [t for t in TABLES if _has_grown(con, t, study)]
        return [reason for find in (_late, _corrected, _moved, _records) for reason in find(con, study, grown)]


def _has_grown(con: duckdb.DuckDBPyConnection, table: str, study: Study) -> bool:
    """Whether any row came since; quick, because old row groups are passed over."""
    query = f"SELECT 1 FROM {quote(f'{table}_all')} WHERE batch > {study.lake_number} LIMIT 1"
    return bool(con.execute(query).fetchall())


def _since(table: str, study: Study, change: str) -> str:
    """A query for (origin, id) of the records of a table with one kind of change."""
    since = changes_since(table, f"FROM {quote(f'{table}_all')}", study.lake_number)
    return f"SELECT origin, id FROM ({since}) WHERE change = {literal(change)}"


def _sources(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, int]:
    return {origin: int(n) for origin, n in con.execute(query).fetchall()}


def _late(con: duckdb.DuckDBPyConnection, study: Study, grown: Sequence[str]) -> Iterator[Reason]:
    as_of = datetime.fromisoformat(study.answer["provenance"]["as_of"]).astimezone(UTC).replace(tzinfo=None)
    by_then = literal(
        (as_of + timedelta(seconds=1)).isoformat(sep=" ")
    )  # instants of a second are counted as its beginning
    for table, (code, message) in ((t, told) for t, told in _LATE.items() if t in grown):
        found = _sources(
            con,
            f"SELECT origin, count(*) FROM {quote(table)} SEMI JOIN ({_since(table, study, LATE)}) USING (origin, id) "
            f"WHERE {_WHEN[table]} < TIMESTAMP {by_then} GROUP BY 1 ORDER BY 2 DESC, 1",
        )
        if found:
            yield Reason(LATE, code, message, {"n": sum(found.values()), **_told(found)})


def _corrected(con: duckdb.DuckDBPyConnection, study: Study, grown: Sequence[str]) -> Iterator[Reason]:
    found: dict[str, int] = {}
    for table in (t for t in _LATE if t in grown):
        counted = _sources(con, f"SELECT origin, count(*) FROM ({_since(table, study, CORRECTED)}) GROUP BY 1")
        found = {o: found.get(o, 0) + counted.get(o, 0) for o in [*found, *counted]}
    if not found:
        return
    gone = con.execute(
        f"SELECT count(*) FROM ({_since('event', study, CORRECTED)}) ANTI JOIN event USING (origin, id)"
    ).fetchall()
    message = N_(
        "Events, answers or costs that were corrected afterwards: {n:,}, of them withdrawn: {withdrawn:,} (from {sources})."
    )
    yield Reason(
        CORRECTED, "corrected_data", message, {"n": sum(found.values()), "withdrawn": int(gone[0][0]), **_told(found)}
    )


def _moved(con: duckdb.DuckDBPyConnection, study: Study, grown: Sequence[str]) -> Iterator[Reason]:
    pairs: dict[tuple[str | None, str | None], int] = {}
    for table in (t for t in grown if "account" in TABLES[t]):
        was = (
            f"SELECT origin, id, arg_max({{'of': account}}, version)['of'] AS was FROM {quote(f'{table}_all')} "
            f"WHERE batch <= {study.lake_number} GROUP BY ALL"
        )
        rows = con.execute(
            f"SELECT w.was, t.account, count(*) FROM {quote(table)} t JOIN ({_since(table, study, MOVED)}) USING (origin, id) "
            f"JOIN ({was}) w USING (origin, id) GROUP BY 1, 2"
        ).fetchall()
        for a, b, n in rows:
            pairs[a, b] = pairs.get((a, b), 0) + int(n)
    if pairs:
        largest = sorted(pairs, key=lambda p: (-pairs[p], str(p)))
        told = [f"{a or '—'} → {b or '—'} ({pairs[a, b]:,})" for a, b in largest[:MOST]] + ["…"] * (len(largest) > MOST)
        message = N_("Records that now belong to another account: {n:,} ({pairs}).")
        yield Reason(
            MOVED, "merged_accounts", message, {"n": sum(pairs.values()), "accounts": len(pairs), "pairs": told}
        )


def _records(con: duckdb.DuckDBPyConnection, study: Study, grown: Sequence[str]) -> Iterator[Reason]:
    for table, (code, message) in ((t, told) for t, told in _RECORDS.items() if t in grown):
        columns = list(TABLES[table])
        every = quote(f"{table}_all")
        last = ", ".join(f"arg_max({{'x': {quote(c)}}}, version)['x'] AS {quote(c)}" for c in columns)
        then = f"SELECT origin, id, {last} FROM {every} WHERE batch <= {study.lake_number} GROUP BY ALL"
        differ = ", ".join(
            f"count(*) FILTER (t.origin IS NOT NULL AND t.{quote(c)} IS DISTINCT FROM n.{quote(c)})" for c in columns
        )
        [(known, new, *by_column)] = con.execute(
            f"SELECT count(t.origin), count(*) - count(t.origin), {differ} FROM {quote(table)} n "
            f"SEMI JOIN ({_since(table, study, RECORDS)}) s ON s.origin = n.origin AND s.id = n.id "
            f"LEFT JOIN ({then}) t ON t.origin = n.origin AND t.id = n.id"
        ).fetchall()
        if known or new:
            named = [c for c, n in zip(columns, by_column, strict=True) if n]
            yield Reason(RECORDS, code, message, {"changed": int(known), "new": int(new), "columns": named or ["—"]})


def _told(by_source: Mapping[str, int]) -> dict[str, Any]:
    return {"sources": [f"{origin} {n:,}" for origin, n in by_source.items()], "by_source": dict(by_source)}


def changed_rules(workspace: "Askable", study: Study) -> list[Reason]:
    """How the map changed since; empty where only its comments did."""
    from tabiji.journeymap.diff import diff

    now = workspace.maps.get(study.map_id)
    if now.number == study.map_version:
        return []
    changes = diff(workspace.maps.get(study.map_id, study.map_version).map, now.map)
    if not changes:
        return []
    told: list[Any] = [*changes[:MOST], *(["…"] if len(changes) > MOST else [])]
    message = N_("The map changed from version {was} to version {now}: {changes}.")
    return [Reason("rules", "changed_rule", message, {"was": study.map_version, "now": now.number, "changes": told})]


def changed_segments(workspace: "Askable", study: Study) -> list[Reason]:
    """Saved segments of the question that say something else now, or are gone."""
    kept = {s.id: s.condition for s in workspace.segments.list()}
    found = []
    for name, was in study.segments.items():
        values = {"segment": name, "was": was, "now": kept.get(name)}
        if name not in kept:
            message = N_("Segment @{segment} was removed; what it said then still holds here: {was}")
            found.append(Reason("segment", "removed_segment", message, values))
        elif kept[name] != was:
            message = N_("Segment @{segment} said {was} then, and says {now} now.")
            found.append(Reason("segment", "changed_segment", message, values))
    return found


def changed_settings(workspace: "Askable", study: Study) -> list[Reason]:
    """Settings that figures hang on and that are others now."""
    message = N_("Setting {setting} was {was}, and is {now}.")
    return [
        Reason("settings", "changed_setting", message, {"setting": name, "was": was, "now": now})
        for name, was in study.settings.items()
        if (now := getattr(workspace.settings, name, None)) != was
    ]


def changed_software(study: Study, reproduced: bool) -> list[Reason]:
    """Whether another tabiji answers now. reproduced: whether it gives the frozen answer from what was known then."""
    was, now = study.answer.get("provenance", {}).get("software", ""), f"tabiji {__version__}"
    if was != now:
        message = N_("The answer was made by {was}; this is {now}.")
        return [Reason("software", "newer_tabiji", message, {"was": was, "now": now}, moved=not reproduced)]
    if reproduced:
        return []
    message = N_(
        "The answer of then cannot be made again from what is known of then; that part of the difference has no other reason."
    )
    return [Reason("software", "unexplained", message)]
