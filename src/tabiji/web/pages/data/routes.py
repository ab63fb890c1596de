"""The Data page."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from tabiji.i18n import N_
from tabiji.metrics.account.event_words import event_word
from tabiji.web.pages.start.fields import REASONS, TABLE_LABELS
from tabiji.web.render import Nav, render
from tabiji.workspace.overview import overview

router = APIRouter()
NAV = [Nav(N_("Data"), "/data", 90, below_rule=True)]


@router.get("/data")
def show(request: Request) -> Response:
    """Sources, freshness, counts, what could not be used, what belongs to nobody, and the history of imports."""
    workspace = request.app.state.workspace
    return render(
        request,
        "data/page.html",
        takes=(),
        data=overview(workspace.lake),
        imports=workspace.imports(limit=20),
        jobs=request.app.state.jobs.running(),
        table_labels=TABLE_LABELS,
        reasons=REASONS,
        zone=workspace.settings.zone,
        folder=workspace.folder.root,
        event_word=event_word,
    )
