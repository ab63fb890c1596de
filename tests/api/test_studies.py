"""Segments and studies over HTTP."""

import json

import pytest
from starlette.testclient import TestClient

from tabiji.workspace import Workspace
from web_cast import client_of


@pytest.fixture
def ws(ws: Workspace) -> Workspace:
    """The cast with a segment, and a study that names it."""
    ws.segments.add("big", "employees >= 300", {"ja": "大手"})
    ws.studies.save("spring 春", "funnel", "new-business", segment="@big")
    return ws


def test_segments_and_studies_are_listed(ws: Workspace) -> None:
    client: TestClient = client_of(ws)
    [segment] = client.get("/api/v1/segments").json()["segments"]
    assert (segment["id"], segment["name"], segment["condition"]) == ("big", {"ja": "大手"}, "employees >= 300")
    [study] = client.get("/api/v1/studies").json()["studies"]
    assert (study["name"], study["question"]["segments"]) == ("spring 春", {"big": "employees >= 300"})


def test_a_study_is_shown_as_python_shows_it(ws: Workspace) -> None:
    client: TestClient = client_of(ws)
    ws.segments.add("big", "employees >= 1000")
    answer = client.get("/api/v1/studies/spring 春", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(ws.studies.show("spring 春").to_dict()))
    assert answer.json()["reasons"][0]["code"] == "changed_segment"
    missing = client.get("/api/v1/studies/sprin")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")
    assert client.get("/api/v1/studies?x=1").status_code == 400
