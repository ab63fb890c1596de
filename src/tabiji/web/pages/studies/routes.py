"""The Studies pages."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from tabiji import i18n
from tabiji.i18n import N_, text
from tabiji.journeymap.model import JourneyMap
from tabiji.web.jobs import Progress
from tabiji.web.pages.studies import wording
from tabiji.web.readiness import done_soon
from tabiji.web.render import Nav, render
from tabiji.workspace.studies import Figure, Study, StudyResult
from tabiji.workspace.studies.figures import figures
from tabiji.workspace.studies.result import CAUSES

router = APIRouter()
NAV = [Nav(N_("Studies"), "/studies", 70, needs_map=True)]
SHOWN = 250  # figures on a page
KEPT = 20  # studies that need not be asked again while nothing changed


@dataclass(frozen=True, slots=True)
class Row:
    """A figure that moved, in words. `section`: what it belongs to, empty where the row above says it."""

    section: str
    figure: str
    was: str
    was_range: str
    now: str
    now_range: str
    difference: str
    causes: tuple[str, ...]


@router.get("/studies")
def show_all(request: Request) -> Response:
    """Every study, the newest first."""
    workspace = request.app.state.workspace
    studies = workspace.studies.list()
    return render(
        request, "studies/page.html", takes=(), studies=studies, verbs=wording.VERBS, zone=workspace.settings.zone
    )


@router.post("/studies")
def save(
    request: Request,
    name: Annotated[str, Form()],
    verb: Annotated[str, Form()],
    map_id: Annotated[str, Form()],
    flags: Annotated[str, Form()] = "",
    version: Annotated[int | None, Form()] = None,
) -> Response:
    """Keep a question of a page with its answer. flags: as a URL query."""
    given = dict(parse_qsl(flags))
    saved = request.app.state.workspace.studies.save(name, verb, map_id, given.pop("account", None), version, **given)
    return RedirectResponse(f"/studies/{quote(saved.name)}", status_code=303)


@router.get("/studies/{name}")
def show(request: Request, name: str) -> Response:
    """One study: frozen, restated, difference, and the reasons."""
    workspace = request.app.state.workspace
    study = workspace.studies.get(name)
    result = _restated(request, study)
    journey_map = workspace.maps.get(study.map_id, study.map_version).map
    told = figures(result.restated or result.frozen)
    shown = [f for f in result.figures if not wording.is_told_beside(f.path, told)]
    return render(
        request,
        "studies/study.html",
        study=study,
        result=result,
        map=journey_map,
        verbs=wording.VERBS,
        causes=[(cause, CAUSES[cause]) for cause in result.causes],
        cause_names=CAUSES,
        rows=_rows(result, shown[:SHOWN], journey_map),
        n_further=max(0, len(shown) - SHOWN),
        zone=workspace.settings.zone,
        folder=str(workspace.folder.root),
    )


@router.post("/studies/{name}/remove")
def remove(request: Request, name: str) -> Response:
    """Forget a study."""
    request.app.state.workspace.studies.remove(name)
    return RedirectResponse("/studies", status_code=303)


def _restated(request: Request, study: Study) -> StudyResult:
    """The study asked again; where that takes longer than a reader waits, its progress first. Raises as `done_soon`."""
    state = request.app.state
    workspace = state.workspace
    if not hasattr(state, "restated"):
        state.restated = OrderedDict()
    kept: OrderedDict[Hashable, StudyResult] = state.restated
    said = tuple((s.id, s.condition) for s in workspace.segments.list())
    version = workspace.maps.get(study.map_id).number
    key = ("study", study.name, study.taken_at, workspace.lake.head().number, version, said, i18n.language())
    here = f"/studies/{quote(study.name)}"

    def work(progress: Progress) -> str:
        progress(text(N_("Asking the study again, with the data and rules of then and of now")), 0, None)
        kept[key] = workspace.studies.show(study.name)
        while len(kept) > KEPT:
            kept.popitem(last=False)
        return here

    if key not in kept:
        done_soon(state.jobs.join(key, text(N_("Asking the study again")), work, back_url="/studies"))
    return kept[key]


def _rows(result: StudyResult, shown: list[Figure], journey_map: JourneyMap) -> list[Row]:
    then, now = figures(result.frozen), figures(result.restated or {})
    rows: list[Row] = []
    above = None
    for f in shown:
        section, figure = wording.named(f.path, journey_map)
        rows.append(
            Row(
                section="" if section == above else section,
                figure=figure,
                was=wording.value(f.path, f.frozen),
                was_range=wording.beside(f.path, then),
                now=wording.value(f.path, f.restated),
                now_range=wording.beside(f.path, now),
                difference=wording.difference(f.path, f.difference),
                causes=tuple(
                    wording.difference(f.path, f.by_cause.get(cause, 0.0)) if f.by_cause else ""
                    for cause in result.causes
                ),
            )
        )
        above = section
    return rows
