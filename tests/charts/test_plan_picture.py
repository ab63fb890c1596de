"""The picture of the plan: dashed ways, the share that was walked over them, and the strip of a difference."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from tabiji.charts import palette
from tabiji.charts.plan import WAY, difference_strip, draw_plan
from tabiji.metrics.conformance.deviation_result import Deviation, Difference
from tabiji.metrics.conformance.result import ConformanceFigures, Fitness, PlanEdge, PlanStep
from tabiji.result import Share

SVG = "{http://www.w3.org/2000/svg}"
HALF = Share(0.5, 0.4, 0.6, 40)
NONE = Difference(None, None, None, None, None, 0, 0, "n<10")


def step(id_: str, **more: bool) -> PlanStep:
    return PlanStep(
        id_, 40, 20, more.get("optional", False), more.get("repeatable", False), None, {"en": f"<{id_}> & co"}
    )


def figures(*edges: PlanEdge, onward: Difference = NONE) -> ConformanceFigures:
    fitness = Fitness(0.9, 0.8, 1.0, 0.9, 0.8, 1.0, 40, 4, 40, HALF, HALF)
    late = Deviation("late", "a", None, None, 20, HALF, "b", onward, NONE)
    return ConformanceFigures(
        None, 40, fitness, (late,), (step("a"), step("b", optional=True), step("c", repeatable=True)), edges
    )


def test_what_was_walked_is_as_high_as_its_share() -> None:
    drawing = draw_plan(figures(PlanEdge(None, "a", 40, Share(1.0, 0.9, 1.0, 40)), PlanEdge("a", "b", 20, HALF)), "en")
    solid = [r for r in ET.fromstring(drawing.svg).iter(f"{SVG}rect") if float(r.attrib["height"]) in (WAY, WAY / 2)]
    assert [float(r.attrib["height"]) for r in solid] == [WAY, WAY / 2]
    texts = [t.text for t in ET.fromstring(drawing.svg).iter(f"{SVG}text")]
    assert {"<a> & co", "100%", "50%", "20 of 40", "late 50%", "planned"} <= set(texts)


def test_ways_that_nobody_could_take_are_dashed_only() -> None:
    refused = Share(None, None, None, 3, "n<10")
    drawing = draw_plan(
        figures(PlanEdge("a", "b", 3, refused), PlanEdge("a", "c", 3, refused), PlanEdge("c", "a", None, None)), "en"
    )
    body = ET.fromstring(drawing.svg)
    assert list(body.iter(f"{SVG}rect"))[:-1] == []  # only that of the legend
    paths = [p.attrib for p in body.iter(f"{SVG}path")]
    assert all("stroke-dasharray" in p for p in paths)
    assert sum(" C" in p["d"] for p in paths) == 2  # over the optional stage, and back


def test_a_way_over_a_stage_is_drawn_as_wide_as_its_share() -> None:
    drawing = draw_plan(figures(PlanEdge("a", "c", 20, HALF)), "en")
    assert f'stroke-width="{WAY / 4:g}"' in drawing.svg


@pytest.mark.parametrize("n", [2, 6, 7])
def test_a_plan_of_up_to_seven_stages_fits_a_page_of_1280(n: int) -> None:
    some = figures(PlanEdge(None, "a", 40, HALF))
    steps = tuple(step(f"s{k}") for k in range(n))
    assert draw_plan(replace(some, steps=steps, edges=(), deviations=()), "en").width <= 1074


def test_candidates_are_moss() -> None:
    better = Difference(0.2, 0.1, 0.3, 0.6, 0.4, 40, 40)
    drawn = draw_plan(figures(onward=better), "en").svg
    assert re.search(rf'fill="{palette.KOKE}"[^>]*>late 50%<', drawn)


def test_no_stage_gives_a_picture_of_nothing() -> None:
    empty = ConformanceFigures(None, 0, figures().fitness, (), (), ())
    assert draw_plan(empty, "ja").width > 0


def test_a_difference_is_red_moss_or_grey() -> None:
    cases = {palette.SHU: (-0.3, -0.1), palette.KOKE: (0.1, 0.3), palette.MUTE: (-0.1, 0.3)}
    for colour, (low, high) in cases.items():
        strip = difference_strip(
            Difference((low + high) / 2, low, high, 0.5, 0.5, 20, 20), width=100, height=20, top=0.5
        )
        circle = next(ET.fromstring(strip).iter(f"{SVG}circle"))
        assert circle.attrib["fill"] == colour
        assert (float(circle.attrib["cx"]) - 50) * (low + high) > 0
    assert "circle" not in difference_strip(NONE, width=100, height=20, top=0.5)
