"""The Buying group page in a real browser: nothing is cut off, contrast holds, receipts and switches open."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

import tabiji
from browser import CONTRAST, Site, allowed
from group_lake import fill
from tabiji.web.serve import serve_beside

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = allowed
expect = pytest.importorskip("playwright.sync_api", reason="dependency group `browser`").expect
PATH = "/maps/deals/group"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A workspace with roles, served."""
    root = tmp_path_factory.mktemp("group")
    with tabiji.init(root / "ws") as made:
        fill(made, root / "files")
        yield serve_beside(made).rstrip("/")


@pytest.fixture
def groups(address: str) -> Site:
    """It, with no complaint yet."""
    return Site(address)


@pytest.mark.parametrize(("lang", "width"), [("ja", 1280), ("en", 1280), ("ja", 390), ("en", 360)])
def test_nothing_is_cut_off_and_no_policy_is_violated(groups: Site, page: "Page", lang: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    groups.open(page, PATH, lang)
    for summary in page.locator("details.read > summary").all():
        summary.click()
    assert groups.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_text_has_the_contrast_that_it_needs(groups: Site, page: "Page") -> None:
    groups.open(page, PATH, "ja")
    for summary in page.locator("details.read > summary").all():
        summary.click()
    assert page.evaluate(CONTRAST) == []


def test_a_figure_opens_its_receipt_and_a_switch_changes_the_question(groups: Site, page: "Page") -> None:
    groups.open(page, PATH, "en")
    page.locator("table.group a[data-receipt]").first.click()
    expect(page.locator("#receipt-sheet")).to_contain_text("had done something before the journey went on")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="14", exact=True).first.click()
    page.wait_for_url("**landmark_days=14**")
    expect(page.get_by_role("link", name="14", exact=True).first).to_have_attribute("aria-current", "true")
    assert groups.complaints == []
