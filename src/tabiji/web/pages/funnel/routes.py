"""The Funnel page."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from tabiji.charts import funnel as drawn
from tabiji.i18n import N_, text
from tabiji.metrics.funnel.result import Transition
from tabiji.metrics.periods import Every
from tabiji.result import Share
from tabiji.web.choices import choices
from tabiji.web.filters import Filters, read_filters
from tabiji.web.outcome_words import outcome_words
from tabiji.web.pages.funnel import bottlenecks, factors, receipt  # noqa: F401 - registers the receipts of this page
from tabiji.web.pages.funnel.cohorts import LABELS, Cohort, cohorts, measured_cohorts
from tabiji.web.render import Nav, render
from tabiji.web.segments import BY, groups_of, with_groups
from tabiji.web.sheets import csv_response
from tabiji.workspace.ask import FUNNEL, read_flags
from tabiji.workspace.overview import span

if TYPE_CHECKING:
    from tabiji.workspace import MeasuredMap, Workspace

router = APIRouter()
NAV = [Nav(N_("Funnel"), "/maps/{map_id}/funnel", 20)]
__all__ = ["NAV", "router"]


@router.get("/maps/{map_id}/funnel")
def show(request: Request, map_id: str, version: int | None = None) -> Response:
    """Three shares per transition, then the same by segment and by cohort."""
    workspace = request.app.state.workspace
    measured = workspace.map(map_id, version)
    filters = read_filters(request.query_params)
    offered = choices(workspace, measured.map)
    by = filters.by or next((name for name in BY if offered.offers(name)), "")
    kind: Every = next((k for k in LABELS if k == request.query_params.get("cohort")), "quarter")
    result = measured.funnel(**_asked(filters, by))
    groups = groups_of(result.groups, by, workspace.settings)
    ended = {"lost": outcome_words(measured.map)["lost"]}
    return render(
        request,
        "funnel/page.html",
        takes=("cohort", "of"),
        map=measured.map,
        version=measured.version,
        result=result,
        choices=offered,
        filters_extra="funnel/filters.html",
        by=by,
        by_labels={name: label for name, label in BY.items() if offered.offers(name)},
        groups=groups,
        cohort=kind,
        cohort_labels=LABELS,
        cohorts=_cohorts(workspace, measured, filters, kind) if result.total.n else (),
        zone=workspace.settings.zone,
        small_top=drawn.axis_top(t.share for _, _, g in groups for t in g.transitions),
        strip=_strip,
        small=_small,
        bar=_bar,
        top=drawn.axis_top(s for t in result.transitions for s in (t.censoring_aware, t.naive, t.mature)),
        marks=(drawn.AWARE, drawn.NAIVE, drawn.MATURE),
        parts=[(name, ended.get(name, text(label)), *paint) for name, label, *paint in drawn.parts(result.mode)],
        lost=ended["lost"],
        **bottlenecks.section(measured, result, filters, request.query_params.get("of") or None),
    )


@router.get("/maps/{map_id}/funnel.csv")
def download(request: Request, map_id: str, version: int | None = None) -> Response:
    """The figures of the page as CSV, shares as 0–1."""
    filters = read_filters(request.query_params)
    result = request.app.state.workspace.map(map_id, version).funnel(**filters.flags)
    return csv_response(result.rows(), f"{map_id}-funnel.csv", ("from", "to"))


@router.get("/maps/{map_id}/bottleneck.csv")
def download_stakes(request: Request, map_id: str, version: int | None = None) -> Response:
    """What each transition costs a year as CSV, shares as 0–1."""
    flags = factors.without_order(read_filters(request.query_params).flags)
    result = request.app.state.workspace.map(map_id, version).bottleneck(no_factors=True, **flags)
    return csv_response(result.rows(), f"{map_id}-bottleneck.csv", ("from", "to"))


def _asked(filters: Filters, by: str) -> dict[str, object]:
    return with_groups(filters, by).flags


def _cohorts(workspace: "Workspace", measured: "MeasuredMap", filters: Filters, kind: Every) -> tuple[Cohort, ...]:
    known = span(workspace.lake)
    if known is None:
        return ()
    first, last = (instant.astimezone(workspace.settings.zone).date() for instant in known)
    asked = read_flags(filters.flags, FUNNEL)
    last = min(last, asked.to or last, asked.as_of or last)
    return measured_cohorts(
        measured, filters.flags, cohorts(max(first, asked.from_ or first), last, kind, workspace.settings.year_from)
    )


def _strip(t: Transition, top: float) -> Markup:
    """The three intervals of a transition; told in words beside it, so it is hidden from screen readers."""
    shares = [(t.censoring_aware, drawn.AWARE), (t.naive, drawn.NAIVE), (t.mature, drawn.MATURE)]
    return Markup(drawn.interval_strip(shares, width=260, height=50, top=top))  # noqa: S704 - drawn from numbers only


def _small(share: Share, top: float) -> Markup:
    """One interval, small, for a cell of a table."""
    return Markup(drawn.interval_strip([(share, drawn.SMALL)], width=120, height=10, top=top, grid=False))  # noqa: S704


def _bar(t: Transition, full: int) -> Markup:
    """What became of those who entered."""
    return Markup(drawn.split_bar(t, full=full, width=260, height=14))  # noqa: S704
