from dataclasses import FrozenInstanceError, fields, is_dataclass, replace

import pytest

from tabiji.i18n import pick
from tabiji.journeymap import model
from tabiji.journeymap.model import ANY_LANGUAGE, Cell, Clause, JourneyMap, Stage


def test_everything_is_frozen():
    for cls in (c for c in vars(model).values() if isinstance(c, type) and is_dataclass(c)):
        assert cls.__dataclass_params__.frozen, cls
        assert not hasattr(cls, "__dict__") or "__dict__" not in cls.__slots__, cls
    with pytest.raises(FrozenInstanceError):
        Stage("a", {}).id = "b"


def test_what_has_no_name_is_named_by_its_id():
    assert Stage("won", {}).name == {ANY_LANGUAGE: "won"}
    assert Stage("won", {"ja": ""}).name == {ANY_LANGUAGE: "won"}
    assert pick(Stage("won", {}).name, "ja") == "won"
    assert Stage("won", {"ja": "受注"}).name == {"ja": "受注"}
    assert replace(Stage("won", {"ja": "受注"}), name={}).name == {ANY_LANGUAGE: "won"}
    assert JourneyMap("m", {}, ()).name == {ANY_LANGUAGE: "m"}


def test_cells_stand_by_role_then_by_stage_in_whatever_order_they_come():
    stages = (Stage("a", {}), Stage("b", {}))
    cells = (Cell("user", "b"), Cell("champion", "b"), Cell("champion", "a"), Cell("user", "gone"), Cell("user", "a"))
    kept = JourneyMap("m", {}, stages, cells=cells).cells
    assert [(c.role, c.stage) for c in kept] == [
        ("user", "a"),
        ("user", "b"),
        ("user", "gone"),
        ("champion", "a"),
        ("champion", "b"),
    ]


def test_one_role_has_one_cell_at_one_stage():
    with pytest.raises(ValueError, match="two cells"):
        JourneyMap("m", {}, (), cells=(Cell("user", "a"), Cell("user", "a", emotion=1)))


def test_main_line_leaves_failures_out():
    stages = (Stage("a", {}), Stage("lost", {}, kind="failure"), Stage("won", {}, kind="success"), Stage("c", {}))
    journey_map = JourneyMap("m", {}, stages)
    assert [s.id for s in journey_map.main_line] == ["a", "won", "c"]
    assert [s.id for s in journey_map.failures] == ["lost"]


def test_a_clause_counts_when_one_event_may_not_be_enough():
    assert not Clause(event=("x",)).counts
    assert not Clause(event=("x",), within_days=3).counts
    assert Clause(event=("x",), at_least=2).counts
    assert Clause(event=("x",), people=1).counts  # an event without a person does not count
    assert {f.name for f in fields(Clause)} >= {"event", "touchpoint", "properties", "field_change"}
