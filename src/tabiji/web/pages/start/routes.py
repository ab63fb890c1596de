"""The first page of an empty workspace: three doors. It stays the place for bringing more."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from tabiji.errors import NotFoundError
from tabiji.i18n import N_, text
from tabiji.web.jobs import Progress
from tabiji.web.pages.start import bring
from tabiji.web.pages.start.batch import SUFFIXES
from tabiji.web.pages.start.drafting import add_draft
from tabiji.web.pages.start.templates import template, templates
from tabiji.web.render import Nav, render
from tabiji.workspace.overview import overview

router = APIRouter()
router.include_router(bring.router)
NAV = [Nav(N_("Bring data"), "/start", 80, below_rule=True)]


@router.get("/")
def home(request: Request) -> Response:
    """The newest map; the three doors where there is none."""
    maps = request.app.state.workspace.maps.list()
    return RedirectResponse(f"/maps/{maps[0].id}" if maps else "/start", status_code=303)


@router.get("/start")
def show(request: Request) -> Response:
    """Look at the demo, bring files, start from a template; or draft a map where data is waiting for one."""
    workspace = request.app.state.workspace
    return render(
        request,
        "start/page.html",
        offers_demo=request.app.state.demo is not None,
        has_maps=bool(workspace.maps.list()),
        data=overview(workspace.lake),
        templates=templates(),
        kinds=SUFFIXES,
        max_mb=workspace.settings.max_upload_mb,
    )


@router.post("/start/demo")
def demo(request: Request) -> Response:
    """Prepare the demo beside this workspace, then go there."""
    state = request.app.state
    if state.demo is None:
        raise NotFoundError("page", "/start/demo")

    def work(progress: Progress) -> str:
        return str(state.demo(state.workspace, progress))

    job = state.jobs.start(text(N_("Preparing the demo")), work, back_url="/start")
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


@router.post("/start/templates/{name}")
def from_template(request: Request, name: str) -> Response:
    """Add a template as a map."""
    version, _ = request.app.state.workspace.maps.add(template(name).text)
    return RedirectResponse(f"/maps/{version.id}", status_code=303)


@router.post("/start/draft")
def draft(request: Request) -> Response:
    """Draft a map from the data that is there."""
    workspace = request.app.state.workspace
    job = request.app.state.jobs.start(
        text(N_("Drafting a map from the data")), lambda progress: add_draft(workspace, progress), back_url="/start"
    )
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)
