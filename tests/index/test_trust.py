import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from small_lake import DAY, SETTINGS, append, decoded, make_lake
from tabiji.index import Index, MissingIndexError, TornIndexError, build_index, open_index, refresh_index
from tabiji.index.store.manifest import FILE, read_manifest
from tabiji.lake import Lake

BUILDER = Path(__file__).with_name("lone_builder.py")


def start(folder: Path, point: str = "") -> "subprocess.Popen[str]":
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, str(BUILDER), str(folder), point],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    events = [
        {"id": f"e{i}", "at": DAY + timedelta(days=i), "account": f"a{i % 3}", "person": "p", "value": 1.0}
        for i in range(9)
    ]
    return make_lake(tmp_path, {"event": events})


def refresh(lake: Lake) -> Index:
    return refresh_index(lake, lake.path.parent / "index", "account", settings=SETTINGS)


def opened(folder: Path) -> Index:
    return open_index(folder / "index", "account")


POINTS = ["progress:reading events", "progress:sorting events", "fsync:5", "fsync:20", "manifest", "sweep"]


@pytest.mark.parametrize("point", POINTS)
def test_a_builder_that_is_killed_leaves_the_old_generation_in_use(lake: Lake, tmp_path: Path, point: str) -> None:
    before = refresh(lake)
    append(lake, {"event": [{"id": "e0", "at": DAY, "account": "a0", "name": "other", "version": 2}]})
    builder = start(tmp_path, point)
    assert builder.wait(120) == -signal.SIGKILL
    found = opened(tmp_path)
    if point == "sweep":  # the new generation holds already, only the old one is still there
        assert found.manifest["generation"] == 2
    else:
        assert found.version == before.version
        assert decoded(found, ["p"]) == decoded(before, ["p"])
    after = refresh(lake)
    assert [row[1] for row in decoded(after, ["p"])["a0"]] == ["other", None, None]
    build_index(lake, tmp_path / "index", "account", settings=SETTINGS)
    after = opened(tmp_path)
    assert sorted(p.name for p in (tmp_path / "index" / "account").glob("v*")) == [f"v{after.manifest['generation']}"]


@pytest.mark.parametrize("point", ["fsync:2", "manifest", "sweep"])
def test_an_append_that_is_killed_leaves_what_was_there(lake: Lake, tmp_path: Path, point: str) -> None:
    before = refresh(lake)
    append(lake, {"event": [{"id": "new", "at": DAY, "account": "a0", "name": "other"}]})
    builder = start(tmp_path, point)
    assert builder.wait(120) == -signal.SIGKILL
    assert (opened(tmp_path).version == before.version) == (point != "sweep")
    builder = start(tmp_path)
    assert builder.wait(120) == 0
    after = opened(tmp_path)
    assert after.manifest["delta"] == "delta-1"
    assert len(decoded(after, ["p"])["a0"]) == 4
    assert [p.name for p in (tmp_path / "index" / "account" / "v1").glob("delta*")] == ["delta-1"]


def test_two_processes_build_once(lake: Lake, tmp_path: Path) -> None:
    builders = [start(tmp_path), start(tmp_path)]
    versions = [builder.communicate(timeout=240)[0].strip() for builder in builders]
    assert versions == [opened(tmp_path).version] * 2
    assert opened(tmp_path).manifest["generation"] == 1


def test_no_index_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(MissingIndexError):
        opened(tmp_path)


def _files(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "index" / "account"
    for name, (size, _) in read_manifest(folder)["files"].items():
        if size:
            yield folder / name


def test_every_file_that_is_cut_short_is_noticed_and_built_anew(lake: Lake, tmp_path: Path) -> None:
    whole = decoded(refresh(lake), ["p"])
    files = list(_files(tmp_path))
    assert len(files) > 20
    for file in files:
        data = file.read_bytes()
        file.write_bytes(data[:-1])
        with pytest.raises(TornIndexError):
            opened(tmp_path)
        file.write_bytes(data)
    os.truncate(files[-1], 10)
    after = refresh(lake)
    assert after.manifest["generation"] == 2
    assert decoded(after, ["p"]) == whole


def test_every_file_with_a_flipped_bit_in_its_header_or_missing_is_noticed(lake: Lake, tmp_path: Path) -> None:
    refresh(lake)
    for file in _files(tmp_path):
        data = file.read_bytes()
        file.write_bytes(bytes([data[0] ^ 4]) + data[1:])
        with pytest.raises(TornIndexError):
            opened(tmp_path)
        file.unlink()
        with pytest.raises(TornIndexError):
            opened(tmp_path)
        file.write_bytes(data)
    assert opened(tmp_path).n_events == 9


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"crc": 1, "index": {"format": 1}}'])
def test_a_damaged_manifest_is_noticed_and_built_anew(lake: Lake, tmp_path: Path, text: str) -> None:
    refresh(lake)
    (tmp_path / "index" / "account" / FILE).write_text(text)
    with pytest.raises(TornIndexError):
        opened(tmp_path)
    assert refresh(lake).n_events == 9


def test_a_manifest_that_was_edited_is_noticed(lake: Lake, tmp_path: Path) -> None:
    refresh(lake)
    file = tmp_path / "index" / "account" / FILE
    said = json.loads(file.read_text())
    said["index"]["events"] = 8
    file.write_text(json.dumps(said))
    with pytest.raises(TornIndexError):
        opened(tmp_path)


def test_an_index_of_another_format_is_built_anew(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh(lake)
    monkeypatch.setattr("tabiji.index.store.manifest.FORMAT", 99)
    monkeypatch.setattr("tabiji.index.build.building.FORMAT", 99)
    assert refresh(lake).manifest["generation"] == 2


def test_a_delta_that_is_torn_is_built_anew(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tabiji.index.delta.appending.FOLD_SHARE", 100.0)
    refresh(lake)
    append(lake, {"event": [{"id": "new", "at": DAY, "account": "a0"}]})
    refresh(lake)
    os.truncate(tmp_path / "index" / "account" / "v1" / "delta-1" / "items.npy", 200)
    append(lake, {"event": [{"id": "newer", "at": DAY, "account": "a0"}]})
    after = refresh(lake)
    assert (after.manifest["generation"], after.n_events) == (2, 11)


def test_an_open_index_outlives_its_generation(lake: Lake) -> None:
    before = refresh(lake)
    rows = decoded(before, ["p"])
    tier = before.partitions[0].tiers[0]
    kept = tier.at.copy()
    append(lake, {"event": [{"id": "e0", "at": DAY, "account": "a0", "name": "other", "version": 2}]})
    assert refresh(lake).manifest["generation"] == 2
    assert np.array_equal(tier.at, kept)
    assert list(before.units) == list(rows)


def test_properties_are_added_and_kept(lake: Lake, tmp_path: Path) -> None:
    root = tmp_path / "index"
    first = refresh_index(lake, root, "account", properties=["plan"], settings=SETTINGS)
    second = refresh_index(lake, root, "account", properties=["size"], settings=SETTINGS)
    third = refresh_index(lake, root, "account", settings=SETTINGS)
    assert list(first.kinds.properties) == ["plan"]
    assert list(second.kinds.properties) == ["plan", "size"]
    assert third.version == second.version


def test_a_fresh_index_is_opened_as_it_is(lake: Lake) -> None:
    assert refresh(lake).version == refresh(lake).version
    assert refresh(lake).manifest["generation"] == 1


def test_a_full_disk_leaves_no_rubbish_and_what_was_there(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = refresh(lake)
    folder = tmp_path / "index" / "account"
    pwrite = os.pwrite
    for change in ({"id": "e0", "version": 2}, {"id": "new", "version": 1}):  # builds anew, and adds
        append(lake, {"event": [{"at": DAY, "account": "a0", "name": "other", **change}]})
        left = [9]

        def full(handle: int, data: bytes, place: int, left: list[int] = left) -> int:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(28, "No space left on device")
            return pwrite(handle, data, place)

        monkeypatch.setattr("tabiji.index.delta.appending.FOLD_SHARE", 100.0)
        monkeypatch.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space left"):
            refresh(lake)
        monkeypatch.undo()
        assert opened(tmp_path).version == before.version
        assert [p.name for p in folder.glob("v*")] == [f"v{before.manifest['generation']}"]
        assert list(folder.glob("v*/delta*")) == []
        monkeypatch.setenv("TABIJI_LANG", "en")
        before = refresh(lake)
