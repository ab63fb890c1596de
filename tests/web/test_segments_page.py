"""Saved segments in the pages: kept from the filters, picked in the filters, listed, removed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import tabiji
from tabiji.web.filters import read_filters
from tabiji.workspace import Workspace
from web_cast import ADDRESS, MAP, client_of, fill

FUNNEL = "/maps/new-business/funnel"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("segments")
    with tabiji.init(root / "ws") as made:
        fill(made, root / "files")
        made.maps.add(MAP)
    return root / "ws"


@pytest.fixture
def ws(folder: Path) -> Iterator[Workspace]:
    with tabiji.open(folder) as opened:
        yield opened
        for segment in opened.segments.list():
            opened.segments.remove(segment.id)


@pytest.fixture
def browser(ws: Workspace) -> TestClient:
    made = client_of(ws)
    made.cookies.set("tabiji_lang", "en")
    return made


def test_a_saved_segment_is_one_of_the_picks() -> None:
    filters = read_filters({"saved": "big", "industry": "製造業", "segment": "region = 'x'", "from": "2026-01-01"})
    assert filters.flags == {"from": "2026-01-01", "segment": "industry = '製造業' AND @big AND (region = 'x')"}
    assert read_filters({"saved": "big"}).sql == "@big"
    assert filters.query_of_time == "from=2026-01-01"


def test_what_is_picked_can_be_kept_and_is_picked_by_its_name_from_then_on(browser: TestClient, ws: Workspace) -> None:
    page = browser.get(f"{FUNNEL}?industry=製造業&from=2026-01-01&min_n=1")
    assert "Save this filter as a segment" in page.text and "Saved segment" not in page.text
    form = {
        "id": "makers",
        "called": "Makers",
        "condition": "industry = '製造業'",
        "back": f"{FUNNEL}?from=2026-01-01&min_n=1",
    }
    kept = browser.post("/segments", data=form, follow_redirects=False)
    assert (kept.status_code, kept.headers["location"]) == (303, f"{FUNNEL}?from=2026-01-01&min_n=1&saved=makers")
    assert ws.segments.get("makers").name == {"en": "Makers"}
    after = browser.get(kept.headers["location"])
    assert '<option value="makers" selected>Makers</option>' in after.text
    assert "Save this filter as a segment" not in after.text  # it is one already
    receipt = browser.get("/maps/new-business/receipt/funnel?stage=aware&saved=makers&min_n=1").text
    assert "@makers = <code>industry = &#39;製造業&#39;</code>" in receipt


def test_segments_are_listed_and_removed(browser: TestClient, ws: Workspace) -> None:
    assert "No segment yet" in browser.get("/segments").text
    ws.segments.add("大手", "employees >= 300")
    page = browser.get("/segments").text
    assert "@大手" in page and "<code>employees &gt;= 300</code>" in page
    gone = browser.post("/segments/大手/remove", follow_redirects=False)
    assert (gone.status_code, gone.headers["location"], ws.segments.list()) == (303, "/segments", [])
    assert browser.get(f"{FUNNEL}?saved=大手").status_code == 404


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"id": "x", "condition": "employes > 3"}, 400),
        ({"id": "two words", "condition": "employees > 3"}, 400),
        ({"id": "x"}, 422),
    ],
)
def test_what_cannot_be_kept_is_said_calmly(
    browser: TestClient, ws: Workspace, form: dict[str, str], status: int
) -> None:
    answer = browser.post("/segments", data=form)
    assert answer.status_code == status and "Traceback" not in answer.text
    assert ws.segments.list() == []


@pytest.mark.parametrize(
    "back", ["https://evil.example/maps/x", "//evil.example/maps/", "/\\evil.example", "javascript:x", ""]
)
def test_nobody_is_led_to_another_site(browser: TestClient, back: str) -> None:
    kept = browser.post(
        "/segments", data={"id": "x", "condition": "employees > 3", "back": back}, follow_redirects=False
    )
    assert kept.headers["location"] == "/segments"


def test_another_site_cannot_keep_or_remove(ws: Workspace) -> None:
    ws.segments.add("x", "employees > 3")
    stranger = TestClient(client_of(ws).app, base_url=ADDRESS, headers={"Origin": "https://evil.example"})
    assert stranger.post("/segments", data={"id": "y", "condition": "employees > 3"}).status_code == 403
    assert stranger.post("/segments/x/remove").status_code == 403
    assert [s.id for s in ws.segments.list()] == ["x"]


def test_without_a_map_the_page_leads_to_bringing_data(client: TestClient):
    assert '<a class="solid" href="/start">Bring data</a>' in client.get("/segments?lang=en").text
