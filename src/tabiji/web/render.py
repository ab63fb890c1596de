"""From a template and its values to a page in the reader's language."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from tabiji import i18n
from tabiji.errors import nearest
from tabiji.settings import Settings
from tabiji.web import words
from tabiji.web.addresses import of_account, path_of
from tabiji.web.filters import Filters, read_filters
from tabiji.web.flag_words import flag_label, flag_lines

HERE = Path(__file__).parent
ALWAYS = ("version", "lang")  # of every page


@dataclass(frozen=True, slots=True)
class Nav:
    """A line of the left rail. `path` may hold `{map_id}`: such a line, and one with `needs_map`, is shown once there is a map."""

    label: str  # marked with N_
    path: str
    order: int
    below_rule: bool = False  # data and settings stand below the rule
    needs_map: bool = False


def environment() -> Environment:
    """The template environment: everything is escaped, an unknown name is an error, `_` translates."""
    env = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE / "pages"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(_=i18n.text, ngettext=i18n.plural, pick=i18n.pick, of_account=of_account, flag_lines=flag_lines)
    env.filters.update(words.FILTERS, flag_label=flag_label)
    return env


def render(
    request: Request, template: str, *, status: int = 200, takes: Sequence[str] | None = None, **values: Any
) -> HTMLResponse:
    """The page `template` with `values`, in the layout of the rail, the filters of the address and the language.

    Every template sees: request, path (of the address, as written), lang, nav (the rail), maps, map_id (the map in the address, else the first, else None), filters, and
    `receipt(kind, **parameters)`: the address of a figure's receipt, `say(attribute, value)`: a value of the data by its label.

    takes: names that the page understands in the address beside the filters; a line of it tells of others (None: not of this page)."""
    state = request.app.state
    maps = _maps(request)
    named = request.path_params.get("map_id")
    known = [id for id, _ in maps]
    map_id = (
        named if named in known else known[0] if known else None
    )  # no line of the rail leads to a map that is not there
    filters = read_filters(request.query_params)
    nav = [n for n in state.nav if map_id is not None or not (n.needs_map or "{map_id}" in n.path)]
    context: dict[str, Any] = {
        "request": request,
        "path": path_of(request),
        "lang": i18n.language(),
        "maps": maps,
        "map_id": map_id,
        "nav": nav,
        "current_page": current(nav, request.url.path, map_id),
        "filters": filters,
        "receipt": _receipts(map_id, filters),
        "say": _say(request),
        "misread": () if takes is None else misread(request.query_params, takes),
        "in_language": lambda code: urlencode({**request.query_params, "lang": code}),
        "asset_version": state.asset_version,
    }
    page = state.templates.get_template(template).render(context | values)
    return HTMLResponse(page, status_code=status)


def misread(query: Iterable[str], takes: Sequence[str]) -> tuple[tuple[str, str | None], ...]:
    """(name, the nearest one that is understood) of what stands in the address and means nothing to the page."""
    known = (*(f.name.rstrip("_") for f in fields(Filters)), *takes, *ALWAYS)
    return tuple((name, nearest(name.replace("-", "_"), known)) for name in query if name not in known)


def _receipts(map_id: str | None, filters: Filters) -> Callable[..., str]:
    """The function `receipt(kind, **parameters)` of templates: the address of a figure's receipt, filters included."""

    def receipt(kind: str, **parameters: object) -> str:
        """An empty parameter takes the filter of that name away."""
        named = filters.parameters | {k: str(v) for k, v in parameters.items() if v is not None}
        query = urlencode({k: v for k, v in named.items() if v or k == "value"})
        return f"/maps/{map_id}/receipt/{kind}" + (f"?{query}" if query else "")

    return receipt


def _say(request: Request) -> Callable[[str, str | None], str]:
    workspace = getattr(request.app.state, "workspace", None)
    return partial(words.value_label, Settings() if workspace is None else workspace.settings)


def _maps(request: Request) -> list[tuple[str, str]]:
    workspace = getattr(request.app.state, "workspace", None)
    return [] if workspace is None else [(m.id, i18n.pick(m.map.name)) for m in workspace.maps.list()]


def current(nav: Iterable[Nav], path: str, map_id: str | None) -> Nav | None:
    """The line of the rail that the page at `path` belongs to: the longest one that the path begins with."""
    fitting = [n for n in nav if f"{path}/".startswith(n.path.format(map_id=map_id).rstrip("/") + "/")]
    return max(fitting, key=lambda n: len(n.path), default=None)
