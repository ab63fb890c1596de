from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from small_lake import DAY, SETTINGS, THOROUGH, Rows, append, decoded, events, lakes, make_lake
from tabiji.index import Index, build_index, refresh_index
from tabiji.index.delta import appending
from tabiji.lake import Lake

PERSONS = ["p1", "p2", "p3", "p4"]


@pytest.fixture(autouse=True)
def _never_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small deltas stay beside small bases."""
    monkeypatch.setattr(appending, "FOLD_SHARE", 100.0)


def refresh(lake: Lake, folder: Path, unit: str = "account", **how: Any) -> Index:
    return refresh_index(lake, folder / "index", unit, settings=SETTINGS, **how)


def rebuilt(lake: Lake, folder: Path, unit: str = "account", **how: Any) -> Index:
    build_index(lake, folder / "again", unit, settings=SETTINGS, **how)
    return refresh_index(lake, folder / "again", unit, settings=SETTINGS, **how)


def facts(index: Index) -> dict[str, Any]:
    """What must not depend on how the index came to be."""
    said = ("events", "lake_events", "unresolved", "units", "no_event", "as_of", "fingerprint", "lake_number")
    return {name: index.manifest[name] for name in said}


def appended(index: Index) -> bool:
    return index.manifest["delta"] is not None


def later(rows: Rows, known: Rows) -> Rows:
    """Rows as a second import brings them: what was known already comes as a further version."""
    taken = {(table, row["id"]) for table, listed in known.items() for row in listed}
    renamed = rows | {"event": [{**e, "id": "later " + e["id"]} for e in rows["event"]]}
    return {
        table: [{**row, "version": 1 + ((table, row["id"]) in taken)} for row in listed]
        for table, listed in renamed.items()
    }


@pytest.mark.parametrize("unit", ["account", "opportunity", "person"])
@hypothesis_settings(max_examples=4 * THOROUGH, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=lakes(), second=lakes(), third=events)
def test_whatever_comes_later_the_index_equals_one_built_anew(
    unit: str, first: Rows, second: Rows, third: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("lake")
    lake = make_lake(folder, first)
    refresh(lake, folder, unit, properties=["plan"], inherit_days=2)
    append(lake, later(second, first))
    index = refresh(lake, folder, unit, properties=["plan"], inherit_days=2)
    other = rebuilt(lake, folder, unit, properties=["plan"], inherit_days=2)
    assert decoded(index, PERSONS) == decoded(other, PERSONS)
    assert facts(index) == facts(other)
    append(lake, {"event": [{**e, "id": f"third {i}"} for i, e in enumerate(third)]})
    index = refresh(lake, folder, unit, properties=["plan"], inherit_days=2)
    other = rebuilt(lake, folder, unit, properties=["plan"], inherit_days=2)
    assert decoded(index, PERSONS) == decoded(other, PERSONS)
    assert facts(index) == facts(other)


@pytest.mark.parametrize("unit", ["account", "person"])
@hypothesis_settings(max_examples=4 * THOROUGH, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=lakes(), batches=st.lists(events, min_size=1, max_size=3))
def test_new_events_are_appended_and_never_renumber_what_was_there(
    unit: str, first: Rows, batches: list[list[dict[str, Any]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("lake")
    first["event"].append({"id": "one", "at": DAY, "account": "a1", "person": "p1"})
    lake = make_lake(folder, first)
    index = refresh(lake, folder, unit)
    generation = index.manifest["generation"]
    for b, batch in enumerate(batches):
        append(lake, {"event": [{**e, "id": f"{b} {i}"} for i, e in enumerate(batch)]})
        units, kinds = list(index.units), list(index.kinds.name)
        before = index
        index = refresh(lake, folder, unit)
        assert index.manifest["generation"] == generation
        assert list(index.units)[: len(units)] == units
        assert list(index.kinds.name)[: len(kinds)] == kinds
        assert index.role_sets[: len(before.role_sets)] == before.role_sets
        assert index.currencies[: len(before.currencies)] == before.currencies
    other = rebuilt(lake, folder, unit)
    assert decoded(index, PERSONS) == decoded(other, PERSONS)
    assert facts(index) == facts(other)


def test_touched_units_move_to_the_overlay_and_new_ones_get_a_partition(tmp_path: Path) -> None:
    day = timedelta(days=1)
    known = [{"id": f"e{i}", "at": DAY + i * day, "account": f"a{i % 3}", "name": "visit"} for i in range(6)]
    lake = make_lake(tmp_path, {"event": known, "account": [{"id": "a0"}, {"id": "silent"}]})
    refresh(lake, tmp_path)
    late = {"id": "late", "at": DAY + 1.5 * day, "account": "a1", "name": "call", "value": 5.0, "currency": "EUR"}
    new = {"id": "new", "at": DAY + 9 * day, "account": "b1", "name": "visit"}
    append(lake, {"event": [late, new], "account": [{"id": "b2"}]})
    index = refresh(lake, tmp_path)
    assert appended(index)
    assert (len(index.partitions), index.partitions[1].first, index.partitions[1].n) == (2, 4, 2)
    base, overlay = index.partitions[0].tiers
    touched = list(index.units).index("a1")
    assert overlay.unit.tolist() == [touched]
    assert base.live.tolist() == [int(u != touched) for u in range(4)]
    assert [index.kinds.name[k] for k in overlay.kind] == ["visit", "call", "visit"]
    assert (overlay.value_at.tolist(), overlay.value.tolist()) == ([1], [5.0])
    assert [index.currencies[c] for c in overlay.currency] == ["EUR"]
    assert sorted(index.units[4:]) == ["b1", "b2"]
    assert index.partitions[1].tiers[0].unit.tolist() == [0, 1]
    assert (index.n_events, index.manifest["no_event"]) == (8, 2)


def test_a_role_given_to_somebody_who_was_there_before_reaches_back(tmp_path: Path) -> None:
    event = {"id": "e", "at": DAY, "account": "a", "person": "p"}
    lake = make_lake(tmp_path, {"event": [event]})
    first = refresh(lake, tmp_path)
    append(lake, {"membership": [{"id": "m", "account": "a", "person": "p", "role": "決裁者"}]})
    index = refresh(lake, tmp_path)
    assert index.manifest["generation"] == first.manifest["generation"] + 1
    assert decoded(index, ["p"])["a"][0][10] == ("decision_maker",)


def test_a_role_given_from_a_later_day_on_does_not(tmp_path: Path) -> None:
    event = {"id": "e", "at": DAY, "account": "a", "person": "p"}
    lake = make_lake(tmp_path, {"event": [event]})
    refresh(lake, tmp_path)
    member = {"id": "m", "account": "a", "person": "p", "role": "User", "valid_from": DAY + timedelta(days=2)}
    append(lake, {"membership": [member], "event": [{**event, "id": "f", "at": DAY + timedelta(days=3)}]})
    index = refresh(lake, tmp_path)
    assert appended(index)
    assert [row[10] for row in decoded(index, ["p"])["a"]] == [(), ("user",)]


def test_an_anonymous_person_who_gets_an_account_brings_the_earlier_events(tmp_path: Path) -> None:
    visit = {"id": "e", "at": DAY, "person": "cookie", "name": "visit"}
    lake = make_lake(tmp_path, {"event": [visit, {"id": "x", "at": DAY, "account": "a"}]})
    assert refresh(lake, tmp_path).manifest["unresolved"] == 1
    append(lake, {"person": [{"id": "cookie", "account": "a"}]})
    index = refresh(lake, tmp_path)
    assert index.manifest["unresolved"] == 0
    assert len(decoded(index, ["cookie"])["a"]) == 2


@pytest.mark.parametrize(
    ("told", "is_appended"),
    [
        ({"name": "quoted"}, True),  # nothing new of the deal itself
        ({"name": "opportunity_won", "days": 31}, True),  # closed after all that the index has
        ({"name": "opportunity_won", "days": 20}, False),  # what came after day 20 is not inherited any more
        ({"name": "quoted", "days": 5}, False),  # opened earlier: it inherits more
        ({"name": "quoted", "days": 5, "account": "b"}, False),  # whose it is was told earlier
        ({"name": "quoted", "opportunity": "new"}, False),  # a deal that inherits what is there
        ({"name": "quoted", "opportunity": "new", "account": None}, True),  # one of nobody
    ],
)
def test_what_new_events_tell_of_an_opportunity_reaches_back(
    told: dict[str, Any], is_appended: bool, tmp_path: Path
) -> None:
    def visit(day: int, **said: Any) -> dict[str, Any]:
        return {"id": f"{day} {said}", "at": DAY + timedelta(days=day), "account": "a", "name": f"day {day}", **said}

    first = [visit(day) for day in (1, 3, 8, 19, 21, 30)] + [visit(3, account="b")]
    lake = make_lake(tmp_path, {"event": [*first, visit(10, opportunity="deal")]})
    refresh(lake, tmp_path, "opportunity", inherit_days=7)
    said = {"opportunity": "deal", **told}
    append(lake, {"event": [visit(said.pop("days", 32), **said), visit(33), visit(34)]})
    index = refresh(lake, tmp_path, "opportunity", inherit_days=7)
    other = rebuilt(lake, tmp_path, "opportunity", inherit_days=7)
    assert appended(index) == is_appended
    assert decoded(index, PERSONS) == decoded(other, PERSONS)
    assert facts(index) == facts(other)


def test_another_version_of_an_event_builds_anew(tmp_path: Path) -> None:
    event = {"id": "e", "at": DAY, "account": "a", "name": "visit"}
    lake = make_lake(tmp_path, {"event": [event]})
    refresh(lake, tmp_path)
    append(lake, {"event": [{**event, "name": "call", "version": 2}]})
    index = refresh(lake, tmp_path)
    assert not appended(index)
    assert [row[1] for row in decoded(index, [])["a"]] == ["call"]


def test_a_delta_is_folded_into_the_base_at_a_tenth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "FOLD_SHARE", 0.1)
    lake = make_lake(tmp_path, {"event": [{"id": f"e{i}", "at": DAY, "account": "a"} for i in range(20)]})
    refresh(lake, tmp_path)
    steps = []
    for i in range(4):
        append(lake, {"event": [{"id": f"f{i}", "at": DAY, "account": "a"}]})
        steps.append((refresh(lake, tmp_path).manifest["generation"], appended(refresh(lake, tmp_path))))
    assert steps == [(1, True), (1, True), (2, False), (2, True)]


def test_other_tables_leave_the_index_as_it_is(tmp_path: Path) -> None:
    lake = make_lake(tmp_path, {"event": [{"id": "e", "at": DAY, "account": "a"}]})
    first = refresh(lake, tmp_path)
    append(lake, {"survey": [{"id": "s", "at": DAY, "account": "a", "kind": "nps", "score": 9.0}]})
    second = refresh(lake, tmp_path)
    assert second.version == first.version
    assert second.manifest["lake_number"] == lake.head().number


def test_micros_put_events_of_one_second_in_order_across_base_and_delta(tmp_path: Path) -> None:
    def at(micro: int) -> Any:
        return DAY + timedelta(microseconds=micro)

    lake = make_lake(
        tmp_path, {"event": [{"id": f"e{m}", "at": at(m), "account": "a", "name": f"n{m}"} for m in (900, 100)]}
    )
    refresh(lake, tmp_path)
    append(lake, {"event": [{"id": f"e{m}", "at": at(m), "account": "a", "name": f"n{m}"} for m in (950, 500, 0)]})
    rows = decoded(refresh(lake, tmp_path), [])["a"]
    assert [row[1] for row in rows] == ["n0", "n100", "n500", "n900", "n950"]
    assert len({row[0] for row in rows}) == 1


def test_overlay_is_sorted_as_one(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)

    def some(n: int, name: str) -> list[dict[str, Any]]:
        days, persons = rng.integers(0, 40, n).tolist(), rng.integers(0, 5, n).tolist()
        return [
            {"id": f"{name}{i}", "at": DAY + timedelta(days=d), "account": f"a{i % 7}", "person": f"p{p}", "name": f"n{p}",
             "value": float(i) if i % 3 else None}
            for i, (d, p) in enumerate(zip(days, persons, strict=True))
        ]  # fmt: skip

    lake = make_lake(tmp_path, {"event": some(300, "base")})
    refresh(lake, tmp_path)
    for name in ("x", "y"):
        append(lake, {"event": some(40, name)})
        index = refresh(lake, tmp_path)
    persons = [f"p{p}" for p in range(5)]
    assert decoded(index, persons) == decoded(rebuilt(lake, tmp_path), persons)
    assert appended(index)
