"""A page whose map must first be measured waits a moment, then shows the progress of the measuring."""

import threading

import pytest
from starlette.testclient import TestClient

from tabiji.web import readiness
from tabiji.workspace import MeasuredMap, Workspace
from web_cast import MAP

PAGE = "/maps/new-business/funnel?horizon_days=30"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Measuring takes until the event is set; readers wait a twentieth of a second."""
    go_on, real = threading.Event(), MeasuredMap.funnel

    def funnel(self, **flags):
        go_on.wait(30)
        return real(self, **flags)

    monkeypatch.setattr(MeasuredMap, "funnel", funnel)
    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 0.05)
    return go_on


def test_a_page_that_takes_long_leads_to_its_progress_and_back(reader: TestClient, slow: threading.Event):
    first = reader.get(PAGE, follow_redirects=False)
    assert first.status_code == 303
    assert first.headers["location"].startswith("/jobs/")
    assert reader.get(PAGE, follow_redirects=False).headers["location"] == first.headers["location"]  # joined
    assert "Laying the events on the map" in reader.get(first.headers["location"]).text
    slow.set()
    assert reader.app.state.jobs.get(first.headers["location"].rsplit("/", 1)[-1]).finished.wait(30)
    back = reader.get(first.headers["location"], follow_redirects=False)
    assert (back.status_code, back.headers["location"]) == (303, PAGE)
    assert reader.get(PAGE).status_code == 200


def test_a_swap_that_takes_long_leads_the_whole_page(reader: TestClient, slow: threading.Event):
    answer = reader.get(PAGE, headers={"HX-Request": "true"}, follow_redirects=False)
    assert answer.status_code == 200
    assert answer.headers["hx-redirect"].startswith("/jobs/")
    slow.set()


def test_a_map_is_measured_once_per_state_of_the_data(reader: TestClient, filled: Workspace):
    reader.get(PAGE)
    assert reader.app.state.measured == {("new-business", 1, filled.lake.head().number)}
    jobs = len(reader.app.state.jobs._jobs)
    reader.get(PAGE)
    assert len(reader.app.state.jobs._jobs) == jobs


def test_pages_without_a_map_measure_nothing(client: TestClient, workspace: Workspace):
    workspace.maps.add(MAP)
    client.get("/data")
    assert client.app.state.measured == set()
