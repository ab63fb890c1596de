"""The Cohorts page."""

from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from tabiji import i18n
from tabiji.charts.cohorts import draw_cohorts
from tabiji.i18n import N_
from tabiji.metrics.cohorts.result import Cell, CohortResult
from tabiji.web.choices import choices
from tabiji.web.filters import Filters, read_filters
from tabiji.web.pages.cohorts import receipt  # noqa: F401 - registers the receipts of this page
from tabiji.web.render import Nav, render
from tabiji.web.sheets import csv_response

router = APIRouter()
NAV = [Nav(N_("Cohorts"), "/maps/{map_id}/cohorts", 27)]
__all__ = ["NAV", "router"]
EVERY = {"month": N_("Month"), "quarter": N_("Quarter"), "half": N_("Half-year"), "year": N_("Year")}
STEPS = {"30": N_("every 30 days"), "90": N_("every 90 days")}
SHADES = 9


@router.get("/maps/{map_id}/cohorts")
def show(request: Request, map_id: str, version: int | None = None) -> Response:
    """One row per cohort, one column per age."""
    workspace = request.app.state.workspace
    measured = workspace.map(map_id, version)
    filters = read_filters(request.query_params)
    own = _own(request)
    result = measured.cohorts(**_flags(filters), **own)
    return render(
        request,
        "cohorts/page.html",
        takes=("stage", "every", "age_days"),
        map=measured.map,
        version=measured.version,
        result=result,
        choices=choices(workspace, measured.map),
        filters_extra="cohorts/filters.html",
        own=own | {"stage": result.stage},
        every_labels=EVERY,
        steps=STEPS,
        shade=_shades(result),
        picture=Markup(draw_cohorts(result, i18n.language(), width=1180.0, height=320.0).svg),  # noqa: S704 - text is escaped in it
        zone=workspace.settings.zone,
    )


@router.get("/maps/{map_id}/cohorts.csv")
def download(request: Request, map_id: str, version: int | None = None) -> Response:
    """The figures of the page as CSV."""
    measured = request.app.state.workspace.map(map_id, version)
    result = measured.cohorts(**_flags(read_filters(request.query_params)), **_own(request))
    return csv_response(result.rows(), f"{map_id}-cohorts.csv")


def _flags(filters: Filters) -> dict[str, Any]:
    return filters.flags_without("mode", "window_days", "by")


def _own(request: Request) -> dict[str, str]:
    """What only this page asks; months where the address says nothing."""
    query = request.query_params
    every, step = query.get("every", ""), query.get("age_days", "")
    return {
        "stage": query.get("stage", ""),
        "every": every if every in EVERY else "month",
        "age_days": step or "30",
    }


def _shades(result: CohortResult) -> Any:
    """Cell → its shade, 0 (none) to `SHADES` (the largest share on the page)."""
    rows = [result.total.cells, *(cohort.cells for cohort in result.cohorts)]
    shares = [c.share.share for row in rows for c in row if c.share.share is not None]
    top = max(shares, default=0.0)

    def shade(cell: Cell) -> int:
        return 0 if not cell.share.share or top <= 0 else max(1, round(cell.share.share / top * SHADES))

    return shade
