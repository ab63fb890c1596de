"""The bottleneck on the map's page and on the Funnel page: money, receipts, what separates, empty states."""

import html
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tabiji.metrics.bottleneck.factor_result import Factor, Factors
from tabiji.metrics.bottleneck.result import BottleneckResult, StakeFigures
from tabiji.settings import Settings
from tabiji.web.pages.funnel.factors import compared
from tabiji.workspace import Workspace
from web_cast import MAP, client_of, fill

PLANNED = MAP.replace("  - id: quote\n", "  - id: quote\n    target_share: 0.9\n").replace(
    "  - id: aware\n", "  - id: aware\n    target_share: 0.8\n"
)
TOUCHED = PLANNED + (
    "touchpoints:\n  - {id: offer, name: {ja: 見積書, en: Quotation}, matches: [{event: quoted}]}\n"
    "  - {id: opening, name: {ja: 初回, en: Opening}, matches: [{event: opportunity_opened}]}\n"
)


@pytest.fixture
def planned(workspace: Workspace, tmp_path: Path) -> TestClient:
    """The deals with a map that plans its shares."""
    fill(workspace, tmp_path / "files")
    workspace.maps.add(TOUCHED)
    made = client_of(workspace)
    made.cookies.set("tabiji_lang", "en")
    return made


def plain(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_the_next_move_tells_the_loss_and_opens_its_receipt(planned: TestClient, workspace: Workspace) -> None:
    top = workspace.map("new-business").bottleneck(no_factors=True, min_n=5).top
    assert top is not None
    page = planned.get("/maps/new-business?min_n=5").text
    told = plain(page)
    assert re.search(r"Quote → Won loses ¥[\d.]+M a year \(95% interval ¥[\d.]+M?–[\d.]+M\)", told)
    assert "Of 23 companies" in told and "(planned 90%)" in told
    (link,) = {x for x in re.findall(r'data-receipt href="([^"]+)"', page) if "/receipt/stake" in x}
    receipt = plain(planned.get(html.unescape(link)).text)
    assert "Quote → Won" in receipt and "basic bootstrap" in receipt and "bottleneck new-business" in receipt
    assert "entries × (reference − share)" in receipt
    assert (
        "Filters Least n of a rate 5 As of" in receipt
    )  # what a page leaves out of its question is no filter of the reader


def test_what_separates_comes_after_the_page(planned: TestClient) -> None:
    page = planned.get("/maps/new-business?min_n=5").text
    assert "Comparing those that went on with the others" in page
    address = html.unescape(re.search(r'hx-get="([^"]+/separates[^"]*)"', page).group(1))  # type: ignore[union-attr]
    assert "min_n=5" in address
    part = planned.get(address).text
    assert part.strip().startswith('<small id="separates"') and "hx-get" not in part
    assert "separate" in plain(part)


def test_without_plan_and_segment_the_page_tells_how_many_leave(reader: TestClient) -> None:
    page = reader.get("/maps/new-business").text
    assert "loses most" in plain(page)
    assert "/separates" not in page and "/receipt/stake" not in page


def test_the_funnel_page_ranks_transitions_in_money(planned: TestClient) -> None:
    page = planned.get("/maps/new-business/funnel?min_n=5").text
    table = re.search(r'<table class="grid stakes">.*?</table>', page, re.S).group(0)  # type: ignore[union-attr]
    rows = [plain(row) for row in re.findall(r"<tr.*?</tr>", table, re.S)[1:]]
    assert [re.match(r" *(\d) *(\S+) → (\S+)", row).groups() for row in rows] == [  # type: ignore[union-attr]
        ("1", "Quote", "Won"), ("2", "Awareness", "Quote"),
    ]  # fmt: skip
    assert table.count("<svg") == 2
    for link in re.findall(r'data-receipt href="([^"]+)"', page):
        assert planned.get(html.unescape(link)).status_code == 200, link


def test_factors_of_another_transition_can_be_asked_for(planned: TestClient) -> None:
    page = planned.get("/maps/new-business/funnel?min_n=2&of=aware").text
    assert re.search(r'of=aware#separates" aria-current="true"', page)
    assert "What separates those who went on" in plain(page)
    assert planned.get("/maps/new-business/funnel?of=nowhere").status_code == 404


def test_steps_in_order_have_no_stakes(planned: TestClient) -> None:
    assert 'id="bottlenecks"' not in planned.get("/maps/new-business/funnel?mode=ordered").text
    assert planned.get("/maps/new-business?mode=ordered").status_code == 200


def test_few_deals_are_told_in_journeys_with_the_reason(planned: TestClient) -> None:
    told = plain(planned.get("/maps/new-business/funnel?min_n=9").text)
    assert "fewer than 9: what is at stake is told in journeys" in told
    assert "Bottlenecks in money" not in told


def test_an_unknown_factor_or_stage_has_no_receipt(planned: TestClient) -> None:
    assert planned.get("/maps/new-business/receipt/stake?stage=nowhere").status_code == 404
    assert planned.get("/maps/new-business/receipt/factor?stage=aware&what=role&key=nobody").status_code == 404


def test_the_table_can_be_saved(planned: TestClient) -> None:
    page = planned.get("/maps/new-business/funnel?min_n=5").text
    address = html.unescape(re.search(r'href="([^"]+bottleneck\.csv[^"]*)"', page).group(1))  # type: ignore[union-attr]
    lines = planned.get(address).text.splitlines()
    assert lines[0].lstrip("\ufeff").startswith("from,to,n_per_year,share")
    assert [line.split(",")[:2] for line in lines[1:]] == [["aware", "quote"], ["quote", "won"]]


def test_the_receipt_of_a_factor_says_what_it_is_alike_in(planned: TestClient, workspace: Workspace) -> None:
    factors = workspace.map("new-business").bottleneck(stage="aware", min_n=2).factors
    assert factors is not None
    for factor in factors.items:
        address = f"/maps/new-business/receipt/factor?min_n=2&stage=aware&what={factor.kind}&key={factor.key}"
        told = plain(planned.get(address).text)
        assert "among journeys alike in size, channel of the first touch, time already spent in the stage" in told
        assert "resamples" not in told
    assert {f.key for f in factors.items} == {"opening"}  # a quotation is what brings a journey on


def test_the_funnel_page_tells_it_by_segment_where_asked(planned: TestClient, workspace: Workspace) -> None:
    page = planned.get("/maps/new-business/funnel?min_n=1").text
    assert "At stake by segment" in page and "as if it had been asked about alone" not in page
    chosen = planned.get("/maps/new-business/funnel?min_n=1&by=industry").text
    assert "as if it had been asked about alone" in plain(chosen)
    links = {html.unescape(x) for x in re.findall(r'data-receipt href="([^"]+)"', chosen) if "/receipt/stake" in x}
    link = min(x for x in links if "value=" in x and "stage=quote" in x)
    receipt = plain(planned.get(link).text)
    assert "Quote → Won · " in receipt and "--by industry" in receipt
    assert planned.get(link.replace("value=", "value=x")).status_code == 404
    said = "Where too few won deals tell an amount, journeys are counted."
    for by in ("industry", "name = name"):
        found = workspace.map("new-business").bottleneck(no_factors=True, min_n=1, by=by)
        mixed = any(g.currency is None for g in found.groups)
        assert mixed == (by == "industry")
        assert (said in plain(planned.get("/maps/new-business/funnel", params={"min_n": "1", "by": by}).text)) == mixed
    sheet = planned.get("/maps/new-business/bottleneck.csv?min_n=1&by=industry").text
    assert "group" in sheet.splitlines()[0]


def test_what_separates_is_told_by_segment_where_asked(planned: TestClient, workspace: Workspace) -> None:
    address = "/maps/new-business/funnel?of=aware&min_n=2"
    assert 'class="grid multiples compared"' not in planned.get(address).text
    page = planned.get(f"{address}&by=industry").text
    result = workspace.map("new-business").bottleneck(stage="aware", by="industry", min_n=2)
    table = page.split('class="grid multiples compared"')[1].split("</table>")[0]
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="num" data-label="Went on">([^<]+)</td>', table)
    assert result.factors is not None and len(result.groups) > 1
    told = [result.factors, *(g.factors for g in result.groups)]
    assert rows[0][0] == "All"
    assert [counts for _, counts in rows] == [f"{f.went} / {f.n}" for f in told if f is not None]
    assert re.search(r'by=industry[^"]*of=aware#separates-by" aria-current="true"', page)


def test_the_receipt_of_a_factor_can_be_asked_of_one_segment(planned: TestClient, workspace: Workspace) -> None:
    result = workspace.map("new-business").bottleneck(stage="aware", by="industry", min_n=2)
    group = result.groups[0]
    assert group.factors is not None
    factor = group.factors.items[0]
    address = f"/maps/new-business/receipt/factor?min_n=2&by=industry&stage=aware&what={factor.kind}&key={factor.key}"
    sheet = plain(planned.get(f"{address}&value={group.value}").text)
    assert str(group.value) in sheet and "--by industry" in sheet
    assert f"{factor.n_with} journeys, {factor.went_with} went on" in sheet
    assert planned.get(f"{address}&value=nobody").status_code == 404


def test_segments_are_compared_by_what_separates_in_all_and_each_tells_its_own_best() -> None:
    def factor(key: str, ratio: float | None, q: float | None) -> Factor:
        low, high = (None, None) if ratio is None else (ratio / 1.5, ratio * 1.5)
        return Factor("role", key, 20, 30, 9, 8, 60, 90, ratio, low, high, q, q, None if ratio else "n<10")

    champion, buyer = factor("champion", 3.0, 0.001), factor("buyer", 1.4, 0.3)
    own, thin = factor("buyer", 5.0, 0.01), factor("champion", None, None)
    result = BottleneckResult.__new__(BottleneckResult)
    object.__setattr__(result, "factors", Factors("a", "b", 50, 17, (), (champion, buyer)))
    figures = StakeFigures("x", 20, (), factors=Factors("a", "b", 20, 6, (), (own, thin)))
    object.__setattr__(result, "groups", (figures,))
    every, x = compared(result, [champion], "kind", Settings())
    assert (every.value, every.n, every.went, every.cells, every.best) == (None, 50, 17, (champion,), champion)
    assert (x.value, x.label, x.cells, x.best) == ("x", "x", (thin,), own)
