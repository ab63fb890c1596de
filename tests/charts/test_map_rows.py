"""Lanes, emotion, touchpoints, findings, initiatives, KPIs and personas in words."""

from dataclasses import replace

import pytest

from sample_map import ABOUT, MAP, MEASURED, share
from tabiji.charts.map import Felt, Measured, Score, sheet
from tabiji.journeymap.model import Cell, Finding, GroupRole, JourneyMap, Kpi, Measure, Note, Stage, Touchpoint
from tabiji.result import Share

SMALL = JourneyMap(
    "small",
    {"en": "Small"},
    (Stage("a", {"en": "A"}), Stage("b", {"en": "B"}), Stage("lost", {"en": "Lost"}, kind="failure")),
)


def test_there_are_lanes_for_the_roles_of_the_map_and_no_others() -> None:
    assert sheet(SMALL, lang="en").lanes == ()
    made = sheet(
        replace(SMALL, cells=(Cell("buyer", "b", (Note({"en": "signs"}),)),), roles={"buyer": {"en": "Buyer"}}),
        lang="en",
    )
    assert [(lane.role, lane.name) for lane in made.lanes] == [("buyer", "Buyer")]
    assert [cell.empty for cell in made.lanes[0].cells] == [True, False]


@pytest.mark.parametrize(
    ("cell", "notes", "mark"),
    [
        ("hypothesis", ("hypothesis",), "hypothesis"),
        ("reported", ("hypothesis", "observed"), "reported"),
        ("hypothesis", ("observed", "observed"), "observed"),
        ("observed", ("reported", "hypothesis"), "reported"),
    ],
)
def test_a_cell_is_known_as_well_as_its_weakest_sentence(cell: str, notes: tuple[str, ...], mark: str) -> None:
    made = Cell("user", "a", tuple(Note({"en": "says"}, e) for e in notes), evidence=cell)  # type: ignore[arg-type]
    assert sheet(replace(SMALL, cells=(made,)), lang="en").lanes[0].cells[0].evidence == mark


def test_roles_that_are_only_asked_for_come_after_those_with_a_lane() -> None:
    asked = replace(
        SMALL,
        stages=(Stage("a", {}, roles=("executive", "champion")), Stage("b", {})),
        cells=(Cell("user", "a", (Note({"en": "tries"}),)),),
        buying_group=(GroupRole("decision_maker"),),
    )
    assert [lane.name for lane in sheet(asked, lang="en").lanes] == ["User", "Decision maker", "Champion", "Executive"]


def test_a_lane_says_who_it_is_and_in_how_many_journeys_it_appears() -> None:
    champion, decider, influencer = sheet(MAP, MEASURED, lang="en").lanes
    assert (champion.name, champion.who, champion.missing) == ("Champion", "Accounting manager", "")
    assert champion.presence is not None
    assert (champion.presence.text, champion.presence.tip) == (
        "in 86% at Consideration",
        "86% (95% interval 83–89%), n = 702",
    )
    assert decider.missing == "too few"  # required, and surely in less than half
    assert influencer.missing == ""  # as rare, but nobody requires it


@pytest.mark.parametrize(
    ("unit", "words"),
    [("account", "in 38% of companies"), ("opportunity", "in 38% of opportunities"), ("person", "38% of people")],
)
def test_presence_speaks_of_the_unit_of_the_map(unit: str, words: str) -> None:
    presence = sheet(replace(MAP, unit=unit), MEASURED, lang="en").lanes[2].presence  # type: ignore[arg-type]
    assert presence is not None
    assert presence.text == words


def test_a_role_is_looked_for_at_the_bottleneck_if_it_is_expected_there_else_where_it_is_expected_first() -> None:
    expecting = replace(
        MAP,
        stages=tuple(
            replace(s, roles=("champion",)) if s.id in ("interest", "consider") else replace(s, roles=())
            for s in MAP.stages
        ),
    )
    at = {("interest", "champion"): share(0.5, 900), ("consider", "champion"): share(0.9, 700)}
    with_bottleneck = sheet(expecting, replace(MEASURED, presence_at=at), lang="en").lanes[0].presence
    without = sheet(expecting, replace(MEASURED, funnel=None, presence_at=at), lang="en").lanes[0].presence
    assert with_bottleneck is not None and without is not None
    assert (with_bottleneck.text, without.text) == ("in 90% at Consideration", "in 50% at Interest, research")


def test_data_without_roles_calls_nobody_absent() -> None:
    nobody = {role: Share(0.0, 0.0, 0.01, 1842) for role in ("champion", "decision_maker", "influencer")}
    made = sheet(MAP, replace(MEASURED, presence=nobody, presence_at={}), lang="en")
    assert [(lane.presence, lane.missing) for lane in made.lanes] == [(None, "")] * 3


def test_a_role_that_may_well_be_in_half_of_the_journeys_is_not_called_too_few() -> None:
    unsure = replace(MEASURED, presence_at={("consider", "decision_maker"): Share(0.4, 0.25, 0.58, 20)})
    assert sheet(MAP, unsure, lang="en").lanes[1].missing == ""


def test_emotion_is_the_mean_of_what_the_lanes_plan_against_the_answers() -> None:
    planned = replace(
        SMALL, cells=(Cell("user", "a", emotion=1.0), Cell("champion", "a", emotion=0.0), Cell("user", "b"))
    )
    made = sheet(planned, Measured(felt={"b": Felt(-0.7, 12, -1.1, -0.3)}), lang="en")
    assert made.emotion is not None
    assert [m.planned for m in made.emotion.moods] == ["+0.5", ""]
    first, second = (m.measured for m in made.emotion.moods)
    assert first is None
    assert second is not None
    assert (second.text, second.tip) == (
        "−0.7 n=12",
        "mean −0.7 of 12 answers, on −2 to +2 (95% interval −1.1 to −0.3)",
    )
    assert [m.face for m in made.emotion.moods] == ["", "uneasy"]


def test_too_few_answers_are_a_dash_and_a_gap_in_the_curve() -> None:
    made = sheet(SMALL, Measured(felt={"a": Felt(None, 4, reason="n<10"), "b": Felt(0.2, 15)}), lang="en")
    assert made.emotion is not None
    refused = made.emotion.moods[0].measured
    assert refused is not None
    assert (refused.text, refused.tip) == ("—", "too few to say (n = 4, at least 10)")
    assert [d.stage for d in made.emotion.curve.measured_dots] == [1]


def test_the_lowest_point_quotes_what_is_thought_there() -> None:
    made = sheet(MAP, MEASURED, lang="en")
    assert made.emotion is not None
    assert (made.emotion.lowest, made.emotion.lowest_value) == ("“Will it get through?”", "−1.2")


def test_the_quote_is_of_the_role_that_was_measured_lowest_else_planned_lowest() -> None:
    def thought(words: str) -> tuple[Note, ...]:
        return (Note({"en": words}),)

    cells = (
        Cell("user", "b", thoughts=thought("Why us?"), emotion=-1.5),
        Cell("champion", "b", questions=thought("Will it pass?"), emotion=1.0),
        Cell("purchasing", "b", thoughts=thought("Who pays?"), emotion=0.0),
    )
    felt = {"b": Felt(-0.7, 40)}
    by = {
        ("b", "champion"): Felt(-1.1, 12),
        ("b", "user"): Felt(-0.2, 20),
        ("b", "purchasing"): Felt(None, 4, reason="n<10"),
    }

    def quoted(by: dict[tuple[str, str], Felt]) -> str:
        made = sheet(replace(SMALL, cells=cells), Measured(felt=felt, felt_by=by), lang="en")
        assert made.emotion is not None
        return made.emotion.lowest

    assert quoted(by) == "“Will it pass?”"
    assert quoted(by | {("b", "user"): Felt(-1.2, 20)}) == "“Why us?”"
    assert quoted({("b", "purchasing"): by["b", "purchasing"]}) == "“Why us?”"
    assert quoted({("a", "champion"): Felt(-2.0, 12)}) == "“Why us?”"


def test_nothing_planned_and_nothing_measured_is_no_row() -> None:
    assert sheet(SMALL, lang="en").emotion is None


def test_touchpoints_stand_where_they_are_planned_else_where_they_reach_most() -> None:
    points = (
        Touchpoint("mail", {"en": "Mail"}, "email", stages=("a",)),
        Touchpoint("visit", {"en": "Visit"}, "meeting"),
        Touchpoint("idle", {"en": "Idle"}),
    )
    two = replace(SMALL, touchpoints=points, stages=(Stage("a", {}), Stage("b", {}, touchpoints=("mail",))))
    reach = {
        ("a", "visit"): share(0.2, 50),
        ("b", "visit"): share(0.4, 30),
        ("a", "mail"): Share(None, None, None, 3, "n<10"),
    }
    row_a, row_b = sheet(two, Measured(reach=reach), lang="en").touchpoints
    assert [(t.name, t.offline, t.reach.text if t.reach else None) for t in row_a] == [("Mail", False, "n<10")]
    assert [(t.name, t.offline, t.reach.text if t.reach else None) for t in row_b] == [
        ("Mail", False, None),
        ("Visit", True, "40%"),
    ]


def test_findings_name_their_role_and_how_they_are_known() -> None:
    found = (Finding("p", "b", {"en": "stuck"}, "champion", "observed"),)
    rows = sheet(replace(SMALL, pain_points=found), lang="en").pain_points
    assert [[(line.text, line.role, line.evidence) for line in row] for row in rows] == [
        [],
        [("stuck", "Champion", "observed")],
    ]


def test_rows_that_hold_nothing_are_left_out() -> None:
    made = sheet(SMALL, lang="en")
    assert (made.touchpoints, made.triggers, made.pain_points, made.initiatives, made.kpis) == ((), (), (), (), ())


def test_initiatives_carry_the_grade_of_their_effect() -> None:
    row = sheet(MAP, lang="en").initiatives[3]
    assert [(i.name, i.direct, i.grade_text) for i in row] == [
        ("ROI paper for champions", False, "A"),
        ("Executive evening", False, "in test"),
        ("Comparison mail", True, "no effect"),
    ]


@pytest.mark.parametrize(
    ("measure", "actual", "target", "shown"),
    [
        (Measure(share="a"), 0.264, 0.35, ("26%", "35%", False, True)),
        (Measure(share="a"), 0.4, 0.35, ("40%", "35%", True, False)),
        (Measure(reached="b"), 186.0, 210.0, ("186", "210", False, False)),
        (Measure(survey="nps"), 32.0, 30.0, ("+32", "+30", True, False)),
        (Measure(survey="csat"), 4.25, None, ("4.2", "", None, False)),
        (Measure(reached="b"), None, 210.0, ("—", "210", None, False)),
    ],
)
def test_kpis(measure: Measure, actual: float | None, target: float | None, shown: tuple[object, ...]) -> None:
    with_kpi = replace(SMALL, kpis=(Kpi("k", "a", {"en": "K"}, measure, target),))
    (kpi,) = sheet(with_kpi, Measured(kpis={"k": Score(actual, 40)}), lang="en").kpis[0]
    assert (kpi.actual.text, kpi.target, kpi.met, kpi.actual.bad) == shown


def test_a_kpi_tells_its_interval_n_and_the_period_before() -> None:
    rows = sheet(MAP, MEASURED, lang="en").kpis
    tips = [row[0].actual.tip for row in rows]
    assert tips == [
        "one period before: 11.9k", "", "", "95% interval 23% to 30%, n = 702", "", "95% interval +24 to +39, n = 88, one period before: +29",
    ]  # fmt: skip


def test_company_personas_come_first_and_stand_beside_the_name_of_the_map() -> None:
    made = sheet(MAP, lang="en")
    assert [p.company for p in made.personas] == [True, False, False, False]
    assert made.chips == ("経費精算クラウド", "Manufacturers, 300–2,000")
    tanaka = made.personas[1]
    assert (tanaka.name, tanaka.who) == ("Megumi Tanaka", "Champion · Accounting manager")
    assert tanaka.points[0] == ("Goals", ("Halve the overtime at closing",))


def test_facts_are_version_period_and_who_it_is_about() -> None:
    assert sheet(MAP, MEASURED, ABOUT, "en").facts == (
        ("", "v7 · 2026-10-02"), ("period", "2025-05 → 2026-10"), ("about", "1,842 companies / 6,410 people"),
    )  # fmt: skip
    assert sheet(MAP, MEASURED, lang="en").facts == (("as of", "2026-10-02"), ("about", "1,842 companies"))
    assert sheet(MAP, lang="en").facts == ()


def test_a_map_of_few_of_the_units_says_how_many_and_leaves_the_people_out() -> None:
    late = replace(MEASURED.funnel, total=replace(MEASURED.funnel.total, n=204))
    assert dict(sheet(MAP, replace(MEASURED, funnel=late), ABOUT, "en").facts)["about"] == "204 companies"


def test_japanese_joins_department_and_seniority_without_a_space() -> None:
    assert sheet(MAP, lang="ja").lanes[0].who == "経理課長"
