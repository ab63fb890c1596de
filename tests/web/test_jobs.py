"""Long work beside the pages."""

import threading
from time import monotonic, sleep

import pytest
from starlette.testclient import TestClient

from tabiji import i18n
from tabiji.errors import BusyError, NotFoundError
from tabiji.web.jobs import KEPT, Job, Jobs


def wait(job: Job) -> Job:
    end = monotonic() + 10
    while not job.over:
        assert monotonic() < end, job
        sleep(0.005)
    return job


def test_work_leads_to_an_address():
    job = wait(Jobs().start("t", lambda progress: "/there", back_url="/"))
    assert (job.state, job.next_url, job.error) == ("done", "/there", None)


def test_work_tells_what_it_is_doing_and_how_much_is_left():
    seen, go_on = threading.Event(), threading.Event()

    def work(progress):
        progress("reading", 2, 5)
        seen.set()
        go_on.wait(10)
        return "/"

    jobs = Jobs()
    job = jobs.start("t", work, back_url="/")
    assert seen.wait(10)
    assert (job.state, job.doing, job.done, job.total, jobs.running()) == ("running", "reading", 2, 5, [job])
    go_on.set()
    assert (wait(job).state, jobs.running()) == ("done", [])


def test_one_job_at_a_time_the_next_one_waits():
    first_runs, go_on = threading.Event(), threading.Event()

    def first(progress):
        first_runs.set()
        go_on.wait(10)
        return "/"

    jobs = Jobs()
    one = jobs.start("1", first, back_url="/")
    assert first_runs.wait(10)
    two = jobs.start("2", lambda progress: "/", back_url="/")
    sleep(0.05)
    assert two.state == "waiting"
    go_on.set()
    assert (wait(one).state, wait(two).state) == ("done", "done")


def test_a_failure_of_the_domain_is_told_as_it_is():
    def work(progress):
        raise BusyError(doing="importing")

    job = wait(Jobs().start("t", work, back_url="/"))
    assert (job.state, job.error.code) == ("failed", "busy")


def test_any_other_failure_goes_to_the_log(caplog: pytest.LogCaptureFixture):
    def work(progress):
        raise RuntimeError("secret detail")

    job = wait(Jobs().start("t", work, back_url="/"))
    assert (job.state, job.error.code) == ("failed", "internal")
    assert "secret detail" in caplog.text


def test_work_speaks_the_language_of_who_began_it():
    with i18n.use("ja"):
        job = Jobs().start("t", lambda progress: i18n.language(), back_url="/")
    assert wait(job).next_url == "ja"


def test_old_jobs_are_forgotten_running_ones_never():
    jobs, go_on = Jobs(), threading.Event()

    def long(progress):
        go_on.wait(10)
        return "/"

    kept = jobs.start("long", long, back_url="/")
    made = [jobs.start("short", lambda progress: "/", back_url="/") for _ in range(KEPT + 5)]
    go_on.set()
    for job in (kept, *made):
        wait(job)
    jobs.start("last", lambda progress: "/", back_url="/")
    assert jobs.get(made[-1].id) is made[-1]
    with pytest.raises(NotFoundError):
        jobs.get(kept.id)


def test_the_page_of_a_job_leads_on_when_it_is_done(client: TestClient):
    jobs = client.app.state.jobs
    job = wait(jobs.start("Importing", lambda progress: "/data", back_url="/"))
    plain = client.get(f"/jobs/{job.id}", follow_redirects=False)
    assert (plain.status_code, plain.headers["location"]) == (303, "/data")
    swapped = client.get(f"/jobs/{job.id}", headers={"HX-Request": "true"}, follow_redirects=False)
    assert (swapped.status_code, swapped.headers["hx-redirect"]) == (200, "/data")


def test_the_page_of_a_running_job_renews_itself_with_and_without_scripts(client: TestClient):
    go_on = threading.Event()

    def work(progress):
        progress("reading deals.csv", 3, 7)
        go_on.wait(10)
        return "/"

    job = client.app.state.jobs.start("Importing", work, back_url="/")
    end = monotonic() + 10
    while job.doing == "" and monotonic() < end:
        sleep(0.005)
    page = client.get(f"/jobs/{job.id}?lang=en").text
    go_on.set()
    assert "reading deals.csv" in page
    assert "43%" in page
    assert '<progress max="1" value="0.429"' in page
    assert 'hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    wait(job)


def test_the_page_of_a_failed_job_says_why_and_leads_back(client: TestClient):
    def work(progress):
        raise BusyError(doing="importing")

    job = wait(client.app.state.jobs.start("Importing", work, back_url="/start"))
    page = client.get(f"/jobs/{job.id}?lang=en").text
    assert "another process is importing in this workspace" in page
    assert 'href="/start"' in page
    assert "hx-trigger" not in page


def test_a_job_of_an_earlier_server_is_not_known(client: TestClient):
    assert client.get("/jobs/nothing").status_code == 404


def test_the_same_work_is_joined_not_repeated_and_does_not_wait_for_imports():
    jobs, go_on = Jobs(), threading.Event()

    def long(progress):
        go_on.wait(10)
        return "/"

    importing = jobs.start("import", long, back_url="/")
    one = jobs.join("key", "t", long, back_url="/")
    assert jobs.join("key", "t", long, back_url="/") is one
    other = wait(jobs.join("other", "t", lambda progress: "/", back_url="/"))
    assert (other.state, one.over, importing.over) == ("done", False, False)
    go_on.set()
    wait(one)
    assert wait(jobs.join("key", "t", lambda progress: "/", back_url="/")) is not one
    wait(importing)
