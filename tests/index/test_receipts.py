from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
import small_world
from small_world import Count, E
from tabiji.index.receipts import Firing, replay

AWARE, CONSIDER, LOST = range(3)


def ask(events: list[E], rules: Any, unit: int = 0, n_units: int = 1, **more: Any) -> tuple[Firing, ...]:
    index = small_world.index(events, n_units, ["k"] * 4, ((), ("champion",)), **more)
    return replay(index, rules, unit).firings


def test_a_simple_clause_is_completed_by_its_event() -> None:
    rules = small_world.rules(4, 3, {AWARE: [0]})
    assert ask([E(0, 1, 3), E(0, 5, 0)], rules) == (Firing(1, AWARE, 5, (1,)),)


def test_a_count_is_completed_by_the_events_counted() -> None:
    rules = small_world.rules(4, 3, {}, counts=[Count(AWARE, (0,), at_least=2, window=10)])
    events = [E(0, 0, 0), E(0, 20, 0), E(0, 22, 3), E(0, 25, 0), E(0, 26, 0)]
    assert ask(events, rules) == (Firing(1, AWARE, 25, (1, 3)), Firing(1, AWARE, 26, (3, 4)))


def test_people_are_part_of_the_receipt() -> None:
    rules = small_world.rules(4, 3, {}, counts=[Count(AWARE, (0,), people=2)])
    events = [E(0, 0, 0, person=1), E(0, 1, 0, person=2), E(0, 2, 0, person=2)]
    assert ask(events, rules) == (Firing(1, AWARE, 1, (0, 1)), Firing(1, AWARE, 2, (0, 2)))


def test_the_unit_is_found_where_it_lives() -> None:
    rules = small_world.rules(4, 3, {AWARE: [0]})
    events = [E(u, u, 0) for u in range(5)]
    for unit in range(5):
        (found,) = ask(events, rules, unit, 5, cuts=[2], overlay=[1, 3])
        assert found.at == unit
    with pytest.raises(IndexError):
        ask(events, rules, 5, 5)


kinds = st.lists(st.integers(0, 3), max_size=2)
counts = st.builds(
    Count,
    stage=st.integers(0, 2),
    kinds=st.lists(st.integers(0, 3), min_size=1, max_size=3).map(tuple),
    at_least=st.integers(1, 3),
    window=st.sampled_from([-1, 0, 4]),
    people=st.integers(0, 2),
    roles=st.one_of(st.none(), st.just((1,))),
)
event = st.builds(
    E,
    unit=st.integers(0, 2),
    at=st.integers(0, 25),
    kind=st.integers(0, 3),
    person=st.one_of(st.none(), st.integers(0, 2)),
    role=st.integers(0, 1),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(event, max_size=40), st.tuples(kinds, kinds, kinds), st.lists(counts, max_size=2), st.sampled_from([-1, 5])
)
def test_firings_are_those_of_the_journal(
    events: list[E], simple: tuple[list[int], ...], counting: list[Count], inactive: int
) -> None:
    rules = small_world.rules(
        4, 3, dict(enumerate(simple)), failures=[LOST], counts=counting, n_role_sets=2, inactive=inactive, strangers=[3]
    )
    for unit in range(3):
        journeys = reference.journeys_of(unit, events, rules)
        found = ask(events, rules, unit, 3, overlay=[1])
        assert [(f.attempt, f.stage, f.at) for f in found] == [
            (j.attempt, s, t) for j in journeys for s, t in j.firings
        ]
        assert all(f.events == tuple(sorted(set(f.events))) and f.events for f in found)
