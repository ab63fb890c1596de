"""The page of a map over a workspace with the deals of thirty companies: figures, receipts, versions, downloads, empty states."""

import html
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from tabiji.workspace import Workspace
from web_cast import MAP, client_of, fill

PAGE = "/maps/new-business"
RICH = (
    MAP
    + """\
touchpoints:
  - {id: deal, name: {ja: 商談, en: Meeting}, offline: true, stages: [aware], matches: [{event: opportunity_opened}]}
lanes:
  champion:
    aware: {actions: [{text: {ja: 比較表をつくる, en: Draws up a comparison}}], questions: [{ja: 例は？, en: "Who else?"}], emotion: 0.5, evidence: reported}
pain_points:
  - {stage: quote, text: {ja: 決裁者に届かない, en: Does not reach the decision maker}, evidence: observed}
initiatives:
  - {id: paper, stage: quote, name: {ja: ROI 白書, en: ROI paper}, kind: indirect, grade: A}
kpis:
  - {id: wins, stage: won, name: {ja: 受注, en: Wins}, measure: {reached: won}, target: 10}
personas:
  - {id: maker, kind: company, name: {ja: 製造業, en: Manufacturers}, rule: "industry = '製造業'"}
"""
)


@pytest.fixture
def rich(workspace: Workspace, tmp_path: Path) -> TestClient:
    """A workspace with data and two versions of a map; the newer one has lanes."""
    fill(workspace, tmp_path / "files")
    workspace.maps.add(MAP)
    workspace.maps.add(RICH)
    workspace.map("new-business").funnel()
    made = client_of(workspace)
    made.cookies.set("tabiji_lang", "en")
    return made


def plain(page: str) -> str:
    """The words of a page, without its elements."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def columns(page: str) -> list[str]:
    return re.findall(r'<section class="col stage.*?</section>', page, re.S)


def test_stages_show_what_the_funnel_counts(reader: TestClient, filled: Workspace):
    page = reader.get(PAGE).text
    result = filled.map("new-business").funnel()
    assert [s.n for s in result.stages] == [30, 23, 8]
    heads = [plain(c) for c in columns(page)]
    assert [re.search(r"^ \d ([A-Za-z]+)", re.sub("^ biggest loss", "", h)).group(1) for h in heads] == [
        "Awareness",
        "Quote",
        "Won",
    ]  # type: ignore[union-attr]
    shown = [
        re.search(r'<div class="counts">.*?<a class="figure"[^>]*>([\d,]+)</a>', c, re.S).group(1)
        for c in columns(page)
    ]  # type: ignore[union-attr]
    assert shown == ["30", "23", "8"]


def test_the_bottleneck_is_the_stage_before_the_biggest_loss(reader: TestClient, filled: Workspace):
    worst = filled.map("new-business").funnel().biggest_loss
    assert worst is not None
    hot = [c for c in columns(reader.get(PAGE).text) if 'class="col stage k' in c and " hot" in c.split(">")[0]]
    assert len(hot) == 1
    names = {"aware": "Awareness", "quote": "Quote", "won": "Won"}
    assert f">{names[worst.from_]}</h2>" in hot[0]
    assert "biggest loss" in hot[0]


def test_the_next_move_says_where_how_many_and_how_sure(reader: TestClient):
    told = plain(reader.get(PAGE).text)
    assert re.search(
        r"(Awareness → Quote|Quote → Won) loses most: of \d+ companies, \d+% go on within 60 days \(95% interval", told
    )


def test_every_figure_opens_a_receipt_that_exists(rich: TestClient):
    links = re.findall(r'data-receipt href="([^"]+)"', rich.get(f"{PAGE}?industry=製造業").text)
    kinds = {re.search(r"/receipt/(\w+)", link).group(1) for link in links}  # type: ignore[union-attr]
    assert kinds == {"funnel", "dwell", "reach", "kpi"}
    for link in set(links):
        address = html.unescape(link)
        assert "industry=%E8%A3%BD" in address
        assert rich.get(address).status_code == 200, address


def test_the_receipt_of_a_reach_tells_its_counts(rich: TestClient):
    told = plain(rich.get(f"{PAGE}/receipt/reach?stage=aware&touchpoint=deal").text)
    assert "Meeting · Awareness" in told
    assert "100%" in told
    assert "Denominator 30 journeys that reached Awareness" in told


def test_the_receipt_of_a_kpi_tells_what_it_counts_and_its_target(rich: TestClient):
    told = plain(rich.get(f"{PAGE}/receipt/kpi?kpi=wins").text)
    assert "Wins" in told
    assert "Journeys that reached the stage." in told
    assert re.search(r"target 10\b", told)


@pytest.mark.parametrize(
    "query", ["reach?stage=aware&touchpoint=dael", "reach?stage=awaer&touchpoint=deal", "presence?role=bos", "emotion?stage=x", "kpi?kpi=winz"]
)  # fmt: skip
def test_a_receipt_of_nothing_says_so(rich: TestClient, query: str):
    answer = rich.get(f"{PAGE}/receipt/{query}")
    assert answer.status_code == 404
    assert "there is no" in plain(answer.text)


def test_lanes_findings_initiatives_and_personas_are_laid_out(rich: TestClient):
    page = rich.get(PAGE).text
    aware, quote, won = columns(page)
    assert "Draws up a comparison" in aware
    assert "<q>Who else?</q>" in aware
    assert 'aria-label="reported"' in aware
    assert 'aria-label="in person"' in aware
    assert "Does not reach the decision maker" in quote
    assert re.search(r"ROI paper</span>\s*<em class=\"grade A\">A</em>", quote)
    assert "/ 10" in won
    assert '<span class="chip">Manufacturers</span>' in page
    assert plain(page).count("Champion") >= 1


def test_an_empty_cell_is_a_dash_and_a_role_that_the_map_does_not_have_has_no_lane(rich: TestClient):
    page = rich.get(PAGE).text
    _, quote, _ = columns(page)
    lane = re.search(r'<div class="cell lane blank">.*?</div>', quote, re.S)
    assert lane is not None
    assert plain(lane.group(0)).strip() == "Champion —"
    assert "Decision maker" not in plain(page).replace("reach the decision maker", "")


def test_an_older_version_can_be_looked_at_and_its_receipts_are_of_that_version(rich: TestClient):
    newest, older = rich.get(PAGE).text, rich.get(f"{PAGE}?version=1").text
    assert "Draws up a comparison" in newest
    assert "Draws up a comparison" not in older
    assert re.findall(r'href="/maps/new-business\?version=(\d)"( aria-current="page")?', older) == [
        ("2", ""),
        ("1", ' aria-current="page"'),
    ]
    links = re.findall(r'data-receipt href="([^"]+)"', older)
    assert links
    assert all("version=1" in link for link in links)
    assert rich.get(f"{PAGE}?version=9").status_code == 404


def test_downloads_carry_name_version_and_type(rich: TestClient):
    kinds = {"svg": "image/svg+xml", "png": "image/png", "yaml": "application/yaml", "json": "application/json"}
    for extension, media_type in kinds.items():
        answer = rich.get(f"{PAGE}/export.{extension}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == media_type
        assert answer.headers["content-disposition"] == f'attachment; filename="new-business-v2.{extension}"'
    assert rich.get(f"{PAGE}/export.yaml").text == RICH
    assert rich.get(f"{PAGE}/export.yaml?version=1").text == MAP
    drawn = ElementTree.fromstring(rich.get(f"{PAGE}/export.svg?lang=en").text)
    assert "Draws up a comparison" in " ".join(
        "".join(t.itertext()) for t in drawn.iter("{http://www.w3.org/2000/svg}text")
    )


@pytest.mark.parametrize(
    ("extension", "words"), [("pdf", "what works: .svg, .png, .yaml, .json"), ("svgz", "what works")]
)
def test_a_format_that_does_not_work_says_which_do(reader: TestClient, extension: str, words: str):
    answer = reader.get(f"{PAGE}/export.{extension}")
    assert answer.status_code == 400
    assert words in plain(answer.text)


def test_a_map_without_data_shows_its_plan_and_what_to_bring(client: TestClient, workspace: Workspace):
    workspace.maps.add(RICH)
    client.cookies.set("tabiji_lang", "en")
    page = client.get(PAGE).text
    assert "Draws up a comparison" in page
    assert "Nothing was measured on this map yet." in plain(page)
    assert 'href="/start"' in page
    assert 'class="water"' not in page


def test_filters_that_nobody_meets_are_told_apart_from_no_data(reader: TestClient):
    told = plain(reader.get(f"{PAGE}?segment=employees > 1000000").text)
    assert "No journey meets these conditions." in told
    assert "Nothing was measured on this map yet." not in told


def test_the_filter_bar_is_folded_until_it_filters(reader: TestClient):
    assert '<details class="fold no-print"><summary>' in reader.get(PAGE).text
    assert '<details class="fold no-print" open><summary>' in reader.get(f"{PAGE}?industry=製造業").text


def test_the_picture_has_a_table_twin(reader: TestClient, filled: Workspace):
    page = reader.get(PAGE).text
    table = re.search(r'<details class="twin.*?</details>', page, re.S)
    assert table is not None
    for stage in filled.map("new-business").funnel().stages:
        assert f'<td class="num">{stage.n}</td>' in table.group(0)


def test_an_unknown_map_is_not_found(reader: TestClient):
    answer = reader.get("/maps/new-busines")
    assert answer.status_code == 404
    assert "did you mean 'new-business'?" in plain(answer.text)
