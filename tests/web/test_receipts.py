"""Receipts of figures: definition, numbers behind it, provenance, the question as CLI and Python."""

import html
import re
from dataclasses import fields

import pytest
from starlette.testclient import TestClient

import tabiji.web.pages.funnel.receipt  # noqa: F401 – registers its kind
from tabiji.errors import NotFoundError
from tabiji.web.filters import Filters
from tabiji.web.flag_words import FLAG_LABELS
from tabiji.web.receipts import build_receipt
from tabiji.workspace import Workspace
from tabiji.workspace.questions import QUESTIONS

HERE = "/maps/new-business/receipt/funnel"


def test_a_receipt_tells_everything_behind_a_figure(reader: TestClient, filled: Workspace):
    page = html.unescape(reader.get(f"{HERE}?stage=aware&measure=naive&segment=industry = '製造業'").text)
    result = filled.map("new-business").funnel(segment="industry = '製造業'")
    t = result.transitions[0]
    assert "Awareness → Quote" in page
    assert f"{t.naive.share:.0%}" in page
    for expected in (
        f"<b>{t.n_to}</b> went on",
        f"<b>{t.n_from}</b> entered Awareness",
        "95%, Wilson score",
        "Condition <code>industry = '製造業'</code>",
        result.provenance.fingerprint,
        "Of all who entered Awareness",
        "new-business · v1",
    ):
        assert expected in page, expected


def test_the_question_can_be_asked_again_as_cli_and_as_python(reader: TestClient, filled: Workspace):
    page = html.unescape(reader.get(f"{HERE}?stage=aware&horizon_days=30").text)
    cli = re.search(r'<pre id="as-cli">(.*?)</pre>', page, re.S).group(1)
    python = re.search(r'<pre id="as-python">(.*?)</pre>', page, re.S).group(1)
    assert cli == f"tabiji -w {filled.folder.root} funnel new-business --horizon-days 30"
    import tabiji

    again = eval(python, {"tabiji": tabiji})
    assert again.to_dict()["transitions"] == filled.map("new-business").funnel(horizon_days=30).to_dict()["transitions"]


def test_filters_are_called_as_the_filter_bar_calls_them(reader: TestClient):
    page = html.unescape(
        reader.get(f"{HERE}?stage=aware&horizon_days=30&min_n=5&industry=製造業&size=300-999&by=size").text
    )
    told = re.search(r"<dt>Filters</dt><dd>(.*?)</dd>", page, re.S)
    assert told is not None
    assert [re.sub("<[^>]+>", "", line) for line in told[1].split("<br>")] == [
        "Horizon (days) 30", "Divided by Size", "Least n of a rate 5", "Industry 製造業", "Size 300–999 employees",
    ]  # fmt: skip
    assert "判定期間（日） <b>30</b>" in reader.get(f"{HERE}?stage=aware&horizon_days=30&lang=ja").text


def test_every_flag_of_every_question_has_a_label():
    flags = {flag.name for question in QUESTIONS.values() for flag in question.flags}
    filters = {f.name.rstrip("_") for f in fields(Filters)}
    assert flags | filters <= set(FLAG_LABELS)


def test_the_default_measure_is_the_one_that_is_shown(filled: Workspace):
    measured = filled.map("new-business")
    shown = build_receipt("funnel", measured, {}, {"stage": "aware"})
    assert shown.share == measured.funnel().transitions[0].censoring_aware
    ordered = build_receipt("funnel", measured, {"mode": "ordered"}, {"stage": "aware"})
    assert ordered.share == measured.funnel(mode="ordered").transitions[0].naive


def test_the_last_stage_has_a_count(filled: Workspace):
    receipt = build_receipt("funnel", filled.map("new-business"), {}, {"stage": "won"})
    assert receipt.share is None
    assert receipt.value == f"{filled.map('new-business').funnel().stages[-1].n} journeys"


def test_a_receipt_of_an_ordered_funnel_defines_what_came_in_order(filled: Workspace):
    measured = filled.map("new-business")
    share, counted = (
        build_receipt("funnel", measured, {"mode": "ordered"}, {"stage": "aware", **more}).definition
        for more in ({}, {"measure": "count"})
    )
    assert share.startswith(
        "Of those who came to Awareness strictly in order, the share that has come to Quote in the same order"
    )
    assert counted.startswith("Journeys that came to Awareness strictly in order: ")


def test_a_group_has_its_own_receipt(filled: Workspace):
    measured = filled.map("new-business")
    receipt = build_receipt("funnel", measured, {"by": "industry"}, {"stage": "aware", "value": "製造業"})
    [group] = [g for g in measured.funnel(by="industry").groups if g.value == "製造業"]
    assert receipt.share == group.transitions[0].censoring_aware
    assert receipt.title == "Awareness → Quote · 製造業"


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("nothing", {}),
        ("funnel", {"stage": "awre"}),
        ("funnel", {"stage": "aware", "measure": "best"}),
        ("funnel", {"stage": "aware", "value": "x"}),
    ],
)
def test_what_is_not_there_is_named_with_the_nearest(filled: Workspace, kind: str, parameters: dict[str, str]):
    with pytest.raises(NotFoundError):
        build_receipt(kind, filled.map("new-business"), {}, parameters)


def test_a_receipt_is_a_page_of_its_own_without_scripts(reader: TestClient):
    page = reader.get(f"{HERE}?stage=aware").text
    assert '<div id="receipt-sheet" class="receipt-sheet">' in page
    assert "<main" in page
