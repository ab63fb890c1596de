"""Positions and the monotone cubic."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabiji.charts.scale import DAY_TOPS, centres, day_top, linear, monotone_path, monotone_tangents, num, points


@pytest.mark.parametrize(("x", "shown"), [(12.0, "12"), (0.125, "0.12"), (-0.001, "0"), (-3.5, "-3.5"), (100, "100")])
def test_a_coordinate_is_short(x: float, shown: str) -> None:
    assert num(x) == shown


def test_points_pair_up() -> None:
    assert points(1, 2, 3.5, 4) == "1,2 3.5,4"


def test_linear_holds_what_lies_outside() -> None:
    assert [linear(v, (-2, 2), (100, 0)) for v in (-3, -2, 0, 1, 2, 9)] == [100, 100, 50, 25, 0, 0]


def test_an_axis_of_days_has_whole_days_at_its_half_and_quarters() -> None:
    tops = [day_top(v) for v in (0, 8, 8.1, 500, 721, 3000)]
    assert tops == [8, 8, 20, 600, 1080, 3240]
    assert all(top % 4 == 0 for top in (*DAY_TOPS, *tops))


def test_centres_of_columns() -> None:
    assert centres(3, 300) == [50, 150, 250]


def test_tangents_vanish_at_a_turning_point() -> None:
    assert monotone_tangents([0, 1, 2], [0, 1, 0]) == [1, 0, -1]


def test_tangents_of_a_straight_line_are_its_slope() -> None:
    assert monotone_tangents([0, 1, 3], [0, 2, 6]) == pytest.approx([2, 2, 2])


def test_path_of_a_straight_line() -> None:
    assert monotone_path([0, 3], [0, 6]) == "M0,0 C1,2 2,4 3,6"
    assert monotone_path([1], [1]) == ""


@given(st.lists(st.floats(-2, 2).map(lambda v: round(v, 1)), min_size=2, max_size=12))
def test_the_curve_never_leaves_the_band_between_neighbours(ys: list[float]) -> None:
    xs = [float(i) for i in range(len(ys))]
    path = monotone_path(xs, ys)
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path)]
    ordinates = numbers[1::2]
    for i in range(len(ys) - 1):
        low, high = sorted((ys[i], ys[i + 1]))
        for control in ordinates[1 + 3 * i : 3 + 3 * i]:
            assert low - 0.011 <= control <= high + 0.011
