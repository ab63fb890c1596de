"""The rail, the doors, and what a page costs."""

import re

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from tabiji.workspace import Workspace
from web_cast import MAP, client_of


def rail(page: str) -> list[tuple[str, str]]:
    """(address, label) of the lines of the rail."""
    part = re.search(r'<div class="pages">(.*?)</div>', page, re.S).group(1)
    return re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', part)


def test_an_empty_workspace_opens_on_the_doors(client: TestClient):
    answer = client.get("/")
    assert answer.url.path == "/start"
    assert answer.status_code == 200


def test_a_workspace_with_a_map_opens_on_it(reader: TestClient):
    assert reader.get("/", follow_redirects=False).headers["location"] == "/maps/new-business"


def test_the_rail_shows_only_pages_that_are_there(client: TestClient, reader: TestClient):
    assert rail(client.get("/start?lang=en").text) == [
        ("/start", "Bring data"),
        ("/data", "Data"),
        ("/settings", "Settings"),
    ]
    lines = rail(reader.get("/data").text)
    assert lines[:3] == [
        ("/maps/new-business", "Map"),
        ("/maps/new-business/funnel", "Funnel"),
        ("/maps/new-business/dwell", "Stays"),
    ]
    assert lines[-5:] == [
        ("/studies", "Studies"),
        ("/start", "Bring data"),
        ("/segments", "Segments"),
        ("/data", "Data"),
        ("/settings", "Settings"),
    ]
    for address, _ in lines:
        assert reader.get(address).status_code == 200, address


def test_the_rail_takes_the_filters_from_map_to_funnel(reader: TestClient):
    page = reader.get("/maps/new-business/funnel?as_of=2026-03-01").text
    lines = {label: address for address, label in rail(page)}
    assert lines["Map"] == "/maps/new-business?as_of=2026-03-01"
    assert lines["Data"] == "/data"


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/maps/new-business", "Map"),
        ("/maps/new-business/funnel", "Funnel"),
        ("/data", "Data"),
        ("/start", "Bring data"),
    ],
)
def test_the_page_that_one_is_on_is_marked(reader: TestClient, path: str, label: str):
    part = re.search(r'<div class="pages">(.*?)</div>', reader.get(path).text, re.S).group(1)
    assert re.findall(r'aria-current="page">([^<]+)<', part) == [label]


def queries(client: TestClient, path: str) -> int:
    """SQL statements that a page asks of the workspace database."""
    asked: list[str] = []

    def note(_con, _cursor, statement, *_):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(asked)


@pytest.mark.parametrize("path", ["/start", "/data", "/settings", "/api/v1/maps"])
def test_three_maps_and_three_imports_cost_no_more_queries_than_one(workspace: Workspace, tmp_path, path: str):
    from web_cast import fill

    client = client_of(workspace)
    fill(workspace, tmp_path / "files")
    workspace.maps.add(MAP)
    client.get(path)
    with_one = queries(client, path)
    for n in (2, 3):
        workspace.maps.add(MAP.replace("id: new-business", f"id: other-{n}"))
        workspace.import_(tmp_path / "files" / "mapping.yaml")
    assert queries(client, path) == with_one


def test_it_works_from_a_phone_and_without_a_mouse(client: TestClient):
    page = client.get("/start?lang=en").text
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert page.index('class="skip" href="#main"') < page.index("<nav")
    assert '<main id="main" tabindex="-1">' in page


def test_one_goes_from_map_to_map_on_the_same_page(workspace: Workspace, client: TestClient):
    workspace.maps.add(MAP)
    assert 'class="which"' not in client.get("/data").text  # with one map there is nothing to choose
    workspace.maps.add(MAP.replace("id: new-business", "id: other").replace("新規導入", "別のマップ"))

    def which(path: str) -> list[tuple[str, str]]:
        part = re.search(r'<div class="which"[^>]*>(.*?)</div>', client.get(path).text, re.S).group(1)
        return re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', part)

    assert which("/data") == [("/maps/other", "別のマップ"), ("/maps/new-business", "新規導入")]
    assert which("/maps/new-business/funnel") == [
        ("/maps/other/funnel", "別のマップ"),
        ("/maps/new-business/funnel", "新規導入"),
    ]
    assert (
        re.findall(r'aria-current="true">([^<]+)</a>', client.get("/maps/new-business").text.split('class="which"')[1])[
            0
        ]
        == "新規導入"
    )


def test_the_language_switch_keeps_the_whole_address(reader: TestClient):
    page = reader.get("/maps/new-business/receipt/funnel?stage=aware&measure=naive").text
    assert 'href="?stage=aware&amp;measure=naive&amp;lang=ja"' in page


@pytest.mark.parametrize("page", [
    "map", "funnel", "dwell", "cohorts", "accounts", "accounts/会社05", "group", "touchpoints", "plan", "paths", "voice", "retention", "kpis",
])  # fmt: skip
def test_what_an_address_says_in_vain_is_told_in_one_line(reader: TestClient, page: str) -> None:
    address = "/maps/new-business" + ("" if page == "map" else f"/{page}")
    told = reader.get(f"{address}?horizon_day=30&zzz=<b>&as_of=2026-03-31&lang=en")
    line = re.findall(r'<p class="misread">(.*?)</p>', told.text, re.S)
    assert line == [
        "Not understood in the address, and left out: <code>horizon_day</code> (did you mean horizon_days?), <code>zzz</code>"
    ]
    assert 'class="misread"' not in reader.get(f"{address}?lang=en&horizon_days=30&from=2026-01-01&min_n=5").text


def test_what_a_page_understands_of_its_own_is_not_told(reader: TestClient) -> None:
    own = {
        "funnel": "cohort=month&of=aware", "cohorts": "stage=won&every=quarter&age_days=90", "accounts": "stage=quote&sort=name&page=1",
        "paths": "level=touch&returns=1&cover=80", "voice": "cut=role", "retention": "period_days=180", "touchpoints": "goal=won&cost=linear",
        "group": "within_days=20",
    }  # fmt: skip
    for page, query in own.items():
        answer = reader.get(f"/maps/new-business/{page}?{query}")
        assert answer.status_code == 200 and 'class="misread"' not in answer.text, page
    assert "did you mean sort?" in reader.get("/maps/new-business/accounts?sortt=name&lang=en").text
