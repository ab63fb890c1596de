import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabiji.i18n import use
from tabiji.journeymap.check import KnownData, check
from tabiji.journeymap.draft import (
    EventSeen,
    FieldSeen,
    NothingToDraftError,
    draft,
    draft_text,
    field_of_stages,
    kind_of,
)

SEEN = [
    EventSeen("page_viewed", 900, 40_000, 0.0, 0.95),
    EventSeen("white_paper_downloaded", 400, 700, 0.3, 0.8),
    EventSeen("opportunity_opened", 200, 230, 0.6, 0.9),
    EventSeen("opportunity_won", 80, 80, 0.9, 0.4),
    EventSeen("contract_signed", 70, 70, 0.95, 0.3),
    EventSeen("login", 60, 9_000, 1.0, 0.1),
    EventSeen("opportunity_lost", 90, 95, 0.9, 0.2),
    EventSeen("解約", 5, 5, 1.0, 0.0),
]


def test_a_draft_reads_like_the_data():
    with use("en"):
        written = draft_text("first", SEEN)
    assert written == (
        "# Drafted from the data (8 event names): the ones that most units have, in the order in which they usually first happen.\n"
        "# It shows what was recorded, not yet what your customers go through. Name the stages in their words, join what is one "
        "step to them, delete what is none.\n"
        "id: first\n"
        "name: {ja: データからの下書き, en: Draft from the data}\n"
        "stages:\n"
        "  # 900 units have it (40000 events), usually after 0 % of what they do first; for 95 % of them something else follows\n"
        "  - id: page-viewed\n"
        "    name: Page viewed\n"
        "    enters_when: [{event: page_viewed}]\n"
        "  # 400 units have it (700 events), usually after 30 % of what they do first; for 80 % of them something else follows\n"
        "  - id: white-paper-downloaded\n"
        "    name: White paper downloaded\n"
        "    enters_when: [{event: white_paper_downloaded}]\n"
        "  # 200 units have it (230 events), usually after 60 % of what they do first; for 90 % of them something else follows\n"
        "  - id: opportunity-opened\n"
        "    name: Opportunity opened\n"
        "    enters_when: [{event: opportunity_opened}]\n"
        "  # 80 units have it (80 events), usually after 90 % of what they do first; for 40 % of them something else follows\n"
        "  - id: won\n"
        "    name: {ja: 成約, en: Won}\n"
        "    kind: success\n"
        "    enters_when: [{event: [opportunity_won, contract_signed]}]\n"
        "  # 60 units have it (9000 events), usually after 100 % of what they do first; for 10 % of them something else follows\n"
        "  - id: login\n"
        "    name: Login\n"
        "    enters_when: [{event: login}]\n"
        "  # 90 units have it (95 events), usually after 90 % of what they do first; for 20 % of them something else follows\n"
        "  - id: lost\n"
        "    name: {ja: 失注・解約, en: Lost}\n"
        "    kind: failure\n"
        "    enters_when: [{event: [opportunity_lost, 解約]}]\n"
    )
    assert check(written, KnownData(events=tuple(e.name for e in SEEN))) == []


def test_the_order_of_the_statistics_plays_no_part():
    assert draft_text("first", SEEN) == draft_text("first", SEEN[::-1])


def test_the_unit_is_written_down():
    assert draft("first", SEEN, "opportunity").unit == "opportunity"
    assert draft("first", SEEN).unit == "account"


def test_at_most_seven_stages_on_the_main_line():
    many = [EventSeen(f"e{i:02}", 100 - i, 100, (20 - i) / 20) for i in range(20)]
    assert [s.id for s in draft("m", many).stages] == ["e06", "e05", "e04", "e03", "e02", "e01", "e00"]
    won = draft("m", [*many, EventSeen("deal won", 1, 1, 0.5)])
    assert len(won.stages) == 7
    assert [s.kind for s in won.stages].count("success") == 1


def test_what_is_missing_is_said():
    with use("en"):
        written = draft_text("m", [EventSeen("visit", 3, 4, 0.0)])
    assert written.endswith(
        "# No event name speaks of a win. Give the stage that means one `kind: success`.\n"
        "# No event name speaks of a loss. Add a stage of `kind: failure` where one is recorded.\n"
    )
    with pytest.raises(NothingToDraftError):
        draft_text("m", [])
    assert [(s.id, s.kind) for s in draft("m", [EventSeen("deal_lost", 3, 4, 0.0)]).stages] == [("deal-lost", "step")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("opportunity_won", "success"), ("Closed Won", "success"), ("dealWon", "success"), ("contract_signed", "success"),
        ("order_placed", "success"), ("purchase", "success"), ("purchase_page_viewed", "step"), ("受注", "success"), ("契約締結", "success"), ("opportunity_lost", "failure"),
        ("closed_lost", "failure"), ("ChurnedCustomer", "failure"), ("contract_cancelled", "failure"), ("失注", "failure"),
        ("解約申込", "failure"), ("契約終了", "failure"), ("page_viewed", "step"), ("wonder", "step"), ("contract_sent", "step"),
        ("契約書送付", "step"), ("contract_renewed", "step"), ("契約更新", "step"), ("order_page_viewed", "step"), ("購入検討", "step"),
    ],
)  # fmt: skip
def test_names_of_wins_and_losses(name, kind):
    assert kind_of(name) == kind


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.builds(
            EventSeen,
            st.text(max_size=10),
            st.integers(0, 9),
            st.integers(0, 99),
            st.floats(0, 1),
            st.none() | st.floats(0, 1),
        ),
        max_size=12,
        unique_by=lambda e: e.name,
    )
)
def test_any_names_give_a_map_without_errors(observed):
    try:
        written = draft_text("m", observed)
    except NothingToDraftError:
        return
    assert [p for p in check(written) if p.severity == "error"] == []
    assert 1 <= len(draft("m", observed).main_line) <= 7 or draft("m", observed).failures


CHANGES = [
    EventSeen("proposal", 40, 50, 0.2, 0.9, field="dealstage"),
    EventSeen("closedwon", 20, 20, 0.9, 0.0, field="dealstage"),
    EventSeen("opportunity_won", 10, 10, 0.9, 0.0),
]


def test_changes_of_a_field_are_stages_by_their_new_value():
    with use("en"):
        written = draft_text("m", CHANGES)
    assert (
        "# Of the fields whose changes are recorded, dealstage gives stages: one for each of its values.\n" in written
    )
    assert "    enters_when: [{field: {name: dealstage, to: proposal}}]\n" in written
    won = draft("m", CHANGES).stages[-1]
    assert won.kind == "success"
    assert "{field: {name: dealstage, to: closedwon}}" in written.partition("kind: success")[2]
    assert "{event: opportunity_won}" in written.partition("kind: success")[2]


@pytest.mark.parametrize(
    ("fields", "chosen"),
    [
        ([FieldSeen("amount", 90, 60), FieldSeen("dealstage", 50, 30), FieldSeen("フェーズ", 70, 5)], "フェーズ"),
        ([FieldSeen("amount", 90, 60), FieldSeen("region", 50, 3), FieldSeen("owner", 60, 13)], "region"),
        ([FieldSeen("amount", 90, 60), FieldSeen("seen", 90, 1)], None),
        ([], None),
    ],
)
def test_the_field_that_gives_stages(fields, chosen):
    assert field_of_stages(fields) == chosen
