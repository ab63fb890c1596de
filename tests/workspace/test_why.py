"""Receipts read from the lake: ids, persons and contents of the events; finding an account by a part of its name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import tabiji
from tabiji.errors import NotFoundError
from tabiji.workspace import Workspace
from tabiji.workspace.unit.lookup import AmbiguousNameError

ACCOUNTS = "id,name\nA1,Asahi Works\nA2,Asahi Foods\nA3,Kita Kogyo\n"
PERSONS = "id,account\np1,A1\np2,A1\n"
MEMBERS = "account,person,role\nA1,p1,champion\nA1,p2,決裁者\n"
EVENTS = """key,account,person,name,at,channel,content
e1,A1,p1,page_viewed,2026-01-05T09:00:00.250,web,https://example.com/pricing?x=1
e2,A1,p2,page_viewed,2026-01-07T10:00:00,web,/pricing
e3,,p1,demo_given,2026-02-01T10:00:00,sales,
e4,A1,,demo_given,2026-02-01T10:00:00,sales,
e5,A2,,page_viewed,2026-01-05T09:00:00,web,/other
e6,web-🚀-7,,page_viewed,2026-01-05T09:00:00,web,/other
"""
MAPPING = """\
source: test
tables:
  - {file: accounts.csv, to: account, key: id, columns: {name: name}}
  - {file: persons.csv, to: person, key: id, columns: {account: account}}
  - {file: members.csv, to: membership, key: "account || person", columns: {account: account, person: person, role: role}}
  - {file: events.csv, to: event, key: key, columns: {account: account, person: person, name: name, at: at, channel: channel, content: content}}
"""
MAP = """\
id: m
stages:
  - {id: aware, enters_when: [{event: page_viewed, content: "/pricing*", at_least: 2, within_days: 30, people: 2}]}
  - {id: demo, enters_when: [{event: demo_given}]}
  - {id: won, kind: success, enters_when: [{event: signed, role: decision_maker}]}
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder: Path = tmp_path_factory.mktemp("why")
    for name, said in (("accounts", ACCOUNTS), ("persons", PERSONS), ("members", MEMBERS), ("events", EVENTS)):
        (folder / f"{name}.csv").write_text(said, "utf-8")
    (folder / "mapping.yaml").write_text(MAPPING, "utf-8")
    with tabiji.init(folder / "ws") as made:
        made.import_(folder / "mapping.yaml")
        made.maps.add(MAP)
        yield made


def test_events_of_a_receipt_are_those_of_the_lake(workspace: Workspace) -> None:
    found = workspace.map("m").why("A1")
    aware, demo = found.stages
    assert [(e.event_id, e.person, e.channel, e.content, e.roles) for e in aware.events] == [
        ("e1", "p1", "web", "https://example.com/pricing?x=1", ("champion",)),
        ("e2", "p2", "web", "/pricing", ("decision_maker",)),
    ]
    assert aware.events[0].at.isoformat() == "2026-01-05T00:00:00.250000+00:00"
    assert aware.left_at == demo.entered_at
    # Two events of one instant, one of them without an account: told apart by the person.
    assert {e.event_id for e in demo.events} <= {"e3", "e4"} and len(demo.events) == 1
    assert demo.events[0].person == ("p1" if demo.events[0].event_id == "e3" else None)
    assert [m.message("en") for m in found.journeys[0].near_misses] == ["no signed"]
    assert found.question.as_cli() == "tabiji -w . why m A1"
    assert found.question.as_python() == "tabiji.open('.').map('m').why('A1')"


def test_what_happened_later_or_was_known_later_is_left_out(workspace: Workspace) -> None:
    found = workspace.map("m").why("A1", as_of="2026-01-31")
    assert [(s.id, s.left_at) for s in found.stages] == [("aware", None)]
    assert workspace.map("m").why("A1", as_of="2026-01-06").stages == ()
    assert workspace.map("m").why("A1", known_as_of="2020-01-01").stages == ()


def test_an_account_is_found_by_a_part_of_its_name(workspace: Workspace) -> None:
    measured = workspace.map("m")
    for name in ("A1", "asahi works", "Works"):
        found = measured.why(name)
        assert (found.account, found.account_name) == ("A1", "Asahi Works")
    with pytest.raises(AmbiguousNameError) as ambiguous:
        measured.why("asahi")
    assert "A1 (Asahi Works), A2 (Asahi Foods)" in str(ambiguous.value)
    with pytest.raises(NotFoundError) as unknown:
        measured.why("Kita Kogio")
    assert str(unknown.value) == "there is no account 'Kita Kogio'; did you mean 'Kita Kogyo'?"


def test_an_account_that_only_events_speak_of_is_found_by_a_part_of_its_id(workspace: Workspace) -> None:
    found = workspace.map("m").why("WEB-")
    assert (found.account, found.account_name) == ("web-🚀-7", None)


def test_what_is_like_no_account_is_not_answered_with_a_random_one(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError) as unknown:
        workspace.map("m").why("zzzz")
    assert str(unknown.value) == "there is no account 'zzzz'"


def test_an_account_without_a_stage(workspace: Workspace) -> None:
    found = workspace.map("m").why("A3")
    assert (found.journeys, found.stages) == ((), ())
    assert found.explain("en") == "Kita Kogyo has not entered any stage."
    assert workspace.map("m").why("A2").stages == ()
