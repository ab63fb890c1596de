from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from small_lake import DAY, RECEIVED, SETTINGS, Rows, append, decoded, make_lake
from tabiji.index import Index, index_known_at, refresh_index
from tabiji.lake import Lake

NEXT = RECEIVED + timedelta(days=1)


def known(lake: Lake, at: datetime, unit: str = "account", **how: Any) -> Index:
    return index_known_at(lake, lake.path.parent / "index", unit, at.replace(tzinfo=UTC), settings=SETTINGS, **how)


def corrected(tmp_path: Path) -> Lake:
    """An event and a membership that were corrected, an event that was taken back, an opportunity that came later."""
    event = {"id": "e", "at": DAY, "account": "a", "person": "p", "name": "visit"}
    gone = {"id": "gone", "at": DAY, "account": "a", "name": "call"}
    member = {"id": "m", "account": "a", "person": "p", "role": "User"}
    lake = make_lake(tmp_path, {"event": [event, gone], "membership": [member], "account": [{"id": "a"}]})
    later: Rows = {
        "event": [
            {**event, "name": "demo", "account": "b", "version": 2, "received_at": NEXT},
            {**gone, "at": None, "version": 2, "received_at": NEXT},
            {"id": "f", "at": DAY, "account": "a", "person": "p", "name": "mail", "received_at": NEXT},
        ],
        "membership": [{**member, "role": "決裁者", "version": 2, "received_at": NEXT}],
        "account": [{"id": "c", "received_at": NEXT}],
    }
    append(lake, later)
    return lake


def told(index: Index) -> dict[str, list[tuple[Any, ...]]]:
    return {unit: [(row[1], row[9], row[10]) for row in rows] for unit, rows in decoded(index, ["p"]).items()}


def test_the_versions_of_then_come_back(tmp_path: Path) -> None:
    lake = corrected(tmp_path)
    now = refresh_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    assert told(now) == {"a": [("mail", "p", ("decision_maker",))], "b": [("demo", "p", ())], "c": []}
    assert told(known(lake, RECEIVED)) == {"a": [("call", None, ()), ("visit", "p", ("user",))]}
    assert told(known(lake, NEXT)) == told(now)
    assert told(known(lake, RECEIVED - timedelta(seconds=1))) == {}


def test_it_equals_the_index_that_was_built_then(tmp_path: Path) -> None:
    lake = corrected(tmp_path)
    event = {"id": "e", "at": DAY, "account": "a", "person": "p", "name": "visit"}
    gone = {"id": "gone", "at": DAY, "account": "a", "name": "call"}
    rows: Rows = {
        "event": [event, gone],
        "membership": [{"id": "m", "account": "a", "person": "p", "role": "User"}],
        "account": [{"id": "a"}],
    }
    then = make_lake(tmp_path / "then", rows)
    for unit in ("account", "person", "opportunity"):
        was = refresh_index(then, tmp_path / "then" / "index", unit, settings=SETTINGS)
        assert known(lake, RECEIVED, unit).manifest["fingerprint"] == was.manifest["fingerprint"]
        assert decoded(known(lake, RECEIVED, unit), ["p"]) == decoded(was, ["p"])


def test_it_is_kept_beside_the_index_and_opened_again(tmp_path: Path) -> None:
    lake = corrected(tmp_path)
    now = refresh_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    first = known(lake, RECEIVED)
    assert known(lake, RECEIVED).manifest["generation"] == first.manifest["generation"] == 1
    assert refresh_index(lake, tmp_path / "index", "account", settings=SETTINGS).version == now.version
    append(lake, {"event": [{"id": "old", "at": DAY, "account": "a", "name": "found"}]})
    assert [kind for kind, _, _ in told(known(lake, RECEIVED))["a"]] == ["call", "found", "visit"]


def test_only_the_latest_moments_are_kept(tmp_path: Path) -> None:
    lake = corrected(tmp_path)
    for day in range(6):
        known(lake, RECEIVED + timedelta(days=day))
    assert len(list((tmp_path / "index" / "account").glob("known-*"))) == 4
    assert told(known(lake, RECEIVED)) == {"a": [("call", None, ()), ("visit", "p", ("user",))]}
