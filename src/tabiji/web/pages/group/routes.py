"""The Buying group page."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from tabiji.charts.group import arrows, strips
from tabiji.charts.wording import signed
from tabiji.i18n import N_
from tabiji.metrics.group.result import GroupResult
from tabiji.web.choices import choices
from tabiji.web.filters import Filters, read_filters
from tabiji.web.pages.group import receipt  # noqa: F401 - registers the receipts of this page
from tabiji.web.render import Nav, render
from tabiji.web.segments import BY, groups_of
from tabiji.web.sheets import csv_response
from tabiji.workspace.questions import QUESTIONS

if TYPE_CHECKING:
    from tabiji.workspace import MeasuredMap

router = APIRouter()
NAV = [Nav(N_("Buying group"), "/maps/{map_id}/group", 40)]
__all__ = ["NAV", "router"]
# Whose members are told changes no other figure, so no receipt carries it.
SWITCHES = tuple(flag.name for flag in QUESTIONS["group"].own if flag.name != "members_of")
LANDMARKS = (0, 14, 30, 60, 90)
WINDOWS = (7, 14, 30, 60)
STATE_LABELS = {
    "aligned": N_("aligned"),
    "split": N_("split"),
    "blocked": N_("blocked"),
    "unknown": N_("not known"),
}
STANCE_LABELS = {"for": N_("for"), "neutral": N_("neutral"), "against": N_("against"), "silent": N_("silent")}


@router.get("/maps/{map_id}/group")
def show(request: Request, map_id: str, version: int | None = None) -> Response:
    """Coverage, completeness, order, influence, differences, engagement and consensus."""
    measured = request.app.state.workspace.map(map_id, version)
    filters = read_filters(request.query_params)
    switches = _switches(request)
    by = filters.by if filters.by in BY else ""
    members_of = request.query_params.get("members_of") or None
    result = measured.group(**asked(filters, by), **switches, members_of=members_of)
    offered = choices(request.app.state.workspace, measured.map)
    shown = [r for r in result.roles if r.required or any(a.role == r.role and a.n for a in result.total.order)]
    more, planned = arrows.shown_arrows(result.total.influence)
    return render(
        request,
        "group/page.html",
        takes=SWITCHES,
        map=measured.map,
        version=measured.version,
        result=result,
        figures=result.total,
        choices=offered,
        by=by,
        by_labels={name: label for name, label in BY.items() if offered.offers(name)},
        groups=groups_of(result.groups, by, measured.workspace.settings),
        looked_at=_looked_at(result),
        filters_extra="group/filters.html",
        switches=switches,
        address=lambda **other: "?" + urlencode({**filters.parameters, **switches, **other}),
        landmarks=LANDMARKS,
        windows=WINDOWS,
        roles=shown,
        in_order=_in_order(result),
        cells={(c.stage, c.role): c for c in result.total.coverage},
        differences={(o.stage, o.role): o for o in result.total.onward},
        told=[o for o in result.total.onward if o.difference is not None],
        days_top=strips.days_top(result.total.order),
        points_top=strips.points_top(result.total.onward),
        more=more,
        planned=planned,
        picture=Markup(arrows.draw_influence(result).svg) if more or planned else None,  # noqa: S704 - drawn from numbers
        state_labels=STATE_LABELS,
        stance_labels=STANCE_LABELS,
        state_marks=strips.STATES,
        draw=_Draw(),
        points=_points,
        zone=request.app.state.workspace.settings.zone,
    )


@router.get("/maps/{map_id}/group.csv")
def download(request: Request, map_id: str, version: int | None = None) -> Response:
    """The matrix of the page as CSV, shares as 0–1."""
    measured: MeasuredMap = request.app.state.workspace.map(map_id, version)
    result = measured.group(**asked(read_filters(request.query_params)), **_switches(request))
    return csv_response(result.rows(), f"{map_id}-group.csv", ("stage", "role"))


def asked(filters: Filters, by: str = "") -> dict[str, Any]:
    """The filters as flags of this question, divided by `by` (a name of `BY`)."""
    shared = QUESTIONS["group"].shared
    return {name: value for name, value in filters.flags.items() if name in shared and (by or name != "by")}


def _looked_at(result: GroupResult) -> str:
    """The stage by whose end segments are compared: where a missing role goes with loss, else the first one that plans a role,
    else the first of all."""
    if result.missed is not None:
        return result.missed[0].stage
    stages = [c.stage for c in result.total.completeness if c.stage is not None]
    planned = [c.stage for c in result.total.coverage if c.planned]
    return planned[0] if planned else stages[0] if stages else ""


def _switches(request: Request) -> dict[str, str]:
    """The flags of this question alone, as they stand in the address."""
    return {name: request.query_params[name] for name in SWITCHES if request.query_params.get(name)}


def _in_order(result: GroupResult) -> list[Any]:
    """Roles that showed up, in the order in which they usually come; those too few to place last."""
    there = [a for a in result.total.order if a.n]
    return sorted(there, key=lambda a: (a.median_position is None, a.median_position or 0.0, a.median_days or 0.0))


def _points(share: float) -> str:
    """A difference of shares in points: +22, −8, 0."""
    return signed(100 * share, 0)


class _Draw:
    """The strips of the page as markup."""

    def __getattr__(self, name: str) -> Any:
        def draw(*given: Any, **named: Any) -> Markup:
            return Markup(getattr(strips, name)(*given, **named))  # noqa: S704 - drawn from numbers only

        return draw
