"""Tagged events of the lake: which count, whose they are, and in which role they were said."""

from datetime import timedelta

import numpy as np
import pytest

from small_lake import DAY, EPOCH, RECEIVED, make_lake
from tabiji.index import build_index, open_index
from tabiji.settings import Settings
from tabiji.workspace.laid.notes import notes_of


def event(number: int, tag: str | None, **more):
    return {
        "id": f"e{number}",
        "at": DAY + timedelta(days=number),
        "name": "ticket",
        "account": "a",
        "properties": tag,
        **more,
    }


@pytest.fixture
def lake(tmp_path):
    rows = {
        "account": [{"id": "a"}, {"id": "b"}],
        "person": [{"id": "p", "account": "a"}],
        "membership": [
            {"id": "m", "account": "a", "person": "p", "role": "champion", "valid_from": DAY, "valid_to": DAY + timedelta(days=4)}
        ],
        "opportunity": [{"id": "o", "account": "a", "opened_at": DAY + timedelta(days=3), "closed_at": DAY + timedelta(days=6)}],
        "event": [
            event(1, '{"sentiment":"negative"}', person="p"),
            event(2, '{"emotion":1.5}', person="p", account=None),
            event(3, '{"emotion":7}'),
            event(4, '{"topic":"x"}', name="complaint_opened", person="p"),
            event(5, '{"sentiment":"positive"}', name="complaint_solved"),
            event(6, '{"sentiment":"whatever"}'),
            event(7, '{"sentiment":"negative"}', offering="other"),
            event(8, None),
            event(9, '{"sentiment":"中立"}', account="b", received_at=RECEIVED + timedelta(days=5)),
        ],
    }  # fmt: skip
    return make_lake(tmp_path, rows)


def read(lake, folder, unit: str, **more):
    build_index(lake, folder / "index", unit, settings=Settings(threads=1, memory_mb=500))
    index = open_index(folder / "index", unit)
    found = notes_of(lake, index, more.get("offering"), more.get("received_by"))
    roles = [index.role_sets[r] for r in found.role.tolist()]
    day = ((found.at - (DAY - EPOCH).total_seconds()) // 86_400).astype(int).tolist()
    feeling = [None if np.isnan(f) else f for f in found.feeling.tolist()]
    return list(zip([index.units[u] for u in found.unit.tolist()], day, feeling, roles, strict=True))


def test_tags_names_persons_and_roles(lake, tmp_path):
    assert read(lake, tmp_path, "account") == [
        ("a", 1, -1.0, ("champion",)), ("a", 2, 1.5, ("champion",)), ("a", 3, None, ()), ("a", 4, -1.0, ()), ("a", 5, 1.0, ()),
        ("a", 7, -1.0, ()), ("b", 9, 0.0, ()),
    ]  # fmt: skip


def test_another_offering_and_what_came_later_are_left_out(lake, tmp_path):
    received_by = int((RECEIVED - EPOCH).total_seconds())
    days = [day for _, day, _, _ in read(lake, tmp_path, "account", offering="mine", received_by=received_by)]
    assert days == [1, 2, 3, 4, 5]


def test_an_event_of_an_account_belongs_to_its_open_deals_and_one_of_a_person_to_it(lake, tmp_path):
    assert [day for unit, day, *_ in read(lake, tmp_path, "opportunity") if unit == "o"] == [3, 4, 5]
    assert [day for unit, day, *_ in read(lake, tmp_path, "person") if unit == "p"] == [1, 2, 4]
