"""Exports of whole databases (HubSpot, Salesforce, Marketo): pairs, histories, numbers, settings, and what is looked up where."""

from collections.abc import Sequence

import pytest

from tabiji.ingest.guess import (
    EventGuess,
    LookupGuess,
    Note,
    Sample,
    TableGuess,
    guess,
    guess_table,
    to_mapping,
    to_yaml,
)


def sample(file: str, head: str, *rows: str) -> Sample:
    """A sample from lines with `|` between the values; an empty value is None."""
    table = [row.split("|") for row in rows]
    return Sample(file, {name: [row[i] or None for row in table] for i, name in enumerate(head.split("|"))})


def by_file(samples: Sequence[Sample]) -> dict[str, TableGuess]:
    return {table.file: table for table in guess(samples)}


COMPANIES = sample("company.csv", "id|property_name|property_industry", "11|Acme|Steel", "12|Bolt|Food")
CONTACTS = sample(
    "contact.csv", "id|property_email|_fivetran_synced", "71|a@x.example|2024-01-01", "72|b@x.example|2024-01-01"
)
DEALS = sample(
    "deal.csv",
    "deal_id|deal_pipeline_stage_id|property_amount|property_closedate|property_createdate",
    "1|s1|100|2024-02-01 10:00:00|2024-01-01 09:00:00",
    "2|s2||2024-02-02 10:00:00|2024-01-02 09:00:00",
)
DEAL_COMPANY = sample("deal_company.csv", "company_id|deal_id|type_id|category", "11|1|5|HUBSPOT_DEFINED", "11|2|5|H")
STAGES = sample(
    "deal_pipeline_stage.csv",
    "stage_id|label|closed_won|is_closed|created_at",
    "s1|Won|TRUE|TRUE|2020-01-01",
    "s2|Lost|FALSE|TRUE|2020-01-01",
)
HUBSPOT = (COMPANIES, CONTACTS, DEALS, DEAL_COMPANY, STAGES)


def test_a_deal_looks_up_its_company_and_the_name_and_outcome_of_its_stage():
    found = by_file(HUBSPOT)
    deal = found["deal.csv"]
    assert deal.lookups == (
        LookupGuess("deal_company.csv", "deal_id", "deal_id", {"company_id": "company_id"}),
        LookupGuess(
            "deal_pipeline_stage.csv",
            "deal_pipeline_stage_id",
            "stage_id",
            {"stage_label": "label", "stage_won": "closed_won", "stage_closed": "is_closed"},
        ),
    )
    assert deal.found == {
        "account": '"company_id"',
        "stage": 'coalesce("stage_label", "deal_pipeline_stage_id")',
    }
    assert deal.events[1:] == (
        EventGuess("opportunity_won", "property_closedate", '"stage_won"', "property_amount"),
        EventGuess("opportunity_lost", "property_closedate", '"stage_closed" AND NOT "stage_won"'),
    )
    assert {f: t.to for f, t in found.items()} == {
        "company.csv": "account",
        "contact.csv": "person",
        "deal.csv": "opportunity",
        "deal_company.csv": "",
        "deal_pipeline_stage.csv": "",
    }


def test_what_was_drafted_can_be_imported(bench):
    for one in HUBSPOT:
        rows = [
            ",".join(one.columns),
            *(",".join(v or "" for v in row) for row in zip(*one.columns.values(), strict=True)),
        ]
        bench.file(one.file, "\n".join(rows) + "\n")
    tables = guess(HUBSPOT)
    bench.run(to_yaml(to_mapping("hubspot", tables), "A draft", tables))
    assert bench.rows(
        "SELECT name, opportunity, account, value FROM event WHERE name <> 'person_created' ORDER BY \"at\""
    ) == [
        ("opportunity_opened", "1", "11", None),
        ("opportunity_opened", "2", "11", None),
        ("opportunity_won", "1", "11", 100.0),
        ("opportunity_lost", "2", "11", None),
    ]
    assert bench.rows("SELECT id, account, stage FROM opportunity ORDER BY 1") == [
        ("1", "11", "Won"),
        ("2", "11", "Lost"),
    ]


def test_a_draft_says_which_files_it_leaves_out_and_why():
    tables = guess(HUBSPOT)
    drafted = to_yaml(to_mapping("hubspot", tables), "A draft", tables)
    assert drafted.endswith(
        "\n# Left out, because its columns are looked up for deal.csv: deal_company.csv, deal_pipeline_stage.csv\n"
    )


@pytest.mark.parametrize(
    ("file", "head", "fields"),
    [
        ("deal_contact.csv", "contact_id|deal_id|category", {"person": ("contact_id",), "opportunity": ("deal_id",)}),
        ("contact_company.csv", "company_id|contact_id", {"account": ("company_id",), "person": ("contact_id",)}),
        (
            "OpportunityContactRole.csv",
            "Id|OpportunityId|ContactId|Role|IsPrimary",
            {"person": ("ContactId",), "opportunity": ("OpportunityId",), "role": ("Role",)},
        ),
    ],
)
def test_pairs_with_a_person_are_memberships(file, head, fields):
    n = head.count("|") + 1
    table = guess_table(sample(file, head, "|".join(f"a{i}" for i in range(n)), "|".join(f"b{i}" for i in range(n))))
    assert (table.to, dict(table.fields)) == ("membership", fields)


def test_what_was_done_looks_up_who_it_was_done_with():
    meetings = sample("engagement_meeting.csv", "engagement_id|start_time|title", "e1|2024-01-01 10:00:00|Demo")
    with_whom = sample("engagement_contact.csv", "contact_id|engagement_id|engagement_type", "71|e1|MEETING")
    table = by_file((CONTACTS, meetings, with_whom))["engagement_meeting.csv"]
    assert (table.to, table.fields["at"]) == ("event", ("start_time",))
    assert table.constants == {"name": "engagement_meeting"}
    assert table.found == {"person": '"contact_id"'}


def test_a_log_of_mails_is_no_list_of_people_and_finds_them_by_their_address():
    mails = sample(
        "email_event.csv",
        "id|_fivetran_synced|created|email_campaign_id|type|recipient",
        "m1|2024-05-05|2024-01-01 10:00:00|2|OPEN|a@x.example",
        "m2|2024-05-05|2024-01-01 11:00:00|2|CLICK|b@x.example",
    )
    campaigns = sample("email_campaign.csv", "id|name|subject", "2|Spring|Hello")
    numbered = sample("deal_contact.csv", "contact_id|deal_id", "71|1", "72|1")
    table = by_file((CONTACTS, mails, campaigns, numbered))["email_event.csv"]
    assert (table.to, table.key) == ("event", "id")
    assert table.fields["at"] == ("created",)
    assert table.found == {
        "campaign": 'coalesce("campaign_name", "email_campaign_id")',
        "person": 'coalesce("person_key", "recipient")',
    }
    assert table.lookups[1] == LookupGuess("contact.csv", "recipient", "property_email", {"person_key": "id"})


def test_companies_named_by_name_are_looked_up_where_their_file_numbers_them():
    companies = sample("取引先.csv", "取引先ID|取引先名|業種", "A1|青葉商事|卸売", "A2|北浜フーズ|食品")
    people = sample("担当者.csv", "担当者ID|氏名|取引先ID", "P1|佐野|A1", "P2|原田|A2")
    deals = sample("商談.csv", "商談ID|取引先名|金額|フェーズ|作成日", "D1|青葉商事|10|受注|2024-01-01")
    table = by_file((companies, people, deals))["商談.csv"]
    assert table.lookups == (LookupGuess("取引先.csv", "取引先名", "取引先名", {"account_key": "取引先ID"}),)
    assert table.found == {"account": 'coalesce("account_key", "取引先名")'}


@pytest.mark.parametrize(
    ("file", "head", "row", "fields"),
    [
        (
            "deal_stage.csv",
            "_fivetran_start|deal_id|date_entered|source|value",
            "2024-01-02|1|2024-01-01 10:00:00|CRM|s1",
            {"opportunity": ("deal_id",), "at": ("date_entered",), "name": ("value",)},
        ),
        (
            "OpportunityHistory.csv",
            "Id|OpportunityId|StageName|Amount|CloseDate|CreatedDate",
            "h1|006A|Proposal|10|2024-03-01|2024-01-01T10:00:00Z",
            {"opportunity": ("OpportunityId",), "at": ("CreatedDate",), "name": ("StageName",)},
        ),
    ],
)
def test_a_history_of_stages_is_events_named_by_the_stage(file, head, row, fields):
    table = guess_table(sample(file, head, row, row))
    assert (table.to, dict(table.fields)) == ("event", fields)


@pytest.mark.parametrize(
    ("file", "head", "row", "named", "when"),
    [
        (
            "deal_property_history.csv",
            "deal_id|timestamp|source|name|value",
            "1|2024-01-01 10:00:00|CRM|dealstage|won",
            {"field": "name", "new": "value"},
            "\"name\" IN ('dealstage')",
        ),
        (
            "activity_change_data_value.csv",
            "activity_date|lead_id|old_value|new_value|primary_attribute_value",
            "2024-01-01 10:00:00|7|a|b|Contact Type",
            {"field": "primary_attribute_value", "old": "old_value", "new": "new_value"},
            "",
        ),
    ],
)
def test_a_history_of_fields_is_events_that_say_what_changed(file, head, row, named, when):
    table = guess_table(sample(file, head, row))
    assert (table.to, table.constants, dict(table.named), table.when) == (
        "event",
        {"name": "field_changed"},
        named,
        when,
    )


def test_the_number_of_a_type_is_no_name_and_the_file_says_what_happened():
    table = guess_table(
        sample(
            "marketo_activity_click_email_data.csv",
            "activity_date|activity_type_id|id|lead_id|email_template_id",
            "2024-01-01 10:00:00|11|5|7|9",
        )
    )
    assert (table.constants, table.fields["person"]) == ({"name": "click_email"}, ("lead_id",))


def test_an_activity_of_salesforce_says_whom_and_which_deal_it_is_about():
    table = guess_table(
        sample(
            "Task.csv",
            "Id|WhoId|WhatId|ActivityDate|Type|AccountId|sales_email_template_id",
            "00T1|0031|006A|2024-01-01|Call|001A|x",
            "00T2|0032|001B|2024-01-02||001B|y",
        )
    )
    assert table.fields["person"] == ("WhoId",)
    assert table.found == {
        "name": "coalesce(nullif(trim(\"Type\"), ''), 'Task')",
        "opportunity": 'CASE WHEN starts_with("WhatId", \'006\') THEN "WhatId" END',
    }


def test_flags_tell_won_and_lost_where_no_stage_does():
    deals = sample(
        "opportunity.csv",
        "id|account_id|stage_name|is_won|is_closed|amount|close_date|created_date",
        "006A|001|x1|true|true|10|2024-02-01|2024-01-01",
        "006B|001|x2|false|true|20|2024-02-02|2024-01-02",
    )
    assert guess_table(deals).events[1:] == (
        EventGuess("opportunity_won", "close_date", '"is_won"', "amount"),
        EventGuess("opportunity_lost", "close_date", '"is_closed" AND NOT "is_won"'),
    )


def test_rows_that_were_deleted_are_passed_over_with_a_note():
    table = guess_table(sample("account.csv", "id|name|industry|is_deleted", "1|A|x|false", "2|B|y|true"))
    assert table.when == "lower(coalesce(CAST(\"is_deleted\" AS VARCHAR), '')) <> 'true'"
    assert table.notes == (Note("Rows that were deleted in the system are passed over."),)


@pytest.mark.parametrize(
    ("file", "head", "row"),
    [
        ("owner.csv", "owner_id|email|active_user_id", "1|a@x.example|2"),
        ("user.csv", "id|email|profile_id|account_id", "1|a@x.example|2|"),
        ("sales_teams.csv", "sales_agent|manager|regional_office", "Anna|Dustin|Central"),
        ("products.csv", "product|series|sales_price", "GTX|G|550"),
        ("deal_pipeline.csv", "pipeline_id|label|created_at", "p1|Main|2020-01-01"),
        ("merged_deal.csv", "deal_id|merged_deal_id", "1|2"),
        ("opportunity_line_item.csv", "id|opportunity_id|quantity|name", "1|2|3|x"),
        ("account_history.csv", "id|_fivetran_start|name|industry", "1|2020-01-01|A|x"),
        ("email_event_open.csv", "id|_fivetran_synced|browser|location", "m1|2020-01-01|Safari|x"),
    ],
)
def test_what_tells_nothing_of_a_journey_is_left_out_with_a_reason(file, head, row):
    table = by_file([sample(file, head, row)])[file]
    assert table.to == ""
    assert table.notes


@pytest.mark.parametrize(
    ("file", "head", "row", "to"),
    [
        (
            "sales_pipeline.csv",
            "opportunity_id|sales_agent|account|deal_stage|close_date",
            "1|A|X|Won|2024-01-01",
            "opportunity",
        ),
        ("campaign_member.csv", "id|lead_id|campaign_id|created_date|status", "1|2|3|2024-01-01|Sent", "event"),
        ("form_submissions.csv", "email|form|timestamp", "a@x.example|Demo|2024-01-01", "event"),
        ("pipeline.csv", "Deal Name|Amount|Stage|Company name|Close date", "d|1|Won|X|2024-01-01", "opportunity"),
    ],
)
def test_a_name_of_a_file_alone_leaves_nothing_out(file, head, row, to):
    assert guess_table(sample(file, head, row, row)).to == to
