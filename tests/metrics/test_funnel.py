import re
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
import small_world
from small_world import DAY, E
from tabiji.compute.executor import LocalExecutor
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.funnel.question import FunnelFigures, FunnelResult, Transition, funnel
from tabiji.metrics.scope import Scope, instant
from tabiji.result import Question, Share

AWARE, CONSIDER, WON, LOST = range(4)
OTHER = 4
MAP = JourneyMap(
    "m",
    {"en": "New business"},
    (
        Stage("aware", {"en": "Awareness", "ja": "認知"}),
        Stage("consider", {"en": "Consideration"}),
        Stage("won", {"en": "Won"}, kind="success"),
        Stage("lost", {"en": "Lost"}, kind="failure"),
    ),
)
LINE = [AWARE, CONSIDER, WON]


def rules(**more: Any) -> Any:
    simple = {AWARE: [0], CONSIDER: [1], WON: [2], LOST: [3]}
    ids = ("aware", "consider", "won", "lost")
    return small_world.rules(5, 4, simple, failures=[LOST], success=WON, stage_ids=ids, **more)


RULES = rules(inactive=365 * DAY)


def day(n: float) -> datetime:
    return instant(int(n * DAY))


def ask(
    events: list[E], n_units: int, as_of: datetime, by: Any = RULES, *, mode: str = "reached",
    window_days: float | None = None, shape: dict[str, Any] | None = None, **scope: Any,
) -> FunnelResult:  # fmt: skip
    index = small_world.index(events, n_units, ["k"] * 5, **(shape or {}))
    with LocalExecutor(2) as executor:
        known = scope.get("known_as_of")
        cut = None if known is None else (known - instant(0)) // timedelta(seconds=1)
        journals = journal(index, by, executor, known_as_of=cut)
        return funnel(
            index, MAP, by, journals, Scope(as_of, **{"min_n": 1, **scope}),
            executor=executor, mode=mode, window_days=window_days,
        )  # fmt: skip


def history(unit: int, *steps: tuple[float, int]) -> list[E]:
    return [E(unit, int(t * DAY), k) for t, k in steps]


# Ten accounts, as of day 400, horizon 100 days.
TEN = [
    *history(0, (0, 0), (10, 1), (30, 2)),  # all the way
    *history(1, (0, 0), (20, 1), (40, 3)),  # lost while considering
    *history(2, (0, 0), (30, 3)),  # lost while aware
    *history(3, (5, 0), (15, 2)),  # passes over consideration
    *history(4, (350, 0)),  # open, entered 50 days ago
    *history(5, (0, 0), (200, 1), (390, 4)),  # slow; open, touched lately
    *history(6, (10, 0)),  # dormant since day 375
    *history(7, (1, 4)),  # never fires
    *history(8, (100, 0), (150, 1), (395, 4)),  # open while considering
]


def test_ten_accounts_by_hand() -> None:
    found = ask(TEN, 10, day(400), horizon_days=100)
    assert [s.to_dict() for s in found.stages] == [
        {"id": "aware", "n": 8, "skipped": 0},
        {"id": "consider", "n": 5, "skipped": 1},
        {"id": "won", "n": 2, "skipped": 0},
    ]
    first, second = found.transitions
    counts = ("n_from", "n_to", "lost", "dormant", "open", "skipped")
    assert [getattr(first, c) for c in counts] == [8, 5, 1, 1, 1, 0]
    assert [getattr(second, c) for c in counts] == [5, 2, 1, 0, 2, 1]
    assert first.naive.share == 5 / 8
    # entered by day 300: all but account 4; advanced within 100 days: accounts 0, 1, 3, 8
    assert (first.mature.share, first.mature.n) == (4 / 7, 7)
    # at 10, 10, 20, 50 an advance (8, 7 and 6 at risk before …), at 30 a loss, at 50 one is censored
    at_risk = [(2, 8, 2), (1, 6, 1), (0, 5, 1), (1, 4, 1)]  # (advances, at risk, all exits) at 10, 20, 30, 50
    survival, incidence = 1.0, 0.0
    for advances, risk, all_exits in at_risk:
        incidence += survival * advances / risk
        survival *= 1 - all_exits / risk
    assert first.censoring_aware.share == pytest.approx(incidence)
    assert (first.censoring_aware.n, first.censoring_aware.horizon_days) == (8, 100)
    # stays end at 10, 10, 20, 30, 50, (50), 200, 365: half are gone at 30
    assert first.median_days == 30
    # considering: 20 advance, 20 lost, 0 passed over, 200 and 250 open
    assert (second.median_days, second.naive.share) == (20, 2 / 5)


def test_the_json_of_the_contract() -> None:
    found = ask(TEN, 10, day(400), horizon_days=100, min_n=6).to_dict()
    assert list(found) == ["question", "provenance", "stages", "transitions", "notices"]
    second = found["transitions"][1]
    assert list(second)[:7] == ["from", "to", "n_from", "n_to", "lost", "dormant", "open"]
    assert (second["from"], second["to"]) == ("consider", "won")
    refused = {"share": None, "low": None, "high": None, "n": 5, "reason": "n<6"}
    assert second["naive"] == refused
    assert second["censoring_aware"] == {**refused, "horizon_days": 100}
    assert second["median_days"] is None
    first = found["transitions"][0]
    assert set(first["naive"]) == {"share", "low", "high", "n"}
    assert set(first["censoring_aware"]) == {"share", "low", "high", "n", "horizon_days"}
    assert found["provenance"]["accounts"] == 9
    assert found["provenance"]["journeys"] == 8
    assert found["provenance"]["events"] == len(TEN)
    assert found["provenance"]["excluded"] == {"no_event": 1, "no_stage": 1}


def test_the_horizon_is_inclusive() -> None:
    events = history(0, (0, 0), (10, 1)) + history(1, (10, 0), (18, 1)) + history(2, (11, 0))
    first = ask(events, 3, day(20), horizon_days=10).transitions[0]
    assert (first.mature.share, first.mature.n) == (1.0, 2)  # entered on day 0 and exactly ten days before as-of
    assert first.censoring_aware.share == pytest.approx(1 / 3 + 2 / 3)  # at 8, then (one censored at 9) at 10 days
    late = ask(events, 3, day(20), horizon_days=9).transitions[0]
    assert (late.mature.share, late.mature.n) == (1 / 3, 3)
    assert late.censoring_aware.share == pytest.approx(1 / 3)


def test_nobody_at_risk_at_the_horizon() -> None:
    found = ask(history(0, (0, 0), (5, 1)) + history(1, (0, 0)), 2, day(50), horizon_days=100)
    share = found.transitions[0].censoring_aware
    assert (share.share, share.n, share.reason) == (None, 2, "nobody at risk at the horizon")
    assert found.transitions[0].naive.share == 0.5


def test_at_incidence_zero_and_one_the_interval_is_wilsons() -> None:
    everyone = [e for u in range(12) for e in history(u, (0, 0), (5, 1))]
    found = ask(everyone, 12, day(50), horizon_days=10).transitions
    assert found[0].censoring_aware.share == 1.0
    assert (found[0].censoring_aware.low, found[0].censoring_aware.high) == (found[0].naive.low, 1.0)
    assert (found[1].censoring_aware.share, found[1].censoring_aware.low) == (0.0, 0.0)
    assert found[1].censoring_aware.high == found[1].naive.high


def test_empty_data() -> None:
    found = ask([], 0, day(10))
    assert [s.n for s in found.stages] == [0, 0, 0]
    assert found.transitions[0].naive.reason == "n<1"
    assert found.biggest_loss is None
    assert found.explain("en") == "No journey has started by the date of this question."
    assert found.provenance.excluded == {"no_event": 0, "no_stage": 0}


def test_one_account() -> None:
    found = ask(history(0, (0, 0)), 1, day(10))
    assert [s.n for s in found.stages] == [1, 0, 0]
    assert found.transitions[0].naive.share == 0.0
    assert found.transitions[1].naive.share is None
    assert "n<10" in str(ask(history(0, (0, 0)), 1, day(10), min_n=10).to_dict())


def test_a_stage_that_nobody_entered() -> None:
    nobody = [e for u in range(20) for e in history(u, (u, 0))]
    found = ask(nobody, 20, day(100), min_n=10)
    assert found.transitions[0].naive.share == 0.0
    assert found.transitions[1].naive.reason == found.transitions[1].censoring_aware.reason == "n<10"


def test_horizon_of_the_question_the_map_and_the_house() -> None:
    assert ask(TEN, 10, day(400)).horizon_days == 180
    assert ask(TEN, 10, day(400), horizon_days=7).horizon_days == 7


def test_a_window_of_starts_and_a_selection() -> None:
    found = ask(TEN, 10, day(400), from_at=day(1), to_at=day(100))
    assert found.provenance.journeys == 3
    assert found.provenance.excluded == {"no_event": 1, "no_stage": 1, "outside_window": 5}
    some = np.zeros(10, bool)
    some[[0, 1, 7, 9]] = True
    found = ask(TEN, 10, day(400), selection=some)
    assert [s.n for s in found.stages] == [2, 2, 1]
    assert (found.provenance.accounts, found.provenance.events) == (3, 7)
    assert found.provenance.excluded == {"no_event": 1, "no_stage": 1}


def test_groups_are_what_a_selection_of_each_would_give() -> None:
    codes = np.array([0, 0, 1, 1, 0, 1, 0, 1, -1, 1], np.int32)
    found = ask(TEN, 10, day(400), groups=(codes, ["retail", "maker"]), horizon_days=100)
    assert [(g.value, g.n) for g in found.groups] == [("retail", 4), ("maker", 3)]
    for code, group in enumerate(found.groups):
        alone = ask(TEN, 10, day(400), selection=codes == code, horizon_days=100).total
        assert (group.stages, group.transitions) == (alone.stages, alone.transitions)
    assert found.to_dict()["groups"][1]["value"] == "maker"
    assert len(found.rows()) == 4


def test_ordered_has_no_censoring_aware_share() -> None:
    late = history(0, (0, 0), (10, 1), (50, 2)) + history(1, (0, 1), (1, 0)) + history(2, (0, 0), (30, 1), (31, 2))
    found = ask(late, 3, day(100), mode="ordered", window_days=40)
    assert [s.n for s in found.stages] == [3, 2, 1]
    share = found.transitions[0].censoring_aware.to_dict()
    assert share == {"share": None, "low": None, "high": None, "n": 3, "reason": "not defined for ordered steps"}
    assert found.biggest_loss is not None
    assert found.biggest_loss.share is found.biggest_loss.naive
    assert found.total.expected_loss(found.biggest_loss) == pytest.approx(1)
    assert [s.n for s in ask(late, 3, day(100), mode="ordered").stages] == [3, 2, 2]


def test_what_came_after_the_window_is_no_longer_open() -> None:
    """Seen at day 100, with a window of 40 days from being aware."""
    events = [
        *history(0, (0, 0), (10, 1), (50, 2)),  # won after the window
        *history(1, (0, 0), (30, 1)),  # nothing more, and the window has run out
        *history(2, (70, 0), (80, 1)),  # has until day 110
        *history(3, (0, 0), (10, 1), (20, 3)),  # lost inside the window
        *history(4, (0, 0), (10, 1), (60, 3)),  # lost after it had run out
        *history(5, (0, 0), (10, 1), (75, 0), (80, 1)),  # a second chain is running
        *history(6, (0, 0), (10, 2)),  # won without considering
        *history(7, (0, 1), (5, 0), (20, 1), (30, 2)),  # in time
    ]
    found = ask(events, 8, day(100), mode="ordered", window_days=40)
    told = [(t.n_from, t.n_to, t.outside, t.lost, t.dormant, t.open) for t in found.transitions]
    assert told == [(8, 7, 1, 0, 0, 0), (7, 1, 3, 1, 0, 2)]
    assert [t.median_days for t in found.transitions] == [None, None]
    assert "Outside the order or the window: 3" in found.explain("en")
    # three are won, one of them in order; all eight are journeys
    assert found.explain("en").startswith("Of 8 journeys, 1 came to Won strictly in order. ")
    assert re.match("8 件のジャーニーのうち、順序どおりに.+まで進んだのは 1 件です。", found.explain("ja"))
    unlimited = ask(events, 8, day(100), mode="ordered").transitions
    assert [(t.n_from, t.n_to, t.outside, t.lost, t.open) for t in unlimited] == [(8, 7, 1, 0, 0), (7, 2, 0, 2, 3)]


def test_an_unknown_mode() -> None:
    with pytest.raises(ValueError, match="reached or ordered"):
        ask(TEN, 10, day(400), mode="strict")


def test_several_journeys_of_a_unit_are_resampled_together() -> None:
    random = np.random.default_rng(1)
    events = []
    for unit in range(60):
        lucky = random.random() < 0.5  # both attempts of an account end alike
        for begin in (0, 100):
            middle = [(begin + 5, 1)] if lucky else []
            events += history(unit, (begin, 0), *middle, (begin + 50, 3))
    found = ask(events, 60, day(300), horizon_days=40)
    (notice,) = found.notices
    assert notice.code == "resampled_units"
    assert "400 resamples of accounts" in notice.render("en")
    first = found.transitions[0]
    assert first.n_from == 120
    share = first.naive
    assert share.share is not None and share.low is not None and share.high is not None
    half = (share.high - share.low) / 2
    assert half == pytest.approx(1.96 * np.sqrt(share.share * (1 - share.share) / 60), rel=0.15)
    assert first.censoring_aware.low == pytest.approx(share.low)  # complete data: the same share in every resample
    assert ask(events, 60, day(300), horizon_days=40).to_dict() == found.to_dict()
    assert ask(TEN, 10, day(400)).notices == ()


def test_every_resample_agreeing_leaves_wilsons_interval_over_units() -> None:
    events = [e for u in range(10) for b in (0, 100) for e in history(u, (b, 0), (b + 5, 1), (b + 9, 3))]
    share = ask(events, 10, day(300)).transitions[0].naive
    assert (share.share, share.high, share.n) == (1.0, 1.0, 20)
    assert share.low == pytest.approx(0.7225, abs=1e-4)  # 10 of 10, not 20 of 20


def test_known_as_of() -> None:
    events = [E(0, 0, 0, received=0), E(0, DAY, 1, received=9 * DAY)]
    assert [s.n for s in ask(events, 1, day(10), known_as_of=day(8)).stages] == [1, 0, 0]
    assert ask(events, 1, day(10), known_as_of=day(8)).provenance.events == 1
    assert [s.n for s in ask(events, 1, day(10), known_as_of=day(9)).stages] == [1, 1, 0]


def test_events_are_counted_by_as_of_and_by_receipt() -> None:
    events = [E(0, 0, 0, received=5 * DAY), E(0, DAY, 1), E(0, 2 * DAY, 1), E(1, 3 * DAY, 0), E(1, DAY, 4)]
    shape = {"overlay": [1]}
    assert ask(events, 2, day(1), shape=shape).provenance.events == 3
    assert ask(events, 2, day(1), shape=shape, known_as_of=day(4)).provenance.events == 2
    assert ask(events, 2, day(9), shape=shape).provenance.events == 5


def test_the_fingerprint_tells_questions_and_data_apart() -> None:
    asked = [
        ask(TEN, 10, day(400)),
        ask(TEN, 10, day(399)),
        ask(TEN, 10, day(400), min_n=2),
        ask(TEN, 10, day(400), mode="ordered"),
        ask(TEN, 10, day(400), selection=np.arange(10) < 5),
        ask(TEN, 10, day(400), shape={"version": "2"}),
        ask(TEN, 10, day(400), rules(digest="other")),
    ]
    assert len({a.provenance.fingerprint for a in asked}) == len(asked)
    assert ask(TEN, 10, day(400)).provenance.fingerprint == asked[0].provenance.fingerprint


def test_it_explains_itself() -> None:
    found = ask(TEN, 10, day(400), horizon_days=100)
    assert found.explain("en") == (
        "Of 8 journeys, 2 reached Won. The largest loss lies between Awareness and Consideration: 50% of 8 go on"
        " within 100 days (95% interval 15% to 77%). Lost there: 1; gone silent: 1; still open: 1."
    )
    few = ask(TEN, 10, day(400), min_n=50)
    assert few.explain("en").endswith("There are too few journeys to tell where the largest loss lies.")


def test_where_nobody_is_lost_it_says_so() -> None:
    through = [E(u, day_ * DAY, k) for u in range(12) for k, day_ in ((0, 1), (1, 2), (2, 3))]
    assert ask(through, 12, day(400), horizon_days=100).explain("en") == (
        "Of 12 journeys, 12 reached Won. No transition has lost anybody within 100 days."
    )


def test_where_nobody_was_watched_to_the_horizon_it_says_so() -> None:
    quick = [E(u, day_ * DAY, k) for u in range(12) for k, day_ in ((0, 1 + u), (1, 2 + u))]
    late = [E(u, 20 * DAY, 0) for u in range(12, 15)]
    found = ask([*quick, *late], 15, day(30), horizon_days=100)
    assert found.transitions[0].share.reason == "nobody at risk at the horizon"
    assert found.explain("en") == (
        "Of 15 journeys, 0 reached Won. Where the largest loss lies cannot be told: somewhere nobody has been watched for 100 days"
        " without going on or leaving. A shorter horizon may tell."
    )


def test_the_question_is_kept() -> None:
    index = small_world.index(TEN, 10, ["k"] * 5)
    executor = LocalExecutor(1)
    question = Question("funnel", "m", 3, {"min_n": 1})
    journals = journal(index, RULES, executor)
    found = funnel(index, MAP, RULES, journals, Scope(day(400)), executor=executor, question=question)
    assert found.to_dict()["question"] == {"verb": "funnel", "map": "m", "version": 3, "min_n": 1}
    assert found.provenance.map_version == 3


# Against the definitions --------------------------------------------------------------------------------------------


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[E], Any]:
    one = st.builds(E, unit=st.integers(0, 5), at=st.integers(0, 60).map(lambda d: d * DAY), kind=st.integers(0, 4))
    inactive = draw(st.sampled_from([-1, 8 * DAY, 30 * DAY]))
    return draw(st.lists(one, max_size=60)), rules(inactive=inactive)


def expected_counts(events: list[E], by: Any, as_of: int, mode: str, window: int | None) -> list[list[int]]:
    journeys = reference.seen_at(reference.journeys(6, events, by), as_of)
    rows = []
    for k in range(len(LINE) - 1):
        row = [0] * 6
        for j in journeys:
            tau = reference.reached(j, LINE) if mode == "reached" else reference.ordered(j, LINE, window)
            if tau[k] == reference.NEVER:
                continue
            row[0] += 1
            fell = mode == "ordered" and reference.outside(j, LINE, window, k, as_of)
            row[1 if tau[k + 1] != reference.NEVER else 5 if fell else {1: 2, 2: 3, 0: 4}[j.outcome]] += 1
        rows.append(row)
    return rows


@settings(max_examples=150, deadline=None)
@given(worlds(), st.integers(0, 70), st.sampled_from(["reached", "ordered"]), st.sampled_from([None, 2, 20]))
def test_counts_equal_the_definition(world: tuple[list[E], Any], as_of: int, mode: str, window: int | None) -> None:
    events, by = world
    found = ask(events, 6, day(as_of), by, mode=mode, window_days=window)
    counts = [[t.n_from, t.n_to, t.lost, t.dormant, t.open, t.outside] for t in found.transitions]
    assert counts == expected_counts(events, by, as_of * DAY, mode, None if window is None else window * DAY)
    for t in found.transitions:
        assert t.n_from == t.n_to + t.outside + t.lost + t.dormant + t.open
        assert t.outside == 0 or mode == "ordered"


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_complete_data_make_the_three_shares_agree(world: tuple[list[E], Any]) -> None:
    events, _ = world
    last = {unit: max(e.at for e in events if e.unit == unit) for unit in {e.unit for e in events}}
    events = events + [E(unit, at + DAY, LOST) for unit, at in last.items()]  # every journey ends
    found = ask(events, 6, day(20_000), rules(), horizon_days=19_000)
    for t in found.transitions:
        assert t.open == t.dormant == 0
        if t.n_from:
            assert t.naive.share == t.mature.share == pytest.approx(t.censoring_aware.share)


@settings(max_examples=60, deadline=None)
@given(worlds(), st.integers(0, 60), st.randoms(use_true_random=False))
def test_shards_order_and_the_future_change_nothing(world: tuple[list[E], Any], as_of: int, random: Any) -> None:
    events, by = world
    order = {id(e): i for i, e in enumerate(events)}  # ties keep the order of event ids

    def figures(sample: list[E], **shape: Any) -> dict[str, Any]:
        return ask(sample, 6, day(as_of), by, shape=shape, horizon_days=5).total.to_dict()

    whole = figures(events)
    assert figures(events, cuts=[2, 3], overlay=[1, 4]) == whole
    shuffled = sorted(events, key=lambda _: random.random())
    assert figures(sorted(shuffled, key=lambda e: order[id(e)])) == whole
    assert figures([e for e in events if e.at <= as_of * DAY]) == whole


def test_instants_need_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ask(TEN, 10, datetime(2001, 1, 1))
    assert instant(0) == datetime(2000, 1, 1, tzinfo=UTC)


def test_a_loss_is_who_left_and_where_nobody_leaves_who_did_not_go_on() -> None:
    shares = (Share(0.6, 0.5, 0.7, 100, horizon_days=180), Share(0.3, 0.2, 0.4, 60, horizon_days=180))

    def figures(gone: tuple[float, float]) -> FunnelFigures:
        first, second = (
            Transition("a", "b", n, 0, 0, 0, 0, 0, share, share, share, gone_share=g)
            for n, share, g in zip((100, 60), shares, gone, strict=True)
        )
        return FunnelFigures(None, 100, (), (first, second))

    leaving = figures((0.0, 0.5))  # 40 of the first have not gone on, but only the second loses any: 30
    assert (leaving.loss_is_leaving, leaving.biggest_loss) == (True, leaving.transitions[1])
    assert [leaving.expected_loss(t) for t in leaving.transitions] == pytest.approx([0, 30])
    waiting = figures((0.0, 0.0))
    assert (waiting.loss_is_leaving, waiting.biggest_loss) == (False, waiting.transitions[1])
    assert [waiting.expected_loss(t) for t in waiting.transitions] == pytest.approx([40, 42])
