from pathlib import Path

import pytest

from small_lake import DAY, SETTINGS, append, make_lake
from tabiji.index import Index, refresh_index
from tabiji.index.persons import person_hashes, person_ids
from tabiji.lake import Lake


def ids(lake: Lake, index: Index, ordinal: int) -> list[str | None]:
    with lake.connect() as con:
        return person_ids(con, index, ordinal)


def test_persons_are_named_wherever_the_lake_names_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tabiji.index.delta.appending.FOLD_SHARE", 10.0)
    visit = {"at": DAY, "account": "a", "name": "visit"}
    lake = make_lake(
        tmp_path,
        {
            "event": [{"id": p, "person": p, **visit} for p in ("row", "member", "cookie")],
            "person": [{"id": "row"}],
            "membership": [{"id": "m", "person": "member", "account": "a", "role": "User"}],
            "account": [{"id": "silent"}],
        },
    )
    first = refresh_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    ordinal = list(first.units).index("a")
    assert set(ids(lake, first, ordinal)) == {"row", "member", "cookie"}
    assert ids(lake, first, list(first.units).index("silent")) == []
    append(
        lake,
        {
            "event": [{"id": p, "person": p, **visit} for p in ("later", "row 2", "b")]
            + [{"id": "n", **visit, "account": "n", "person": "b"}]
        },
    )
    index = refresh_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    assert ids(lake, index, ordinal)[:3] == ids(lake, first, ordinal)
    assert set(ids(lake, index, ordinal)[3:]) == {"later", "row 2", "b"}
    assert ids(lake, index, list(index.units).index("n")) == ["b"]
    tier = index.partitions[0].tiers[1]
    assert sorted(tier.person.tolist()) == list(range(6))
    assert len(person_hashes(index, ordinal)) == 6


def test_a_person_that_the_lake_does_not_name_any_more_has_no_id(tmp_path: Path) -> None:
    event = {"id": "e", "at": DAY, "account": "a", "person": "p"}
    lake = make_lake(tmp_path, {"event": [event]})
    index = refresh_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    append(lake, {"event": [{**event, "person": None, "version": 2}]})
    assert ids(lake, index, 0) == [None]
