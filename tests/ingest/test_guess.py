"""Files as people export them, Japanese and English: what they are taken for, and what is proposed."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest

from tabiji.ingest.errors import UnreadableFileError
from tabiji.ingest.guess import (
    Sample,
    TimeFormat,
    guess,
    guess_table,
    made_key,
    read_head,
    time_format,
    to_mapping,
    to_yaml,
)
from tabiji.ingest.guess.values import shape, unit_of
from tabiji.ingest.guess.words import fit, plain


def sample(file: str, head: str, *rows: str) -> Sample:
    """A sample from lines with `|` between the values; an empty value is None."""
    names = head.split("|")
    table = [row.split("|") for row in rows]
    return Sample(file, {name: [row[i] or None for row in table] for i, name in enumerate(names)})


COMPANIES = sample(
    "取引先一覧.csv",
    "取引先ID|取引先名|業種|従業員数|都道府県|更新日",
    "A001|みどり精機株式会社|製造業|820名|長野県|2026/04/01",
    "A002|株式会社あおば商事|卸売業|1,200名|東京都|2026/04/02",
    "A003|北浜フーズ|製造業|95名|大阪府|2026/04/30",
)
DEALS = sample(
    "商談.csv",
    "商談ID|取引先名|商談名|フェーズ|金額（千円）|作成日|完了予定日|見積提出日|所有者",
    "D1|みどり精機株式会社|経費精算 導入|受注|8,400|2026/01/15|2026/03/31|2026/02/20|高橋",
    "D2|株式会社あおば商事|経費精算 更新|失注|1,200|2026/01/20|2026/02/28||高橋",
    "D3|北浜フーズ|経費精算|提案中|3,000|2026/02/01|2026/05/31|2026/03/10|森",
)
PEOPLE = sample(
    "コンタクト.csv",
    "姓|名|メール|役職|部署|会社名",
    "佐野|美咲|sano@midori.example|課長|経理課|みどり精機株式会社",
    "原田|蓮|harada@midori.example||経理課|みどり精機株式会社",
)
ACTIVITY = sample(
    "ma_log.csv",
    "email|activity|timestamp|utm_campaign|page_url|medium",
    "sano@midori.example|page_viewed|2026-01-03T10:00:00+09:00||/pricing|web",
    "harada@midori.example|webinar_attended|2026-01-05T14:00:00+09:00|spring||webinar",
)


@pytest.mark.parametrize(
    ("table", "to"), [(COMPANIES, "account"), (DEALS, "opportunity"), (PEOPLE, "person"), (ACTIVITY, "event")]
)
def test_a_file_is_recognised_by_its_columns(table, to):
    assert guess_table(table).to == to


@pytest.mark.parametrize(
    ("head", "row", "to"),
    [
        ("日付|媒体|キャンペーン名|消化金額", "2026/04/01|検索広告|春|¥12,000", "cost"),
        ("day|channel|utm_campaign|spend", "2026-04-01|search|spring|12000", "cost"),
        ("回答日時|メールアドレス|NPSスコア|自由記述", "2026/04/01 10:00|a@b.example|9|便利", "survey"),
        ("会社名|メールアドレス|役割", "みどり精機|a@b.example|決裁者", "membership"),
        ("case:concept:name|concept:name|time:timestamp", "C1|A_Create|2026-04-01T00:00:00", "event"),
        ("会社名|業界", "みどり精機|製造業", "account"),
        ("opportunity_id|account|deal_stage|close_value|engage_date", "O1|Acme|Won|100|2016-10-20", "opportunity"),
    ],
)
def test_other_files_are_recognised_too(head, row, to):
    assert guess_table(sample("file.csv", head, row)).to == to


def test_the_name_of_the_file_decides_where_the_columns_do_not():
    head, row = "id|name|createdate|industry", "1|Acme|2019-07-05 20:35:26|Retail"
    assert guess_table(sample("companies.csv", head, row)).to == "account"


def test_columns_find_their_canonical_names():
    assert guess_table(DEALS).fields == {
        "account": ("取引先名",),
        "owner": ("所有者",),
        "amount": ("金額（千円）",),
        "stage": ("フェーズ",),
        "opened_at": ("作成日",),
        "closed_at": ("完了予定日",),
    }
    assert guess_table(PEOPLE).fields == {
        "email": ("メール",),
        "name": ("姓", "名"),
        "title": ("役職",),
        "department": ("部署",),
        "account": ("会社名",),
    }
    assert guess_table(ACTIVITY).fields == {
        "at": ("timestamp",),
        "name": ("activity",),
        "person": ("email",),
        "channel": ("medium",),
        "campaign": ("utm_campaign",),
        "content": ("page_url",),
    }


def test_a_deal_tells_when_it_was_opened_won_and_lost_and_what_its_other_dates_say():
    events = guess_table(DEALS).events
    assert [(e.name, e.at, e.when, e.value) for e in events] == [
        ("opportunity_opened", "作成日", "", ""),
        ("opportunity_won", "完了予定日", "\"フェーズ\" IN ('受注')", "金額（千円）"),
        ("opportunity_lost", "完了予定日", "\"フェーズ\" IN ('失注')", ""),
        ("見積提出", "見積提出日", "", ""),
    ]


def test_a_day_of_loss_beside_the_day_of_the_win_is_the_day_of_the_loss():
    deals = sample(
        "商談.csv",
        "商談番号|会社名|フェーズ|作成日|受注日|失注日",
        "D1|a|受注|2026/01/15|2026/03/31|",
        "D2|b|失注|2026/01/20||2026/02/28",
        "D3|c|提案|2026/01/21||",
    )
    assert [(e.name, e.at, e.when) for e in guess_table(deals).events] == [
        ("opportunity_opened", "作成日", ""),
        ("opportunity_won", "受注日", "\"フェーズ\" IN ('受注')"),
        ("opportunity_lost", "失注日", "\"フェーズ\" IN ('失注')"),
    ]


def test_a_date_that_tells_no_moment_of_the_journey_is_no_event():
    table = sample("商談.csv", "商談ID|商談名|フェーズ|次回活動予定日|最終更新日", "D1|x|提案|2026/05/01|2026/04/01")
    assert guess_table(table).events == ()


def test_a_key_is_unique_and_complete():
    assert guess_table(COMPANIES).key == "取引先ID"
    assert guess_table(sample("会社.csv", "会社ID|会社名", "1|a", "1|b")).key == "会社名"
    assert guess_table(sample("会社.csv", "会社ID|会社名", "1|a", "|a")).key is None


def test_keys_and_references_meet_between_files():
    accounts, deals, people, log = guess([COMPANIES, DEALS, PEOPLE, ACTIVITY])
    assert accounts.key == "取引先名"  # the other files name companies, not their ids
    assert deals.fields["account"] == ("取引先名",)
    assert people.key == "メール"
    assert people.fields["account"] == ("会社名",)
    assert log.fields["person"] == ("email",)


def test_ids_meet_where_the_other_files_carry_ids():
    contacts = sample(
        "contacts.csv",
        "Id|AccountId|Account Name|Email",
        "p1|A001|みどり精機株式会社|s@m.example",
        "p2|A002|あおば|a@a.example",
    )
    accounts, people = guess([COMPANIES, contacts])
    assert (accounts.key, people.fields["account"]) == ("取引先ID", ("AccountId",))


def test_the_mapping_says_what_was_guessed():
    mapping = to_mapping("crm", guess([COMPANIES, DEALS]), "Asia/Tokyo")
    assert mapping["source"] == "crm"
    assert mapping["timezone"] == "Asia/Tokyo"
    accounts, deals = mapping["tables"]
    assert accounts["key"] == '"取引先名"'
    assert (
        accounts["columns"]["employees"]
        == "TRY_CAST(nullif(regexp_replace(\"従業員数\", '[^0-9.-]', '', 'g'), '') AS DOUBLE)"
    )
    assert deals["columns"]["amount"] == (
        "TRY_CAST(nullif(regexp_replace(\"金額（千円）\", '[^0-9.-]', '', 'g'), '') AS DOUBLE) * 1000"
    )
    assert deals["events"][1] == {
        "name": "opportunity_won",
        "at": '"完了予定日"',
        "when": "\"フェーズ\" IN ('受注')",
        "value": deals["columns"]["amount"],
    }


def test_amounts_with_their_unit_are_left_to_the_import():
    deals = sample("商談.csv", "商談ID|取引先名|フェーズ|金額", "1|a|提案|1,200万円", "2|b|提案|￥8,400")
    assert to_mapping("s", [guess_table(deals)])["tables"][0]["columns"]["amount"] == '"金額"'


@pytest.mark.parametrize(
    "head", ["商談ID|変更前|変更後|変更日時|変更者", "deal_id|from_stage|to_stage|changed_at|changed_by"]
)
def test_a_history_of_stages_is_a_list_of_events_named_by_the_new_stage(head):
    table = guess_table(sample("history.csv", head, "D1|a|b|2026/04/01 10:00|x", "D1|b|c|2026/04/09 11:00|x"))
    deal, _, new, at, _ = head.split("|")
    assert (table.to, table.fields) == ("event", {"at": (at,), "name": (new,), "opportunity": (deal,)})


def test_when_a_copy_of_the_data_was_made_is_no_event():
    table = sample(
        "opportunity.csv", "id|stage_name|amount|_fivetran_synced|_fivetran_start", *["1|a|2|2026-01-01|2026-01-01"]
    )
    assert guess_table(table).events == ()


def test_a_list_of_who_did_something_when_is_a_list_of_events():
    requests = sample(
        "資料請求一覧.csv",
        "申込日時|会社名|氏名|メールアドレス|資料名",
        "2026/04/01 10:00|みどり精機|佐野|s@m.example|製品資料",
        "2026/04/09 11:00|みどり精機|佐野|s@m.example|事例集",
    )
    table = guess_table(requests)
    assert (table.to, table.key, table.constants) == ("event", None, {"name": "資料請求"})
    assert to_mapping("s", [table])["tables"][0]["columns"] == {
        "at": '"申込日時"',
        "account": '"会社名"',
        "person": '"メールアドレス"',
        "content": '"資料名"',
        "name": "'資料請求'",
    }


@pytest.mark.parametrize(
    ("head", "rows", "fields"),
    [
        ("who|what|when", ["a@x.example|visit|2026-01-01 10:00", "b@x.example|call|2026-01-02 10:00"],
         {"at": "when", "name": "what", "person": "who"}),
        ("who|what|when", ["Acme Inc.|visit|2026-01-01", "Bolt Ltd|call|2026-01-02"],
         {"at": "when", "name": "what", "account": "who"}),
        ("誰|何|いつ", ["佐藤|来訪|2026/01/01", "鈴木|商談|2026/01/02"], {"at": "いつ", "name": "何", "person": "誰"}),
        ("お客様|出来事|日", ["株式会社あおば|来訪|2026/01/01", "みどり精機|商談|2026/01/02"],
         {"at": "日", "name": "出来事", "account": "お客様"}),
        ("c|e|t", [f"A{i % 5}|{'visit' if i % 2 else 'call'}|2026-01-{i + 1:02}" for i in range(12)],
         {"at": "t", "name": "e", "account": "c"}),
    ],
)  # fmt: skip
def test_a_log_with_short_names_has_a_subject_and_names_of_events(head, rows, fields):
    table = guess_table(sample("ev.csv", head, *rows))
    assert (table.to, table.constants) == ("event", {})
    assert table.fields == {name: (column,) for name, column in fields.items()}


def test_a_column_that_says_what_was_asked_for_is_no_name_of_an_event():
    rows = [f"2026/04/{d:02} 10:00|株式会社{'あい'[d % 2]}|資料{d % 3}" for d in range(1, 9)]
    table = guess_table(sample("資料請求一覧.csv", "申込日時|会社名|希望", *rows))
    assert (table.constants, table.fields["account"]) == ({"name": "資料請求"}, ("会社名",))


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("会社|社員", ["みどり精機|820", "あおば|95"]),
        ("社名|社員数", ["みどり精機|820", "あおば|1,200", "北浜|3,000"]),
        ("名前|従業員", ["みどり精機|約820名", "あおば|1200名以上"]),
        ("company|staff", ["Acme|300", "Bolt|40"]),
    ],
)
def test_the_number_of_people_is_seen_under_its_short_names(head, rows):
    name, employees = head.split("|")
    table = guess_table(sample("list.csv", head, *rows))
    assert (table.to, table.fields) == ("account", {"name": (name,), "employees": (employees,)})


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("co|opened|closed|ph", ["Acme|2026-01-01|2026-03-01|Won", "Bolt|2026-01-05|2026-02-01|Lost", "Cord|2026-02-01||Demo"]),
        ("client|start|end|result", ["Acme|2026-01-01|2026-03-01|Win", "Bolt|2026-01-05|2026-02-01|Loss", "Cord|2026-02-01||"]),
        ("会社|開始|終了|結果", ["みどり|2026/01/01|2026/03/01|受注", "あおば|2026/01/05|2026/02/01|失注", "北浜|2026/02/01||"]),
        ("お客様|初回|最後|勝ち負け", ["みどり|2026/01/01|2026/03/01|勝ち", "あおば|2026/01/05|2026/02/01|負け", "北浜|2026/02/01||"]),
    ],
)  # fmt: skip
def test_deals_are_seen_by_what_became_of_them(head, rows):
    account, opened, closed, stage = head.split("|")
    table = guess_table(sample("d.csv", head, *rows))
    won, lost = rows[0].split("|")[3], rows[1].split("|")[3]
    assert table.to == "opportunity"
    assert table.fields == {
        "account": (account,), "stage": (stage,), "opened_at": (opened,), "closed_at": (closed,),
    }  # fmt: skip
    assert [(e.name, e.at, e.when) for e in table.events] == [
        ("opportunity_opened", opened, ""),
        ("opportunity_won", closed, f"\"{stage}\" IN ('{won}')"),
        ("opportunity_lost", closed, f"\"{stage}\" IN ('{lost}')"),
    ]


def test_a_list_of_companies_with_a_state_stays_a_list_of_companies():
    rows = ["みどり|契約中|2026/01/01|2026/03/01", "あおば|未契約|2026/01/05|2026/02/01"]
    assert guess_table(sample("一覧.csv", "会社名|ステータス|登録日|更新日", *rows)).to == "account"


def test_a_log_that_tells_won_and_lost_stays_a_log():
    rows = ["Acme|won|2026-01-01|2026-01-02", "Bolt|lost|2026-01-05|2026-01-06", "Acme|visit|2026-02-01|2026-02-02"]
    assert guess_table(sample("log.csv", "company|event|at|received", *rows)).to == "event"


def test_deals_without_a_number_are_known_by_company_and_day_of_opening():
    deals = sample("d.csv", "company|opened|closed|phase", "Acme|2026-01-01|2026-03-01|Won", "Acme|2026-02-05||Demo")
    table = guess_table(deals)
    assert (table.key, made_key(table)) == (None, ("company", "opened"))
    assert to_mapping("s", [table])["tables"][0]["key"] == """concat_ws(' ', "company", "opened")"""
    assert made_key(guess_table(COMPANIES)) == made_key(guess_table(DEALS, "event")) == ()


def test_who_is_a_company_where_the_list_of_companies_knows_it_and_a_person_elsewhere():
    rows = ["みどり精機株式会社|visit|2026-01-01", "北浜フーズ|visit|2026-01-02", "北浜フーズ|call|2026-01-03"]
    _, log = guess([COMPANIES, sample("ev.csv", "who|what|when", *rows)])
    assert (log.fields["account"], "person" in log.fields) == (("who",), False)
    mails = ["a@x.example|visit|2026-01-01", "b@x.example|visit|2026-01-02", "a@x.example|call|2026-01-03"]
    _, log = guess([COMPANIES, sample("ev.csv", "who|what|when", *mails)])
    assert (log.fields["person"], "account" in log.fields) == (("who",), False)


def test_a_survey_without_a_kind_is_named_by_its_score():
    table = guess_table(sample("アンケート.csv", "回答日|メールアドレス|CSAT", "2026-04-01|s@m.example|4"))
    assert (table.to, table.constants) == ("survey", {"kind": "csat"})


def test_a_given_table_is_taken_as_given():
    assert guess_table(COMPANIES, "person").to == "person"


def test_quotes_in_names_and_values_stay_quoted():
    table = sample("deals.csv", 'deal"id|dealname|dealstage|closedate', "1|x|Won'd|2026-01-01")
    mapping = to_mapping("s", [guess_table(table)])
    [deal] = mapping["tables"]
    assert deal["key"] == '"deal""id"'
    assert deal["events"][0]["when"] == "\"dealstage\" IN ('Won''d')"


@pytest.mark.parametrize(
    ("values", "format_", "choices"),
    [
        (["2026-03-01", "2026-12-31T10:00:00Z"], None, ()),
        (["2026/03/01", "2026/3/1 9:05"], None, ()),
        (["2026年3月1日"], None, ()),
        (["10/20/2016", "3/1/2017"], None, ("%m/%d/%Y", "%d/%m/%Y")),
        (["20.10.2016 9:05"], None, ("%m.%d.%Y %H:%M", "%d.%m.%Y %H:%M")),
        (["20260301"], "%Y%m%d", ()),
        (["令和8年3月1日", "R8.3.2", "令和元年5月1日 9:05"], None, ()),
        (["２０２６/０３/０１", "2026/3/1（日）"], None, ()),
        (["２０２６０３０１"], "%Y%m%d", ()),
    ],
)
def test_how_times_are_written(values: Sequence[str], format_: str | None, choices: tuple[str, ...]):
    assert time_format(values) == TimeFormat(format_, choices)


@pytest.mark.parametrize("values", [[], [None, ""], ["abc"], ["12", "2026-01-01"]])
def test_what_is_not_a_time_has_no_format(values):
    assert time_format(values) is None


@pytest.mark.parametrize(
    ("values", "of"),
    [
        (["a@b.example", "c@d.example"], "email"),
        (["12", "3.5", "-7"], "number"),
        (["¥1,200", "800円"], "amount"),
        (["1,200"], "amount"),
        (["1,200万円", "1億2,000万円", "￥1,200,000", "\\1,200", "▲300千円", "１２００"], "amount"),
        (["820", "1,200", "約300名", "1200名以上"], "amount"),
        (["https://example.com/x", "/pricing"], "address"),
        (["はい", "いいえ"], "flag"),
        (["製造業"], "text"),
        ([None, " "], "empty"),
        (["20260301"], "time"),
    ],
)
def test_shapes_of_values(values, of):
    assert shape(values) == of


@pytest.mark.parametrize(
    ("name", "factor"),
    [("売上高（百万円）", 1e6), ("金額（千円）", 1e3), ("予算(万円)", 1e4), ("年商(億円)", 1e8), ("金額", 1.0)],
)
def test_units_in_names_are_factors(name, factor):
    assert unit_of(name) == factor


HEAD, ROWS = "会社名,金額", ['みどり精機,"1,200"', "あおば,"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_the_head_of_a_csv_is_read_in_its_encoding(tmp_path, encoding):
    file = tmp_path / "x.csv"
    file.write_text("\r\n".join([HEAD, *ROWS]), encoding=encoding, newline="")
    assert read_head(file) == Sample("x.csv", {"会社名": ["みどり精機", "あおば"], "金額": ["1,200", None]})


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.csv.gz", f"{HEAD}\n{ROWS[0]}\n"), ("x.jsonl.gz", '{"会社名": "みどり精機", "金額": "1,200"}\n')],
)
def test_the_head_of_a_compressed_file_is_read(tmp_path, name, content):
    (tmp_path / name).write_bytes(gzip.compress(content.encode()))
    assert read_head(tmp_path / name) == Sample(name, {"会社名": ["みどり精機"], "金額": ["1,200"]})
    (tmp_path / name).write_bytes(gzip.compress(content.encode())[:-12])
    with pytest.raises(UnreadableFileError):
        read_head(tmp_path / name)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    file = tmp_path / "x.txt"
    file.write_text(f"a{delimiter}b\n1{delimiter}2,5\n", "utf-8")
    assert read_head(file).columns == {"a": ["1"], "b": ["2,5"]}


def test_a_long_file_is_read_at_its_head_only_and_never_in_the_middle_of_a_line(tmp_path):
    file = tmp_path / "long.csv"
    file.write_text("a,b\n" + "1,あいうえお\n" * 100_000, "utf-8")
    columns = read_head(file).columns
    assert set(columns["b"]) == {"あいうえお"}
    assert len(columns["a"]) == 400


def test_other_kinds_of_files_have_heads_too(tmp_path):
    import duckdb
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["会社名", "社員数"])
    book.active.append(["みどり精機", 820])
    book.save(tmp_path / "x.xlsx")
    assert read_head(tmp_path / "x.xlsx").columns == {"会社名": ["みどり精機"], "社員数": ["820"]}
    (tmp_path / "x.jsonl").write_text('{"a": 1, "b": {"c": 2}}\n{"a": null, "d": "x"}\n', "utf-8")
    assert read_head(tmp_path / "x.jsonl").columns == {"a": ["1", None], "b": ['{"c": 2}', None], "d": [None, "x"]}
    duckdb.sql("SELECT 1 AS a, 'x' AS b").write_parquet(str(tmp_path / "x.parquet"))
    assert read_head(tmp_path / "x.parquet").columns == {"a": ["1"], "b": ["x"]}


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.xlsx", b"no"), ("x.parquet", b"no"), ("x.jsonl", b"[1]"), ("x.csv", b""), ("x.csv", b"a,\x82\x01\n")],
)
def test_a_file_that_cannot_be_read_says_so(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFileError) as error:
        read_head(tmp_path / name)
    assert error.value.details["file"] == name


def test_columns_without_a_name_or_with_the_same_one_are_told_apart(tmp_path):
    (tmp_path / "x.csv").write_text("a,a,\n1,2,3\n", "utf-8")
    assert list(read_head(tmp_path / "x.csv").columns) == ["a", "a_2", "column3"]


def test_a_drafted_mapping_knows_columns_of_one_name_as_the_import_does(bench):
    path = bench.file("商談.csv", "商談ID,会社名,担当者,担当者,\n1,a,佐藤,鈴木,x\n2,b,佐藤,田中,y\n3,c,森,田中,y\n")
    mapping = to_mapping("s", [guess_table(read_head(path), "opportunity")])
    assert set(mapping["tables"][0]["properties"]) == {"担当者_2", "column5"}
    assert bench.run(to_yaml(mapping, "")).tables[0].accepted == 3


def test_names_are_compared_without_width_case_and_prefix():
    assert plain("Ｐｒｏｐｅｒｔｙ_Job Title__c") == "jobtitle"
    assert fit("会社名", "会社名") == 1.0
    assert fit("nickname", "=name") == 0.0
    assert 0.5 < fit("主要取引先名", "取引先名") < 1.0


@pytest.mark.parametrize(("content", "line"), [('[\n  {"a": 1}\n]\n', 1), ('{"a": 1}\n{"a": \n', 2), ("[1]", 1)])
def test_json_that_is_not_one_object_a_line_is_told_with_its_line(tmp_path: Path, content: str, line: int) -> None:
    (tmp_path / "x.json").write_text(content, "utf-8")
    with pytest.raises(UnreadableFileError) as caught:
        read_head(tmp_path / "x.json")
    assert caught.value.details["problem"] == (
        f"line {line} is not a JSON object; write one object per line (JSON lines), not one list of them"
    )
