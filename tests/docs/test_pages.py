"""Everything that a page tells a reader to type is typed, in its order, and prints what the page shows."""

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
