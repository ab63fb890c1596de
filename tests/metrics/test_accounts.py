"""Who is where: hand-made journeys, a brute force over random ones, and pages of the list."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.errors import NotFoundError
from tabiji.index.jit import NEVER
from tabiji.index.journal import journal
from tabiji.journeymap.model import GroupRole, JourneyMap, Stage
from tabiji.metrics.account.expected import expected_by, expected_roles
from tabiji.metrics.accounts.due import ENDED, FAR, PAST, UNTIMED, WITHIN, bands, due_order
from tabiji.metrics.accounts.question import Described, Listing, accounts
from tabiji.metrics.accounts.result import OUTCOME_NAMES, SORTS, AccountsResult
from tabiji.metrics.accounts.standings import Standings
from tabiji.metrics.dwell.question import dwell
from tabiji.metrics.scope import Scope, instant
from tabiji.workspace.questions import QUESTIONS

IDS = ("aware", "consider", "won", "lost")
ROLE_SETS = ((), ("champion",), ("decision_maker",), ("champion", "user"))
MAP = JourneyMap(
    "m", {},
    (
        Stage("aware", {}, roles=("champion",)),
        Stage("consider", {}, roles=("decision_maker",)),
        Stage("won", {}, kind="success"),
        Stage("lost", {}, kind="failure"),
    ),
    buying_group=(GroupRole("decision_maker"), GroupRole("user")),
)  # fmt: skip


def rules(**more: Any) -> Any:
    given: dict[str, Any] = {"failures": [3], "success": 2, "inactive": 365 * DAY, "stage_ids": IDS, **more}
    return small_world.rules(6, 4, {0: [0], 1: [1], 2: [2], 3: [3]}, n_role_sets=len(ROLE_SETS), strangers=[5], **given)


class Book:
    """A directory of made-up names and amounts: unit x is `name` x and has 10 x; every third has none."""

    def __init__(self, n: int) -> None:
        self.n, self.asked = n, list[list[int]]()

    def matching(self, words: str) -> Any:
        return np.array([words in f"name {x}" for x in range(self.n)])

    def name_order(self) -> Any:
        return np.argsort(np.argsort([f"name {x}" for x in range(self.n)]))

    def amounts(self, found: Standings) -> Any:
        return np.where(found.unit % 3 == 0, np.nan, found.unit * 10.0), ()

    def described(self, found: Standings) -> Sequence[Described]:
        self.asked.append(found.unit.tolist())
        return [Described(f"name {x}") for x in found.unit.tolist()]


def ask(
    events: list[E], n_units: int, as_of: float, by: Any = None, cuts: Sequence[int] = (), overlay: Sequence[int] = (),
    scope: dict[str, Any] | None = None, journey_map: JourneyMap = MAP, **listing: Any,
) -> AccountsResult:  # fmt: skip
    index = small_world.index(events, n_units, ["k"] * 6, ROLE_SETS, cuts, overlay)
    by = by or rules()
    with LocalExecutor(2) as executor:
        journals = journal(index, by, executor)
        asked = Scope(instant(int(as_of * DAY)), **{"min_n": 1, **(scope or {})})
        return accounts(
            index, journey_map, by, journals, asked,
            executor=executor, directory=Book(n_units), listing=Listing(**listing),
        )  # fmt: skip


def history(unit: int, *steps: tuple[float, int], **more: Any) -> list[E]:
    return [E(unit, int(t * DAY), k, **more) for t, k in steps]


SIX = [
    *history(0, (0, 0), (10, 1), (30, 2), role=3),  # won
    *history(1, (0, 0), role=1), *history(1, (20, 1)), *history(1, (40, 3)),  # lost while considering
    *history(2, (0, 0), (30, 3), (90, 0)),  # lost, then aware again
    *history(3, (100, 0)), *history(3, (110, 4), (120, 1), role=2),  # considering; a decision maker came at 110
    *history(4, (350, 0)), *history(4, (360, 5), role=2),  # aware; the decision maker is of another offering
    *history(5, (10, 0)),  # dormant 365 days later
    *history(6, (10, 4)),  # never in a stage
]  # fmt: skip


def told(found: AccountsResult) -> list[tuple[Any, ...]]:
    return [(a.id, a.stage, a.outcome, round(a.stay_days, 3), a.attempt) for a in found.accounts]


def test_six_accounts_by_hand() -> None:
    found = ask(SIX, 7, 400, sort="name")
    assert told(found) == [
        ("u0", "won", "won", 365, 1),  # dormant from day 395 on, but won
        ("u1", "consider", "lost", 20, 1),
        ("u2", "aware", "open", 310, 2),
        ("u3", "consider", "open", 280, 1),
        ("u4", "aware", "open", 50, 1),
        ("u5", "aware", "dormant", 365, 1),
    ]
    rows = {a.id: a for a in found.accounts}
    assert [(rows[u].roles, rows[u].missing) for u in ("u0", "u1", "u3", "u4")] == [
        (("user", "champion"), ("decision_maker",)),
        (("champion",), ("decision_maker",)),
        (("decision_maker",), ("champion",)),
        ((), ("champion",)),
    ]
    assert [(rows[u].last_touch_at - instant(0)).days for u in ("u0", "u1", "u3", "u4")] == [30, 40, 120, 350]
    assert (rows["u1"].ended_at, rows["u3"].ended_at) == (instant(40 * DAY), None)
    assert (found.total, found.by_stage, found.by_outcome) == (
        6, {"aware": 3, "consider": 2, "won": 1}, {"open": 3, "won": 1, "lost": 1, "dormant": 1},
    )  # fmt: skip
    assert found.provenance.accounts == 7 and found.provenance.excluded["no_stage"] == 1


def test_the_median_is_that_of_dwell_and_only_open_stays_exceed_it() -> None:
    found = ask(SIX, 7, 400, sort="name")
    index = small_world.index(SIX, 7, ["k"] * 6, ROLE_SETS)
    with LocalExecutor(2) as executor:
        journals = journal(index, rules(), executor)
        stays = dwell(index, MAP, rules(), journals, Scope(instant(400 * DAY), min_n=1), executor=executor).stages
    assert [p.median_days for p in found.pace] == [s.median_days for s in stays] == [30, 20, 365]
    assert [a.longer for a in found.accounts] == [None, None, True, True, True, None]
    assert found.stalled == 3 and [a.id for a in ask(SIX, 7, 400, stalled=True).accounts] == ["u2", "u3", "u4"]
    refused = ask(SIX, 7, 400, scope={"min_n": 10})
    assert {(p.median_days, p.reason) for p in refused.pace} == {(None, "n<10")} and refused.stalled == 0
    assert refused.to_dict()["stages"][0]["reason"] == "n<10"


def test_a_stage_that_regresses_takes_the_account_back() -> None:
    events = history(0, (0, 0), (10, 1), (30, 0), (40, 0))
    assert told(ask(events, 1, 100)) == [("u0", "consider", "open", 90, 1)]
    assert told(ask(events, 1, 100, rules(regress=[0]))) == [("u0", "aware", "open", 70, 1)]


def test_a_loss_after_the_win_is_a_loss() -> None:
    assert told(ask(history(0, (0, 2), (10, 3)), 1, 100)) == [("u0", "won", "lost", 10, 1)]


@pytest.mark.parametrize(
    ("listing", "units"),
    [
        ({"stage": "aware"}, ["u5", "u2", "u4"]),
        ({"outcome": "open"}, ["u2", "u3", "u4"]),
        ({"missing_role": "decision_maker"}, ["u0", "u1"]),
        ({"missing_role": "champion", "outcome": "open"}, ["u2", "u3", "u4"]),
        ({"missing_role": "user"}, []),
        ({"search": " name 3 "}, ["u3"]),
        ({"sort": "stay"}, ["u0", "u5", "u2", "u3", "u4", "u1"]),
        ({"sort": "entered"}, ["u4", "u3", "u2", "u0", "u1", "u5"]),
        ({"sort": "touch"}, ["u4", "u3", "u2", "u1", "u0", "u5"]),
        ({"sort": "silence"}, ["u5", "u0", "u1", "u2", "u3", "u4"]),
        # u4 (50 days) is within its median; then u2 (310), far beyond it; u3 is where there is none; the others have ended
        ({"sort": "due"}, ["u4", "u2", "u3", "u5", "u1", "u0"]),
        ({"sort": "amount"}, ["u5", "u4", "u2", "u1", "u0", "u3"]),
        ({"sort": "outlook"}, ["u2", "u4", "u0", "u1", "u3", "u5"]),
        ({"sort": "name", "page": 2, "page_size": 4}, ["u4", "u5"]),
        ({"page": 9}, []),
    ],
)  # fmt: skip
def test_filters_order_and_pages(listing: dict[str, Any], units: list[str]) -> None:
    assert [a.id for a in ask(SIX, 7, 400, **listing).accounts] == units


def test_those_just_past_the_median_are_due_first_by_amount() -> None:
    names = np.arange(8)
    found = Standings(
        400 * DAY, (), names, np.ones(8, np.uint16), np.zeros(8, np.int32),
        stage=np.array([0, 0, 0, 0, 0, 1, 0, 0], np.int32),
        since=400 * DAY - np.array([11, 15, 16, 10, 3, 15, 15, 12]) * DAY,
        ended=np.array([NEVER] * 6 + [395 * DAY, NEVER], np.int32),
        outcome=np.zeros(8, np.uint8), last_touch=np.zeros(8, np.int32), roles=np.zeros(8, np.uint64),
    )  # fmt: skip
    median = np.array([10 * DAY, np.nan])
    assert bands(found, median).tolist() == [PAST, PAST, FAR, WITHIN, WITHIN, UNTIMED, ENDED, PAST]
    amount = np.array([np.nan, 5.0, 900.0, np.nan, np.nan, 1.0, 800.0, 70.0])
    assert due_order(found, median, amount).tolist() == [7, 1, 0, 4, 3, 2, 5, 6]


def test_counts_beside_a_filter_leave_that_filter_out() -> None:
    found = ask(SIX, 7, 400, stage="aware", outcome="open")
    assert (found.total, found.by_stage) == (2, {"aware": 2, "consider": 1, "won": 0})
    assert found.by_outcome == {"open": 2, "won": 0, "lost": 0, "dormant": 1}


def test_the_outlook_of_each_row() -> None:
    found = ask(SIX, 7, 400, sort="name", scope={"horizon_days": 30})
    told = {a.id: (a.onward.share, a.onward.n, a.onward.reason) for a in found.accounts}
    assert told == {
        "u0": (None, 0, "the journey has ended"), "u1": (None, 0, "the journey has ended"),
        "u2": (0.0, 1, None),  # of those still aware after 310 days, there is u5, which went silent after 365
        "u3": (None, 0, "n<1"), "u4": (0.0, 1, None), "u5": (None, 0, "the journey has ended"),
    }  # fmt: skip
    early = ask(SIX, 7, 105, sort="name", scope={"horizon_days": 30})  # u3 has been aware for 5 days
    (row,) = (a for a in early.accounts if a.id == "u3")
    assert (row.onward.share, row.onward.n, early.horizon_days) == (
        pytest.approx(2 / 4),
        4,
        30,
    )  # u0, u1 of u0, u1, u2, u5
    assert row.to_dict()["outlook"]["horizon_days"] == 30


def test_window_and_selection() -> None:
    late = {"from_at": instant(80 * DAY), "to_at": instant(200 * DAY)}
    assert [a.id for a in ask(SIX, 7, 400, scope=late, sort="name").accounts] == ["u2", "u3"]
    some = {"selection": np.array([1, 0, 0, 0, 1, 0, 0], bool)}
    assert [a.id for a in ask(SIX, 7, 400, scope=some, sort="name").accounts] == ["u0", "u4"]


def test_nobody_and_words() -> None:
    nobody = ask([], 2, 400)
    assert (nobody.total, nobody.accounts, nobody.pages, nobody.explain("en")) == (0, (), 1, "Nobody fits.")
    assert ask(SIX, 7, 400, page_size=4).pages == 2
    assert ask(SIX, 7, 400).explain("en") == (
        "6 fit. 3 of them have been in their stage for longer than half of all journeys stay there."
    )
    (row, *_) = ask(SIX, 7, 400, sort="name").to_dict()["accounts"]
    assert {"id", "name", "stage", "entered_at", "stay_days", "missing", "amounts"} <= set(row)


def test_only_the_units_of_the_page_are_looked_up() -> None:
    index = small_world.index(SIX, 7, ["k"] * 6, ROLE_SETS)
    book = Book(7)
    with LocalExecutor(2) as executor:
        journals = journal(index, rules(), executor)
        scope, listing = Scope(instant(400 * DAY)), Listing(sort="name", page=2, page_size=2)
        accounts(index, MAP, rules(), journals, scope, executor=executor, directory=book, listing=listing)
    assert book.asked == [[2, 3]]


def test_roles_of_the_buying_group_that_no_stage_names_are_expected_by_the_success() -> None:
    assert expected_roles(MAP) == ("decision_maker", "user", "champion")
    assert expected_by(MAP) == (("champion",), ("decision_maker", "champion"), ("decision_maker", "user", "champion"))


def test_the_flags_offer_what_the_list_can_do() -> None:
    own = {flag.name: flag for flag in QUESTIONS["accounts"].own}
    assert own["sort"].metavar == "|".join(SORTS)
    assert own["outcome"].metavar == "|".join(OUTCOME_NAMES)


def brute_force(events: list[E], unit: int, as_of: int, regress: bool) -> tuple[Any, ...] | None:
    """(stage, entered, outcome, last touch, roles) of a unit by walking its events once."""
    journey: dict[str, Any] | None = None
    last = None
    for e in sorted((e for e in events if e.unit == unit and e.at <= as_of and e.kind != 5), key=lambda e: e.at):
        silent = last is not None and e.at - last > 365 * DAY
        if journey and not journey["ended"] and silent and last is not None:
            journey["ended"], journey["how"] = last + 365 * DAY, "dormant"
        last = e.at
        if e.kind == 3:
            if journey and not journey["ended"]:
                journey["ended"], journey["how"] = e.at, "lost"
                journey["roles"] |= set(ROLE_SETS[e.role])
            continue
        if e.kind < 3:
            if journey is None or journey["ended"]:
                journey = {"stage": -1, "won": False, "ended": None, "how": "open", "roles": set()}
            if e.kind > journey["stage"] or (regress and e.kind == 0 and journey["stage"] > 0):
                journey["stage"], journey["since"] = e.kind, e.at
                journey["won"] |= e.kind == 2
        if journey and not journey["ended"]:
            journey["roles"] |= set(ROLE_SETS[e.role])
    if journey is None or last is None:
        return None
    if not journey["ended"] and last + 365 * DAY <= as_of:
        journey["how"] = "dormant"
    if journey["won"] and journey["how"] != "lost":
        journey["how"] = "won"
    return IDS[journey["stage"]], journey["since"], journey["how"], last, frozenset(journey["roles"])


events_of = st.lists(
    st.builds(
        E, st.integers(0, 4), st.integers(0, 900).map(lambda d: d * DAY), st.integers(0, 5), st.none(), st.integers(0, 3)
    ),
    max_size=40,
    unique_by=lambda e: (e.unit, e.at),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(events_of, st.integers(0, 1000), st.booleans(), st.lists(st.integers(1, 4), max_size=2, unique=True).map(sorted))
def test_as_a_walk_through_the_events(events: list[E], as_of: int, regress: bool, cuts: list[int]) -> None:
    by = rules(regress=[0] if regress else [])
    found = ask(events, 5, as_of, by, cuts=cuts, overlay=[3], sort="name")
    expected = {f"u{u}": brute_force(events, u, as_of * DAY, regress) for u in range(5)}
    assert {
        a.id: (
            a.stage, int((a.entered_at - instant(0)).total_seconds()), a.outcome,
            int((a.last_touch_at - instant(0)).total_seconds()), frozenset(a.roles),
        )
        for a in found.accounts
    } == {unit: seen for unit, seen in expected.items() if seen}  # fmt: skip
    later = [*events, *history(0, (as_of + 1, 2), role=3), *history(4, (as_of + 2, 0))]
    assert ask(later, 5, as_of, by, sort="name").accounts == found.accounts
    assert ask(events[::-1], 5, as_of, by, sort="name").accounts == found.accounts


def test_groups_are_counted_and_the_list_can_be_cut_to_one_of_them() -> None:
    groups = (np.array([0, 0, 1, 1, 1, 2, 2], np.int32), ("a", "b", "(none)"))
    scope = {"groups": groups}
    found = ask(SIX, 7, 400, sort="name", scope=scope)
    assert [(g.value, g.total, g.stalled) for g in found.groups] == [("b", 3, 3), ("a", 2, 0), ("(none)", 1, 0)]
    assert [a.group for a in found.accounts] == ["a", "a", "b", "b", "b", "(none)"]
    for stage in found.by_stage:
        assert sum(g.by_stage[stage] for g in found.groups) == found.by_stage[stage]
    for outcome in found.by_outcome:
        assert sum(g.by_outcome[outcome] for g in found.groups) == found.by_outcome[outcome]
    one = ask(SIX, 7, 400, sort="name", scope=scope, group="b")
    assert [a.id for a in one.accounts] == ["u2", "u3", "u4"] and one.total == 3
    assert one.by_stage == found.groups[0].by_stage and one.groups == found.groups  # what another group would show
    aware = ask(SIX, 7, 400, scope=scope, stage="aware", group="b")
    assert (aware.total, [(g.value, g.total) for g in aware.groups]) == (2, [("b", 2), ("(none)", 1), ("a", 0)])
    with pytest.raises(NotFoundError, match="there is no group 'c'"):
        ask(SIX, 7, 400, scope=scope, group="c")
    plain = ask(SIX, 7, 400).to_dict()
    assert "groups" not in plain and "group" not in plain["accounts"][0]
