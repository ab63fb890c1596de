"""The page about stays: stays per stage, the same by segment, and the velocity of the pipeline."""

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from tabiji.charts import dwell as drawn
from tabiji.i18n import N_
from tabiji.metrics.dwell.result import Stays
from tabiji.web.choices import choices
from tabiji.web.filters import Filters, read_filters
from tabiji.web.pages.dwell.receipt import factors  # registers the receipts of this page
from tabiji.web.render import Nav, render
from tabiji.web.segments import BY, group_label, groups_of, with_groups
from tabiji.web.sheets import csv_response

router = APIRouter()
NAV = [Nav(N_("Stays"), "/maps/{map_id}/dwell", 25)]
__all__ = ["NAV", "router"]


@router.get("/maps/{map_id}/dwell")
def show(request: Request, map_id: str, version: int | None = None) -> Response:
    """Stays per stage, the same by segment with what the test says, and the velocity."""
    workspace = request.app.state.workspace
    measured = workspace.map(map_id, version)
    filters = read_filters(request.query_params)
    offered = choices(workspace, measured.map)
    by = filters.by or next((name for name in BY if offered.offers(name)), "")
    flags = _asked(filters, by)
    result, velocity = measured.dwell(**flags), measured.velocity(**flags)
    limits = {s.id: float(s.limit_days) for s in measured.map.main_line if s.limit_days is not None}
    top = drawn.axis_top(result.total, limits)

    def strip(s: Stays) -> Markup:
        """Told in words beside it, so it is hidden from screen readers."""
        drawing = drawn.stay_strip(s, width=320, height=34, top=top, limit=limits.get(s.id))
        return Markup(drawing)  # noqa: S704 - drawn from numbers only

    return render(
        request,
        "dwell/page.html",
        takes=(),
        map=measured.map,
        version=measured.version,
        result=result,
        velocity=velocity,
        choices=offered,
        by=by,
        by_labels={name: label for name, label in BY.items() if offered.offers(name)},
        groups=groups_of(result.groups, by, workspace.settings),
        called=lambda value: group_label(value, by, workspace.settings),
        velocities={g.value or "": g for g in velocity.groups},
        zone=workspace.settings.zone,
        limits=limits,
        top=top,
        strip=strip,
        why_briefly=drawn.why_briefly,
        why_not=drawn.why_not,
        factors=factors,
        legend=[(Markup(drawn.legend_mark(name)), label) for name, label in drawn.LEGEND],  # noqa: S704 - constants
    )


@router.get("/maps/{map_id}/dwell.csv")
def download(request: Request, map_id: str, version: int | None = None) -> Response:
    """The figures of the page as CSV."""
    filters = read_filters(request.query_params)
    result = request.app.state.workspace.map(map_id, version).dwell(**filters.flags_without("mode", "window_days"))
    return csv_response(result.rows(), f"{map_id}-dwell.csv")


def _asked(filters: Filters, by: str) -> dict[str, object]:
    return with_groups(filters, by).flags_without("mode", "window_days")
