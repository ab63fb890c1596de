from pathlib import Path

import numpy as np
import pytest

import small_world
from small_lake import DAY, SETTINGS, append, make_lake
from tabiji.index import refresh_index
from tabiji.index.dictionary.hashing import Hashing
from tabiji.index.person_places import NOBODY, person_places
from tabiji.index.persons import person_ids


def test_places_are_those_of_the_index_also_of_what_came_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tabiji.index.delta.appending.FOLD_SHARE", 10.0)
    people = {"a": ("p", "q", "r"), "b": ("q", "s")}
    rows = [{"id": f"{u}{p}", "at": DAY, "account": u, "person": p} for u, of in people.items() for p in of]
    lake = make_lake(tmp_path, {"event": rows})
    refresh_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    append(
        lake,
        {"event": [{"id": x, "at": DAY, "account": u, "person": p} for x, u, p in (("1", "a", "z"), ("2", "n", "p"))]},
    )
    index = refresh_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    names = ["p", "q", "r", "s", "z", "stranger"]
    asked = [(u, name) for u in range(index.n_units) for name in names]
    hashing = Hashing(int(index.manifest["hashing"]["salt"]))
    with lake.connect() as con:
        hashes = {n: con.execute(f"SELECT {hashing.sql('?')}", [n]).fetchall()[0][0] for n in names}
        told = {u: person_ids(con, index, u) for u in range(index.n_units)}
    unit = np.array([u for u, _ in asked], np.int64)
    found = person_places(index, unit, np.array([hashes[n] for _, n in asked], np.uint64))
    expected = [told[u].index(n) if n in told[u] else NOBODY for u, n in asked]
    assert found.tolist() == expected
    assert sorted(len(t) for t in told.values()) == [1, 2, 4]


def test_an_index_without_a_folder_knows_nobody() -> None:
    index = small_world.index([], 1, ["k"])
    assert person_places(index, np.zeros(1, np.int64), np.zeros(1, np.uint64)).tolist() == [NOBODY]
