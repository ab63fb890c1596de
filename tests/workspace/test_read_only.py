"""A workspace that can only be read answers what its index knows, and says why it cannot do more."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tabiji
from web_cast import MAP

WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
ASK = """
import json, sys
import tabiji
from tabiji.errors import TabijiError
def told(what):
    try:
        return what()
    except TabijiError as error:
        return error.code
root = sys.argv[1]
with tabiji.open(root) as ws:
    print(json.dumps({
        "maps": [m.id for m in ws.maps.list()],
        "n": told(lambda: ws.map("new-business").funnel().provenance.accounts),
        "add": told(lambda: ws.maps.add(open(sys.argv[2]).read())),
        "import": told(lambda: ws.import_(sys.argv[3])),
        "init": told(lambda: tabiji.init(root + "/inside")),
    }))
"""


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Path]:
    """A folder whose workspace nobody may write in, and the files that a test tries to bring in."""
    (tmp_path / "map.yaml").write_text(MAP.replace("id: new-business", "id: other", 1), "utf-8")
    (tmp_path / "log.csv").write_text("who,what,at\nA,page_viewed,2026-01-05\n", "utf-8")
    (tmp_path / "mapping.yaml").write_text(
        "source: web\ntables:\n  - {file: log.csv, to: event, columns: {account: who, name: what, at: at}}\n", "utf-8"
    )
    with tabiji.init(tmp_path / "ws") as made:
        made.maps.add(MAP)
        made.import_(tmp_path / "mapping.yaml")
        made.map("new-business").funnel()
    places = [tmp_path / "ws", *(tmp_path / "ws").rglob("*")]
    for place in places:
        place.chmod(place.stat().st_mode & ~WRITE)
    yield tmp_path
    for place in places:
        if place.exists():
            place.chmod(place.stat().st_mode | stat.S_IWUSR)


def asked_in(folder: Path) -> dict[str, object]:
    import json

    command = [sys.executable, "-c", ASK, str(folder / "ws"), str(folder / "map.yaml"), str(folder / "mapping.yaml")]
    if os.geteuid() == 0:  # root may write anywhere, unless it gives up that right
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("root writes through every permission, and there is no setpriv to give that up")
        command = [setpriv, "--bounding-set=-dac_override", "--inh-caps=-dac_override", *command]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if "setpriv" in ran.stderr:
        pytest.skip(f"rights cannot be given up here: {ran.stderr.strip()}")
    assert ran.returncode == 0, ran.stderr
    found: dict[str, object] = json.loads(ran.stdout)
    return found


def test_what_is_known_is_answered_and_what_would_write_is_refused_by_name(sealed: Path) -> None:
    assert asked_in(sealed) == {
        "maps": ["new-business"],
        "n": 1,
        "add": "database",
        "import": "folder_unwritable",
        "init": "folder_unwritable",
    }


def test_an_index_that_is_missing_cannot_be_built(sealed: Path) -> None:
    index = sealed / "ws" / "index"
    for place in [index, *index.rglob("*")]:
        place.chmod(place.stat().st_mode | stat.S_IWUSR)
    shutil.rmtree(index / "account")
    index.chmod(index.stat().st_mode & ~WRITE)
    assert asked_in(sealed)["n"] == "folder_unwritable"


def test_what_still_waits_in_the_log_of_the_database_is_read_too(sealed: Path) -> None:
    (sealed / "ws").chmod(0o755)
    file = sealed / "ws" / "tabiji.db"
    file.chmod(0o644)
    con = sqlite3.connect(file)
    con.execute("PRAGMA journal_mode=WAL")
    con.execute("DELETE FROM map_version")
    con.execute("DELETE FROM map")
    con.commit()
    try:
        for place in (*(sealed / "ws").glob("tabiji.db*"), sealed / "ws"):
            place.chmod(place.stat().st_mode & ~WRITE)
        assert asked_in(sealed)["maps"] == []
    finally:
        (sealed / "ws").chmod(0o755)
        con.close()
