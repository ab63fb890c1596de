"""The page Plan vs actual."""

from collections.abc import Iterable, Mapping
from functools import partial
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from tabiji.charts import plan as drawn
from tabiji.charts.funnel import SMALL, interval_strip
from tabiji.charts.wording import money_beside, too_few
from tabiji.i18n import N_, pick, text
from tabiji.metrics.conformance.deviation_result import LATE, WRONG_ROLE, Deviation, Difference
from tabiji.metrics.conformance.words import CLASS_NAMES, proposal
from tabiji.web.choices import choices
from tabiji.web.filters import Filters, read_filters
from tabiji.web.pages.plan import receipt  # noqa: F401 - registers the receipts of this page
from tabiji.web.render import Nav, render
from tabiji.web.segments import BY, groups_of, with_groups
from tabiji.web.sheets import csv_response

router = APIRouter()
NAV = [Nav(N_("Plan vs actual"), "/maps/{map_id}/plan", 60)]
__all__ = ["NAV", "router"]
TOPS = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0)  # ends of the axis of differences
FOREIGN = ("mode", "window_days")  # filters that this page does not take


@router.get("/maps/{map_id}/plan")
def show(request: Request, map_id: str, version: int | None = None) -> Response:
    """Fitness in words, the plan as walked, and the deviations."""
    workspace = request.app.state.workspace
    measured = workspace.map(map_id, version)
    filters = read_filters(request.query_params)
    offered = choices(workspace, measured.map)
    by = filters.by or next((name for name in BY if offered.offers(name)), "")
    result = measured.conformance(**with_groups(filters, by).flags_without(*FOREIGN))
    compared = [d for d in result.deviations if d.onward.difference is not None]
    widest = max((abs(v) for d in compared for v in (d.onward.low, d.onward.high) if v is not None), default=1.0)
    top = next((t for t in TOPS if widest <= t), 1.0)
    return render(
        request,
        "plan/page.html",
        takes=(),
        map=measured.map,
        version=measured.version,
        result=result,
        choices=offered,
        by=by,
        by_labels={name: label for name, label in BY.items() if offered.offers(name)},
        groups=groups_of(result.groups, by, workspace.settings),
        small=lambda share: Markup(  # noqa: S704 - drawn from numbers only
            interval_strip([(share, SMALL)], width=120, height=10, grid=False)
        ),
        zone=workspace.settings.zone,
        picture=Markup(drawn.draw_plan(result.total, label=result.explain()).svg),  # noqa: S704 - its texts are escaped
        compared=compared,
        others=[d for d in result.deviations if d.onward.difference is None],
        candidates=[d for d in result.deviations if d.candidate],
        class_names=CLASS_NAMES,
        propose=propose,
        top=top,
        names={s.id: pick(s.name) or s.id for s in measured.map.main_line},
        strip=lambda d: Markup(drawn.difference_strip(d, width=150, height=18, top=top)),  # noqa: S704 - numbers only
        points=points,
        few=few,
        price=partial(price, widest=widest_amount(result.deviations)),
        where=lambda d: accounts_query(d, filters),
        paths="/maps/{map_id}/paths" in {n.path for n in request.app.state.nav},
    )


@router.get("/maps/{map_id}/plan.csv")
def download(request: Request, map_id: str, version: int | None = None) -> Response:
    """The deviations as CSV, shares and differences as 0–1."""
    filters = read_filters(request.query_params)
    result = request.app.state.workspace.map(map_id, version).conformance(**filters.flags_without(*FOREIGN))
    return csv_response(result.rows(), f"{map_id}-plan.csv", ("class", "stage", "role", "touchpoint", "n", "share"))


def points(value: float | None) -> str:
    """A difference of shares in percentage points: +12, −3.4."""
    if value is None:
        return "—"
    shown = value * 100
    return (f"{shown:+.0f}" if abs(shown) >= 9.5 else f"{shown:+.1f}").replace("-", "−")


def widest_amount(deviations: Iterable[Deviation]) -> float:
    """The largest amount that the table tells."""
    told = (d.value for d in deviations)
    return max((abs(v) for x in told for v in (x.difference, x.low, x.high) if v is not None), default=0.0)


def price(d: Deviation, difference: Difference, widest: float) -> tuple[str, str]:
    """The difference in value per journey, and its interval, in the reader's words. widest: the largest amount of the table,
    in whose unit all are told."""
    if difference.difference is None or difference.low is None or difference.high is None or d.currency is None:
        return "", ""
    sign = "+" if difference.difference > 0 else ""
    low, high = (money_beside(v, widest, d.currency) for v in (difference.low, difference.high))
    return sign + money_beside(difference.difference, widest, d.currency), f"{low} – {high}"


def few(difference: Difference) -> str:
    """Why there is no difference, in a few words: of the side with fewer journeys where these are too few."""
    reason, n = difference.reason, min(difference.n_with, difference.n_without)
    return too_few(reason, n) or (text(reason) if reason else "—")


def propose(d: Deviation) -> str:
    """What a candidate asks of the plan."""
    return proposal(d.kind, {of: d.name(of) for of in ("stage", "role", "touchpoint")})


def accounts_query(d: Deviation, filters: Filters) -> str:
    """The accounts that stand where the deviation is: a query of the accounts page."""
    asked: Mapping[str, str] = {"stage": d.stage}
    if d.kind == WRONG_ROLE and d.role:
        asked = {"stage": d.stage, "missing_role": d.role}
    if d.kind == LATE:
        asked = {"stage": d.stage, "stalled": "1"}
    return urlencode({**{k: v for k, v in filters.parameters.items() if k not in (*FOREIGN, "by")}, **asked})
