"""The timeline of one unit: people, touches, roles that are missing, what was planned and not met."""

from dataclasses import replace
from typing import Any

import pytest

import small_world
from small_world import DAY, E
from tabiji.compute import LocalExecutor
from tabiji.index.journal import journal
from tabiji.journeymap.model import Clause, GroupRole, JourneyMap, Stage, Touchpoint
from tabiji.journeymap.rules import compile_rules
from tabiji.metrics.account.channels import KINDS, channel_kind
from tabiji.metrics.account.timeline import MOST_TOUCHES, Dossier, TimelineResult, timeline
from tabiji.metrics.account.why import Touch, why
from tabiji.metrics.accounts.question import Described, accounts
from tabiji.metrics.scope import Scope, instant

SEEN, MET, SIGNED, LEFT, CALLED = range(5)
NAMES = ("page_viewed", "meeting_held", "signed", "left", "called")
ROLE_SETS = ((), ("champion",), ("decision_maker",))
MAP = JourneyMap(
    "m", {},
    (
        Stage("aware", {}, enters_when=(Clause(event=("page_viewed",)),), roles=("champion",)),
        Stage("consider", {}, enters_when=(Clause(event=("meeting_held",)),), roles=("decision_maker",),
              touchpoints=("call", "brochure")),
        Stage("won", {}, kind="success", enters_when=(Clause(event=("signed",), role=("decision_maker",)),)),
        Stage("lost", {}, kind="failure", enters_when=(Clause(event=("left",)),)),
    ),
    touchpoints=(
        Touchpoint("call", {"ja": "電話", "en": "Call"}, matches=(Clause(event=("called",)),)),
        Touchpoint("brochure", {"en": "Brochure"}, channel="print"),
    ),
    buying_group=(GroupRole("decision_maker", 2), GroupRole("user")),
)  # fmt: skip
DOSSIER = Dossier(
    ["anna", "ben"], {"anna": ("Anna", "Head", "Finance")}, {"cleo": ("decision_maker",), "anna": ("champion",)}
)


def ask(
    events: list[E], as_of: float = 100, unit: int = 0, dossier: Dossier = DOSSIER, made: JourneyMap = MAP
) -> TimelineResult:
    index = small_world.index(events, 2, NAMES, ROLE_SETS, overlay=[1])
    rules, scope = compile_rules(made, index.kinds, index.role_sets), Scope(instant(int(as_of * DAY)), min_n=1)

    def describe(tier: Any, places: Any) -> dict[int, Touch]:
        return {e: Touch(None, NAMES[tier.kind[e]], instant(int(tier.at[e])), None, None, None) for e in places}

    with LocalExecutor(2) as executor:
        journals = journal(index, rules, executor)
        told = why(index, made, rules, journals, scope, unit, describe, executor=executor)
        return timeline(index, made, rules, journals, scope, unit, told, dossier, executor=executor)


def history(*steps: tuple[float, int], unit: int = 0, **more: Any) -> list[E]:
    return [E(unit, int(t * DAY), k, **more) for t, k in steps]


STORY = [
    *history((1, SEEN), (10, MET), person=0, role=1),
    *history((12, CALLED), person=1),
    *history((20, SEEN)),
]  # fmt: skip


def test_the_outlook_is_that_of_the_list() -> None:
    crowd = [*STORY, *history((1, SEEN), (5, MET), (60, SIGNED), unit=1, role=2)]
    found = ask(crowd, 40)  # considering since day 10: the other one signed after 55 days
    assert found.outlook is not None and found.outlook.to_dict()["waited_days"] == 30
    assert (found.outlook.onward.n, found.outlook.onward.reason) == (1, "nobody at risk at the horizon")
    later = ask(crowd, 300).outlook
    assert later is not None and (later.onward.n, later.onward.reason, later.roles) == (0, "n<1", ())
    between = ask(crowd, 62).outlook  # waited 52 days: the other one goes on within 180 days from then
    assert between is not None and (between.onward.share, between.onward.n, between.entered.n) == (1.0, 1, 2)
    assert [(r.role, r.there, r.with_role.n, r.without.n) for r in between.roles] == [
        ("decision_maker", False, 1, 0), ("champion", True, 0, 1),
    ]  # fmt: skip
    assert "Of 1 that had been there for as long, 100% went on within 180 days" in ask(crowd, 62).explain("en")
    lost = ask([*crowd, *history((63, LEFT))], 70).outlook
    assert lost is not None and lost.onward.reason == "the journey has ended" and lost.waited_days is None


def test_people_and_touches() -> None:
    found = ask(STORY)
    assert [(p.id, p.name, p.department, p.title, p.roles, p.n_touches) for p in found.people] == [
        ("anna", "Anna", "Finance", "Head", ("champion",), 2),
        ("ben", None, None, None, (), 1),
        ("cleo", None, None, None, ("decision_maker",), 0),
    ]
    assert [(t.person, t.event, t.touchpoint, found.touch_name(t, "ja")) for t in found.touches] == [
        (0, "page_viewed", None, "ページ閲覧"), (0, "meeting_held", None, "商談（打ち合わせ）"), (1, "called", "call", "電話"),
        (None, "page_viewed", None, "ページ閲覧"),
    ]  # fmt: skip
    assert found.n_touches == 4
    assert [r["person"] for r in found.rows()] == ["Anna", "Anna", "ben", None]


def test_roles_that_are_missing_and_who_is_known_to_hold_them() -> None:
    found = ask(STORY)
    assert [(r.role, r.required, r.people, r.due, r.missing, r.known) for r in found.roles] == [
        ("decision_maker", 2, 0, True, True, (2,)),
        ("user", 1, 0, False, False, ()),
        ("champion", 1, 1, True, False, ()),
    ]
    assert found.explain("en") == (
        "u0 is in consider. It has been there for 90 days. Not seen, though expected by now: Decision maker."
    )
    assert (found.stay_days, found.median and found.median.median_days, found.longer) == (90, None, False)


def test_roles_that_show_up_later_are_not_known_yet() -> None:
    early, late = history((1, SEEN), (10, MET), person=0), history((50, SEEN), person=0, role=1, unit=1)
    before, after = ask([*early, *late], as_of=40), ask([*early, *late], as_of=60)
    assert (before.knows_roles, before.missing) == (False, ())
    assert (after.knows_roles, [r.role for r in after.missing]) == (True, ["decision_maker", "champion"])


def test_a_stay_longer_than_the_median() -> None:
    others = history((1, SEEN), (2, MET), (3, SIGNED), unit=1, role=2)
    found = ask([*STORY, *others])
    assert found.median is not None and (found.median.n, found.median.median_days) == (2, 1)
    assert found.longer and "Half of all journeys have left it after 1." in found.explain("en")
    assert not ask([*STORY, *others], unit=1).longer  # from the last stage there is nothing to go on to


def test_what_was_planned_and_not_met_since() -> None:
    assert ask(STORY).unused == ()  # the call was met; what no event can show is not said to be missing
    assert ask(history((1, SEEN), (5, CALLED), (10, MET))).unused == ("call",)
    assert ask(history((1, SEEN), (5, CALLED), (10, MET), (11, LEFT))).unused == ()


def test_an_event_meets_every_touchpoint_that_it_matches() -> None:
    contact = Touchpoint("contact", {}, matches=(Clause(event=("called", "meeting_held")),))
    found = ask(STORY, made=replace(MAP, touchpoints=(contact, *MAP.touchpoints)))
    assert [t.touchpoint for t in found.touches] == [None, "contact", "contact", None]  # the first of the map
    assert found.unused == ()  # the call was met all the same


def test_near_misses_with_the_names_of_roles() -> None:
    (miss,) = (found := ask(STORY)).journey.near_misses  # type: ignore[union-attr]
    assert found.lacking(miss, "en") == "nobody in role Decision maker"
    assert found.lacking(miss, "ja") == "役割 決裁者 の人がいない"


def test_only_the_latest_journey_counts_and_later_events_change_nothing() -> None:
    again = [*STORY, *history((30, LEFT)), *history((40, SEEN))]
    found = ask(again)
    assert [r.people for r in found.roles] == [0, 0, 0]
    assert found.standing is not None and (found.standing.id, found.standing.attempt) == ("aware", 2)
    later = ask([*again, *history((101, MET), person=0, role=2)])
    assert later.to_dict() | {"provenance": 0} == found.to_dict() | {"provenance": 0}
    gone = ask(again, as_of=35)
    assert (gone.journey and gone.journey.outcome, gone.stay_days) == ("lost", 20)


def test_a_unit_without_events_or_without_a_stage() -> None:
    nobody = ask(history((1, SEEN)), unit=1, dossier=Dossier())
    assert (nobody.touches, nobody.people, nobody.journey, nobody.standing, nobody.stay_days) == (
        (),
        (),
        None,
        None,
        None,
    )
    assert [r.missing for r in nobody.roles] == [False, False, False]
    assert nobody.explain("en") == "u1 has not entered any stage."
    assert ask(history((1, CALLED)), dossier=Dossier([])).touches[0].person is None


def test_only_the_latest_touches_are_told() -> None:
    found = ask(history(*((x / 100, SEEN) for x in range(MOST_TOUCHES + 5))))
    assert (len(found.touches), found.n_touches) == (MOST_TOUCHES, MOST_TOUCHES + 5)
    assert found.touches[-1].at == instant(int((MOST_TOUCHES + 4) / 100 * DAY))


def test_it_agrees_with_the_list() -> None:
    index = small_world.index(STORY, 2, NAMES, ROLE_SETS)
    rules, scope = compile_rules(MAP, index.kinds, index.role_sets), Scope(instant(100 * DAY), min_n=1)

    class Book:
        def described(self, found: Any) -> list[Described]:
            return [Described()] * len(found)

    with LocalExecutor(1) as executor:
        journals = journal(index, rules, executor)
        listed = accounts(index, MAP, rules, journals, scope, executor=executor, directory=Book())  # type: ignore[arg-type]
    (row,), found = listed.accounts, ask(STORY)
    assert row.missing == tuple(r.role for r in found.missing) and row.stay_days == found.stay_days
    assert found.standing is not None and (row.stage, row.entered_at) == (found.standing.id, found.standing.entered_at)


@pytest.mark.parametrize(
    ("channel", "event", "kind"),
    [
        ("web", None, "web"), ("organic_search", None, "web"), ("search_ad", None, "mail"), ("Display Ads", None, "mail"),
        ("email", "email_opened", "mail"), ("white_paper", None, "material"), ("direct_mail", None, "mail"),
        ("展示会", None, "event"), ("webinar", None, "event"), ("商談", None, "sales"), ("call", None, "sales"),
        ("support", None, "use"), (None, "opportunity_won", "sales"), (None, "page_viewed", "web"), ("zzz", "login", "use"),
        ("zzz", None, "other"), (None, None, "other"),
    ],
)  # fmt: skip
def test_kinds_of_channels(channel: str | None, event: str | None, kind: str) -> None:
    assert channel_kind(channel, event) == kind and kind in KINDS
