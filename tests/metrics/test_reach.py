from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
import small_world
from small_world import E
from tabiji.compute.executor import LocalExecutor
from tabiji.index.jit import NEVER
from tabiji.index.journal import journal
from tabiji.journeymap.model import GroupRole, JourneyMap, Stage, Touchpoint
from tabiji.metrics.entries import main_line
from tabiji.metrics.means import share_of
from tabiji.metrics.position import NOWHERE, positions, regressing
from tabiji.metrics.reach.question import ReachResult, reach
from tabiji.metrics.scope import Scope, instant

AWARE, CONSIDER, LOST, WON = range(4)
LINE = [AWARE, CONSIDER, WON]
IDS = ("aware", "consider", "lost", "won")
MAP = JourneyMap(
    "m",
    {},
    tuple(Stage(s, {}, kind="failure" if s == "lost" else "step") for s in IDS),
    touchpoints=(Touchpoint("webinar", {"en": "Webinar"}), Touchpoint("paper", {}), Touchpoint("visit", {})),
    buying_group=(GroupRole("purchasing"),),
)
ROLE_SETS = ((), ("champion",), ("champion", "user"))
N_KINDS = 7  # 0–3 fire their stage, 4 and 5 are touches, 6 is of another offering


def rules(**more: Any) -> Any:
    return small_world.rules(
        N_KINDS, 4, {AWARE: [0], CONSIDER: [1], LOST: [2], WON: [3]}, failures=[LOST], stage_ids=IDS, strangers=[6],
        n_role_sets=3, **{"touchpoints": {"webinar": [4, 0], "paper": [5], "visit": [4, 6]}, **more},
    )  # fmt: skip


def ask(events: list[E], by: Any, n_units: int = 1, as_of: int = 1000, shape: Any = None, **scope: Any) -> ReachResult:
    index = small_world.index(events, n_units, ["k"] * N_KINDS, ROLE_SETS, **(shape or {}))
    executor = LocalExecutor(2)
    known = scope.get("known_as_of")
    journals = journal(
        index, by, executor, known_as_of=None if known is None else int((known - instant(0)).total_seconds())
    )
    return reach(index, MAP, by, journals, Scope(instant(as_of), **{"min_n": 1, **scope}), executor=executor)


def met(found: ReachResult) -> dict[tuple[str, str], tuple[float, int]]:
    """(stage, touchpoint) → (touched, reached), where anybody reached the stage."""
    return {key: (s.share * s.n, s.n) for key, s in found.by_stage.items() if s.share is not None}


def test_a_touch_belongs_to_the_stage_in_which_it_happens() -> None:
    events = [E(0, 0, 4), E(0, 10, 0), E(0, 20, 1), E(0, 20, 5), E(0, 30, 4), E(0, 30, 4)]
    assert met(ask(events, rules())) == {
        ("aware", "webinar"): (1, 1),  # the entering event is itself a touch of it
        ("aware", "paper"): (0, 1),
        ("aware", "visit"): (0, 1),  # the one before the journey does not count
        ("consider", "webinar"): (1, 1),
        ("consider", "paper"): (1, 1),  # at the instant of the move: the stage entered
        ("consider", "visit"): (1, 1),
    }


def test_returns_leave_the_stage_as_it_is_unless_the_stage_regresses() -> None:
    events = [E(0, 10, 0), E(0, 20, 1), E(0, 30, 0), E(0, 40, 5)]
    assert met(ask(events, rules()))["consider", "paper"] == (1, 1)
    back = met(ask(events, rules(regress=[AWARE])))
    assert (back["consider", "paper"], back["aware", "paper"]) == ((0, 1), (1, 1))


def test_attempts_of_a_unit_are_counted_each() -> None:
    events = [E(0, 10, 0), E(0, 15, 5), E(0, 20, 2), E(0, 25, 5), E(0, 30, 0)]
    assert met(ask(events, rules()))["aware", "paper"] == (1, 2)


def test_an_attempt_may_begin_at_the_instant_at_which_another_ends() -> None:
    events = [E(0, 10, 0), E(0, 20, 2), E(0, 20, 0)]
    assert met(ask(events, rules()))["aware", "webinar"] == (2, 2)


def test_the_end_and_the_as_of_are_the_last_instants() -> None:
    events = [E(0, 10, 0), E(0, 20, 5), E(0, 20, 2), E(0, 21, 4)]
    assert met(ask(events, rules()))["aware", "paper"] == (1, 1)
    assert met(ask(events, rules()))["aware", "visit"] == (0, 1)
    assert met(ask(events, rules(), as_of=19))["aware", "paper"] == (0, 1)
    assert ask(events, rules(), as_of=9).roles[0].share.n == 0


def test_a_touchpoint_may_ask_for_a_role() -> None:
    by = rules(touchpoints={"webinar": [4], "paper": [], "visit": []}, touchpoint_roles={"webinar": [1]})
    assert met(ask([E(0, 1, 0), E(0, 2, 4, role=2)], by))["aware", "webinar"] == (0, 1)
    assert met(ask([E(0, 1, 0), E(0, 2, 4, role=1)], by))["aware", "webinar"] == (1, 1)


def test_roles_over_all_and_per_stage() -> None:
    events = [E(0, 10, 0, role=1), E(0, 20, 1), E(0, 30, 4, role=2), E(1, 10, 0), E(1, 11, 6, role=2)]
    found = ask(events, rules(), 2)
    assert {role: s.share for role, s in found.presence.items()} == {"champion": 0.5, "purchasing": 0.0, "user": 0.5}
    by_stage = {(r.stage, r.role): (r.share.share, r.share.n) for r in found.roles if r.stage}
    assert by_stage["aware", "champion"] == (0.5, 2)
    assert by_stage["aware", "user"] == (0.0, 2)
    assert by_stage["consider", "user"] == (1.0, 1)
    assert by_stage["won", "user"] == (None, 0)


def test_selection_window_receipt_and_min_n() -> None:
    events = [E(0, 10, 0), E(0, 11, 5, received=50), E(1, 20, 0), E(1, 21, 5)]
    assert met(ask(events, rules(), 2, selection=np.array([True, False])))["aware", "paper"] == (1, 1)
    assert met(ask(events, rules(), 2, from_at=instant(15)))["aware", "paper"] == (1, 1)
    assert met(ask(events, rules(), 2, known_as_of=instant(40)))["aware", "paper"] == (1, 2)
    refused = ask(events, rules(), 2, min_n=3).by_stage["aware", "paper"]
    assert (refused.share, refused.reason) == (None, "n<3")


@pytest.mark.parametrize("seed", range(5))
def test_intervals_rest_on_units_where_they_have_several_journeys(seed: int) -> None:
    chance = np.random.default_rng(seed)
    events, unit, paper, far = [], [], [], []
    for u in range(14):
        for attempt in range(int(chance.integers(1, 5))):
            unit.append(u)
            paper.append(bool(chance.random() < (0.8 if u % 2 else 0.2)))
            far.append(bool(chance.random() < 0.5))
            at = 100 * attempt
            events += [
                E(u, at, 0),
                *([E(u, at + 1, 5)] if paper[-1] else []),
                *([E(u, at + 2, 1, role=1)] if far[-1] else []),
            ]
            events.append(E(u, at + 3, 2))
    found = ask(events, rules(), 14, shape={"cuts": [5]})
    whole = np.array(unit)
    went, shown = (
        np.array(far),
        lambda stage: next(r.share for r in found.roles if (r.stage, r.role) == (stage, "champion")),
    )
    for told, expected in (
        (found.by_stage["aware", "paper"], share_of(np.array(paper), whole, 1)),
        (shown(None), share_of(went, whole, 1)),
        (shown("consider"), share_of(went[went], whole[went], 1)),
    ):
        assert (told.share, told.n) == (expected.share, expected.n)
        assert (told.low, told.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_the_answer_as_records_json_and_words() -> None:
    found = ask([E(u, u, 0) for u in range(12)], rules(), 12, min_n=10)
    assert found.to_dict()["touchpoints"][0] == {
        "stage": "aware", "touchpoint": "webinar", "share": 1.0, "low": found.by_stage["aware", "webinar"].low,
        "high": 1.0, "n": 12,
    }  # fmt: skip
    assert len(found.rows()) == 3 * 3 + 4 * 3
    assert found.explain("en") == "Webinar reached 100% of the 12 journeys in stage aware."
    assert ask([], rules(), 0).explain("en") == "No touchpoint has been met by enough journeys to tell."
    assert found.provenance.journeys == 12


def test_by_group_each_is_told_as_if_it_were_asked_about_alone() -> None:
    events = [e for u in range(6) for e in (E(u, 10 + u, 0), E(u, 20, 4 + u % 2, role=u % 3), E(u, 30, 1))]
    codes = np.array([1, 0, 0, 1, 0, 2], np.int32)  # nobody of the last value has a journey in the window
    asked: dict[str, Any] = {"to_at": instant(14), "groups": (codes, ["b", "a", "c"])}
    found = ask(events, rules(), 6, shape={"cuts": [2], "overlay": [1]}, **asked)
    assert [(g.value, g.n) for g in found.groups] == [("b", 3), ("a", 2)]
    plain = ask(events, rules(), 6, to_at=instant(14))
    assert (found.touchpoints, found.roles) == (plain.touchpoints, plain.roles)
    for figures in found.groups:
        alone = ask(events, rules(), 6, to_at=instant(14), selection=codes == ["b", "a", "c"].index(figures.value))
        assert (figures.touchpoints, figures.roles) == (alone.touchpoints, alone.roles)
    told = found.to_dict()["groups"]
    assert [(g["value"], g["n"], len(g["touchpoints"]), len(g["roles"])) for g in told] == [
        ("b", 3, 9, 12),
        ("a", 2, 9, 12),
    ]
    assert [r["group"] for r in found.rows()] == ["b"] * 21 + ["a"] * 21
    assert "groups" not in plain.to_dict()


def test_no_touchpoints_and_no_roles() -> None:
    by = replace(rules(touchpoints={}), touchpoint_mask={})
    bare = replace(MAP, touchpoints=(), buying_group=())
    index = small_world.index([E(0, 1, 0)], 1, ["k"] * N_KINDS)
    executor = LocalExecutor(1)
    found = reach(index, bare, by, journal(index, by, executor), Scope(instant(5)), executor=executor)
    assert (found.touchpoints, found.roles) == ((), ())


@st.composite
def histories(draw: st.DrawFn) -> list[E]:
    one = st.builds(
        E, unit=st.integers(0, 3), at=st.integers(0, 12), kind=st.integers(0, N_KINDS - 1), role=st.integers(0, 2)
    )
    return draw(st.lists(one, max_size=60))


@settings(max_examples=200, deadline=None)
@given(histories(), st.sampled_from([(), (AWARE,), (CONSIDER,)]), st.sampled_from([-1, 3]), st.integers(0, 16))
def test_equals_the_definition(events: list[E], regress: tuple[int, ...], inactive: int, as_of: int) -> None:
    by = rules(regress=regress, inactive=inactive)
    found = ask(events, by, 4, as_of, shape={"cuts": [2], "overlay": [1]})
    touched: dict[tuple[str, str], int] = defaultdict(int)
    present: dict[tuple[str | None, str], int] = defaultdict(int)
    journeys = reference.seen_at(reference.journeys(4, events, by), as_of)
    for j in journeys:
        inside = [e for e in events if e.unit == j.unit and e.kind != 6 and j.start <= e.at <= min(j.end, as_of)]
        cells, roles = set(), set()
        for e in inside:
            k = reference.position(j, LINE, regress, e.at)
            assert k is not None
            stage = IDS[LINE[k]]
            cells |= {(stage, t) for t, mask in by.touchpoint_mask.items() if mask[e.kind]}
            roles |= {(where, role) for role in ROLE_SETS[e.role] for where in (stage, None)}
        for cell in cells:
            touched[cell] += 1
        for place in roles:
            present[place] += 1
    for t in found.touchpoints:
        assert round((t.share.share or 0) * t.share.n) == touched[t.stage, t.touchpoint]
    for r in found.roles:
        assert round((r.share.share or 0) * r.share.n) == present[r.stage, r.role]
        assert r.stage or r.share.n == len(journeys)


@settings(max_examples=150, deadline=None)
@given(histories(), st.sampled_from([(), (AWARE,)]), st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 16))))
def test_positions_equal_the_definition(
    events: list[E], regress: tuple[int, ...], asked: list[tuple[int, int]]
) -> None:
    by = rules(regress=regress, inactive=3)
    index = small_world.index(events, 4, ["k"] * N_KINDS, ROLE_SETS, cuts=[1])
    journals = journal(index, by, LocalExecutor(1))
    line = main_line(MAP, by)
    unit, when = np.array([u for u, _ in asked], np.int64), np.array([t for _, t in asked], np.int32)
    found, began = positions(index, journals, line, regressing(line, by), unit, when)
    journeys = reference.journeys(4, events, by)
    for (u, t), got, since in zip(asked, found.tolist(), began.tolist(), strict=True):
        here = [j for j in journeys if j.unit == u and j.start <= t <= j.end]
        expected = reference.position(here[-1], LINE, regress, t) if here else None
        assert got == (NOWHERE if expected is None else expected)
        assert since == (here[-1].start if here else NEVER)
