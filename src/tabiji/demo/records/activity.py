"""Everything else that happens while an account is in a stage: visits, mails, calls, meetings, use of the product.

Rates fade with the time spent in a stage. None of it has an effect, and none of it could enter a later stage under the
rules of the demo's map: before consideration only the first contact sees prices, before adoption only two people log in.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.records.events import Events, between, whoever_is_there
from tabiji.demo.records.timeline import Timeline
from tabiji.demo.world.clock import DAY, WEEK, in_office_hours
from tabiji.demo.world.parameters import (
    AWARE,
    CHAMPION,
    CONSIDER,
    CONTINUE,
    DECISION_MAKER,
    EXECUTIVE,
    INFLUENCER,
    INTEREST,
    ORDER,
    PURCHASING,
    SECURITY,
    UNKNOWN,
    USER,
)  # fmt: skip

NOBODY: tuple[int, ...] = ()
FIRST = (-2,)  # stands for the first contact alone
BUYERS = (CHAMPION, DECISION_MAKER, INFLUENCER, USER, PURCHASING, EXECUTIVE, 9)
READERS = (CHAMPION, INFLUENCER, USER, SECURITY, DECISION_MAKER, 9)
USERS = (USER, 7, 8, CHAMPION, 10, 11, 12, 13, INFLUENCER, 9)


class Habit(NamedTuple):
    """A Poisson rate in a stage: per week at first, fading with τ weeks to a floor."""

    stage: int
    kind: str
    rate: float
    weeks: float
    floor: float
    slots: tuple[int, ...]
    size: float = 0.0  # log ratio per standard deviation of log employees
    known_only: bool = False  # dropped where nobody is there (marketing knows people, the web does not)


HABITS: tuple[Habit, ...] = (
    Habit(UNKNOWN, "call_attempted", 0.10, 12, 0.020, NOBODY),
    Habit(UNKNOWN, "direct_mail_sent", 0.02, 30, 0.005, NOBODY),
    Habit(AWARE, "blog_viewed", 0.55, 6, 0.030, FIRST),
    Habit(AWARE, "product_viewed", 0.10, 6, 0.005, FIRST),
    Habit(AWARE, "email_delivered", 0.30, 20, 0.040, FIRST, known_only=True),
    Habit(AWARE, "email_opened", 0.10, 15, 0.010, FIRST, known_only=True),
    Habit(AWARE, "webinar_registered", 0.05, 8, 0.000, FIRST, known_only=True),
    Habit(AWARE, "call_attempted", 0.08, 15, 0.015, NOBODY),
    Habit(INTEREST, "blog_viewed", 0.60, 8, 0.030, READERS),
    Habit(INTEREST, "product_viewed", 0.80, 8, 0.030, READERS),
    Habit(INTEREST, "pricing_viewed", 0.16, 10, 0.005, FIRST),
    Habit(INTEREST, "email_delivered", 0.45, 25, 0.080, READERS, known_only=True),
    Habit(INTEREST, "email_opened", 0.20, 20, 0.030, READERS, known_only=True),
    Habit(INTEREST, "email_clicked", 0.06, 15, 0.005, READERS, known_only=True),
    Habit(INTEREST, "call_connected", 0.12, 10, 0.015, FIRST),
    Habit(INTEREST, "chat_started", 0.05, 8, 0.000, FIRST),
    Habit(INTEREST, "social_engaged", 0.04, 15, 0.004, READERS, known_only=True),
    Habit(CONSIDER, "product_viewed", 1.30, 14, 0.060, READERS, 0.15),
    Habit(CONSIDER, "pricing_viewed", 0.55, 14, 0.020, BUYERS),
    Habit(CONSIDER, "case_viewed", 0.35, 14, 0.010, READERS),
    Habit(CONSIDER, "security_viewed", 0.30, 12, 0.010, (SECURITY, INFLUENCER, CHAMPION, 9), 0.2),
    Habit(CONSIDER, "meeting_held", 0.34, 16, 0.040, BUYERS, 0.1),
    Habit(CONSIDER, "call_connected", 0.30, 16, 0.040, FIRST),
    Habit(CONSIDER, "quote_sent", 0.10, 14, 0.006, (PURCHASING, CHAMPION, USER, INFLUENCER, 9)),
    Habit(CONSIDER, "email_delivered", 0.50, 40, 0.120, READERS, known_only=True),
    Habit(CONSIDER, "email_opened", 0.28, 30, 0.040, READERS, known_only=True),
    Habit(CONSIDER, "chat_started", 0.06, 12, 0.000, READERS),
    Habit(ORDER, "login", 1.60, 40, 0.600, (-2, USER)),
    Habit(ORDER, "help_viewed", 0.90, 10, 0.100, (-2, USER)),
    Habit(ORDER, "meeting_held", 0.25, 8, 0.020, BUYERS),
    Habit(ORDER, "call_connected", 0.20, 10, 0.020, FIRST),
    Habit(ORDER, "email_delivered", 0.40, 40, 0.150, READERS, known_only=True),
    Habit(ORDER, "ticket_opened", 0.12, 20, 0.020, (-2, USER)),
    Habit(CONTINUE, "login", 5.20, 80, 3.400, USERS, 0.35),
    Habit(CONTINUE, "report_submitted", 2.60, 80, 1.900, USERS, 0.35),
    Habit(CONTINUE, "report_approved", 0.80, 80, 0.500, (CHAMPION, DECISION_MAKER, INFLUENCER, 9), 0.2),
    Habit(CONTINUE, "help_viewed", 0.25, 20, 0.040, USERS),
    Habit(CONTINUE, "email_delivered", 0.35, 60, 0.200, READERS, known_only=True),
    Habit(CONTINUE, "email_opened", 0.15, 60, 0.060, READERS, known_only=True),
    Habit(CONTINUE, "ticket_opened", 0.07, 40, 0.030, USERS, 0.2),
)

KEPT_WARM_DAYS = 75  # a living account hears from us at least so often, so that only silent ones become dormant


def add_activity(
    events: Events, timeline: Timeline, contact: NDArray[np.int8], size: NDArray[np.float32], rng: np.random.Generator
) -> None:
    """Draw every habit over every stay of its stage."""
    stays = timeline.stays
    length = np.maximum(stays.leaves - stays.enters, 0)
    for habit in HABITS:
        rows = stays.rows(habit.stage)
        weeks = length[rows] / WEEK
        pull = np.exp(habit.size * size[stays.account[rows]])
        fading = habit.rate * habit.weeks * -np.expm1(-weeks / habit.weeks) * pull
        early, steady = rng.poisson(fading), rng.poisson(habit.floor * weeks * pull)
        stay = np.concatenate([np.repeat(rows, early), np.repeat(rows, steady)])
        share = rng.random(len(stay))
        inside = length[stay] / WEEK
        faded = -habit.weeks * np.log1p(share * np.expm1(-inside / habit.weeks))
        after = np.where(np.arange(len(stay)) < early.sum(), faded, share * inside)
        low, high = stays.enters[stay], stays.leaves[stay]
        at = np.clip(low + (after * WEEK).astype(np.int64), low + 1, np.maximum(high - 1, low + 1))
        at = in_office_hours(at, low, high, rng)
        account = stays.account[stay]
        slot = _who(timeline, account, at, contact, habit.slots, rng)
        keep = slot >= 0 if habit.known_only else np.ones(len(slot), np.bool_)
        events.add(habit.kind, account[keep], at[keep], slot=slot[keep])
        if habit.kind == "ticket_opened":
            solved = at + rng.integers(DAY // 8, 4 * DAY, len(at))
            events.add("ticket_solved", account, solved, slot=slot)
    _keep_warm(events, timeline, contact, rng)


def _keep_warm(events: Events, timeline: Timeline, contact: NDArray[np.int8], rng: np.random.Generator) -> None:
    """Calls that nobody took, and mails, at regular distances until a stay ends or falls silent."""
    stays = timeline.stays
    rows = np.flatnonzero(stays.leaves > stays.enters)
    times = np.maximum(stays.leaves[rows] - stays.enters[rows] - 8 * DAY, 0) // (KEPT_WARM_DAYS * DAY)
    stay = np.repeat(rows, times)
    number = np.arange(len(stay)) - np.repeat(np.cumsum(times) - times, times) + 1
    target = stays.enters[stay] + number * KEPT_WARM_DAYS * DAY
    low, high = stays.enters[stay], stays.leaves[stay]
    at = in_office_hours(between(target - 5 * DAY, target + 5 * DAY, rng), low, high, rng)
    account = stays.account[stay]
    slot = _who(timeline, account, at, contact, FIRST, rng)
    for kind, of in (("email_delivered", slot >= 0), ("call_attempted", slot < 0)):
        events.add(kind, account[of], at[of], slot=slot[of])


def _who(
    timeline: Timeline, account: NDArray[np.int32], at: NDArray[np.int64], contact: NDArray[np.int8],
    slots: tuple[int, ...], rng: np.random.Generator,
) -> NDArray[np.int8]:  # fmt: skip
    """A person of `slots` who is there; −2 among them stands for the first contact."""
    if slots[:1] != FIRST:
        return whoever_is_there(timeline, account, at, slots, rng)
    who = contact[account]
    if len(slots) > 1:
        who = np.where(rng.random(len(who)) < 0.5, slots[1], who).astype(np.int8)
    there = (timeline.present_from[account, who] <= at) & (timeline.present_to[account, who] > at)
    return np.where(there, who, -1).astype(np.int8)
