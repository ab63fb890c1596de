"""Who showed up, when and in which stage, against the definition in plain Python."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
import small_world
from small_world import E
from tabiji.compute.executor import LocalExecutor
from tabiji.compute.kernel import run
from tabiji.index.jit import NEVER
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.entries import main_line
from tabiji.metrics.group.presence import Presence, PresenceKernel, presence_sources
from tabiji.metrics.group.standing.members import MembersKernel

AWARE, CONSIDER, LOST, WON = range(4)
LINE = [AWARE, CONSIDER, WON]
IDS = ("aware", "consider", "lost", "won")
MAP = JourneyMap("m", {}, tuple(Stage(s, {}, kind="failure" if s == "lost" else "step") for s in IDS))
ROLE_SETS = ((), ("champion",), ("champion", "user"))
ROLES = ("champion", "user")
N_KINDS = 7  # 0–3 fire their stage, 4 and 5 are touches, 6 is of another offering


def rules(**more: Any) -> Any:
    return small_world.rules(
        N_KINDS, 4, {AWARE: [0], CONSIDER: [1], LOST: [2], WON: [3]}, failures=[LOST], stage_ids=IDS, strangers=[6],
        n_role_sets=3, touchpoints={"a": [4, 0], "b": [5]}, **more,
    )  # fmt: skip


def present(
    events: list[E], by: Any, n_units: int, as_of: int, known: int = NEVER, workers: int = 2, **shape: Any
) -> Presence:
    index = small_world.index(events, n_units, ["k"] * N_KINDS, ROLE_SETS, **shape)
    with LocalExecutor(workers) as executor:
        journals = journal(index, by, executor)
        kernel = PresenceKernel(by, ROLE_SETS, ROLES, main_line(MAP, by), as_of, known)
        return run(kernel, presence_sources(index, journals), executor)


def test_one_journey_by_hand() -> None:
    events = [
        E(0, 5, 4, person=9, role=2),  # before the journey
        E(0, 10, 0, person=1, role=1),
        E(0, 20, 4, person=2, role=1),
        E(0, 25, 4, person=2, role=1),  # the same person again
        E(
            0, 30, 1, person=3, role=2
        ),  # at the instant of the move: active in the stage entered, in time for the one left
        E(0, 40, 2, person=4, role=1),  # the loss itself still belongs to it
        E(0, 41, 4, person=5, role=2),  # after the end
    ]
    found = present(events, rules(), 1, 100)
    assert found.first.tolist() == [[10, 30]]
    assert found.people[0].tolist() == [[3, 1], [4, 1], [4, 1]]
    assert found.active[0].tolist() == [[1, 0], [1, 1], [0, 0]]
    assert found.opened.tolist() == [0]


def test_as_of_receipt_and_strangers() -> None:
    events = [E(0, 10, 0), E(0, 20, 6, person=1, role=1), E(0, 30, 4, person=1, role=1, received=90), E(0, 50, 4, 1, 2)]
    assert present(events, rules(), 1, 40).first.tolist() == [[30, NEVER]]
    assert present(events, rules(), 1, 40, known=80).first.tolist() == [[NEVER, NEVER]]
    assert present(events, rules(), 1, 60).first.tolist() == [[30, 50]]


def test_nobody_at_all() -> None:
    found = present([], rules(), 0, 10)
    assert (found.first.shape, found.people.shape, len(found.journey)) == ((0, 2), (0, 3, 2), 0)


EVENTS = st.lists(
    st.builds(
        E, unit=st.integers(0, 3), at=st.integers(0, 12), kind=st.integers(0, N_KINDS - 1), role=st.integers(0, 2),
        person=st.one_of(st.none(), st.integers(0, 3)),
    ),
    max_size=50,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(EVENTS, st.sampled_from([(), (AWARE,)]), st.sampled_from([-1, 3]), st.integers(0, 16))
def test_equals_the_definition(events: list[E], regress: tuple[int, ...], inactive: int, as_of: int) -> None:
    by = rules(regress=regress, inactive=inactive)
    found = present(events, by, 4, as_of, cuts=[2], overlay=[1])
    journeys = reference.seen_at(reference.journeys(4, events, by), as_of)
    assert len(found.journey) == len(journeys)
    for x, j in enumerate(journeys):
        inside = [e for e in events if e.unit == j.unit and e.kind != 6 and j.start <= e.at <= min(j.end, as_of)]
        first, active = [NEVER, NEVER], np.zeros((3, 2), int)
        people: list[list[set[Any]]] = [[set(), set()] for _ in LINE]
        for e in inside:
            reached = [reference.position(j, LINE, (), t) for t in range(j.start, e.at)]
            furthest = max((k for k in reached if k is not None), default=0)  # gone beyond before this instant
            here = reference.position(j, LINE, regress, e.at)
            for r, role in enumerate(ROLES):
                if role in ROLE_SETS[e.role]:
                    first[r] = min(first[r], e.at)
                    active[here, r] = 1
                    for k in range(furthest, 3):
                        people[k][r].add(e.person)
        assert found.first[x].tolist() == first
        assert found.active[x].tolist() == active.tolist()
        assert found.people[x].tolist() == [[len(p) for p in row] for row in people]


@settings(max_examples=60, deadline=None)
@given(EVENTS, st.integers(0, 16))
def test_shards_merge_to_the_whole_and_order_does_not_matter(events: list[E], as_of: int) -> None:
    by = rules(inactive=5)
    whole = present(events, by, 4, as_of, workers=1)
    for again in (
        present(events, by, 4, as_of, cuts=[1, 3], workers=3),
        present(sorted(events, key=lambda e: -e.unit), by, 4, as_of, overlay=[0, 2]),
        present([*events, E(0, 17, 1, 1, 2)], by, 4, as_of),
    ):
        for name in ("first", "people", "active"):
            assert np.array_equal(getattr(whole, name), getattr(again, name)), name


DAY = 86_400


def test_members_of_open_journeys_with_their_activity() -> None:
    day = 100 * DAY
    events = [
        E(0, day - 40 * DAY, 0, person=0, role=1),  # too long ago to count as activity
        *(E(0, day - 3 * DAY, 4, person=1, role=2) for _ in range(25)),  # at most 20 of an activity on a day
        *(E(0, day - 5 * DAY, 4, person=1, role=0) for _ in range(2)),
        E(0, day - 2 * DAY, 5, person=1, role=0),
        E(0, day - DAY, 4),  # of nobody
        E(0, day + 1, 4, person=2, role=1),  # after as-of
        E(1, day - 9 * DAY, 0, person=0, role=1),
        E(1, day - 8 * DAY, 2, person=0, role=1),  # lost: not open any more
        E(2, day - 9 * DAY, 1, person=7, role=1),
    ]
    index = small_world.index(events, 3, ["k"] * N_KINDS, ROLE_SETS, cuts=[2])
    with LocalExecutor(2) as executor:
        by = rules()
        sources = presence_sources(index, journal(index, by, executor))
        found = run(MembersKernel(by, index.kinds.name, day, NEVER), sources, executor)
        # Two touchpoints, each with half the weight; without touchpoints every name counts.
        assert found.journey.tolist() == [0, 0, 2]
        assert found.person.tolist() == [0, 1, 7]
        assert found.role.tolist() == [1, 2, 1]
        assert found.activity.tolist() == [0.0, 20 * 0.5 + 2 * 0.5 + 0.5, 0.0]
        assert found.last.tolist() == [day - 40 * DAY, day - 2 * DAY, day - 9 * DAY]
        weighed = run(MembersKernel(by, index.kinds.name, day, NEVER, weights=[3, 1]), sources, executor)
        assert weighed.activity.tolist() == [0.0, 22 * 0.75 + 0.25, 0.0]
