"""An import is all or nothing, whatever happens: two at once, a full disk, a kill at any moment."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tabiji.errors import BusyError
from tabiji.ingest import import_mapping, load_mapping
from tabiji.ingest.errors import MemoryLimitError
from tabiji.lake import Lake
from tabiji.room import DiskFullError

SCRIPT = Path(__file__).with_name("fragile_import.py")
MAPPING = """
source: crm
tables:
  - {file: accounts.csv, to: account, key: id, columns: {name: name}}
  - file: deals.csv
    to: opportunity
    key: id
    columns: {account: account, amount: value}
    events:
      - {name: opportunity_opened, at: opened}
      - {name: opportunity_won, at: closed, when: value > 50}
"""
TABLES = ("account", "opportunity", "event")


def write_files(bench, n, value):
    bench.file("accounts.csv", "id,name\n" + "".join(f"A{i},Account {i}\n" for i in range(n)) + ",nobody\n")
    rows = "".join(f"D{i},A{i},{value + i},2024-01-01,2024-02-{1 + i % 28:02}\n" for i in range(n))
    bench.file("deals.csv", "id,account,value,opened,closed\n" + rows)
    bench.file("mapping.yaml", MAPPING)


def content(lake):
    with lake.connect() as con:
        tables = {
            t: con.execute(f'SELECT * EXCLUDE (batch) FROM "{t}_all" ORDER BY origin, id, version').fetchall()
            for t in TABLES
        }
        return tables | {"quarantine": con.execute("SELECT * FROM quarantine ORDER BY ALL").fetchall()}


def fragile(bench, *points, room_mb=None):
    """An import in a process of its own, which may be told to die at some points, or to write no file beyond some size."""
    command = [sys.executable, str(SCRIPT), str(bench.folder / "mapping.yaml"), str(bench.lake.path.parent)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    room = {} if room_mb is None else {"FRAGILE_ROOM_MB": str(room_mb)}
    return subprocess.Popen([*command, *map(str, points)], text=True, env=os.environ | room, **pipes)


@contextmanager
def dying(bench, *points) -> "Iterator[subprocess.Popen[str]]":
    """The same, ended whatever happens: a test that gives up must not wait for it."""
    process = fragile(bench, *points)
    try:
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def two_states(make):
    """A workspace with a first import, files of a second one, and what the lake is before and after that."""
    bench = make()
    write_files(bench, 60, 1)
    bench.run(MAPPING)
    before = content(bench.lake)
    twin = make("twin")
    write_files(twin, 60, 1)
    twin.run(MAPPING)
    for each in (bench, twin):
        write_files(each, 90, 20)
    assert fragile(twin).wait() == 0
    return bench, before, content(twin.lake)


def test_killed_at_any_point_the_lake_reads_as_before_and_the_next_import_completes_it(two_states, tmp_path):
    bench, before, after = two_states
    kills = 0
    with dying(bench, *range(1, 100, 2)) as process:
        while (code := int(process.stdout.readline())) == -9:
            kills += 1
            if bench.lake.head().number == 2:  # killed after the head was replaced: then all of it is there
                break
            assert content(bench.lake) == before
            process.stdin.write("next\n")
            process.stdin.flush()
    assert code == -9, process.stderr.read()
    assert kills >= 15
    assert content(bench.lake) == after
    assert fragile(bench).wait() == 0
    assert content(bench.lake) == after
    assert bench.lake.head().of("event").rows == len(after["event"])
    assert list(bench.lake.tmp.glob("import-*")) == []


def test_after_a_kill_the_next_import_gives_what_a_clean_one_gives(two_states):
    bench, before, after = two_states
    with dying(bench, 12) as process:
        assert process.stdout.readline() == "-9\n"
    assert content(bench.lake) == before
    assert fragile(bench).wait() == 0
    assert content(bench.lake) == after


def test_killed_before_anything_was_ever_imported(make):
    twin = make("twin")
    write_files(twin, 30, 1)
    assert fragile(twin).wait() == 0
    bench = make()
    write_files(bench, 30, 1)
    points = (5, 8, 16, 24)
    with dying(bench, *points) as process:
        for _ in points:
            assert process.stdout.readline() == "-9\n"
            assert bench.lake.head().number == 0
            assert all(rows == [] for rows in content(bench.lake).values())
            process.stdin.write("next\n")
            process.stdin.flush()
    assert fragile(bench).wait() == 0
    assert content(bench.lake) == content(twin.lake)


def test_killed_at_any_time(make):
    bench = make()
    write_files(bench, 20_000, 1)
    started = time.monotonic()
    twin = make("twin")
    write_files(twin, 20_000, 1)
    assert fragile(twin).wait() == 0
    whole = time.monotonic() - started
    for share in (0.5, 0.7, 0.85):
        process = fragile(bench)
        time.sleep(whole * share)
        process.kill()
        process.wait()
        assert bench.lake.head().number in (0, 1)
    assert fragile(bench).wait() == 0
    assert content(bench.lake) == content(twin.lake)


def test_two_imports_at_once_do_not_mix(make):
    bench, twin = make(), make("twin")
    for each in (bench, twin):
        write_files(each, 20_000, 1)
    processes = [fragile(bench) for _ in range(3)]
    codes = [process.wait() for process in processes]
    errors = [process.stderr.read() for process in processes]
    assert 0 in codes
    assert all(
        "busy" in error or "importing in this workspace" in error
        for code, error in zip(codes, errors, strict=True)
        if code
    )
    assert fragile(twin).wait() == 0
    assert content(bench.lake) == content(twin.lake)


def test_an_import_beside_another_is_told_that_it_must_wait(bench):
    write_files(bench, 10, 1)
    mapping = load_mapping(bench.folder / "mapping.yaml")
    with bench.lake.write(), pytest.raises(BusyError):
        import_mapping(bench.lake, mapping, bench.settings)


def test_readers_see_whole_imports_only(make):
    """While another process imports again and again, every look at the lake finds opportunities and events that belong together."""
    bench = make()
    write_files(bench, 500, 100)
    looks = 0
    for n in (500, 700):
        write_files(bench, n, 100)
        process = fragile(bench)
        while process.poll() is None:
            with bench.lake.connect() as con:
                deals, events = con.execute(
                    "SELECT (SELECT count(*) FROM opportunity), (SELECT count(*) FROM event)"
                ).fetchall()[0]
            assert events == 2 * deals
            assert deals in (0, 500, 700)
            looks += 1
        assert process.returncode == 0
    assert looks > 2


def test_a_full_disk_leaves_the_lake_as_it_was(make):
    bench = make()
    write_files(bench, 60, 1)
    bench.run(MAPPING)
    before, head = content(bench.lake), bench.lake.head()
    write_files(bench, 100_000, 20)
    for room_mb in (1, 2):
        process = fragile(bench, room_mb=room_mb)
        assert process.wait() == 1
        assert "DiskFullError: there is no room to write the import" in process.stderr.read()
        assert bench.lake.head() == head
        assert content(bench.lake) == before
    assert fragile(bench).wait() == 0
    assert bench.row("SELECT count(*) FROM opportunity") == (100_000,)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_full_file_system_leaves_the_lake_as_it_was(make, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(small)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a tmpfs")
    try:
        bench = make()
        lake = Lake(small / "ws" / "lake", bench.settings)
        write_files(bench, 60, 1)
        mapping = load_mapping(bench.folder / "mapping.yaml")
        import_mapping(lake, mapping, bench.settings)
        before = content(lake)
        write_files(bench, 150_000, 20)
        with pytest.raises(DiskFullError) as caught:
            import_mapping(lake, mapping, bench.settings)
        assert caught.value.code == "disk_full"
        assert content(lake) == before
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.parametrize("allowed", [0, 1, 2])
def test_a_disk_that_fills_while_the_lake_is_written(make, monkeypatch, allowed):
    """The first `allowed` tables find room, the next one does not, and neither does the taking back."""
    import resource

    from tabiji.lake import batch

    bench = make()
    write_files(bench, 60, 1)
    bench.run(MAPPING)
    before, head = content(bench.lake), bench.lake.head()
    write_files(bench, 2_000, 20)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    inner, left = batch.write_deltalake, iter(range(allowed))

    def tight(*given, **named):
        if next(left, None) is None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard))
        return inner(*given, **named)

    monkeypatch.setattr(batch, "write_deltalake", tight)
    try:
        with pytest.raises(DiskFullError):
            bench.run(MAPPING)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        monkeypatch.undo()
    assert bench.lake.head() == head
    assert content(bench.lake) == before
    bench.run(MAPPING)
    assert bench.row("SELECT count(*) FROM opportunity") == (2_000,)


def test_too_little_memory_is_told_with_the_setting(make):
    bench = make(memory_mb=12)
    write_files(bench, 200_000, 1)
    with pytest.raises(MemoryLimitError, match="setting memory_mb"):
        bench.run(MAPPING)
    assert bench.lake.head().number == 0
