"""Pictures of emotion, survival and health: planned dashed, gaps stay gaps, bands, and texts that cannot break out."""

import xml.etree.ElementTree as ET

from tabiji.charts import lettering
from tabiji.charts.retention import axis_top, fifths, strip, survival
from tabiji.charts.voice import by_role, months, mood, split
from tabiji.metrics.feelings.emotion_result import EmotionResult, Feeling
from tabiji.metrics.means import Mean
from tabiji.metrics.retention.result import Lasting
from tabiji.result import Share

SVG = "{http://www.w3.org/2000/svg}"


def feeling(stage: str, mean: float | None, planned: float | None, role: str | None = None) -> Feeling:
    measured = Mean(
        mean, None if mean is None else mean - 0.3, None if mean is None else mean + 0.3, 12 if mean is not None else 0
    )
    return Feeling(stage, role, measured, planned)


def test_planned_is_dashed_measured_is_solid_and_a_stage_without_a_figure_breaks_the_line() -> None:
    feelings = [feeling("a", 1.0, 0.5), feeling("b", None, -0.5), feeling("c", -1.0, None), feeling("d", 0.0, None)]
    drawn = ET.fromstring(mood(feelings, ["A", "<b>", "C", "D"], width=400, height=140, label="x & y"))
    paths = drawn.findall(f"{SVG}path")
    assert [p.get("stroke-dasharray") is not None for p in paths] == [True, False]  # a–b planned; c–d measured, not a–c
    assert len(drawn.findall(f"{SVG}circle")) == 2 + 3
    assert "<b>" in [t.text for t in drawn.findall(f"{SVG}text")]
    assert drawn.get("aria-label") == "x & y"


def test_a_long_name_of_a_stage_takes_two_lines_and_nothing_lies_on_the_curve() -> None:
    feelings = [feeling("a", 1.0, None), feeling("b", -2.0, None)]
    drawn = ET.fromstring(mood(feelings, ["Order", "Use and renewal of it"], width=160, height=150))
    names = [t for t in drawn.findall(f"{SVG}text") if t.get("text-anchor") == "middle"]
    assert [t.text for t in names][:2] == ["Order", "Use and"] and len(names) == 3
    heights = [float(t.get("y") or 0) for t in names]
    lowest = max(float(c.get("cy") or 0) for c in drawn.findall(f"{SVG}circle"))
    assert heights[0] == heights[1] < heights[2] <= 150 and lowest < heights[0] - 8


def test_names_of_a_narrow_picture_stand_in_two_rows_whole_and_inside_it() -> None:
    names = ["Unknown", "Awareness", "Interest", "Consideration", "Order", "Use and renewal"]
    feelings = [feeling(name, 0.5, None) for name in names]
    drawn = ET.fromstring(mood(feelings, names, width=328, height=150, staggered=True))
    texts = [t for t in drawn.findall(f"{SVG}text") if t.get("text-anchor") == "middle"]
    texts = [t for t in texts if t.text]
    assert [t.text for t in texts] == names
    assert len({t.get("y") for t in texts}) == 2 and texts[0].get("y") == texts[2].get("y") != texts[1].get("y")
    for t in texts:
        half = lettering.width(t.text or "", 10) / 2
        assert float(t.get("x") or 0) - half >= 0 and float(t.get("x") or 0) + half <= 328.01


def test_roles_of_which_nothing_is_known_are_left_out() -> None:
    felt = (
        feeling("a", None, None),
        feeling("a", None, 0.5, "planned"),
        feeling("a", 1.0, None, "said"),
        feeling("a", None, None, "no"),
    )
    result = EmotionResult.__new__(EmotionResult)
    object.__setattr__(result, "feelings", felt)
    assert [role for role, _ in by_role(result)] == [None, "planned", "said"]


def test_months_are_labelled_as_far_as_there_is_room() -> None:
    scores = [(f"2026-{m:02}", Mean(3.0, 2.5, 3.5, 20)) for m in range(1, 13)]
    drawn = ET.fromstring(months(scores, (1.0, 5.0), width=360, height=120))
    labels = [t.text for t in drawn.findall(f"{SVG}text")]
    assert labels[:3] == ["1", "3", "5"] and 4 <= len(labels[3:]) <= 7


def test_survival_is_a_step_function_with_a_band() -> None:
    curve = tuple((d, Share(s, s - 0.1, s + 0.05, 30)) for d, s in ((0, 0.95), (30, 0.8), (60, 0.8)))
    drawn = ET.fromstring(survival(Lasting(None, 30, 6, None, None, None, {}, curve), width=600, height=200, lang="en"))
    points = [tuple(map(float, p.split(","))) for p in drawn.find(f"{SVG}polyline").get("points").split()]
    assert len(points) == 4 and points[0][1] == points[1][1] and points[1][0] == points[2][0]  # along, then down
    assert drawn.find(f"{SVG}polygon") is not None
    empty = ET.fromstring(survival(Lasting(None, 0, 0, None, None, None, {}), width=600, height=200))
    assert empty.find(f"{SVG}polyline") is None


def test_shares_beyond_the_axis_are_drawn_at_its_end() -> None:
    assert axis_top([Share(0.2, 0.1, 0.4, 9), Share(None, None, None, 1, "n<10")]) == 0.5
    assert axis_top([Share(1.1, 0.9, 1.3, 9)]) == 1.5 and axis_top([Share(3.0, 1.0, 9.0, 9)]) == 2.0
    drawn = ET.fromstring(strip(Share(3.0, 1.0, 9.0, 9), 2.0, width=100))
    assert float(drawn.find(f"{SVG}circle").get("cx")) == 94
    assert ET.fromstring(strip(Share(None, None, None, 3, "n<10"), 1.0)).find(f"{SVG}circle") is None


def test_bars_are_as_tall_as_they_are_many() -> None:
    bars = ET.fromstring(fifths((0, 5, 10, 0, 0), height=44)).findall(f"{SVG}rect")
    assert [float(b.get("height")) for b in bars] == [0.6, 20.0, 40.0, 0.6, 0.6]
    parts = ET.fromstring(split([("red", 3), ("blue", 1)], width=100)).findall(f"{SVG}rect")
    assert [float(p.get("width")) for p in parts] == [74, 24]
