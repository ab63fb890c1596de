"""Who may ask, what may be sent, and what a page may run."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import tabiji.web
from tabiji.errors import UsageError
from tabiji.web.security import CONTENT_SECURITY_POLICY, OpenBindError, check_bind, hostname

WEB = Path(tabiji.web.__file__).parent
PROTECTING = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
}


@pytest.mark.parametrize(
    "path", ["/start", "/data", "/nothing-here", "/api/v1/maps", "/api/nothing", "/static/js/page.js", "/healthz"]
)
def test_every_answer_carries_the_protecting_headers(client: TestClient, path: str):
    headers = client.get(path).headers
    assert {name: headers.get(name) for name in PROTECTING} == PROTECTING


def test_the_policy_allows_our_own_files_and_nothing_else():
    assert CONTENT_SECURITY_POLICY == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@pytest.mark.parametrize("host", ["127.0.0.1:8321", "localhost:8321", "LOCALHOST", "[::1]:8321", "127.0.0.1"])
def test_our_own_names_are_answered(client: TestClient, host: str):
    assert client.get("/start", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8321", "", "localhost.", "2130706433"]
)
def test_a_foreign_name_is_refused_and_learns_nothing(reader: TestClient, host: str):
    answer = reader.get("/maps/new-business/funnel", headers={"Host": host})
    assert answer.status_code == 421
    assert "new-business" not in answer.text
    assert "New business" not in answer.text


def test_a_foreign_name_is_refused_to_programs_in_json(client: TestClient):
    answer = client.get("/api/v1/maps", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (421, "bad_host")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "http://127.0.0.1:8321", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://127.0.0.1:8321", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_not_carried_out(client: TestClient, headers: dict[str, str]):
    answer = client.post("/start/templates/five-stage", headers=headers)
    assert answer.status_code == 403
    assert client.get("/api/v1/maps").json() == {"maps": []}


def test_a_program_without_an_origin_is_answered(workspace):
    from tabiji.web.app import create_app
    from web_cast import ADDRESS

    program = TestClient(create_app(workspace), base_url=ADDRESS)
    assert program.post("/start/nothing").status_code == 404


def test_a_large_body_is_refused_by_its_announced_length(client: TestClient):
    answer = client.post("/start/draft", content=b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 413


def test_a_large_body_is_refused_while_it_streams_in(client: TestClient):
    chunks = (b"x" * 65536 for _ in range(40))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/start/mapping/20260101-000000-abcdef", content=chunks, headers=form)
    assert answer.status_code == 413


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", ""])
def test_an_address_that_others_reach_is_refused(host: str):
    with pytest.raises(OpenBindError) as error:
        check_bind(host)
    assert isinstance(error.value, UsageError)
    assert "127.0.0.1" in str(error.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "localhost", "::1", "[::1]"])
def test_a_loopback_address_is_allowed(host: str):
    check_bind(host)


@pytest.mark.parametrize(
    ("said", "name"),
    [("Localhost:80", "localhost"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), ("a.b", "a.b"), ("", "")],
)
def test_the_name_in_a_host_header(said: str, name: str):
    assert hostname(said) == name


@pytest.mark.parametrize("template", sorted(WEB.rglob("*.html")), ids=lambda p: str(p.relative_to(WEB)))
def test_no_template_holds_a_style_or_a_script_that_the_policy_forbids(template: Path):
    text = template.read_text("utf-8")
    assert re.findall(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:|hx-on|<script(?![^>]*\ssrc=)", text) == []


def test_no_style_sheet_and_no_script_names_another_host():
    for file in [*WEB.rglob("*.css"), *(WEB / "static" / "js").rglob("*.js")]:
        assert re.findall(r"https?://(?!www\.w3\.org)", file.read_text("utf-8")) == [], file
