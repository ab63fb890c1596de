"""What becomes of a row: values, reasons for quarantine, ids, versions, nested events."""

import json
from datetime import UTC, datetime

import pytest

from tabiji.i18n import use
from tabiji.ingest import MappingError

from .conftest import NOW

LATER = datetime(2024, 6, 1, tzinfo=UTC)

DEALS = """
source: crm
tables:
  - file: deals.csv
    to: opportunity
    key: id
    columns: {account: acc, offering: product, amount: value, currency: "'JPY'", stage: stage, closed_at: closed}
    events:
      - {name: opportunity_opened, at: opened, channel: "'sales'"}
      - {name: opportunity_won, at: closed, when: stage = 'Won', value: value}
      - {name: opportunity_lost, at: closed, when: stage = 'Lost'}
"""
HEAD = "id,acc,product,value,stage,opened,closed\n"


def deals(bench, *lines, **options):
    bench.file("deals.csv", HEAD + "".join(line + "\n" for line in lines))
    return bench.run(DEALS, **options)


def happened(bench):
    return bench.rows('SELECT opportunity, name, CAST("at" AS DATE)::VARCHAR FROM event ORDER BY ALL')


def test_nested_events_know_their_row(bench):
    report = deals(bench, "D1,Acme,X,100,Won,2024-01-01,2024-02-01", "D2,,Y,,Open,2024-01-05,")
    assert bench.rows(
        'SELECT opportunity, name, account, offering, currency, value, channel, source, origin FROM event ORDER BY "at"'
    ) == [
        ("D1", "opportunity_opened", "Acme", "X", "JPY", None, "sales", "crm", "crm"),
        ("D2", "opportunity_opened", None, "Y", "JPY", None, "sales", "crm", "crm"),
        ("D1", "opportunity_won", "Acme", "X", "JPY", 100.0, None, "crm", "crm"),
    ]
    assert report.to_dict() == {
        "source": "crm",
        "dry_run": False,
        "tables": [
            {
                "file": "deals.csv",
                "to": "opportunity",
                "rows": 2,
                "accepted": 2,
                "quarantined": 0,
                "skipped": 0,
                "reasons": {},
            }
        ],
        "events": {"added": 3, "duplicates": 0, "changed": 0, "withdrawn": 0},
        "records": {
            "opportunity": {"added": 2, "duplicates": 0, "changed": 0, "withdrawn": 0},
            "event": {"added": 3, "duplicates": 0, "changed": 0, "withdrawn": 0},
        },
        "as_of": "2024-02-01T23:59:59+00:00",
        "notices": [],
    }


def test_importing_again_adds_nothing_and_leaves_the_head(bench):
    lines = ["D1,Acme,X,100,Won,2024-01-01,2024-02-01", "D2,,Y,,Open,2024-01-05,"]
    deals(bench, *lines)
    head = bench.lake.head()
    report = deals(bench, *lines, now=LATER)
    assert report.events.to_dict() == {"added": 0, "duplicates": 3, "changed": 0, "withdrawn": 0}
    assert report.records["opportunity"].duplicates == 2
    assert bench.lake.head() == head


def test_a_changed_row_becomes_a_version_and_the_old_one_is_known_as_of_then(bench):
    deals(bench, "D1,Acme,X,100,Won,2024-01-01,2024-02-01")
    report = deals(bench, "D1,Acme,X,150,Won,2024-01-01,2024-02-03", now=LATER)
    assert report.records["opportunity"].to_dict() == {"added": 0, "duplicates": 0, "changed": 1, "withdrawn": 0}
    assert report.events.to_dict() == {"added": 0, "duplicates": 1, "changed": 1, "withdrawn": 0}
    assert bench.rows("SELECT amount, version, received_at FROM opportunity_all ORDER BY version") == [
        (100.0, 1, NOW.replace(tzinfo=None)),
        (150.0, 2, LATER.replace(tzinfo=None)),
    ]
    assert happened(bench) == [("D1", "opportunity_opened", "2024-01-01"), ("D1", "opportunity_won", "2024-02-03")]
    with bench.lake.connect(known_as_of=NOW) as con:
        assert con.execute("SELECT amount FROM opportunity").fetchall() == [(100.0,)]
        assert con.execute("SELECT value FROM event WHERE name = 'opportunity_won'").fetchall() == [(100.0,)]


def test_a_row_that_goes_back_to_an_earlier_content_is_a_new_version(bench):
    for value in (100, 150, 100):
        deals(bench, f"D1,Acme,X,{value},Open,2024-01-01,")
    assert bench.rows("SELECT amount, version FROM opportunity_all ORDER BY version") == [
        (100.0, 1),
        (150.0, 2),
        (100.0, 3),
    ]
    assert bench.row("SELECT amount FROM opportunity") == (100.0,)


def test_a_later_row_of_a_key_takes_back_what_an_earlier_one_told_though_all_else_is_equal(bench):
    rows = ("D1,Acme,X,,Won,2024-01-01,2024-02-01", "D1,Acme,X,,Open,2024-01-01,2024-02-01")
    mapping = DEALS.replace("stage: stage, closed_at: closed", "closed_at: closed")
    bench.file("deals.csv", HEAD + "".join(line + "\n" for line in rows))
    bench.run(mapping)
    assert happened(bench) == [("D1", "opportunity_opened", "2024-01-01")]
    again = bench.run(mapping).to_dict()["events"]
    assert (again["added"], again["changed"], again["withdrawn"]) == (0, 0, 0)


def test_an_event_that_its_row_no_longer_tells_is_withdrawn_and_can_come_back(bench):
    deals(bench, "D1,Acme,X,100,Won,2024-01-01,2024-02-01")
    report = deals(bench, "D1,Acme,X,100,Open,2024-01-01,", now=LATER)
    assert report.events.to_dict() == {"added": 0, "duplicates": 1, "changed": 0, "withdrawn": 1}
    assert happened(bench) == [("D1", "opportunity_opened", "2024-01-01")]
    assert bench.row("SELECT account FROM event_all WHERE version = 2") == ("Acme",)
    assert deals(bench, "D1,Acme,X,100,Open,2024-01-01,").events.withdrawn == 0
    assert deals(bench, "D1,Acme,X,100,Won,2024-01-01,2024-02-01").events.changed == 1
    assert len(happened(bench)) == 2
    with bench.lake.connect(known_as_of=NOW) as con:
        assert con.execute("SELECT count(*) FROM event").fetchall() == [(2,)]


def test_a_row_that_is_absent_from_a_later_file_stays(bench):
    deals(bench, "D1,Acme,X,100,Won,2024-01-01,2024-02-01", "D2,,Y,,Open,2024-01-05,")
    deals(bench, "D2,,Y,,Open,2024-01-05,")
    assert bench.row("SELECT count(*) FROM opportunity") == (2,)
    assert len(happened(bench)) == 3


def test_the_last_of_equal_keys_wins_and_the_others_are_kept_as_versions(bench):
    lines = [
        "D1,Acme,X,100,Won,2024-01-01,2024-02-01",
        "D1,Acme,X,100,Won,2024-01-01,2024-02-01",
        "D2,Beta,X,7,Open,2024-01-02,",
        "D1,Acme,X,200,Lost,2024-01-01,2024-02-05",
    ]
    report = deals(bench, *lines)
    assert bench.rows("SELECT id, amount, version FROM opportunity_all ORDER BY ALL") == [
        ("D1", 100.0, 1),
        ("D1", 200.0, 2),
        ("D2", 7.0, 1),
    ]
    assert happened(bench) == [
        ("D1", "opportunity_lost", "2024-02-05"),
        ("D1", "opportunity_opened", "2024-01-01"),
        ("D2", "opportunity_opened", "2024-01-02"),
    ]
    assert report.records["opportunity"].to_dict() == {"added": 2, "duplicates": 1, "changed": 0, "withdrawn": 0}
    assert [(n.code, n.values) for n in report.notices][:1] == [("conflicting_keys", {"n": 1, "table": "opportunity"})]
    head = bench.lake.head()
    again = deals(bench, *lines, now=LATER)
    assert again.events.added == again.events.changed == again.events.withdrawn == 0
    assert again.records["opportunity"].duplicates == 4
    assert bench.lake.head() == head


def test_a_row_with_an_unreadable_event_waits_as_a_whole_until_it_can_be_read(bench):
    report = deals(bench, "D1,Acme,X,100,Won,2024-01-01,0000-00-00", "D2,Acme,X,1,Won,2024-01-02,2024-02-02")
    [table] = report.tables
    assert (table.rows, table.accepted, table.quarantined, table.reasons) == (2, 1, 1, {"unreadable_time": 1})
    assert bench.rows("SELECT id FROM opportunity") == [("D2",)]
    assert bench.row('SELECT origin, file, "to", line, reason, detail FROM quarantine') == (
        "crm",
        "deals.csv",
        "opportunity",
        2,
        "unreadable_time",
        "closed_at: 0000-00-00",
    )
    raw = json.loads(bench.row("SELECT raw FROM quarantine")[0])
    assert raw == {
        "id": "D1", "acc": "Acme", "product": "X", "value": "100", "stage": "Won", "opened": "2024-01-01",
        "closed": "0000-00-00",
    }  # fmt: skip
    report = deals(bench, "D1,Acme,X,100,Won,2024-01-01,2024-02-01", "D2,Acme,X,1,Won,2024-01-02,2024-02-02")
    assert report.events.added == 2
    assert bench.row("SELECT count(*) FROM quarantine") == (0,)


def test_an_unreadable_time_matters_only_where_the_event_happened(bench):
    mapping = DEALS.replace(", closed_at: closed", "")
    bench.file("deals.csv", HEAD + "D1,Acme,X,1,Open,2024-01-01,later\nD2,Acme,X,1,Won,2024-01-01,later\n")
    assert bench.run(mapping).tables[0].reasons == {"unreadable_time": 1}
    assert bench.rows("SELECT id FROM opportunity") == [("D1",)]
    assert bench.row("SELECT detail FROM quarantine") == ("opportunity_won.at: later",)


def test_quarantine_of_other_files_and_sources_stays(bench):
    deals(bench, ",Acme,X,1,Open,,")
    bench.file("other.csv", "k\n1\n,\n")
    bench.file("a.csv", "k,n\n,x\n")
    bench.run("source: other\ntables:\n  - {file: a.csv, to: account, key: k, columns: {name: n}}\n")
    assert bench.rows("SELECT origin, file FROM quarantine ORDER BY 1") == [("crm", "deals.csv"), ("other", "a.csv")]
    head = bench.lake.head().number
    deals(bench, ",Acme,X,1,Open,,")
    assert bench.lake.head().number == head
    deals(bench, "D1,Acme,X,1,Open,,")
    assert bench.rows("SELECT origin, file FROM quarantine") == [("other", "a.csv")]


@pytest.mark.parametrize(
    ("row", "reason", "detail"),
    [
        (",Acme,X,1,Open,2024-01-01,", "missing_key", "key: empty"),
        ("  ,Acme,X,1,Open,2024-01-01,", "missing_key", "key: empty"),
        ("D1,Acme,X,many,Open,2024-01-01,", "bad_value", "amount: many"),
        ("D1,Acme,X,nan,Open,2024-01-01,", "bad_value", "amount: nan"),
        ("D1,Acme,X,-5,Open,2024-01-01,", "bad_value", "amount: -5.0"),
        ("D1,Acme,X,1,Open,soon,", "unreadable_time", "opportunity_opened.at: soon"),
        ("D1,Acme,X,1,Open,1700-01-01,", "bad_value", "opportunity_opened.at: 1700-01-01"),
    ],
)
def test_reasons_of_quarantine(bench, row, reason, detail):
    report = deals(bench, row, "D9,Acme,X,1,Open,2024-01-01,")
    assert report.tables[0].reasons == {reason: 1}
    assert bench.row("SELECT reason, detail FROM quarantine") == (reason, detail)
    assert bench.rows("SELECT id FROM opportunity") == [("D9",)]
    assert len(happened(bench)) == 1


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1", 1), ("1.5", 1.5), ("1e3", 1000), ('"1,234"', 1234), ('"1,234,567.5"', 1234567.5), ("¥1200", 1200),
        ('"￥1,200"', 1200), ("1200円", 1200), ("１２００", 1200), ("+7", 7), ("", None), ("0", 0),
        ('"\\1,200"', 1200), ('"1,200万円"', 12e6), ("350千円", 350e3), ('"約1,200万円"', 12e6), ("約３００", 300), ("約1.2億円", 1.2e8), ("500百万円", 5e8), ("1.2億円", 1.2e8),
        ('"1億2,000万円"', 1.2e8), ("1億2千万", 1.2e8), ("３万５千円", 35e3), ("２兆円", 2e12),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(bench, written, number):
    deals(bench, f"D1,Acme,X,{written},Open,2024-01-01,")
    assert bench.row("SELECT amount FROM opportunity") == (number,)


@pytest.mark.parametrize(
    "written",
    [
        "1.234.567",
        "12,34",
        "1_000",
        "0x10",
        "ten",
        "1 2",
        "inf",
        "∞",
        "万円",
        "5万2億",
        "1百",
        "12万ドル",
        "約",
        "約万円",
    ],
)
def test_what_is_no_number(bench, written):
    assert deals(bench, f'D1,Acme,X,"{written}",Open,2024-01-01,').tables[0].reasons == {"bad_value": 1}


@pytest.mark.parametrize("written", ["-1200", "−１２００", "▲1200", "△1,200円", "▲0.12万円"])
def test_negative_amounts_as_people_write_them(bench, written):
    deals(bench, f'D1,Acme,X,"{written}",Open,2024-01-01,')
    assert bench.row("SELECT detail FROM quarantine") == ("amount: -1200.0",)


def test_ids_keep_their_leading_zeros_and_length(bench):
    bench.file(
        "a.csv", "k,corp,tel,zip,rev\n001,0012345678901,0312345678,0600000,5\n2,1234567890123,9012345678,1000001,6\n"
    )
    bench.run(
        "source: s\ntables:\n  - {file: a.csv, to: account, key: k, columns: {corporate_number: corp, "
        "annual_revenue: rev * 1e6, name: \"concat(zip, '/', tel)\"}}\n"
    )
    assert bench.rows("SELECT id, corporate_number, name, annual_revenue FROM account ORDER BY id") == [
        ("001", "0012345678901", "0600000/0312345678", 5e6),
        ("2", "1234567890123", "1000001/9012345678", 6e6),
    ]


def test_a_number_that_is_text_here_and_there_is_a_number_where_it_must_be_one(bench):
    bench.file("a.csv", "k,rev\n1,5\n2,N/A\n3,7\nA4,8\n")
    report = bench.run(
        "source: s\ntables:\n  - {file: a.csv, to: account, key: k, columns: {annual_revenue: rev * 1e6}}\n"
    )
    assert report.tables[0].reasons == {"bad_value": 1}
    assert bench.rows("SELECT id, annual_revenue FROM account ORDER BY id") == [("1", 5e6), ("3", 7e6), ("A4", 8e6)]


def test_types_are_inferred_over_the_whole_file(bench):
    lines = "".join(f"{i},{i}\n" for i in range(30_000)) + "x,007\n"
    bench.file("a.csv", "k,code\n" + lines)
    bench.run("source: s\ntables:\n  - {file: a.csv, to: account, key: k, columns: {name: \"concat(code, '-')\"}}\n")
    assert bench.row("SELECT name FROM account WHERE id = 'x'") == ("007-",)


def test_types_override_what_is_inferred(bench):
    bench.file("a.csv", "k,code\n1,5\n2,50\n3,x\n")
    mapping = "source: s\ntables:\n  - {file: a.csv, to: account, key: k, when: code > 9%s, types: {code: %s}}\n"
    assert bench.run(mapping % ("", "integer")).tables[0].accepted == 1
    assert bench.row("SELECT id FROM account") == ("2",)
    with pytest.raises(MappingError, match="Cannot compare"):
        bench.run(mapping % ("", "text"))


def test_an_expression_that_fails_on_a_row_costs_that_row_only(bench):
    bench.file("a.csv", "k,code\n1,2024-01-01\n2,x\n")
    report = bench.run(
        "source: s\ntables:\n  - {file: a.csv, to: account, key: k, columns: {employees: 'year(strptime(code, ''%Y-%m-%d''))'}}\n"
    )
    assert report.tables[0].reasons == {"bad_value": 1}
    assert bench.row("SELECT id, employees FROM account") == ("1", 2024)


def test_rows_for_which_when_does_not_hold_are_passed_over(bench):
    bench.file("a.csv", "k,kind\n1,customer\n2,vendor\n3,\n")
    [table] = bench.run("source: s\ntables:\n  - {file: a.csv, to: account, key: k, when: kind = 'customer'}\n").tables
    assert (table.rows, table.accepted, table.skipped, table.quarantined) == (3, 1, 2, 0)


LOG = """
source: web
tables:
  - file: log.csv
    to: event
    columns: {account: a, person: p, name: n, at: t, content: page}
    properties: [plan, Seats]
"""


def test_events_of_a_log_are_known_by_their_content_and_occurrence(bench):
    bench.file(
        "log.csv",
        "a,p,n,t,page,plan,Seats\nA,,view,2024-01-01,/x,pro,05\nA,,view,2024-01-01,/x,pro,05\n,p1,view,2024-01-01,,,\n",
    )
    assert bench.run(LOG).events.to_dict() == {"added": 3, "duplicates": 0, "changed": 0, "withdrawn": 0}
    assert bench.run(LOG).events.to_dict() == {"added": 0, "duplicates": 3, "changed": 0, "withdrawn": 0}
    assert bench.row("SELECT count(DISTINCT id) FROM event") == (3,)
    assert bench.rows("SELECT DISTINCT properties FROM event WHERE account = 'A'") == [('{"plan":"pro","Seats":"05"}',)]
    assert bench.row("SELECT properties FROM event WHERE person = 'p1'") == (None,)


def test_a_log_that_is_mapped_otherwise_than_before_is_told(bench):
    rows = [f"A,,view,2024-01-0{i},/x,,\n" for i in range(1, 6)]
    bench.file("log.csv", "a,p,n,t,page,plan,Seats\n" + "".join(rows))
    bench.run(LOG)
    bench.file("log.csv", "a,p,n,t,page,plan,Seats\n" + "".join(rows) + "A,,view,2024-02-01,/x,,\n")
    assert bench.run(LOG).notices == []  # it has only grown
    report = bench.run(LOG.replace("content: page", "content: page, channel: \"'web'\""))
    assert [(n.code, n.values) for n in report.notices] == [("other_content", {"n": 6})]


def test_an_event_needs_somebody_and_a_name(bench):
    bench.file("log.csv", "a,p,n,t,page,plan,Seats\n,,view,2024-01-01,,,\nA,,,2024-01-01,,,\nA,,view,2024-01-01,,,\n")
    assert bench.run(LOG).tables[0].reasons == {"bad_value": 1, "no_subject": 1}


def test_events_with_a_key_have_versions(bench):
    mapping = LOG.replace("to: event", "to: event\n    key: id")
    bench.file("log.csv", "id,a,p,n,t,page,plan,Seats\n7,A,,view,2024-01-01,/x,,\n")
    bench.run(mapping)
    bench.file("log.csv", "id,a,p,n,t,page,plan,Seats\n7,A,,view,2024-01-02,/x,,\n")
    assert bench.run(mapping).events.changed == 1
    assert bench.row("SELECT id, page FROM (SELECT id, content AS page FROM event)") == ("7", "/x")


def test_properties_may_be_expressions(bench):
    mapping = LOG.replace("[plan, Seats]", "{field: \"'stage'\", new: upper(plan), n: Seats + 1}")
    bench.file("log.csv", "a,p,n,t,page,plan,Seats\nA,,field_changed,2024-01-01,,pro,5\n")
    bench.run(mapping)
    assert bench.row("SELECT properties FROM event") == ('{"field":"stage","new":"PRO","n":6}',)


def test_received_at_may_be_mapped_and_is_no_part_of_the_content(bench):
    mapping = DEALS.replace("closed_at: closed", "received_at: synced")
    for synced in ("2024-01-03", "2024-01-09"):
        bench.file("deals.csv", f"{HEAD.strip()},synced\nD1,Acme,X,1,Open,2024-01-01,,{synced}\n")
        report = bench.run(mapping)
    assert (report.records["opportunity"].duplicates, report.events.duplicates) == (1, 1)
    assert bench.row("SELECT received_at FROM opportunity") == (datetime(2024, 1, 3),)
    assert bench.row("SELECT received_at FROM event") == (datetime(2024, 1, 3),)


def test_nested_events_of_accounts_and_persons_belong_to_them(bench):
    bench.file("a.csv", "k,seen,who\nA,2024-01-01,p9\n")
    bench.file("p.csv", "k,acc,signed\np1,A,2024-01-02\n")
    bench.run(
        "source: s\ntables:\n"
        "  - {file: a.csv, to: account, key: k, events: [{name: seen, at: seen, person: who}]}\n"
        "  - {file: p.csv, to: person, key: k, columns: {account: acc}, events: [{name: signed, at: signed}]}\n"
    )
    assert bench.rows("SELECT name, account, person, opportunity FROM event ORDER BY name") == [
        ("seen", "A", "p9", None),
        ("signed", "A", "p1", None),
    ]


def test_events_of_one_name_told_twice_by_a_row_are_two(bench):
    bench.file("a.csv", "k,m1,m2\nA,2024-01-01,2024-01-05\n")
    bench.run(
        "source: s\ntables:\n"
        "  - {file: a.csv, to: account, key: k, events: [{name: met, at: m1}, {name: met, at: m2}]}\n"
    )
    assert bench.row("SELECT count(*), count(DISTINCT id) FROM event WHERE name = 'met'") == (2, 2)


def test_surveys_and_memberships(bench):
    bench.file(
        "s.csv",
        "a,k,s,m,t\nA,NPS,9,,2024-01-01\nA,csat,4,5,2024-01-01\nA,nps,11,,2024-01-01\nA,happy,1,,2024-01-01\n"
        ",nps,1,,2024-01-01\nA,csat,6,5,2024-01-01\nA,ces,-1,,2024-01-01\n",
    )
    bench.file("m.csv", "a,p,r,f,u\nA,p1,champion,2024-01-01,9999-12-31\nA,,user,,\n,p2,user,,\n")
    report = bench.run(
        "source: s\ntables:\n"
        "  - {file: s.csv, to: survey, columns: {account: a, kind: k, score: s, scale_max: m, at: t}}\n"
        "  - {file: m.csv, to: membership, columns: {account: a, person: p, role: r, valid_from: f, valid_to: u}}\n"
    )
    assert [t.reasons for t in report.tables] == [{"bad_value": 4, "no_subject": 1}, {"no_subject": 2}]
    assert bench.rows("SELECT kind, score, scale_max FROM survey ORDER BY ALL") == [
        ("csat", 4.0, 5.0),
        ("nps", 9.0, 10.0),
    ]
    assert bench.row("SELECT person, role, valid_from, valid_to FROM membership") == (
        "p1", "champion", datetime(2024, 1, 1), None,
    )  # fmt: skip


def test_unknown_columns_are_told_for_all_tables_at_once_with_lines_and_the_nearest(bench):
    bench.file("a.csv", "account,sector\nA,x\n")
    bench.file("b.csv", "ts,case_id\n2024-01-01,A\n")
    mapping = """
source: s
tables:
  - file: a.csv
    to: account
    key: acount
    columns: {currency: JPY}
  - file: b.csv
    to: event
    columns:
      account: case_id
      name: "'x'"
      at: (SELECT 1)
"""
    with pytest.raises(MappingError) as caught:
        bench.run(mapping)
    assert [(p.line, p.render()) for p in caught.value.problems] == [
        (
            6,
            "expression 'acount': there is no column 'acount'; did you mean 'account'?",
        ),
        (
            7,
            "expression 'JPY': there is no column 'JPY'; there is: account, sector (a fixed text is written \"'JPY'\")",
        ),
        (13, "expression '(SELECT 1)': subquery is not allowed here"),
    ]


def test_a_fixed_text_without_quotes_inside_an_expression_is_told_how_to_be_written(bench):
    bench.file("a.csv", "account,sector\nA,x\n")
    said = "replace(sector, KK, 'x')"
    with pytest.raises(MappingError) as caught:
        bench.run(f'source: s\ntables: [{{file: a.csv, to: account, key: account, columns: {{name: "{said}"}}}}]\n')
    assert [p.render("en") for p in caught.value.problems] == [
        f"expression \"{said}\": there is no column 'KK'; there is: account, sector (a fixed text is written 'KK' here)"
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "(SELECT content FROM read_text('/etc/passwd'))",
        "read_text('/etc/passwd')",
        "getenv('HOME')",
        "sector FROM glob('/*')",
        "sector; DROP TABLE event",
        "sector) FROM read_csv('/etc/passwd') --",
        "current_setting('memory_limit')",
        "account IN (SELECT account FROM account)",
    ],
)
@pytest.mark.parametrize("place", ["key", "columns", "when", "at"])
def test_expressions_cannot_reach_anything_but_their_row(bench, sql, place):
    bench.file("a.csv", "account,sector\nA,x\n")
    quoted = json.dumps(sql)
    event = f"events: [{{name: e, at: {quoted if place == 'at' else 'sector'}}}]"
    key = quoted if place == "key" else "account"
    columns = f"columns: {{name: {quoted}}}" if place == "columns" else "columns: {name: sector}"
    when = f"when: {quoted}" if place == "when" else "when: account = 'A'"
    with pytest.raises(MappingError) as caught:
        bench.run(
            f"source: s\ntables:\n  - file: a.csv\n    to: account\n    key: {key}\n    {columns}\n    {when}\n    {event}\n"
        )
    assert [p.code for p in caught.value.problems] == ["bad_expression"]
    assert bench.lake.head().number == 0


def test_an_expression_of_the_wrong_kind_is_told(bench):
    bench.file("a.csv", "account,open\nA,true\nB,false\n")
    mapping = "source: s\ntables:\n  - {file: a.csv, to: account, key: account, columns: {employees: account = 'A'}}\n"
    with pytest.raises(MappingError, match="it gives BOOLEAN; a number is needed"):
        bench.run(mapping)


def test_a_dry_run_says_the_same_and_leaves_everything(bench):
    lines = ["D1,Acme,X,100,Won,2024-01-01,2024-02-01", ",Acme,X,1,Open,,"]
    dry = deals(bench, *lines, dry_run=True).to_dict()
    assert bench.lake.head().number == 0
    assert bench.rows("SELECT * FROM quarantine") == []
    wet = deals(bench, *lines).to_dict()
    assert dry == {**wet, "dry_run": True}


def test_as_of_is_the_end_of_the_latest_day_where_the_workspace_is_but_never_after_now(make):
    bench = make(timezone="Asia/Tokyo")
    assert deals(bench, "D1,Acme,X,1,Open,2024-01-01,").to_dict()["as_of"] == "2024-01-01T14:59:59+00:00"
    assert deals(bench, "D2,Acme,X,1,Open,2030-01-01,").to_dict()["as_of"] == "2024-05-01T12:00:00+00:00"
    bench.file("a.csv", "k\n1\n")
    fresh = make("fresh")
    fresh.file("a.csv", "k,n\n1,x\n")
    assert fresh.run("source: s\ntables:\n  - {file: a.csv, to: account, key: k}\n").as_of is None


def test_progress_is_told(bench):
    heard = []
    deals(bench, "D1,Acme,X,1,Open,2024-01-01,", progress=lambda *told: heard.append(told))
    size = (bench.folder / "deals.csv").stat().st_size
    assert ("deals.csv", size, size) in heard
    assert heard[-1] == ("write", 2, 2)


def test_two_sources_do_not_meet(bench):
    deals(bench, "D1,Acme,X,1,Open,2024-01-01,")
    bench.run(DEALS.replace("source: crm", "source: crm2"))
    assert bench.rows("SELECT origin, id, version FROM opportunity ORDER BY 1") == [("crm", "D1", 1), ("crm2", "D1", 1)]
    assert len(happened(bench)) == 2


def test_event_ids_are_the_same_in_every_workspace(make):
    ids = []
    for name in ("one", "two"):
        bench = make(name)
        deals(bench, "D1,Acme,X,1,Open,2024-01-01,")
        ids.append(bench.rows("SELECT id, digest FROM event"))
    assert ids[0] == ids[1]
    import hashlib

    told = "\x1f".join(["crm", "opportunity", "D1", "opportunity_opened"])
    assert ids[0][0][0] == hashlib.md5(told.encode()).hexdigest()


@pytest.mark.parametrize(
    ("to", "columns", "row", "detail"),
    [
        ("event", "{account: a, name: b, at: c}", "x,,2024-01-01", "name: empty"),
        ("event", "{account: a, name: b, at: c}", "x,y,", "at: empty"),
        ("event", "{account: a, name: b, at: c}", ",y,2024-01-01", "account, person, opportunity: all empty"),
        ("membership", "{account: a, person: b}", "x,,", "person: empty"),
        ("cost", "{amount: a, on: c}", ",,2024-01-01", "amount: empty"),
    ],
)
def test_the_quarantine_says_of_an_empty_value_that_it_is_empty(bench, to, columns, row, detail):
    bench.file("a.csv", f"a,b,c\n{row}\n")
    bench.run(f"source: s\ntables:\n  - {{file: a.csv, to: {to}, columns: {columns}}}")
    assert bench.row("SELECT detail FROM quarantine") == (detail,)


def test_it_says_so_in_the_language_of_who_imports(bench):
    bench.file("a.csv", "a,b,c\nx,,2024-01-01\n")
    with use("ja"):
        bench.run("source: s\ntables:\n  - {file: a.csv, to: event, columns: {account: a, name: b, at: c}}")
    assert bench.row("SELECT detail FROM quarantine") == ("name: 空",)
