"""What must hold for any files: importing twice adds nothing, parts make the whole, order of parts of unlike rows does not matter."""

import csv
import io
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabiji.ingest import import_mapping, load_mapping
from tabiji.lake import Lake
from tabiji.settings import Settings

from .conftest import NOW

RUN = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SETTINGS = Settings(threads=2, memory_mb=500, timezone="Asia/Tokyo")

words = st.text(st.sampled_from("ab,\"'\n東¥\\;　 -0"), max_size=4)
times = st.one_of(
    st.integers(0, 10**6).map(lambda m: (datetime(2023, 1, 1) + timedelta(minutes=m)).isoformat(sep=" ")),
    st.sampled_from(["", "0000-00-00", "2024年2月3日", "2024/2/3"]),
)
log_rows = st.lists(st.tuples(words, words, words, times, words), max_size=25)
deal_rows = st.lists(
    st.tuples(st.sampled_from(["1", "2", "3", ""]), words, times, times, st.sampled_from(["Won", "Lost", ""])),
    max_size=12,
)

LOG = """
source: log
tables:
  - {file: "*.csv", to: event, columns: {account: a, person: p, name: n, at: t, content: c}}
"""
DEALS = """
source: crm
tables:
  - file: "*.csv"
    to: opportunity
    key: id
    columns: {account: a}
    events:
      - {name: opened, at: opened}
      - {name: won, at: closed, when: stage = 'Won'}
"""


def world(tmp_path: Path, name: str) -> tuple[Path, Lake]:
    folder = tmp_path / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "files").mkdir(parents=True)
    return folder / "files", Lake(folder / "ws" / "lake", SETTINGS)


def write(folder: Path, file: str, head: list[str], rows: list[tuple[str, ...]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([head, *rows])
    (folder / file).write_text(text.getvalue(), "utf-8")


def bring(folder: Path, lake: Lake, mapping: str):
    (folder / "mapping.yaml").write_text(mapping, "utf-8")
    return import_mapping(lake, load_mapping(folder / "mapping.yaml"), SETTINGS, now=NOW)


def content(lake: Lake) -> dict[str, list[tuple[object, ...]]]:
    with lake.connect() as con:
        found = {}
        for table in ("event", "opportunity"):
            query = f'SELECT * EXCLUDE (batch, file) FROM "{table}" ORDER BY origin, id'
            found[table] = con.execute(query).fetchall()
        return found


@settings(RUN, max_examples=5)
@given(first=deal_rows, second=deal_rows, most=st.integers(1, 5))
def test_ids_that_are_compared_in_parts_give_what_one_comparison_gives(tmp_path, first, second, most):
    head = ["id", "a", "opened", "closed", "stage"]
    found = []
    for name, limit in (("one", 10**6), ("parts", most)):
        folder, lake = world(tmp_path, name)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tabiji.ingest.rows.resolve.MOST_ROWS", limit)
            patch.setattr("tabiji.ingest.rows.candidates.MOST_BRANCHES", limit)
            reports = []
            for rows in (first, second):
                write(folder, "a.csv", head, rows)
                reports.append(bring(folder, lake, DEALS).to_dict())
        found.append((content(lake), reports))
    assert found[0] == found[1]


@RUN
@given(rows=log_rows)
def test_importing_a_log_twice_adds_nothing(tmp_path, rows):
    folder, lake = world(tmp_path, "once")
    write(folder, "a.csv", ["a", "p", "n", "t", "c"], rows)
    first = bring(folder, lake, LOG)
    [table] = first.tables
    assert table.rows == table.accepted + table.quarantined == sum(1 for r in rows if any(c for c in r))
    assert first.events.added == table.accepted
    before, head = content(lake), lake.head()
    second = bring(folder, lake, LOG)
    assert second.events.to_dict() == {"added": 0, "duplicates": first.events.added, "changed": 0, "withdrawn": 0}
    assert second.tables == first.tables
    assert content(lake) == before
    assert lake.head() == head


@RUN
@given(rows=deal_rows)
def test_importing_deals_twice_adds_nothing_even_where_keys_repeat(tmp_path, rows):
    folder, lake = world(tmp_path, "once")
    write(folder, "a.csv", ["id", "a", "opened", "closed", "stage"], rows)
    first = bring(folder, lake, DEALS)
    before, head = content(lake), lake.head()
    second = bring(folder, lake, DEALS)
    counts = [c for r in second.records.values() for c in (r.added, r.changed, r.withdrawn)]
    assert sum(counts) == 0
    assert second.tables == first.tables
    assert content(lake) == before
    assert lake.head() == head


@RUN
@given(rows=st.lists(st.tuples(words, words, words, times, words), max_size=25, unique=True), at=st.integers(0, 25))
def test_a_log_in_two_files_or_two_imports_is_the_log(tmp_path, rows, at):
    rows = [(*row[:4], f"{i}{row[4]}") for i, row in enumerate(rows)]
    head = ["a", "p", "n", "t", "c"]
    whole = world(tmp_path, "whole")
    write(whole[0], "a.csv", head, rows)
    bring(*whole, LOG)
    two_files = world(tmp_path, "files")
    for file, part in (("a.csv", rows[:at]), ("b.csv", rows[at:])):
        write(two_files[0], file, head, part)
    bring(*two_files, LOG)
    two_imports = world(tmp_path, "imports")
    for file, part in (("b.csv", rows[at:]), ("a.csv", rows[:at])):
        write(two_imports[0], file, head, part)
        bring(*two_imports, LOG)
    assert content(whole[1]) == content(two_files[1]) == content(two_imports[1])


@RUN
@given(rows=deal_rows, at=st.integers(0, 12))
def test_deals_in_two_imports_end_where_one_import_ends(tmp_path, rows, at):
    """The current rows are the same; what was withdrawn in between may remain as an older version."""
    head = ["id", "a", "opened", "closed", "stage"]
    whole = world(tmp_path, "whole")
    write(whole[0], "a.csv", head, rows)
    bring(*whole, DEALS)
    parts = world(tmp_path, "parts")
    for file, part in (("a.csv", rows[:at]), ("b.csv", rows[at:])):
        write(parts[0], file, head, part)
        bring(parts[0], parts[1], DEALS.replace('"*.csv"', file))
    assert _held(whole[1]) == _held(parts[1])


def _held(lake: Lake) -> list[list[tuple[object, ...]]]:
    with lake.connect() as con:
        return [
            con.execute(f'SELECT * EXCLUDE (batch, file, version) FROM "{t}" ORDER BY origin, id').fetchall()
            for t in ("event", "opportunity")
        ]


@pytest.mark.parametrize("n", [0, 1])
def test_no_rows_and_one_row(tmp_path, n):
    folder, lake = world(tmp_path, "small")
    write(folder, "a.csv", ["a", "p", "n", "t", "c"], [("A", "", "x", "2024-01-01", "")][:n])
    assert bring(folder, lake, LOG).events.added == n
    assert lake.head().number == n
