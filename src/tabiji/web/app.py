"""The application: pages under `web/pages/<page>/`, the API, static files, in one guarded house."""

import hashlib
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tabiji import __version__
from tabiji.api import rest
from tabiji.charts.fontfile import FOLDER as FONTS
from tabiji.errors import TabijiError
from tabiji.web import pages, problem
from tabiji.web.head import HeadMiddleware
from tabiji.web.jobs import Jobs, Progress
from tabiji.web.language import LanguageMiddleware
from tabiji.web.readiness import NotReady, measured_soon, on_not_ready
from tabiji.web.render import environment
from tabiji.web.security import LOOPBACK_NAMES, GuardMiddleware

if TYPE_CHECKING:
    from tabiji.workspace import Workspace

STATIC = Path(__file__).parent / "static"
A_YEAR = "public, max-age=31536000, immutable"


DemoMaker = Callable[["Workspace", Progress], str]


class LastingFiles(StaticFiles):
    """Static files: kept for a year where the address names their content (`?v=`) or they never change (fonts)."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with its Cache-Control."""
        response = await super().get_response(path, scope)
        lasting = b"v=" in scope["query_string"] or path.endswith(".ttf")
        response.headers["Cache-Control"] = A_YEAR if lasting else "no-cache"
        return response


def create_app(workspace: "Workspace", hosts: Iterable[str] = (), demo: DemoMaker | None = None) -> FastAPI:
    """The application over one open workspace.

    hosts: further names it answers to, beside the loopback ones · demo: prepares and serves the demo, and gives its address;
    without it the pages do not offer one."""
    app = FastAPI(title="tabiji", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.workspace = workspace
    app.state.templates = environment()
    app.state.asset_version = asset_version()
    app.state.nav = []
    app.state.jobs = Jobs(workspace.folder.root)
    app.state.demo = demo
    app.state.measured = set()
    for page in sorted(iter_modules(pages.__path__), key=lambda m: m.name):
        module = import_module(f"{pages.__name__}.{page.name}.routes")
        app.include_router(module.router, include_in_schema=False, dependencies=[Depends(measured_soon)])
        app.state.nav += getattr(module, "NAV", [])
    app.state.nav.sort(key=lambda n: n.order)
    app.include_router(rest.router)
    app.add_route("/healthz", healthz, include_in_schema=False)
    app.mount("/static", LastingFiles(directory=STATIC))
    app.mount("/fonts", LastingFiles(directory=FONTS))
    app.add_exception_handler(TabijiError, problem.on_tabiji_error)
    app.add_exception_handler(HTTPException, problem.on_http_error)
    app.add_exception_handler(RequestValidationError, problem.on_invalid_form)
    app.add_exception_handler(NotReady, on_not_ready)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(problem.CalmMiddleware)
    app.add_middleware(GuardMiddleware, hosts=[*LOOPBACK_NAMES, *hosts], max_upload_mb=workspace.settings.max_upload_mb)
    app.add_middleware(LanguageMiddleware, default=workspace.settings.language)
    return app


async def healthz(request: Request) -> Response:
    """{"status": "ok"} as soon as questions can be answered."""
    return JSONResponse({"status": "ok"})


def asset_version() -> str:
    """A short digest of all static files: it changes when any of them does."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
