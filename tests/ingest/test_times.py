"""Times as files write them: formats, zones, orders of day and month, and what cannot be read."""

import time
from datetime import datetime

import pytest

from tabiji.ingest.errors import AmbiguousDateError
from tabiji.ingest.values.dates import instant, strptime_format

LOG = """
source: log
timezone: {zone}
tables:
  - {{file: log.csv, to: event, columns: {{account: a, name: n, at: t}}{more}}}
"""


def events(bench, texts, zone="UTC", more=""):
    lines = "".join(f'{i},x,"{t}"\n' for i, t in enumerate(texts))
    bench.file("log.csv", "a,n,t\n" + lines)
    report = bench.run(LOG.format(zone=zone, more=more))
    return [at for _, at in bench.rows('SELECT account, "at" FROM event ORDER BY CAST(account AS INTEGER)')], report


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2017-03-01", "2017-02-28 15:00"),
        ("2017/3/1", "2017-02-28 15:00"),
        ("2017-3-1 9:05", "2017-03-01 00:05"),
        ("2017.3.1", "2017-02-28 15:00"),
        ("20170301", "2017-02-28 15:00"),
        ("20170301090500", "2017-03-01 00:05"),
        ("2017年3月1日", "2017-02-28 15:00"),
        ("2017年03月01日 9時5分", "2017-03-01 00:05"),
        ("2017-03-01T09:05:00", "2017-03-01 00:05"),
        ("2017-03-01T09:05:00Z", "2017-03-01 09:05"),
        ("2017-03-01T09:05:00+02:00", "2017-03-01 07:05"),
        ("2017-03-01T09:05:00.000-0800", "2017-03-01 17:05"),
        ("2017-03-01 09:05:00 +0100", "2017-03-01 08:05"),
        ("2017-03-01 09:05:00 UTC", "2017-03-01 09:05"),
        ("2017-03-01 9:05 PM", "2017-03-01 12:05"),
        ("2017/03/01 09:05:30 AM", "2017-03-01 00:05:30"),
        ("1-Mar-2017", "2017-02-28 15:00"),
        ("Mar 1, 2017", "2017-02-28 15:00"),
        ("01.03.2017 09:05", "2017-03-01 00:05"),
        ("42795", "2017-02-28 15:00"),  # days of Excel
        ("42795.5", "2017-03-01 03:00"),
        ("1488326400", "2017-03-01 00:00"),
        ("1488326400123", "2017-03-01 00:00:00.123"),
        (" 2017-03-01　", "2017-02-28 15:00"),
        ("２０１７／０３／０１", "2017-02-28 15:00"),
        ("２０１７年３月１日　９時５分", "2017-03-01 00:05"),
        ("２０１７０３０１", "2017-02-28 15:00"),
        ("平成29年3月1日", "2017-02-28 15:00"),
        ("平成２９年３月１日", "2017-02-28 15:00"),
        ("平成29年3月1日 9:05", "2017-03-01 00:05"),
        ("平成 29年 3月 1日", "2017-02-28 15:00"),
        ("平成31年4月30日", "2019-04-29 15:00"),
        ("令和元年5月1日", "2019-04-30 15:00"),
        ("2025/4/1 午後 3:05", "2025-04-01 06:05"),
        ("2025/4/1 午前 0:05", "2025-03-31 15:05"),
        ("2025-04-01 午後12:30", "2025-04-01 03:30"),
        ("2025/04/01(火) 午後 3:05:20", "2025-04-01 06:05:20"),
        ("2025年4月1日 午後3時5分", "2025-04-01 06:05"),
        ("2025年4月1日午前10時", "2025-04-01 01:00"),
        ("令和7年4月1日 午後0時30分", "2025-04-01 03:30"),
        ("２０２５／４／１　午後　３：０５", "2025-04-01 06:05"),
        ("昭和60年3月1日", "1985-02-28 15:00"),
        ("H29.3.1", "2017-02-28 15:00"),
        ("R07/03/01 09:05", "2025-03-01 00:05"),
        ("2017年3月1日(水)", "2017-02-28 15:00"),
        ("2017/3/1（水） 9:05", "2017-03-01 00:05"),
    ],
)
def test_formats_that_are_understood_in_tokyo(bench, written, instant):
    assert events(bench, [written], "Asia/Tokyo")[0] == [datetime.fromisoformat(instant)]


@pytest.mark.parametrize(
    "written",
    [
        "0000-00-00",
        "0000-00-00 00:00:00",
        "soon",
        "2017-02-30",
        "2017-13-01",
        "2017",
        "12:30",
        "infinity",
        "epoch",
        "-",
        "7",
        "平成29年2月30日",
        "慶応3年3月1日",
        "R7",
        "Q7.3.1",
    ],
)
def test_what_cannot_be_read_goes_to_quarantine(bench, written):
    found, report = events(bench, [written, "2017-03-01"])
    assert found == [datetime(2017, 3, 1)]
    assert report.tables[0].reasons == {"unreadable_time": 1}
    assert bench.row("SELECT line, reason, detail FROM quarantine") == (2, "unreadable_time", f"at: {written}")


@pytest.mark.parametrize("written", ["1899-12-31", "2117-03-01", "0001-01-01", "9999-12-31"])
def test_times_that_cannot_be_meant_are_bad_values(bench, written):
    found, report = events(bench, [written, "2017-03-01"])
    assert found == [datetime(2017, 3, 1)]
    assert report.tables[0].reasons == {"bad_value": 1}


def test_an_event_without_a_time_is_unreadable(bench):
    assert events(bench, ["", "2017-03-01"])[1].tables[0].reasons == {"unreadable_time": 1}


def test_formats_may_be_mixed_in_one_column(bench):
    found, _ = events(bench, ["2017-03-01", "2017年3月2日", "2017/3/3 1:00", "2017-03-04T00:00:00Z"])
    assert [at.day for at in found] == [1, 2, 3, 4]


def test_one_day_beyond_twelve_proves_the_order_for_the_whole_column(bench):
    found, _ = events(bench, ["3/1/2017", "10/20/2016", "12/31/2016 23:59"])
    assert found == [datetime(2017, 3, 1), datetime(2016, 10, 20), datetime(2016, 12, 31, 23, 59)]


def test_the_day_may_come_first(bench):
    found, _ = events(bench, ["3-1-2017", "20-10-2016"])
    assert found == [datetime(2017, 1, 3), datetime(2016, 10, 20)]


def test_the_proof_may_stand_anywhere_in_the_file(bench):
    found, _ = events(bench, ["3/1/2017"] * 30_000 + ["1/13/2017"])
    assert set(found) == {datetime(2017, 3, 1), datetime(2017, 1, 13)}


def test_a_column_that_could_be_either_is_an_error_that_says_so(bench):
    with pytest.raises(AmbiguousDateError) as caught:
        events(bench, ["01/02/2017", "03/04/2017"])
    assert str(caught.value) == (
        "log.csv: column 't': '01/02/2017' may have the day or the month first, and no other row tells; "
        "say which with date_format, for example '%d/%m/%Y'"
    )
    assert bench.lake.head().number == 0


def test_days_that_are_the_same_either_way_are_no_error(bench):
    assert events(bench, ["1/1/2017", "03/03/2017"])[0] == [datetime(2017, 1, 1), datetime(2017, 3, 3)]


@pytest.mark.parametrize(
    "sql",
    [
        "strptime(t, '%d/%m/%Y')",
        "substr(t, 7, 4) || '-' || substr(t, 4, 2) || '-' || substr(t, 1, 2)",
        "nullif(split_part(t, '/', 3), '') || '年' || split_part(t, '/', 2) || '月' || split_part(t, '/', 1) || '日'",
    ],
)
def test_an_expression_may_say_itself_what_is_the_day(bench, sql):
    bench.file("log.csv", "a,n,t\n1,x,01/02/2017\n2,x,03/04/2017\n")
    bench.run(LOG.format(zone="UTC", more="").replace("at: t", f'at: "{sql}"'))
    assert bench.rows('SELECT "at" FROM event ORDER BY 1') == [(datetime(2017, 2, 1),), (datetime(2017, 4, 3),)]


@pytest.mark.parametrize("sql", ["t + interval 1 day", "nullif(t, '')", "coalesce(t, '01/01/2017')", "trim(t)"])
def test_an_expression_that_does_not_say_is_as_ambiguous_as_its_column(bench, sql):
    bench.file("log.csv", "a,n,t\n1,x,01/02/2017\n2,x,03/04/2017\n")
    with pytest.raises(AmbiguousDateError):
        bench.run(LOG.format(zone="UTC", more="").replace("at: t", f'at: "{sql}"'))


def test_a_column_that_is_both_is_an_error(bench):
    with pytest.raises(AmbiguousDateError, match="some dates have the day first, others the month"):
        events(bench, ["13/02/2017", "02/13/2017"])


def test_years_of_two_digits_are_an_error(bench):
    with pytest.raises(AmbiguousDateError, match="two digits"):
        events(bench, ["17/03/01", "17/03/15"])
    found, _ = events(bench, ["17/03/01", "17/03/15"], more=", date_format: '%y/%m/%d'")
    assert found == [datetime(2017, 3, 1), datetime(2017, 3, 15)]


@pytest.mark.parametrize("said", ["'%d/%m/%Y'", "DD/MM/YYYY", "{t: '%d/%m/%Y'}", "{T: dd/mm/yyyy}"])
def test_date_format_decides(bench, said):
    found, _ = events(bench, ["01/02/2017", "03/04/2017"], more=f", date_format: {said}")
    assert found == [datetime(2017, 2, 1), datetime(2017, 4, 3)]


def test_one_odd_date_among_iso_ones_goes_to_quarantine_instead_of_stopping_the_import(bench):
    _, report = events(bench, ["2017-03-01"] * 5 + ["01/02/2017"])
    assert report.tables[0].reasons == {"unreadable_time": 1}


def test_a_column_of_slashes_that_is_no_time_is_left_alone(bench):
    bench.file("log.csv", "a,n,t,page\n1,x,2017-03-01,1/2/2017\n")
    bench.run(LOG.format(zone="UTC", more="").replace("at: t", "at: t, content: page"))
    assert bench.row("SELECT content FROM event") == ("1/2/2017",)


def test_days_in_expressions_have_their_inferred_type(bench):
    texts = ["3/1/2017", "10/20/2016"]
    bench.file("log.csv", "a,n,t\n" + "".join(f"{i},x,{t}\n" for i, t in enumerate(texts)))
    mapping = LOG.format(zone="Asia/Tokyo", more="").replace("at: t", '"at": t + interval 1 day').replace('"at"', "at")
    bench.run(mapping)
    assert bench.rows('SELECT "at" FROM event ORDER BY 1') == [
        (datetime(2016, 10, 20, 15),),
        (datetime(2017, 3, 1, 15),),
    ]


def test_text_that_an_expression_makes_is_read_like_its_columns(bench):
    bench.file("log.csv", "a,n,t\n1,x,3/1/2017\n2,x,10/20/2016\n3,x,0/0/0000\n")
    bench.run(LOG.format(zone="UTC", more="").replace("at: t", "at: \"nullif(t, '0/0/0000')\""))
    assert bench.rows('SELECT "at" FROM event ORDER BY 1') == [(datetime(2016, 10, 20),), (datetime(2017, 3, 1),)]


def test_a_day_in_daylight_saving_time(bench):
    found, _ = events(bench, ["2024-03-31 12:00", "2024-01-31 12:00"], "Europe/Berlin")
    assert found == [datetime(2024, 3, 31, 10), datetime(2024, 1, 31, 11)]


def test_costs_lie_on_days(bench):
    bench.file("log.csv", "d,c,y\n2017/3/1,web,10\n2017-03-02 23:30,web,20\n")
    bench.run(
        "source: s\ntimezone: Asia/Tokyo\ntables:\n  - {file: log.csv, to: cost, columns: {on: d, channel: c, amount: y}}\n"
    )
    assert [str(d) for (d,) in bench.rows('SELECT "on" FROM cost ORDER BY 1')] == ["2017-03-01", "2017-03-02"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("%d/%m/%Y", "%d/%m/%Y"),
        ("DD/MM/YYYY", "%d/%m/%Y"),
        ("M/D/YYYY HH:mm:ss", "%m/%d/%Y %H:%M:%S"),
        ("yyyy-MM-dd HH:MM", "%Y-%m-%d %H:%M"),
        ("YYYY年MM月DD日", "%Y年%m月%d日"),
        ("soon", None),
        ("dmy", None),
        ("%Q", None),
    ],
)
def test_formats_are_written_as_strptime_or_with_letters(said, meant):
    assert strptime_format(said) == meant


def test_hours_of_half_days_need_an_hour(bench):
    _, report = events(bench, ["2025/4/1 午後", "2025/4/1 午後 25:00", "午後 3:05", "2025/4/1 午後 3:05"], "UTC")
    assert report.tables[0].reasons == {"unreadable_time": 3}


def test_a_time_that_is_no_iso_is_read_about_as_fast_as_one_that_is(bench):
    """Formats are tried only on texts of their kind: each that fails costs a microsecond."""
    took = {}
    with bench.lake.connect() as con:
        for written in ("2025年4月1日", "令和7年4月1日", "2025/4/1(火)"):
            con.execute(f"CREATE OR REPLACE TEMP TABLE times AS SELECT '{written}' AS u0 FROM range(50_000)")
            tries = []
            for _ in range(3):
                start = time.perf_counter()
                assert con.execute(f"SELECT count({instant('u0')}) FROM times").fetchall() == [(50_000,)]
                tries.append(time.perf_counter() - start)
            took[written] = min(tries)
    slowest = max(took, key=lambda written: took[written])
    assert took[slowest] < 12 * took["2025年4月1日"], took
