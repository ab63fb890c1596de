"""The picture of stays: axis, what is left out, and the picture of a whole result."""

import re
from datetime import UTC, datetime

from tabiji.charts.dwell import axis_top, draw_dwell, register, stay_strip, told, why_briefly, why_not
from tabiji.metrics.dwell.result import LAST_STAGE, NOT_REACHED, DwellFigures, DwellResult, Stays
from tabiji.result import Provenance, Question


def stays(id: str = "aware", median: float | None = 20.0, high: float | None = 30.0, **more: object) -> Stays:
    given: dict[str, object] = {
        "id": id, "n": 40, "open": 10, "advanced": 25, "back": 0, "lost": 3, "dormant": 2, "skipped": 0, "median_days": median,
        "low_days": 10.0, "high_days": high, "closed_only_median_days": 12.0, "quartiles_days": (8.0, median, None),
        "advance_median_days": 25.0, "name": {"en": "Awareness", "ja": "認知"},
    }  # fmt: skip
    return Stays(**{**given, **more})  # type: ignore[arg-type]


def circles(svg: str) -> list[float]:
    return [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg)]


def test_the_axis_ends_at_the_least_round_number_that_holds_everything():
    assert axis_top(DwellFigures(None, 40, (stays(),)), {}) == 40.0
    assert axis_top(DwellFigures(None, 40, (stays(),)), {"aware": 61.0}) == 80.0
    assert axis_top(DwellFigures(None, 40, (stays(high=900.0),)), {}) == 1080.0
    assert axis_top(DwellFigures(None, 0, ()), {}) == 8.0


def test_the_median_stands_in_proportion_and_an_open_box_reaches_the_end():
    svg = stay_strip(stays(), width=112.0, height=30.0, top=40.0)
    assert circles(svg) == [56.0]
    box = re.search(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="10"', svg)
    assert box is not None
    assert float(box[1]) + float(box[2]) == 106.0


def test_a_median_that_is_not_reached_leaves_no_mark():
    missing = stays(median=None, reasons={"median_days": NOT_REACHED})
    assert circles(stay_strip(missing, width=112.0, height=30.0, top=40.0)) == []
    assert told(missing, "en") == "fewer than half so far"


def test_too_few_closed_ones_are_counted_as_such():
    few = stays(closed_only_median_days=None, reasons={"closed_only_median_days": "n<31"})
    assert why_not(few, "closed_only_median_days", "en") == "too few to say (n = 30, at least 31)"
    assert why_briefly(few, "closed_only_median_days", "en") == "too few (n = 30)"
    last = stays(advance_median_days=None, reasons={"advance_median_days": LAST_STAGE})
    assert why_briefly(last, "advance_median_days", "en") == "last stage"


def test_a_whole_result_draws_a_row_per_stage():
    provenance = Provenance("account", 40, 40, 400, datetime(2026, 3, 1, tzinfo=UTC), "f")
    total = DwellFigures(None, 40, (stays(), stays("quote", name={"ja": "見積"})))
    result = DwellResult(Question("dwell", "m"), provenance, (), total)
    register()
    drawing = draw_dwell(result, "ja")
    assert len(circles(drawing.svg)) == 2
    assert ">認知<" in drawing.svg
    assert ">見積<" in drawing.svg
    assert result.plot("ja").svg == drawing.svg
