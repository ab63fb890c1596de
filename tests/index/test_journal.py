from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
import small_world
from small_world import DAY, Count, E
from tabiji.compute.executor import LocalExecutor
from tabiji.index import journal_store
from tabiji.index.jit import NEVER
from tabiji.index.journal import Journal, journal

AWARE, CONSIDER, WON, LOST = range(4)


def told(journals: tuple[Journal, ...]) -> list[tuple[Any, ...]]:
    """Journeys as the reference tells them: (unit, attempt, start, end, outcome, entries)."""
    out = []
    for part in journals:
        for j in range(len(part)):
            entries = [
                (int(part.stage[e]), int(part.first[e]), int(part.last[e])) for e in range(part.off[j], part.off[j + 1])
            ]
            head = (part.unit[j], part.attempt[j], part.start[j], part.end[j], part.outcome[j])
            out.append((*(int(x) for x in head), entries))
    return out


def expected(n_units: int, events: list[E], rules: Any, known: int = NEVER) -> list[tuple[Any, ...]]:
    found = reference.journeys(n_units, events, rules, known)
    return [(j.unit, j.attempt, j.start, j.end, j.outcome, j.entries) for j in found]


def sweep(events: list[E], rules: Any, n_units: int = 1, threads: int = 1, **shape: Any) -> list[tuple[Any, ...]]:
    n_kinds = len(rules.member)
    index = small_world.index(events, n_units, [f"k{x}" for x in range(n_kinds)], **shape)
    with LocalExecutor(threads) as executor:
        return told(journal(index, rules, executor))


PLAIN = small_world.rules(5, 4, {AWARE: [0], CONSIDER: [1], WON: [2], LOST: [3]}, failures=[LOST])


def test_the_first_firing_opens_the_journey_and_silence_does_not_end_it_without_a_limit() -> None:
    events = [E(0, 5, 4), E(0, 10, 0), E(0, 20, 1), E(0, 30, 4)]
    assert sweep(events, PLAIN) == [(0, 1, 10, NEVER, 0, [(AWARE, 10, 10), (CONSIDER, 20, 20)])]


def test_runs_of_one_stage_are_collapsed_and_returns_are_kept() -> None:
    events = [E(0, t, k) for t, k in [(1, 0), (2, 0), (3, 4), (4, 0), (5, 1), (6, 0), (7, 1)]]
    entries = [(AWARE, 1, 4), (CONSIDER, 5, 5), (AWARE, 6, 6), (CONSIDER, 7, 7)]
    assert sweep(events, PLAIN) == [(0, 1, 1, NEVER, 0, entries)]


def test_a_failure_ends_the_attempt_and_the_next_step_opens_another() -> None:
    events = [E(0, t, k) for t, k in [(1, 0), (2, 3), (3, 4), (4, 3), (5, 1)]]
    first = (0, 1, 1, 2, 1, [(AWARE, 1, 1), (LOST, 2, 2)])
    assert sweep(events, PLAIN) == [first, (0, 2, 5, NEVER, 0, [(CONSIDER, 5, 5)])]


def test_a_failure_alone_opens_nothing() -> None:
    assert sweep([E(0, 1, 3)], PLAIN) == []


def test_an_event_that_fires_a_step_and_a_failure_enters_the_step_first() -> None:
    rules = small_world.rules(2, 4, {AWARE: [0], CONSIDER: [1], LOST: [1]}, failures=[LOST])
    assert sweep([E(0, 3, 1)], rules) == [(0, 1, 3, 3, 1, [(CONSIDER, 3, 3), (LOST, 3, 3)])]


def test_an_event_in_several_stages_writes_them_in_stage_order() -> None:
    rules = small_world.rules(2, 4, {WON: [0], AWARE: [0], CONSIDER: [1]})
    entries = [(AWARE, 3, 3), (WON, 3, 3), (AWARE, 4, 4), (WON, 4, 4)]
    assert sweep([E(0, 3, 0), E(0, 4, 0)], rules) == [(0, 1, 3, NEVER, 0, entries)]


def test_silence_longer_than_the_limit_ends_the_journey_dormant() -> None:
    rules = small_world.rules(5, 4, {AWARE: [0], CONSIDER: [1]}, inactive=365 * DAY)
    edge = [E(0, 0, 0), E(0, 365 * DAY, 4)]  # exactly the limit is not longer than it
    assert sweep(edge, rules) == [(0, 1, 0, 730 * DAY, 2, [(AWARE, 0, 0)])]
    beyond = [E(0, 0, 0), E(0, 365 * DAY + 1, 4), E(0, 366 * DAY, 1)]
    assert sweep(beyond, rules) == [
        (0, 1, 0, 365 * DAY, 2, [(AWARE, 0, 0)]),
        (0, 2, 366 * DAY, (366 + 365) * DAY, 2, [(CONSIDER, 366 * DAY, 366 * DAY)]),
    ]


def test_every_touch_of_the_offering_breaks_the_silence_and_no_other_event_does() -> None:
    rules = small_world.rules(5, 4, {AWARE: [0]}, inactive=10, strangers=[3])
    assert sweep([E(0, 0, 0), E(0, 8, 4), E(0, 16, 4), E(0, 24, 0)], rules) == [(0, 1, 0, 34, 2, [(AWARE, 0, 24)])]
    broken = [(0, 1, 0, 10, 2, [(AWARE, 0, 0)]), (0, 2, 24, 34, 2, [(AWARE, 24, 24)])]
    assert sweep([E(0, 0, 0), E(0, 8, 3), E(0, 16, 3), E(0, 24, 0)], rules) == broken


def test_counts_look_back_inside_an_inclusive_window() -> None:
    rules = small_world.rules(5, 4, {}, counts=[Count(AWARE, (0,), at_least=3, window=10)])
    assert sweep([E(0, 0, 0), E(0, 5, 0), E(0, 11, 0)], rules) == []
    late = [E(0, 0, 0), E(0, 5, 0), E(0, 11, 0), E(0, 15, 0)]
    assert sweep(late, rules) == [(0, 1, 15, NEVER, 0, [(AWARE, 15, 15)])]


def test_counts_start_anew_after_an_attempt() -> None:
    rules = small_world.rules(
        5, 4, {CONSIDER: [1], LOST: [3]}, failures=[LOST], counts=[Count(AWARE, (0,), at_least=2)]
    )
    events = [E(0, t, k) for t, k in [(1, 0), (2, 1), (3, 3), (4, 0), (5, 0)]]
    first = (0, 1, 2, 3, 1, [(CONSIDER, 2, 2), (LOST, 3, 3)])
    assert sweep(events, rules) == [first, (0, 2, 5, NEVER, 0, [(AWARE, 5, 5)])]


def test_people_are_distinct_and_known() -> None:
    rules = small_world.rules(1, 1, {}, counts=[Count(0, (0,), at_least=2, window=10, people=2)])
    assert sweep([E(0, 0, 0, person=1), E(0, 1, 0, person=1), E(0, 2, 0)], rules) == []
    far = [E(0, 0, 0, person=1), E(0, 8, 0, person=2), E(0, 11, 0, person=2), E(0, 12, 0, person=1)]
    assert sweep(far, rules) == [(0, 1, 8, NEVER, 0, [(0, 8, 12)])]
    assert sweep([E(0, 0, 0, person=1), E(0, 11, 0, person=2)], rules) == []


def test_a_clause_may_ask_for_a_role() -> None:
    rules = small_world.rules(1, 2, {}, roles=[(0, [0], [1])], counts=[Count(1, (0,), 2, roles=(1, 2))], n_role_sets=3)
    events = [E(0, 1, 0), E(0, 2, 0, role=1), E(0, 3, 0, role=2)]
    sets = ((), ("champion",), ("user",))
    assert sweep(events, rules, role_sets=sets) == [(0, 1, 2, NEVER, 0, [(0, 2, 2), (1, 3, 3)])]


def test_what_happens_at_one_instant_is_in_the_order_of_the_map() -> None:
    """Exports know the day only: what stands first by its name need not have happened first."""
    whole = [(0, 1, 5, NEVER, 0, [(AWARE, 5, 5), (CONSIDER, 5, 5), (WON, 5, 5)])]
    for kinds in permutations((0, 1, 2)):
        assert sweep([E(0, 5, k) for k in kinds], PLAIN) == whole
    later = [E(0, 1, 0), E(0, 5, 2), E(0, 5, 1), E(0, 5, 2)]
    assert sweep(later, PLAIN) == [(0, 1, 1, NEVER, 0, [(AWARE, 1, 1), (CONSIDER, 5, 5), (WON, 5, 5)])]


def test_a_whole_deal_and_its_loss_at_one_instant_are_one_journey() -> None:
    for kinds in permutations((0, 1, 2, 3)):
        found = sweep([E(0, 5, k) for k in kinds], PLAIN)
        assert found == [(0, 1, 5, 5, 1, [(AWARE, 5, 5), (CONSIDER, 5, 5), (WON, 5, 5), (LOST, 5, 5)])]


def test_the_next_attempt_is_counted_anew_from_the_events_of_the_instant_of_the_loss() -> None:
    twice = small_world.rules(
        5, 4, {CONSIDER: [1], LOST: [3]}, failures=[LOST], counts=[Count(AWARE, (0,), at_least=2)]
    )
    head, first = [E(0, 1, 0), E(0, 2, 1), E(0, 5, 3)], (0, 1, 2, 5, 1, [(CONSIDER, 2, 2), (LOST, 5, 5)])
    assert sweep([*head, E(0, 5, 0)], twice) == [first]  # the second of two, but the first since the loss
    assert sweep([*head, E(0, 5, 0), E(0, 5, 0)], twice) == [first, (0, 2, 5, NEVER, 0, [(AWARE, 5, 5)])]
    both = small_world.rules(5, 4, {AWARE: [0, 4], CONSIDER: [1], LOST: [3, 4]}, failures=[LOST])
    assert sweep([E(0, 1, 1), E(0, 5, 4), E(0, 5, 0)], both) == [
        (0, 1, 1, 5, 1, [(CONSIDER, 1, 1), (AWARE, 5, 5), (LOST, 5, 5)]),
        (0, 2, 5, NEVER, 0, [(AWARE, 5, 5)]),
    ]


def test_what_was_opened_and_lost_at_one_instant_is_lost() -> None:
    """Exports know the day only, and `opportunity_lost` stands before `opportunity_opened`: by name, not in time."""
    lost = [(0, 1, 5, 5, 1, [(AWARE, 5, 5), (LOST, 5, 5)])]
    assert sweep([E(0, 5, 3), E(0, 5, 0)], PLAIN) == sweep([E(0, 5, 0), E(0, 5, 3)], PLAIN) == lost


def test_at_the_instant_of_a_loss_what_goes_further_comes_first_and_what_begins_anew_comes_after() -> None:
    ahead = [E(0, 1, 0), E(0, 5, 3), E(0, 5, 1)]
    assert sweep(ahead, PLAIN) == [(0, 1, 1, 5, 1, [(AWARE, 1, 1), (CONSIDER, 5, 5), (LOST, 5, 5)])]
    anew = [E(0, 1, 1), E(0, 5, 3), E(0, 5, 0)]
    first = (0, 1, 1, 5, 1, [(CONSIDER, 1, 1), (LOST, 5, 5)])
    assert sweep(anew, PLAIN) == [first, (0, 2, 5, NEVER, 0, [(AWARE, 5, 5)])]


def test_units_without_events_have_no_journey_and_no_touch() -> None:
    index = small_world.index([E(1, 7, 0), E(1, 9, 4)], 3, ["k"] * 5)
    (found,) = journal(index, PLAIN, LocalExecutor(1))
    assert found.unit.tolist() == [1]
    assert found.n_touches.tolist() == [0, 2, 0]
    assert found.first_touch.tolist() == [NEVER, 7, NEVER]
    assert found.last_touch.tolist() == [0, 9, 0]


def test_an_empty_index_has_an_empty_journal() -> None:
    (found,) = journal(small_world.index([], 0, ["k"] * 5), PLAIN, LocalExecutor(1))
    assert len(found) == 0
    assert found.off.tolist() == [0]


def test_known_as_of_leaves_out_what_was_not_yet_received() -> None:
    events = [E(0, 1, 0, received=1), E(0, 2, 1, received=50), E(0, 3, 2, received=3)]
    index = small_world.index(events, 1, ["k"] * 5)
    assert told(journal(index, PLAIN, LocalExecutor(1), known_as_of=49)) == [
        (0, 1, 1, NEVER, 0, [(AWARE, 1, 1), (WON, 3, 3)])
    ]
    assert len(told(journal(index, PLAIN, LocalExecutor(1), known_as_of=50))[0][5]) == 3


def test_more_classes_of_kinds_than_a_byte_holds() -> None:
    n_stages = 9
    simple = {s: [k for k in range(511) if k >> s & 1] for s in range(n_stages)}
    rules = small_world.rules(511, n_stages, simple)
    events = [E(0, 510 - k, k) for k in range(511)]
    assert sweep(events, rules) == expected(1, events, rules)


def test_as_many_stages_as_a_word_has_bits() -> None:
    rules = small_world.rules(64, 64, {s: [s] for s in range(64)}, failures=[0])
    events = [E(0, 1, 63), E(0, 5, 0), E(0, 5, 7)]
    assert sweep(events, rules) == expected(1, events, rules) != []
    assert [found[4] for found in sweep(events, rules)] == [1, 0]  # nothing goes further than the last stage


KINDS = 5
ROLE_SETS = ((), ("champion",), ("user", "champion"))


@st.composite
def _events(draw: st.DrawFn, n_units: int = 4) -> list[E]:
    one = st.builds(
        E,
        unit=st.integers(0, n_units - 1),
        at=st.integers(0, 40),
        kind=st.integers(0, KINDS - 1),
        person=st.one_of(st.none(), st.integers(0, 3)),
        role=st.integers(0, 2),
        received=st.integers(0, 60),
    )
    return draw(st.lists(one, max_size=60))


@st.composite
def _rules(draw: st.DrawFn) -> Any:
    kinds = st.lists(st.integers(0, KINDS - 1), max_size=3)
    counts = st.builds(
        Count,
        stage=st.integers(0, 3),
        kinds=st.lists(st.integers(0, KINDS - 1), min_size=1, max_size=3).map(tuple),
        at_least=st.integers(1, 4),
        window=st.sampled_from([-1, 0, 3, 10]),
        people=st.integers(0, 3),
        roles=st.one_of(st.none(), st.just((1,)), st.just((1, 2))),
    )
    return small_world.rules(
        KINDS,
        4,
        {s: draw(kinds) for s in range(4)},
        failures=draw(st.sampled_from([(), (LOST,), (CONSIDER, LOST)])),
        counts=draw(st.lists(counts, max_size=3)),
        roles=[(AWARE, draw(kinds), [1])] if draw(st.booleans()) else [],
        n_role_sets=len(ROLE_SETS),
        strangers=draw(st.sampled_from([(), (4,)])),
        inactive=draw(st.sampled_from([-1, 0, 5, 12])),
    )


@settings(max_examples=400, deadline=None)
@given(_events(), _rules())
def test_equals_the_definition(events: list[E], rules: Any) -> None:
    assert sweep(events, rules, 4, role_sets=ROLE_SETS) == expected(4, events, rules)


@settings(max_examples=100, deadline=None)
@given(_events(), _rules(), st.integers(0, 60))
def test_equals_the_definition_of_known_as_of(events: list[E], rules: Any, known: int) -> None:
    index = small_world.index(events, 4, ["k"] * KINDS, ROLE_SETS)
    assert told(journal(index, rules, LocalExecutor(1), known_as_of=known)) == expected(4, events, rules, known)


@settings(max_examples=100, deadline=None)
@given(_events(), _rules(), st.sets(st.integers(0, 3)), st.sets(st.integers(1, 3)))
def test_partitions_and_tiers_change_nothing(events: list[E], rules: Any, late: set[int], cuts: set[int]) -> None:
    whole = sweep(events, rules, 4, role_sets=ROLE_SETS)
    parts = sweep(events, rules, 4, threads=2, role_sets=ROLE_SETS, cuts=sorted(cuts), overlay=late)
    assert parts == whole


@settings(max_examples=100, deadline=None)
@given(_events(), _rules(), st.integers(0, 40))
def test_what_happens_later_changes_no_entry_before(events: list[E], rules: Any, as_of: int) -> None:
    def seen(journeys: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        out = []
        for unit, attempt, start, end, outcome, entries in journeys:
            firsts = [(s, first) for s, first, _ in entries if first <= as_of]
            ended = (end, outcome) if end <= as_of else None
            if start <= as_of:
                out.append((unit, attempt, start, ended, firsts))
        return out

    past = [e for e in events if e.at <= as_of]
    assert seen(sweep(events, rules, 4, role_sets=ROLE_SETS)) == seen(sweep(past, rules, 4, role_sets=ROLE_SETS))


def test_a_large_unit_is_swept_in_tasks_like_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tabiji.index.journal.MOST_EVENTS", 64)
    monkeypatch.setattr("tabiji.index.tasks.MIN_WEIGHT", 64)
    random = np.random.default_rng(4)
    events = [E(int(u), int(t), int(k)) for u, t, k in random.integers([0] * 3, [40, 500, 5], (2000, 3))]
    rules = replace(PLAIN, inactive_seconds=20)
    assert sweep(events, rules, 40, threads=2) == expected(40, events, rules)


# On disk -------------------------------------------------------------------------------------------------------------

EVENTS = [E(0, 1, 0), E(0, 2, 1), E(2, 4, 0), E(2, 9, 3)]


def kept(root: Path, version: str = "1", events: list[E] = EVENTS) -> list[tuple[Any, ...]]:
    index = small_world.index(events, 3, ["k"] * 5, cuts=[1], version=version)
    return told(journal(index, PLAIN, LocalExecutor(1), cache_root=root))


def forbid_sweeping(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("swept although the journal was kept")

    monkeypatch.setattr("tabiji.index.journal.firing_tables", fail)


def test_a_kept_journal_is_read_instead_of_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = kept(tmp_path)
    forbid_sweeping(monkeypatch)
    assert kept(tmp_path) == fresh == expected(3, EVENTS, PLAIN)


def test_a_journal_of_another_generation_is_replaced(tmp_path: Path) -> None:
    kept(tmp_path)
    more = [*EVENTS, E(1, 3, 0)]
    assert kept(tmp_path, "2", more) == expected(3, more, PLAIN)
    folder = tmp_path / "p=001" / "journal" / "rules"
    assert len(list(folder.iterdir())) == len(journal_store.COLUMNS) + 1


@pytest.mark.parametrize("harm", ["short", "gone", "not json", "not npy"])
def test_a_torn_journal_is_swept_anew(tmp_path: Path, harm: str) -> None:
    fresh = kept(tmp_path)
    folder = tmp_path / "p=001" / "journal" / "rules"
    column = next(folder.glob("first-*.npy"))
    if harm == "short":
        column.write_bytes(column.read_bytes()[:-2])
    elif harm == "gone":
        column.unlink()
    elif harm == "not npy":
        column.write_bytes(b"garbage")
    else:
        (folder / "journal.json").write_text("{")
    assert kept(tmp_path) == fresh


def test_a_question_about_what_was_known_is_not_kept(tmp_path: Path) -> None:
    index = small_world.index(EVENTS, 3, ["k"] * 5)
    journal(index, PLAIN, LocalExecutor(1), cache_root=tmp_path, known_as_of=5)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_does_not_stop_a_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = kept(tmp_path)
    before = sorted(tmp_path.rglob("*"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", full)
        more = [*EVENTS, E(1, 3, 0)]
        assert kept(tmp_path, "2", more) == expected(3, more, PLAIN)
    assert sorted(tmp_path.rglob("*")) == before
    forbid_sweeping(monkeypatch)
    assert kept(tmp_path) == fresh
