from pathlib import Path
from typing import Any

import numpy as np
import pytest

import small_world
from small_lake import DAY, RECEIVED, SETTINGS, Rows, append, make_lake
from tabiji.index import Index, refresh_index
from tabiji.index import selection as module
from tabiji.index.selection import NO_VALUE, TooManyGroupsError, group_by, select
from tabiji.lake import Lake
from tabiji.lake.expressions import ExpressionError

ROWS: Rows = {
    "account": [
        {"id": "a1", "name": "Ichi", "industry": "retail", "employees": 50, "properties": '{"tier": "gold", "Lead source": "web"}'},
        {"id": "a2", "name": "Ni", "industry": "retail", "employees": 500},
        {"id": "a3", "name": "San", "industry": "製造", "properties": '{"tier": "silver"}'},
        {"id": "a4", "name": "Yon"},
    ],
    "opportunity": [
        {"id": "o1", "account": "a1", "stage": "won", "amount": 10.0},
        {"id": "o2", "account": "a3", "stage": "open", "properties": '{"tier": "none of the account"}'},
        {"id": "o3", "stage": "open"},
    ],
    "person": [{"id": "p1", "account": "a1", "name": "Aoki", "title": "部長"}, {"id": "p2", "name": "Baba"}],
    "event": [{"id": "e1", "at": DAY, "account": "a1"}, {"id": "e2", "at": DAY, "account": "only-seen", "person": "p9"}],
}  # fmt: skip


def opened(folder: Path, unit: str = "account", rows: Rows = ROWS) -> tuple[Lake, Index]:
    lake = make_lake(folder, rows)
    return lake, refresh_index(lake, folder / "index", unit, settings=SETTINGS)


def chosen(lake: Lake, index: Index, segment: str) -> set[str]:
    found = select(lake, index, segment)
    assert found is not None
    return {unit for unit, holds in zip(index.units, found, strict=True) if holds}


def grouped(lake: Lake, index: Index, expression: str) -> tuple[dict[str, str], list[str]]:
    codes, labels = group_by(lake, index, expression)
    return {unit: labels[code] for unit, code in zip(index.units, codes, strict=True)}, list(labels)


def test_no_segment_is_everybody(tmp_path: Path) -> None:
    lake, index = opened(tmp_path)
    assert select(lake, index, None) is None
    assert select(lake, index, "") is None


@pytest.mark.parametrize(
    ("segment", "units"),
    [
        ("industry = 'retail'", {"a1", "a2"}),
        ("employees >= 100", {"a2"}),
        ("industry IS NULL", {"a4"}),
        ("tier = 'gold' OR name = 'San'", {"a1", "a3"}),
        ("\"Lead source\" = 'web'", {"a1"}),
        ("industry IN ('製造', 'food')", {"a3"}),
    ],
)
def test_accounts_by_their_columns_and_properties(segment: str, units: set[str], tmp_path: Path) -> None:
    lake, index = opened(tmp_path)
    assert chosen(lake, index, segment) == units


def test_units_that_only_events_name_have_no_attributes(tmp_path: Path) -> None:
    lake, index = opened(tmp_path)
    groups, labels = grouped(lake, index, "industry")
    assert groups == {"a1": "retail", "a2": "retail", "a3": "製造", "a4": NO_VALUE, "only-seen": NO_VALUE}
    assert labels == ["retail", "製造", NO_VALUE]


def test_an_opportunity_has_its_own_attributes_and_those_of_its_account(tmp_path: Path) -> None:
    lake, index = opened(tmp_path, "opportunity")
    assert chosen(lake, index, "stage = 'open'") == {"o2", "o3"}
    assert chosen(lake, index, "industry = 'retail' AND amount > 5") == {"o1"}
    assert grouped(lake, index, "tier")[0] == {"o1": NO_VALUE, "o2": "none of the account", "o3": NO_VALUE}
    assert grouped(lake, index, "account_tier")[0] == {"o1": "gold", "o2": "silver", "o3": NO_VALUE}


def test_a_person_has_its_own_attributes_and_those_of_its_account(tmp_path: Path) -> None:
    lake, index = opened(tmp_path, "person")
    assert chosen(lake, index, "title = '部長'") == {"p1"}
    assert chosen(lake, index, "name = 'Aoki' AND account_name = 'Ichi' AND industry = 'retail'") == {"p1"}
    assert grouped(lake, index, "name")[0] == {"p1": "Aoki", "p2": "Baba", "p9": NO_VALUE}


def test_a_group_may_be_any_expression(tmp_path: Path) -> None:
    lake, index = opened(tmp_path)
    groups, labels = grouped(
        lake, index, "CASE WHEN employees < 100 THEN 'small' WHEN employees >= 100 THEN 'large' END"
    )
    assert (groups["a1"], groups["a2"], groups["a3"]) == ("small", "large", NO_VALUE)
    assert labels == ["large", "small", NO_VALUE]


def test_everybody_with_a_value_leaves_no_group_without(tmp_path: Path) -> None:
    lake, index = opened(
        tmp_path,
        rows={"account": [{"id": "x", "industry": "b"}, {"id": "y", "industry": "b"}, {"id": "z", "industry": "a"}]},
    )
    assert grouped(lake, index, "industry") == ({"x": "b", "y": "b", "z": "a"}, ["b", "a"])


def test_units_that_came_later_are_found_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tabiji.index.delta.appending.FOLD_SHARE", 10.0)
    lake, _ = opened(tmp_path)
    append(lake, {"event": [{"id": "e3", "at": DAY, "account": "b"}], "account": [{"id": "b", "industry": "retail"}]})
    index = refresh_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    assert index.manifest["delta"] is not None
    assert chosen(lake, index, "industry = 'retail'") == {"a1", "a2", "b"}


def test_the_latest_word_of_several_sources_counts(tmp_path: Path) -> None:
    later = RECEIVED.replace(month=7)
    rows: Rows = {
        "account": [
            {"id": "a", "origin": "crm", "industry": "food", "region": "kanto"},
            {"id": "a", "origin": "erp", "industry": "retail", "received_at": later},
            {"id": "b", "origin": "crm", "industry": "food"},
            {"id": "b", "origin": "erp", "industry": "retail"},
        ]
    }
    lake, index = opened(tmp_path, rows=rows)
    assert grouped(lake, index, "industry")[0] == {"a": "retail", "b": "retail"}
    assert chosen(lake, index, "region = 'kanto'") == {"a"}


def test_an_unknown_column_names_the_nearest(tmp_path: Path) -> None:
    lake, index = opened(tmp_path)
    with pytest.raises(ExpressionError, match="industry"):
        select(lake, index, "industri = 'retail'")


@pytest.mark.parametrize("segment", ["name > 5 AND employees = name", "employees = 'many'"])
def test_types_that_do_not_fit_are_an_error_of_the_expression(segment: str, tmp_path: Path) -> None:
    lake, index = opened(tmp_path)
    with pytest.raises(ExpressionError):
        select(lake, index, segment)
    with pytest.raises(ExpressionError):
        group_by(lake, index, segment)


def test_too_many_groups_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_GROUPS", 3)
    lake, index = opened(tmp_path)
    with pytest.raises(TooManyGroupsError) as error:
        group_by(lake, index, "name")
    assert (error.value.n, error.value.most) == (4, 3)
    assert grouped(lake, index, "industry")[1] == ["retail", "製造", NO_VALUE]


def test_an_index_made_by_hand_is_selected_by_its_names(tmp_path: Path) -> None:
    lake = make_lake(tmp_path, {"account": [{"id": f"u{i}", "employees": i} for i in range(5)]})
    made: Any = small_world.index([], 3, ["k"])
    units = list(made.units)
    lake = make_lake(tmp_path / "again", {"account": [{"id": u, "employees": i} for i, u in enumerate(units)]})
    found = select(lake, made, "employees >= 1")
    assert found is not None
    assert np.array_equal(found, [False, True, True])
