"""The Segments page."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from tabiji import i18n
from tabiji.i18n import N_
from tabiji.web.render import Nav, render

router = APIRouter()
NAV = [Nav(N_("Segments"), "/segments", 85, below_rule=True, needs_map=True)]


@router.get("/segments")
def show(request: Request) -> Response:
    """Every segment with its condition, and a form for one more."""
    workspace = request.app.state.workspace
    return render(
        request, "segments/page.html", takes=(), segments=workspace.segments.list(), zone=workspace.settings.zone
    )


@router.post("/segments")
def add(
    request: Request,
    id: Annotated[str, Form()],
    condition: Annotated[str, Form()],
    called: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """Keep a condition under a name; then show the page that it was picked on, narrowed to it."""
    name = {i18n.language(): called.strip()} if called.strip() else None
    segment, _ = request.app.state.workspace.segments.add(id.strip(), condition, name)
    return RedirectResponse(_narrowed(back, segment.id), status_code=303)


@router.post("/segments/{segment_id}/remove")
def remove(request: Request, segment_id: str) -> Response:
    """Forget a segment."""
    request.app.state.workspace.segments.remove(segment_id)
    return RedirectResponse("/segments", status_code=303)


def _narrowed(back: str, segment_id: str) -> str:
    """A page of ours with the segment picked; the Segments page where `back` is none."""
    parts = urlsplit(back)
    if parts.scheme or parts.netloc or not parts.path.startswith("/maps/"):
        return "/segments"
    picked = urlencode({"saved": segment_id})
    return f"{parts.path}?{parts.query}&{picked}" if parts.query else f"{parts.path}?{picked}"
