import shutil
from datetime import UTC, datetime

import pytest

from tabiji.errors import BusyError
from tabiji.lake import DamagedHeadError, DamagedLakeError, Lake, schema

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


def events(con, ids, at="2024-01-01", version=1, name="x"):
    rows = ", ".join(f"('{i}', 'crm', TIMESTAMP '{at}', {version}, '{name}')" for i in ids)
    return con.sql(f'SELECT * FROM (VALUES {rows}) t(id, origin, "at", version, name)')


def test_an_empty_lake_has_head_zero_and_empty_views_with_all_columns(lake: Lake):
    assert lake.head().number == 0
    with lake.connect() as con:
        for table in schema.TABLES:
            for view in (table, f"{table}_all"):
                described = con.execute(f'DESCRIBE "{view}"').fetchall()
                assert {row[0]: row[1] for row in described} == schema.columns(table)
                assert con.execute(f'SELECT count(*) FROM "{view}"').fetchone() == (0,)
        assert con.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)


def test_a_batch_over_two_tables_becomes_visible_at_once(lake, con):
    with lake.write(now=NOW) as batch:
        batch.append("event", events(con, "ab"))
        assert lake.head().number == 0
        batch.append("account", con.sql("SELECT '1' AS id, 'crm' AS origin, 'Acme' AS name"))
    head = lake.head()
    assert (head.number, sorted(head.tables), head.updated_at) == (1, ["account", "event"], NOW)
    assert head.of("event").first_at == head.of("event").last_at == datetime(2024, 1, 1, tzinfo=UTC)
    with lake.connect() as c:
        assert c.execute("SELECT id, batch, received_at FROM event ORDER BY id").fetchall() == [
            ("a", 1, NOW.replace(tzinfo=None)),
            ("b", 1, NOW.replace(tzinfo=None)),
        ]
        assert c.execute("SELECT name FROM account").fetchall() == [("Acme",)]


def test_rows_of_a_later_head_are_told_by_their_batch(lake, con):
    for ids in ("a", "bc"):
        with lake.write() as batch:
            batch.append("event", events(con, ids))
    with lake.connect() as c:
        assert c.execute("SELECT id FROM event WHERE batch > 1 ORDER BY id").fetchall() == [("b",), ("c",)]


def test_a_raising_batch_leaves_the_lake_as_it_was(lake, con):
    with lake.write() as batch:
        batch.append("event", events(con, "a"))
    with pytest.raises(ZeroDivisionError), lake.write() as batch:
        batch.append("event", events(con, "b"))
        batch.append("account", con.sql("SELECT '1' AS id, 'crm' AS origin"))
        raise ZeroDivisionError
    assert lake.head().number == 1
    assert not (lake.path / "account").exists()
    with lake.write() as batch:
        batch.append("event", events(con, "c"))
    with lake.connect() as c:
        assert c.execute("SELECT id FROM event ORDER BY id").fetchall() == [("a",), ("c",)]
    assert lake.head().of("event").rows == 2


def test_a_batch_without_rows_changes_nothing(lake):
    with lake.write():
        pass
    assert lake.head().number == 0


def test_only_the_highest_version_is_current_and_known_as_of_brings_the_older_one_back(lake, con):
    with lake.write(now=NOW) as batch:
        batch.append("event", events(con, "ab", name="old", at="2024-03-01"))
    with lake.write(now=NOW.replace(month=6)) as batch:
        batch.append("event", events(con, "b", version=2, name="new"))
    stats = lake.head().of("event")
    assert (stats.rows, stats.superseded, stats.withdrawn, stats.current) == (3, 1, 0, 2)
    with lake.connect() as c:
        assert c.execute("SELECT id, name FROM event ORDER BY id").fetchall() == [("a", "old"), ("b", "new")]
        assert c.execute("SELECT count(*) FROM event_all").fetchone() == (3,)
    with lake.connect(known_as_of=NOW) as c:
        assert c.execute("SELECT id, name FROM event ORDER BY id").fetchall() == [("a", "old"), ("b", "old")]


def test_the_span_of_events_forgets_versions_that_no_longer_hold(lake, con):
    with lake.write() as batch:
        batch.append("event", events(con, "a", at="2030-01-01"))
        batch.append("event", events(con, "b", at="2024-01-01"))
    assert lake.head().of("event").last_at == datetime(2030, 1, 1, tzinfo=UTC)
    with lake.write() as batch:
        batch.append("event", events(con, "a", at="2024-02-01", version=2))
    assert lake.head().of("event").last_at == datetime(2024, 2, 1, tzinfo=UTC)


def test_a_withdrawn_event_is_no_longer_shown(lake, con):
    with lake.write() as batch:
        batch.append("event", events(con, "ab"))
    with lake.write() as batch:
        withdrawn = con.sql("""SELECT 'a' AS id, 'crm' AS origin, NULL::TIMESTAMP AS "at", 2 AS version""")
        batch.append("event", withdrawn)
    stats = lake.head().of("event")
    assert (stats.rows, stats.superseded, stats.withdrawn, stats.current) == (3, 1, 1, 1)
    with lake.connect() as c:
        assert c.execute("SELECT id FROM event").fetchall() == [("b",)]


def test_a_second_writer_is_told_that_the_lake_is_busy(lake):
    with lake.write(), pytest.raises(BusyError) as caught, lake.write(wait_seconds=0.1):
        pass
    assert caught.value.doing == "importing"
    with lake.write(wait_seconds=0.1):
        pass


def test_a_reader_keeps_its_head_while_a_writer_commits(lake, con):
    with lake.write() as batch:
        batch.append("event", events(con, "a"))
    with lake.connect() as reader:
        with lake.write() as batch:
            batch.append("event", events(con, "b"))
        assert reader.execute("SELECT id FROM event").fetchall() == [("a",)]


def test_many_small_appends_are_compacted_without_changing_a_row(lake, con):
    for i in range(35):
        with lake.write() as batch:
            batch.append("event", events(con, [f"e{i}"]))
    assert len(lake.files("event")) < 10
    assert lake.head().number == 35
    with lake.connect() as c:
        found = c.execute("SELECT id, batch FROM event ORDER BY batch").fetchall()
    assert found == [(f"e{i}", i + 1) for i in range(35)]


def test_replacing_the_quarantine_leaves_only_the_new_rows(lake, con):
    row = "SELECT 'crm' AS origin, 'a.csv' AS file, 'event' AS \"to\", {} AS line, 'missing_key' AS reason, NULL AS detail, '{{}}' AS raw, now()::TIMESTAMP AS received_at"
    for line in (2, 3):
        with lake.write() as batch:
            batch.replace_quarantine(con.sql(row.format(line)))
    with lake.connect() as c:
        assert c.execute("SELECT line FROM quarantine").fetchall() == [(3,)]
    assert lake.head().of("quarantine").rows == 1


def test_unknown_columns_are_refused(lake, con):
    with pytest.raises(ValueError, match="colour"), lake.write() as batch:
        batch.append("event", con.sql("SELECT '1' AS id, 'crm' AS origin, 'red' AS colour"))


def test_a_damaged_head_is_reported_with_its_path(lake):
    lake.path.mkdir()
    (lake.path / "head.json").write_text('{"number": 1')
    with pytest.raises(DamagedHeadError) as caught:
        lake.head()
    assert caught.value.path == str(lake.path / "head.json")


@pytest.mark.parametrize("damage", ["cut", "gone", "log"])
def test_a_damaged_file_of_the_lake_is_told(lake, con, damage):
    with lake.write(now=NOW) as batch:
        batch.append("event", events(con, "ab"))
    [file] = (lake.path / "event").glob("*.parquet")
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:100])
    elif damage == "gone":
        file.unlink()
    else:
        shutil.rmtree(lake.path / "event" / "_delta_log")
    with pytest.raises(DamagedLakeError) as caught:
        lake.connect()
    assert (caught.value.table, caught.value.path) == ("event", str(lake.path))
    assert "\n" not in caught.value.problem
