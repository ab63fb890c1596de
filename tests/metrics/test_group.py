"""Buying groups: seven accounts by hand, both definitions of completeness, empty and small data, groups, the JSON."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.errors import NotFoundError
from tabiji.index.journal import journal
from tabiji.journeymap.model import GroupRole, Influence, JourneyMap, Stage
from tabiji.metrics.conformance.question import conformance
from tabiji.metrics.group.coverage import NO_ROLE_REQUIRED, complete, places, shares
from tabiji.metrics.group.question import GroupResult, group
from tabiji.metrics.group.standing.consensus import FURTHER, STATES, Statements, states
from tabiji.metrics.group.standing.engagement import scaled, weighed
from tabiji.metrics.group.standing.stances import NO_GROUP, Known
from tabiji.metrics.means import share_of
from tabiji.metrics.scope import Scope, instant
from tabiji.result import Share

IDS = ("aware", "consider", "won", "lost")
STAGES = (
    Stage("aware", {"en": "Awareness"}),
    Stage("consider", {"en": "Consideration"}, roles=("champion", "decision_maker")),
    Stage("won", {}, kind="success"),
    Stage("lost", {}, kind="failure"),
)
MAP = JourneyMap(
    "m", {}, STAGES,
    buying_group=(GroupRole("decision_maker", 1, 0.6), GroupRole("champion", 2, 0.4)),
    influences=(Influence("champion", "decision_maker"),),
)  # fmt: skip
RULES = small_world.rules(
    5, 4, {0: [0], 1: [1], 2: [2], 3: [3]}, failures=[3], success=2, inactive=365 * DAY, stage_ids=IDS, n_role_sets=5
)
ROLE_SETS = ((), ("champion",), ("decision_maker",), ("user",), ("champion", "user"))
C, D, U = 1, 2, 3  # role sets


def touch(unit: int, day: float, role: int, person: int, kind: int = 4) -> E:
    return E(unit, int(day * DAY), kind, person, role)


def ask(
    events: list[E], n_units: int, as_of: float, of: JourneyMap = MAP, more: Any = None, by: Any = RULES, **scope: Any
) -> GroupResult:
    index = small_world.index(events, n_units, ["k"] * 5, ROLE_SETS)
    with LocalExecutor(2) as executor:
        journals = journal(index, by, executor)
        asked = Scope(instant(int(as_of * DAY)), **{"min_n": 1, **scope})
        return group(index, of, by, journals, asked, executor=executor, **(more or {}))


def stages(unit: int, *steps: tuple[float, int]) -> list[E]:
    return [E(unit, int(t * DAY), k) for t, k in steps]


FOUR = [
    *stages(0, (0, 0), (10, 1), (30, 2)), touch(0, 5, C, 1), touch(0, 12, C, 2), touch(0, 15, D, 3), touch(0, 31, U, 4),
    *stages(1, (0, 0), (10, 1), (40, 3)), touch(1, 1, C, 1), touch(1, 30, C, 1),
    *stages(2, (0, 0), (20, 1)), touch(2, 20, D, 1), touch(2, 21, C, 2),
    *stages(3, (0, 0)),
]  # fmt: skip


def cells(found: GroupResult) -> dict[tuple[str, str], tuple[float | None, float | None, int]]:
    return {(c.stage, c.role): (c.by_end.share, c.during.share, c.by_end.n) for c in found.total.coverage}


def test_coverage_of_four_accounts_by_hand() -> None:
    at = cells(ask(FOUR, 4, 100))
    assert at["aware", "champion"] == (0.5, 0.5, 4)  # 0 and 1
    assert at["aware", "decision_maker"] == (0.25, 0.0, 4)  # 2 meets the decision maker as it goes on: in time
    assert at["consider", "champion"] == (1.0, 1.0, 3)
    assert at["consider", "decision_maker"] == (2 / 3, 2 / 3, 3)
    assert at["won", "champion"] == (1.0, 0.0, 1)  # had shown up, was not active there
    assert at["won", "user"] == (1.0, 1.0, 1)
    planned = {(c.stage, c.role) for c in ask(FOUR, 4, 100).total.coverage if c.planned}
    assert planned == {("consider", "champion"), ("consider", "decision_maker")}


def test_completeness_by_both_definitions_by_hand() -> None:
    total, aware, consider, won = ask(FOUR, 4, 100).total.completeness
    # champions 2 (account 0), 1, 1, 0 of 2 required; decision makers 1, 0, 1, 0 of 1
    assert total.adobe.share == pytest.approx((1 + 0.25 + 0.75 + 0) / 4)
    assert total.salesforce.share == pytest.approx((1 + 0 + 0.5 + 0) / 4)
    # account 2 goes on at the instant at which its decision maker comes
    assert (aware.adobe.share, aware.salesforce.share) == (pytest.approx((0.25 + 0.25 + 0.5) / 4), 0.5 / 4)
    assert consider.adobe.share == pytest.approx((1 + 0.25 + 0.75) / 3)
    assert (won.adobe.share, won.adobe.reason) == (None, "all values come from one unit")


def test_the_definitions_differ_only_in_half_filled_roles() -> None:
    adobe, salesforce = complete(np.array([[1, 0, 3], [3, 1, 0]], np.uint8), np.array([3, 1, 0], np.int32))
    assert adobe.tolist() == pytest.approx([(1 / 3 + 0) / 2, 1.0])
    assert salesforce.tolist() == [0.0, 1.0]


def test_without_a_group_the_stages_say_what_is_required() -> None:
    found = ask(FOUR, 4, 100, replace(MAP, buying_group=()))
    total, aware, consider, _ = found.total.completeness
    assert found.required_from == "stages"
    assert aware.adobe == Share(None, None, None, 4, NO_ROLE_REQUIRED)
    assert consider.adobe.share == consider.salesforce.share == pytest.approx((1 + 0.5 + 1) / 3)
    assert total.salesforce.share == pytest.approx((1 + 0.5 + 1 + 0) / 4)
    bare = replace(MAP, buying_group=(), stages=tuple(replace(s, roles=()) for s in STAGES), influences=())
    found = ask(FOUR, 4, 100, bare)
    assert found.required_from == "none"
    assert found.total.completeness[0].adobe.reason == NO_ROLE_REQUIRED


def test_order_of_first_appearance_by_hand() -> None:
    found = {a.role: a for a in ask(FOUR, 4, 100).total.order}
    champion, decider, user = found["champion"], found["decision_maker"], found["user"]
    assert (champion.n, champion.shown.share, champion.median_days) == (3, 0.75, 5)
    assert (champion.share_first.share, decider.share_first.share) == (pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert (champion.median_position, decider.median_position, user.median_position) == (1, 1.5, 3)
    sequences = ask(FOUR, 4, 100).total.sequences
    assert {s.roles: (s.n, s.share.n) for s in sequences} == {
        ("champion", "decision_maker", "user"): (1, 3), ("champion",): (1, 3), ("decision_maker", "champion"): (1, 3),
    }  # fmt: skip
    assert ask(FOUR, 4, 100).to_dict()["order"]["typical"] == ["champion", "decision_maker", "user"]


def test_roles_that_come_at_once_share_their_place() -> None:
    found = places(np.array([[5, 5, 9, 2**31 - 1]], np.int32))
    assert found[0, :3].tolist() == [1.5, 1.5, 3] and np.isnan(found[0, 3])


def test_three_roles_of_one_instant_are_all_first() -> None:
    events = [
        *stages(0, (0, 0)),
        *(touch(0, 5, role, role) for role in (C, D, U)),
        *stages(1, (0, 0)),
        touch(1, 2, U, 4),
    ]
    found = {a.role: a.share_first for a in ask(events, 2, 100).total.order}
    assert {role: (first.share, first.n) for role, first in found.items()} == {
        "champion": (0.5, 2), "decision_maker": (0.5, 2), "user": (1.0, 2),
    }  # fmt: skip


def test_handover_by_hand() -> None:
    found = ask(FOUR, 4, 100).total.handover
    assert found is not None
    # account 0: 10 days; account 1: lost 39 days after its champion; account 2: the decision maker was there first
    assert (found.from_role, found.to_role, found.n, found.came, found.already) == (
        "champion",
        "decision_maker",
        2,
        1,
        1,
    )
    assert (found.median_days, found.quartiles_days) == (10, (10, 10, None))
    assert found.within.share == 0.5
    swapped = ask(FOUR, 4, 100, more={"from_role": "decision_maker", "to_role": "user"}).total.handover
    assert swapped is not None
    assert (swapped.n, swapped.came, swapped.median_days, swapped.reason) == (2, 1, 16, None)
    with pytest.raises(NotFoundError, match="champion"):
        ask(FOUR, 4, 100, more={"from_role": "champio"})


def test_what_happens_after_the_day_of_the_question_changes_nothing() -> None:
    later = [*FOUR, touch(3, 101, D, 1), *stages(2, (102, 2)), touch(1, 103, D, 2)]
    one, two = ask(FOUR, 4, 100).to_dict(), ask(later, 4, 100).to_dict()
    for key in (
        "coverage",
        "completeness",
        "order",
        "handover",
        "onward_difference",
        "influence",
        "engagement",
        "consensus",
    ):
        assert one[key] == two[key], key


def test_the_published_weighting_of_a_group() -> None:
    # Published as three members: 52 × 41.67 % + 28 × 33.33 % + 17 × 25 % = 35.25: weights 100, 80 and 60 of 240.
    found = weighed(np.array([52.0, 28.0, 17.0]), np.array([100.0, 80.0, 60.0]), np.zeros(3, np.int64), 1)
    assert found[0] == pytest.approx(35.25, abs=0.005)
    assert found[0] == pytest.approx((52 * 100 + 28 * 80 + 17 * 60) / 240)


def test_scores_are_roots_of_which_the_largest_is_100() -> None:
    assert scaled(np.array([0.0, 4.0, 16.0, np.nan])).tolist() == pytest.approx([0, 50, 100, np.nan], nan_ok=True)
    assert scaled(np.zeros(2)).tolist() == [0, 0]
    assert len(scaled(np.empty(0))) == 0


def test_engagement_of_open_groups_by_hand() -> None:
    events = [
        *stages(0, (90, 0)), *(touch(0, 95, D, 1) for _ in range(4)), touch(0, 96, C, 2),
        *stages(1, (90, 0)), touch(1, 97, C, 1),
        *stages(2, (10, 0), (20, 3)), touch(2, 15, D, 1),  # lost
        *stages(3, (90, 0)), touch(3, 91, U, 1),  # nobody who weighs anything
    ]  # fmt: skip
    told = ask(events, 4, 100).total.engagement
    # All events have one name, so its weight is 1. Persons: √4 → 100, √1 → 50, 50 and 50.
    # Groups: 100·0.6 + 50·0.4 = 80 and 50, then √ and scaled: 100 and √(50/80)·100.
    assert told.n == 2
    assert told.mean == pytest.approx((100 + 100 * (50 / 80) ** 0.5) / 2)
    means = {r.role: (r.n, r.mean, r.active.share) for r in told.roles}
    assert means == {"decision_maker": (1, 100.0, 1.0), "champion": (2, 50.0, 1.0), "user": (1, 50.0, 1.0)}
    assert ask(events, 4, 100, min_n=3).total.engagement.reason == "n<3"


def said(*rows: tuple[int, int, int, float, float, int]) -> Statements:
    """(unit, person, role set, day, value, grade) each."""
    unit, person, role, day, value, grade = zip(*rows, strict=True)
    return Statements(
        np.array(unit, np.int64), np.array(person, np.int64), np.array(role, np.int32),
        (np.array(day) * DAY).astype(np.int32), np.array(value, np.float64), np.array(grade, np.uint8),
    )  # fmt: skip


def test_consensus_by_hand() -> None:
    events = [
        e for u in range(5) for e in (*stages(u, (0, 0)), touch(u, 1, C, 1), touch(u, 2, D, 2), touch(u, 3, U, 3))
    ]
    events += stages(4, (50, 1))
    statements = said(
        (0, 1, C, 5, 1.0, 0), (0, 2, D, 6, 2.0, 0),  # both for
        (1, 1, C, 5, -1.0, 0), (1, 2, D, 6, 1.0, 0),  # one against, not the one who decides
        (2, 1, C, 5, 1.0, 0), (2, 2, D, 6, -1.0, 0), (2, 2, D, 4, 1.0, 0),  # who decides has changed sides
        (3, 1, C, 5, 1.0, 0), (3, 1, C, 9, -1.0, 1),  # what is said outweighs a bad event; one voice is no agreement
        (4, 1, C, 5, 1.0, 0), (4, 3, U, 8, -1.0, 1), (4, 2, D, 99.5, -1.0, 0),  # the last after as-of
    )  # fmt: skip
    told = ask(events, 5, 99, more={"statements": statements}).total.consensus
    total = told.states[0]
    assert (total.n, total.aligned, total.split, total.blocked, total.unknown) == (5, 1, 2, 1, 1)
    assert [(s.stage, s.n, s.split) for s in told.states[1:3]] == [("aware", 4, 1), ("consider", 1, 1)]
    everybody, decider, champion, user = told.members
    assert (everybody.for_, everybody.neutral, everybody.against, everybody.silent) == (6, 0, 3, 6)
    assert (everybody.reported, everybody.inferred) == (8, 1)
    assert (decider.for_, decider.against, decider.silent) == (2, 1, 2)
    assert (user.against, user.silent, user.inferred) == (1, 4, 1)
    assert (champion.for_, champion.against) == (4, 1)
    assert [(d.unit, d.stage, d.state, d.grade) for d in told.disputes] == [
        ("u4", "consider", "split", "inferred"), ("u1", "aware", "split", "reported"), ("u2", "aware", "blocked", "reported"),
    ]  # fmt: skip


def test_a_group_whose_journey_went_back_is_of_the_stage_it_is_in() -> None:
    events = [*stages(0, (0, 0), (10, 1), (20, 0)), touch(0, 5, C, 1), touch(0, 6, D, 2)]
    spoken = said((0, 1, C, 30, 1.0, 0), (0, 2, D, 30, 1.0, 0))
    for bits, stage in ((0, "consider"), (1, "aware")):
        told = ask(events, 1, 99, by=replace(RULES, regress_bits=np.uint64(bits)), more={"statements": spoken})
        assert [s.stage for s in told.total.consensus.states[1:] if s.aligned] == [stage]


def test_each_member_of_one_group_is_told_with_the_evidence() -> None:
    events = [
        *stages(0, (0, 0), (10, 1)),
        touch(0, 1, C, 1),
        touch(0, 2, D, 2),
        touch(0, 3, U, 3),
        *stages(1, (0, 0), (5, 3)),
    ]
    statements = said(
        (0, 1, C, 5, 1.0, 0), (0, 2, D, 6, 1.0, 0), (0, 2, D, 9, -1.0, 1),  # what is said outweighs a bad event
        (0, FURTHER, C, 8, -1.0, 0),  # spoke, and has no event
    )  # fmt: skip

    def who(numbers: Any) -> list[Known]:
        return [Known(f"p{n}", "Ms 1" if n == 1 else None) for n in numbers]

    told = ask(events, 2, 99, more={"statements": statements, "members_of": (0, who)})
    of = told.members
    assert of is not None and (of.unit, of.stage, of.state, of.reason) == ("u0", "consider", "split", None)
    assert [(m.person, m.stance, m.grade, m.at and (m.at - instant(0)).days) for m in of.members] == [
        (f"p{FURTHER}", "against", "reported", 8), ("p1", "for", "reported", 5), ("p2", "for", "reported", 6),
        ("p3", "silent", None, None),
    ]  # fmt: skip
    assert [m.roles for m in of.members][1:3] == [ROLE_SETS[C], ROLE_SETS[D]]
    assert (of.members[1].name, of.members[2].name) == ("Ms 1", None)
    assert list(told.to_dict()["members_of"]["members"][0]) == ["person", "name", "roles", "stance", "grade", "at"]
    counts = told.total.consensus.members[0]
    assert (counts.for_, counts.against, counts.silent) == (2, 1, 1)
    closed = ask(events, 2, 99, more={"statements": statements, "members_of": (1, who)}).members
    assert closed is not None and (closed.members, closed.reason) == ((), NO_GROUP)
    assert ask(events, 2, 99).members is None and "members_of" not in ask(events, 2, 99).to_dict()


def test_one_voice_is_not_the_groups_unless_it_decides() -> None:
    counts = [
        np.array(x, np.int64) for x in ((1, 0, 0, 0, 0, 1), (0, 0, 1, 0, 1, 0), (0, 1, 0, 2, 1, 1), (0, 0, 0, 0, 1, 0))
    ]
    assert [STATES[s] for s in states(*counts)] == ["unknown", "unknown", "unknown", "blocked", "blocked", "split"]
    veto = states(*(np.array([x], np.int64) for x in (0, 0, 1, 1)))
    assert STATES[veto[0]] == "blocked"


def test_where_nobody_spoke_no_state_is_known() -> None:
    told = ask(FOUR, 4, 35).total.consensus
    assert told.reason is not None and "nobody has said" in told.reason
    assert told.states[0].unknown == told.states[0].n == 3  # account 3 has no member
    # Statements before the journey, of an ended one, or of somebody unknown to the index.
    events = [*stages(0, (10, 0)), touch(0, 11, C, 1), *stages(1, (0, 0), (20, 3)), touch(1, 5, C, 1)]
    statements = said((0, 1, C, 5, 1.0, 0), (1, 1, C, 6, -1.0, 0), (0, 70_000, D, 12, -1.0, 0))
    told = ask(events, 2, 35, more={"statements": statements}).total.consensus
    assert (told.members[0].against, told.members[0].silent) == (1, 1)
    assert told.states[0].blocked == 1


def onward_world(n: int = 40) -> list[E]:
    """Decision makers come on day 5 in every second account; of those with one 3 in 4 go on, of the others 1 in 4. In the last
    four accounts the decision maker comes on day 70, after the landmark, and all of them go on."""
    out: list[E] = []
    for u in range(n):
        out += stages(u, (0, 0), (0, 1))
        has, goes = u % 2 == 0, (u // 2) % 4 != 0 if u % 2 == 0 else (u // 2) % 4 == 0
        out += [touch(u, 5, D, 1)] if has else []
        out += stages(u, (60, 2)) if goes else []
    for u in range(n, n + 4):
        out += [*stages(u, (0, 0), (0, 1), (80, 2)), touch(u, 70, D, 1)]
    return out


def test_onward_difference_at_the_landmark_by_hand() -> None:
    found = ask(onward_world(), 44, 400, horizon_days=180)
    o = next(o for o in found.total.onward if (o.stage, o.role) == ("consider", "decision_maker"))
    assert (o.with_role.share, o.with_role.n) == (0.75, 20)
    assert (o.without.share, o.without.n) == (pytest.approx(9 / 24), 24)  # those that met it later count as without
    assert o.difference == pytest.approx(0.75 - 9 / 24)
    assert o.ratio == pytest.approx(2.0) and o.told_apart
    assert o.crude is not None and o.crude[0] == pytest.approx(o.difference)
    first = next(o for o in found.total.onward if (o.stage, o.role) == ("aware", "decision_maker"))
    assert (first.n, first.reason) == (0, "n<1")  # all passed through at once: nobody is there at the landmark
    c, best = found.missed or (None, None)
    assert c is not None and best is o
    assert found.explain("en") == (
        "Decision maker shows up in only 55% of the 44 journeys in Consideration; with that role 2.0 times as many go on "
        "(1.1–3.6 times, 44 journeys compared)."
    )


def test_who_left_or_went_on_before_the_landmark_is_not_compared() -> None:
    quick = [e for u in range(44, 54) for e in stages(u, (0, 0), (0, 1), (20, 2))]
    gone = [e for u in range(54, 60) for e in stages(u, (0, 0), (0, 1), (10, 3))]
    young = [e for u in range(60, 66) for e in stages(u, (300, 0), (300, 1), (350, 2))]  # entered within the horizon
    one, two = ask(onward_world(), 44, 400), ask(onward_world() + quick + gone + young, 66, 400)
    assert one.total.onward == two.total.onward
    at_entry = ask(onward_world(), 44, 400, more={"landmark_days": 0})
    o = next(o for o in at_entry.total.onward if (o.stage, o.role) == ("consider", "decision_maker"))
    assert (o.n, o.with_role.n) == (44, 0)
    late = ask(onward_world(), 44, 400, more={"landmark_days": 200}).total.onward[0]
    assert late.reason == "the landmark lies beyond the horizon"


def test_who_went_back_before_the_landmark_is_not_compared() -> None:
    """With regress: considered on day 10, taken back on day 20, considering again from day 30, won on day 60."""
    by = small_world.rules(
        5, 4, {0: [0], 1: [1], 2: [2], 3: [3]}, failures=[3], success=2, inactive=365 * DAY, stage_ids=IDS, n_role_sets=5,
        regress=[0],
    )  # fmt: skip
    events = [*stages(0, (0, 0), (10, 1), (20, 0), (30, 1), (60, 2)), *stages(1, (0, 0), (10, 1), (60, 2))]
    n = [sum((o.with_role.n, o.without.n)) for o in ask(events, 2, 400, by=by).total.onward if o.stage == "consider"]
    assert set(n) == {1}
    assert {o.with_role.n + o.without.n for o in ask(events, 2, 400).total.onward if o.stage == "consider"} == {2}


def test_day_only_data_say_the_same_as_the_plan() -> None:
    """Whole days only: who comes on the day of going on was there in time, here and in conformance; the day after is too late."""
    events = [
        *stages(0, (0, 0), (10, 1)), touch(0, 10, C, 1),
        *stages(1, (0, 0), (10, 1)), touch(1, 11, C, 1),
        *stages(2, (0, 0), (10, 2)), touch(2, 10, C, 1),  # passes over consider on that day
        *stages(3, (5, 0), (5, 1)), touch(3, 5, C, 1),  # all on one day
        *stages(4, (0, 0), (10, 3)), touch(4, 10, C, 1),  # lost on that day
    ]  # fmt: skip
    of = replace(MAP, stages=(replace(STAGES[0], roles=("champion",)), *STAGES[1:]))
    at = cells(ask(events, 5, 100, of))
    assert at["aware", "champion"] == (4 / 5, 0.2, 5)
    index = small_world.index(events, 5, ["k"] * 5, ROLE_SETS)
    with LocalExecutor(1) as executor:
        scope = Scope(instant(100 * DAY), min_n=1)
        plan = conformance(index, of, RULES, journal(index, RULES, executor), scope, executor=executor)
    (told,) = (d for d in plan.deviations if (d.kind, d.stage) == ("wrong_role", "aware"))
    assert (told.n, told.share.n) == (1, 5)


def test_of_an_account_with_several_journeys_the_first_is_compared() -> None:
    again = [e for u in range(10) for e in (*stages(u, (100, 3), (150, 0), (150, 1), (190, 2)), touch(u, 151, D, 1))]
    o = [o for o in ask(onward_world(), 44, 800).total.onward if o.stage == "consider" and o.role == "decision_maker"]
    two = ask(onward_world() + again, 44, 800)
    assert [x for x in two.total.onward if x.stage == "consider" and x.role == "decision_maker"] == o
    assert [n.code for n in two.notices] == ["repeated_units"]


def test_sizes_and_sources_are_adjusted_for() -> None:
    sizes = np.array([u % 2 for u in range(40)] + [1] * 4, np.int32)  # the size tells exactly who has a decision maker
    found = ask(onward_world(), 44, 400, more={"sizes": sizes})
    o = next(o for o in found.total.onward if (o.stage, o.role) == ("consider", "decision_maker"))
    assert (o.difference, o.reason) == (None, "nowhere are journeys with and without it alike in size and source")
    assert o.crude is not None


def test_groups_are_counted_each_and_largest_first() -> None:
    codes = np.array([0, 0, 1, 0], np.int32)
    found = ask(FOUR, 4, 100, groups=(codes, ("big", "small")))
    assert [(g.value, g.n) for g in found.groups] == [("big", 3), ("small", 1)]
    big = {(c.stage, c.role): (c.by_end.share, c.by_end.n) for c in found.groups[0].coverage}
    assert big["aware", "champion"] == (pytest.approx(2 / 3), 3)
    assert found.groups[1].order[0].n == 1
    assert [r["group"] for r in found.rows()][:1] == ["big"]
    only = ask(FOUR, 4, 100, selection=np.array([True, False, False, False]))
    assert only.total.n == 1 and cells(only)["consider", "decision_maker"] == (1.0, 1.0, 1)
    window = ask(FOUR, 4, 100, from_at=instant(DAY))
    assert window.total.n == 0


def test_refused_below_the_minimum() -> None:
    found = ask(FOUR, 4, 100, min_n=5)
    assert {c.by_end.reason for c in found.total.coverage} == {"n<5"}
    assert found.total.completeness[0].adobe.reason == "n<5"
    assert {a.reason for a in found.total.order} == {"n<5"}
    assert found.total.handover is not None and found.total.handover.reason == "n<5"
    assert {o.reason for o in found.total.onward} == {"n<5"}
    assert {i.reason for i in found.total.influence} == {"n<5"}
    assert found.explain("en") == "Too few journeys to tell which role is missing."


def test_empty_data_and_no_roles_have_an_answer() -> None:
    nobody = ask([], 0, 100)
    assert nobody.explain("en") == "No journey has started by the date of this question."
    assert nobody.total.sequences == ()
    nameless = ask([e for u in range(12) for e in stages(u, (0, 0), (5, 1))], 12, 100)
    assert not nameless.known
    assert "Import a `membership` table" in nameless.explain("en")
    one = ask([*stages(0, (0, 0)), touch(0, 1, C, 1)], 1, 100)
    assert one.total.completeness[0].adobe.reason == "all values come from one unit"


def test_partitions_and_tiers_do_not_change_the_answer() -> None:
    events = [*FOUR, *(e for e in onward_world(12) if e.unit > 3)]
    executor = LocalExecutor(2)
    told = []
    for shape in ({}, {"cuts": [3, 7]}, {"overlay": [0, 5, 6]}, {"cuts": [5], "overlay": [2, 9]}):
        index = small_world.index(events, 16, ["k"] * 5, ROLE_SETS, **shape)
        journals = journal(index, RULES, executor)
        found = group(index, MAP, RULES, journals, Scope(instant(400 * DAY), min_n=1), executor=executor).to_dict()
        told.append({k: v for k, v in found.items() if k != "provenance"})
    assert told[1:] == told[:1] * 3


def test_a_map_of_persons_says_that_groups_are_single() -> None:
    index = replace(small_world.index(FOUR, 4, ["k"] * 5, ROLE_SETS), unit="person")
    with LocalExecutor(1) as executor:
        found = group(index, MAP, RULES, journal(index, RULES, executor), Scope(instant(100 * DAY)), executor=executor)
    assert [n.code for n in found.notices] == ["unit_person"]


def test_the_json_of_the_verb() -> None:
    told = ask(FOUR, 4, 100).to_dict()
    assert {"coverage", "completeness", "order", "onward_difference", "influence", "engagement", "consensus"} <= set(
        told
    )
    assert {"adobe", "salesforce", "stages"} == set(told["completeness"])
    assert {"stage", "role", "share", "low", "high", "n", "planned"} <= set(told["coverage"][0])
    assert {"stage", "role", "difference", "low", "high", "n", "with", "without"} <= set(told["onward_difference"][0])
    assert told["required_from"] == "buying_group"
    assert [(i["from"], i["to"]) for i in told["influence"] if i["planned"]] == [("champion", "decision_maker")]


def test_shares_of_units_with_several_journeys_are_those_of_clusters() -> None:
    rng = np.random.default_rng(4)
    unit = np.sort(rng.integers(0, 30, 80)).astype(np.int64)
    hits = rng.random((80, 3)) < np.array([0.0, 0.4, 1.0])
    for r, found in enumerate(shares(hits, unit, 10)):
        expected = share_of(hits[:, r], unit, 10)
        assert (found.share, found.n) == (expected.share, expected.n)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
