"""The river's geometry, checked by hand and over random funnels."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabiji.charts.river import HAIRLINE, river

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def coordinates(path: str) -> list[tuple[float, float]]:
    numbers = [float(n) for n in NUMBER.findall(path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def ribbon_at_bottom(path: str, bottom: float) -> float:
    xs = [x for x, y in coordinates(path) if y == bottom]
    return max(xs) - min(xs)


def test_depth_is_proportional_to_the_units_and_width_to_the_loss() -> None:
    drawn = river([1000, 500, 250], [400.0, 100.0], biggest=0, column=200, height=120, top=5, depth=100)
    assert drawn.width == 600
    assert drawn.depths == (100.0, 50.0, 25.0)
    assert [f.width for f in drawn.falls] == [40.0, 10.0]
    assert [ribbon_at_bottom(f.path, 120) for f in drawn.falls] == [40.0, 10.0]
    assert [f.biggest for f in drawn.falls] == [True, False]


def test_water_and_falls_as_drawn_by_hand() -> None:
    drawn = river([10, 5], [5.0], column=100, height=60, top=0, depth=20)
    # ribbon = 5 × 2 px; bend = 14 + 1.7 × 10 = 31 px around x = 100; beds at 20 and 10
    assert drawn.water == "M0,0 L200,0 L200,10 L115.5,10 C98.45,10 101.55,20 84.5,20 L0,20 Z"
    assert [y for _, y in coordinates(drawn.falls[0].path)][:4] == [20, 20, 10, 10]


def test_all_equal_is_a_straight_canal_without_falls() -> None:
    drawn = river([7, 7, 7], [0.0, 0.0], column=100, top=6, depth=92)
    assert drawn.falls == ()
    assert drawn.water == "M0,6 L300,6 L300,98 L200,98 L100,98 L0,98 Z"


def test_one_stage_has_water_and_no_fall() -> None:
    drawn = river([3], [], column=210, top=6, depth=92)
    assert drawn.water == "M0,6 L210,6 L210,98 L0,98 Z"
    assert drawn.falls == ()


def test_nothing_at_all_is_a_dry_bed() -> None:
    drawn = river([0, 0], [None], column=100)
    assert (drawn.water, drawn.falls, drawn.depths) == ("", (), (0.0, 0.0))
    assert river([], []).width == 0


def test_a_few_among_thousands_stay_visible_and_none_do_not() -> None:
    assert river([100_000, 1, 0], [99_999.0, 1.0]).depths[1:] == (HAIRLINE, 0.0)


def test_an_unknown_loss_draws_no_fall_and_takes_no_emphasis() -> None:
    drawn = river([10, 4, 2], [None, 2.0], biggest=1)
    assert [(f.after, f.biggest) for f in drawn.falls] == [(1, True)]


@pytest.mark.parametrize(
    ("counts", "losses"),
    [([1, 2], [0.0]), ([3, 2], []), ([3, -1], [0.0]), ([3, 2], [-1.0])],
    ids=["growth", "lengths", "negative count", "negative loss"],
)
def test_what_cannot_be_a_funnel_is_refused(counts: list[int], losses: list[float]) -> None:
    with pytest.raises(ValueError, match="count"):
        river(counts, losses)


@given(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=12), st.data())
def test_every_funnel_stays_inside_its_box(counts: list[int], data: st.DataObject) -> None:
    counts.sort(reverse=True)
    losses = [data.draw(st.floats(0, n)) for n in counts[:-1]]
    drawn = river(counts, losses, column=1260 / len(counts))
    for path in [drawn.water, *(f.path for f in drawn.falls)]:
        for x, y in coordinates(path):
            assert -0.01 <= x <= drawn.width + 0.01
            assert 0 <= y <= drawn.height
    assert list(drawn.depths) == sorted(drawn.depths, reverse=True)
    widths = {f.after: f.width for f in drawn.falls}
    for i, a in widths.items():
        for j, b in widths.items():
            assert a * losses[j] == pytest.approx(b * losses[i])
