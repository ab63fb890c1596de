from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from small_lake import DAY, RECEIVED, Rows, make_lake
from tabiji.identity.membership import (
    ACCOUNT_ROLE,
    EVER,
    OPPORTUNITY_ROLE,
    PERSON_ROLE,
    account_timeline,
    create_identity_views,
    role_timeline,
)


def timelines(folder: Path, rows: Rows) -> tuple[list[Any], list[Any]]:
    with make_lake(folder, rows).connect() as con:
        create_identity_views(con)
        accounts = con.execute(f"SELECT * FROM ({account_timeline()}) ORDER BY ALL").fetchall()
        roles = con.execute(f"SELECT * FROM ({role_timeline()}) ORDER BY ALL").fetchall()
    return accounts, roles


def micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def days(n: int) -> datetime:
    return DAY + timedelta(days=n)


def test_a_person_without_membership_belongs_to_the_account_of_its_row(tmp_path: Path) -> None:
    accounts, roles = timelines(tmp_path, {"person": [{"id": "p", "account": "a"}, {"id": "q"}]})
    assert accounts == [("p", EVER, "a")]
    assert roles == []


def test_dated_memberships_come_before_the_row_of_the_person(tmp_path: Path) -> None:
    rows: Rows = {
        "person": [{"id": "p", "account": "home"}],
        "membership": [
            {"id": "1", "person": "p", "account": "a", "valid_from": days(0), "valid_to": days(10)},
            {"id": "2", "person": "p", "account": "b", "valid_from": days(5), "valid_to": days(8)},
        ],
    }
    accounts, _ = timelines(tmp_path, rows)
    assert accounts == [
        ("p", EVER, "home"),
        ("p", micros(days(0)), "a"),
        ("p", micros(days(5)), "b"),
        ("p", micros(days(8)), "a"),
        ("p", micros(days(10)), "home"),
    ]


def test_of_two_accounts_joined_together_the_first_by_name_holds(tmp_path: Path) -> None:
    members = [{"id": a, "person": "p", "account": a} for a in ("b", "a", "c")]
    accounts, _ = timelines(tmp_path, {"membership": members})
    assert accounts == [("p", EVER, "a")]


def test_a_role_at_an_account_and_in_an_opportunity(tmp_path: Path) -> None:
    rows: Rows = {
        "opportunity": [{"id": "o", "account": "a"}],
        "membership": [
            {"id": "1", "person": "p", "account": "a", "role": "User"},
            {"id": "2", "person": "p", "opportunity": "o", "role": "決裁者"},
            {"id": "3", "person": "q", "opportunity": "o", "role": "Champion"},
        ],
    }
    _, roles = timelines(tmp_path, rows)
    assert roles == [
        (PERSON_ROLE, "p", "a", EVER, "user"),
        (PERSON_ROLE, "q", "a", EVER, "champion"),
        (ACCOUNT_ROLE, "p", "a", EVER, "user"),
        (OPPORTUNITY_ROLE, "p", "o", EVER, "decision_maker"),
        (OPPORTUNITY_ROLE, "q", "o", EVER, "champion"),
    ]


def test_several_roles_at_a_time_are_a_sorted_set(tmp_path: Path) -> None:
    rows: Rows = {
        "membership": [
            {"id": "1", "person": "p", "account": "a", "role": "User", "valid_to": days(9)},
            {"id": "2", "person": "p", "account": "a", "role": "Champion", "valid_from": days(3)},
            {"id": "3", "person": "p", "account": "a", "role": "推進者", "valid_from": days(3), "valid_to": days(3)},
        ]
    }
    _, roles = timelines(tmp_path, rows)
    assert [row[3:] for row in roles if row[0] == ACCOUNT_ROLE] == [
        (EVER, "user"),
        (micros(days(3)), "champion\x1fuser"),
        (micros(days(9)), "champion"),
    ]


def test_only_the_persons_who_are_asked_about(tmp_path: Path) -> None:
    rows: Rows = {
        "person": [{"id": "p", "account": "a"}, {"id": "q", "account": "a"}],
        "membership": [
            {"id": "1", "person": "p", "account": "a", "role": "User"},
            {"id": "2", "person": "q", "account": "b"},
        ],
    }
    with make_lake(tmp_path, rows).connect() as con:
        con.execute("CREATE TABLE wanted AS SELECT 'q' AS person")
        create_identity_views(con, persons="wanted")
        assert con.execute(account_timeline()).fetchall() == [("q", EVER, "b")]
        assert con.execute(role_timeline()).fetchall() == []


def test_of_several_sources_the_latest_word_that_is_not_empty_counts(tmp_path: Path) -> None:
    later = RECEIVED + timedelta(days=1)
    rows: Rows = {
        "person": [
            {"id": "p", "origin": "crm", "account": "a"},
            {"id": "p", "origin": "ma", "account": "b", "received_at": later},
            {"id": "p", "origin": "web", "account": None, "received_at": later + timedelta(days=1)},
        ],
        "opportunity": [{"id": "o", "origin": "crm", "account": "a"}, {"id": "o", "origin": "erp", "account": "z"}],
        "membership": [{"id": "1", "person": "q", "opportunity": "o"}],
    }
    accounts, _ = timelines(tmp_path, rows)
    assert accounts == [("p", EVER, "b"), ("q", EVER, "z")]
