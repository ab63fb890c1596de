"""Tables on a phone, in a real browser."""

from typing import TYPE_CHECKING

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
