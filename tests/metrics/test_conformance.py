"""Conformance: seven journeys by hand, a brute force of what needs no alignment, and what must change nothing."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.index.jit import NEVER
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage, Touchpoint
from tabiji.metrics.conformance import differences
from tabiji.metrics.conformance.deviation_result import (
    AFTER_THE_SALE,
    LANDMARK_TOO_LATE,
    NO_SUCCESS,
    NOTHING_FOLLOWS,
    Deviation,
)
from tabiji.metrics.conformance.differences import ALL_ALIKE, COMPARABLE, HIT, OF, WITH, onward, share, tally, value
from tabiji.metrics.conformance.question import ConformanceResult, conformance
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.intervals import wilson
from tabiji.metrics.scope import Scope, instant, seconds
from tabiji.metrics.velocity.result import NO_VALUES
from tabiji.result import percent

IDS = ("aware", "consider", "won", "lost")
AWARE = Stage("aware", {"en": "Awareness"}, limit_days=20, roles=("champion",), touchpoints=("webinar", "unheard-of"))
STAGES = (AWARE, Stage("consider", {}), Stage("won", {}, kind="success"), Stage("lost", {}, kind="failure"))
MAP = JourneyMap("m", {}, STAGES, touchpoints=(Touchpoint("webinar", {"en": "Webinar"}),))
RULES = small_world.rules(
    6, 4, {0: [0], 1: [1], 2: [2], 3: [3]}, failures=[3], success=2, inactive=365 * DAY, stage_ids=IDS, n_role_sets=2,
    touchpoints={"webinar": [4]},
)  # fmt: skip
CHAMPION = 1


def ask(events: list[E], n_units: int, as_of: float = 100, the_map: JourneyMap = MAP, **more: Any) -> ConformanceResult:
    built = {name: more.pop(name) for name in ("cuts", "overlay") if name in more}
    own = {name: more.pop(name) for name in ("landmark_days", "rules") if name in more}
    index = small_world.index(events, n_units, ["k"] * 6, role_sets=((), ("champion",)), **built)
    by = own.pop("rules", RULES)
    with LocalExecutor(2) as executor:
        known = more.get("known_as_of")
        journals = journal(index, by, executor, known_as_of=None if known is None else seconds(known))
        scope = Scope(instant(int(as_of * DAY)), **{"min_n": 1, "horizon_days": 20, **more})
        return conformance(index, the_map, by, journals, scope, executor=executor, **{"landmark_days": 3, **own})


def history(unit: int, *steps: tuple[float, int], value: float | None = None) -> list[E]:
    return [E(unit, int(t * DAY), k, value=value if k == 2 else None) for t, k in steps]


SEVEN = [
    *history(0, (0, 0), (3, 4), (10, 1), (30, 2), value=100.0), E(0, 2 * DAY, 5, role=CHAMPION),  # as planned
    *history(1, (0, 0), (10, 1), (12, 0), (40, 2)),  # comes back to aware
    *history(2, (5, 1), (20, 2), value=300.0),  # passes over aware
    *history(3, (0, 0)), E(3, 30 * DAY, 1, role=CHAMPION),  # 30 days in aware, then open while considering
    *history(4, (50, 0)),  # in aware for 50 days already
    *history(5, (0, 0), (10, 3)),  # lost
    *history(6, (0, 1), (5, 0), (10, 2)),  # considers before it is aware
]  # fmt: skip


def found(result: ConformanceResult, kind: str, stage: str = "aware") -> Deviation:
    return next(d for d in result.deviations if (d.kind, d.stage) == (kind, stage))


def test_fitness_of_seven_journeys_by_hand() -> None:
    fitness = ask(SEVEN, 7).fitness
    # costs 0, 1, 1, 0, 0, 0, 2; the worst are the steps of the journey, and the three of the plan where it was won
    assert (fitness.n, fitness.cost, fitness.worst) == (7, 4, 6 + 7 + 5 + 2 + 1 + 1 + 6)
    assert fitness.log == 1 - 4 / 28
    assert fitness.mean_trace == pytest.approx((1 + 6 / 7 + 4 / 5 + 1 + 1 + 1 + 4 / 6) / 7, rel=1e-15)
    assert fitness.log_low is not None and fitness.log_low < fitness.log < 1
    assert (fitness.fitting.share, fitness.fitting.n) == (4 / 7, 7)
    # of 3 + 4 + 2 + 2 + 1 + 1 + 3 steps the return of the second and the late awareness of the last are not in the plan
    assert (fitness.unexplained.share, fitness.unexplained.n) == (2 / 16, 16)


def test_unexplained_movement_is_undefined_where_nothing_moved() -> None:
    nobody = ask(history(0, (0, 3)), 1).fitness.unexplained
    assert (nobody.share, nobody.n, nobody.reason) == (None, 0, "n<1")


def test_deviations_of_seven_journeys_by_hand() -> None:
    result = ask(SEVEN, 7)
    told = {(d.kind, d.stage): (d.n, d.share.n) for d in result.deviations}
    assert told == {
        ("missing", "aware"): (1, 7),
        ("extra", "aware"): (1, 7),
        ("out_of_order", "aware"): (1, 7),
        ("late", "aware"): (2, 5),  # of those that were in it; the open one is late already
        ("wrong_role", "aware"): (2, 4),  # of those that left it; the champion who moved one on came in time
        ("touchpoint_not_met", "aware"): (3, 4),
    }
    assert found(result, "late").share.low == wilson(2, 5)[0]
    assert found(result, "touchpoint_not_met").touchpoint == "webinar"
    assert found(result, "wrong_role").role == "champion"


def test_differences_of_seven_journeys_by_hand() -> None:
    result = ask(SEVEN, 7)
    missing = found(result, "missing")
    # from considering on, within 20 days: 20 days yes, 30 no, 15 yes, not yet, 10 yes
    assert (missing.compared_at, missing.onward.with_, missing.onward.without) == ("consider", 1.0, 2 / 4)
    assert (missing.onward.n_with, missing.onward.n_without, missing.onward.difference) == (1, 4, 0.5)
    late = found(result, "late")
    assert (late.onward.n_with, late.onward.n_without, late.onward.difference) == (1, 2, -0.5)
    extra = found(result, "extra")  # back at aware on the third day of considering
    assert (extra.onward.n_with, extra.onward.n_without, extra.onward.difference) == (1, 4, -3 / 4)
    role = found(result, "wrong_role")  # on the third day; all five in aware were still there
    assert (role.compared_at, role.onward.n_with, role.onward.n_without) == ("aware", 4, 1)
    assert (role.onward.with_, role.onward.without) == (1 / 4, 1.0)
    assert found(result, "out_of_order").onward.reason == "n<1"  # it came back after the landmark


def test_the_landmark_must_lie_before_the_horizon() -> None:
    result = ask(SEVEN, 7, landmark_days=20)
    assert found(result, "extra").onward.reason == LANDMARK_TOO_LATE
    assert found(result, "missing").onward.difference == 0.5


def test_an_event_at_the_instant_of_leaving_is_in_time() -> None:
    events = [*history(0, (0, 0), (10, 1)), E(0, 10 * DAY, 4)]
    assert [d.kind for d in ask(events, 1).deviations] == ["wrong_role"]
    late = [*history(0, (0, 0), (10, 1)), E(0, 10 * DAY + 1, 4)]
    assert [d.kind for d in ask(late, 1).deviations] == ["wrong_role", "touchpoint_not_met"]


def test_what_is_not_defined_has_its_reason() -> None:
    events = [e for u in range(3) for e in history(u, (0, 1), (10, 2), (11, 1))]
    result = ask([*events, *history(3, (0, 0), (5, 1), (10, 2))], 4)
    assert found(result, "missing").value.reason == NO_VALUES
    last = found(result, "extra", "consider")
    assert (last.compared_at, last.onward.reason) == ("won", NOTHING_FOLLOWS)
    after = replace(MAP, stages=(*STAGES[:3], Stage("use", {}, limit_days=1), Stage("stay", {}), STAGES[3]))
    by = small_world.rules(
        6, 6, {0: [0], 1: [1], 2: [2], 3: [3], 4: [4], 5: [5]}, failures=[5], success=2, inactive=365 * DAY,
        stage_ids=("aware", "consider", "won", "use", "stay", "lost"), n_role_sets=2, touchpoints={"webinar": []},
    )  # fmt: skip
    sold = ask(history(0, (0, 0), (1, 1), (2, 2), (3, 3), (9, 4)), 1, the_map=after, rules=by)
    assert found(sold, "late", "use").value.reason == AFTER_THE_SALE


def test_too_few_empty_data_and_one_journey() -> None:
    refused = ask(SEVEN, 7, min_n=10)
    assert (refused.fitness.log, refused.fitness.reason) == (None, "n<10")
    assert {d.share.reason for d in refused.deviations} == {"n<10"}
    assert refused.explain("en") == "Too few journeys to tell how well they fit the plan: 7."
    empty = ask([], 0)
    assert (empty.fitness.n, empty.fitness.reason, empty.deviations) == (0, "n<1", ())
    one = ask(history(0, (0, 0), (1, 1)), 1)
    assert (one.fitness.log, one.fitness.log_low, one.fitness.mean_trace) == (1.0, None, 1.0)


def test_the_plan_as_walked() -> None:
    total = ask(SEVEN, 7).total
    assert [(s.id, s.passed, s.as_planned) for s in total.steps] == [
        ("aware", 7, 5), ("consider", 5, 5), ("won", 4, 4),
    ]  # fmt: skip
    assert [(e.from_, e.to, e.n, e.share.n if e.share else None) for e in total.edges] == [
        (None, "aware", 5, 7), ("aware", "consider", 3, 3), ("consider", "won", 4, 4),
    ]  # fmt: skip
    loop = replace(MAP, stages=(STAGES[0], replace(STAGES[1], next=("aware", "won")), *STAGES[2:]))
    edges = ask(SEVEN, 7, the_map=loop).total.edges
    assert [(e.from_, e.to, e.n) for e in edges if e.share is None] == [("consider", "aware", None)]


def test_groups_add_up_and_the_total_stays() -> None:
    groups = (np.array([0, 1, 0, 1, 0, 1, -1], np.int32), ("x", "y"))
    result, whole = ask(SEVEN, 7, groups=groups), ask(SEVEN, 7)
    assert result.total == whole.total
    assert [(g.value, g.n) for g in result.groups] == [("x", 3), ("y", 3)]
    assert [g.fitness.cost for g in result.groups] == [1, 1]
    assert result.to_dict()["groups"][0]["fitness"]["n"] == 3
    assert len(result.rows()) == sum(len(f.deviations) for f in (result.total, *result.groups))


def test_notices_say_what_the_plan_leaves_open() -> None:
    bare = replace(MAP, stages=tuple(Stage(s.id, {}, kind=s.kind) for s in STAGES))
    assert [n.code for n in ask(SEVEN, 7, the_map=bare).notices] == ["plan_is_order_only"]
    endless = replace(MAP, stages=tuple(replace(s, kind="step") if s.id == "won" else s for s in STAGES))
    nowhere = replace(RULES, success=-1)
    without = ask(SEVEN, 7, the_map=endless, rules=nowhere)
    assert [n.code for n in without.notices] == ["plan_has_no_end"]
    assert (found(without, "late").value.reason, without.fitness.worst) == (NO_SUCCESS, 16)  # steps alone
    back = [e for u in range(3) for e in history(u, (0, 0), (1, 1), (2, 0), (3, 1))]
    assert [n.code for n in ask(back, 3).notices] == ["mostly_extra_steps"]
    again = replace(MAP, stages=tuple(replace(s, repeatable=True) if s.kind == "step" else s for s in STAGES))
    assert (ask(back, 3, the_map=again).fitness.cost, ask(back, 3, the_map=again).notices) == (0, ())


def test_the_json_of_the_verb_and_the_words() -> None:
    result = ask(SEVEN, 7)
    told = result.to_dict()
    assert list(told) == [
        "question", "provenance", "horizon_days", "landmark_days", "fitness", "deviations", "plan", "notices",
    ]  # fmt: skip
    assert {"log", "mean_trace", "n"} <= set(told["fitness"])
    keys = {"class", "stage", "role", "touchpoint", "n", "share", "onward_difference", "value_difference", "currency"}
    assert all(keys <= set(d) for d in told["deviations"])
    assert result.explain("en").startswith(
        "4 of 7 journeys have no missing and no extra step; of all steps, planned and taken,"
        f" {percent(result.fitness.log)} agree (log fitness)."
    )
    assert found(result, "wrong_role").sentence("en") == "Awareness is left without the role Champion"
    assert result.question.as_python("ws") == "tabiji.open('ws').map('m').conformance()"
    weights = [d.weight for d in result.deviations]
    assert weights == sorted(weights, reverse=True)


def test_differences_of_many_journeys() -> None:
    """Twenty with it, of whom fifteen go on and ten are won for 200; forty without, of whom ten are won for 100."""
    n = 60
    code = np.full(n, COMPARABLE | OF, np.uint8)
    code[:20] |= HIT | WITH
    here, there, success = np.zeros(n, np.int32), np.full(n, NEVER, np.int32), np.full(n, NEVER, np.int32)
    there[:15], there[20:30] = 5, 5
    success[:10], success[20:30] = 9, 9
    worth = np.where(np.arange(n) < 20, 200.0, 100.0)
    counted = tally(code, here, there, success, worth, 100, 10)
    assert (counted.hits, counted.of, counted.counts.tolist()) == (20, 60, [[40, 10], [20, 15]])
    went = onward(counted, 10)
    (l1, u1), (l0, u0) = wilson(15, 20), wilson(10, 40)
    assert went.difference == 0.5
    assert went.low == pytest.approx(0.5 - ((0.75 - l1) ** 2 + (u0 - 0.25) ** 2) ** 0.5, rel=1e-12)
    assert went.high == pytest.approx(0.5 + ((u1 - 0.75) ** 2 + (0.25 - l0) ** 2) ** 0.5, rel=1e-12)
    priced = value(counted, 10)
    spread = np.var([200.0] * 10 + [0.0] * 10, ddof=1) / 20 + np.var([100.0] * 10 + [0.0] * 30, ddof=1) / 40
    assert (priced.with_, priced.without, priced.difference) == (100.0, 25.0, 75.0)
    assert priced.low == pytest.approx(75 - 1.959963984540054 * spread**0.5, rel=1e-12)
    assert value(counted, 21).reason == "n<21"
    nobody = tally(code, here, there, np.full(n, NEVER, np.int32), worth, 100, 10)
    assert value(nobody, 10).reason == ALL_ALIKE
    assert onward(tally(code, here, there, success, worth, 9, 10), 1).reason == "n<1"  # not mature yet


@st.composite
def worlds(draw: st.DrawFn) -> tuple[int, list[E]]:
    n = draw(st.integers(1, 6))
    step = st.tuples(st.integers(0, 60), st.integers(0, 5), st.integers(0, 1))
    events = [
        E(u, t * DAY + x, k, role=r, value=10.0 if k == 2 else None)  # instants differ, so that their order is theirs
        for u in range(n)
        for x, (t, k, r) in enumerate(draw(st.lists(step, max_size=12)))
    ]
    return n, events


@settings(deadline=None, max_examples=60)
@given(worlds(), st.randoms(use_true_random=False))
def test_shards_order_and_the_future_change_nothing(world: tuple[int, list[E]], random: Any) -> None:
    n, events = world
    whole = ask(events, n, 50).total
    shuffled = random.sample(events, len(events))
    future = [*shuffled, *(E(u, 51 * DAY + u, k) for u in range(n) for k in (1, 4))]
    assert ask(future, n, 50, cuts=[n // 2] if n > 1 else [], overlay=[0]).total == whole


@settings(deadline=None, max_examples=60)
@given(worlds())
def test_stays_roles_and_touchpoints_against_brute_force(world: tuple[int, list[E]]) -> None:
    n, events = world
    result = ask(events, n, 50)
    late, role, touch = [], [], []
    for u, started, there, left in _stays(events, n):
        until = min(left, 50 * DAY)
        mine = [e for e in events if e.unit == u and started <= e.at <= until]
        if 50 * DAY - there > 20 * DAY:
            late.append(until - there > 20 * DAY)
        if left <= 50 * DAY:
            role.append(not any(e.role for e in mine))
            touch.append(not any(e.kind == 4 for e in mine))
    for kind, hits in (("late", late), ("wrong_role", role), ("touchpoint_not_met", touch)):
        told = [(d.n, d.share.n) for d in result.deviations if d.kind == kind]
        assert told == ([(sum(hits), len(hits))] if any(hits) else [])


def _stays(events: list[E], n: int) -> list[tuple[int, int, int, int]]:
    """(unit, start of the journey, entry to aware, leaving it) of every journey that really entered it by day 50."""
    out = []
    for u in range(n):
        start = aware = left = None
        for e in sorted((e for e in events if e.unit == u and e.at <= 50 * DAY), key=lambda e: e.at):
            if e.kind in (0, 1, 2):
                start = e.at if start is None else start
                if e.kind == 0 and aware is None and left is None:
                    aware = e.at
                if e.kind > 0 and left is None:
                    left = e.at
            if e.kind == 3 and start is not None:
                out.append((u, start, aware, left or e.at))
                start = aware = left = None
        if start is not None:
            out.append((u, start, aware, left or NEVER))
    return [row for row in out if row[2] is not None]


def test_entries_and_alignments_stand_in_one_order() -> None:
    """A journey that begins after as-of is in the journals and in neither."""
    later = [*SEVEN, *history(7, (200, 0))]
    result = ask(later, 8, cuts=[3], overlay=[2, 5])
    assert (result.total, result.provenance.journeys) == (ask(SEVEN, 7).total, 7)
    index = small_world.index(later, 8, ["k"] * 6)
    with LocalExecutor(1) as executor:
        at = entries(journal(index, RULES, executor), main_line(MAP, RULES), 100 * DAY, executor)
    assert len(at) == 7


def test_an_optional_stage_is_not_where_journeys_are_compared() -> None:
    stages = (STAGES[0], Stage("consider", {}, optional=True), Stage("won", {}), Stage("use", {}), STAGES[3])
    by = small_world.rules(
        6, 5, {0: [0], 1: [1], 2: [2], 3: [3], 4: [5]}, failures=[4], inactive=365 * DAY, n_role_sets=2,
        stage_ids=("aware", "consider", "won", "use", "lost"), touchpoints={"webinar": []},
    )  # fmt: skip
    events = [*history(0, (0, 2), (5, 3)), *history(1, (0, 0), (1, 1), (2, 2), (60, 3))]
    told = found(ask(events, 2, the_map=replace(MAP, stages=stages), rules=by), "missing")
    assert (told.compared_at, told.onward.difference) == ("won", 1.0)  # within 20 days, and not within 20 days


def test_what_was_received_later_was_not_known() -> None:
    events = [*history(0, (0, 0), (10, 1)), E(0, 3 * DAY, 4, received=40 * DAY), E(0, 2 * DAY, 5, role=CHAMPION)]
    events.append(E(0, 15 * DAY, 0, received=40 * DAY))
    assert [d.kind for d in ask(events, 1).deviations] == ["extra"]
    assert [d.kind for d in ask(events, 1, known_as_of=instant(30 * DAY)).deviations] == ["touchpoint_not_met"]


def test_what_nobody_in_the_data_has_is_a_notice_and_no_deviation() -> None:
    asks = replace(MAP, stages=(replace(AWARE, roles=("champion", "pope")), *STAGES[1:]))
    result = ask(SEVEN, 7, the_map=asks, rules=replace(RULES, touchpoint_mask={"webinar": np.zeros(6, np.uint8)}))
    assert {(d.role, d.touchpoint) for d in result.deviations} == {(None, None), ("champion", None)}
    assert [(n.code, n.values["names"]) for n in result.notices] == [("expected_not_in_data", "pope, webinar")]


def test_late_is_any_stay_that_is_longer_than_the_limit() -> None:
    """In aware 0–10, and again 40–70, where it went back from considering; without `regress` it was in it for ten days."""
    events = [*history(0, (0, 0), (10, 1), (40, 0), (70, 1)), *history(1, (0, 0), (10, 1), (95, 0))]
    assert ("late", "aware") not in {(d.kind, d.stage) for d in ask(events, 2).deviations}
    back = ask(events, 2, rules=replace(RULES, regress_bits=np.uint64(1)))
    late = found(back, "late")
    assert (late.n, late.share.n) == (1, 2)


BACK_TO_AWARE = replace(RULES, regress_bits=np.uint64(1))


def test_a_stay_that_ends_by_going_back_was_left_without_the_role() -> None:
    """The third stage goes back to the second one, which expects a champion by its end."""
    expects = replace(
        MAP, stages=(replace(AWARE, roles=(), touchpoints=()), replace(STAGES[1], roles=("champion",)), *STAGES[2:])
    )
    back = history(0, (0, 0), (10, 1), (20, 0), (50, 1))
    late = [*back, E(0, 30 * DAY, 5, role=CHAMPION)]  # came after it had left considering by going back
    told = found(ask(late, 1, the_map=expects, rules=BACK_TO_AWARE), "wrong_role", "consider")
    assert (told.n, told.share.n) == (1, 1)
    assert not [d for d in ask(late, 1, the_map=expects).deviations if d.role]  # a return: it is in the stage still
    in_time = [*back, E(0, 20 * DAY, 5, role=CHAMPION)]
    assert not [d for d in ask(in_time, 1, the_map=expects, rules=BACK_TO_AWARE).deviations if d.role]


def test_a_stage_passed_over_at_first_and_entered_after_going_back_is_a_stay() -> None:
    regress_to_aware = history(0, (0, 1), (10, 0), (15, 1))  # never in aware before it went back there
    told = found(ask(regress_to_aware, 1, rules=BACK_TO_AWARE), "wrong_role")
    assert (told.n, told.share.n) == (1, 1)
    assert not [d for d in ask(regress_to_aware, 1).deviations if d.role]


def test_who_went_back_before_the_landmark_is_not_compared_at_it() -> None:
    """Compared at aware, three days after it was entered (day 0): only who was in it until then, without going back from it."""
    first = Stage("before", {})
    the_map = replace(MAP, stages=(first, *STAGES))
    by = small_world.rules(
        6, 5, {0: [5], 1: [0], 2: [1], 3: [2], 4: [3]}, failures=[4], success=3, inactive=365 * DAY, n_role_sets=2,
        regress=[0], stage_ids=("before", *IDS), touchpoints={"webinar": [4]},
    )  # fmt: skip
    stayed = [e for u in range(3) for e in history(u, (0, 0), (10, 1))]
    went_back = history(3, (0, 0), (2, 5), (10, 0), (12, 1))
    met = [E(u, DAY, 4) for u in (0, 1, 3)]
    told = found(ask([*stayed, *went_back, *met], 4, the_map=the_map, rules=by), "touchpoint_not_met")
    assert (told.n, told.share.n) == (1, 4)
    assert (told.onward.n_with, told.onward.n_without) == (1, 2)


def clustered(seed: int, g: int = 60) -> tuple[np.ndarray, ...]:
    """Journeys of units that have one to four alike ones, some with the deviation and some without: owner and columns of `tally`."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(g, dtype=np.int32), rng.integers(1, 5, g))
    leaning, luck = rng.random(g), rng.random(g)
    with_ = rng.random(len(owner)) < np.where(leaning[owner] < 0.5, 0.1, 0.8)
    goes = rng.random(len(owner)) < np.where(luck[owner] < 0.5, 0.15, 0.85)
    code = (OF | COMPARABLE | with_ * (HIT | WITH)).astype(np.uint8)
    there = np.where(goes, 5, NEVER).astype(np.int32)
    worth = np.where(goes, 100 + 50 * luck[owner], 0.0)
    return owner, code, np.zeros(len(owner), np.int32), there, there.copy(), worth


@pytest.mark.parametrize("seed", range(3))
def test_journeys_of_one_unit_are_alike_and_intervals_are_those_of_resampled_units(seed: int) -> None:
    owner, *columns = clustered(seed)
    told = tally(*columns, 100, 10, owner)
    alone = tally(*columns, 100, 10)
    assert told.units is not None
    assert (told.units[:, 0].sum(), told.units[:, 1].sum()) == (told.hits, told.of)
    assert told.units[:, [2, 3]].sum(0).tolist() == told.counts[0].tolist()
    assert told.units[:, [6, 7]].sum(0).tolist() == told.counts[1].tolist()
    rng = np.random.default_rng(1)
    drawn = np.stack([told.units[rng.integers(0, 60, 60)].sum(0) for _ in range(4000)])
    hits, of, n0, c, m0, sum0, n1, a, m1, sum1 = drawn.T
    for figure, replicates, before in (
        (share(told, 1), hits / of, share(alone, 1)),
        (onward(told, 1), a / n1 - c / n0, onward(alone, 1)),
        (value(told, 1), sum1 / m1 - sum0 / m0, value(alone, 1)),
    ):
        low, high = np.quantile(replicates, [0.025, 0.975])
        assert figure.low is not None and figure.high is not None and before.low is not None and before.high is not None
        assert figure.high - figure.low == pytest.approx(high - low, rel=0.2)
        assert figure.high - figure.low >= 0.999 * (before.high - before.low)
        assert (figure.low + figure.high) / 2 == pytest.approx((low + high) / 2, abs=0.25 * (high - low))


def test_telling_every_journey_twice_adds_no_evidence() -> None:
    _, *columns = clustered(4)
    n = len(columns[0])
    twice = tally(*(np.repeat(column, 2) for column in columns), 100, 10, np.repeat(np.arange(n, dtype=np.int32), 2))
    once = tally(*columns, 100, 10)
    for figure in (share, onward, value):
        a, b = figure(twice, 1), figure(once, 1)
        assert a.low is not None and b.low is not None and a.high is not None and b.high is not None
        assert a.high - a.low == pytest.approx(b.high - b.low, rel=0.02)


@pytest.mark.parametrize("seed", range(4))
def test_units_with_one_journey_need_no_row_of_their_own(seed: int) -> None:
    _, *columns = clustered(seed)
    rng, n = np.random.default_rng(seed), len(columns[0])
    unit = np.sort(rng.integers(0, n, n))  # about a third alone
    number = differences.clustered(unit)
    assert (number < 0).sum() == sum(count == 1 for count in Counter(unit.tolist()).values()) > 0
    every = np.unique(unit, return_inverse=True)[1].astype(np.int32)
    few, all_ = tally(*columns, 100, 10, number), tally(*columns, 100, 10, every)
    for figure in (share, onward, value):
        a, b = figure(few, 1), figure(all_, 1)
        assert (a.low, a.high) == pytest.approx((b.low, b.high), rel=1e-9)


def test_where_all_go_on_every_unit_counts_once() -> None:
    code = np.array([OF | HIT | COMPARABLE | WITH] * 20 + [OF | COMPARABLE] * 20, np.uint8)
    here, there = np.zeros(40, np.int32), np.full(40, 5, np.int32)
    owner = np.repeat(np.arange(10, dtype=np.int32), 4)
    went = onward(tally(code, here, there, there, np.zeros(40), 100, 10, owner), 1)
    assert (went.difference, went.low, went.high) == (0.0, -1 + wilson(5, 5)[0], 1 - wilson(5, 5)[0])


def test_several_journeys_of_an_account_widen_what_is_told_of_deviations() -> None:
    again = [e for u in range(6) for e in history(u, (0, 0), (30, 3), (40, 0), (70, 3))]
    result = ask(again, 6)
    late = found(result, "late")
    assert (late.n, late.share.n) == (12, 12)
    assert late.share.low == wilson(6, 6)[0]  # six accounts, not twelve journeys
    assert [n.code for n in result.notices] == ["clustered_units"]
    assert [n.code for n in ask(SEVEN, 7).notices] == []
