"""Stage intervals with their receipts, and near misses, by hand."""

from collections.abc import Sequence
from typing import Any

import pytest

import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.index.journal import journal
from tabiji.index.layout import Tier
from tabiji.journeymap.model import Clause, JourneyMap, Stage
from tabiji.journeymap.rules import compile_rules
from tabiji.metrics.account.near_misses import stages_after
from tabiji.metrics.account.why import Touch, WhyResult, why
from tabiji.metrics.scope import Scope, instant

SEEN, MET, SIGNED, LEFT = range(4)
NAMES = ("page_viewed", "met", "signed", "left")
ROLE_SETS = ((), ("champion",), ("decision_maker",))


def a_map(consider: Sequence[Clause] = (Clause(event=("met",)),), **more: Any) -> JourneyMap:
    return JourneyMap(
        "m", {},
        (
            Stage("aware", {}, enters_when=(Clause(event=("page_viewed",)),), **more),
            Stage("consider", {}, enters_when=tuple(consider)),
            Stage("won", {}, kind="success", enters_when=(Clause(event=("signed",)),)),
            Stage("lost", {}, kind="failure", enters_when=(Clause(event=("left",)),)),
        ),
        inactive_days=365,
    )  # fmt: skip


def ask(events: list[E], journey_map: JourneyMap | None = None, as_of: float = 100, unit: int = 0) -> WhyResult:
    journey_map = journey_map or a_map()
    index = small_world.index(events, 3, NAMES, ROLE_SETS, cuts=[1], overlay=[2])
    rules = compile_rules(journey_map, index.kinds, index.role_sets)

    def describe(tier: Tier, places: Sequence[int]) -> dict[int, Touch]:
        return {
            e: Touch(f"e{int(tier.at[e]) // DAY}", NAMES[tier.kind[e]], instant(int(tier.at[e])), None, None, None)
            for e in places
        }

    with LocalExecutor(2) as executor:
        journals = journal(index, rules, executor)
        return why(
            index, journey_map, rules, journals, Scope(instant(int(as_of * DAY))), unit, describe, executor=executor
        )


def history(*steps: tuple[float, int], unit: int = 0, **more: Any) -> list[E]:
    return [E(unit, int(t * DAY), k, **more) for t, k in steps]


def told(found: WhyResult) -> list[tuple[int, str, int, int | None, bool]]:
    def day(at: Any) -> int | None:
        return None if at is None else (at - instant(0)).days

    return [(s.attempt, s.id, day(s.entered_at) or 0, day(s.left_at), s.again) for s in found.stages]


def test_intervals_and_receipts() -> None:
    found = ask(history((1, SEEN), (3, SEEN), (10, MET), (20, SIGNED)))
    assert told(found) == [(1, "aware", 1, 10, False), (1, "consider", 10, 20, False), (1, "won", 20, None, False)]
    assert [[e.event_id for e in s.events] for s in found.stages] == [["e1"], ["e10"], ["e20"]]
    assert [(s.clause, s.rule) for s in found.stages][1] == (0, "{event: met}")
    (journey,) = found.journeys
    assert (journey.outcome, journey.stage, journey.skipped, journey.next, journey.near_misses) == ("open", "won", (), (), ())  # fmt: skip
    assert list(found.to_dict()) == ["question", "provenance", "account", "name", "journeys", "stages", "notices"]
    assert {"id", "entered_at", "left_at", "rule", "events"} <= set(found.to_dict()["stages"][0])
    assert (found.provenance.accounts, found.provenance.journeys, found.provenance.events) == (1, 1, 4)


def test_returns_are_listed_and_end_no_stay() -> None:
    events = history((1, SEEN), (10, MET), (12, SEEN), (15, SEEN), (30, SIGNED))
    assert told(ask(events)) == [
        (1, "aware", 1, 10, False), (1, "consider", 10, 30, False), (1, "aware", 12, 15, True), (1, "won", 30, None, False),
    ]  # fmt: skip


def test_a_stage_that_regresses_ends_the_stay() -> None:
    events = history((1, SEEN), (10, MET), (12, SEEN), (30, MET))
    assert told(ask(events, a_map(regress=True))) == [
        (1, "aware", 1, 10, False), (1, "consider", 10, 12, False), (1, "aware", 12, 30, True), (1, "consider", 30, None, False),
    ]  # fmt: skip


def test_a_journey_that_was_taken_back_stands_where_it_was_taken() -> None:
    events = history((1, SEEN), (10, MET), (12, SEEN))
    found = ask(events, a_map(regress=True))
    assert (found.journeys[0].stage, found.journeys[0].next) == ("aware", ("consider",))
    assert found.explain("en") == "u0 is in aware. What kept it from consider: no met since it went back."
    lost = ask([*events, *history((20, LEFT))], a_map(regress=True))
    assert (lost.journeys[0].stage, lost.journeys[0].furthest) == ("aware", "consider")
    told = "u0 was lost; the furthest stage was consider. What kept it from consider: no met since it went back."
    assert lost.explain("en") == told


@pytest.mark.parametrize(
    ("clause", "days", "said"),
    [
        (Clause(event=("met",), at_least=2, within_days=30), (5, 10, 60), "2 met, but 50.0 days apart, not within 30"),
        (Clause(event=("met",), at_least=2, within_days=30), (5, 10, 35), None),  # 10 and 35: it moves on again
        (Clause(event=("met",), at_least=3, within_days=70), (5, 10, 11, 85), "3 met, but 75.0 days apart, not within 70"),
        (Clause(event=("met",), at_least=2, within_days=30), (5, 10), "no met since it went back"),
        (Clause(event=("met",), at_least=2, people=2), (5, 10, 60), None),
    ],
)  # fmt: skip
def test_what_kept_a_journey_that_went_back_from_coming_again(clause: Clause, days: Any, said: str | None) -> None:
    """It went back on day 20. A window may begin before that, as it does in the sweep, but must end after it."""
    seen = [*history((1, SEEN), (20, SEEN)), *(history((d, MET), person=x)[0] for x, d in enumerate(days))]
    journey = ask(sorted(seen, key=lambda e: e.at), a_map([clause], regress=True)).journeys[0]
    assert journey.stage == ("aware" if said else "consider")
    if said:
        (miss,) = journey.near_misses
        assert miss.message("en") == said


def test_attempts_loss_silence_and_what_was_passed_over() -> None:
    lost = ask(history((1, SEEN), (5, LEFT), (8, MET)))
    assert told(lost) == [(1, "aware", 1, 5, False), (1, "lost", 5, None, False), (2, "consider", 8, None, False)]
    assert [(j.attempt, j.outcome, j.stage, j.skipped) for j in lost.journeys] == [
        (1, "lost", "aware", ()), (2, "open", "consider", ("aware",)),
    ]  # fmt: skip
    silent = ask(history((1, SEEN)), as_of=400)
    assert told(silent) == [(1, "aware", 1, 366, False)]
    assert (
        silent.explain("en") == "u0 has gone silent; the furthest stage was aware. What kept it from consider: no met."
    )


def test_later_events_and_other_units_change_nothing() -> None:
    events = history((1, SEEN), (10, MET))
    more = [*events, *history((101, SIGNED)), *history((2, SEEN), (3, SIGNED), unit=2)]
    assert ask(more).to_dict()["stages"] == ask(events).to_dict()["stages"]
    assert ask(more, unit=1).journeys == () and "has not entered any stage" in ask(more, unit=1).explain("en")
    assert [s.id for s in ask(more, unit=2).stages] == ["aware", "won"]


@pytest.mark.parametrize(
    ("clause", "events", "said"),
    [
        (Clause(event=("met",), at_least=3, within_days=30), [(2, MET), (3, MET)], "2 of 3 met within 30 days"),
        (Clause(event=("met",), at_least=3), [(2, MET), (90, MET)], "2 of 3 met"),
        (Clause(event=("met",), at_least=2, within_days=30), [(2, MET), (60, MET)], "2 met, but 58.0 days apart, not within 30"),
        (Clause(event=("met",), at_least=2, people=2), [(2, MET), (3, MET)], "1 of 2 persons with met"),
        (Clause(event=("met",), role=("decision_maker",)), [(2, MET)], "1 met, but nobody in role decision_maker"),
        (Clause(event=("met",), role=("decision_maker",)), [], "nobody in role decision_maker"),
        (Clause(event=("met",)), [], "no met"),
    ],
)  # fmt: skip
def test_near_misses(clause: Clause, events: list[tuple[float, int]], said: str) -> None:
    found = ask(history((1, SEEN), *events, person=4, role=1), a_map([clause]))
    (journey,) = found.journeys
    assert journey.next == ("consider",)
    assert [m.message("en") for m in journey.near_misses] == [said]
    assert found.to_dict()["journeys"][0]["near_misses"][0]["message"] == said


def test_persons_and_events_must_come_in_the_same_window() -> None:
    clause = Clause(event=("met",), at_least=3, within_days=5, people=2)
    one = history((1, SEEN), (2, MET), (3, MET), (4, MET), person=4)  # enough of them, by one person
    two = [*history((50, MET), person=4), *history((51, MET), person=5)]  # two persons, too few of them
    (journey,) = ask([*one, *two], a_map([clause])).journeys
    assert (journey.stage, [m.message("en") for m in journey.near_misses]) == ("aware", ["1 of 2 persons with met"])


def test_the_nearest_miss_comes_first() -> None:
    clauses = (
        Clause(event=("signed",), at_least=2),
        Clause(event=("met",), at_least=4),
        Clause(event=("met",), at_least=3),
    )
    (journey,) = ask(history((1, SEEN), (2, MET), (3, MET)), a_map(clauses)).journeys
    assert [(m.clause, m.values["have"], m.values["need"]) for m in journey.near_misses] == [
        (2, 2, 3),
        (1, 2, 4),
        (0, 0, 2),
    ]


OPTIONAL = JourneyMap(
    "m", {},
    (
        Stage("aware", {}, enters_when=(Clause(event=("page_viewed",)),)),
        Stage("meet", {}, optional=True, enters_when=(Clause(event=("met",), at_least=2),)),
        Stage("won", {}, kind="success", enters_when=(Clause(event=("signed",)),)),
        Stage("use", {}, enters_when=(Clause(event=("left",)),)),
    ),
    inactive_days=365,
)  # fmt: skip


def test_what_kept_it_is_of_the_stage_that_must_come_and_the_optional_one_stands_behind() -> None:
    found = ask(history((1, SEEN), (2, MET)), OPTIONAL)
    (journey,) = found.journeys
    assert journey.next == ("meet", "won")
    assert [(m.stage, m.message("en")) for m in journey.near_misses] == [("won", "no signed"), ("meet", "1 of 2 met")]
    assert found.explain("en").endswith("What kept it from won: no signed.")


def test_branches_of_optional_stages_are_followed_to_the_first_that_is_not() -> None:
    line = (
        Stage("a", {}, next=("b", "d")), Stage("b", {}, optional=True, next=("c",)), Stage("c", {}, optional=True),
        Stage("d", {}), Stage("e", {}, optional=True),
    )  # fmt: skip
    after = [[s.id for s in stages_after(line, k)] for k in range(len(line))]
    assert after == [["b", "c", "d"], ["c", "d"], ["d"], ["e"], []]


def test_near_misses_do_not_look_into_an_attempt_before() -> None:
    clause = Clause(event=("met",), at_least=3)
    events = history((1, SEEN), (2, MET), (3, MET), (5, LEFT), (10, SEEN), (11, MET))
    first, second = ask(events, a_map([clause])).journeys
    assert (first.near_misses[0].values["have"], second.near_misses[0].values["have"]) == (2, 1)


def test_near_misses_see_what_began_at_the_instant_of_a_loss_in_the_attempt_after_it() -> None:
    clause = Clause(event=("met",), at_least=3)
    events = history((1, SEEN), (5, MET), (5, LEFT), (5, SEEN), (11, MET))
    first, second = ask(events, a_map([clause])).journeys
    assert (first.near_misses[0].values["have"], second.near_misses[0].values["have"]) == (0, 2)
    assert ask([*events, *history((12, MET))], a_map([clause])).journeys[1].stage == "consider"


def test_the_clause_of_a_count_and_all_its_events() -> None:
    clauses = (Clause(event=("signed",), at_least=2), Clause(event=("met",), at_least=2, within_days=5))
    found = ask(history((1, SEEN), (2, MET), (20, MET), (24, MET)), a_map(clauses))
    consider = found.stages[1]
    assert (consider.clause, consider.rule) == (1, "{event: met, at_least: 2, within_days: 5}")
    assert [e.event_id for e in consider.events] == ["e20", "e24"]
