"""Stays where a stage takes journeys back: one journey by hand, what stands on stays, and every stay by a plain walk."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.dwell.pace import stage_pace
from tabiji.metrics.dwell.question import DwellResult, dwell
from tabiji.metrics.entries import Entries, entries, main_line
from tabiji.metrics.funnel.question import FunnelResult, funnel
from tabiji.metrics.moves import moves_of, standing, with_moves
from tabiji.metrics.scope import Scope, instant
from tabiji.metrics.stays import stays_in
from tabiji.metrics.survival import CAUSE_BITS, CAUSE_MASK

IDS = ("aware", "consider", "won", "lost")
LINE = (0, 1, 2)
CAUSES = ("open", "advanced", "lost", "dormant", "back")
MAP = JourneyMap(
    "m", {}, (Stage("aware", {}), Stage("consider", {}), Stage("won", {}, kind="success"), Stage("lost", {}, kind="failure"))
)  # fmt: skip


def rules(regress: tuple[int, ...] = (0,), inactive: int = 365 * DAY) -> Any:
    return small_world.rules(
        5,
        4,
        {0: [0], 1: [1], 2: [2], 3: [3]},
        failures=[3],
        regress=regress,
        success=2,
        inactive=inactive,
        stage_ids=IDS,
    )


def ask(question: Any, events: list[E], n_units: int, as_of: float, by: Any = None, **scope: Any) -> Any:
    index, by = small_world.index(events, n_units, ["k"] * 5), by or rules()
    with LocalExecutor(2) as executor:
        journals = journal(index, by, executor)
        asked = Scope(instant(int(as_of * DAY)), **{"min_n": 1, **scope})
        return question(index, MAP, by, journals, asked, executor=executor)


def seen(events: list[E], n_units: int, as_of: int, by: Any, cuts: list[int] | None = None) -> Entries:
    """Entries with their moves; as_of in seconds."""
    index = small_world.index(events, n_units, ["k"] * 5, cuts=cuts or [])
    with LocalExecutor(2) as executor:
        journals, line = journal(index, by, executor), main_line(MAP, by)
        return with_moves(entries(journals, line, as_of, executor), journals, line, by, executor)


def history(unit: int, *steps: tuple[float, int]) -> list[E]:
    return [E(unit, int(t * DAY), k) for t, k in steps]


# aware 0–10, consider 10–20, back in aware 20–50, consider 50–60, won from 60 on
BACK_AND_WON = history(0, (0, 0), (10, 1), (20, 0), (50, 1), (60, 2))


def test_a_journey_that_goes_back_stays_twice() -> None:
    aware, consider, won = ask(dwell, BACK_AND_WON, 1, 100).stages
    assert (aware.n, aware.advanced, aware.back, aware.open) == (2, 2, 0, 0)
    assert aware.closed_only_median_days == 20  # of 10 and 30
    assert (consider.n, consider.advanced, consider.back, consider.open) == (2, 1, 1, 0)
    assert (consider.median_days, consider.advance_median_days) == (10, 10)
    assert (won.n, won.open, won.back) == (1, 1, 0)


def test_without_regress_the_same_firings_are_returns() -> None:
    aware, consider, _ = ask(dwell, BACK_AND_WON, 1, 100, rules(())).stages
    assert (aware.n, aware.advanced, aware.back, aware.median_days) == (1, 1, 0, 10)
    assert (consider.n, consider.advanced, consider.back, consider.median_days) == (1, 1, 0, 50)


def test_what_was_reached_stays_reached() -> None:
    """The funnel asks whether; only its median stay, which is that of `dwell`, ends by going back."""
    found: FunnelResult = ask(funnel, BACK_AND_WON, 1, 100)
    assert [s.n for s in found.stages] == [1, 1, 1]
    assert [(t.n_from, t.n_to, t.open) for t in found.transitions] == [(1, 1, 0), (1, 1, 0)]
    assert found.transitions[1].median_days == 10
    still_back = ask(funnel, history(0, (0, 0), (10, 1), (20, 0)), 1, 100)
    assert [s.n for s in still_back.stages] == [1, 1, 0]
    assert [(t.n_from, t.n_to, t.open) for t in still_back.transitions] == [(1, 1, 0), (1, 0, 1)]


def test_a_stage_that_is_passed_over_again_is_a_stay_of_0() -> None:
    events = history(0, (0, 0), (10, 1), (20, 2), (30, 0), (40, 2), (45, 3))
    aware, consider, won = ask(dwell, events, 1, 100).stages
    assert (aware.n, aware.advanced, aware.skipped) == (2, 2, 0)
    assert (consider.n, consider.advanced, consider.skipped) == (2, 2, 1)
    assert (won.n, won.back, won.lost) == (2, 1, 1)


def test_it_says_how_many_stays_ended_by_going_back_and_where_intervals_come_from() -> None:
    found: DwellResult = ask(dwell, BACK_AND_WON, 1, 100)
    assert found.explain("en").endswith("Stays that ended by going back to an earlier stage: 1.")
    assert [n.code for n in found.notices] == ["resampled_units"]
    assert "Journeys go back on this map" in found.notices[0].render("en")
    assert ask(dwell, BACK_AND_WON[:2], 1, 100).notices == ()
    assert found.to_dict()["stages"][1]["back"] == 1


def test_what_happens_after_the_day_of_the_question_changes_nothing() -> None:
    told = ask(dwell, BACK_AND_WON, 1, 30).to_dict()["stages"]
    assert told == ask(dwell, BACK_AND_WON[:3], 1, 30).to_dict()["stages"]
    assert [(s["n"], s["open"], s["back"]) for s in told] == [(2, 1, 0), (1, 0, 1), (0, 0, 0)]


EVENTS = st.lists(st.builds(E, st.integers(0, 4), st.integers(0, 40), st.integers(0, 4)), max_size=40)


@settings(max_examples=120, deadline=None)
@given(
    EVENTS, st.lists(st.sampled_from(LINE), unique=True).map(tuple), st.sampled_from([-1, 5]), st.integers(0, 45),
    st.sampled_from([[], [2], [1, 3]]),
)  # fmt: skip
def test_every_stay_by_a_plain_walk(
    events: list[E], regress: tuple[int, ...], inactive: int, as_of: int, cuts: list[int]
) -> None:
    by = rules(regress, inactive)
    found = seen(events, 5, as_of, by, cuts)
    walked = [
        (x, *stay)
        for x, j in enumerate(reference.seen_at(reference.journeys(5, events, by), as_of))
        for stay in reference.stays(j, LINE, regress, as_of)
    ]
    for k in range(3):
        there = stays_in(found, k, 7)
        told = zip(there.journey, there.packed, there.mature, there.over, there.entered, strict=True)
        assert [
            (int(j), int(p) >> CAUSE_BITS, CAUSES[p & CAUSE_MASK], bool(m), bool(o), int(e)) for j, p, m, o, e in told
        ] == [
            (x, until - since, how, as_of - since >= 7, over, since)
            for x, place, since, until, how, over in walked
            if place == k
        ]
    last = {x: place for x, place, _, _, _, over in walked if not over}
    assert standing(found).tolist() == list(last.values())


@settings(max_examples=60, deadline=None)
@given(EVENTS, st.lists(st.integers(0, 8), unique=True, max_size=6))
def test_moves_go_with_their_journeys(events: list[E], places: list[int]) -> None:
    found = seen(events, 5, 30, rules())
    chosen = np.array(sorted(p for p in places if p < len(found)), np.int64)
    moves, taken = moves_of(found), moves_of(found.take(chosen))
    for x, p in enumerate(chosen.tolist()):
        mine, whole = slice(*taken.off[x : x + 2]), slice(*moves.off[p : p + 2])
        assert taken.at[mine].tolist() == moves.at[whole].tolist()
        assert taken.to[mine].tolist() == moves.to[whole].tolist()


def test_one_journey_is_compared_with_the_same_stays() -> None:
    found = seen(BACK_AND_WON, 1, 100 * DAY, rules())
    with LocalExecutor(1) as executor:
        pace = stage_pace(found, MAP, 1, executor)
    assert [(p.n, p.median_days) for p in pace[:2]] == [(2, 10), (2, 10)]


@pytest.mark.parametrize("regress", [(), (0,)])
def test_an_unmoved_world_has_an_answer(regress: tuple[int, ...]) -> None:
    assert [s.n for s in ask(dwell, [], 1, 100, rules(regress)).stages] == [0, 0, 0]
