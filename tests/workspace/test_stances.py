"""What persons said, read from the lake: surveys, properties, bad events; on accounts, opportunities and persons."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from small_lake import DAY, RECEIVED, SETTINGS, make_lake
from tabiji.index import Index, refresh_index
from tabiji.index.persons import person_ids
from tabiji.lake import Lake
from tabiji.metrics.group.standing.consensus import FURTHER, INFERRED, REPORTED
from tabiji.workspace.laid.stances import naming_of, statements_of


def at(days: float) -> Any:
    return DAY + timedelta(days=days)


ROWS = {
    "account": [{"id": "a"}],
    "person": [{"id": "p", "account": "a"}, {"id": "w", "account": "a", "properties": json.dumps({"stance": "中立"})}],
    "membership": [
        {"id": "1", "person": "p", "account": "a", "role": "Champion"},
        {"id": "2", "person": "q", "account": "a", "role": "決裁者", "valid_from": at(3), "properties": json.dumps({"stance": "against"})},
    ],
    "opportunity": [{"id": "o", "account": "a", "opened_at": at(2), "closed_at": at(9)}],
    "event": [
        {"id": "e1", "at": at(1), "account": "a", "person": "p", "name": "x"},
        {"id": "e2", "at": at(1), "account": "a", "person": "q", "name": "x"},
        {"id": "e3", "at": at(4), "account": "a", "person": "p", "name": "ticket", "properties": json.dumps({"sentiment": "negative"})},
        {"id": "e4", "at": at(5), "account": "a", "person": "p", "name": "ticket", "properties": json.dumps({"sentiment": "positive"})},
        {"id": "e5", "at": at(6), "account": "a", "name": "ticket", "properties": json.dumps({"sentiment": "negative"})},
        {"id": "e6", "at": at(7), "account": "a", "person": "p", "name": "talk", "properties": json.dumps({"stance": "For"})},
        {"id": "e7", "at": at(8), "account": "a", "person": "p", "name": "talk", "properties": json.dumps({"stance": "hm"})},
        {"id": "e8", "at": at(10), "account": "a", "person": "q", "name": "note", "properties": json.dumps({"emotion": -1.5})},
    ],
    "survey": [
        {"id": "s1", "at": at(2), "person": "p", "kind": "csat", "score": 5.0},
        {"id": "s2", "at": at(3), "person": "x", "account": "a", "kind": "nps", "score": 3.0},
        {"id": "s3", "at": at(3), "account": "a", "kind": "nps", "score": 3.0},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return make_lake(tmp_path_factory.mktemp("stances"), ROWS)


def told(lake: Lake, folder: Path, unit: str, received_by: int | None = None) -> list[tuple[Any, ...]]:
    """(unit, person, roles, day, value, grade) in order of time."""
    index: Index = refresh_index(lake, folder / "index", unit, settings=SETTINGS)
    said = statements_of(lake, index, received_by)
    with lake.connect() as con:
        people = [person_ids(con, index, u) for u in range(index.n_units)]
    out = []
    for x in range(len(said.unit)):
        u, person = int(said.unit[x]), int(said.person[x])
        name = people[u][person] if person < len(people[u]) else "unseen"
        day = round((int(said.at[x]) - 757_382_400) / 86_400, 3)  # 2024-01-01, in seconds since 2000
        out.append((index.units[u], name, index.role_sets[said.role[x]], day, float(said.value[x]), int(said.grade[x])))
    return out


RECEIVED_ON = (RECEIVED - DAY) / timedelta(days=1)


def test_statements_of_an_account(lake: Lake, tmp_path: Path) -> None:
    assert told(lake, tmp_path, "account") == [
        ("a", "p", ("champion",), 2, 2.0, REPORTED),
        ("a", "q", ("decision_maker",), 3, -1.0, REPORTED),
        ("a", "unseen", (), 3, -1.0, REPORTED),
        ("a", "p", ("champion",), 4, -1.0, INFERRED),
        ("a", "p", ("champion",), 7, 1.0, REPORTED),
        ("a", "q", ("decision_maker",), 10, -1.0, INFERRED),
        ("a", "unseen", (), RECEIVED_ON, 0.0, REPORTED),  # a property of the person, known since it was received
    ]


def test_statements_of_an_opportunity_are_those_while_it_was_open(lake: Lake, tmp_path: Path) -> None:
    days = [row[3] for row in told(lake, tmp_path, "opportunity")]
    assert days == [2, 3, 3, 4, 7]


def test_statements_of_persons(lake: Lake, tmp_path: Path) -> None:
    found = {(unit, value, grade) for unit, _, _, _, value, grade in told(lake, tmp_path, "person")}
    assert {("p", 2.0, REPORTED), ("q", -1.0, REPORTED), ("p", -1.0, INFERRED)} <= found


def test_what_was_received_later_is_not_known(lake: Lake, tmp_path: Path) -> None:
    assert told(lake, tmp_path, "account", received_by=757_382_400) == []


def test_persons_are_named_whether_they_have_an_event_or_only_spoke(lake: Lake, tmp_path: Path) -> None:
    index = refresh_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    said = statements_of(lake, index)
    numbers = sorted(set(said.person.tolist()))
    with lake.connect() as con:
        who = naming_of(con, index, 0, said)
        named = {number: known.id for number, known in zip(numbers, who(numbers), strict=True)}
        events = dict(enumerate(person_ids(con, index, 0)))
    assert {name for number, name in named.items() if number >= FURTHER} == {"w", "x"}
    assert {number: name for number, name in named.items() if number < FURTHER} == events
