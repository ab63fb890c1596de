"""The questions over HTTP: the flags of the command line as query parameters, the same JSON as `--json`."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from tabiji.i18n import text
from tabiji.journeymap import to_dict
from tabiji.workspace.ask import COMMON, FUNNEL, INSTANTS, FlagError, read_flags

router = APIRouter(prefix="/api/v1", tags=["maps"])
ALWAYS = ("lang",)  # the language of messages; belongs to no question

MEANINGS = {
    "as_of": "Only what happened by the end of that day (2026-03-31, workspace time zone).",
    "known_as_of": "Only records that had been received by the end of that day.",
    "from": "Journeys that started on that day or later.",
    "to": "Journeys that started on that day or earlier.",
    "segment": "A condition (SQL) over attributes, like industry = 'retail'.",
    "by": "An expression (SQL) over attributes: one result per value.",
    "horizon_days": "How many days a journey is given to go on.",
    "min_n": "Refuse rates of fewer.",
    "mode": "reached (default) or ordered.",
    "window_days": "Window of mode=ordered, in days from the first step.",
    "account": "Id of the account (opportunity, person), or a part of its name that only it has.",
    "version": "An older version of the map.",
}
INTEGERS = ("horizon_days", "min_n", "version")


def parameters(*names: str) -> dict[str, Any]:
    """OpenAPI description of query parameters."""
    described = [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": MEANINGS[name],
            "schema": {"type": "integer" if name in INTEGERS else "number" if name == "window_days" else "string"},
        }
        for name in names
    ]
    return {"parameters": described}


@router.get("/maps", summary="Maps of the workspace, the most recently changed first")
def maps(request: Request) -> JSONResponse:
    """{"maps": [{"id", "name", "unit", "version", "stages", "changed_at"}]}."""
    flags(request, ())
    entries = request.app.state.workspace.maps.list()
    listed = [
        {
            "id": e.id,
            "name": dict(e.map.name),
            "unit": e.map.unit,
            "version": e.version,
            "stages": [s.id for s in e.map.stages],
            "changed_at": e.changed_at.isoformat(),
        }
        for e in entries
    ]
    return JSONResponse({"maps": listed})


@router.get("/maps/{map_id}", summary="A map: its stages, rules, lanes", openapi_extra=parameters("version"))
def one_map(request: Request, map_id: str) -> JSONResponse:
    """The map as JSON, with its version."""
    asked = flags(request, ("version",))
    version = request.app.state.workspace.maps.get(map_id, whole(asked.get("version")))
    return JSONResponse({"version": version.number, **to_dict(version.map)})


@router.get(
    "/maps/{map_id}/funnel",
    summary="How many reach each stage, and which share goes on",
    openapi_extra=parameters("version", *FUNNEL),
)
def funnel(request: Request, map_id: str) -> JSONResponse:
    """The funnel of a map."""
    asked = flags(request, ("version", *FUNNEL))
    version = whole(asked.pop("version", None))
    return JSONResponse(request.app.state.workspace.map(map_id, version).funnel(**asked).to_dict())


@router.get(
    "/maps/{map_id}/dwell",
    summary="How long journeys stay in each stage",
    openapi_extra=parameters("version", *COMMON),
)
def dwell(request: Request, map_id: str) -> JSONResponse:
    """The stays of a map."""
    asked = flags(request, ("version", *COMMON))
    version = whole(asked.pop("version", None))
    return JSONResponse(request.app.state.workspace.map(map_id, version).dwell(**asked).to_dict())


@router.get(
    "/maps/{map_id}/velocity",
    summary="What the open opportunities are expected to bring in per day",
    openapi_extra=parameters("version", *COMMON),
)
def velocity(request: Request, map_id: str) -> JSONResponse:
    """The velocity of a map."""
    asked = flags(request, ("version", *COMMON))
    version = whole(asked.pop("version", None))
    return JSONResponse(request.app.state.workspace.map(map_id, version).velocity(**asked).to_dict())


@router.get(
    "/maps/{map_id}/why",
    summary="Why one account stands where it does: stage intervals with their receipts, and near misses",
    openapi_extra=parameters("account", "version", *INSTANTS),
)
def why(request: Request, map_id: str) -> JSONResponse:
    """The journeys of one account (opportunity, person)."""
    asked = flags(request, ("account", "version", *INSTANTS))
    version, account = whole(asked.pop("version", None)), asked.pop("account", "")
    if not account:
        raise FlagError(flag="account", problem=text("name one: its id, or a part of its name"))
    return JSONResponse(request.app.state.workspace.map(map_id, version).why(account, **asked).to_dict())


def flags(request: Request, allowed: tuple[str, ...]) -> dict[str, str]:
    """The query as flags. Raises FlagError for an unknown name (the nearest is named) and for one given twice."""
    given = request.query_params
    for name in given:
        if len(given.getlist(name)) > 1:
            raise FlagError(flag=name, problem="given more than once")
    asked: Mapping[str, str] = {name: value for name, value in given.items() if name not in ALWAYS}
    names = {name.replace("-", "_"): value for name, value in asked.items() if value != ""}
    for name in names:
        if name not in allowed:
            read_flags({name: "1"}, allowed)
    return names


def whole(value: str | None) -> int | None:
    """A version number. Raises FlagError."""
    if value is None:
        return None
    if not value.isdigit() or int(value) < 1:
        raise FlagError(flag="version", problem=f"{value!r} is not a version number")
    return int(value)
