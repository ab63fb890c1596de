import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from tabiji.charts.funnel import AWARE, EDGE, MATURE, axis_top, draw_funnel, interval_mark, interval_strip, split_bar
from tabiji.metrics.funnel.result import FunnelFigures, FunnelResult, StageCount, Transition
from tabiji.result import Provenance, Question, Share

SVG = "{http://www.w3.org/2000/svg}"


def share(value: float | None, low: float | None = None, high: float | None = None, n: int = 40) -> Share:
    return Share(value, low, high, n, None if value is not None else f"n<{10}", 180)


def transition(n_to: int = 20, lost: int = 10, dormant: int = 5, still: int = 5, **shares: Share) -> Transition:
    some = share(0.5, 0.4, 0.6)
    kinds = {"naive": some, "mature": some, "censoring_aware": some} | shares
    return Transition("a", "b", n_to + lost + dormant + still, n_to, lost, dormant, still, 0, **kinds)


def result(*transitions: Transition, name_a: str = "検討 & <比較>") -> FunnelResult:
    stages = (
        StageCount("a", 40, 0, {"ja": name_a, "en": "Consider"}),
        StageCount("b", 20, 0, {"ja": "発注", "en": "Order"}),
    )
    return FunnelResult(
        Question("funnel", "m"),
        Provenance("account", 40, 40, 400, datetime(2026, 1, 1, tzinfo=UTC), "abc"),
        (),
        "reached",
        180,
        FunnelFigures(None, 40, stages, transitions),
    )


def bars(svg: str) -> list[tuple[float, float]]:
    return [(float(r.attrib["x"]), float(r.attrib["width"])) for r in ET.fromstring(svg).iter(f"{SVG}rect")]


def test_a_bar_is_divided_in_proportion_to_what_became_of_those_who_entered():
    # 40 entered, the bar of 160 px is full at 80: 2 px each; each part is drawn 1 px narrower, inside its outline
    svg = split_bar(transition(n_to=20, lost=10, dormant=5, still=5), full=80, width=160, height=14)
    assert bars(svg) == [(0.5, 39.0), (40.5, 9.0), (50.5, 9.0), (60.5, 19.0)]


def test_a_part_that_nobody_is_in_is_not_drawn_and_a_sliver_is_still_seen():
    svg = split_bar(transition(n_to=1999, lost=1, dormant=0, still=0), full=2000, width=100, height=14)
    assert [width for _, width in bars(svg)] == [98.95, 0.6]


def test_an_interval_lies_on_the_axis_from_its_low_to_its_high():
    svg = interval_strip([(share(0.5, 0.25, 0.75), AWARE)], width=100 + 2 * EDGE, height=20)
    root = ET.fromstring(svg)
    [line] = [ln for ln in root.iter(f"{SVG}line") if ln.attrib["stroke"] == AWARE.stroke]
    [dot] = list(root.iter(f"{SVG}circle"))
    assert (line.attrib["x1"], line.attrib["x2"], dot.attrib["cx"], dot.attrib["cy"]) == ("31", "81", "56", "10")


def test_a_refused_share_is_not_drawn_as_zero():
    assert interval_mark(share(None), AWARE, (0, 100), 10) == ""


def test_mature_shares_are_drawn_as_squares():
    assert "<rect" in interval_mark(share(0.5, 0.4, 0.6), MATURE, (0, 100), 10)


@pytest.mark.parametrize(
    ("highs", "top"), [([0.04], 0.05), ([0.051], 0.1), ([0.2, 0.25], 0.25), ([0.26], 0.5), ([0.6], 1.0), ([], 1.0)]
)
def test_the_axis_ends_at_the_first_round_share_that_holds_every_interval(highs, top):
    assert axis_top(share(h / 2, 0.0, h) for h in highs) == top


def test_plot_draws_a_row_per_transition_in_the_readers_language():
    drawing = result(transition(), transition()).plot("en")
    words = ["".join(t.itertext()) for t in ET.fromstring(drawing.svg).iter(f"{SVG}text")]
    assert words.count("Consider → Order") == 2
    assert words.count("40 entered") == 2
    assert (drawing.width, drawing.height) == (980, 58 + 2 * 62 + 14)


def test_names_are_escaped_and_the_picture_is_well_formed():
    drawing = draw_funnel(result(transition(), name_a='<b onclick="x">&'), "ja")
    assert "<b onclick" not in drawing.svg
    ET.fromstring(drawing.svg)


def test_a_picture_carries_no_style_no_script_and_no_outside_reference():
    svg = draw_funnel(result(transition()), "ja").svg
    assert not re.search(r"style=|<style|<script|href=|url\(", svg)


def test_a_map_with_one_stage_says_so():
    assert "only one stage" in draw_funnel(result(), "en").svg
