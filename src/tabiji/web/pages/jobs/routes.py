"""The progress of a job: it renews itself every second, and leads on when the work is done."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from tabiji.web.render import render

router = APIRouter()


@router.get("/jobs/{job_id}")
def show(request: Request, job_id: str) -> Response:
    """What is being done and how much is left; then on to the result."""
    job = request.app.state.jobs.get(job_id)
    if job.state == "done":
        if "HX-Request" in request.headers:
            return Response(headers={"HX-Redirect": job.next_url})
        return RedirectResponse(job.next_url, status_code=303)
    return render(request, "jobs/page.html", job=job)
