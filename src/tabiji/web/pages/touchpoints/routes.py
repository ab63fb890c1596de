"""The Touchpoints page."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from tabiji import i18n
from tabiji.charts import credit as drawn
from tabiji.charts.wording import days, interval
from tabiji.i18n import N_, pick, text
from tabiji.journeymap import JourneyMap
from tabiji.metrics.credit.costs import NO_SPEND, CostRow
from tabiji.metrics.credit.result import LEVEL_NAMES, MODEL_NAMES, NO_TOUCH, CreditResult, KeyCredit
from tabiji.result import Share
from tabiji.web.choices import choices
from tabiji.web.filters import Filters, read_filters
from tabiji.web.pages.touchpoints import receipt  # noqa: F401 - registers the receipts of this page
from tabiji.web.render import Nav, render
from tabiji.web.segments import BY, groups_of
from tabiji.web.sheets import csv_response
from tabiji.web.words import value_label
from tabiji.workspace.questions import QUESTIONS

if TYPE_CHECKING:
    from tabiji.workspace import MeasuredMap

router = APIRouter()
NAV = [Nav(N_("Touchpoints"), "/maps/{map_id}/touchpoints", 50)]
__all__ = ["NAV", "router"]
LOOKBACKS = ("30", "90", "180", "365")
SWITCHES = tuple(flag.name for flag in QUESTIONS["credit"].own if flag.name != "model")
SHADES = 6  # of the heat table
MOST_ROWS = 30
VERDICTS = {"holds": N_("holds"), "wavers": N_("wavers"), "does not hold": N_("does not hold")}


@router.get("/maps/{map_id}/touchpoints")
def show(request: Request, map_id: str, version: int | None = None) -> Response:
    """All models side by side, how firm each is, reach per stage, and what the credit cost."""
    measured = request.app.state.workspace.map(map_id, version)
    settings = request.app.state.workspace.settings
    filters = read_filters(request.query_params)
    switches = _switches(request)
    result = measured.credit(**asked(filters), **switches)
    if result.asked.level == "channel":
        told = {
            key: {i18n.language(): value_label(settings, "channel", key)} for key in result.touched if key != NO_TOUCH
        }
        result = replace(result, names={**told, **result.names})
    paid_by = request.query_params.get("cost", "linear")
    costs = result.costs
    if paid_by != "linear" and paid_by in result.models:
        costs = measured.credit(**asked(filters), **switches, model=paid_by).costs
    order = drawn.leading(result, MOST_ROWS)
    offered = choices(request.app.state.workspace, measured.map)
    reach = _reach(measured, filters) if result.asked.level == "touchpoint" else None
    return render(
        request,
        "touchpoints/page.html",
        takes=(*SWITCHES, "cost"),
        map=measured.map,
        version=measured.version,
        result=result,
        choices=offered,
        filters_extra="touchpoints/filters.html",
        switches=switches,
        address=lambda **other: "?" + urlencode({**filters.parameters, **switches, **_paid(request), **other}),
        stage_names={s.id: pick(s.name) or s.id for s in measured.map.stages},
        stage_choices=[(s.id, pick(s.name) or s.id) for s in measured.map.main_line],
        level_choices=[(name, text(label)) for name, label in LEVEL_NAMES.items()],
        lookback_choices=[(n, days(int(n))) for n in LOOKBACKS],
        cost_choices=[(m, text(MODEL_NAMES[m])) for m in result.models],
        levels=LEVEL_NAMES,
        model_names=MODEL_NAMES,
        verdicts=VERDICTS,
        order=order,
        left_out=len(drawn.leading(result, 1 << 30)) - len(order),
        cells=_cells(result),
        shade=_shade(result),
        span=_span(result),
        no_touch=NO_TOUCH,
        bump=Markup(drawn.draw_credit(result).svg) if len(order) > 1 and len(result.models) > 1 else None,  # noqa: S704
        reach=reach,
        by=filters.by,
        by_labels={name: label for name, label in BY.items() if offered.offers(name)},
        groups=() if reach is None else groups_of(reach.groups, filters.by, request.app.state.workspace.settings),
        costs=costs,
        no_spend=costs.reason == NO_SPEND,
        joined=_joined(measured.map) if result.asked.level == "touchpoint" else {},
        roi_bar=_roi_bar(costs.rows),
        zone=request.app.state.workspace.settings.zone,
    )


@router.get("/maps/{map_id}/touchpoints.csv")
def download(request: Request, map_id: str, version: int | None = None) -> Response:
    """Credit per model and key as CSV, shares as 0–1."""
    filters = read_filters(request.query_params)
    result = request.app.state.workspace.map(map_id, version).credit(**asked(filters), **_switches(request))
    return csv_response(result.rows(), f"{map_id}-credit.csv")


def asked(filters: Filters) -> dict[str, Any]:
    """The filters that the page asks with; only reach is divided by segment."""
    return {name: value for name, value in filters.flags.items() if name in QUESTIONS["reach"].shared and name != "by"}


def _switches(request: Request) -> dict[str, str]:
    """What the address says beyond the filters: goal, level, lookback, …"""
    return {name: value for name in SWITCHES if (value := request.query_params.get(name))}


def _paid(request: Request) -> dict[str, str]:
    return {"cost": value} if (value := request.query_params.get("cost")) else {}


def _cells(result: CreditResult) -> dict[str, dict[str, Any]]:
    """model → key → (row, place)."""
    out: dict[str, dict[str, Any]] = {}
    for model, rows in result.models.items():
        ranks = result.ranks(model)
        out[model] = {r.key: (r, ranks.get(r.key)) for r in rows}
    return out


def _shade(result: CreditResult) -> Any:
    """share → class of the heat table, 0 (nothing) to SHADES (the largest share of all)."""
    top = max((r.share or 0.0 for rows in result.models.values() for r in rows if r.key != NO_TOUCH), default=0.0)
    return lambda share: 0 if not share or share < 0 or top <= 0 else max(1, min(SHADES, round(share / top * SHADES)))


def _span(result: CreditResult) -> Callable[[KeyCredit], str]:
    """The interval of a key's credit, as a share of all conversions."""
    n = max(result.conversions, 1)
    return lambda r: interval(Share(r.share, (r.low or 0.0) / n, (r.high or 0.0) / n, n))


def _reach(measured: "MeasuredMap", filters: Filters) -> Any:
    """Reach per touchpoint and stage; None where the map has no touchpoints."""
    by = {name: value for name, value in filters.flags.items() if name == "by"}
    found = measured.reach(**asked(filters), **by)
    return found if found.touchpoints else None


def _roi_bar(rows: tuple[CostRow, ...]) -> Callable[[CostRow], Markup]:
    """A drawer of returns on one axis, from ten times lost to ten times back, further where a return lies beyond."""
    ends = [1 + end for r in rows for end in (r.roi_high, r.roi) if end is not None]
    top = max([10.0, *ends])

    def draw(row: CostRow) -> Markup:
        return Markup(drawn.return_bar(row.roi or 0.0, row.roi_low, row.roi_high, top))  # noqa: S704 - numbers only

    return draw


def _joined(journey_map: JourneyMap) -> dict[str, list[str]]:
    """Channel → the names of its touchpoints, for a cost table whose credit is that of touchpoints."""
    out: dict[str, list[str]] = {}
    for touchpoint in journey_map.touchpoints:
        out.setdefault(touchpoint.channel or "", []).append(pick(touchpoint.name) or touchpoint.id)
    return out
