"""How a failure is told: one JSON shape under /api, a calm page everywhere else. Never a stack trace."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, cast

from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tabiji import i18n
from tabiji.errors import BusyError, NotFoundError, TabijiError, UsageError
from tabiji.i18n import N_
from tabiji.room import disk_full
from tabiji.web.render import render

log = logging.getLogger("tabiji.web")


class NoPageError(TabijiError):
    """Go on from the start page. HTTP 404."""

    code = "no_page"
    message = N_("there is no page at {path}")


class MethodError(TabijiError):
    """Use the method that the page offers. HTTP 405."""

    code = "method_not_allowed"
    message = N_("{method} is not possible at {path}")


class BrokenError(TabijiError):
    """The cause is in the server's log; please report it with that. HTTP 500."""

    code = "internal"
    http_status: ClassVar[int] = 500
    message = N_("tabiji could not finish this; nothing was changed by it. The cause is in the log of the server")


class BadRequestError(TabijiError):
    """Correct the request and send it again. HTTP 4xx."""

    code = "bad_request"
    message = N_("the request could not be read: {reason}")


def status_of(error: TabijiError) -> int:
    """HTTP status of an error: its own `http_status` where it has one, else by its kind."""
    own = getattr(type(error), "http_status", None)
    if own is not None:
        return int(own)
    if isinstance(error, UsageError):
        return 400
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, BusyError):
        return 409
    return 422


def refusal(request: Request, error: TabijiError) -> Response:
    """The answer to somebody who may be a stranger: the reason, and nothing of the workspace."""
    if _for_programs(request):
        return problem(request, error)
    page = request.app.state.templates.get_template("refusal.html")
    status = status_of(error)
    return HTMLResponse(page.render(lang=i18n.language(), error=error, error_status=status), status_code=status)


def problem(request: Request, error: TabijiError, status: int | None = None) -> Response:
    """The answer that tells `error`: JSON for programs, a page for readers."""
    status = status or status_of(error)
    if _for_programs(request):
        return JSONResponse(_json_safe(error.to_dict()), status_code=status)
    return render(request, "error.html", status=status, error=error, error_status=status)


def _for_programs(request: Request) -> bool:
    return request.url.path.startswith("/api/") or request.url.path == "/healthz"


def _json_safe(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _json_safe(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json_safe(v) for v in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


async def on_tabiji_error(request: Request, error: Exception) -> Response:
    """Handler of the errors of the domain."""
    return await run_in_threadpool(problem, request, cast(TabijiError, error))


async def on_http_error(request: Request, error: Exception) -> Response:
    """Handler of what the framework refuses (unknown path, wrong method, unreadable form)."""
    status = getattr(error, "status_code", 400)
    if status == 404:
        return await run_in_threadpool(problem, request, NoPageError(path=request.url.path), 404)
    if status == 405:
        return await run_in_threadpool(problem, request, MethodError(method=request.method, path=request.url.path), 405)
    return await run_in_threadpool(
        problem, request, BadRequestError(reason=str(getattr(error, "detail", error))), status
    )


async def on_invalid_form(request: Request, error: Exception) -> Response:
    """Handler of parameters that are missing or of the wrong kind."""
    errors = cast(RequestValidationError, error).errors()
    reason = "; ".join(f"{'.'.join(str(p) for p in e['loc'][1:])}: {_wrong(e)}" for e in errors)
    return await run_in_threadpool(problem, request, BadRequestError(reason=reason), 422)


def _wrong(error: Mapping[str, Any]) -> str:
    """What is wrong with a parameter, in the reader's language where it is what readers do."""
    if str(error["type"]).startswith("int_"):
        return i18n.text(N_("{value!r} is not a whole number"), value=error["input"])
    return str(error["msg"])


def told_plainly(error: Exception, root: Path) -> TabijiError:
    """What went wrong unforeseen in the workspace in `root`, for a reader: the disk is full, or the cause is in the log."""
    return disk_full(error, "the answer", root) or BrokenError()


class CalmMiddleware:
    """Whatever goes wrong unforeseen: the cause goes to the log, the reader gets a plain page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a page where the application raised before it answered."""
        begun = False

        async def note(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, note)
        except TabijiError:
            raise
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            log.error("%s %s", scope["method"], scope["path"], exc_info=error)
            request = Request(scope)
            told = told_plainly(error, request.app.state.workspace.folder.root)
            await (await run_in_threadpool(_broken, request, told))(scope, receive, send)


def _broken(request: Request, told: TabijiError) -> Response:
    try:
        return problem(request, told)
    except Exception as error:  # what broke the page may break its rail too
        log.error("the error page of %s", request.url.path, exc_info=error)
        return refusal(request, told)
