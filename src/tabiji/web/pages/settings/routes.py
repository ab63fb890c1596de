"""The Settings page."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from tabiji import __version__
from tabiji.i18n import N_, text
from tabiji.settings import Settings
from tabiji.web.render import Nav, render

router = APIRouter()
NAV = [Nav(N_("Settings"), "/settings", 99, below_rule=True)]

MEANINGS = {
    "timezone": N_("Time zone of days, and of times that name none"),
    "currency": N_("Currency of amounts that name none"),
    "language": N_("Language of the pages until a reader chooses"),
    "min_n": N_("Rates of fewer are refused"),
    "horizon_days": N_("Days that a journey is given to go on, where neither map nor question says"),
    "year_from": N_("Month in which a year begins (4 = fiscal years from April)"),
    "threads": N_("Threads (0 = every core)"),
    "memory_mb": N_("Memory of imports, MB"),
    "max_line_mb": N_("Longest line of a text file, MB"),
    "max_upload_mb": N_("Largest upload, MB"),
    "labels": N_("Labels of values, for readers of another language: how many of each attribute"),
}

ATTRIBUTES = {
    "industry": N_("Industry"), "region": N_("Region"), "offering": N_("Offering"), "stage": N_("Stage in the CRM"),
    "title": N_("Post"), "department": N_("Department"), "channel": N_("Channel"), "owner": N_("Owner"),
}  # fmt: skip


@router.get("/settings")
def show(request: Request) -> Response:
    """The reader's language, and the settings in force."""
    workspace = request.app.state.workspace
    values = [(f.name, MEANINGS[f.name], _shown(getattr(workspace.settings, f.name))) for f in fields(Settings)]
    return render(
        request, "settings/page.html", takes=(), values=values, folder=workspace.folder.root, version=__version__
    )


def _shown(value: Any) -> str:
    """A setting as a reader sees it; of a table, how much is in each part."""
    if not isinstance(value, Mapping):
        return str(value)
    return (
        " · ".join(f"{text(ATTRIBUTES.get(str(name), str(name)))} {len(part)}" for name, part in value.items()) or "—"
    )
