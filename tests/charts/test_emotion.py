"""Planned against measured emotion: gaps stay gaps."""

import pytest

from tabiji.charts.emotion import Dot, emotion_curve, tag_left


def test_values_stand_over_the_middle_of_their_stage() -> None:
    curve = emotion_curve([0.0, 2.0], [-2.0, 1.0], column=100, height=120, above=10, below=10)
    assert (curve.width, curve.zero, curve.ones) == (200, 60, (35, 85))
    assert curve.planned_dots == (Dot(0, 50, 60, 0.0), Dot(1, 150, 10, 2.0))
    assert curve.measured_dots == (Dot(0, 50, 110, -2.0), Dot(1, 150, 35, 1.0))
    assert curve.planned == ("M50,60 C83.33,43.33 116.67,26.67 150,10",)


def test_a_stage_without_a_figure_breaks_the_line() -> None:
    curve = emotion_curve([None] * 5, [1.0, 1.0, None, -1.0, 0.0], column=10)
    assert curve.planned == ()
    assert [path.count("C") for path in curve.measured] == [1, 1]
    assert [path.split()[0] for path in curve.measured] == ["M5,12", "M35,100"]


def test_a_figure_that_stands_alone_is_a_dot_without_a_line() -> None:
    curve = emotion_curve([None, None, None], [None, -0.5, None])
    assert curve.measured == ()
    assert [dot.stage for dot in curve.measured_dots] == [1]


def test_the_lowest_measured_point_is_the_earliest_of_equals() -> None:
    curve = emotion_curve([-2.0, 0, 0, 0], [0.0, -1.2, -1.2, 0.3])
    assert curve.lowest is not None
    assert (curve.lowest.stage, curve.lowest.value) == (1, -1.2)


@pytest.mark.parametrize(("most", "edge"), [(0.4, 1.0), (-1.0, 1.0), (1.2, 1.5), (-1.6, 2.0), (2.0, 2.0), (3.0, 2.0)])
def test_the_scale_reaches_as_far_as_the_figures_need(most: float, edge: float) -> None:
    curve = emotion_curve([most, 0.1], [None, None], height=100, above=0, below=0)
    assert curve.ones == pytest.approx((50 - 50 / edge, 50 + 50 / edge))


def test_the_tag_has_room_below_the_lowest_point() -> None:
    curve = emotion_curve([None], [-2.0], height=100, above=10, below=34)
    assert curve.lowest is not None
    assert curve.lowest.y == 66


def test_nothing_measured_has_no_lowest_point() -> None:
    assert emotion_curve([1.0, 0.5], [None, None]).lowest is None


def test_sequences_must_fit() -> None:
    with pytest.raises(ValueError, match="2 planned and 1 measured"):
        emotion_curve([0.0, 0.0], [0.0])


@pytest.mark.parametrize(("fraction", "left"), [(0.04, -24), (0.5, -50), (0.95, -76)])
def test_the_tag_stands_under_its_point_and_stays_inside_at_both_ends(fraction: float, left: float) -> None:
    assert tag_left(fraction, 100) == left
