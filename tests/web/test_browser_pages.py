"""The pages in a real browser: nothing that the policy forbids, everything reachable, figures that open their receipts."""

import re
from typing import TYPE_CHECKING

import pytest

from browser import CONTRAST, Site, allowed

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = allowed
expect = pytest.importorskip("playwright.sync_api", reason="dependency group `browser`").expect

PATHS = [
    "/maps/new-business",
    "/maps/new-business/funnel",
    "/maps/new-business/plan",
    "/maps/new-business/paths",
    "/maps/new-business/accounts",
    "/maps/new-business/touchpoints",
    "/maps/new-business/touchpoints?level=channel&goal=quote",
    "/maps/new-business/accounts/会社05",
    "/data",
    "/start",
    "/settings",
    "/maps/new-business/receipt/funnel?stage=aware",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("lang", "width"), [("ja", 1280), ("en", 1280), ("ja", 390), ("en", 360)])
def test_a_page_violates_no_policy_logs_no_error_and_is_not_cut_off(
    site: Site, page: "Page", path: str, lang: str, width: int
):
    page.set_viewport_size({"width": width, "height": 900})
    site.open(page, path, lang)
    assert site.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.lang") == lang
    assert page.evaluate("getComputedStyle(document.body).gridTemplateColumns") != ""


@pytest.mark.parametrize("path", [*PATHS, "/maps/new-business/cohorts"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_at_1280_nothing_stands_outside_its_card(site: Site, page: "Page", path: str, lang: str):
    page.set_viewport_size({"width": 1280, "height": 900})
    site.open(page, path, lang)
    assert (
        page.evaluate(
            "[...document.querySelectorAll('.scroll, .picture, .wide, .map-scroll')]"
            ".filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map((e) => e.outerHTML.slice(0, 90))"
        )
        == []
    )


def test_a_box_that_holds_more_than_it_shows_fades_out_until_its_end_is_reached(site: Site, page: "Page"):
    page.set_viewport_size({"width": 390, "height": 900})
    site.open(page, "/maps/new-business/plan", "en")
    box = page.get_by_role("region", name="The plan, and how far it was walked")

    def fades() -> list[str]:
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return [
            box.evaluate(f"(e) => getComputedStyle(e).getPropertyValue('{side}')") for side in ("--before", "--after")
        ]

    assert box.evaluate("(e) => e.scrollWidth > e.clientWidth")
    assert fades() == ["0px", "48px"]
    box.focus()
    box.evaluate("(e) => { e.scrollLeft = e.scrollWidth; }")
    assert fades() == ["36px", "0px"]
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()
    assert fades() == ["0px", "0px"]  # all of it is seen
    assert site.complaints == []


@pytest.mark.parametrize("path", PATHS)
def test_whatever_scrolls_sideways_on_a_phone_is_reached_by_key_and_has_a_name(site: Site, page: "Page", path: str):
    page.set_viewport_size({"width": 390, "height": 900})
    site.open(page, path, "en")
    assert (
        page.evaluate(
            "[...document.querySelectorAll('.scroll, .picture, .wide')].filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1"
            " && !(e.tabIndex === 0 && e.role && (e.ariaLabel || document.getElementById(e.getAttribute('aria-labelledby')))))"
            ".map((e) => e.outerHTML.slice(0, 90))"
        )
        == []
    )


@pytest.mark.parametrize("path", PATHS)
def test_text_has_the_contrast_that_it_needs(site: Site, page: "Page", path: str):
    site.open(page, path, "ja")
    assert page.evaluate(CONTRAST) == []


def test_the_language_is_switched_from_the_rail_and_stays(site: Site, page: "Page"):
    site.open(page, "/maps/new-business/funnel?horizon_days=30", "ja")
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_contain_text("Funnel")
    assert "horizon_days=30" in page.url
    page.get_by_role("navigation").get_by_role("link", name="Data", exact=True).click()
    expect(page.locator("h1")).to_have_text("Data")


def test_filters_swap_the_page_and_stay_in_the_address(site: Site, page: "Page"):
    site.open(page, "/maps/new-business/funnel", "en")
    page.evaluate("window.stayed = true")
    page.get_by_label("Industry").first.select_option("製造業")
    page.get_by_label("Horizon (days)").fill("30")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url(re.compile(r"industry=%E8%A3%BD"))
    expect(page.locator(".meta")).to_contain_text("15 companies")
    assert "horizon_days=30" in page.url
    assert page.evaluate("window.stayed") is True  # swapped in place
    again = page.context.new_page()
    again.goto(page.url)
    expect(again.locator(".meta")).to_contain_text("15 companies")
    assert site.complaints == []


def test_on_a_phone_the_answer_stands_before_the_filters(site: Site, page: "Page"):
    page.set_viewport_size({"width": 390, "height": 800})
    site.open(page, "/maps/new-business/funnel?horizon_days=30", "en")
    bar, label = page.locator("form.filters"), page.locator("main label.unfold-label")
    expect(bar).to_be_hidden()
    label.click()
    expect(bar).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(bar).to_be_visible()
    expect(label).to_be_hidden()


@pytest.mark.parametrize(
    "path",
    ["", "/funnel", "/dwell", "/cohorts", "/accounts", "/plan", "/paths", "/touchpoints?level=channel&goal=quote"],
)
def test_on_a_phone_the_first_screen_holds_the_answer(site: Site, page: "Page", path: str):
    page.set_viewport_size({"width": 390, "height": 844})
    site.open(page, f"/maps/new-business{path}", "en")
    answer = page.locator("p.answer, .finding, .empty").first
    if path == "/accounts" and not answer.count():  # nobody stays longer than the median: the list itself is the answer
        answer = page.locator("table.accounts tbody tr").first
    box = answer.bounding_box()
    assert box is not None and box["y"] + box["height"] <= 844


def test_on_a_phone_the_pages_are_behind_their_label(site: Site, page: "Page"):
    page.set_viewport_size({"width": 390, "height": 844})
    site.open(page, "/maps/new-business/funnel", "en")
    link = page.get_by_role("navigation").get_by_role("link", name="Data", exact=True)
    expect(link).to_be_hidden()
    page.keyboard.press("Tab")  # skip link
    page.keyboard.press("Tab")  # the name of the house
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement.nextElementSibling).outlineStyle") == "solid"
    page.keyboard.press("Space")
    link.click()
    expect(page.locator("h1")).to_have_text("Data")
    expect(link).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(link).to_be_visible()
    expect(page.locator("label[for=unfold-pages]")).to_be_hidden()


def test_filters_work_without_javascript(site: Site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    site.open(page, "/maps/new-business/funnel", "en")
    page.get_by_label("Industry").first.select_option("製造業")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".meta")).to_contain_text("15 companies")
    page.locator("a[data-receipt]").first.click()
    expect(page.locator("#receipt-sheet")).to_be_visible()
    context.close()


def test_a_figure_opens_its_receipt_over_the_page_by_mouse_and_by_key(site: Site, page: "Page"):
    site.open(page, "/maps/new-business/funnel", "en")
    figure = page.locator("td.main a[data-receipt]").first
    figure.click()
    dialog = page.locator("dialog#receipt")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Awareness → Quote")
    expect(dialog).to_contain_text("Aalen")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    figure.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).not_to_be_visible()
    assert page.evaluate("document.activeElement.matches('td.main a[data-receipt]')")
    assert site.complaints == []


def test_a_receipt_is_copied(site: Site, page: "Page"):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.address)
    site.open(page, "/maps/new-business/funnel?horizon_days=30", "en")
    page.locator("td.main a[data-receipt]").first.click()
    page.locator("dialog#receipt button[data-copy=as-cli]").click()
    expect(page.locator("dialog#receipt button[data-copy=as-cli]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith("funnel new-business --horizon-days 30")


def test_everything_that_can_be_operated_is_reached_by_tab_and_seen(site: Site, page: "Page"):
    site.open(page, "/maps/new-business/funnel", "en")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", page.evaluate(
            "document.activeElement.outerHTML.slice(0, 200)"
        )
        seen.add(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
    assert {"Map", "Data", "industry", "from", "horizon_days", "as_of", "Show"} <= seen


def test_an_error_page_is_calm(site: Site, page: "Page"):
    page.goto(site.address + "/maps/nothing")
    expect(page.get_by_role("alert")).to_be_visible()
    assert [c for c in site.complaints if "404" not in c] == []


# Every visible text against the colour behind it: at least 4.5, or 3 for large text (WCAG 2.2, 1.4.3).
