"""What events of contracts amount to: by hand, and against a plain Python bookkeeper."""

from dataclasses import replace

import numpy as np
import pytest

import small_world
from small_world import DAY, E
from tabiji.compute.executor import LocalExecutor
from tabiji.index.jit import NEVER
from tabiji.journeymap.model import Clause, JourneyMap, Stage
from tabiji.metrics.retention.bookkeeping import SEVERAL, Book, book
from tabiji.metrics.retention.subscriptions import (
    CONTRACTION,
    END,
    EXPANSION,
    NO_CURRENCY,
    RENEWAL,
    START,
    Movements,
    classes,
    meanings,
    movements,
)

NAN = float("nan")
PERIOD = 100


def moves(*given: tuple[int, int, int, int, float], currency: int = NO_CURRENCY) -> Movements:
    """(unit, at, means, offering, value) each."""
    unit, at, means, offering, value = zip(*given, strict=True) if given else ([], [], [], [], [])
    found = Movements(
        np.array(unit, np.int64), np.array(at, np.int32), np.array(means, np.uint8), np.array(offering, np.int32),
        np.array(value, np.float64), np.full(len(unit), currency, np.int32), ("JPY", "USD"),
    )  # fmt: skip
    order = np.lexsort((found.means, found.at, found.unit))
    columns = (c[order] for c in (found.unit, found.at, found.means, found.offering, found.value, found.currency))
    return Movements(*columns, found.currencies)


def kept(found: Movements, *instants: int, as_of: int = 1000) -> Book:
    return book(found, np.array(instants, np.int64), PERIOD, as_of)


def test_one_contract_by_hand() -> None:
    found = kept(
        moves((7, 10, START, 0, 100.0), (7, 50, EXPANSION, -1, 20.0), (7, 60, CONTRACTION, 0, 50.0), (7, 70, RENEWAL, 0, 90.0),
              (7, 80, RENEWAL, 0, NAN), (7, 90, END, 0, NAN)),
        9, 10, 49, 50, 60, 70, 80, 89, 90,
    )  # fmt: skip
    assert found.unit.tolist() == [7] and found.first.tolist() == [10]
    assert found.value[0].tolist() == [0, 100, 100, 120, 70, 90, 90, 90, 0]
    assert found.active[0].tolist() == [False, *[True] * 7, False]
    assert (found.spell_begin.tolist(), found.spell_end.tolist()) == ([10], [90])
    assert list(zip(found.renewed.tolist(), found.before.tolist(), found.after.tolist(), strict=True)) == [
        (1, 70, 90), (1, 90, 90), (0, 90, 0),
    ]  # fmt: skip
    assert (found.value_first[0], found.value_later[0]) == (100, 0)


def test_two_offerings_are_two_subscriptions_of_one_customer() -> None:
    found = kept(
        moves(
            (0, 1, START, 0, 10.0),
            (0, 2, START, 1, 5.0),
            (0, 3, END, 0, NAN),
            (0, 9, END, -1, NAN),
            (0, 20, START, 1, 7.0),
        ),
        2,
        3,
        9,
        20,
    )
    assert found.value[0].tolist() == [15, 5, 0, 7]
    assert list(zip(found.sub_begin.tolist(), found.sub_end.tolist(), strict=True)) == [(1, 3), (2, 9), (20, NEVER)]
    assert list(zip(found.spell_begin.tolist(), found.spell_end.tolist(), strict=True)) == [(1, 9), (20, NEVER)]


def test_a_change_without_a_gap_is_one_spell_and_expansions_of_nothing_are_nothing() -> None:
    found = kept(
        moves(
            (0, 1, EXPANSION, -1, 9.0),
            (0, 1, CONTRACTION, 0, 9.0),
            (0, 2, START, 0, 1.0),
            (0, 5, END, 0, NAN),
            (0, 5, START, 1, 4.0),
        ),
        1,
        5,
    )
    assert found.value[0].tolist() == [0, 4]
    assert (found.spell_begin.tolist(), found.spell_end.tolist()) == ([2], [NEVER])


def test_a_value_that_is_not_told_is_not_zero() -> None:
    found = kept(moves((0, 1, START, 0, NAN), (0, 5, RENEWAL, 0, 8.0)), 1, 5)
    assert np.isnan(found.value[0, 0]) and found.value[0, 1] == 8 and np.isnan(found.value_first[0])
    assert found.active[0].tolist() == [True, True]


def test_nobody() -> None:
    found = kept(moves(), 1, 2)
    assert len(found.unit) == 0 and found.value.shape == (0, 2)


def test_currencies() -> None:
    mixed = moves(
        (0, 1, START, 0, 1.0),
        (0, 2, RENEWAL, 0, 1.0),
        (1, 1, START, 0, 2.0),
        (2, 1, START, 0, 3.0),
        (2, 2, END, 0, NAN),
    )
    found = replace(mixed, currency=np.array([0, 1, 1, NO_CURRENCY, 0], np.int32))
    assert kept(found, 5).currency.tolist() == [SEVERAL, 1, NO_CURRENCY]


class Keeper:
    """The same in plain Python, one customer at a time: state after every movement, looked up by bisection."""

    def __init__(self, rows: list[tuple[int, int, int, float]]) -> None:
        self.states: list[tuple[int, dict[int, float]]] = [(-1, {})]
        self.order: dict[int, int] = {}
        live: dict[int, float] = {}
        for number, (at, means, offering, value) in enumerate(sorted(rows, key=lambda r: (r[0], r[1]))):
            self.step(live, number, means, offering, value)
            self.states.append((at, dict(live)))

    def step(self, live: dict[int, float], number: int, means: int, offering: int, value: float) -> None:
        if offering == -1 and means == END:
            live.clear()
            return
        if offering == -1 and means != START and -1 not in live and live:
            offering = max(live, key=lambda k: self.order[k])
            named = False
        else:
            named = offering != -1
        told = not np.isnan(value)
        if means == END:
            live.pop(offering, None)
        elif offering not in live:
            if means in (START, RENEWAL) or (means == EXPANSION and named):
                live[offering] = value
                self.order[offering] = number
        elif means == EXPANSION and told:
            live[offering] += value
        elif means == CONTRACTION and told:
            live[offering] = max(0.0, live[offering] - abs(value))
        elif means in (START, RENEWAL) and told:
            live[offering] = value

    def at(self, instant: int) -> dict[int, float]:
        return [state for at, state in self.states if at <= instant][-1]


@pytest.mark.parametrize("seed", range(30))
def test_it_keeps_the_books_of_plain_python(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [
        (int(rng.integers(0, 4)), int(rng.integers(0, 200)), int(rng.integers(1, 6)), int(rng.integers(-1, 3)),
         NAN if rng.random() < 0.15 else float(rng.integers(1, 50)))
        for _ in range(40)
    ]  # fmt: skip
    by_time = {(u, t): r for r in rows for u, t in [r[:2]]}  # one movement of a unit at a time
    rows = list(by_time.values())
    instants = list(range(0, 200, 7))
    found = kept(moves(*rows), *instants, as_of=200)
    for c, unit in enumerate(found.unit.tolist()):
        keeper = Keeper([r[1:] for r in rows if r[0] == unit])
        for x, instant in enumerate(instants):
            state = keeper.at(instant)
            assert found.active[c, x] == bool(state)
            assert found.value[c, x] == pytest.approx(sum(state.values()), nan_ok=True)
        begins = [
            at for (at, now), (_, before) in zip(keeper.states[1:], keeper.states, strict=False) if now and not before
        ]
        ends = [
            at for (at, now), (_, before) in zip(keeper.states[1:], keeper.states, strict=False) if before and not now
        ]
        mine = found.spell_of == c
        assert found.spell_begin[mine].tolist() == begins
        assert [e for e in found.spell_end[mine].tolist() if e != NEVER] == ends


def test_what_names_mean_comes_from_flags_else_from_the_map_and_the_usual_names() -> None:
    made = JourneyMap(
        "m", {},
        (Stage("start", {}), Stage("renewal", {}, enters_when=(Clause(event=("Keiyaku_Koushin",)), Clause(event=("x",), offering=("o",)))),
         Stage("churned", {}, kind="failure", enters_when=(Clause(event=("kaiyaku",)),))),
    )  # fmt: skip
    found = meanings(made, {"start": ("opportunity_won",)})
    assert found["start"] == ("opportunity_won",)
    assert (
        "Keiyaku_Koushin" in found["renewal"]
        and "x" not in found["renewal"]
        and "subscription_renewed" in found["renewal"]
    )
    assert "kaiyaku" in found["end"]
    index = small_world.index([], 1, ["opportunity_won", "keiyaku_koushin", "KAIYAKU", "login", "upsell_signed"])
    assert classes(index, found, np.ones(5, bool)).tolist() == [START, RENEWAL, END, 0, EXPANSION]
    assert classes(index, found, np.array([1, 1, 0, 1, 1], bool)).tolist() == [START, RENEWAL, 0, 0, EXPANSION]


@pytest.mark.parametrize(("cuts", "overlay"), [((), ()), ((2,), ()), ((1, 3), (0, 3))])
def test_movements_are_read_whatever_the_shards(cuts: tuple[int, ...], overlay: tuple[int, ...]) -> None:
    events = [
        E(0, 5 * DAY, 0, value=10.0), E(0, 6 * DAY, 2), E(0, 9 * DAY, 1, received=50 * DAY), E(1, 3 * DAY, 0), E(3, 4 * DAY, 0, value=7.0),
        E(3, 4 * DAY, 1, value=8.0), E(3, 40 * DAY, 1, value=9.0),
    ]  # fmt: skip
    index = small_world.index(
        events, 4, ["subscription_started", "subscription_renewed", "login"], cuts=cuts, overlay=overlay
    )
    means = classes(index, meanings(JourneyMap("m", {}, ()), {}), np.ones(3, bool))
    found = movements(index, means, 30 * DAY, 20 * DAY, LocalExecutor(2))
    told = list(
        zip(found.unit.tolist(), (found.at // DAY).tolist(), found.means.tolist(), found.value.tolist(), strict=True)
    )
    assert [t[:3] for t in told] == [(0, 5, START), (1, 3, START), (3, 4, START), (3, 4, RENEWAL)]
    assert [t[3] for t in told] == pytest.approx([10.0, NAN, 7.0, 8.0], nan_ok=True)
