"""How a journey ended, in the words of the map."""

import re
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import tabiji
from tabiji.journeymap import load
from tabiji.journeymap.loss import loss_of
from tabiji.web.outcome_words import headed, outcome_words
from web_cast import MAP, client_of

AFTER = MAP.replace("{ja: 失注, en: Lost}", "{ja: 解約, en: Cancelled}")


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def reads(filled_folder: Path, tmp_path: Path):
    shutil.copytree(filled_folder, tmp_path / "copied")
    with tabiji.open(tmp_path / "copied") as opened:
        opened.maps.add(AFTER)
        client: TestClient = client_of(opened)
        client.cookies.set("tabiji_lang", "en")
        yield client


def test_the_only_failure_of_a_map_names_what_was_lost() -> None:
    assert outcome_words(load(AFTER))["lost"] == "Cancelled"


def test_funnel_and_paths_say_it_as_the_map_does(reads: TestClient) -> None:
    funnel = reads.get("/maps/new-business/funnel").text
    assert "went silent Cancelled" in plain(funnel) and '<span class="unseen">Cancelled</span>' in funnel
    paths = reads.get("/maps/new-business/paths").text
    assert re.search(r'<span class="bad">Cancelled \d+</span>', paths) and ">Cancelled</text>" in paths


def test_two_ways_to_leave_after_the_sale_are_named_together_and_before_it_the_general_word_stands() -> None:
    reduced = "  - {id: reduced, name: {ja: 縮小, en: Reduced}, kind: failure, enters_when: [{event: seats_reduced}]}\n"
    two = AFTER.rstrip() + "\n" + reduced
    assert len(load(two).failures) == 2
    assert loss_of(load(two)) == {}
    after = re.sub(r", milestone: won", "", re.sub(r"id: won\b", "id: renewed", two))
    assert loss_of(load(after)) == {"ja": "解約・縮小", "en": "Cancelled, Reduced"}


@pytest.mark.parametrize(
    "page",
    ["", "/funnel", "/dwell", "/paths", "/plan", "/accounts", "/receipt/funnel?stage={0}", "/receipt/dwell?stage={0}", "/receipt/dwell?stage={0}&measure=advance",
     "/receipt/accounts?measure=stay&stage={0}", "/receipt/conformance?measure=fitting", "/receipt/cohorts?age=30"],
)  # fmt: skip
def test_sentences_call_a_loss_what_the_map_calls_it(reads: TestClient, page: str) -> None:
    reads.cookies.set("tabiji_lang", "ja")
    first = load(AFTER).main_line[0].id
    answer = reads.get("/maps/new-business" + page.format(first))
    assert answer.status_code == 200
    assert "失注" not in answer.text and "{loss}" not in answer.text


def test_the_answer_of_a_result_and_of_one_account_say_it_too(reads: TestClient) -> None:
    measured = reads.app.state.workspace.map("new-business")
    assert "解約" in measured.funnel().explain("ja")
    lost = next(row.id for row in measured.accounts(outcome="lost").accounts)
    said = measured.why(lost).stands("ja")
    assert "解約となりました" in said and "失注" not in said


def test_a_word_that_stands_alone_begins_with_a_capital() -> None:
    assert [headed(word) for word in ("open", "went silent", "受注", "")] == ["Open", "Went silent", "受注", ""]


def test_tabs_and_marks_of_the_list_begin_with_a_capital_in_english(reads: TestClient) -> None:
    page = plain(reads.get("/maps/new-business/accounts").text)
    assert re.search(r"\bOpen \d", page) and re.search(r"\bWon \d", page) and not re.search(r"\b(open|won) \d", page)
