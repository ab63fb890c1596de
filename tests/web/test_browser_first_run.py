"""The first run in a real browser: from files to a map."""

import re
from typing import TYPE_CHECKING

import pytest

from browser import Site, allowed
from web_cast import companies, deals

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = allowed
expect = pytest.importorskip("playwright.sync_api", reason="dependency group `browser`").expect


def test_from_two_files_to_a_map(empty_site: Site, page: "Page", tmp_path):
    (tmp_path / "商談.csv").write_text(deals(), "cp932")
    (tmp_path / "取引先.csv").write_text(companies(), "utf-8")
    empty_site.open(page, "/", "ja")
    page.locator("input[type=file]").set_input_files([tmp_path / "商談.csv", tmp_path / "取引先.csv"])
    page.locator("form[action='/start/upload'] button").click()
    page.wait_for_url(re.compile("/start/mapping/"))
    expect(page.locator("select[name='t1.to']")).to_have_value("opportunity")

    page.locator("select[name='t1.to']").select_option("event")  # guessed again in place
    expect(page.locator("input[name='t1.name']")).to_be_visible()
    page.locator("select[name='t1.to']").select_option("opportunity")
    expect(page.locator("input[name='t1.e1.name']")).to_have_value("opportunity_won")

    page.locator("button[value=check]").click()
    page.wait_for_url(re.compile("#report$"), timeout=60_000)
    expect(page.locator("#report .notice.fine")).to_be_visible()
    page.locator("button[value=import]").click()
    page.wait_for_url(re.compile("/maps/journey$"), timeout=120_000)
    expect(page.locator("h1")).to_be_visible()
    assert empty_site.complaints == []


def test_a_template_is_a_map_at_once(empty_site: Site, page: "Page"):
    empty_site.open(page, "/start", "en")
    page.locator("#templates button").first.click()
    page.wait_for_url(re.compile("/maps/"))
    expect(page.locator("h1")).to_be_visible()
    assert empty_site.complaints == []
