"""Named queries about the data itself."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import tabiji
from tabiji.journeymap.draft import NothingOfUnitError, OnlyFieldChangesError
from tabiji.workspace import Workspace
from tabiji.workspace.overview import account_values, overview, span


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with tabiji.init(tmp_path / "ws") as made:
        yield made


def bring(workspace: Workspace, folder: Path, source: str, to: str, rows: str, columns: str, key: str = "") -> None:
    """Import one CSV; `columns` is the YAML flow mapping of canonical columns."""
    (folder / f"{source}-{to}.csv").write_text(rows, "utf-8")
    (folder / "mapping.yaml").write_text(
        f"source: {source}\ntimezone: UTC\ntables:\n"
        f"  - {{file: {source}-{to}.csv, to: {to}, {f'key: {key}, ' if key else ''}columns: {columns}}}\n",
        "utf-8",
    )
    workspace.import_(folder / "mapping.yaml")


EVENTS = "{account: a, person: p, name: n, at: t}"


def test_an_empty_workspace(workspace: Workspace):
    found = overview(workspace.lake)
    assert found.is_empty
    assert (found.events, found.sources, found.rejected, found.unmatched.n) == ((), (), (), 0)
    assert (found.first_at, found.last_at, span(workspace.lake)) == (None, None, None)
    assert account_values(workspace.lake) == type(account_values(workspace.lake))((), (), False)


def test_events_are_counted_by_name_commonest_first(workspace: Workspace, tmp_path: Path):
    rows = "a,p,n,t\nA,,seen,2026-01-01\nB,,seen,2026-01-03\nA,,asked,2026-01-02\nA,,seen,2026-01-04\n"
    bring(workspace, tmp_path, "log", "event", rows, EVENTS)
    found = overview(workspace.lake)
    assert [(e.name, e.n, e.n_accounts, e.first_at.day, e.last_at.day) for e in found.events] == [
        ("seen", 3, 2, 1, 4),
        ("asked", 1, 1, 2, 2),
    ]
    assert found.n_event_names == 2
    assert span(workspace.lake) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 4, tzinfo=UTC))
    assert found.rows["event"] == 4
    assert [(s.source, dict(s.rows)) for s in found.sources] == [("log", {"event": 4})]


def test_an_event_is_matched_through_its_person_and_unmatched_without_one(workspace: Workspace, tmp_path: Path):
    bring(workspace, tmp_path, "crm", "person", "id,a\np1,A\np2,\n", "{account: a}", key="id")
    rows = "a,p,n,t\n,p1,seen,2026-01-01\n,p2,seen,2026-01-02\n,p3,asked,2026-01-03\n,p3,asked,2026-01-04\nZ,,seen,2026-01-05\n"
    bring(workspace, tmp_path, "log", "event", rows, EVENTS)
    unmatched = overview(workspace.lake).unmatched
    assert (unmatched.n, unmatched.names, unmatched.n_unknown_account) == (3, (("asked", 2), ("seen", 1)), 1)


def test_rejected_rows_come_by_reason_with_three_examples(workspace: Workspace, tmp_path: Path):
    rows = "a,p,n,t\n" + "A,,seen,2026-01-01\n" * 20 + "A,,seen,never\n" * 5 + ",,seen,2026-01-02\n"
    bring(workspace, tmp_path, "log", "event", rows, EVENTS)
    found = overview(workspace.lake).rejected
    assert [(r.reason, r.n, len(r.examples)) for r in found] == [("unreadable_time", 5, 3), ("no_subject", 1, 1)]
    assert [(source, file, line) for source, file, line, _ in found[0].examples] == [
        ("log", "log-event.csv", n) for n in (22, 23, 24)
    ]


def test_values_to_pick_by_come_commonest_first(workspace: Workspace, tmp_path: Path):
    rows = "id,i,r,n\n1,製造業,東京都,10\n2,製造業,,\n3,卸売業,大阪府,\n4,,大阪府,\n"
    bring(workspace, tmp_path, "crm", "account", rows, "{industry: i, region: r, employees: n}", key="id")
    values = account_values(workspace.lake)
    assert (values.industries, values.regions, values.has_employees) == (
        ("製造業", "卸売業"),
        ("大阪府", "東京都"),
        True,
    )


def test_an_import_is_seen_at_once(workspace: Workspace, tmp_path: Path):
    bring(workspace, tmp_path, "log", "event", "a,p,n,t\nA,,seen,2026-01-01\n", EVENTS)
    assert overview(workspace.lake).rows["event"] == 1
    bring(workspace, tmp_path, "log", "event", "a,p,n,t\nA,,seen,2026-01-01\nB,,seen,2026-01-02\n", EVENTS)
    assert overview(workspace.lake).rows["event"] == 2


def test_in_a_draft_nothing_follows_the_last_event_or_the_only_one(workspace: Workspace, tmp_path: Path) -> None:
    rows = "a,n,t\nA,first,2024-01-01\nA,second,2024-01-02\nB,first,2024-01-01\n"
    bring(workspace, tmp_path, "log", "event", rows, "{account: a, name: n, at: t}")
    said = [
        line.strip() for line in workspace.draft("d").splitlines() if "units have it" in line or "unit has it" in line
    ]
    assert [line.rpartition("for ")[2] for line in said] == [
        "50 % of them something else follows",
        "0 % of them something else follows",
    ]


def test_a_draft_makes_stages_of_the_values_of_the_field_that_says_how_far_one_is(workspace: Workspace, tmp_path: Path):
    rows = (
        "a,f,v,t\nA,stage,lead,2024-01-01\nA,stage,offer,2024-01-02\nB,stage,lead,2024-01-01\nA,owner,mori,2024-01-03\n"
    )
    columns = "{account: a, name: \"'field_changed'\", at: t}, properties: {field: f, new: v}"
    bring(workspace, tmp_path, "log", "event", rows, columns)
    drafted = [line.strip() for line in workspace.draft("d").splitlines() if "enters_when" in line]
    assert drafted == [f"enters_when: [{{field: {{name: stage, to: {to}}}}}]" for to in ("lead", "offer")]


def test_where_no_event_has_a_unit_of_the_kind_a_draft_names_another(workspace: Workspace, tmp_path: Path):
    bring(workspace, tmp_path, "log", "event", "p,n,t\nP,seen,2024-01-01\n", "{person: p, name: n, at: t}")
    with pytest.raises(NothingOfUnitError) as caught:
        workspace.draft("d")
    assert (caught.value.code, caught.value.details["n"], caught.value.details["other"]) == (
        "nothing_of_unit",
        1,
        "person",
    )


def test_where_only_fields_changed_and_none_of_them_holds_stages_a_draft_says_so(workspace: Workspace, tmp_path: Path):
    rows = "a,f,v,t\n" + "".join(f"A{i},phone,0{i},2024-01-01\n" for i in range(14))
    columns = "{account: a, name: \"'field_changed'\", at: t}, properties: {field: f, new: v}"
    bring(workspace, tmp_path, "log", "event", rows, columns)
    with pytest.raises(OnlyFieldChangesError) as caught:
        workspace.draft("d")
    assert (caught.value.code, caught.value.details) == (
        "only_field_changes",
        {"unit": "account", "fields": "phone", "least": 2, "most": 12, "other": "opportunity"},
    )
