"""Bringing files: upload, mapping as a form, dry run, import."""

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from tabiji.errors import TabijiError
from tabiji.i18n import N_, text
from tabiji.ingest.guess import made_key
from tabiji.room import room_for
from tabiji.web.jobs import Jobs, Progress, Work
from tabiji.web.pages.start import fields
from tabiji.web.pages.start.batch import Batch, NoFileError
from tabiji.web.pages.start.drafting import add_draft
from tabiji.web.pages.start.form import PROPERTY, SPARE_EVENTS, WITH_EVENTS, fields_of, guess_again, read_form
from tabiji.web.render import render

if TYPE_CHECKING:
    from tabiji.workspace import Workspace

router = APIRouter()
MOST_FILES = 30


@router.post("/start/upload")
async def upload(request: Request) -> Response:
    """Keep the files of a form in a new batch."""
    workspace = request.app.state.workspace
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
        files = [f for f in form.getlist("files") if isinstance(f, UploadFile) and f.filename]
        if not files:
            raise NoFileError()
        batch = await run_in_threadpool(_keep, workspace, files)
    return RedirectResponse(f"/start/mapping/{batch.id}", status_code=303)


def _keep(workspace: "Workspace", files: list[UploadFile]) -> Batch:
    import shutil

    batch = Batch.create(_uploads(workspace), workspace.settings)
    try:
        with room_for("the upload", _uploads(workspace)):
            for file in files:
                batch.keep(file.filename or "", file.file)
            batch.settle(batch.choices(batch.samples()))
    except BaseException:
        shutil.rmtree(batch.folder, ignore_errors=True)
        raise
    return batch


@router.get("/start/mapping/{batch_id}")
def mapping(request: Request, batch_id: str) -> Response:
    """The mapping to correct, and what a dry run found."""
    workspace = request.app.state.workspace
    batch = Batch.find(_uploads(workspace), batch_id, workspace.settings)
    samples = batch.samples()
    return render(
        request,
        "start/mapping.html",
        batch=batch,
        samples=samples,
        choices=batch.choices(samples),
        report=batch.report(),
        table_labels=fields.TABLE_LABELS,
        field_label=fields.field_label,
        fields_of=fields_of,
        made_key=made_key,
        reasons=fields.REASONS,
        property=PROPERTY,
        spare=SPARE_EVENTS,
        with_events=WITH_EVENTS,
        settings=workspace.settings,
        mapping_text=batch.mapping.read_text("utf-8"),
    )


@router.post("/start/mapping/{batch_id}")
async def settle(request: Request, batch_id: str) -> Response:
    """Keep the corrected mapping; then guess one file again, try it out, or import it."""
    async with request.form(max_fields=20_000) as form:
        values = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_settle, request, batch_id, values)


def _settle(request: Request, batch_id: str, values: dict[str, str]) -> Response:
    workspace, jobs = request.app.state.workspace, request.app.state.jobs
    batch = Batch.find(_uploads(workspace), batch_id, workspace.settings)
    samples = batch.samples()
    choices = read_form(values, samples, batch.choices(samples))
    action, _, place = values.get("action", "").partition(":")
    if action == "again" and place.isdigit():
        choices = guess_again(choices, samples, int(place))
    batch.settle(choices)
    here = f"/start/mapping/{batch.id}"
    if action == "check":
        return _follow(
            jobs, text(N_("Trying the import out")), lambda progress: _check(workspace, batch, progress), here
        )
    if action == "import":
        return _follow(jobs, text(N_("Importing")), lambda progress: _import(workspace, batch, progress), here)
    return RedirectResponse(here, status_code=303)


def _follow(jobs: Jobs, title: str, work: Work, here: str) -> Response:
    job = jobs.start(title, work, back_url=here)
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


def _check(workspace: "Workspace", batch: Batch, progress: Progress) -> str:
    try:
        report = workspace.import_(batch.mapping, dry_run=True, progress=progress)
        batch.remember(report.to_dict())
    except TabijiError as error:
        batch.remember(None, error.render())
    return f"/start/mapping/{batch.id}#report"


def _import(workspace: "Workspace", batch: Batch, progress: Progress) -> str:
    workspace.import_(batch.mapping, progress=progress)
    maps = workspace.maps.list()
    if maps:
        progress(text(N_("Laying the events on the map")), 0, None)
        workspace.map(maps[0].id).funnel()
        return "/data"
    return add_draft(workspace, progress) if workspace.lake.head().of("event").rows else "/data"


def _uploads(workspace: "Workspace") -> Path:
    return workspace.folder.uploads
