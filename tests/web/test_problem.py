"""Failures are told calmly: one JSON shape for programs, a page for readers, never a trace."""

import pytest
from starlette.testclient import TestClient

from tabiji.web.app import create_app
from tabiji.workspace import Workspace
from web_cast import ADDRESS, ORIGIN


@pytest.fixture
def broken(workspace: Workspace) -> TestClient:
    app = create_app(workspace)

    def crash() -> None:
        raise RuntimeError("secret detail")

    app.add_api_route("/crash", crash)
    app.add_api_route("/api/crash", crash)
    return TestClient(app, base_url=ADDRESS, headers=ORIGIN, raise_server_exceptions=False)


def test_a_page_that_is_not_there(client: TestClient):
    answer = client.get("/nothing?lang=en")
    assert answer.status_code == 404
    assert "there is no page at /nothing" in answer.text
    assert 'href="/"' in answer.text


def test_a_page_that_is_not_there_is_named_as_it_was_written(client: TestClient):
    page = client.get("/maps/nothing/here?lang=ja").text
    assert "/maps/nothing/here にページはありません" in page and "絞り込みなしで" not in page
    style = client.get("/static/css/parts.css").text
    assert "html:lang(en) .message::first-letter { text-transform: uppercase; }" in style  # else it would be /Maps


def test_a_map_that_is_not_there_names_the_nearest_and_leads_to_those_that_are(reader: TestClient):
    answer = reader.get("/maps/new-busines/funnel?horizon_days=30")
    assert answer.status_code == 404
    assert "did you mean &#39;new-business&#39;?" in answer.text
    assert '<li><a class="ghost" href="/maps/new-business">New business</a></li>' in answer.text
    assert "/maps/new-busines/" not in answer.text  # neither does the rail lead to what is not there


def test_no_map_at_all_says_what_to_bring(client: TestClient):
    page = client.get("/maps/any/funnel?lang=en").text
    assert "There is no map in this workspace yet" in page and '<a class="solid" href="/start">' in page


def test_an_account_that_is_not_there_can_be_looked_for(reader: TestClient):
    answer = reader.get("/maps/new-business/accounts/nobody")
    assert answer.status_code == 404
    assert 'action="/maps/new-business/accounts"' in answer.text and 'name="search" value="nobody"' in answer.text


def test_a_filter_that_cannot_be_used_says_what_would_work(reader: TestClient):
    answer = reader.get("/maps/new-business/funnel?as_of=yesterday")
    assert answer.status_code == 400
    assert "write it like 2026-03-31" in answer.text
    assert 'href="/maps/new-business/funnel"' in answer.text  # the same page without filters
    assert "As of: " in answer.text and "as_of:" not in answer.text
    assert (
        '<label class="wrong">As of <input name="as_of" value="yesterday" spellcheck="false"></label>' in answer.text
    )  # and with the filter to correct


def test_a_crash_is_told_without_its_cause(broken: TestClient, caplog: pytest.LogCaptureFixture):
    page = broken.get("/crash?lang=en")
    assert (page.status_code, "secret detail" in page.text, "Traceback" in page.text) == (500, False, False)
    assert "could not finish this" in page.text
    assert "secret detail" in caplog.text
    program = broken.get("/api/crash")
    assert program.status_code == 500
    assert set(program.json()["error"]) == {"code", "message", "details"}
    assert program.json()["error"]["code"] == "internal"


def test_the_error_page_of_a_crash_is_protected_too(broken: TestClient):
    assert broken.get("/crash").headers["content-security-policy"].startswith("default-src 'none'")


def test_a_broken_rail_does_not_break_the_error_page(broken: TestClient, workspace: Workspace, monkeypatch):
    def fail():
        raise RuntimeError("secret detail")

    monkeypatch.setattr(workspace.maps, "list", fail)
    page = broken.get("/data?lang=en")
    assert (page.status_code, "secret detail" in page.text) == (500, False)
    assert "could not finish this" in page.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "no_page"),
        ("POST", "/api/v1/maps", 405, "method_not_allowed"),
        ("GET", "/api/v1/maps/x/funnel", 404, "not_found"),
        ("GET", "/api/v1/maps?nothing=1", 400, "bad_flag"),
    ],
)
def test_one_json_shape(client: TestClient, method: str, path: str, status: int, code: str):
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["error"]
    assert list(answer.json()["error"]) == ["code", "message", "details"]
    assert answer.json()["error"]["code"] == code


def test_a_version_that_is_no_number_is_told_in_the_language_of_the_reader(reader: TestClient):
    answer = reader.get("/maps/new-business/funnel?version=abc&lang=ja")
    assert answer.status_code == 422
    assert "&#39;abc&#39; は整数ではありません" in answer.text
