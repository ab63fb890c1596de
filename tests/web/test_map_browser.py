"""The map page in a real browser, full of content: rows in line, nothing cut, cards on a small screen, readable colours."""

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from browser import Site, allowed
from sample_map import ABOUT, MAP, MEASURED
from tabiji.journeymap import dump
from tabiji.web.pages.map import routes
from tabiji.web.serve import serve_beside
from tabiji.workspace import Workspace

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = allowed
PAGE = "/maps/new-business"


@pytest.fixture
def full(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A workspace with the sample map, on which the invented figures are laid."""
    workspace.maps.add(dump(MAP))
    monkeypatch.setattr(routes, "measured", lambda *_: MEASURED)
    monkeypatch.setattr(routes, "about", lambda *_: replace(ABOUT, version=1))
    return Site(serve_beside(workspace).rstrip("/"))


def boxes(page: "Page", selector: str) -> list[dict[str, float]]:
    return [e.bounding_box() for e in page.locator(selector).all()]  # type: ignore[misc]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("width", [1440, 1280, 390, 360])
def test_nothing_is_cut_off(full: Site, page: "Page", lang: str, width: int):
    page.set_viewport_size({"width": width, "height": 1000})
    full.open(page, PAGE, lang)
    assert full.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert (
        page.evaluate("""() => [...document.querySelectorAll('.map-scroll, .cell, .cell *, .head, .counts, .corner')]
        .filter((e) => e.checkVisibility() && !e.closest('svg') && !e.closest('.row-name') && e.scrollWidth > e.clientWidth + 1
                       && getComputedStyle(e).display !== 'inline').map((e) => e.outerHTML.slice(0, 90))""")
        == []
    )


@pytest.mark.parametrize(("lang", "width"), [("ja", 1280), ("en", 1280), ("ja", 1440), ("en", 1440)])
def test_rows_are_in_line_over_all_stages_on_a_wide_screen(full: Site, page: "Page", lang: str, width: int):
    page.set_viewport_size({"width": width, "height": 1000})
    full.open(page, PAGE, lang)
    rows = (".head", ".head h2", ".counts", ".counts > b", ".there", ".mood", ".tp", ".kpi")
    for selector in (*(f".stage {row}" for row in rows), ".stage .counts > .ci"):
        found = boxes(page, selector)
        assert len(found) == (5 if selector.endswith(".ci") else 6), selector
        assert len({round(b["y"]) for b in found}) == 1, selector
    corners = {round(b["y"]) for b in boxes(page, ".heads .corner")}
    assert {round(boxes(page, ".stage .tp")[0]["y"]), round(boxes(page, ".stage .mood")[0]["y"])} <= corners


def test_the_emotion_curve_lies_over_its_row_and_the_lowest_point_over_its_stage(full: Site, page: "Page"):
    page.set_viewport_size({"width": 1440, "height": 1000})
    full.open(page, PAGE, "ja")
    curve, row = boxes(page, ".map > .emotion")[0], boxes(page, ".stage .mood")[0]
    assert abs(curve["y"] - row["y"]) < 2
    low, hot = boxes(page, ".dot.low")[0], boxes(page, ".stage.hot .mood")[0]
    assert abs(low["x"] + low["width"] / 2 - hot["x"] - hot["width"] / 2) < 1.5


def test_stages_are_cards_under_each_other_on_a_small_screen(full: Site, page: "Page"):
    page.set_viewport_size({"width": 390, "height": 900})
    full.open(page, PAGE, "ja")
    cards = boxes(page, ".map > .stage")
    assert len({round(b["x"]) for b in cards}) == 1
    assert all(a["y"] + a["height"] <= b["y"] for a, b in pairwise(cards))
    assert page.locator(".stage.hot .row-name").first.is_visible()  # every cell says which row it is
    assert not page.locator(".stage .cell.blank").first.is_visible()
    loss, flow = boxes(page, ".finding")[0], boxes(page, ".river")[0]
    assert loss["y"] + loss["height"] <= flow["y"]


def test_the_export_menu_opens_by_key_and_offers_what_works(full: Site, page: "Page"):
    full.open(page, PAGE, "en")
    page.locator("summary", has_text="Export").focus()
    page.keyboard.press("Enter")
    assert [a.inner_text() for a in page.locator(".menu[open] a").all()] == ["SVG", "PNG", "YAML", "JSON"]
    with page.expect_download() as waiting:
        page.get_by_role("link", name="SVG").click()
    assert waiting.value.suggested_filename == "new-business-v1.svg"


def test_text_on_every_tint_has_the_contrast_that_it_needs(full: Site, page: "Page"):
    full.open(page, PAGE, "ja")
    ratios = page.evaluate(RATIOS)
    assert len(ratios) > 80
    assert [r for r in ratios if r[1] < 4.5] == []


RATIOS = """() => {
  const rgb = (c) => { const m = c.match(/[\\d.]+/g).map(Number); return m.length === 3 ? [...m, 1] : m; };
  const lum = (c) => { const f = c.map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
  const ground = (e) => { for (let n = e; n; n = n.parentElement) { const c = rgb(getComputedStyle(n).backgroundColor); if (c[3] === 1) return c; }
    return [255, 255, 255, 1]; };
  const out = [], walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim();
    if (!text || e.closest('svg, select, .unseen') || !e.checkVisibility()) continue;
    const [a, b] = [lum(rgb(getComputedStyle(e).color).slice(0, 3)), lum(ground(e).slice(0, 3))].sort((x, y) => y - x);
    out.push([text.slice(0, 30), Math.round(100 * (a + 0.05) / (b + 0.05)) / 100]);
  }
  return out;
}"""
