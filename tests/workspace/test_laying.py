"""Records of the lake laid on the units of an index."""

from datetime import timedelta
from pathlib import Path

import numpy as np

from small_lake import DAY, SETTINGS, make_lake
from tabiji.index import refresh_index
from tabiji.workspace.laid.belonging import APART, roles_sql
from tabiji.workspace.laid.laying import laid, role_set


def test_records_of_known_units_in_order_with_their_texts_as_codes(tmp_path: Path) -> None:
    events = [{"id": f"e{i}", "at": DAY + timedelta(days=i), "account": f"a{i}", "person": "p"} for i in range(3)]
    lake = make_lake(tmp_path, {"event": events})
    index = refresh_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    query = """SELECT * FROM (VALUES ('a1', 2.5, 'x', 'late'), ('gone', 1.0, 'y', 'early'), ('a0', 1.5, NULL, 'late'),
        ('a1', 0.5, 'y', 'early'), ('a2', $1, 'x', NULL)) t(unit, n, word, other)"""
    with lake.connect() as con:
        found = laid(con, index, query, [9.0], "n", {"n": np.float64}, ("word", "other"))
        again = laid(con, index, query, [9.0], "n DESC", {"n": np.float64})
    names = [index.units[u] for u in found.unit]
    assert (names, found.numbers["n"].tolist()) == (["a1", "a0", "a1", "a2"], [0.5, 1.5, 2.5, 9.0])
    assert found.texts == {"word": ("x", "y"), "other": ("early", "late")}
    assert [found.texts["word"][c] if c >= 0 else None for c in found.codes["word"]] == ["y", None, "x", "x"]
    assert found.of_text("other", [1.0, 2.0], np.nan, np.float64).tolist()[:3] == [1.0, 2.0, 2.0]
    assert np.isnan(found.of_text("other", [1.0, 2.0], np.nan, np.float64)[3])
    assert again.numbers["n"].tolist() == [9.0, 2.5, 1.5, 0.5]


def test_no_record_at_all(tmp_path: Path) -> None:
    lake = make_lake(tmp_path, {"event": [{"id": "e", "at": DAY, "account": "a"}]})
    index = refresh_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    with lake.connect() as con:
        found = laid(
            con, index, "SELECT 'a' AS unit, 1 AS n, 'x' AS roles WHERE false", [], "n", {"n": np.int32}, ("roles",)
        )
    assert (len(found.unit), found.numbers["n"].dtype, found.texts, len(found.roles(index))) == (
        0,
        np.int32,
        {"roles": ()},
        0,
    )


def test_roles_come_together_and_apart_again(tmp_path: Path) -> None:
    with make_lake(tmp_path, {"event": []}).connect() as con:
        query = f"SELECT {roles_sql('role')} FROM (VALUES ('user'), ('Champion'), ('user')) t(role)"
        ((told,),) = con.execute(query).fetchall()
    assert told.split(APART) == ["Champion", "user"]
    sets = {(): 0, ("champion",): 1, ("champion", "user"): 2, ("user",): 3}
    assert role_set(told.split(APART), sets) == 2
    assert role_set(["決裁者", "user"], sets) == 3  # this combination was never seen, one of its roles was
    assert role_set([], sets) == 0
