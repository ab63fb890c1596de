"""Pages on a phone and on paper, in a real browser."""

from typing import TYPE_CHECKING

import pytest

from browser import Site, allowed

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = allowed


def test_on_a_phone_the_head_of_a_row_is_not_squeezed_to_a_character_a_line(site: Site, page: "Page"):
    page.set_viewport_size({"width": 390, "height": 900})
    site.open(page, "/maps/new-business/accounts/会社05", "ja")
    heads = "[...document.querySelectorAll('.scroll > table.grid th[scope=row]')].filter((e) => e.checkVisibility())"
    assert page.evaluate(f"{heads}.length") > 0
    assert page.evaluate(f"{heads}.filter((e) => e.offsetWidth < 90).map((e) => e.textContent)") == []


@pytest.mark.parametrize("path", ["accounts", "touchpoints", "funnel"])
def test_on_a_phone_what_stands_close_together_can_be_met_with_a_thumb(site: Site, page: "Page", path: str):
    page.set_viewport_size({"width": 390, "height": 900})
    site.open(page, f"/maps/new-business/{path}", "ja")
    page.locator(".rail .unfold-label").click()
    small = (
        "[...document.querySelectorAll('.rail a:not(.brand), .rail label, main .tab, main summary, .unfold-label')].filter((e) => e.checkVisibility()"
        " && e.closest('.which') === null).filter((e) => e.getBoundingClientRect().height < 32).map((e) => e.textContent)"
    )
    assert page.evaluate(small) == []


def test_on_a_phone_the_receipts_of_an_account_stand_below_each_other(site: Site, page: "Page"):
    page.set_viewport_size({"width": 390, "height": 900})
    site.open(page, "/maps/new-business/accounts/会社05", "ja")
    boxes = "[...document.querySelectorAll('.scroll:has(table.told)')].filter((e) => e.checkVisibility())"
    assert page.evaluate(f"{boxes}.length") > 0
    assert page.evaluate(f"{boxes}.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)") == []
    cells = "[...document.querySelectorAll('table.told td')].filter((e) => e.checkVisibility())"
    assert page.evaluate(f"{cells}.filter((e) => getComputedStyle(e, '::before').content === 'none').length") == 0


@pytest.mark.parametrize("path", ["funnel", "dwell", "cohorts", "accounts", "plan", "paths"])
def test_on_a_phone_the_answer_is_on_the_first_screen(site: Site, page: "Page", path: str):
    page.set_viewport_size({"width": 390, "height": 844})
    site.open(page, f"/maps/new-business/{path}", "ja")
    answer = page.locator("main .answer")
    first = "(e) => [...document.querySelectorAll('main .tab, main form.filters')].filter((x) => x.checkVisibility() && x.getBoundingClientRect().top < e.getBoundingClientRect().top).length"
    assert answer.first.bounding_box()["y"] < 400
    assert answer.first.evaluate(first) == 0


@pytest.mark.parametrize("path", ["", "/funnel", "/touchpoints", "/accounts", "/retention"])
def test_paper_shows_nothing_that_only_a_click_can_use(site: Site, page: "Page", path: str):
    page.emulate_media(media="print")
    site.open(page, f"/maps/new-business{path}", "en")
    shown = "[...document.querySelectorAll('button, a.ghost, a.solid, .keep, .tab:not([aria-current])')].filter((e) => e.checkVisibility())"
    assert page.evaluate(f"{shown}.map((e) => e.textContent)") == []
