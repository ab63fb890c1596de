"""The bottleneck in a real browser: what separates arrives after the page, nothing is cut on a small screen."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser import Site, allowed
from tabiji.web.serve import serve_beside
from tabiji.workspace import Workspace
from web_cast import MAP, fill

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = allowed


@pytest.fixture
def planned(workspace: Workspace, tmp_path: Path) -> Site:
    """The deals with a map that plans its shares."""
    fill(workspace, tmp_path / "files")
    workspace.maps.add(MAP.replace("  - id: quote\n", "  - id: quote\n    target_share: 0.9\n"))
    return Site(serve_beside(workspace).rstrip("/"))


def test_what_separates_arrives_after_the_page(planned: Site, page: "Page") -> None:
    planned.open(page, "/maps/new-business?min_n=5", "en")
    page.wait_for_selector("#separates:not([aria-busy])")
    assert "separate" in page.locator("#separates").inner_text()
    assert planned.complaints == []


def test_the_amount_opens_its_receipt_over_the_page(planned: Site, page: "Page") -> None:
    planned.open(page, "/maps/new-business?min_n=5", "en")
    page.locator(".finding a.figure").first.click()
    page.wait_for_selector("dialog[open]")
    assert "basic bootstrap" in page.locator("dialog[open]").inner_text()


@pytest.mark.parametrize("width", [1280, 390, 360])
def test_the_page_is_as_wide_as_the_screen(planned: Site, page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    planned.open(page, "/maps/new-business/funnel?min_n=5", "ja")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert planned.complaints == []
