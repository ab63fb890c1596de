"""Links inside the repository lead somewhere, anchors included."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from docs.transcript import ROOT

PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")} - {ROOT / "docs" / "decisions" / "template.md"})
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)|(?:src|href)=\"(?P<html>[^\"]+)\"")
HEADING = re.compile(r"^#{1,6} +(.*?)(?: +\{#(?P<id>[\w-]+)\})?$", re.M)
FENCED = re.compile(r"^( *)```.*?^\1```", re.M | re.S)


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCED.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """Ids of the headings of a page, as the site and the code host make them."""
    found = set()
    for match in HEADING.finditer(prose(page)):
        words = re.sub(r"[`*]|\[|\]\([^)]*\)", "", match[1])
        found.add(match["id"] or re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", words).strip().lower()))
    return found


def links(page: Path) -> list[str]:
    """Targets of the links of a page that stay inside the repository."""
    targets = [m["target"] or m["html"] for m in LINK.finditer(prose(page))]
    return [t for t in targets if not re.match(r"[a-z]+:", t)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in links(page):
        path, _, anchor = unquote(target).partition("#")
        aim = (page.parent / path).resolve() if path else page
        if not aim.exists() or (anchor and aim.suffix == ".md" and anchor not in anchors(aim)):
            broken.append(target)
    assert broken == []


def test_the_check_sees_links() -> None:
    assert sum(len(links(page)) for page in PAGES) > 50


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_page_of_the_site_fetches_nothing_from_elsewhere(page: Path) -> None:
    assert re.findall(r"!\[[^\]]*\]\((?:https?:)?//|<(?:script|link|img|iframe)[^>]+(?:https?:)?//", prose(page)) == []
