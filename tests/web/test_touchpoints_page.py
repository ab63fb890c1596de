"""The Touchpoints page: models side by side, switches in the address, cost, reach, receipts, empty states."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import tabiji
from credit_lake import fill
from tabiji import i18n
from tabiji.workspace import Workspace
from web_cast import client_of

PAGE = "/maps/deals/touchpoints"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with touches, deals and spend."""
    root = tmp_path_factory.mktemp("touchpoints")
    with tabiji.init(root / "ws") as made:
        fill(made, root / "files")
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


def test_the_models_stand_side_by_side_with_the_answer_above(visitor: TestClient, opened: Workspace) -> None:
    page = visitor.get(PAGE).text
    words = plain(page)
    with i18n.use("en"):
        assert opened.map("deals").credit().explain() in words
    assert page.index('class="answer"') < page.index(
        'class="switches"'
    )  # also on a phone, where the switches take a screen
    for name in ("First touch", "Position 40/20/40", "Full path", "Markov", "Shapley"):
        assert name in words
    assert page.count('<figure class="bump">') == 1 and "Does the ranking hold?" in words
    assert re.search(r"Search ads 100% 26 100% 1", words)


def test_whom_touchpoints_reach_is_told_where_nobody_has_come_to_the_goal(tmp_path: Path) -> None:
    with tabiji.init(tmp_path / "ws") as made:
        fill(made, tmp_path / "files")
        text = made.map("deals").text
        made.maps.add(text.replace("event: opportunity_won", "event: never_happens"))
        client = client_of(made)
        client.cookies.set("tabiji_lang", "en")
        goal = next(s.id for s in made.map("deals").map.main_line if s.kind == "success")
        page = client.get(f"{PAGE}?goal={goal}&by=industry").text
        assert "No journey has entered this stage" in page
        assert page.count('<table class="grid reach">') == 1 + len(made.map("deals").reach(by="industry").groups)


def test_switches_live_in_the_address(visitor: TestClient) -> None:
    page = visitor.get(f"{PAGE}?goal=deal&level=channel&lookback_days=90&industry=").text
    assert re.findall(r'<a class="tab"[^>]*aria-current="true">([^<]+)', page)[:3] == ["Deal", "Channel", "90 days"]
    assert 'href="?goal=won&amp;lookback_days=90&amp;level=channel"' in page
    assert '<input type="hidden" name="goal" value="deal">' in page
    assert "search_ad" in plain(page)


def test_every_figure_opens_its_receipt(visitor: TestClient) -> None:
    links = re.findall(r'data-receipt href="([^"]+)"', visitor.get(f"{PAGE}?lookback_days=90").text)
    assert len(links) > 30
    for link in sorted({link.replace("&amp;", "&") for link in links}):
        answer = visitor.get(link)
        assert answer.status_code == 200, link
        if "/receipt/credit?" in link:
            assert "lookback_days=90" in link and "credit deals --lookback-days 90" in answer.text


def test_a_receipt_names_the_variant_and_says_whether_the_ranking_holds(visitor: TestClient) -> None:
    words = plain(visitor.get("/maps/deals/receipt/credit?model=u&key=search").text)
    assert "U-shaped 50/50: first touch and lead creation." in words and "does the ranking hold?" in words
    assert visitor.get("/maps/deals/receipt/credit?model=best&key=search").status_code == 404
    assert visitor.get("/maps/deals/receipt/credit?model=u&key=nothing").status_code == 404


def test_the_cost_table_follows_the_model_of_the_address(visitor: TestClient) -> None:
    page = visitor.get(f"{PAGE}?cost=last").text
    words = plain(page)
    assert "2026-01-01 to 2026-03-05, in JPY, credit by Last touch" in words
    assert "Spend without credit Exhibitions ¥300k" in words and 'title="300,000 JPY"' in page
    assert "¥3,200" in words  # per entry of Deal


def test_empty_states_say_what_to_do(visitor: TestClient, tmp_path: Path) -> None:
    assert "No journey fits these filters" in visitor.get(f"{PAGE}?from=2031-01-01").text
    assert "spend is not recorded by segment" in visitor.get(f"{PAGE}?segment=industry%20%3D%20'maker'").text
    with tabiji.init(tmp_path / "ws") as made:
        fill(made, tmp_path / "files", with_spend=False)
        bare = client_of(made)
        bare.cookies.set("tabiji_lang", "en")
        page = bare.get(PAGE).text
        assert "No spend is recorded" in page and "to: cost" in page
        without = tmp_path / "map.yaml"
        without.write_text(
            "id: bare\nstages:\n  - {id: won, kind: success, enters_when: [{event: opportunity_won}]}\n", "utf-8"
        )
        made.maps.add(without.read_text("utf-8"))
        assert "Ask by channel" in bare.get("/maps/bare/touchpoints").text


def test_the_download_has_a_row_per_model_and_key(visitor: TestClient) -> None:
    lines = visitor.get(f"{PAGE}.csv?level=channel").text.splitlines()
    assert lines[0] == "\ufeffmodel,key,credit,value_credit,share,low,high" and len(lines) == 1 + 11 * 2


def test_the_page_speaks_japanese(visitor: TestClient) -> None:
    page = visitor.get(f"{PAGE}?lang=ja").text
    assert "タッチポイント" in page and "検索広告" in page


def test_reach_is_divided_by_segment_and_each_figure_has_the_receipt_of_its_group(
    visitor: TestClient, opened: Workspace
) -> None:
    by = "industry"
    page = visitor.get(PAGE, params={"by": by}).text
    found = opened.map("deals").reach(by=by, min_n=1)
    assert [g.value for g in found.groups] != [] and page.count('<table class="grid reach">') == 1 + len(found.groups)
    assert "By segment" in plain(page)
    assert visitor.get(PAGE).text.count('<table class="grid reach">') == 1
    group = found.groups[0]
    met = next(t for t in group.touchpoints if t.share.share)
    asked = {"stage": met.stage, "touchpoint": met.touchpoint, "by": by, "value": group.value, "min_n": "1"}
    receipt = visitor.get("/maps/deals/receipt/reach", params=asked)
    assert receipt.status_code == 200 and f"{met.share.n:,}" in plain(receipt.text)
    assert visitor.get("/maps/deals/receipt/reach", params={**asked, "value": "no such"}).status_code == 404
