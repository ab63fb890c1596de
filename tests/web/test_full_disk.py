"""A full disk: what was there before is whole and answers, what must be written says `disk_full` on every way to ask."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Tabiji, tabiji

import tabiji as product
from tabiji.room import DiskFullError
from web_cast import MAP, client_of

__all__ = ["tabiji"]
OTHER = MAP.replace("id: new-business", "id: other", 1)


@pytest.fixture
def disk(filled_folder: Path, tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own with a workspace that has a fresh index, filled to the last byte."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    root = tmp_path / "disk"
    root.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(root)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a tmpfs")
    try:
        shutil.copytree(filled_folder, root / "ws")
        shutil.copytree(filled_folder.parent / "files", tmp_path / "files")
        (tmp_path / "other.yaml").write_text(OTHER, "utf-8")
        (tmp_path / "files" / "deals.csv").write_text(
            (tmp_path / "files" / "deals.csv").read_text("utf-8").replace("D1,", "E1,"), "utf-8"
        )
        fill_up(root)
        yield root
    finally:
        subprocess.run(["umount", "-l", str(root)], check=True)


def fill_up(root: Path) -> None:
    with (root / "fill").open("wb", buffering=0) as out, suppress(OSError):
        while True:
            out.write(bytes(4096))


def told(ran: Any) -> tuple[int, str]:
    assert "Traceback" not in ran.err
    return ran.status, ran.json["error"]["code"]


def test_what_only_reads_goes_on(disk: Path, tabiji: Tabiji, tmp_path: Path) -> None:
    ws = ("-w", disk / "ws")
    assert tabiji(*ws, "quarantine", "--json").json["total"] == 0
    assert [m["id"] for m in tabiji(*ws, "map", "list", "--json").json["maps"]] == ["new-business"]
    assert tabiji(*ws, "funnel", "new-business", "--json").json["stages"][0]["n"] == 30
    doctor = {c["name"]: c["ok"] for c in tabiji(*ws, "doctor", "--json").json["checks"]}
    assert (doctor["workspace"], doctor["map new-business"], doctor["disk"]) == (True, True, False)
    assert tabiji(*ws, "map", "export", "new-business", "--to", tmp_path / "map.svg").status == 0


def test_what_must_be_written_says_disk_full(disk: Path, tabiji: Tabiji, tmp_path: Path) -> None:
    ws = ("-w", disk / "ws")
    full = (1, "disk_full")
    assert told(tabiji(*ws, "import", tmp_path / "files" / "mapping.yaml", "--json")) == full
    assert told(tabiji(*ws, "map", "add", tmp_path / "other.yaml", "--json")) == full
    assert told(tabiji(*ws, "study", "save", "s", "funnel", "new-business", "--json")) == full
    assert told(tabiji(*ws, "map", "export", "new-business", "--to", disk / "map.svg", "--json")) == full
    assert told(tabiji(*ws, "map", "draft", "--to", disk / "map.yaml", "--json")) == full
    assert told(tabiji("init", disk / "new", "--json")) == full
    assert sorted(p.name for p in disk.iterdir()) == ["fill", "ws"]
    said = tabiji(*ws, "map", "add", tmp_path / "other.yaml").err
    assert said == (
        f"error[disk_full]: there is no room to write the workspace database in {disk / 'ws'} (No space left on device); what was there"
        " before is whole. Free some space on that disk, then try again\n"
    )


def test_an_index_without_room_is_told_everywhere_and_built_once_there_is_some(disk: Path, tabiji: Tabiji) -> None:
    shutil.rmtree(disk / "ws" / "index" / "account")
    fill_up(disk)
    assert told(tabiji("-w", disk / "ws", "funnel", "new-business", "--json")) == (1, "disk_full")
    with product.open(disk / "ws") as workspace:
        client = client_of(workspace)
        answer = client.get("/api/v1/maps/new-business/funnel?lang=en")
        assert (answer.status_code, answer.json()["error"]["code"]) == (507, "disk_full")
        assert answer.json()["error"]["details"]["what"] == "the index"
        page = client.get("/maps/new-business/funnel?lang=en")
        assert (page.status_code, "there is no room to write the index" in page.text) == (507, True)
        assert "Something broke" not in page.text
        assert client.get("/data").status_code == 200
        with pytest.raises(DiskFullError):
            workspace.maps.add(OTHER)
        (disk / "fill").unlink()
        assert client.get("/api/v1/maps/new-business/funnel").json()["stages"][0]["n"] == 30
        assert workspace.maps.add(OTHER)[1]  # the server that was started on a full disk writes again
    assert told_ids(disk) == {"new-business", "other"}


def told_ids(disk: Path) -> set[str]:
    with product.open(disk / "ws") as workspace:
        return {entry.id for entry in workspace.maps.list()}


def test_an_import_that_only_cannot_be_noted_is_done(filled_folder: Path, tmp_path: Path, monkeypatch: Any) -> None:
    shutil.copytree(filled_folder, tmp_path / "ws")
    with product.open(tmp_path / "ws") as workspace:
        before = len(workspace.imports())

        def full(_: Any) -> Any:
            raise DiskFullError("the workspace database", tmp_path, "No space left on device")

        monkeypatch.setattr(type(workspace._database), "session", full)
        report = workspace.import_(filled_folder.parent / "files" / "mapping.yaml")
        monkeypatch.undo()
        assert [n.code for n in report.notices] == ["not_noted"]
        assert (report.events.duplicates > 0, len(workspace.imports())) == (True, before)


def test_a_job_on_a_full_disk_says_so(filled_folder: Path, monkeypatch: Any) -> None:
    from tests.web.test_jobs import wait

    from tabiji.web.jobs import Jobs

    def work(_: Any) -> str:
        raise OSError(28, "No space left on device")

    error = wait(Jobs(filled_folder).start("t", work, back_url="/")).error
    assert (error.code, error.details["path"]) == ("disk_full", str(filled_folder))
