"""The exported files: name, and the query that gives its rows from the tables of `tables` and the word lists."""

from typing import NamedTuple

from tabiji.demo.world.clock import JST_OFFSET, UNIX_OFFSET


class File(NamedTuple):
    """An exported file; `query` has a total order, so that the same rows always come in the same order."""

    path: str  # without extension
    query: str
    encoding: str = "utf-8"  # of the CSV


def _jst(seconds: str) -> str:
    """Japanese wall clock, without a zone."""
    return f"make_timestamp(({seconds} + {UNIX_OFFSET}) * 1000000)"


def _utc(seconds: str) -> str:
    return f"make_timestamp(({seconds} + {UNIX_OFFSET - JST_OFFSET}) * 1000000)"


def _word(variable: str, index: str) -> str:
    return f"list_extract(getvariable('{variable}'), {index} + 1)"


_ACCOUNT = "'A' || lpad(number::varchar, 7, '0')"
_EVENT_ACCOUNT = "'A' || lpad(e.number::varchar, 7, '0') || CASE WHEN e.of_twin THEN 'D' ELSE '' END"
_DEAL = "'OP-' || lpad((deal // 10)::varchar, 7, '0') || '-' || (deal % 10)::varchar"
_CAMPAIGN = (
    "replace(k.campaign, '*', year({at})::varchar || CASE WHEN month({at}) <= 6 THEN 'h1' ELSE 'h2' END)"
).format(at=_jst("e.at"))

# Addresses and names once per flush; the other queries join it.
PEOPLE = f"""
CREATE OR REPLACE TEMP TABLE known_person AS
SELECT p.*, {_word("surnames", "surname")} || ' ' || {_word("given_names", "given")} AS full_name,
       {_word("given_readings", "given")} || '.' || {_word("surname_readings", "surname")} ||
       CASE WHEN free THEN p.number::varchar || '@' || {_word("free_mail", "p.number % 3")} ELSE '@' || a.domain END AS email
FROM person p JOIN account a USING (number)
"""


def _events(system: str, columns: str) -> str:
    return f"""
    SELECT {columns}
    FROM event e JOIN kind k USING (kind) LEFT JOIN known_person p ON p.number = e.number AND p.slot = e.slot
    WHERE k.system = '{system}' ORDER BY e.line
    """


FILES: tuple[File, ...] = (
    File(
        "crm/accounts",
        f"""
        SELECT {_ACCOUNT} AS 取引先ID, name AS 取引先名, english_name AS 英文社名, corporate_number AS 法人番号,
               {_word("industry_codes", "industry")} AS 業種コード, {_word("industries", "industry")} AS 業種,
               employees AS 従業員数, revenue::bigint AS 年間売上高, {_word("prefectures", "prefecture")} AS 都道府県,
               {_word("regions", "prefecture")} AS 地域, 'https://www.' || domain AS Webサイト,
               {_word("lead_sources", "lead_source")} AS リード獲得元, {_jst("known")}::date AS 登録日
        FROM account
        UNION ALL
        SELECT {_ACCOUNT} || 'D', twin, NULL, NULL, {_word("industry_codes", "industry")}, {_word("industries", "industry")},
               NULL, NULL, {_word("prefectures", "prefecture")}, {_word("regions", "prefecture")}, 'https://' || domain,
               {_word("lead_sources", "lead_source")}, {_jst("known")}::date + 40
        FROM account WHERE twin IS NOT NULL
        ORDER BY 1
        """,
        encoding="cp932",
    ),
    File(
        "crm/contacts",
        f"""
        SELECT 'C' || lpad((number * 16 + slot)::varchar, 9, '0') AS 取引先責任者ID, {_ACCOUNT} AS 取引先ID,
               full_name AS 氏名, CASE WHEN (number + slot) % 7 = 0 THEN upper(email) ELSE email END AS メールアドレス,
               {_word("titles", "slot")} AS 役職, {_word("departments", "slot")} AS 部署, {_jst("since")} AS 登録日時
        FROM known_person ORDER BY number, slot
        """,
        encoding="utf-8-sig",
    ),
    File(
        "crm/contact_roles",
        f"""
        SELECT {_ACCOUNT} AS 取引先ID, email AS メールアドレス, {_word("role_names", "slot")} AS 役割,
               {_jst("since")}::date AS 開始日, CASE WHEN until < {1 << 40} THEN {_jst(f"least(until, {1 << 33})")}::date END AS 終了日
        FROM known_person ORDER BY number, slot
        """,
    ),
    File(
        "crm/opportunities",
        f"""
        SELECT {_DEAL} AS 商談ID, {_ACCOUNT} AS 取引先ID, {_word("offerings", "offering")} || ' 新規' AS 商談名,
               {_word("offerings", "offering")} AS 商材, {_word("owners", "owner")} AS 担当者, monthly::bigint AS 月額,
               (monthly * 12)::bigint AS 年額,
               CASE status WHEN 1 THEN '受注' WHEN 2 THEN '失注' ELSE
                 CASE WHEN quiet THEN '連絡待ち' WHEN deal % 3 = 0 THEN '見積提示' ELSE '提案' END END AS フェーズ,
               {_word("reasons", "reason")} AS 失注理由, {_jst("opens")} AS 作成日時,
               CASE WHEN status > 0 THEN {_jst(f"least(closes, {1 << 33})")}::date END AS 完了日
        FROM deal ORDER BY opens, deal
        """,
    ),
    File(
        "crm/activities",
        _events(
            "crm",
            f"""'AC' || lpad(e.row::varchar, 10, '0') AS 活動ID, {_EVENT_ACCOUNT} AS 取引先ID, p.email AS メールアドレス,
            k.event AS 活動コード, CASE WHEN e.slashed THEN strftime({_jst("e.at")}, '%Y/%-m/%-d %-H:%M:%S')
              ELSE strftime({_jst("e.at")}, '%Y-%m-%d %H:%M:%S') END AS 活動日時,
            k.channel AS チャネル, {_CAMPAIGN} AS キャンペーン, CASE WHEN deal >= 0 THEN {_DEAL} END AS 商談ID,
            CASE WHEN e.offering >= 0 THEN {_word("offerings", "e.offering")} END AS 商材,
            {_word("owners", "e.number % 8")} AS 担当者, {_jst("e.received")} AS 登録日時""",
        ),
    ),
    File(
        "marketing/activities",
        _events(
            "marketing",
            f"""'MA' || lpad(e.row::varchar, 10, '0') AS activity_id,
            CASE WHEN NOT coalesce(p.free, false) THEN {_EVENT_ACCOUNT} END AS crm_account_id, p.email, k.event AS activity,
            {_jst("e.at")} AS occurred_at, k.channel, {_CAMPAIGN} AS campaign, {_word("contents", "e.content")} AS asset,
            {_jst("e.received")} AS synced_at""",
        ),
    ),
    File(
        "web/hits",
        _events(
            "web",
            f"""'WB' || lpad(e.row::varchar, 10, '0') AS hit_id, {_utc("e.at")} AS hit_at,
            CASE WHEN p.email IS NULL OR e.row % 2 = 0 THEN {_EVENT_ACCOUNT} END AS ip_company, p.email AS user_email,
            k.event AS hit_type, k.channel, 'https://www.tabiji-demo.example' || {_word("contents", "e.content")} ||
              CASE WHEN e.row % 5 = 0 THEN '?utm_source=mail' ELSE '' END AS url, {_utc("e.received")} AS loaded_at""",
        ),
    ),
    File(
        "ads/events",
        _events(
            "ads",
            f"""'AD' || lpad(e.row::varchar, 10, '0') AS ad_event_id, {_jst("e.at")} AS happened_at, {_EVENT_ACCOUNT} AS company,
            k.event AS ad_event, k.channel AS network, {_CAMPAIGN} AS campaign,
            {_word("contents", "e.content")} AS landing_page, {_jst("e.received")} AS reported_at""",
        ),
    ),
    File(
        "product/usage",
        _events(
            "product",
            f"""'PU' || lpad(e.row::varchar, 10, '0') AS usage_id, {_utc("e.at")} AS used_at, {_EVENT_ACCOUNT} AS tenant,
            p.email AS user_email, k.event AS action, {_utc("e.received")} AS logged_at""",
        ),
    ),
    File(
        "success/activities",
        _events(
            "success",
            f"""'CS' || lpad(e.row::varchar, 10, '0') AS activity_id, {_EVENT_ACCOUNT} AS customer, p.email AS attendee,
            k.event AS activity, k.channel, {_jst("e.at")} AS held_at, {_jst("e.received")} AS noted_at""",
        ),
    ),
    File(
        "support/tickets",
        _events(
            "support",
            f"""'TK' || lpad(e.row::varchar, 10, '0') AS log_id, {_EVENT_ACCOUNT} AS customer, p.email AS requester,
            k.event AS action, {_jst("e.at")} AS logged_at,
            CASE WHEN k.key = 'complaint_opened' THEN 'negative' WHEN e.row % 3 = 0 THEN 'positive' ELSE 'neutral' END AS sentiment,
            {_word("ticket_topics", "e.row % 5")} AS topic, {_jst("e.received")} AS synced_at""",
        ),
    ),
    File(
        "billing/subscriptions",
        _events(
            "billing",
            f"""'BL' || lpad(e.row::varchar, 10, '0') AS entry_id, {_EVENT_ACCOUNT} AS customer, k.event AS entry,
            {_jst("e.at")} AS effective_at, {_word("offerings", "e.offering")} AS plan, e.value::bigint AS amount_jpy,
            {_jst("e.received")} AS booked_at""",
        ),
    ),
    File(
        "survey/responses",
        f"""
        SELECT 'SV' || lpad(row_number() OVER (ORDER BY s.at, s.number, s.slot, s.kind)::varchar, 9, '0') || {{part}} AS response_id,
               {_jst("s.at")} AS answered_at, 'A' || lpad(s.number::varchar, 7, '0') AS account, p.email,
               {_word("survey_kinds", "s.kind")} AS kind, s.score, {_word("survey_scales", "s.kind")} AS scale_max,
               {_word("comments", "s.comment")} AS comment, {_word("survey_touchpoints", "s.stage")} AS asked_after
        FROM survey s JOIN known_person p USING (number, slot) ORDER BY 1
        """,
    ),
    File(
        "truth/people",
        f"""
        SELECT {_ACCOUNT} AS account, email AS person, {_word("true_roles", "slot")} AS role, {_jst("since")} AS since,
               CASE WHEN until < {1 << 40} THEN {_jst(f"least(until, {1 << 33})")} END AS until
        FROM known_person ORDER BY number, slot
        """,
    ),
    File(
        "truth/stays",
        f"""
        SELECT {_ACCOUNT} AS account, attempt + 1 AS attempt, {_word("stages", "stage")} AS stage, {_jst("enters")} AS entered_at,
               CASE WHEN leaves < {1 << 40} THEN {_jst(f"least(leaves, {1 << 33})")} END AS left_at,
               {_word("outcomes", "outcome")} AS outcome
        FROM stay ORDER BY number, attempt, stage
        """,
    ),
)  # fmt: skip
