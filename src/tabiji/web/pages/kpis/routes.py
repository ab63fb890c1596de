"""The KPI page."""

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from tabiji.charts import kpis as drawn
from tabiji.charts.wording import refusal_words, too_few
from tabiji.i18n import N_
from tabiji.journeymap.model import Kpi
from tabiji.metrics.kpi.result import Actual, KpiValue
from tabiji.web.choices import choices
from tabiji.web.filters import read_filters
from tabiji.web.pages.map.receipts import RHYTHMS
from tabiji.web.render import Nav, render
from tabiji.web.segments import BY, groups_of
from tabiji.web.sheets import csv_response

router = APIRouter()
NAV = [Nav(N_("KPI"), "/maps/{map_id}/kpis", 66)]
FOREIGN = ("mode", "window_days")  # filters that this page does not take
MOST_GROUPS = 12
EXAMPLE = (
    "kpis:\n"
    "  - id: demos\n"
    "    stage: consider\n"
    "    name: {ja: デモ実施, en: Demos}\n"
    "    measure: {count: {event: demo_given}, days: 90}\n"
    "    target: 80\n"
    "    owner: sales\n"
    "    rhythm: weekly"
)


@router.get("/maps/{map_id}/kpis")
def show(request: Request, map_id: str, version: int | None = None) -> Response:
    """Each KPI with its target and its value one period before, then segment by segment."""
    workspace = request.app.state.workspace
    measured = workspace.map(map_id, version)
    filters = read_filters(request.query_params)
    result = measured.kpis(**filters.flags_without(*FOREIGN))
    offered = choices(workspace, measured.map)
    asked: dict[str, Kpi] = {kpi.id: kpi for kpi in measured.map.kpis}
    return render(
        request,
        "kpis/page.html",
        takes=(),
        map=measured.map,
        version=measured.version,
        result=result,
        choices=offered,
        zone=workspace.settings.zone,
        asked=asked,
        rhythms=RHYTHMS,
        stages={s.id: s.name for s in measured.map.stages},
        written=drawn.written,
        told=_told,
        met=_met,
        briefly_why=_why,
        strip=lambda kpi: Markup(drawn.kpi_strip(kpi)),  # noqa: S704 - drawn from numbers only
        legend=drawn.LEGEND,
        by_labels={name: label for name, label in BY.items() if offered.offers(name)},
        groups=groups_of(result.groups, filters.by, workspace.settings),
        most_groups=MOST_GROUPS,
        example=EXAMPLE,
    )


@router.get("/maps/{map_id}/kpis.csv")
def download(request: Request, map_id: str, version: int | None = None) -> Response:
    """The figures of the page as CSV."""
    flags = read_filters(request.query_params).flags_without(*FOREIGN)
    rows = request.app.state.workspace.map(map_id, version).kpis(**flags).rows()
    return csv_response(rows, f"{map_id}-kpis.csv", ("id", "value", "target"))


def _told(kpi: KpiValue) -> str:
    """The interval of a value, where it has one."""
    low, high, shown = kpi.actual.low, kpi.actual.high, drawn.written(kpi.measure)
    return "" if low is None or high is None else f"{shown(low)} – {shown(high)}"


def _met(kpi: KpiValue) -> bool | None:
    """Whether the target is reached; None where there is no target or no value."""
    return None if kpi.target is None or kpi.actual.value is None else kpi.actual.value >= kpi.target


def _why(actual: Actual) -> tuple[str, str]:
    """Why there is no value: in a few words, and whole."""
    whole = refusal_words(actual.reason or "", actual.n)
    return too_few(actual.reason, actual.n) or whole, whole
