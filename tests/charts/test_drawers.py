"""Every question that has a picture has its drawer; the lines, bars and marks of cohorts, velocity, accounts, health and why."""

import importlib
import pkgutil
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

import tabiji.metrics
from tabiji.charts import palette
from tabiji.metrics.account.near_misses import NearMiss
from tabiji.metrics.account.why_result import Interval, JourneyTold, WhyResult
from tabiji.metrics.accounts.result import AccountRow, AccountsResult, Described, Listing
from tabiji.metrics.cohorts.result import Cell, Cohort, CohortFigures, CohortResult
from tabiji.metrics.dwell.pace import StagePace
from tabiji.metrics.feelings.voice_result import Score, Survey, VoiceResult
from tabiji.metrics.kpi.question import Actual, KpiResult, KpiValue
from tabiji.metrics.means import Mean
from tabiji.metrics.periods import Period
from tabiji.metrics.reach.question import ReachResult, RolePresence, TouchpointReach
from tabiji.metrics.retention.health_result import Component, HealthResult
from tabiji.metrics.velocity.result import NO_VALUES, VelocityFigures, VelocityResult
from tabiji.result import Drawing, Provenance, Question, Result, Share, drawer

SVG = "{http://www.w3.org/2000/svg}"
PROVENANCE = Provenance("account", 1, 1, 1, datetime(2026, 6, 30, tzinfo=UTC), "f")


def head(verb: str) -> Any:
    return Question(verb, "m"), PROVENANCE, ()


def drawn(result: Result, lang: str = "en") -> tuple[ET.Element, list[str]]:
    picture = result.plot(lang)
    assert isinstance(picture, Drawing)
    root = ET.fromstring(picture.svg)
    assert (root.get("width"), root.get("height")) == (str(picture.width), str(picture.height))
    assert root.get("aria-label") == result.explain(lang)
    return root, [t.text or "" for t in root.iter(f"{SVG}text")]


def test_every_answer_can_be_drawn() -> None:
    for module in pkgutil.walk_packages(tabiji.metrics.__path__, "tabiji.metrics."):
        importlib.import_module(module.name)
    kinds = {kind for kind in Result.__subclasses__() if kind.__module__.startswith("tabiji.metrics.")}
    assert len(kinds) >= 18
    for kind in kinds:
        assert callable(drawer(kind)), kind


def cell(age: int, share: float | None) -> Cell:
    found = Share(None, None, None, 3, "n<10") if share is None else Share(share, share / 2, share * 1.5, 20)
    return Cell(age, found, 20)


def cohorts(*rows: tuple[float | None, ...]) -> CohortResult:
    ages = (30, 60, 90)
    made = tuple(
        Cohort(Period(f"2026-0{i + 1}", date(2026, i + 1, 1), date(2026, i + 1, 28)), 20, 3, True,
               tuple(cell(a, s) for a, s in zip(ages, row, strict=True)))
        for i, row in enumerate(rows)
    )  # fmt: skip
    total = CohortFigures(None, 40, 6, tuple(cell(a, s) for a, s in zip(ages, (0.1, 0.2, 0.3), strict=True)), made)
    return CohortResult(*head("cohorts"), "won", "month", 30, 1, 60, total, (), {"en": "Won <now>", "ja": "受注"})


def test_a_line_per_cohort_broken_where_a_share_is_refused() -> None:
    root, said = drawn(cohorts((0.1, 0.2, 0.4), (0.05, None, 0.2), (None, None, 0.1)))
    lines = [line.get("points", "").split() for line in root.iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [4, 2, 4]  # from the start on; the lone point after the gap; all
    assert len(list(root.iter(f"{SVG}polygon"))) == 1 and "Share that has reached Won <now>" in said
    assert {"2026-01", "2026-02", "all", "horizon", "50%", "10%"} <= set(said) and "2026-03" not in said
    assert "受注に到達した割合" in drawn(cohorts((0.1, 0.2, 0.4)), "ja")[1]


def test_labels_at_one_place_do_not_lie_on_each_other() -> None:
    root, _ = drawn(cohorts((0.1, 0.2, 0.3), (0.1, 0.2, 0.3), (0.1, 0.2, 0.3)))
    labels = [t for t in root.iter(f"{SVG}text") if t.text and (t.text.startswith("2026") or t.text == "all")]
    heights = sorted(float(t.get("y", 0)) for t in labels)
    assert len(heights) == 4 and min(b - a for a, b in pairwise(heights)) >= 14


def test_no_cohort_that_can_be_told() -> None:
    empty = CohortResult(
        *head("cohorts"), "won", "month", 30, 1, 60, CohortFigures(None, 0, 0, (cell(30, None),), ()), (), {}
    )
    assert "No journey has started by the date of this question." in drawn(empty)[1]


def velocity(value: str | None, per_day: float | None, currency: str | None = "JPY", **more: Any) -> VelocityFigures:
    interval = (None, None) if per_day is None else (per_day / 2, per_day * 1.5)
    return VelocityFigures(
        value, 50, 9, 20, 10, 1, Share(2 / 3, 0.5, 0.8, 30), 2e6, 20, 60.4, per_day, *interval, currency, **more
    )


def test_velocity_has_a_bar_per_group_on_the_axis_of_the_total() -> None:
    groups = (
        velocity("a", 4e6), velocity("b", 9e5, "USD"), velocity("c", None, reasons={"velocity_per_day": NO_VALUES}),
    )  # fmt: skip
    root, said = drawn(VelocityResult(*head("velocity"), "x", "won", velocity(None, 8e6), groups))
    bars = [float(r.get("width", 0)) for r in root.iter(f"{SVG}rect") if r.get("fill") == palette.AI_2]
    assert len(bars) == 2 and bars[0] == pytest.approx(2 * bars[1], abs=0.1)  # b is in another currency, c is refused
    assert {"¥8M", "$900k", NO_VALUES, "67%", "60 days"} <= set(said)
    none = VelocityResult(*head("velocity"), None, None, VelocityFigures(None, 0))
    assert any("no success stage" in words for words in drawn(none)[1])


def row(name: str, stay: float, onward: Share) -> AccountRow:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return AccountRow(name, Described(name), "a", at, stay, stay > 30, "open", 1, at, None, at, (), (), onward)


def test_the_stays_and_outlooks_of_accounts() -> None:
    rows = (row("x", 15, Share(0.5, 0.4, 0.6, 20)), row("y<z", 45, Share(None, None, None, 3, "n<10")))
    rows += tuple(row(f"more {x}", 1, Share(0.1, 0.0, 0.2, 9)) for x in range(30))
    pace = (StagePace("a", 50, 30.0, None, {"en": "Here"}), StagePace("b", 3, None, "n<10"))
    result = AccountsResult(
        *head("accounts"), Listing(), 99, 1, rows, 90, pace, {"a": 99}, {}, (), {"a": {"en": "Here"}}
    )
    root, said = drawn(result)
    widths = {c: [float(r.get("width", 0)) for r in root.iter(f"{SVG}rect") if r.get("fill") == c]
              for c in (palette.AI_2, palette.SHU)}  # fmt: skip
    third = (560 - 390) / 3  # a median of a bar of three
    assert widths[palette.AI_2][:2] == pytest.approx([third / 2, third], abs=0.01)
    assert widths[palette.SHU] == pytest.approx([third / 2], abs=0.01)
    assert {"y<z", "50%", "—", "Here", "Goes on within 90 days", "and 2 more on this page"} <= set(said)
    nobody = AccountsResult(*head("accounts"), Listing(), 0, 0, (), 90, pace, {}, {})
    assert "Nobody fits." in drawn(nobody)[1]


def test_components_of_health_measured_and_not() -> None:
    told = Component("deployment", Mean(0.8, 0.7, 0.9, 20), (0, 0, 4, 6, 10), "use of {days} days", {"days": 90})
    few = Component("roi", Mean(None, None, None, 3, "n<10"))
    nothing = Mean(None, None, None, 0, "n<10")
    root, said = drawn(HealthResult(*head("health"), 20, (told, few), nothing, nothing, (), None))
    assert {"Health of 20 customers", "0.80", "0.70–0.90 · n=20", "use of 90 days", "10", "not measured"} <= set(said)
    assert "too few to say (n = 3, at least 10)" in said and len(list(root.iter(f"{SVG}circle"))) == 1
    none = HealthResult(
        *head("health"), 0, (), nothing, nothing, (), None, {}, "nobody is a customer at the date of the question"
    )
    assert any("nobody is a customer" in words for words in drawn(none)[1])


def test_scores_on_their_own_scales() -> None:
    def score(value: str | None, mean: float | None) -> Score:
        told = Mean(
            mean,
            None if mean is None else mean - 1,
            None if mean is None else mean + 1,
            20,
            "n<30" if mean is None else None,
        )
        return Score(value, told, Share(0.5, 0.4, 0.6, 20), None, 9)

    year = tuple(score(f"2026-{m:02}", 10.0 * m) for m in range(1, 7))
    nps = Survey("nps", 0, 10, score(None, -12.0), {}, {"promoters": 3, "detractors": 5}, {"month": year})
    few = Survey("csat", 1, 5, score(None, None), {})
    root, said = drawn(VoiceResult(*head("voice"), (nps, few), (), {}))
    assert {"Recommendation (NPS) 0–10", "−12", "95% interval −13 to −11 · n=20", "Satisfaction (CSAT) 1–5"} <= set(
        said
    )
    assert "too few to say (n = 20, at least 30)" in said and len(list(root.iter(f"{SVG}circle"))) == 6
    assert any("Nothing is known" in line for line in drawn(VoiceResult(*head("voice"), (), (), {}))[1])


def test_reach_is_a_table_of_depths_and_a_refused_share_is_a_dash() -> None:
    few = Share(None, None, None, 3, "n<10")
    met = tuple(TouchpointReach(s, t, share) for s, t, share in (
        ("a", "seminar", Share(0.8, 0.7, 0.9, 50)), ("b", "seminar", Share(0.0, 0.0, 0.1, 40)), ("a", "site", few), ("b", "site", few)
    ))  # fmt: skip
    present = (
        RolePresence(None, "user", Share(0.5, 0.4, 0.6, 50)),
        RolePresence("a", "user", Share(0.25, 0.2, 0.3, 50)),
    )
    names = {"seminar": {"en": "Seminar & talk"}, "site": {}}
    root, said = drawn(ReachResult(*head("reach"), met, present, names, {"a": {"en": "Here"}}))
    assert {"Seminar & talk", "site", "Here", "b", "User", "80%", "0%", "25%", "50%"} - set(said) == {"50%"}
    assert said.count("—") == 3  # two refused, and the role in the stage where nobody was counted
    depths = [float(r.get("opacity", 0)) for r in root.iter(f"{SVG}rect") if r.get("fill") == palette.AI]
    assert depths == [pytest.approx(0.12 + 0.88 * 0.8, abs=0.01), pytest.approx(0.12 + 0.88 * 0.25, abs=0.01)]
    assert (
        "This map has no touchpoints: write them in it under touchpoints."
        in drawn(ReachResult(*head("reach"), (), (), {}))[1]
    )


def test_a_kpi_has_its_own_scale_with_the_period_before_and_the_target() -> None:
    count = KpiValue("leads", "a", {"en": "Leads"}, "count", Actual(50, 50), Actual(25, 25), 100)
    share = KpiValue("on", "a", {}, "share", Actual(0.4, 20, 0.2, 0.6), None, None)
    nps = KpiValue("nps", "a", {}, "nps", Actual(-20, 30, -40, 0), None, 20)
    few = KpiValue("csat", "a", {}, "csat", Actual(None, 3, reason="n<10"), None, 4)
    root, said = drawn(KpiResult(*head("kpis"), (count, share, nps, few)))
    assert {"Leads", "50", "100", "on", "40%", "−20", "+20", "too few to say (n = 3, at least 10)"} <= set(said)
    width = 920 - 430
    bars = [float(r.get("width", 0)) for r in root.iter(f"{SVG}rect") if r.get("fill") == palette.AI_2]
    assert bars == pytest.approx([width / 2, width * 2 / 3, width / 3], abs=0.01)
    assert [float(c.get("cx", 0)) for c in root.iter(f"{SVG}circle")] == pytest.approx([430 + width / 4], abs=0.01)
    assert "This map has no KPIs." in drawn(KpiResult(*head("kpis"), ()))[1]


def stay(attempt: int, stage: str, begin: int, end: int | None, **more: Any) -> Interval:
    left = None if end is None else datetime(2026, end, 1, tzinfo=UTC)
    given = {"again": False, "clause": 0, "rule": "{event: <x>}", "events": (), **more}
    return Interval(attempt, stage, datetime(2026, begin, 1, tzinfo=UTC), left, **given)


def test_stays_returns_and_the_end_of_each_journey() -> None:
    miss = NearMiss("b", 0, "{}", "no_event", {"what": "page_viewed, met"}, 0.0)
    journeys = (
        JourneyTold(1, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC), "lost", "a", (), ("b",), (miss,)),
        JourneyTold(2, datetime(2026, 4, 1, tzinfo=UTC), None, "open", "a", (), (), ()),
    )  # fmt: skip
    stays = (
        stay(1, "a", 1, 3), stay(1, "lost", 3, None), stay(2, "a", 4, None), stay(2, "z", 5, 5, again=True, moved=False),
    )  # fmt: skip
    root, said = drawn(WhyResult(*head("why"), "u", None, journeys, stays, {"a": {"en": "Here"}}))
    fills = [r.get("fill") for r in root.iter(f"{SVG}rect")]
    assert (fills.count(palette.AI_2), fills.count(palette.AI)) == (
        1,
        1,
    )  # a stay that has ended, and the one that runs
    assert len(list(root.iter(f"{SVG}circle"))) == 1 and len(list(root.iter(f"{SVG}path"))) == 1
    assert {"Journey 1 · lost", "Journey 2 · open", "lacked for b: no Page viewed, met", "Here", "2026-02"} <= set(said)
    assert {t.text for t in root.iter(f"{SVG}title")} >= {"2026-01-01 · {event: <x>}"}
    assert "u has not entered any stage." in drawn(WhyResult(*head("why"), "u", None, (), ()))[1]
