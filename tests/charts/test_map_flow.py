"""Stage heads, falls, bottleneck and next move, on figures small enough to check by hand."""

from dataclasses import replace

import pytest

from sample_map import ABOUT, MAP, MEASURED, STAGES, funnel, transition
from tabiji.charts.map import Measured, flow, sheet
from tabiji.charts.map.sheet import Step
from tabiji.metrics.funnel.result import FunnelResult, Transition
from tabiji.metrics.transitions import NOBODY_AT_RISK
from tabiji.result import Share

REFUSED = Share(None, None, None, 4, "n<10", 180)


A = transition("unknown", "aware", 100, 60, 0.7, 10, 20, 5)  # 25 leave, 30 do not go on
B = transition("aware", "interest", 60, 20, 0.4, 12, 30, 2)  # 32 leave, 36 do not go on
C = transition("interest", "consider", 20, 4, 0.5, 12, 10, 1)  # 11 leave, 10 do not go on


def refused(step: Transition) -> Transition:
    """The step where too few are at risk to tell its share."""
    return replace(step, censoring_aware=REFUSED, gone_share=None)


def of(*made: Transition) -> FunnelResult:
    return funnel(STAGES[: len(made) + 1], made)


def test_the_bottleneck_loses_most_units_not_the_greatest_share() -> None:
    worst = flow.bottleneck(of(A, B, C))
    assert worst is B


def test_a_refused_share_is_never_the_bottleneck() -> None:
    assert flow.bottleneck(of(A, refused(B), C)) is A
    assert flow.bottleneck(of(refused(A), refused(B), refused(C))) is None


def test_where_everybody_goes_on_there_is_no_bottleneck() -> None:
    smooth = transition("unknown", "aware", 50, 50, 1.0, 3, 0, 0)
    made = sheet(MAP, Measured(funnel=of(smooth)), lang="en")
    assert not any(s.hot for s in made.stages)
    assert made.next_move == "No transition has lost anybody within 180 days."
    assert made.river is not None
    assert made.river.falls == ()


def test_the_column_that_is_left_is_tinted_and_the_step_out_of_it_is_marked() -> None:
    made = sheet(MAP, Measured(funnel=of(A, B, C)), lang="en")
    assert [(s.id, s.pill) for s in made.stages if s.hot] == [("aware", "biggest loss")]
    assert [s.id for s in made.stages if s.step is not None and s.step.share.bad] == ["interest"]
    assert [f.after for f in made.river.falls if f.biggest] == [1] if made.river else False


def test_falls_are_those_who_are_lost_or_silent_at_the_horizon() -> None:
    answer = of(A, B, C)
    assert flow.losses(answer) == pytest.approx([25, 32, 11])
    assert flow.river_note(answer, "en") == "falls: lost or gone silent within 180 days"


def test_on_a_map_that_loses_nobody_falls_are_those_who_have_not_gone_on() -> None:
    answer = of(*(replace(t, lost=0, dormant=0, gone_share=0.0) for t in (A, B, C)))
    assert flow.losses(answer) == pytest.approx([30, 36, 10])
    assert flow.river_note(answer, "en") == "falls: not gone on within 180 days"
    assert flow.next_move(answer, "account", "en")[0].endswith("about 36 do not.")


def test_a_refused_share_draws_no_fall_among_others_that_are_told() -> None:
    assert flow.losses(of(A, refused(B)))[1] is None


def test_where_no_share_is_told_falls_are_those_that_ended_and_the_note_says_so() -> None:
    answer = of(refused(A), refused(B))
    assert flow.losses(answer) == [25.0, 32.0]
    assert flow.river_note(answer, "en") == "falls: lost or gone silent"


def test_the_ordered_funnel_shows_its_naive_share() -> None:
    nothing = Share(None, None, None, 60, "not defined for ordered")
    answer = of(*(replace(t, censoring_aware=nothing, gone_share=None) for t in (A, B)))
    made = sheet(MAP, Measured(funnel=answer), lang="en")
    step = made.stages[1].step
    assert isinstance(step, Step)
    assert (step.share.text, made.river_note) == ("60%", "falls: not gone on")
    assert "within" not in made.next_move


def test_a_step_tells_share_stay_plan_and_the_naive_share_beside_it() -> None:
    made = sheet(MAP, Measured(funnel=of(A, B, C)), lang="en")
    step = made.stages[2].step  # into interest; awareness plans to pass on 70 %
    assert isinstance(step, Step)
    assert step.share.text == "40%"
    assert (step.value, step.low, step.high) == pytest.approx((0.4, 0.366, 0.434))
    assert step.share.tip == (
        "gone on within 180 days: 40% (95% interval 37–43%), n = 60. Of all who entered so far: 33% (95% interval 30–36%), n = 60"
    )
    assert (step.naive, step.naive_text) == (20 / 60, "all so far 33%")
    assert (step.target, step.target_text) == (0.7, "planned 70%")
    assert step.days is not None
    assert (step.days.text, step.days.tip) == (
        "12 days",
        "median stay in the stage before: 12 days (95% interval 9–16)",
    )


def test_a_refusal_is_told_instead_of_a_share() -> None:
    made = sheet(MAP, Measured(funnel=of(A, replace(refused(B), median_days=None))), lang="en")
    step = made.stages[2].step
    assert isinstance(step, Step)
    assert (step.share.text, step.value, step.days) == ("n<10", None, None)


def test_the_next_move_is_one_plain_sentence_with_its_figures() -> None:
    sentence, strong, detail = flow.next_move(of(A, B, C), "account", "en")
    assert sentence == (
        "Awareness → Interest, research loses most: of 60 companies, 40% go on within 180 days (95% interval 37–43%),"
        " about 32 are lost or go silent."
    )
    assert sentence.startswith(strong)
    assert detail == "So far 20 went on, 30 were lost, 2 went silent, 8 are still there."


def test_where_a_unit_has_several_journeys_it_is_journeys_that_are_counted() -> None:
    answer = of(A, B)
    several = replace(answer, provenance=replace(answer.provenance, accounts=90))
    made = sheet(MAP, Measured(funnel=several), ABOUT, lang="en")
    assert made.stages[0].caption == "journeys in all"
    assert "of 60 journeys, 40% go on" in made.next_move
    assert dict(made.facts)["about"] == "90 companies / 6,410 people"


def test_too_few_to_tell() -> None:
    answer = of(refused(A), refused(B))
    assert (
        flow.next_move(answer, "account", "en")[0] == "There are too few journeys to tell where the largest loss lies."
    )


def test_nothing_counted_draws_nothing_and_says_what_to_bring() -> None:
    nobody = replace(
        A, n_from=0, n_to=0, lost=0, dormant=0, open=0, censoring_aware=REFUSED, naive=REFUSED, gone_share=None
    )
    for figures in (None, of(nobody)):
        made = sheet(MAP, Measured(funnel=figures), lang="en")
        assert made.river is None
        assert made.next_move == ""
        assert made.bring.startswith("Nothing was measured on this map yet.")
        assert {s.count for s in made.stages} == {None}
    filtered = sheet(MAP, Measured(funnel=of(nobody)), ABOUT, lang="en")
    assert filtered.bring.startswith("No journey meets these conditions.")


def test_every_stage_of_the_sample_has_its_count() -> None:
    made = sheet(MAP, MEASURED, lang="en")
    assert [s.count.text for s in made.stages if s.count] == ["1,842", "1,204", "913", "702", "186", "161"]
    assert [s.caption for s in made.stages] == ["companies in all", "", "", "", "", ""]


def test_a_count_opens_the_receipt_of_the_count_and_a_share_that_of_the_share() -> None:
    made = sheet(MAP, Measured(funnel=of(A, B)), lang="en")
    count, step = made.stages[1].count, made.stages[1].step
    assert count is not None and count.receipt is not None
    assert step is not None and step.share.receipt is not None
    assert (count.receipt.kind, dict(count.receipt.parameters)) == ("funnel", {"stage": "aware", "measure": "count"})
    assert dict(step.share.receipt.parameters) == {"stage": "unknown"}
    assert step.days is not None and step.days.receipt is not None  # a stay is no share: its receipt tells days
    assert (step.days.receipt.kind, dict(step.days.receipt.parameters)) == ("dwell", {"stage": "unknown"})


def test_where_nobody_was_watched_long_enough_it_is_too_early_and_the_next_move_says_so() -> None:
    unknown = Share(None, None, None, 60, NOBODY_AT_RISK, 180)
    smooth = transition("unknown", "aware", 60, 60, 1.0, 3, 0, 0)
    answer = of(smooth, replace(B, censoring_aware=unknown, gone_share=None))
    for figures in (answer, of(replace(B, censoring_aware=unknown, gone_share=None))):
        assert flow.next_move(figures, "account", "en") == (
            "Where the largest loss lies cannot be told: somewhere nobody has been watched for 180 days without going on or leaving."
            " A shorter horizon may tell.",
            "",
            "",
        )
        assert flow.next_move(figures, "account", "en")[0] in figures.explain("en")
    made = sheet(MAP, Measured(funnel=of(A, replace(B, censoring_aware=unknown, gone_share=None))), lang="en")
    step = made.stages[2].step
    assert isinstance(step, Step)
    assert step.share.text == "too early"
    assert step.share.tip.startswith(
        "gone on within 180 days: too early to say (nobody has been watched for 180 days yet"
    )
