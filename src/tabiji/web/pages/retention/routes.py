"""The page about retention."""

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from tabiji.charts import retention as drawn
from tabiji.charts.wording import money, money_interval, refusal_words, too_few
from tabiji.i18n import N_, pick
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.means import Mean
from tabiji.metrics.retention.health import OUTCOME_STAGES
from tabiji.metrics.retention.health_result import LABELS, NO_OUTCOMES, foretold
from tabiji.metrics.retention.result import CHURN, REVENUE, Lasting, RetentionFigures, Revenue
from tabiji.metrics.retention.subscriptions import fits
from tabiji.result import Share
from tabiji.web.choices import choices
from tabiji.web.filters import read_filters
from tabiji.web.pages.retention.receipt import (
    OWN,
    amount_of,
    health_flags,
    own_parameters,
    retention_flags,
)  # registers its receipts
from tabiji.web.render import Nav, render
from tabiji.web.segments import BY, groups_of
from tabiji.web.sheets import csv_response
from tabiji.workspace import Workspace

router = APIRouter()
NAV = [Nav(N_("Retention"), "/maps/{map_id}/retention", 64)]
__all__ = ["NAV", "router"]
MEANINGS = {
    "start": N_("starts"),
    "renewal": N_("renewals"),
    "expansion": N_("expansions"),
    "contraction": N_("reductions"),
    "end": N_("ends"),
}
BRIDGE = {
    "start": N_("at the start"),
    "lost": N_("lost customers"),
    "reduced": N_("reduced"),
    "added": N_("added"),
    "new": N_("new customers"),
    "end": N_("at the end"),
}
PERIODS = (90, 180, 365)
LISTED = 12
LEFT, KEPT, LASTING = (
    "left_of_start",
    "period_start",
    365,
)  # what is told of a segment: two definitions, and after how many days


@router.get("/maps/{map_id}/retention")
def show(request: Request, map_id: str, version: int | None = None) -> Response:
    """Churn and revenue under each definition, survival, lifetime value, health."""
    workspace = request.app.state.workspace
    measured = workspace.map(map_id, version)
    filters = read_filters(request.query_params)
    result = measured.retention(**retention_flags(filters.flags, request.query_params))
    health = measured.health(**health_flags(filters.flags, request.query_params))
    total, offered = result.total, choices(workspace, measured.map)
    kept = [s for m in total.money for d in m.definitions for s in (d.gross, d.net)]
    return render(
        request,
        "retention/page.html",
        takes=OWN,
        map=measured.map,
        version=measured.version,
        result=result,
        total=total,
        health=health,
        foretold="" if health.validation is None else foretold(health.validation),
        choices=offered,
        by_labels={name: label for name, label in BY.items() if offered.offers(name)},
        groups=groups_of(result.groups, filters.by, workspace.settings),
        of_segment=_of_segment,
        lasting_days=LASTING,
        kept=KEPT,
        left=LEFT,
        filters_extra="retention/filters.html",
        zone=workspace.settings.zone,
        period=str(result.period_days),
        own=own_parameters(request.query_params) | {"period_days": str(result.period_days)},
        periods=PERIODS,
        meanings=MEANINGS,
        bridge=BRIDGE,
        churn_names=CHURN,
        revenue_names=REVENUE,
        labels=LABELS,
        churn_top=drawn.axis_top(c.share for c in total.churn),
        kept_top=drawn.axis_top(kept),
        strip=_strip,
        survival=_survival,
        fifths=_fifths,
        money=money,
        amount=_amount,
        lowest=health.lowest[:LISTED],
        no_outcomes=NO_OUTCOMES,
        elsewhere=_elsewhere(workspace, measured.map),
    )


@router.get("/maps/{map_id}/retention.csv")
def download(request: Request, map_id: str, version: int | None = None) -> Response:
    """The figures of the page as CSV."""
    flags = retention_flags(read_filters(request.query_params).flags, request.query_params)
    rows = request.app.state.workspace.map(map_id, version).retention(**flags).rows()
    return csv_response(rows, f"{map_id}-retention.csv", ("measure", "definition", "share"))


def _elsewhere(workspace: Workspace, own: JourneyMap) -> list[tuple[str, str]]:
    """(id, name and stage) of the other maps with a stage that confirms outcomes: return is measured there."""
    return [
        (other.id, f"{pick(other.map.name) or other.id} · {pick(stage.name) or stage.id}")
        for other in workspace.maps.list()
        if other.id != own.id and other.map.unit == own.unit
        for stage in [s for s in other.map.stages if fits(s.id, OUTCOME_STAGES)][:1]
    ]


def _of_segment(figures: RetentionFigures) -> tuple[Share | None, dict[str, Revenue], Share | None]:
    """Who left, what was kept per currency, and what is still in force, of one segment; None where nothing is known."""
    left = next((c.share for c in figures.churn if c.id == LEFT), None)
    kept = {m.currency: d for m in figures.money for d in m.definitions if d.id == KEPT}
    return left, kept, figures.lasting[0].at.get(LASTING) if figures.lasting else None


def _strip(share: Share, top: float) -> Markup:
    return Markup(drawn.strip(share, top))  # noqa: S704 - drawn from numbers only


def _survival(lasting: Lasting) -> Markup:
    """The curve for a desk and for a phone; its figures stand in the table below, so it is hidden from screen readers."""
    wide, narrow = drawn.survival(lasting, width=1100, height=250), drawn.survival(lasting, width=330, height=190)
    return Markup(f'<div class="at-desk">{wide}</div><div class="at-phone">{narrow}</div>')  # noqa: S704 - drawn from numbers only


def _fifths(bands: tuple[int, ...]) -> Markup:
    return Markup(drawn.fifths(bands))  # noqa: S704 - drawn from numbers only


def _amount(found: Mean | Share, currency: str) -> tuple[str, str, int, str]:
    """An amount for a reader, its interval, n, and where it is refused the whole reason beside its few words."""
    value, low, high, n, reason = amount_of(found)
    if value is None or low is None or high is None:
        whole = refusal_words(reason or "", n)
        return too_few(reason, n) or whole, "", n, whole
    return money(value, currency), money_interval(low, high, currency), n, ""
