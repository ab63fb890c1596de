"""The Paths page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from tabiji.charts import paths as drawn
from tabiji.charts.funnel import SMALL, axis_top, interval_strip
from tabiji.i18n import N_
from tabiji.metrics.paths.result import Edge, PathsResult
from tabiji.result import Share
from tabiji.web.choices import choices
from tabiji.web.filters import Filters, read_filters
from tabiji.web.outcome_words import outcome_words
from tabiji.web.pages.paths import receipt  # noqa: F401 - registers the receipts of this page
from tabiji.web.render import Nav, render
from tabiji.web.segments import BY, groups_of
from tabiji.web.sheets import csv_response

router = APIRouter()
NAV = [Nav(N_("Paths"), "/maps/{map_id}/paths", 62)]
__all__ = ["NAV", "router"]
FOREIGN = ("mode", "window_days", "horizon_days")  # filters that this page does not take
LEVELS = {"stage": N_("Stages"), "touch": N_("Touchpoints")}
RETURNS = {"": N_("First time only"), "1": N_("With every return")}
MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class View:
    """What of the address belongs to this page alone. cover: percent of the steps that the picture carries; None = readable."""

    level: str
    returns: bool
    cover: int | None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "View":
        """From the query; what cannot be used is taken for not given."""
        level = query.get("level", "")
        cover = query.get("cover", "")
        fits = cover.isdecimal() and 1 <= int(cover[:4]) <= 100
        return cls(level if level in LEVELS else "stage", query.get("returns") == "1", int(cover) if fits else None)

    @property
    def flags(self) -> dict[str, Any]:
        """The flags of the question."""
        out: dict[str, Any] = {} if self.level == "stage" else {"level": self.level}
        return out if self.returns else out | {"once": True}

    @property
    def parameters(self) -> dict[str, str]:
        """As they stand in the address."""
        return ({"level": self.level} if self.level != "stage" else {}) | ({"returns": "1"} if self.returns else {})


@router.get("/maps/{map_id}/paths")
def show(request: Request, map_id: str, version: int | None = None) -> Response:
    """The flow picture, the paths that occur, the ways back, and all pairs with their medians."""
    workspace = request.app.state.workspace
    measured = workspace.map(map_id, version)
    filters, view = read_filters(request.query_params), View.of(request.query_params)
    flags = filters.flags_without(*FOREIGN)
    result = measured.paths(**flags, **view.flags)
    with_returns = result
    if not view.returns:
        with_returns = measured.paths(**{k: v for k, v in (flags | view.flags).items() if k not in ("once", "by")})
    picked = drawn.shown(result, view.cover)
    link = _linker(map_id, filters, view)
    offered = choices(workspace, measured.map)
    shares = [v.share for v in result.variants] + [result.total.rest.share]
    return render(
        request,
        "paths/page.html",
        lost=outcome_words(measured.map)["lost"],
        takes=("level", "returns", "cover"),
        map=measured.map,
        version=measured.version,
        result=result,
        loops=with_returns.total.loops[:12],
        loops_rest=len(with_returns.total.loops[12:]) + with_returns.total.loops_rest[0],
        choices=offered,
        filters_extra="paths/filters.html",
        zone=workspace.settings.zone,
        view=view,
        levels=LEVELS,
        returns=RETURNS,
        picked=picked,
        picture=Markup(drawn.flow_picture(result, picked, link=link).svg),  # noqa: S704 - its texts are escaped
        edges=result.edges[:MOST_ROWS],
        tone=_tones(result),
        strip=lambda share: _strip(share, axis_top(shares)),
        path_key=lambda v: json.dumps(list(v.path), ensure_ascii=False),
        by_labels={name: label for name, label in BY.items() if offered.offers(name)},
        groups=groups_of(result.groups, filters.by, workspace.settings),
        address=lambda **changes: urlencode(filters.parameters | view.parameters | changes),
    )


@router.get("/maps/{map_id}/paths.csv")
def download(request: Request, map_id: str, version: int | None = None) -> Response:
    """All pairs as CSV."""
    filters, view = read_filters(request.query_params), View.of(request.query_params)
    result = request.app.state.workspace.map(map_id, version).paths(**filters.flags_without(*FOREIGN), **view.flags)
    return csv_response(result.rows(), f"{map_id}-paths.csv", ("from", "to", "n", "median_days"))


def _linker(map_id: str, filters: Filters, view: View) -> Any:
    """Address of the receipt of a pair."""

    def link(edge: Edge) -> str:
        named = filters.parameters | view.parameters | {"measure": "edge", "a": edge.from_, "b": edge.to, "by": ""}
        return f"/maps/{map_id}/receipt/paths?{urlencode({k: v for k, v in named.items() if v})}"

    return link


def _tones(result: PathsResult) -> dict[str, str]:
    """Class of the chip of each node: stages get darker along the map, what is lost is red."""
    line = [node for node in result.names if node not in result.failures]
    if result.level != "stage":
        return dict.fromkeys(line, "t")
    steps = {node: f"s{round(5 * k / max(1, len(line) - 1))}" for k, node in enumerate(line)}
    return steps | dict.fromkeys(result.failures, "lost")


def _strip(share: Share, top: float) -> Markup:
    """An interval, small; told in words beside it."""
    return Markup(interval_strip([(share, SMALL)], width=120, height=10, top=top, grid=False))  # noqa: S704 - numbers only
