"""The receipt of one figure: a page of its own, of which a dialog shows the sheet."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from tabiji.web.filters import read_filters
from tabiji.web.receipts import build_receipt
from tabiji.web.render import render

router = APIRouter()


@router.get("/maps/{map_id}/receipt/{kind}")
def show(request: Request, map_id: str, kind: str, version: int | None = None) -> Response:
    """Definition, filters, numerator and denominator, interval, provenance, and the same question as CLI and Python.

    `version`: of the map, where the figure stands on an older one."""
    workspace = request.app.state.workspace
    filters = read_filters(request.query_params)
    named = {"lang", "version", *filters.parameters}
    others = {k: v for k, v in request.query_params.items() if k not in named}
    receipt_ = build_receipt(kind, workspace.map(map_id, version), filters.flags, others)
    return render(
        request, "receipt/page.html", sheet=receipt_, folder=str(workspace.folder.root), zone=workspace.settings.zone
    )
