"""The picture of one account: marks that stay apart, bands, rows of people, gaps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from tabiji.charts.timeline import draw_timeline
from tabiji.charts.timeline.layout import MOST_ROWS, bands_of, frame_of, rows_of
from tabiji.charts.timeline.marks import MOST_KINDS, mark, piles
from tabiji.metrics.account.channels import KINDS
from tabiji.metrics.account.timeline_result import PersonTold, RoleTold, TimelineResult, TouchSeen
from tabiji.metrics.account.why_result import Interval, JourneyTold, WhyResult
from tabiji.metrics.dwell.pace import StagePace
from tabiji.result import Provenance, Question

DAY_0 = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = {
    "a": {"en": "Aware", "ja": "認知"},
    "b": {"en": "Consider", "ja": "検討"},
    "c": {"en": "Won"},
    "x": {"en": "No deal"},
}


def on(day: float) -> datetime:
    return DAY_0 + timedelta(days=day)


def touch(day: float, person: int | None = 0, kind: str = "web", event: str = "page_viewed") -> TouchSeen:
    return TouchSeen(on(day), person, event, None, None, None, kind)


def person(name: str, *roles: str) -> PersonTold:
    return PersonTold(name, name, "Head", None, roles, 1, on(0), on(1))


def stay(stage: str, begin: float, end: float | None, attempt: int = 1, moved: bool = True) -> Interval:
    left = None if end is None else on(end)
    return Interval(attempt, stage, on(begin), left, not moved, 0, None, (), moved)


def told(
    *, touches: list[TouchSeen], people: list[PersonTold] | None = None, stays: list[Interval] | None = None,
    journeys: list[JourneyTold] | None = None, roles: tuple[RoleTold, ...] = (), as_of: float = 100, median: float | None = 20,
) -> TimelineResult:  # fmt: skip
    provenance = Provenance("account", 1, 1, len(touches), on(as_of), "f")
    stays = [stay("a", 0, 40), stay("b", 40, None)] if stays is None else stays
    journeys = journeys or [JourneyTold(1, on(0), None, "open", "b", (), ("c",), ())]
    question = Question("timeline", "m")
    why = WhyResult(question, provenance, (), "u1", "<Firm & Sons>", tuple(journeys), tuple(stays), NAMES)
    pace = tuple(StagePace(s, 50, median, None, NAMES[s]) for s in "abc")
    people = people if people is not None else [person("Anna", "champion")]
    return TimelineResult(
        question, provenance, (), why, tuple(people), tuple(touches), len(touches), roles, pace, None, ()
    )


def words(svg: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_touches_of_one_day_are_one_mark_per_kind_and_told_on_hover() -> None:
    of = [touch(1), touch(1.1), touch(1.2, kind="sales", event="meeting_held"), touch(50)]
    (web, sales, later) = piles(of, lambda t: (t.at - DAY_0).days * 5.0, 100)
    assert [(p.kind, len(p.touches)) for p in (web, sales, later)] == [("web", 2), ("sales", 1), ("web", 1)]
    assert web.y < 100 < sales.y and later.y == 100
    svg = draw_timeline(told(touches=of), "en").svg
    assert "<title>2026-01-02: Page viewed × 2</title>" in svg and "<title>2026-01-02: Meeting</title>" in svg


def test_a_dense_account_has_no_more_marks_than_there_is_room_for() -> None:
    busy = [touch(d / 50, kind=KINDS[d % len(KINDS)]) for d in range(5000)]
    frame = frame_of(told(touches=busy), "en", UTC)
    made = piles(busy, lambda t: frame.x(t.at), 0)
    assert len(made) <= MOST_KINDS * 80
    assert sum(len(p.touches) for p in piles(busy[:1], lambda t: 0.0, 0)) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_mark_that_grows_with_the_number(kind: str) -> None:
    assert mark(kind, 10, 10) != mark(kind, 10, 10, 8)
    ElementTree.fromstring(mark(kind, 10, 10, 3, 'a "b" <c>'))


def test_stages_are_bands_and_the_stay_is_set_against_the_median() -> None:
    result = told(touches=[touch(0), touch(90)])
    said = words(draw_timeline(result, "en").svg)
    assert "Aware" in said and "Consider" in said and "02-10" in said
    assert "day 60 (median 20)" in said
    assert "day 60" in words(draw_timeline(told(touches=[touch(0)], median=None), "en").svg)
    assert "検討" in words(draw_timeline(result, "ja").svg)
    frame = frame_of(result, "en", UTC)
    assert [(b.stage, b.now) for b in bands_of(result, frame)] == [("a", False), ("b", True)]


def test_returns_are_no_bands() -> None:
    result = told(touches=[touch(0)], stays=[stay("a", 0, 40), stay("b", 40, None), stay("a", 50, 50, moved=False)])
    assert len(bands_of(result, frame_of(result, "en", UTC))) == 2


def test_people_stand_in_the_order_of_the_roles_that_are_expected() -> None:
    people = [person("U", "user"), person("X"), person("D", "decision_maker")]
    roles = (RoleTold("decision_maker", 1, 1, True), RoleTold("user", 1, 1, False))
    result = told(touches=[touch(1, 0), touch(2, 1), touch(3, 2), touch(4, None)], people=people, roles=roles)
    rows = rows_of(result, frame_of(result, "en", UTC))
    assert [r.name for r in rows] == ["D", "U", "X", "The company"]
    assert rows[0].role == "Decision maker · Head"


def test_many_people_are_drawn_together() -> None:
    people = [person(f"p{x}") for x in range(30)]
    result = told(touches=[touch(x, x) for x in range(30)], people=people)
    rows = rows_of(result, frame_of(result, "en", UTC))
    assert len(rows) == MOST_ROWS and rows[-1].name == "19 more people" and len(rows[-1].touches) == 19
    assert draw_timeline(result, "en").height < 900


def test_a_missing_role_is_a_dashed_line_with_a_sentence() -> None:
    roles = (RoleTold("decision_maker", 1, 0, True, (0,)), RoleTold("user", 1, 0, False))
    svg = draw_timeline(told(touches=[touch(0)], people=[person("Dora", "decision_maker")], roles=roles), "en").svg
    assert "Decision maker: not seen in 60 days of Consider" in words(svg)
    assert "Decision maker · Dora" in words(svg) and svg.count("stroke-dasharray") == 1
    lost = [JourneyTold(1, on(0), on(80), "lost", "b", (), (), ())]
    ended = told(
        touches=[touch(0)],
        roles=roles[:1],
        journeys=lost,
        stays=[stay("a", 0, 40), stay("b", 40, 80), stay("x", 80, None)],
    )
    said = words(draw_timeline(replace(ended, people=(person("Dora"),)), "en").svg)
    assert "Decision maker: not seen before it ended in Consider" in said and "No deal" in said


def test_a_long_history_does_not_crush_the_latest_journey() -> None:
    journeys = [
        JourneyTold(1, on(-3000), on(-2900), "lost", "a", (), (), ()),
        JourneyTold(2, on(0), None, "open", "b", (), (), ()),
    ]
    result = told(
        touches=[touch(-3000), touch(5)], journeys=journeys, stays=[stay("a", 0, 40, 2), stay("b", 40, None, 2)]
    )
    frame = frame_of(result, "en", UTC)
    assert frame.begin == on(-20) and "1 earlier touch is not drawn" in words(draw_timeline(result, "en").svg)


def test_names_are_escaped_and_nothing_at_all_is_a_picture_too() -> None:
    svg = draw_timeline(told(touches=[touch(0)], people=[person("<script>")]), "en").svg
    assert "<script>" not in svg and "&lt;script&gt;" in svg and "&lt;Firm &amp; Sons&gt;" in svg
    empty: Any = told(touches=[], people=[], stays=[], median=None)
    empty = replace(empty, why=replace(empty.why, journeys=()))
    ElementTree.fromstring(draw_timeline(empty, "en").svg)


def test_months_are_thinned_over_years() -> None:
    years = told(touches=[touch(d * 30) for d in range(120)], as_of=3650, stays=[stay("a", 0, None)])
    said = words(draw_timeline(years, "en").svg)
    assert "Jan 2030" in said and "Jul" in said and "Feb" not in said


def test_a_role_with_a_long_title_is_told_whole_in_two_lines_and_on_hover() -> None:
    long = replace(person("佐野 美咲", "champion", "user"), title="情報セキュリティ担当", department="情報システム部")
    svg = draw_timeline(told(touches=[touch(1)], people=[long]), "ja").svg
    title = "佐野 美咲: 導入推進者、使用者 · 情報システム部 情報セキュリティ担当"
    assert f"<title>{title}</title>" in svg
    lines = words(svg)
    at = lines.index("佐野 美咲")
    assert "".join(lines[at + 1 : at + 3]).replace(" ", "") == title.split(": ")[1].replace(" ", "")
