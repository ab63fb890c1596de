"""The reader's language: asked for, remembered, that of the browser, and the workspace's where nobody said."""

import pytest
from starlette.testclient import TestClient


def test_pages_speak_the_language_of_the_workspace_until_a_reader_chooses(client: TestClient):
    assert '<html lang="ja">' in client.get("/start").text


def test_a_choice_is_answered_at_once_and_remembered(client: TestClient):
    first = client.get("/start?lang=en")
    assert '<html lang="en">' in first.text
    assert first.headers["content-language"] == "en"
    assert '<html lang="en">' in client.get("/data").text
    assert '<html lang="ja">' in client.get("/data?lang=ja").text


@pytest.mark.parametrize("said", ["fr", "", "<b>"])
def test_an_unknown_language_changes_nothing(client: TestClient, said: str):
    answer = client.get(f"/start?lang={said}")
    assert '<html lang="ja">' in answer.text
    assert "set-cookie" not in answer.headers


def test_a_broken_cookie_is_as_good_as_none(client: TestClient):
    assert client.get("/start", headers={"Cookie": "tabiji_lang=; bad"}).status_code == 200


def test_the_switch_keeps_the_filters(reader: TestClient):
    page = reader.get("/maps/new-business/funnel?industry=製造業&horizon_days=30").text
    assert 'href="?industry=%E8%A3%BD%E9%80%A0%E6%A5%AD&amp;horizon_days=30&amp;lang=ja"' in page


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("en-US,en;q=0.9", "en"), ("ja-JP", "ja"), ("fr-FR,en;q=0.5,ja;q=0.4", "en"), ("en;q=0.4, ja;q=0.8", "ja"), ("EN", "en"),
        ("fr,de;q=0.8", "ja"), ("en;q=0", "ja"), ("en;q=x", "ja"), ("*", "ja"), ("", "ja"),
    ],
)  # fmt: skip
def test_the_first_visit_is_answered_in_the_language_of_the_browser(client: TestClient, header: str, lang: str):
    answer = client.get("/start", headers={"Accept-Language": header})
    assert f'<html lang="{lang}">' in answer.text and answer.headers["content-language"] == lang
    assert "set-cookie" not in answer.headers  # nobody has chosen
    assert {x.strip() for x in answer.headers["vary"].split(",")} >= {"Cookie", "Accept-Language"}


def test_what_a_reader_chose_goes_before_what_the_browser_says(client: TestClient):
    english = {"Accept-Language": "en"}
    assert '<html lang="ja">' in client.get("/start?lang=ja", headers=english).text
    assert '<html lang="ja">' in client.get("/data", headers=english).text


@pytest.mark.parametrize(
    ("header", "lang"), [("ja-JP,en;q=0.5", "ja"), ("en-US,ja;q=0.5", "en"), ("fr", "en"), ("", "en")]
)
def test_programs_are_answered_in_the_language_that_they_accept(client: TestClient, header: str, lang: str):
    answer = client.get("/api/v1/maps/nothing", headers={"Accept-Language": header})
    assert answer.headers["content-language"] == lang
    assert "set-cookie" not in answer.headers
