"""Everything that a page tells a reader to type is typed, in its order, and prints what the page shows."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from docs.transcript import ROOT, blocks, environment, run_page, steps

PAGES = sorted(
    [
        *ROOT.glob("README*.md"),
        *(ROOT / "docs").glob("tutorials/*.md"),
        *(ROOT / "docs").glob("how-to/*.md"),
        *(ROOT / "docs" / "ja").glob("*/*.md"),
        ROOT / "docs" / "index.md",
    ]
)
# What a page may leave unrun: it is covered by tests of its own, or needs a network and a fresh machine.
ELSEWHERE = ("serve", "demo", "uv", "git", "ssh", "benchmarks/run.py", "activate")


def asks_the_demo(page: Path) -> bool:
    """Whether a page types commands at the workspace that `tabiji demo` leaves."""
    return any(
        step.command.startswith("tabiji -w tabiji-demo ") for b in blocks(page) if not b.not_run for step in steps(b)
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_commands_of_a_page_do_what_it_says(page: Path, tmp_path: Path, demo: Callable[[Path], None]) -> None:
    shell = tmp_path / "shell"
    home = tmp_path / "reader"
    shell.mkdir()
    home.mkdir()
    if asks_the_demo(page):
        demo(home)
    lang = "ja" if "ja" in page.relative_to(ROOT).parts or page.name.endswith(".ja.md") else "en"
    expected = sum(
        sum(line.startswith("$ ") for line in b.lines) for b in blocks(page) if b.kind == "console" and not b.not_run
    )
    assert run_page(page, home, environment(shell, lang)) == expected


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_what_is_not_run_is_covered_elsewhere(page: Path) -> None:
    for block in blocks(page):
        if block.not_run and block.kind == "console":
            for line in block.lines:
                assert not line.startswith("$ ") or any(word in line for word in ELSEWHERE), (
                    f"{page}:{block.line} {line}"
                )
        else:
            assert not block.not_run, f"{page}:{block.line}: only console blocks are run"


def test_there_are_pages_and_commands() -> None:
    names = {str(p.relative_to(ROOT)) for p in PAGES}
    assert {"README.md", "README.ja.md", "docs/tutorials/first-map.md", "docs/how-to/crm-export.md"} <= names
    assert sum(b.kind == "console" and not b.not_run for p in PAGES for b in blocks(p)) > 20


def guides(lang: str) -> set[str]:
    """Tutorials and how-tos in a language, by folder and file."""
    folder = ROOT / "docs" / ("ja" if lang == "ja" else "")
    return {f"{kind}/{page.name}" for kind in ("tutorials", "how-to") for page in (folder / kind).glob("*.md")}


def test_every_guide_is_there_in_both_languages_and_leads_to_the_other() -> None:
    assert guides("en") == guides("ja")
    for guide in guides("en"):
        assert f"](../ja/{guide})" in (ROOT / "docs" / guide).read_text("utf-8"), guide
        assert f"](../../{guide})" in (ROOT / "docs" / "ja" / guide).read_text("utf-8"), guide


def test_the_navigation_holds_every_guide_in_both_languages_in_one_order() -> None:
    listed = re.findall(r": ((?:ja/)?(?:tutorials|how-to)/\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.M)
    english = [page for page in listed if not page.startswith("ja/")]
    assert set(english) == guides("en")
    assert [page.removeprefix("ja/") for page in listed if page.startswith("ja/")] == english


def test_pages_ask_the_demo_in_both_languages() -> None:
    asking = [page for page in PAGES if asks_the_demo(page)]
    assert len([p for p in asking if "ja" in p.relative_to(ROOT).parts]) >= 5 and len(asking) >= 10
