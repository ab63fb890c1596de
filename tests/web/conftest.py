"""The cast of the pages, and a real browser for those tests that ask for one."""

from collections.abc import Iterator

import pytest

from browser import CHROMIUM, Site
from tabiji.web import readiness
from tabiji.web.serve import serve_beside
from web_cast import cast_folder, client, filled, filled_folder, reader, workspace, ws

__all__ = ["cast_folder", "client", "filled", "filled_folder", "reader", "workspace", "ws"]


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine, too, a page is the page that was asked for, not the one that shows the progress of measuring."""
    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 60.0)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: object) -> object:
    """The browser."""
    return chromium


@pytest.fixture
def page(chromium) -> Iterator[object]:
    """A fresh tab without cookies."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def site(filled) -> Site:
    """The workspace with data, served."""
    return Site(serve_beside(filled).rstrip("/"))


@pytest.fixture
def empty_site(workspace) -> Site:
    """The empty workspace, served."""
    return Site(serve_beside(workspace).rstrip("/"))
