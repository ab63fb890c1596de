"""The Studies pages: keep a page's question, see it again beside what was frozen."""

import re

import pytest
from starlette.testclient import TestClient

from tabiji.workspace import Workspace
from web_cast import ADDRESS, MAP, client_of


@pytest.fixture
def browser(ws: Workspace) -> TestClient:
    made = client_of(ws)
    made.cookies.set("tabiji_lang", "en")
    return made


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form that keeps a study."""
    form = re.search(r'<form method="post" action="/studies">(.*?)</form>', page, re.S)
    assert form is not None
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1])
    return {name: value.replace("&amp;", "&") for name, value in fields}


def test_a_page_is_kept_as_it_is_and_compared_later(browser: TestClient, ws: Workspace) -> None:
    page = browser.get("/maps/new-business/cohorts?industry=製造業&every=quarter&min_n=1").text
    kept = browser.post("/studies", data={**hidden(page), "name": "Spring 春 1"}, follow_redirects=False)
    assert kept.status_code == 303 and kept.headers["location"] == "/studies/Spring%20%E6%98%A5%201"
    [study] = ws.studies.list()
    assert (study.verb, study.map_version) == ("cohorts", 1)
    assert {k: str(v) for k, v in study.flags.items()} == {
        "segment": "industry = '製造業'", "every": "quarter", "age_days": "30", "min_n": "1", "as_of": "2026-04-22",
    }  # fmt: skip
    same = browser.get(kept.headers["location"]).text
    assert "<b>Equal</b>" in same and "What is not as it was" not in same
    ws.maps.add(MAP.replace("{event: opportunity_won}", "{event: opportunity_won}, {event: quoted}"))
    moved = browser.get(kept.headers["location"]).text
    assert "<b>changed rules</b> The map changed from version 1 to version 2: stage Won" in moved
    assert "by changed rules" in moved and "Began in · 2026 Q1" in moved
    assert "style=" not in moved
    listed = browser.get("/studies").text
    assert "Spring 春 1" in listed and "2026-04-22" in listed


def test_shares_move_in_points_and_carry_their_intervals(browser: TestClient, ws: Workspace) -> None:
    ws.studies.save("s", "funnel", "new-business", min_n=1)
    ws.maps.add(MAP.replace("{event: quoted}", "{event: quoted, at_least: 2}"))
    page = browser.get("/studies/s").text
    row = re.search(r"<tr><th scope=\"row\">naive · share</th>(.*?)</tr>", page, re.S)
    assert row is not None
    assert re.findall(r">([^<>\s][^<>]*)<", row[1]) == [
        "77%",
        "59–88% · n=30",
        "27%",
        "14–44% · n=30",
        "−50.0 pts",
        "−50.0 pts",
    ]


def test_a_study_without_an_answer_today_says_so(browser: TestClient, ws: Workspace) -> None:
    ws.studies.save("s", "cohorts", "new-business", stage="quote")
    ws.maps.add(MAP.replace("id: quote", "id: offer"))
    page = browser.get("/studies/s")
    assert (
        page.status_code == 200
        and "This question can no longer be asked: there is no stage &#39;quote&#39;" in page.text
    )


def test_studies_are_removed_and_never_overwritten(browser: TestClient, ws: Workspace) -> None:
    assert "No study yet" in browser.get("/studies").text
    form = {"name": "s", "verb": "funnel", "map_id": "new-business", "flags": "min_n=1"}
    assert browser.post("/studies", data=form, follow_redirects=False).status_code == 303
    again = browser.post("/studies", data={**form, "flags": ""})
    assert again.status_code == 422 and "there is a study &#39;s&#39; already" in again.text.lower()
    unknown = browser.post("/studies", data={**form, "name": "t", "flags": "name=x&self=y"})
    assert unknown.status_code == 400 and "unknown flag" in unknown.text
    assert browser.get("/studies/nothing").status_code == 404
    assert browser.post("/studies/s/remove", follow_redirects=False).headers["location"] == "/studies"
    assert ws.studies.list() == []


def test_another_site_cannot_keep_or_remove(ws: Workspace) -> None:
    ws.studies.save("s", "funnel", "new-business")
    stranger = TestClient(client_of(ws).app, base_url=ADDRESS, headers={"Origin": "https://evil.example"})
    form = {"name": "t", "verb": "funnel", "map_id": "new-business"}
    assert stranger.post("/studies", data=form).status_code == 403
    assert stranger.post("/studies/s/remove").status_code == 403
    assert [s.name for s in ws.studies.list()] == ["s"]


@pytest.mark.parametrize("page", ["funnel", "dwell", "cohorts", "plan"])
def test_the_question_of_every_page_can_be_kept(browser: TestClient, ws: Workspace, page: str) -> None:
    shown = browser.get(f"/maps/new-business/{page}?industry=製造業&min_n=1").text
    kept = browser.post("/studies", data={**hidden(shown), "name": page}, follow_redirects=False)
    assert kept.status_code == 303
    assert "<b>Equal</b>" in browser.get(kept.headers["location"]).text
    assert ws.studies.get(page).flags["segment"] == "industry = '製造業'"


def test_without_a_map_the_page_leads_to_bringing_data(client: TestClient):
    assert '<a class="solid" href="/start">Bring data</a>' in client.get("/studies?lang=en").text
