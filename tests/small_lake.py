"""Small lakes made from Python rows, a pure-Python builder to compare with, and an index read back as plain rows."""

import functools
import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import strategies as st

from tabiji.identity.roles import canonical_role
from tabiji.index import Index
from tabiji.index.persons import person_hashes
from tabiji.lake import Lake, schema
from tabiji.settings import Settings

Row = Mapping[str, Any]
Rows = dict[str, list[dict[str, Any]]]
EPOCH = datetime(2000, 1, 1)
DAY = datetime(2024, 1, 1)
RECEIVED = datetime(2024, 6, 1)
THOROUGH = int(os.environ.get("TABIJI_THOROUGH", "1"))  # times as many random lakes
SETTINGS = Settings(threads=2, memory_mb=500)


def append(lake: Lake, rows: Mapping[str, Sequence[Row]], now: datetime | None = None) -> None:
    """One more batch of rows; a row needs `id` and says whatever it says."""
    with duckdb.connect(config={"threads": 1}) as con, lake.write(now=now) as batch:
        for table, listed in rows.items():
            if not listed:
                continue
            columns = {**schema.LINEAGE, **schema.TABLES[table]}
            columns.pop("batch")
            typed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            con.execute(f"CREATE OR REPLACE TABLE given ({typed})")
            full = [
                {"origin": "test", "file": "f", "digest": 0, "version": 1, "received_at": RECEIVED, **r} for r in listed
            ]
            con.executemany(
                f"INSERT INTO given VALUES ({', '.join('?' * len(columns))})",
                [[r.get(c) for c in columns] for r in full],
            )
            batch.append(table, con.sql("FROM given"))


def make_lake(folder: Path, rows: Mapping[str, Sequence[Row]]) -> Lake:
    """A lake of one batch in `folder`/lake."""
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    lake = Lake(folder / "lake", SETTINGS)
    append(lake, rows)
    return lake


@functools.cache
def _hash(text: str) -> int:
    with duckdb.connect(config={"threads": 1}) as con:
        return int(con.execute("SELECT hash(?::VARCHAR)", [text]).fetchall()[0][0])


def _micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def decoded(index: Index, persons: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Per unit its events in order: (at s, name, channel, source, campaign, content, offering, properties, inherited,
    person id, roles, received s, value, currency)."""
    name_of = {_hash(p): p for p in persons}
    out: dict[str, list[tuple[Any, ...]]] = {u: [] for u in index.units}
    kinds = list(
        zip(
            index.kinds.name, index.kinds.channel, index.kinds.source, index.kinds.campaign, index.kinds.content,
            index.kinds.offering, zip(*index.kinds.properties.values(), strict=True) if index.kinds.properties else [()] * len(index.kinds),
            index.kinds.inherited.tolist(), strict=True,
        )
    )  # fmt: skip
    live = 0
    for partition in index.partitions:
        for tier in partition.tiers:
            values = dict(
                zip(tier.value_at.tolist(), zip(tier.value.tolist(), tier.currency.tolist(), strict=True), strict=True)
            )
            for x, unit in enumerate(tier.unit.tolist()):
                if not tier.live[x]:
                    continue
                ordinal = partition.first + unit
                hashes = person_hashes(index, ordinal)
                rows = out[index.units[ordinal]]
                assert not rows, "a unit is live in one tier"
                for i in range(tier.off[x], tier.off[x + 1]):
                    live += 1
                    person = None if tier.person[i] == 0xFFFF else name_of[hashes[tier.person[i]]]
                    value, currency = values.get(i, (None, 0))
                    rows.append(
                        (int(tier.at[i]), *kinds[tier.kind[i]], person, index.role_sets[tier.role[i]], int(tier.received[i]),
                         value, index.currencies[currency] or None)
                    )  # fmt: skip
    assert live == index.n_events
    return out


def _path(content: str | None) -> str | None:
    address = content is not None and ("/" in content or ("?" in content and "=" in content))
    if content is None or not address or any(blank in content for blank in " \u3000\t\n"):
        return content
    bare = re.split("[?#]", content)[0]
    if "://" in bare:
        _, slash, path = bare.split("://", 1)[1].partition("/")
        bare = slash + path
    return bare.rstrip("/") or "/"


class Reference:
    """The index of small tables, built row by row. Rows as for `make_lake`."""

    def __init__(
        self, rows: Mapping[str, Sequence[Row]], unit: str, properties: Sequence[str] = (), inherit_days: int = 365
    ):
        self.rows = {t: [dict.fromkeys(schema.TABLES[t]) | dict(r) for r in rows.get(t, ())] for t in schema.TABLES}
        self.unit = unit
        self.properties = properties
        self.inherit = timedelta(days=inherit_days)
        self.opportunities = {o["id"]: o for o in self.rows["opportunity"]}
        self.persons = {p["id"]: p for p in self.rows["person"]}
        self.members = [m for m in map(self._member, self.rows["membership"]) if m is not None]
        self.unresolved = 0

    def _member(self, m: Row) -> dict[str, Any] | None:
        if m["person"] is None:
            return None
        account = m["account"]
        if account is None and m["opportunity"] in self.opportunities:
            account = self.opportunities[m["opportunity"]]["account"]
        if account is None and m["person"] in self.persons:
            account = self.persons[m["person"]]["account"]
        role = canonical_role(m["role"]) if m["role"] else None
        return {**m, "account": account, "role": role}

    def _valid(self, at: datetime) -> list[dict[str, Any]]:
        return [
            m for m in self.members
            if (m["valid_from"] is None or m["valid_from"] <= at) and (m["valid_to"] is None or at < m["valid_to"])
        ]  # fmt: skip

    def account(self, e: Row) -> str | None:
        if e["account"] is not None:
            return e["account"]
        if e["opportunity"] in self.opportunities and self.opportunities[e["opportunity"]]["account"] is not None:
            return self.opportunities[e["opportunity"]]["account"]
        if e["person"] is None:
            return None
        mine = [m for m in self._valid(e["at"]) if m["person"] == e["person"] and m["account"] is not None]
        if mine:
            latest = max(m["valid_from"] or datetime.min for m in mine)
            return min(m["account"] for m in mine if (m["valid_from"] or datetime.min) == latest)
        return self.persons[e["person"]]["account"] if e["person"] in self.persons else None

    def roles(self, e: Row, opportunity: str | None, account: str | None) -> tuple[str, ...]:
        mine = [m for m in self._valid(e["at"]) if m["person"] == e["person"] and m["role"] is not None]

        def named(found: list[dict[str, Any]]) -> tuple[str, ...]:
            return tuple(sorted({m["role"] for m in found}))

        at_account = [m for m in mine if account is not None and m["account"] == account]
        itself = [m for m in at_account if m["opportunity"] is None]
        if opportunity is None:
            return named(itself) or named(at_account)
        return named([m for m in mine if m["opportunity"] == opportunity]) or named(itself)

    def members_of(self, e: Row) -> list[tuple[str, bool]]:
        if self.unit == "person":
            return [(e["person"], False)] if e["person"] is not None else []
        account = self.account(e)
        if self.unit == "account":
            return [(account, False)] if account is not None else []
        if e["opportunity"] is not None:
            return [(e["opportunity"], False)]
        return [
            (o, True)
            for o in sorted(self.opportunities.keys() | {x["opportunity"] for x in self.rows["event"]} - {None})
            if account is not None and self._inherits(o, e, account)
        ]

    def _inherits(self, o: str, e: Row, account: str) -> bool:
        row = self.opportunities.get(o, dict.fromkeys(schema.TABLES["opportunity"]))
        own = [x for x in self.rows["event"] if x["opportunity"] == o]
        told = min(((x["at"], x["account"]) for x in own if x["account"] is not None), default=(None, None))
        opened = row["opened_at"] or min((x["at"] for x in own), default=None)
        ends = [x["at"] for x in own if x["name"] in ("opportunity_won", "opportunity_lost")]
        closed = row["closed_at"] or min(ends, default=None)
        if (row["account"] or told[1]) != account or opened is None:
            return False
        fits = row["offering"] is None or e["offering"] is None or row["offering"] == e["offering"]
        return bool(fits and opened - self.inherit <= e["at"] and (closed is None or e["at"] <= closed))

    def build(self) -> dict[str, list[tuple[Any, ...]]]:
        """Per unit its events in order, as `decoded` gives them."""
        out: dict[str, list[Any]] = {row["id"]: [] for row in self.rows[self.unit]}
        for e in self.rows["event"]:
            found = self.members_of(e)
            self.unresolved += not found
            said = json.loads(e["properties"] or "{}")
            for unit, inherited in found:
                opportunity = unit if self.unit == "opportunity" else e["opportunity"]
                roles = self.roles(e, opportunity, self.account(e)) if e["person"] is not None else ()
                kind = (
                    e["name"], e["channel"], e["source"], e["campaign"], _path(e["content"]), e["offering"],
                    tuple(said.get(p) for p in self.properties), inherited,
                )  # fmt: skip
                value = e["value"]
                currency = e["currency"] if value is not None else None
                seconds, received = (
                    _micros(e["at"]) // 1_000_000,
                    _micros(e.get("received_at") or RECEIVED) // 1_000_000,
                )
                said_kind = tuple((x is not None, x) for x in (*kind[:6], *kind[6], inherited))
                key = (
                    _micros(e["at"]), said_kind, -1 if e["person"] is None else _hash(e["person"]), roles, received,
                    value is not None, value, currency or "",
                )  # fmt: skip
                key = (*key[:2], (e["person"] is None, key[2]), *key[3:])
                out.setdefault(unit, []).append((key, (seconds, *kind, e["person"], roles, received, value, currency)))
        return {unit: [row for _, row in sorted(rows, key=lambda r: r[0])] for unit, rows in out.items()}


ACCOUNTS = ["a1", "a2", "a3", None]
PERSONS = ["p1", "p2", "p3", None]
OPPORTUNITIES = ["o1", "o2", "o3", None]
MOMENTS = st.one_of(st.none(), st.integers(-3, 6).map(lambda d: DAY + timedelta(days=d)))

events = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.tuples(st.integers(-3, 6), st.sampled_from([0, 1, 1_000_000])).map(
                lambda x: DAY + timedelta(days=x[0], microseconds=x[1])
            ),
            "name": st.sampled_from(["visit", "call", "訪問", None, "opportunity_won", "opportunity_lost"]),
            "account": st.sampled_from(ACCOUNTS),
            "person": st.sampled_from([*PERSONS, "p4"]),
            "opportunity": st.sampled_from([None, *OPPORTUNITIES, "o4"]),
            "channel": st.sampled_from(["web", None]),
            "content": st.sampled_from(["/a/", "/a?x=1", "https://h.jp/a#f", "Why CX?", None]),
            "offering": st.sampled_from(["crm", "ma", None]),
            "value": st.sampled_from([None, None, 0.0, 7.5]),
            "currency": st.sampled_from(["JPY", "USD", None]),
            "properties": st.sampled_from([None, '{"plan": "pro"}', '{"plan": "free", "x": "1"}']),
            "received_at": st.sampled_from([datetime(2024, 6, 1), datetime(2024, 6, 2)]),
        }
    ),
    max_size=30,
)
memberships = st.lists(
    st.fixed_dictionaries(
        {
            "account": st.sampled_from(ACCOUNTS),
            "person": st.sampled_from(PERSONS),
            "opportunity": st.sampled_from(OPPORTUNITIES),
            "role": st.sampled_from(["決裁者", "User", "法務", None]),
            "valid_from": MOMENTS,
            "valid_to": MOMENTS,
        }
    ),
    max_size=8,
)
opportunities = st.dictionaries(
    st.sampled_from(OPPORTUNITIES[:-1]),
    st.fixed_dictionaries(
        {
            "account": st.sampled_from(ACCOUNTS),
            "offering": st.sampled_from(["crm", "ma", "erp", None]),
            "opened_at": MOMENTS,
            "closed_at": MOMENTS,
        }
    ),
)
people = st.dictionaries(st.sampled_from(PERSONS[:-1]), st.fixed_dictionaries({"account": st.sampled_from(ACCOUNTS)}))


@st.composite
def lakes(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    return {
        "event": [{"id": f"e{i}", **e} for i, e in enumerate(draw(events))],
        "account": [{"id": a} for a in draw(st.sets(st.sampled_from(["a1", "a2", "a9"])))],
        "person": [{"id": p, **row} for p, row in draw(people).items()],
        "membership": [{"id": f"m{i}", **m} for i, m in enumerate(draw(memberships))],
        "opportunity": [{"id": o, **row} for o, row in draw(opportunities).items()],
    }
