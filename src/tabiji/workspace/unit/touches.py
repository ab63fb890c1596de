"""Events of one unit, read from the lake: what a receipt shows.

The index knows an event by its second, its kind and its person; the lake tells the rest. Events that agree in all of that
are told in the order of their ids."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb

from tabiji.index.layout import NO_PERSON, Tier
from tabiji.lake.schema import EPOCH
from tabiji.lake.views import seconds_of

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.metrics.account.why_result import Touch

_EPOCH = datetime.fromisoformat(EPOCH).replace(tzinfo=UTC)
# Ways in which an event belongs to a unit, a query each: joined by OR they would make the engine look at every event in full.
_OF_UNIT: dict[str, tuple[str, ...]] = {
    "account": (
        "e.account = $1",
        "e.account IS NULL AND e.opportunity IN (SELECT id FROM opportunity WHERE account = $1)",
        "e.account IS NULL AND e.person IN (SELECT unnest($2::VARCHAR[]))",
    ),
    "opportunity": (
        "e.opportunity = $1",
        "e.opportunity IS NULL AND e.account IN (SELECT account FROM opportunity WHERE id = $1)",
        "e.opportunity IS NULL AND e.person IN (SELECT unnest($2::VARCHAR[]))",
    ),
    "person": ("e.person = $1",),
}
_FIELDS = ("name", "channel", "source", "campaign", "offering")


def touches_of(
    con: duckdb.DuckDBPyConnection,
    index: "Index",
    unit: int,
    tier: Tier,
    events: Sequence[int],
    persons: Sequence[str | None],
) -> "Mapping[int, Touch]":
    """Events of a unit (ordinal `unit`) by their positions in its tier. con: of the lake · persons: see `person_ids`."""
    from tabiji.metrics.account.why_result import Touch
    from tabiji.metrics.scope import instant

    if not events:
        return {}
    free = _candidates(con, index, unit, tier, events, [p for p in persons if p])
    kinds, out = index.kinds, {}
    for e in events:
        kind, number = int(tier.kind[e]), int(tier.person[e])
        person = None if number == NO_PERSON else persons[number]
        said = tuple(getattr(kinds, name)[kind] for name in _FIELDS)
        rows = free.get((int(tier.at[e]), person, *said), [])
        best = max(rows, key=lambda row: _alike(row["content"], kinds.content[kind]), default=None)
        if best is not None:
            rows.remove(best)
        out[e] = Touch(
            event_id=None if best is None else best["id"],
            name=kinds.name[kind],
            at=instant(int(tier.at[e])) if best is None else best["at"].replace(tzinfo=UTC),
            person=person,
            channel=kinds.channel[kind],
            content=kinds.content[kind] if best is None else best["content"],
            roles=tuple(index.role_sets[tier.role[e]]),
        )
    return out


def _alike(told: str | None, indexed: str | None) -> int:
    """How well the content of an event fits that of the index, which keeps the path of an address only."""
    if told == indexed:
        return 2
    return 1 if told and indexed and indexed in told else 0


def _candidates(
    con: duckdb.DuckDBPyConnection, index: "Index", unit: int, tier: Tier, events: Sequence[int], persons: list[str]
) -> dict[tuple[Any, ...], list[dict[str, Any]]]:  # fmt: skip
    """Rows of the lake by what the index knows of them: second, person, and the fields of a kind."""
    seconds = sorted({int(tier.at[e]) for e in events})
    given: list[Any] = [index.units[unit]] if index.unit == "person" else [index.units[unit], persons]
    told = ", ".join(f"e.{name}" for name in ("id", "at", "person", "content", *_FIELDS, "origin"))
    then = f"{seconds_of('e.at')} IN ({', '.join(map(str, seconds))})"
    parts = [f"SELECT {told} FROM event e WHERE {mine} AND {then}" for mine in _OF_UNIT[index.unit]]
    query = f'{" UNION ".join(parts)} ORDER BY "at", id, origin'
    found = con.execute(query, given)
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    out: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        second = int((row["at"].replace(tzinfo=UTC) - _EPOCH).total_seconds() // 1)
        out.setdefault((second, row["person"], *(row[name] for name in _FIELDS)), []).append(row)
    return out
