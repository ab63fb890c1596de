"""The three doors of an empty workspace."""

from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from tabiji.web.pages.start.drafting import unit_for
from tabiji.workspace import Workspace
from tabiji.workspace.overview import EventCount, Overview, Unmatched
from web_cast import client_of, fill, follow


def test_the_doors(client: TestClient):
    page = client.get("/start?lang=en").text
    assert "Bring your files" in page
    assert "Start from a template" in page
    assert 'action="/start/upload" enctype="multipart/form-data"' in page
    assert "Look at the demo" not in page  # nobody said how to make one


def test_the_demo_is_offered_where_it_can_be_made_and_nothing_is_there(workspace: Workspace, tmp_path):
    asked: list[Workspace] = []

    def demo(of: Workspace, progress) -> str:
        progress("simulating", 1, 2)
        asked.append(of)
        return "http://127.0.0.1:9/"

    client = client_of(workspace, demo=demo)
    assert "Look at the demo" in client.get("/start?lang=en").text
    started = client.post("/start/demo", follow_redirects=False)
    assert started.status_code == 303
    assert follow(client, started.headers["location"]) == "http://127.0.0.1:9/"
    assert asked == [workspace]
    fill(workspace, tmp_path / "files")
    assert "Look at the demo" not in client.get("/start").text


def test_without_a_demo_its_address_is_not_there(client: TestClient):
    assert client.post("/start/demo").status_code == 404


def test_every_template_becomes_a_map(client: TestClient, workspace: Workspace):
    import re

    names = re.findall(r'action="/start/templates/([^"]+)"', client.get("/start").text)
    assert len(names) >= 5
    for name in names:
        answer = client.post(f"/start/templates/{name}", follow_redirects=False)
        assert answer.status_code == 303, name
        assert client.get(answer.headers["location"]).status_code == 200
    assert len(workspace.maps.list()) == len(names)


def test_an_unknown_template_is_not_found(client: TestClient):
    assert client.post("/start/templates/nothing").status_code == 404


def test_data_without_a_map_is_offered_a_draft(workspace: Workspace, client: TestClient, tmp_path):
    fill(workspace, tmp_path / "files")
    assert "Your data is here; a map is missing" in client.get("/start?lang=en").text
    started = client.post("/start/draft", follow_redirects=False)
    assert follow(client, started.headers["location"]) == "/maps/journey"
    drafted = workspace.maps.get("journey").map
    assert {e for s in drafted.stages for c in s.enters_when for e in c.event} >= {
        "opportunity_opened",
        "opportunity_won",
    }
    assert client.get("/maps/journey/funnel").status_code == 200


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_both_languages(client: TestClient, lang: str):
    assert f'<html lang="{lang}">' in client.get(f"/start?lang={lang}").text


def known(n_events: int, n_with_opportunity: int, n_unmatched: int, **rows: int) -> Overview:
    """An overview with so many events."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    counts = {"account": 0, "opportunity": 0, "person": 0} | rows
    events = (EventCount("seen", n_events, 0, at, at),)
    return Overview(counts, events, 1, (), n_with_opportunity, Unmatched(n_unmatched, (), 0), (), at, at, at)


@pytest.mark.parametrize(
    ("data", "unit"),
    [
        (known(100, 10, 5, account=20, opportunity=10), "account"),
        (known(100, 100, 0, account=20, opportunity=200), "opportunity"),  # a list of deals, ten per company
        (known(100, 100, 0, account=20, opportunity=22), "account"),
        (known(100, 100, 0, opportunity=40), "opportunity"),  # deals that name companies of which no list is there
        (known(100, 0, 100, person=40), "person"),
        (known(100, 100, 100, opportunity=40), "opportunity"),
    ],
)
def test_whose_journey_a_first_map_tells(data: Overview, unit: str):
    assert unit_for(data) == unit
