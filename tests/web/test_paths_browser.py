"""The Paths page in a real browser: the slider hides lines without leaving the page, a ribbon opens its receipt."""

from typing import TYPE_CHECKING

import pytest

from browser import Site, allowed

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = allowed
expect = pytest.importorskip("playwright.sync_api", reason="dependency group `browser`").expect


def test_the_slider_redraws_the_flow_and_keeps_the_focus(site: Site, page: "Page") -> None:
    site.open(page, "/maps/new-business/paths", "en")
    page.evaluate("window.stayed = true")
    drawn = page.locator("#drawn")
    expect(drawn).to_contain_text("Drawn: 9 of 9 pairs")
    slider = page.get_by_label("Fewer lines")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    expect(drawn).not_to_contain_text("Drawn: 9 of 9 pairs")
    assert "cover=" in page.url
    assert page.evaluate("window.stayed") is True
    assert site.complaints == []


def test_a_ribbon_opens_its_receipt(site: Site, page: "Page") -> None:
    site.open(page, "/maps/new-business/paths", "en")
    page.locator('.picture a[aria-label^="Awareness → Quote"]').focus()
    page.keyboard.press("Enter")
    sheet = page.locator("#receipt")
    expect(sheet).to_contain_text("20 times")
    expect(sheet).to_contain_text("--once")
    assert site.complaints == []
