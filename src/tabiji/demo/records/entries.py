"""The events by which a stage is entered, so that the rules of the demo's map find each entry at its planted instant.

Each entry happens by one route (a form, an exhibition, several page views of two people, …). What could satisfy a rule
of a later stage happens nowhere else before; `activity` keeps to that too.
"""

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.process.stay import LOST
from tabiji.demo.records.events import Events, Rows, between
from tabiji.demo.records.timeline import Stays, Timeline
from tabiji.demo.world.clock import DAY, WEEK, Seconds
from tabiji.demo.world.parameters import (
    AWARE,
    CONSIDER,
    CONTINUE,
    EXHIBITION,
    INTEREST,
    LIST,
    REFERRAL,
    UNKNOWN,
    USER,
)  # fmt: skip

IDENTIFIED = ("exhibition_visited", "seminar_attended", "webinar_attended", "call_connected", "referral_received")
AWARE_ROUTES = {
    "ad_clicked": 0.36, "blog_viewed": 0.24, "display_clicked": 0.08, "seminar_attended": 0.09,
    "webinar_attended": 0.09, "call_connected": 0.14,
}  # fmt: skip
INTEREST_ROUTES = {"white_paper_downloaded": 0.55, "inquiry_submitted": 0.20, "product_viewed": 0.25}
CONSIDER_ROUTES = {"demo_requested": 0.42, "quote_requested": 0.18, "opportunity_opened": 0.25, "pricing_viewed": 0.15}
CONTINUE_ROUTES = {"onboarding_completed": 0.7, "login": 0.3}
SECOND_USER = 10
NEWCOMERS = (7, 8)  # users who are seen for the first time when the product comes into use


def add_entries(
    events: Events, timeline: Timeline, contact: NDArray[np.int8], expo_weeks: list[int], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """All stage entries, and the losses that no opportunity records. People who appear by them enter the timeline.

    Returns, per stay, whether it is an entry into consideration that only the opening of a deal records."""
    stays = timeline.stays
    listed = stays.rows(UNKNOWN)
    events.add("target_listed", stays.account[listed], stays.enters[listed])
    _aware(events, timeline, contact, expo_weeks, rng)
    _interest(events, timeline, contact, rng)
    by_deal = _consider(events, timeline, contact, rng)
    _continue(events, timeline, contact, rng)
    gone = np.flatnonzero((stays.stage == INTEREST) & (stays.outcome == LOST))
    events.add("lead_disqualified", stays.account[gone], stays.leaves[gone])
    return by_deal


def _aware(
    events: Events, timeline: Timeline, contact: NDArray[np.int8], expo_weeks: list[int], rng: np.random.Generator
) -> None:
    stays, clock = timeline.stays, timeline.clock
    rows = stays.rows(AWARE)
    account, at = stays.account[rows], stays.enters[rows]
    route = rng.choice(list(AWARE_ROUTES), len(rows), p=list(AWARE_ROUTES.values())).astype("U24")
    week = (at - int(clock.week_start(np.zeros(1, np.int32))[0])) // WEEK
    at_expo = np.isin(week, expo_weeks) & (rng.random(len(rows)) < 0.45) & (stays.source[rows] == LIST)
    route[at_expo | ((stays.source[rows] == EXHIBITION) & stays.begins[rows])] = "exhibition_visited"
    route[(stays.source[rows] == REFERRAL) & stays.begins[rows]] = "referral_received"
    for name in (*AWARE_ROUTES, "exhibition_visited", "referral_received"):
        of = np.flatnonzero(route == name)
        slot: NDArray[np.int8] | int = -1
        if name in IDENTIFIED:
            slot = _contact_at(timeline, account[of], contact, at[of])
            _appear(timeline, account[of], slot, at[of])
        events.add(name, account[of], at[of], slot=slot)
        if name == "blog_viewed":  # two views within 30 days: the first one shortly before, but not before its attempt
            begins = stays.begins[rows[of]]
            earlier = at[of] - np.where(begins, 600, 0) - rng.integers(120, 3600, len(of))
            events.add(name, account[of], np.maximum(earlier, at[of] // DAY * DAY))


def _interest(events: Events, timeline: Timeline, contact: NDArray[np.int8], rng: np.random.Generator) -> None:
    stays = timeline.stays
    rows = stays.rows(INTEREST)
    account, at = stays.account[rows], stays.enters[rows]
    who = _contact_at(timeline, account, contact, at)
    route = _routes(INTEREST_ROUTES, len(rows), rng)
    route[(route == "product_viewed") & stays.begins[rows]] = "inquiry_submitted"  # two views would be awareness first
    since = _previous_entry(stays, rows)
    _appear(timeline, account, who, at)
    for name in ("white_paper_downloaded", "inquiry_submitted"):
        of = np.flatnonzero(route == name)
        events.add(name, account[of], at[of], slot=who[of])
    of = np.flatnonzero(route == "product_viewed")
    _two_people_look(events, timeline, "product_viewed", account[of], who[of], since[of], at[of], rng)


def _consider(
    events: Events, timeline: Timeline, contact: NDArray[np.int8], rng: np.random.Generator
) -> NDArray[np.bool_]:
    stays = timeline.stays
    rows = stays.rows(CONSIDER)
    account, at = stays.account[rows], stays.enters[rows]
    who = _contact_at(timeline, account, contact, at)
    route = _routes(CONSIDER_ROUTES, len(rows), rng)
    since = _previous_entry(stays, rows)
    for name in ("demo_requested", "quote_requested"):
        of = np.flatnonzero(route == name)
        events.add(name, account[of], at[of], slot=who[of])
    of = np.flatnonzero(route == "pricing_viewed")
    _two_people_look(events, timeline, "pricing_viewed", account[of], who[of], since[of], at[of], rng)
    by_deal = np.zeros(len(stays.account), np.bool_)
    by_deal[rows] = route == "opportunity_opened"
    return by_deal


def _continue(events: Events, timeline: Timeline, contact: NDArray[np.int8], rng: np.random.Generator) -> None:
    """Onboarding is declared complete, or three people have logged in ten times within 30 days."""
    stays = timeline.stays
    rows = stays.rows(CONTINUE)
    account, at = stays.account[rows], stays.enters[rows]
    since = np.maximum(_previous_entry(stays, rows), at - 20 * DAY)
    route = _routes(CONTINUE_ROUTES, len(rows), rng)
    of = np.flatnonzero(route == "onboarding_completed")
    who = _contact_at(timeline, account[of], contact, at[of])
    _appear(timeline, account[of], who, at[of])
    events.add("onboarding_completed", account[of], at[of], slot=who)
    of = np.flatnonzero(route == "login")
    a, until = account[of], at[of]
    first = _contact_at(timeline, a, contact, until)
    for number in range(9):
        when = between(since[of], until, rng)
        slot = np.where(number % 2 == 0, first, USER).astype(np.int8)
        _appear(timeline, a, slot, when)
        events.add("login", a, when, slot=slot)
    for newcomer in NEWCOMERS:
        _appear(timeline, a, np.full(len(a), newcomer, np.int8), until)
        events.add("login", a, until, slot=newcomer)


def _two_people_look(
    events: Events, timeline: Timeline, kind: str, account: Rows, who: NDArray[np.int8], since: Seconds, at: Seconds,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Two views by the contact, then, at `at`, the first one by somebody else: three views of two people."""
    low = np.maximum(since, at - 20 * DAY)
    for _ in range(2):
        when = between(low, at, rng)
        _appear(timeline, account, who, when)
        events.add(kind, account, when, slot=who)
    other = np.where(who == USER, SECOND_USER, USER).astype(np.int8)  # users have no effect on advancing
    _appear(timeline, account, other, at)
    events.add(kind, account, at, slot=other)


def _routes(routes: dict[str, float], n: int, rng: np.random.Generator) -> NDArray[np.str_]:
    return rng.choice(list(routes), n, p=list(routes.values()))


def _previous_entry(stays: Stays, rows: NDArray[np.intp]) -> Seconds:
    """When the stage before was entered; where the attempt begins here, an hour before."""
    order = np.lexsort((stays.stage, stays.attempt, stays.account))
    before = np.empty(len(order), np.int64)
    before[order] = np.concatenate([[0], stays.enters[order][:-1]])
    return np.where(stays.begins[rows], stays.enters[rows] - 3600, before[rows])


def _contact_at(timeline: Timeline, account: Rows, contact: NDArray[np.int8], at: Seconds) -> NDArray[np.int8]:
    """The first contact, or a user where the contact has left the company."""
    who = contact[account]
    return np.where(timeline.present_to[account, who] <= at, USER, who).astype(np.int8)


def _appear(timeline: Timeline, account: Rows, slot: NDArray[np.int8], at: Seconds) -> None:
    np.minimum.at(timeline.present_from, (account, slot), at)
