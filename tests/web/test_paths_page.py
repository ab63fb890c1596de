"""The Paths page: the flow with its slider, variants, ways back, table twin, receipts, empty states."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import tabiji
from tabiji import i18n
from tabiji.workspace import Workspace
from web_cast import MAP, client_of, fill

PAGE = "/maps/new-business/paths"
TOUCHED = (
    MAP.replace("id: new-business", "id: touched")
    + """\
touchpoints:
  - {id: talk, name: {ja: 商談, en: Talk}, matches: [{event: opportunity_opened}]}
  - {id: quote, name: {ja: 見積書, en: Quotation}, matches: [{event: quoted}]}
"""
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a map that has touchpoints, and one that has none."""
    root = tmp_path_factory.mktemp("paths")
    with tabiji.init(root / "ws") as made:
        fill(made, root / "files")
        made.maps.add(MAP)
        made.maps.add(TOUCHED)
    return root / "ws"


@pytest.fixture
def opened(folder: Path) -> Iterator[Workspace]:
    """The workspace, opened."""
    with tabiji.open(folder) as workspace:
        yield workspace


@pytest.fixture
def visitor(opened: Workspace) -> TestClient:
    """An English reader."""
    made = client_of(opened)
    made.cookies.set("tabiji_lang", "en")
    return made


def plain(page: str) -> str:
    """The words of a page, without its elements."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def links(page: str) -> list[str]:
    """Addresses of the receipts of a page."""
    found = re.findall(r'<a class="figure" data-receipt(?:="")? href="([^"]+)"', page)
    return [link.replace("&amp;", "&") for link in found]


def test_the_answer_the_flow_and_every_variant_are_shown(visitor: TestClient, opened: Workspace) -> None:
    page = visitor.get(PAGE).text
    result = opened.map("new-business").paths(once=True)
    words = plain(page)
    with i18n.use("en"):
        assert result.explain() in words
    assert "Drawn: 9 of 9 pairs, which carry 100% of the 88 steps." in words
    assert "<title>Awareness → Quote: 20 times, median 10 days</title>" in page
    assert 'stroke-dasharray="5 4"' in page and "Dashed: the order that the map plans." in words
    assert len(re.findall('<span class="steps">', page.split('id="loops"')[0])) == len(result.variants)
    assert "No journey has come back to where it was before." in words
    medians = re.findall(r'data-label="First to last step \(median\)"><a[^>]*>([^<]+)</a>', page)
    assert len(medians) == len(result.variants) and all(m.endswith((" days", " day")) for m in medians)


@pytest.mark.parametrize("query", ["", "?returns=1&industry=製造業", "?by=industry&returns=1"])
@pytest.mark.parametrize("of", ["new-business", "touched"])
def test_every_figure_opens_a_receipt(visitor: TestClient, query: str, of: str) -> None:
    page = visitor.get(f"/maps/{of}/paths{query}").text
    found = links(page)
    assert len(found) > 20
    for link in found:
        answer = visitor.get(link)
        assert answer.status_code == 200, link
        assert "Fingerprint" in answer.text
    assert all(("industry=" in link) == ("industry=" in query) for link in found)


def test_touch_level_says_what_is_left_out(visitor: TestClient, opened: Workspace) -> None:
    page = visitor.get("/maps/touched/paths?level=touch&returns=1").text
    result = opened.map("touched").paths(level="touch")
    assert [v.path for v in result.variants] == [("talk", "quote"), ("talk",)]
    words = plain(page)
    assert f"{result.total.other_events} events inside the journeys meet no touchpoint" in words
    assert "Talk → Quotation" in words and "Reached success" in words
    for link in links(page):
        assert visitor.get(link).status_code == 200, link
    assert "level=touch" in links(page)[0]


def test_a_receipt_repeats_the_question(visitor: TestClient) -> None:
    page = visitor.get("/maps/touched/receipt/paths?measure=edge&a=talk&b=quote&level=touch&returns=1").text
    assert "20 times" in page and "--level touch" in page and "--once" not in page
    rest = plain(visitor.get("/maps/touched/receipt/paths?measure=rest").text)
    assert "0 further paths" in rest and "0 journeys of these paths" in rest
    refused = visitor.get("/maps/touched/receipt/paths?measure=edge&a=quote&b=talk")
    assert refused.status_code == 404
    for wrong in (
        "measure=path",
        "measure=variant&path=%5B%22x%22%5D",
        "measure=variant&path=%7B",
        "measure=loop&a=x&b=y",
    ):
        assert visitor.get(f"/maps/touched/receipt/paths?{wrong}").status_code == 404, wrong


def test_a_receipt_tells_days_as_the_page_does(visitor: TestClient) -> None:
    page = visitor.get("/maps/touched/paths?level=touch&returns=1").text
    days = re.findall(r'href="([^"]+)"[^>]*>([\d.]+ days?)</a>', page)
    assert days
    for link, shown in days:
        assert shown in plain(visitor.get(link.replace("&amp;", "&")).text), link


def test_the_slider_hides_rare_pairs_and_says_so(visitor: TestClient) -> None:
    page = visitor.get(f"{PAGE}?cover=40").text
    assert re.search(r'name="cover" min="5" max="100" step="5" value="40"', page)
    drawn = re.search(r"Drawn: (\d+) of 9 pairs, which carry ([\d.]+)% of the 88 steps", page)
    assert drawn is not None and int(drawn[1]) < 9 and float(drawn[2]) >= 40
    for odd in ("0", "1000000000000000000000", "-3", "x"):
        assert "Drawn: 9 of 9" in visitor.get(f"{PAGE}?cover={odd}").text


def test_the_address_keeps_level_returns_and_filters(visitor: TestClient) -> None:
    page = visitor.get("/maps/touched/paths?level=touch&returns=1&industry=製造業").text
    assert page.count('name="level" value="touch"') == 2 and page.count('name="returns" value="1"') == 2
    assert '<a class="tab" href="?industry=%E8%A3%BD%E9%80%A0%E6%A5%AD&amp;level=stage&amp;returns=1">' in page


def test_segments_stand_beside_each_other(visitor: TestClient) -> None:
    words = plain(visitor.get(f"{PAGE}?by=industry").text)
    assert re.search(r"Different paths (卸売業|製造業) 15 Awareness", words)


def test_the_figures_come_as_csv(visitor: TestClient, opened: Workspace) -> None:
    answer = visitor.get("/maps/touched/paths.csv?level=touch&returns=1")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(r["from"], r["to"], int(r["n"])) for r in rows] == [
        (e.from_, e.to, e.n) for e in opened.map("touched").paths(level="touch").edges
    ]


def test_empty_states_say_what_to_do(visitor: TestClient, client: TestClient) -> None:
    assert "No journey fits these filters" in visitor.get(f"{PAGE}?industry=none").text
    assert "This map has no touchpoints" in visitor.get(f"{PAGE}?level=touch").text
    client.cookies.set("tabiji_lang", "en")
    client.app.state.workspace.maps.add(MAP)  # type: ignore[attr-defined]
    assert "No event in the data fires a stage of this map yet" in client.get(PAGE).text


def test_the_page_speaks_japanese(opened: Workspace) -> None:
    made = client_of(opened)
    made.cookies.set("tabiji_lang", "ja")
    words = plain(made.get(PAGE).text)
    assert "認知" in words and "Ways back" not in words and "Drawn" not in words


def test_the_answer_stands_before_the_switches(visitor: TestClient) -> None:
    page = visitor.get(PAGE).text
    assert page.index('class="answer"') < page.index('class="switches"')
