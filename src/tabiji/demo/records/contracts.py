"""What the contract of a customer leaves behind: signature, subscription, renewals, expansions, complaints, quarterly reviews."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.process.customers import Customers
from tabiji.demo.process.stay import LOST
from tabiji.demo.records.events import Events, Rows, between, whoever_is_there
from tabiji.demo.records.growth import growth
from tabiji.demo.records.opportunities import WON, Opportunities
from tabiji.demo.records.timeline import LATER, Stays, Timeline
from tabiji.demo.world.clock import CLOSES, DAY, OPENS, WEEK, Seconds
from tabiji.demo.world.parameters import CHAMPION, CONTINUE, DECISION_MAKER, ORDER, USER, World

QUARTER = 13 * WEEK
_SIGNERS = (DECISION_MAKER, CHAMPION, USER, 1)


@dataclass(frozen=True, slots=True)
class Contracts:
    """One row per order of the first offering; instants in seconds."""

    account: Rows
    starts: Seconds
    term: Seconds
    renewed: NDArray[np.int16]
    negative: NDArray[np.bool_]  # (n, terms)
    ends: Seconds  # cancelled or the end of the clock


def churn_dates(customers: Customers, starts: Seconds) -> tuple[Seconds, Seconds]:
    """When the stays in ORDER and those in CONTINUE end by a refused renewal, −1 where they do not."""
    due = starts + customers.churned_at_term.astype(np.int64) * customers.term_weeks.astype(np.int64) * WEEK
    due = np.where(customers.churned_at_term > 0, due, -1)
    ordered, continued = customers.ordered, customers.continued
    row_of = np.full(int(ordered.entrants.account.max(initial=-1)) + 1, -1)
    row_of[ordered.entrants.account] = np.arange(len(due))
    in_order = np.where(ordered.leaving.outcome == LOST, due, -1)
    return in_order, due[row_of[continued.entrants.account]]


def contracts_of(customers: Customers, ordered: Stays, continued: Stays) -> Contracts:
    """The contracts behind scheduled stays."""
    ends = np.where(ordered.outcome == LOST, ordered.leaves, np.int64(1) << 40)
    row_of = np.full(int(ordered.account.max(initial=-1)) + 1, -1)
    row_of[ordered.account] = np.arange(len(ends))
    rows = row_of[continued.account]
    ends[rows] = np.where(continued.outcome == LOST, continued.leaves, ends[rows])
    term = customers.term_weeks.astype(np.int64) * WEEK
    return Contracts(ordered.account, ordered.enters, term, customers.renewed, customers.negative, ends)


def add_contracts(
    events: Events, timeline: Timeline, contracts: Contracts, deals: Opportunities, world: World, rng: np.random.Generator
) -> None:  # fmt: skip
    """Signature on the day of the order, the subscription with its renewals and expansion, and complaints that foretell churn.

    Amounts are those of a whole term, an expansion's as well, so that they add up; a renewal keeps what was added before."""
    c, n = contracts, len(contracts.account)
    signed = c.starts + rng.integers(OPENS, CLOSES, n)
    events.add("contract_signed", c.account, signed, slot=whoever_is_there(timeline, c.account, signed, _SIGNERS, rng))
    monthly = _monthly(c, deals)
    months = np.round(c.term / (30.4 * DAY))
    begins = c.starts + rng.integers(1, 11, n) * DAY + OPENS
    alive = begins < c.ends
    events.add("subscription_started", c.account[alive], begins[alive], value=(monthly * months)[alive], offering=0)
    grown, more = growth(c.account, c.starts, c.ends, monthly, timeline, world)
    of = np.flatnonzero(grown < LATER)
    events.add("subscription_expanded", c.account[of], grown[of], value=(more * months)[of], offering=0)
    for number in range(1, int(c.renewed.max(initial=0)) + 1):
        of = np.flatnonzero(c.renewed >= number)
        at = c.starts[of] + number * c.term[of] + OPENS
        fee = monthly[of] + np.where(grown[of] < at, more[of], 0.0)
        events.add("subscription_renewed", c.account[of], at, value=fee * months[of], offering=0)
    for term in range(c.negative.shape[1]):
        at = c.starts + term * c.term + WEEK + (rng.random(n) * (c.term - 2 * WEEK)).astype(np.int64)
        at = at // DAY * DAY + rng.integers(OPENS, CLOSES, n)
        of = np.flatnonzero(c.negative[:, term] & (at < c.ends))
        slot = whoever_is_there(timeline, c.account[of], at[of], (USER, CHAMPION, 7, 1), rng)
        events.add("complaint_opened", c.account[of], at[of], slot=slot)
        events.add("ticket_solved", c.account[of], at[of] + rng.integers(2, 9, len(of)) * DAY, slot=slot)
    _second_offering(events, deals, rng)
    _cancellations(events, timeline.stays)


def add_reviews(events: Events, timeline: Timeline, world: World, rng: np.random.Generator) -> None:
    """Quarterly reviews after the first one, for as long as the customer stays."""
    stays, came = timeline.stays, timeline.treatments
    column = [t.kind for t in world.stays[CONTINUE].treatments].index("qbr_held")
    of = np.flatnonzero((stays.stage[came.stay] == CONTINUE) & (came.which == column))
    stay = came.stay[of]
    for number in range(1, 1 + int(np.max((stays.leaves[stay] - came.at[of]) // QUARTER, initial=0))):
        at = between(came.at[of] + number * QUARTER - WEEK, came.at[of] + number * QUARTER + WEEK, rng)
        on = np.flatnonzero(at < stays.leaves[stay])
        account = stays.account[stay[on]]
        slot = whoever_is_there(timeline, account, at[on], (DECISION_MAKER, CHAMPION, 9), rng)
        events.add("qbr_held", account, at[on], slot=slot)


def _monthly(c: Contracts, deals: Opportunities) -> NDArray[np.float64]:
    won = np.flatnonzero((deals.status == WON) & (deals.offering == 0))
    fee = np.full(int(c.account.max(initial=-1)) + 1, np.nan)
    known = won[deals.account[won] < len(fee)]
    fee[deals.account[known]] = deals.monthly[known]
    return fee[c.account]


def _second_offering(events: Events, deals: Opportunities, rng: np.random.Generator) -> None:
    of = np.flatnonzero((deals.status == WON) & (deals.offering == 1))
    at = deals.closes[of] + rng.integers(1, 11, len(of)) * DAY + OPENS
    events.add("subscription_started", deals.account[of], at, value=deals.monthly[of] * 12, offering=1)


def _cancellations(events: Events, stays: Stays) -> None:
    of = np.flatnonzero((stays.stage >= ORDER) & (stays.outcome == LOST))
    events.add("subscription_cancelled", stays.account[of], stays.leaves[of], offering=0)
