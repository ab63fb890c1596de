"""Nothing blocks a page: where a map must first be measured (a new import, a new map, a fresh machine) and that takes longer
than a reader waits, the page leads to the progress of the work, and the work leads back to the page."""

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from tabiji.i18n import N_, text
from tabiji.web.addresses import and_query, path_of
from tabiji.web.jobs import Job, Progress

PATIENCE_SECONDS = 2.5
KEPT = 200


class NotReady(Exception):
    """The answer is being prepared by `job`."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__(job.id)


def done_soon(job: Job) -> None:
    """Wait for a job as long as a reader does. Raises NotReady where it takes longer, and what the job itself raises."""
    if not job.finished.wait(PATIENCE_SECONDS):
        raise NotReady(job)
    if job.error is not None:
        raise job.error


def measured_soon(request: Request) -> None:
    """A dependency of pages with a map: returns once the map is measured at the present state of the data.

    Raises as `done_soon`."""
    map_id, version = request.path_params.get("map_id"), request.query_params.get("version", "")
    if map_id is None or (version and not version.isdigit()):
        return
    state = request.app.state
    measured = state.workspace.map(map_id, int(version) if version else None)
    key = (map_id, measured.version.number, state.workspace.lake.head().number)
    if key in state.measured:
        return
    here = and_query(path_of(request), request.url.query)

    def work(progress: Progress) -> str:
        state.workspace.index(measured.map, progress)
        progress(text(N_("Following every journey")), 0, None)
        measured.funnel()
        if len(state.measured) >= KEPT:
            state.measured.clear()
        state.measured.add(key)
        return here

    done_soon(state.jobs.join(key, text(N_("Laying the events on the map")), work, back_url="/"))


async def on_not_ready(request: Request, error: Exception) -> Response:
    """Lead to the progress of the work."""
    address = f"/jobs/{error.job.id}" if isinstance(error, NotReady) else "/"
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)
