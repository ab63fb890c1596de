"""The Accounts pages: who is where, and one account with its people, its stages and what it lacks."""

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from tabiji import i18n
from tabiji.charts.timeline import draw_timeline
from tabiji.i18n import N_
from tabiji.metrics.account.posts import post
from tabiji.web.choices import choices
from tabiji.web.filters import read_filters
from tabiji.web.outcome_words import headed, outcome_words
from tabiji.web.pages.accounts import outlook_receipt, receipt  # noqa: F401 - they register the receipts of these pages
from tabiji.web.pages.accounts.account import account_page, labelled
from tabiji.web.pages.accounts.listing import DAILY, DUE, OWN, SORTS, UNFILTERED, list_page
from tabiji.web.render import Nav, render
from tabiji.web.segments import BY
from tabiji.workspace.questions import QUESTIONS

router = APIRouter()
NAV = [Nav(N_("Accounts"), "/maps/{map_id}/accounts", 30)]
__all__ = ["NAV", "router"]


@router.get("/maps/{map_id}/accounts")
def show(request: Request, map_id: str, version: int | None = None) -> Response:
    """A page of the list."""
    workspace = request.app.state.workspace
    measured = workspace.map(map_id, version)
    filters = read_filters(request.query_params)
    own = {name: request.query_params[name].strip() for name in OWN if request.query_params.get(name, "").strip()}
    if not filters.by:
        own.pop("group", None)  # of a division that was taken away
    takes = {flag.name for flag in QUESTIONS["accounts"].flags}
    offered = choices(workspace, measured.map)
    result = measured.accounts(**{k: v for k, v in filters.flags.items() if k in takes}, **{"sort": DAILY, **own})
    return render(
        request,
        "accounts/page.html",
        takes=OWN,
        page=list_page(measured.map, result, filters, own, version, workspace.settings),
        map=measured.map,
        version=measured.version,
        result=result,
        choices=offered,
        by_labels={name: label for name, label in BY.items() if offered.offers(name)},
        filters_extra="accounts/filters.html",
        own=own,
        pinned=version,
        outcomes={outcome: headed(word) for outcome, word in outcome_words(measured.map).items()},
        sorts=SORTS,
        due=DUE,
        unfiltered=UNFILTERED,
        zone=workspace.settings.zone,
    )


@router.get("/maps/{map_id}/accounts/{account:path}")
def one(request: Request, map_id: str, account: str, version: int | None = None) -> Response:
    """One account: its people on a line of time, its stages with their receipts, who is missing, what it lacked.

    An id that no path can hold stands in the parameter `id`."""
    account = account or request.query_params.get("id", "")
    if not account:
        return show(request, map_id, version)
    workspace = request.app.state.workspace
    measured = workspace.map(map_id, version)
    filters = read_filters(request.query_params)
    takes = {flag.name for flag in QUESTIONS["timeline"].flags}
    result = measured.timeline(account, **{k: v for k, v in filters.flags.items() if k in takes})
    result = labelled(result, workspace.settings)
    zone, lang = workspace.settings.zone, i18n.language()
    return render(
        request,
        "accounts/account.html",
        takes=("id",),
        page=account_page(measured.map, result, lang),
        map=measured.map,
        version=measured.version,
        result=result,
        pinned=version,
        picture=Markup(draw_timeline(result, lang, zone).svg) if result.touches else None,  # noqa: S704 - text is escaped in it
        post=post,
        zone=zone,
    )
