from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from small_lake import DAY, SETTINGS, THOROUGH, Reference, Rows, decoded, lakes, make_lake
from tabiji.index import Index, build_index, open_index
from tabiji.index.build import building
from tabiji.index.build.building import Order, Sizes, build_generation
from tabiji.index.dictionary import vocabulary
from tabiji.index.dictionary.hashing import Hashing
from tabiji.lake import Lake

UNITS = ["account", "opportunity", "person"]
PERSONS = ["p1", "p2", "p3", "p4"]
COLUMNS = ("unit", "live", "off", "kind", "person", "role", "at", "received", "value_at", "value", "currency")


def build(folder: Path, rows: Rows, unit: str = "account", **how: Any) -> Index:
    build_index(make_lake(folder, rows), folder / "index", unit, settings=SETTINGS, **how)
    return open_index(folder / "index", unit)


@pytest.mark.parametrize("unit", UNITS)
@hypothesis_settings(max_examples=8 * THOROUGH, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=lakes(), inherit_days=st.sampled_from([0, 2, 365]), data=st.data())
def test_random_lakes_agree_with_the_row_by_row_builder_in_any_order_of_arrival(
    unit: str, rows: Rows, inherit_days: int, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected = Reference(rows, unit, ["plan"], inherit_days)
    how = {"properties": ["plan"], "inherit_days": inherit_days}
    index = build(tmp_path_factory.mktemp("lake"), rows, unit, **how)
    assert decoded(index, PERSONS) == expected.build()
    assert index.manifest["unresolved"] == expected.unresolved
    shuffled = rows | {"event": data.draw(st.permutations(rows["event"]))}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "tabiji.index.build.people.MOST_ROWS", data.draw(st.integers(1, 4))
        )  # in parts, as many people are
        other = build(tmp_path_factory.mktemp("lake"), shuffled, unit, **how)
    assert index.version == other.version
    for mine, its in zip(index.partitions, other.partitions, strict=True):
        for name in COLUMNS:
            assert np.array_equal(getattr(mine.tiers[0], name), getattr(its.tiers[0], name))


def test_an_account_journey_row_by_row(tmp_path: Path) -> None:
    def at(day: int) -> datetime:
        return DAY + timedelta(days=day)

    rows: Rows = {
        "account": [{"id": "acme"}, {"id": "silent"}],
        "person": [{"id": "ann", "account": "acme"}, {"id": "bob"}],
        "opportunity": [{"id": "deal", "account": "acme"}],
        "membership": [
            {"id": "1", "account": "acme", "person": "ann", "role": "User", "valid_to": at(5)},
            {"id": "2", "person": "ann", "opportunity": "deal", "role": "決裁者"},
            {"id": "3", "account": "acme", "person": "bob", "role": "Champion", "valid_from": at(2), "valid_to": at(9)},
        ],
        "event": [
            {
                "id": "1",
                "at": at(1),
                "person": "ann",
                "name": "page_viewed",
                "content": "https://acme.jp/pricing/?utm=x",
            },
            {"id": "2", "at": at(3), "account": "acme", "opportunity": "deal", "person": "ann", "name": "meeting"},
            {"id": "3", "at": at(3), "person": "bob", "name": "call"},
            {"id": "4", "at": at(6), "person": "ann", "name": "page_viewed", "content": "/pricing"},
            {
                "id": "5",
                "at": at(7),
                "opportunity": "deal",
                "name": "won",
                "value": 9.5,
                "currency": "JPY",
                "offering": "crm",
            },
            {"id": "6", "at": at(8), "account": "unlisted", "name": "call"},
            {"id": "7", "at": at(1), "person": "bob", "name": "call"},
            {"id": "8", "at": at(1), "name": "call"},
        ],
    }
    index = build(tmp_path, rows)
    found = decoded(index, ["ann", "bob"])
    told = [(r[0] // 86_400 - 8766, r[1], r[5], r[9], r[10], r[12]) for r in found["acme"]]
    assert told == [
        (1, "page_viewed", "/pricing", "ann", ("user",), None),
        (3, "call", None, "bob", ("champion",), None),
        (3, "meeting", None, "ann", ("decision_maker",), None),
        (6, "page_viewed", "/pricing", "ann", ("decision_maker",), None),
        (7, "won", None, None, (), 9.5),
    ]
    assert (found["silent"], len(found["unlisted"]), set(found)) == ([], 1, {"acme", "silent", "unlisted"})
    said = index.manifest
    assert (said["events"], said["lake_events"], said["unresolved"], said["no_event"]) == (6, 8, 2, 1)
    assert said["as_of"] == "2024-01-09T00:00:00+00:00"
    assert (said["lake_number"], said["notices"]) == (1, [])


def test_what_an_opportunity_inherits(tmp_path: Path) -> None:
    def visit(day: int, **said: Any) -> dict[str, Any]:
        return {"id": f"{day} {said}", "at": DAY + timedelta(days=day), "account": "a", "name": f"day {day}", **said}

    opened, closed = DAY + timedelta(days=10), DAY + timedelta(days=20)
    rows: Rows = {
        "opportunity": [
            {"id": "closed", "account": "a", "opened_at": opened, "closed_at": closed},
            {"id": "open", "account": "a", "opened_at": opened, "offering": "crm"},
            {"id": "undated", "account": "a"},
            {"id": "undated and silent", "account": "a"},
            {"id": "elsewhere", "account": "b", "opened_at": opened},
            {"id": "homeless", "opened_at": opened},
        ],
        "event": [
            visit(4), visit(5), visit(20), visit(21), visit(12, offering="ma"), visit(13, offering="crm"),
            visit(18, opportunity="undated"), visit(1, opportunity="unlisted"),
        ],
    }  # fmt: skip
    found = decoded(build(tmp_path, rows, "opportunity", inherit_days=5), [])
    told = {unit: [(row[1], row[8]) for row in events] for unit, events in found.items()}
    assert told == {
        "closed": [("day 5", True), ("day 12", True), ("day 13", True), ("day 20", True)],
        "open": [("day 5", True), ("day 13", True), ("day 20", True), ("day 21", True)],
        "undated": [("day 13", True), ("day 18", False), ("day 20", True), ("day 21", True)],
        "undated and silent": [],
        "elsewhere": [],
        "homeless": [],
        "unlisted": [
            ("day 1", False), ("day 4", True), ("day 5", True), ("day 12", True), ("day 13", True), ("day 20", True), ("day 21", True),
        ],
    }  # fmt: skip


def test_an_opportunity_that_only_events_know_inherits_too_and_only_until_it_closes(tmp_path: Path) -> None:
    def deal(day: int, name: str, opportunity: str | None, account: str | None = "a") -> dict[str, Any]:
        at = DAY + timedelta(days=day)
        return {
            "id": f"{day} {name} {opportunity}",
            "at": at,
            "account": account,
            "name": name,
            "opportunity": opportunity,
        }

    rows: Rows = {
        "opportunity": [{"id": "row", "account": "a", "opened_at": DAY + timedelta(days=10)}],
        "event": [
            *(deal(day, f"day {day}", None) for day in (2, 3, 8, 14, 15, 20, 40)),
            deal(8, "elsewhere", None, "b"),
            deal(8, "opportunity_opened", "won", None), deal(9, "quoted", "won"), deal(10, "moved", "won", "b"),
            deal(15, "opportunity_won", "won"), deal(30, "opportunity_won", "won"),
            deal(14, "opportunity_lost", "row", None),
            deal(20, "opened", "nobody's", None),
        ],
    }  # fmt: skip
    found = decoded(build(tmp_path, rows, "opportunity", inherit_days=5), [])
    assert {unit: [row[1] for row in events if row[8]] for unit, events in found.items()} == {
        "won": ["day 3", "day 8", "day 14", "day 15"],
        "row": ["day 8", "day 14"],
        "nobody's": [],
    }


def test_buckets_and_partitions_do_not_change_what_is_in_the_index(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    events = [
        {"id": f"e{i}", "at": DAY + timedelta(seconds=int(s)), "account": f"a{a}", "person": f"p{i % 4}", "value": v, "name": f"n{i % 5}"}
        for i, (s, a, v) in enumerate(
            zip(rng.integers(0, 10**6, 900), rng.integers(0, 60, 900), rng.random(900).tolist(), strict=True)
        )
    ]  # fmt: skip
    events += [{"id": f"one{i}", "at": DAY + timedelta(seconds=-i), "account": "large"} for i in range(300)]
    lake = make_lake(tmp_path, {"event": events, "account": [{"id": f"a{i}"} for i in range(70)]})
    found = []
    for name, sizes in (("one", Sizes()), ("many", Sizes(partition=400, bucket=90))):
        build_generation(Order(lake, SETTINGS, "account", sizes=sizes), tmp_path / name / "account")
        found.append(open_index(tmp_path / name, "account"))
    one, many = found
    assert [len(i.partitions) for i in found] == [1, 3]
    assert list(one.units) == list(many.units)
    assert decoded(one, [*PERSONS, "p0"]) == decoded(many, [*PERSONS, "p0"])
    assert one.manifest["fingerprint"] == many.manifest["fingerprint"]
    assert [(p.number, p.first) for p in many.partitions] == [
        (0, 0), (1, many.partitions[0].n), (2, many.partitions[0].n + many.partitions[1].n)
    ]  # fmt: skip


def test_contents_are_paths(tmp_path: Path) -> None:
    told = {
        "/": "/", "/pricing/": "/pricing", "/pricing?x=1": "/pricing", "https://a.jp/b/?u=1#z": "/b", "https://a.jp": "/",
        "a.html?x=1": "a.html", "Why CX?": "Why CX?", "C#入門": "C#入門", "docs/a/": "docs/a", "": "", "/#x": "/", "資料 A?": "資料 A?",
    }  # fmt: skip
    rows: Rows = {"event": [{"id": c, "at": DAY, "account": c or "none", "content": c} for c in told]}
    found = decoded(build(tmp_path, rows), [])
    assert {c: found[c or "none"][0][5] for c in told} == told


def test_contents_that_are_nearly_all_different_are_cut_while_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: Rows = {
        "event": [{"id": f"{i}", "at": DAY, "account": "a", "content": f"/page/{i % 3}?session={i}"} for i in range(40)]
    }
    expected = decoded(build(tmp_path / "raw", rows), [])
    monkeypatch.setattr(vocabulary, "_SAMPLE", 20)
    index = build(tmp_path / "cut", rows)
    assert index.manifest["reading"]["paths"]
    assert decoded(index, []) == expected
    assert list(index.kinds.content) == ["/page/0", "/page/1", "/page/2"]


def test_the_rarest_contents_become_other_with_a_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "MOST_KINDS", 3)
    counts = {"/a": 5, "/b": 4, "/c": 2, "/d": 1}
    events = [
        {"id": f"{c} {i}", "at": DAY + timedelta(days=i), "account": "a", "name": "v", "content": c}
        for c, n in counts.items()
        for i in range(n)
    ]
    index = build(tmp_path, {"event": events})
    assert list(index.kinds.content) == ["(other)", "/a", "/b"]
    assert sum(row[5] == "(other)" for row in decoded(index, [])["a"]) == 3
    (notice,) = index.manifest["notices"]
    assert (notice["code"], notice["values"]) == ("kinds_shortened", {"most": 3, "columns": "content"})


def test_kinds_that_are_still_too_many_lose_the_next_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "MOST_KINDS", 4)
    events = [
        {"id": f"{i}", "at": DAY, "account": "a", "name": f"n{i % 2}", "content": f"/{i}", "campaign": f"c{i // 4}", "properties": f'{{"plan": "{i}"}}'}
        for i in range(16)
    ]  # fmt: skip
    index = build(tmp_path, {"event": events}, properties=["plan"])
    assert len(index.kinds) <= 4
    assert set(index.kinds.name) == {"n0", "n1"}
    assert index.manifest["notices"][0]["values"]["columns"] == "content, property:plan, campaign"


def test_currencies_have_codes_and_none_is_the_first(tmp_path: Path) -> None:
    events = [
        {"id": "1", "at": DAY, "account": "a", "value": 1.0, "currency": "USD"},
        {"id": "2", "at": DAY, "account": "a", "value": 2.0},
        {"id": "3", "at": DAY, "account": "a", "value": 3.0, "currency": "JPY"},
        {"id": "4", "at": DAY, "account": "a", "currency": "EUR"},
    ]
    index = build(tmp_path, {"event": events})
    assert index.currencies == ["", "JPY", "USD"]
    assert [row[12:] for row in decoded(index, [])["a"]] == [(None, None), (1.0, "USD"), (2.0, None), (3.0, "JPY")]


def test_two_names_with_one_hash_are_hashed_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sql = Hashing.sql

    def weak(self: Hashing, *expressions: str) -> str:
        return f"({sql(self, *expressions)} % 4 + 1)::UBIGINT" if self.salt == 0 else sql(self, *expressions)

    monkeypatch.setattr(Hashing, "sql", weak)
    rows: Rows = {"event": [{"id": f"{i}", "at": DAY, "account": f"a{i}"} for i in range(9)], "account": [{"id": "a1"}]}
    index = build(tmp_path, rows)
    assert index.manifest["hashing"]["salt"] == 1
    assert sorted(index.units) == [f"a{i}" for i in range(9)]


def test_a_unit_with_more_persons_than_can_be_numbered(tmp_path: Path) -> None:
    n = 65_540
    (tmp_path / "tmp").mkdir()
    lake = Lake(tmp_path / "lake", SETTINGS)
    with duckdb.connect() as con, lake.write() as batch:
        query = "SELECT 'e' || i AS id, 'x' AS origin, 'crowd' AS account, 'p' || i AS person, TIMESTAMP '2024-01-01' AS \"at\""
        batch.append("event", con.sql(f"{query} FROM range({n}) t(i)"))
    build_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    index = open_index(tmp_path / "index", "account")
    persons = index.partitions[0].tiers[0].person
    assert (len(np.unique(persons)), persons.max(), (persons == 65_534).sum()) == (65_535, 65_534, 6)
    assert index.manifest["notices"][0]["values"] == {"n": 1}


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    rows: Rows = {"event": [{"id": "1", "at": DAY, "account": "a"}, {"id": "2", "at": DAY}]}
    build(tmp_path, rows, progress=lambda *step: told.append(step))
    assert ("reading events", 2, 2) in told
    assert ("sorting events", 1, 1) in told


def test_nothing_at_all_is_an_index_too(tmp_path: Path) -> None:
    index = build(tmp_path, {})
    assert (index.n_units, index.n_events, index.manifest["as_of"], len(index.kinds)) == (0, 0, None, 0)
    assert [(p.first, p.n) for p in index.partitions] == [(0, 0)]
