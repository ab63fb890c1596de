"""Every engine of the benchmark counts what a reader would count by hand."""

from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

import pytest
from benchmarks.cases import bring
from benchmarks.data import DataSet, event_name, prepare
from benchmarks.engines.duck import Duck, build
from benchmarks.engines.ours import Ours
from benchmarks.fresh import fresh
from benchmarks.plan import WINDOW_DAYS, steps

N = 30_000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    return prepare(tmp_path_factory.mktemp("bench"), N)


@pytest.fixture(scope="module")
def counted(data: DataSet) -> list[int]:
    """Every chain of every account, tried one start after the other."""
    step_of = {code: s for s, codes in enumerate(steps()) for code in codes}
    happened: dict[str, list[tuple[float, int]]] = defaultdict(list)
    with data.lake.connect() as con:
        for account, at, name in con.execute('SELECT account, epoch("at"), name FROM event').fetchall():
            family, rank = name.split("_")
            code = ("search", "page", "seminar", "paper", "demo", "meeting", "quote", "contract").index(family) * 50
            if code + int(rank) in step_of:
                happened[account].append((at, step_of[code + int(rank)]))
    levels = [max((_level(sorted(h), i) for i in range(len(h))), default=0) for h in happened.values()]
    return [sum(level >= k for level in levels) for k in range(1, len(steps()) + 1)]


def _level(events: list[tuple[float, int]], first: int) -> int:
    start, step = events[first]
    if step != 0:
        return 0
    level = 1
    for at, step in events[first + 1 :]:
        if step == level and at - start <= WINDOW_DAYS * 86400:
            level += 1
    return level


def test_the_data_set_is_prepared_once(data: DataSet) -> None:
    assert prepare(data.folder.parent, N) == data
    with data.lake.connect() as con:
        assert con.execute("SELECT count(*), count(DISTINCT id) FROM event").fetchall() == [(data.events, data.events)]
        assert con.execute("SELECT count(*) FROM account").fetchall() == [(data.accounts,)]


def test_a_fresh_process_answers_the_same_and_says_what_went_wrong(data: DataSet, counted: list[int]) -> None:
    answered = fresh(data, 2, "opened:Index", "funnel")()
    assert answered.answer == counted
    assert answered.seconds > 0
    with pytest.raises(RuntimeError, match="no_such_question"):
        fresh(data, 2, "opened:Index", "no_such_question")()


def test_tabiji_counts_by_hand(data: DataSet, counted: list[int]) -> None:
    ours = Ours(data, threads=2)
    assert 0 < counted[4] < counted[0] <= data.accounts
    assert ours.funnel_from_events() == counted
    assert ours.funnel_from_journal() == counted
    assert ours.question() == counted
    ours.close()


def test_duckdb_counts_by_hand(data: DataSet, counted: list[int]) -> None:
    duck = Duck(data, threads=2)
    assert duck.funnel() == counted
    duck.close()


@pytest.mark.oracle
@pytest.mark.skipif(find_spec("chdb") is None, reason="chdb is not installed (group `oracles`)")
def test_clickhouse_counts_by_hand(data: DataSet, counted: list[int]) -> None:
    from benchmarks.engines.clickhouse import ClickHouse

    clickhouse = ClickHouse(data, threads=2)
    assert clickhouse.sorted_table() == clickhouse.sorted_table_in_order() == clickhouse.parquet() == counted
    clickhouse.close()


def test_duckdb_sorts_the_same_events(data: DataSet, tmp_path: Path) -> None:
    import duckdb

    assert build(data.files, tmp_path / "sorted.duckdb", threads=2) > 0
    with duckdb.connect(str(tmp_path / "sorted.duckdb"), read_only=True) as con:
        rows = con.execute('SELECT account, "at" FROM event').fetchall()
    assert len(rows) == data.events and rows == sorted(rows)


def test_a_day_after_the_last_comes_after_it(data: DataSet) -> None:
    from benchmarks.data import next_day

    day = next_day(data, 0, 500)
    with data.lake.connect() as con:
        last = con.execute("SELECT epoch(max(received_at)) - 946684800 FROM event").fetchall()[0][0]
    assert len(day) == 500 and day.received.min() > last and (day.at <= day.received).all()


def test_a_file_of_events_comes_in_whole(data: DataSet) -> None:
    took, memory, _ = bring.run(data, threads=1, rounds=1)
    assert took.what == f"import {data.events:,} rows of CSV"
    assert took.ours > 0 and memory.ours > 0
    assert not any((data.folder / "scratch" / "bring").iterdir())


@pytest.mark.skipif(find_spec("polars") is None, reason="group `oracles` is not installed")
def test_stays_are_those_of_a_frame(data: DataSet) -> None:
    from benchmarks.engines.frame import Frame

    ours, frame = Ours(data, 1), Frame(data, 1)
    expected = [(n, pytest.approx(days)) for n, days in frame.stays()]
    assert ours.stays_from_events() == expected
    assert ours.dwell_question() == expected
    frame.close()
    ours.close()


@pytest.mark.skipif(find_spec("polars") is None, reason="group `oracles` is not installed")
def test_customers_are_those_of_a_frame(data: DataSet) -> None:
    from benchmarks.engines.frame import Frame

    ours, frame = Ours(data, 1), Frame(data, 1)
    expected = frame.in_force()
    assert 0 < expected[0] < expected[-1] < data.accounts
    assert ours.in_force() == expected
    assert ours.retention_question() == expected[-1:]
    frame.close()
    ours.close()


@pytest.mark.skipif(find_spec("r4pm") is None or find_spec("polars") is None, reason="group `oracles` is not installed")
def test_alignments_are_those_of_r4pm(data: DataSet) -> None:
    from benchmarks.engines.alignments import OurAlignments, R4pm

    base = Ours(data, 1)
    ours = OurAlignments(base, 1)
    r4pm = R4pm(ours.some, len(ours.plan.stages))
    assert ours.of_some() == r4pm.run() > 0
    assert ours.from_events() == ours.from_journal() == ours.question()
    assert 0 < r4pm.variants <= len(ours.some)
    ours.close()
    base.close()


@pytest.mark.oracle
@pytest.mark.skipif(find_spec("polars") is None, reason="polars is not installed (group `oracles`)")
def test_months_are_counted_by_hand(data: DataSet) -> None:
    from benchmarks.engines.frame import Frame
    from benchmarks.engines.months import OurCohorts, months_of

    ours, frame = Ours(data, threads=2), Frame(data, threads=2)
    begun: dict[str, tuple[str, bool]] = {}
    codes, later = ({event_name(c) for step in some for c in step} for some in (steps(), steps()[2:]))
    with data.lake.connect() as con:
        query = """SELECT account, strftime("at", '%Y-%m'), name FROM event ORDER BY "at" """
        for account, month, name in con.execute(query).fetchall():
            if name in codes:
                first, reached = begun.get(account, (month, False))
                begun[account] = first, reached or name in later
    by_hand = [
        (m, sum(x == m for x, _ in begun.values()), sum(x == m and r for x, r in begun.values()))
        for m in sorted({x for x, _ in begun.values()})
    ]
    assert OurCohorts(ours).question() == months_of(frame) == by_hand
    ours.close()


@pytest.mark.oracle
@pytest.mark.skipif(find_spec("statsmodels") is None, reason="statsmodels is not installed (group `oracles`)")
def test_statsmodels_gives_the_share_that_goes_on(data: DataSet) -> None:
    from benchmarks.engines.incidence import OurIncidence, StatsmodelsIncidence

    ours = Ours(data, threads=2)
    assert OurIncidence(ours).question() == pytest.approx(StatsmodelsIncidence(ours).resampled(), abs=0.01)
    ours.close()
