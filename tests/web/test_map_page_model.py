"""Where on the page of a map its drawn figures stand, and where its links lead."""

import re
from dataclasses import replace
from pathlib import Path

import tabiji.web
from sample_map import ABOUT, MAP, MEASURED
from tabiji.charts.map import About, Felt, Measured
from tabiji.journeymap.model import Cell, JourneyMap, Stage
from tabiji.web.pages.map.page import build

CSS = (Path(tabiji.web.__file__).parent / "static" / "css" / "map.css").read_text("utf-8")
PAGES = Path(tabiji.web.__file__).parent / "pages" / "map"
BARE = JourneyMap("bare", {"en": "Bare"}, (Stage("a", {}), Stage("b", {})))


def test_rows_are_counted_as_they_are_laid_out() -> None:
    made = build(MAP, MEASURED, ABOUT, lang="en")
    # river, counts, heads, 3 lanes, emotion, touchpoints, pain points, initiatives, KPIs
    assert (made.n_rows, made.emotion_row) == (11, 7)
    assert build(BARE, Measured(), About(), lang="en").n_rows == 3


def test_the_style_sheet_has_a_class_for_every_size_of_map() -> None:
    for pattern, last in (
        (r"^\.c(\d+) \{", 24),
        (r"^\.k(\d+) \{", 24),
        (r"^\.r(\d+) > \.heads", 32),
        (r"^\.at(\d+) \{", 24),
    ):
        found = [int(n) for n in re.findall(pattern, CSS, re.MULTILINE)]
        assert found == list(range(found[0], last + 1))


def test_nothing_in_the_templates_needs_inline_style_or_script() -> None:
    for template in PAGES.glob("*.html"):
        text = template.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|<script|\son[a-z]+=", text), template.name


def test_points_of_the_curve_stand_over_the_middle_of_their_column() -> None:
    made = build(MAP, MEASURED, ABOUT, lang="en")
    assert [dot.x for dot in made.dots] == [25.0, 41.667, 58.333, 75.0, 91.667]
    assert [dot.low for dot in made.dots] == [False, False, True, False, False]
    assert made.tag is not None
    assert (made.tag.x, made.tag.value) == (58.333, "−1.2")


def test_a_planned_point_without_neighbours_is_drawn_as_a_point() -> None:
    lonely = replace(
        BARE, stages=(Stage("a", {}), Stage("b", {}), Stage("c", {})), cells=(Cell("user", "b", emotion=1.0),)
    )
    made = build(lonely, Measured(), About(), lang="en")
    assert [spot.x for spot in made.lone_plans] == [50.0]
    assert made.tag is None
    assert build(MAP, MEASURED, ABOUT, lang="en").lone_plans == ()


def test_a_lowest_point_without_a_thought_shows_its_value() -> None:
    made = build(BARE, Measured(felt={"a": Felt(-0.4, 30)}), About(), lang="en")
    assert made.tag is not None
    assert (made.tag.words, made.tag.value) == ("", "−0.4")


def test_only_a_feeling_below_zero_is_a_warning() -> None:
    felt = [build(BARE, Measured(felt={"a": Felt(mean, 30)}), About(), lang="en").tag for mean in (-0.1, 0.0, 0.2)]
    assert [tag.fair for tag in felt if tag] == [False, True, True]


def test_versions_are_listed_newest_first_and_keep_the_filters() -> None:
    versions = [(6, "2026-09-01"), (7, "2026-10-02")]
    made = build(MAP, MEASURED, ABOUT, lang="en", versions=versions, query="industry=retail")
    assert made.version_text == "v7 · 2026-10-02"
    assert [(v.text, v.href, v.current) for v in made.versions] == [
        ("v7 · 2026-10-02", "/maps/new-business?industry=retail&version=7", True),
        ("v6 · 2026-09-01", "/maps/new-business?industry=retail&version=6", False),
    ]


def test_figures_of_an_older_version_open_receipts_of_that_version() -> None:
    versions = [(6, "2026-09-01"), (7, "2026-10-02")]
    assert build(MAP, MEASURED, ABOUT, lang="en", versions=versions).pinned is None
    assert build(MAP, MEASURED, replace(ABOUT, version=6), lang="en", versions=versions).pinned == 6


def test_exports_are_the_formats_that_work_with_the_filters_of_the_page() -> None:
    made = build(MAP, MEASURED, ABOUT, lang="en", query="as_of=2026-10-02")
    assert [(e.text, e.href) for e in made.exports] == [
        ("SVG", "/maps/new-business/export.svg?as_of=2026-10-02&version=7"),
        ("PNG", "/maps/new-business/export.png?as_of=2026-10-02&version=7"),
        ("YAML", "/maps/new-business/export.yaml?as_of=2026-10-02&version=7"),
        ("JSON", "/maps/new-business/export.json?as_of=2026-10-02&version=7"),
    ]


def test_the_next_move_is_split_around_the_part_to_be_read_first() -> None:
    made = build(MAP, MEASURED, ABOUT, lang="en")
    before, strong, after = made.next_move
    assert (before, strong) == ("", "Consideration → Order")
    assert before + strong + after == made.sheet.next_move
