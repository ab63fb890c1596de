"""The page of a map, and its downloads."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from tabiji import i18n
from tabiji.charts.map import stake
from tabiji.charts.map.asked import about, common_flags, measured
from tabiji.exports import export_bytes, format_of
from tabiji.i18n import N_
from tabiji.web.choices import choices
from tabiji.web.filters import read_filters
from tabiji.web.pages.map import page, receipts  # noqa: F401 - registers the receipts of this page
from tabiji.web.render import Nav, render

router = APIRouter()
NAV = [Nav(N_("Map"), "/maps/{map_id}", 10)]


@router.get("/maps/{map_id}")
def show(request: Request, map_id: str, version: int | None = None) -> Response:
    """The map with what was measured laid on it."""
    workspace = request.app.state.workspace
    chosen = workspace.map(map_id, version)
    filters = read_filters(request.query_params)
    zone = workspace.settings.zone
    made = page.build(
        chosen.map,
        measured(chosen, filters.flags),
        about(chosen),
        lang=i18n.language(),
        versions=[(v.number, f"{v.created_at.astimezone(zone):%Y-%m-%d}") for v in workspace.maps.versions(map_id)],
        query=filters.query,
    )
    return render(
        request, "map/page.html", takes=(), page=made, sheet=made.sheet, choices=choices(workspace, chosen.map)
    )


@router.get("/maps/{map_id}/separates")
def separates(request: Request, map_id: str, version: int | None = None) -> Response:
    """A line for the next move: what separates those who went on at the bottleneck."""
    chosen = request.app.state.workspace.map(map_id, version)
    factors = chosen.bottleneck(**common_flags(read_filters(request.query_params).flags)).factors
    return render(
        request, "map/separates.html", words=stake.separating(factors), best=None if factors is None else factors.best,
        stage=None if factors is None else factors.from_, version=version,
    )  # fmt: skip


@router.get("/maps/{map_id}/export.{extension}")
def export(request: Request, map_id: str, extension: str, version: int | None = None) -> Response:
    """The map as a file, with the filters of the address."""
    workspace = request.app.state.workspace
    kind = format_of(extension)
    chosen = workspace.map(map_id, version)
    figures = measured(chosen, read_filters(request.query_params).flags) if kind.is_picture else None
    content = export_bytes(chosen.map, chosen.text, kind, measured=figures, about=about(chosen))
    name = f"{map_id}-v{chosen.version.number}.{kind.extension}"
    return Response(
        content, media_type=kind.media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
