"""Pictures of buying groups: where marks stand, what is left out, well-formed for every result."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

import tabiji
from group_lake import fill
from tabiji.charts.group import picture, strips
from tabiji.charts.group.arrows import draw_influence, shown_arrows
from tabiji.metrics.group.figures import Appearance, Coverage, Influence, OnwardDifference
from tabiji.metrics.group.result import GroupResult
from tabiji.metrics.group.standing.state import GroupState
from tabiji.result import Share

SHARE = Share(0.5, 0.4, 0.6, 100)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> GroupResult:
    root = tmp_path_factory.mktemp("pictures")
    with tabiji.init(root / "ws") as made:
        fill(made, root / "files")
        return made.map("deals").group()


def appearance(*quartiles: float | None) -> Appearance:
    low, middle, high = quartiles
    return Appearance("user", 10, SHARE, SHARE, 1.0, middle, (low, middle, high))


def difference(d: float | None, low: float | None, high: float | None, q: float | None = 0.5) -> OnwardDifference:
    return OnwardDifference("s", "r", SHARE, SHARE, d, low, high, None, None, None, None, 0.5, q, 10, 10)


def test_axes_end_at_round_numbers_that_hold_everything() -> None:
    assert strips.days_top([appearance(1, 2, 100), appearance(None, None, None)]) == 120
    assert strips.days_top([appearance(1, 2, 900)]) == 1080
    assert strips.days_top([]) == 8
    assert strips.points_top([difference(0.1, -0.3, 0.2), difference(None, None, None)]) == 0.5
    assert strips.points_top([]) == 0.1


def test_an_appearance_is_a_line_with_its_median() -> None:
    drawn = strips.appearance_strip(appearance(0, 50, 100), top=100, width=112)
    assert re.search(r'x1="6" x2="106"', drawn) and 'cx="56"' in drawn
    assert "<circle" not in strips.appearance_strip(appearance(None, None, None), top=100)


def test_a_difference_is_filled_where_it_is_more_than_chance() -> None:
    sure, unsure = (strips.difference_strip(difference(0.2, 0.1, 0.3, q), top=0.5) for q in (0.01, 0.5))
    assert 'fill="#1d4e79"' in sure and 'fill="#ffffff"' in unsure
    assert "<circle" not in strips.difference_strip(difference(None, None, None), top=0.5)


def test_vermilion_is_kept_for_loss_and_dashes_for_plans() -> None:
    cell = Coverage("s", "r", True, 1, SHARE, SHARE)
    assert "#b83b22" in strips.coverage_bar(cell, loses=True)
    planned = strips.coverage_bar(cell, loses=False)
    assert "#b83b22" not in planned and "stroke-dasharray" in planned
    assert "stroke-dasharray" not in strips.coverage_bar(replace(cell, planned=False), loses=False)
    nobody = replace(cell, by_end=Share(0.0, 0.0, 0.1, 30))
    assert strips.coverage_bar(nobody, loses=False).count("<rect") == 1


def test_states_fill_the_bar_and_have_no_vermilion() -> None:
    drawn = strips.states_bar(GroupState(None, 4, 1, 1, 0, 2), width=100)
    assert drawn.count("<rect") == 3 and "#b83b22" not in drawn
    assert [float(w) for w in re.findall(r'width="([\d.]+)" height="13"', drawn)] == [24, 24, 49]


def test_arrows_show_what_is_more_than_chance_and_what_the_map_draws(result: GroupResult) -> None:
    more, planned = shown_arrows(result.total.influence)
    assert ("champion", "decision_maker") in {(i.from_role, i.to_role) for i in more}
    assert ("decision_maker", "champion") in {(i.from_role, i.to_role) for i in planned}
    drawn = draw_influence(result, "en").svg
    assert drawn.count("stroke-dasharray") == len(planned)
    ElementTree.fromstring(drawn)
    for name in ("Decision maker", "Champion", "User"):
        assert name in drawn


def test_only_the_strongest_arrows_are_drawn() -> None:
    many = [Influence(f"a{i}", f"b{i}", 100, 50 + i, 20.0, 0.0, 0.0, False) for i in range(20)]
    more, _ = shown_arrows(many)
    assert [i.observed for i in more] == [69 - i for i in range(9)]


def test_the_matrix_is_what_plot_shows(result: GroupResult) -> None:
    picture.register()
    drawn = result.plot("en")
    root = ElementTree.fromstring(drawn.svg)
    assert root.get("aria-label") == result.explain("en")
    assert (drawn.width, drawn.height) == (round(float(root.get("width", 0))), round(float(root.get("height", 0))))
    assert "Consideration" in drawn.svg and "50%" in drawn.svg
    bare = replace(result, roles=(), total=replace(result.total, coverage=(), order=()))
    assert "no role is known" in picture.draw_group(bare, "en").svg
