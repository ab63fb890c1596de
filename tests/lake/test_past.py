"""The lake as it was at an earlier head, with and without each kind of change since."""

from datetime import datetime

import pytest

from small_lake import append
from tabiji.lake import Lake
from tabiji.lake.past import CHANGES, CORRECTED, LATE, MOVED, RECORDS, Past, changes_since

AT = datetime(2024, 1, 1)


@pytest.fixture
def changed(lake: Lake) -> Lake:
    """Head 1, then head 2 with one change of each kind."""
    lake.path.parent.joinpath("tmp").mkdir(exist_ok=True)
    append(
        lake,
        {
            "event": [{"id": i, "at": AT, "account": "a", "name": "seen"} for i in ("same", "moved", "other", "gone")],
            "account": [{"id": "a", "industry": "retail"}],
            "person": [{"id": "p", "account": "a"}],
        },
    )
    append(
        lake,
        {
            "event": [
                {"id": "new", "at": AT, "account": "a", "name": "seen"},
                {"id": "new", "at": AT, "account": "a", "name": "heard", "version": 2},
                {"id": "moved", "at": AT, "account": "b", "name": "seen", "version": 2},
                {"id": "other", "at": AT, "account": "a", "name": "heard", "version": 2},
                {"id": "gone", "at": None, "account": None, "name": None, "version": 2},
            ],
            "account": [{"id": "a", "industry": "wholesale", "version": 2}, {"id": "b"}],
            "person": [{"id": "p", "account": "b", "version": 2}],
        },
    )
    return lake


def seen(lake: Lake) -> dict[str, tuple[str, str]]:
    with lake.connect() as con:
        return {i: (a, n) for i, a, n in con.execute("SELECT id, account, name FROM event").fetchall()}


def as_it_was(lake: Lake, *hidden: str) -> Lake:
    return Lake(lake.path, lake.settings, Past.without(1, hidden))


def test_the_whole_past_is_what_the_earlier_head_showed(changed: Lake) -> None:
    past = Lake(changed.path, changed.settings, Past(1))
    assert past.head().number == 1
    assert seen(past) == dict.fromkeys(("same", "moved", "other", "gone"), ("a", "seen"))
    with past.connect() as con:
        assert con.execute("SELECT id, industry FROM account").fetchall() == [("a", "retail")]
        assert con.execute("SELECT id, account FROM person").fetchall() == [("p", "a")]


def test_each_kind_of_change_can_be_left_out(changed: Lake) -> None:
    now = seen(changed)
    assert now == {"same": ("a", "seen"), "moved": ("b", "seen"), "other": ("a", "heard"), "new": ("a", "heard")}
    assert seen(as_it_was(changed)) == now
    assert seen(as_it_was(changed, LATE)) == {k: v for k, v in now.items() if k != "new"}
    assert seen(as_it_was(changed, MOVED)) == {**now, "moved": ("a", "seen")}
    assert seen(as_it_was(changed, CORRECTED)) == {**now, "other": ("a", "seen"), "gone": ("a", "seen")}
    assert seen(as_it_was(changed, RECORDS)) == now
    with as_it_was(changed, RECORDS).connect() as con:
        assert con.execute("SELECT id, industry FROM account").fetchall() == [("a", "retail")]
        assert con.execute("SELECT account FROM person").fetchall() == [("b",)]  # a person that moved is a move
    with as_it_was(changed, MOVED).connect() as con:
        assert con.execute("SELECT account FROM person").fetchall() == [("a",)]


def test_every_record_that_changed_is_of_one_kind(changed: Lake) -> None:
    with changed.connect() as con:
        kinds = dict(con.execute(f"SELECT id, change FROM ({changes_since('event', 'FROM event_all', 1)})").fetchall())
        assert kinds == {"new": LATE, "moved": MOVED, "other": CORRECTED, "gone": CORRECTED}
        assert set(kinds.values()) < set(CHANGES)
        assert con.execute(f"SELECT * FROM ({changes_since('event', 'FROM event_all', 2)})").fetchall() == []
