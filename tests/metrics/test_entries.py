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
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.entries import Entries, entries, main_line, of_groups
from tabiji.metrics.funnel import ordered
from tabiji.metrics.funnel.ordered import NO_WINDOW, ordered_reach, window_funnel

AS_OF = 1000
STEPS = (0, 1, 2, 3)
LINE = (0, 1, 3)  # stage 2 is the failure, written in the middle


def a_map(n_stages: int = 4, failures: tuple[int, ...] = (2,)) -> JourneyMap:
    kinds = ["failure" if s in failures else "step" for s in range(n_stages)]
    return JourneyMap("m", {}, tuple(Stage(f"s{s}", {}, kind=k) for s, k in enumerate(kinds)))  # type: ignore[arg-type]


def look(
    events: list[E], rules: Any, n_units: int = 1, as_of: int = AS_OF, window: int | None = None, ordered: bool = False,
    **shape: Any,
) -> Entries:  # fmt: skip
    index = small_world.index(events, n_units, ["k"] * len(rules.member), **shape)
    failures = tuple(s for s in range(rules.n_stages) if int(rules.failure_bits) >> s & 1)
    line = main_line(a_map(rules.n_stages, failures), rules)
    executor = LocalExecutor(2)
    journals = journal(index, rules, executor)
    if ordered:
        return entries(journals, line, as_of, executor, ordered_reach, NO_WINDOW if window is None else window)
    return entries(journals, line, as_of, executor)


RULES = small_world.rules(5, 4, {0: [0], 1: [1], 2: [2], 3: [3]}, failures=[2])


def test_a_later_stage_counts_for_those_before_it_and_they_are_skipped() -> None:
    found = look([E(0, 10, 0), E(0, 20, 3), E(0, 30, 1)], RULES)
    assert found.reached_at[:, 0].tolist() == [10, 20, 20]
    assert found.skipped.tolist() == [0b010]


def test_a_stage_entered_at_the_same_instant_is_not_skipped() -> None:
    found = look([E(0, 10, 3), E(0, 10, 0)], RULES)
    assert found.reached_at[:, 0].tolist() == [10, 10, 10]
    assert found.skipped.tolist() == [0b010]


def test_failures_stand_on_no_line() -> None:
    found = look([E(0, 10, 0), E(0, 20, 2)], RULES)
    assert found.reached_at[:, 0].tolist() == [10, NEVER, NEVER]
    assert (found.ended.tolist(), found.outcome.tolist()) == ([20], [1])


def test_what_lies_after_the_as_of_is_not_seen() -> None:
    events = [E(0, 10, 0), E(0, 20, 1), E(0, 30, 2), E(1, 25, 0)]
    found = look(events, RULES, 2, as_of=20)
    assert found.unit.tolist() == [0]
    assert found.reached_at[:, 0].tolist() == [10, 20, NEVER]
    assert (found.ended.tolist(), found.outcome.tolist()) == ([NEVER], [0])


def test_silence_shows_only_once_it_is_over() -> None:
    rules = small_world.rules(5, 4, {0: [0]}, inactive=100)
    assert look([E(0, 10, 0)], rules, as_of=109).outcome.tolist() == [0]
    assert look([E(0, 10, 0)], rules, as_of=110).outcome.tolist() == [2]


def test_no_journeys() -> None:
    assert len(look([], RULES, 0)) == 0
    assert look([E(0, 5, 4)], RULES).reached_at.shape == (3, 0)


def test_groups_by_size_then_label() -> None:
    found = look([E(u, 10, 0) for u in range(6)], RULES, 6)
    codes = np.array([0, 1, 1, 2, 2, -1], np.int32)
    parts = of_groups(found, codes, ["retail", "b", "a", "nobody"])
    assert [(label, part.unit.tolist()) for label, part in parts] == [("a", [3, 4]), ("b", [1, 2]), ("retail", [0])]


# The truth table of windowFunnel's default mode, checked against ClickHouse (see test_ordered_oracle).
A, B, C, OTHER = 0, 1, 3, 4
CASES = [
    ("in order", [(0, A), (1, B), (2, C)], 100, 3),
    ("others in between", [(0, A), (1, OTHER), (2, B), (3, C)], 100, 3),
    ("a later step first", [(0, A), (1, C), (2, B), (3, C)], 100, 3),
    ("a step is missing", [(0, A), (1, C), (2, C)], 100, 1),
    ("repeated", [(0, A), (1, B), (2, B), (3, C)], 100, 3),
    ("starts anew", [(0, A), (1, B), (2, A), (3, C)], 100, 3),
    ("without the first", [(0, B), (1, C)], 100, 0),
    ("at the edge", [(0, A), (5, B), (10, C)], 10, 3),
    ("beyond the edge", [(0, A), (5, B), (10, C)], 9, 2),
    ("the latest start wins", [(0, A), (6, A), (8, B), (12, C)], 10, 3),
    ("the chain keeps its start", [(0, A), (1, B), (8, A), (12, C)], 10, 2),
    ("level two keeps the first start", [(0, A), (1, B), (5, A), (9, C)], 10, 3),
    ("a second chain", [(0, A), (1, B), (5, A), (6, B), (12, C)], 10, 3),
    ("all at one instant", [(5, A), (5, B), (5, C)], 100, 3),
    ("all at one instant, written backwards", [(5, C), (5, B), (5, A)], 100, 3),
    ("a run that ends when another begins", [(1, B), (5, B), (5, A), (5, C)], 0, 3),
    ("window of nothing", [(5, A), (6, B)], 0, 1),
]


@pytest.mark.parametrize(("history", "window", "level"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_steps_in_order(history: list[tuple[int, int]], window: int, level: int) -> None:
    events = [E(0, t, k) for t, k in history]
    found = look(events, RULES, window=window, ordered=True)
    assert int((found.reached_at != NEVER).sum()) == level


def test_one_event_may_be_several_steps() -> None:
    rules = small_world.rules(5, 3, {0: [0], 1: [0], 2: [0]})
    found = look([E(0, 1, 0)], rules, ordered=True, window=0)
    assert found.reached_at[:, 0].tolist() == [1, 1, 1]


def test_levels_over_the_events_of_every_tier() -> None:
    events = [E(u, t, k) for u, (h, *_) in enumerate(c[1:] for c in CASES) for t, k in h]
    index = small_world.index(events, len(CASES) + 1, ["k"] * 5, cuts=[4], overlay=[1, 7])
    steps = [np.eye(5, dtype=np.uint8)[k] for k in (A, B, C)]
    expected = [0] * 4
    for history in [c[1] for c in CASES] + [[]]:
        firings = [(({A: 0, B: 1, C: 2})[k], t) for t, k in history if k != OTHER]
        journey = reference.Journey(0, 1, 0, firings=firings)
        expected[sum(t != NEVER for t in reference.ordered(journey, (0, 1, 2), 7))] += 1
    assert window_funnel(index, steps, 7, NEVER - 1, LocalExecutor(2)).tolist() == expected


@pytest.mark.parametrize(
    ("span", "as_of"),
    [(60, 60), (60, 40), (100_000, 66_000)],
    ids=["ties", "ties, and some after as-of", "hardly a tie"],
)
def test_levels_of_random_histories_until_as_of(span: int, as_of: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long histories of many accounts: gathered in several goes, with and without events of one instant, some after as-of."""
    random = np.random.default_rng(span)
    events = [
        E(unit, int(t), int(random.integers(0, 5)))
        for unit in range(200)
        for t in random.integers(0, span, int(random.lognormal(2, 1.5)))
    ]
    index = small_world.index(events, 200, ["k"] * 5, cuts=[40, 41], overlay=range(0, 200, 9))
    steps = [np.eye(5, dtype=np.uint8)[k] for k in (A, B, C)]
    window, place = span // 10, {A: 0, B: 1, C: 2}
    expected = [0] * 4
    for unit in range(200):
        seen = [(place[e.kind], e.at) for e in events if e.unit == unit and e.kind in place and e.at <= as_of]
        journey = reference.Journey(0, 1, 0, firings=seen)
        expected[sum(t != NEVER for t in reference.ordered(journey, (0, 1, 2), window))] += 1
    assert window_funnel(index, steps, window, as_of, LocalExecutor(2)).tolist() == expected
    assert all(expected)
    monkeypatch.setattr(ordered, "FEW_EVENTS", 0)  # as for a row of very many events
    assert window_funnel(index, steps, window, as_of, LocalExecutor(2)).tolist() == expected


@st.composite
def histories(draw: st.DrawFn) -> list[E]:
    one = st.builds(E, unit=st.integers(0, 3), at=st.integers(0, 40), kind=st.integers(0, 4))
    return draw(st.lists(one, max_size=60))


kinds = st.lists(st.integers(0, 4), max_size=3)
some_rules = st.builds(
    lambda masks, inactive, failures: small_world.rules(
        5, 4, dict(enumerate(masks)), failures=failures, inactive=inactive
    ),
    st.tuples(kinds, kinds, kinds, kinds),
    st.sampled_from([-1, 6, 15]),
    st.sampled_from([(2,), (), (1, 3)]),
)


def expected_journeys(events: list[E], rules: Any, as_of: int) -> tuple[list[reference.Journey], list[int]]:
    line = [s for s in STEPS if not int(rules.failure_bits) >> s & 1]
    return reference.seen_at(reference.journeys(4, events, rules), as_of), line


@settings(max_examples=300, deadline=None)
@given(histories(), some_rules, st.integers(0, 45))
def test_reached_equals_the_definition(events: list[E], rules: Any, as_of: int) -> None:
    found = look(events, rules, 4, as_of=as_of, overlay=[2], cuts=[1])
    journeys, line = expected_journeys(events, rules, as_of)
    assert found.reached_at.T.tolist() == [reference.reached(j, line) for j in journeys]
    bits = [[bool(int(s) >> k & 1) for k in range(len(line))] for s in found.skipped]
    assert bits == [reference.skipped(j, line) for j in journeys]
    heads = list(
        zip(found.unit.tolist(), found.start.tolist(), found.ended.tolist(), found.outcome.tolist(), strict=True)
    )
    assert heads == [(j.unit, j.start, j.end, j.outcome) for j in journeys]


@settings(max_examples=300, deadline=None)
@given(histories(), some_rules, st.integers(0, 45), st.sampled_from([None, 0, 3, 10]))
def test_ordered_equals_the_definition(events: list[E], rules: Any, as_of: int, window: int | None) -> None:
    found = look(events, rules, 4, as_of=as_of, window=window, ordered=True)
    journeys, line = expected_journeys(events, rules, as_of)
    assert found.reached_at.T.tolist() == [reference.ordered(j, line, window) for j in journeys]
