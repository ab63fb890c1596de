"""The questions over HTTP: the flags of the command line as query parameters, the same JSON as `--json`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from tabiji.i18n import text
from tabiji.journeymap import to_dict
from tabiji.workspace.ask import FlagError, must_be_known
from tabiji.workspace.flags import Flag, whole, words
from tabiji.workspace.questions import QUESTIONS, Ask

router = APIRouter(prefix="/api/v1", tags=["maps"])
ALWAYS = ("lang",)  # the language of messages; belongs to no question
VERSION = whole("version", "An older version of the map.", 1, 2**31)
SUBJECTS = {
    "account": words("account", "Id of the account (opportunity, person), or a part of its name that only it has.", "ACCOUNT")
}  # fmt: skip


def parameters(described: Iterable[Flag]) -> dict[str, Any]:
    """OpenAPI description of query parameters."""
    return {
        "parameters": [
            {"name": f.name, "in": "query", "required": False, "description": f.meaning, "schema": {"type": f.kind}}
            for f in described
        ]
    }


@router.get("/maps", summary="Maps of the workspace, the most recently changed first")
def maps(request: Request) -> JSONResponse:
    """{"maps": [{"id", "name", "unit", "version", "stages", "changed_at"}]}."""
    flags(request, ())
    entries = request.app.state.workspace.maps.list()
    listed = [
        {
            "id": e.id,
            "name": e.name,
            "unit": e.map.unit,
            "version": e.version,
            "stages": [s.id for s in e.map.stages],
            "changed_at": e.changed_at.isoformat(),
        }
        for e in entries
    ]
    return JSONResponse({"maps": listed})


@router.get("/maps/{map_id}", summary="A map: its stages, rules, lanes", openapi_extra=parameters([VERSION]))
def one_map(request: Request, map_id: str) -> JSONResponse:
    """The map as JSON, with its version."""
    asked = flags(request, ("version",))
    version = request.app.state.workspace.maps.get(map_id, _version(asked))
    return JSONResponse({"version": version.number, **to_dict(version.map)})


@router.get("/segments", summary="Saved segments")
def segments(request: Request) -> JSONResponse:
    """{"segments": [{"id", "name", "condition", "created_at", "changed_at"}]}."""
    flags(request, ())
    return JSONResponse({"segments": [s.to_dict() for s in request.app.state.workspace.segments.list()]})


@router.get("/studies", summary="Saved questions with their answers, the newest first")
def studies(request: Request) -> JSONResponse:
    """{"studies": [{"name", "question", "taken_at", "lake_number", "fingerprint", "software"}]}."""
    flags(request, ())
    return JSONResponse({"studies": [s.to_dict() for s in request.app.state.workspace.studies.list()]})


@router.get("/studies/{name}", summary="A study: what was frozen, what it is now, and why it differs")
def study(request: Request, name: str) -> JSONResponse:
    """The study, asked again."""
    flags(request, ())
    return JSONResponse(request.app.state.workspace.studies.show(name).to_dict())


def _door(ask: Ask) -> Callable[[Request, str], JSONResponse]:
    """The route of a question."""

    def door(request: Request, map_id: str) -> JSONResponse:
        subject = (ask.subject,) if ask.subject else ()
        asked = flags(request, (*subject, "version", *(flag.name for flag in ask.flags)))
        measured = request.app.state.workspace.map(map_id, _version(asked))
        whom = [asked.pop(name, "") for name in subject]
        if not all(whom):
            raise FlagError(flag=ask.subject, problem=text("name one: its id, or a part of its name"))
        return JSONResponse(getattr(measured, ask.name)(*whom, **asked).to_dict())

    return door


for _ask in QUESTIONS.values():
    _described = [*([SUBJECTS[_ask.subject]] if _ask.subject else []), VERSION, *_ask.flags]
    router.add_api_route(
        f"/maps/{{map_id}}/{_ask.name}",
        _door(_ask),
        summary=_ask.summary,
        name=_ask.name,
        openapi_extra=parameters(_described),
    )


def flags(request: Request, allowed: tuple[str, ...]) -> dict[str, str]:
    """The query as flags. Raises FlagError for an unknown name (the nearest is named) and for one given twice."""
    given = request.query_params
    for name in given:
        if len(given.getlist(name)) > 1:
            raise FlagError(flag=name, problem=text("given more than once"))
    asked: Mapping[str, str] = {name: value for name, value in given.items() if name not in ALWAYS}
    names = {name.replace("-", "_"): value for name, value in asked.items() if value != ""}
    must_be_known(names, allowed)
    return names


def _version(asked: dict[str, str]) -> int | None:
    """The version among the flags, taken out of them. Raises FlagError."""
    found: int | None = VERSION.of(asked)
    asked.pop("version", None)
    return found
