"""Velocity: by hand, by brute force, and every case in which there is none."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.index.journal import journal
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.deals import Amounts
from tabiji.metrics.scope import Scope, instant
from tabiji.metrics.velocity.question import VelocityResult, velocity
from tabiji.metrics.velocity.result import MIXED, NO_CYCLE, NO_SUCCESS, NO_VALUES

IDS = ("lead", "deal", "won", "lost")
MAP = JourneyMap(
    "m", {},
    (
        Stage("lead", {}), Stage("deal", {}, milestone="opportunity"), Stage("won", {}, kind="success"),
        Stage("lost", {}, kind="failure"),
    ),
)  # fmt: skip
RULES = small_world.rules(
    5, 4, {0: [0], 1: [1], 2: [2], 3: [3]}, failures=[3], success=2, inactive=365 * DAY, stage_ids=IDS
)


def ask(
    events: list[E], n_units: int, as_of: float = 300, amounts: Amounts | None = None, journey_map: JourneyMap = MAP,
    **scope: Any,
) -> VelocityResult:  # fmt: skip
    index = small_world.index(events, n_units, ["k"] * 5)
    with LocalExecutor(2) as executor:
        journals = journal(index, RULES, executor)
        asked = Scope(instant(int(as_of * DAY)), **{"min_n": 1, **scope})
        return velocity(
            index, journey_map, RULES, journals, asked, executor=executor, currency="JPY", amounts=amounts
        )  # fmt: skip


def deal(unit: int, begin: float, end: float | None = None, kind: int = 2, value: float | None = None) -> list[E]:
    opened = [E(unit, 0, 0), E(unit, int(begin * DAY), 1)]
    return opened if end is None else [*opened, E(unit, int(end * DAY), kind, value=value)]


SIX = [
    *deal(0, 10, 30, value=100),
    *deal(1, 10, 50, value=300),
    *deal(2, 20, 60, kind=3),
    *deal(3, 250),
    *deal(4, 260),
    *[E(5, 0, 0)],  # a lead that never became an opportunity
]


def test_by_hand() -> None:
    found = ask(SIX, 6)
    f = found.total
    assert (found.from_, found.to) == ("deal", "won")
    assert (f.n, f.open, f.won, f.lost, f.dormant) == (5, 2, 2, 1, 0)
    assert (f.win_rate.share, f.win_rate.n) == (2 / 3, 3)
    assert (f.mean_deal, f.n_valued, f.median_cycle_days, f.currency) == (200, 2, 30, "JPY")
    assert f.velocity_per_day == pytest.approx(2 * (2 / 3) * 200 / 30)
    assert f.low is not None and f.high is not None and f.low <= f.velocity_per_day <= f.high
    assert f.reasons == {}
    told = found.to_dict()
    assert told["denominators"] == {"win_rate": "won + lost", "mean_deal": "won with a value", "median_cycle_days": "won"}  # fmt: skip
    assert "2 open × 67% won × 200 JPY ÷ 30.0 days = 9 JPY a day" in found.explain("en")


def test_the_amount_of_the_opportunity_stands_in_for_an_event_without_value() -> None:
    events = [*deal(0, 10, 30), *deal(1, 10, 50, value=300), *deal(2, 250)]
    amounts = Amounts(np.array([50.0, 999.0, 999.0]), np.zeros(3, np.int32), ("USD",))
    f = ask(events, 3, amounts=amounts).total
    # the event's own value wins; it names no currency, so it is in that of the opportunity
    assert (f.mean_deal, f.n_valued, f.currency) == ((50 + 300) / 2, 2, "USD")


def test_a_value_is_that_of_the_event_that_won_not_of_another_of_its_instant_by_somebody_else() -> None:
    """Two signatures on one day: the deal is won by that of the decision maker, and worth what his says."""
    signed = small_world.rules(
        5, 4, {0: [0], 1: [1], 3: [3]}, roles=[(2, [2], [1])], n_role_sets=2, failures=[3], success=2,
        inactive=365 * DAY, stage_ids=IDS,
    )  # fmt: skip
    events = [E(0, 0, 0), E(0, DAY, 1), E(0, 9 * DAY, 2, role=0, value=7.0), E(0, 9 * DAY, 2, role=1, value=100.0)]
    index = small_world.index(events, 1, ["k"] * 5, [(), ("decision_maker",)])
    with LocalExecutor(2) as executor:
        journals = journal(index, signed, executor)
        asked = Scope(instant(300 * DAY), min_n=1)
        f = velocity(index, MAP, signed, journals, asked, executor=executor, currency="JPY").total
    assert (f.won, f.n_valued, f.mean_deal) == (1, 1, 100)


def test_mixed_currencies_are_refused() -> None:
    events = [*deal(0, 10, 30), *deal(1, 10, 50), *deal(2, 250)]
    amounts = Amounts(np.array([50.0, 60.0, 1.0]), np.array([0, 1, 0], np.int32), ("EUR", "USD"))
    found = ask(events, 3, amounts=amounts)
    assert (found.total.mean_deal, found.total.velocity_per_day, found.total.currency) == (None, None, None)
    assert found.total.reasons == {"mean_deal": MIXED, "velocity_per_day": MIXED}
    assert found.to_dict()["currencies"] == ["EUR", "USD"]
    assert found.explain("en") == "There is no velocity: the deals are in several currencies."


def test_every_other_reason() -> None:
    assert ask(SIX, 6, min_n=4).total.reasons["velocity_per_day"] == "n<4"
    assert ask([*deal(0, 10, 30), *deal(1, 250)], 2).total.reasons["velocity_per_day"] == NO_VALUES
    assert ask([*deal(0, 10, 10, value=5), *deal(1, 250)], 2).total.reasons["velocity_per_day"] == NO_CYCLE
    empty = ask([], 0).total
    assert (empty.n, empty.velocity_per_day, empty.reasons["velocity_per_day"]) == (0, None, "n<1")
    bare = JourneyMap("m", {}, (Stage("lead", {}), Stage("deal", {}), Stage("won", {}), Stage("lost", {}, kind="failure")))  # fmt: skip
    assert ask(SIX, 6, journey_map=bare).total.reasons["velocity_per_day"] == NO_SUCCESS


def test_too_few_are_told_as_what_there_are_too_few_of() -> None:
    def said(won: int, lost: int, valued: int) -> str:
        events = [e for x in range(won) for e in deal(x, 10, 30, value=5 if x < valued else None)]
        events += [e for x in range(won, won + lost) for e in deal(x, 10, 30, kind=3)]
        return ask(events, won + lost, min_n=10).explain("en").removeprefix("There is no velocity: ")

    assert said(5, 4, 5) == "9 are won or lost, and it takes at least 10."
    assert said(1, 9, 1) == "1 is won, and it takes at least 10."
    assert said(14, 3, 7) == "7 of the 14 won tell their value, and it takes at least 10."


def test_nothing_open_is_a_velocity_of_zero_and_dormant_ones_are_not_open() -> None:
    events = [*deal(0, 10, 30, value=100), *deal(1, 10)]
    f = ask(events, 2, as_of=900).total
    assert (f.open, f.dormant, f.velocity_per_day, f.win_rate.n) == (0, 1, 0, 1)


def test_groups_and_later_events() -> None:
    codes = np.array([0, 0, 0, 1, 0, 1], np.int32)
    found = ask([*SIX, E(3, 301 * DAY, 2, value=9.0)], 6, groups=(codes, ("a", "b")))
    assert found.total == ask(SIX, 6).total
    assert [(g.value, g.open, g.won) for g in found.groups] == [("a", 1, 2), ("b", 1, 0)]
    assert found.groups[1].reasons["velocity_per_day"] == "n<1"


CASES = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from([None, 2, 3]), st.integers(0, 60), st.integers(1, 9) | st.none()),
    min_size=1, max_size=10,
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(CASES)
def test_any_ten_deals_by_brute_force(cases: list[tuple[int, int | None, int, int | None]]) -> None:
    events = []
    for u, (begin, kind, cycle, value) in enumerate(cases):
        events += deal(u, begin, None if kind is None else begin + cycle, kind or 2, value if kind == 2 else None)
    f = ask(events, len(cases)).total
    won = [c for c in cases if c[1] == 2]
    lost = sum(c[1] == 3 for c in cases)
    valued = [c[3] for c in won if c[3] is not None]
    assert (f.open, f.won, f.lost, f.n_valued) == (len(cases) - len(won) - lost, len(won), lost, len(valued))
    cycle = float(np.median([c[2] for c in won])) if won else None
    assert f.median_cycle_days == cycle
    if valued and cycle:
        expected = f.open * len(won) / (len(won) + lost) * float(np.mean(valued)) / cycle
        assert f.velocity_per_day == pytest.approx(expected, rel=1e-12)
    else:
        assert f.velocity_per_day is None and f.reasons["velocity_per_day"]
