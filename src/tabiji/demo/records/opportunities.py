"""Opportunities of the CRM: one per stay in consideration, and those for the second offering."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.process.stay import ADVANCED, LOST, SILENT
from tabiji.demo.records.timeline import LATER, Timeline
from tabiji.demo.world.clock import DAY, WEEK, Seconds, in_office_hours
from tabiji.demo.world.parameters import CONSIDER, CONTINUE, World
from tabiji.demo.world.words import OWNERS

OPENED, WON, LOST_DEAL = range(3)
REASONS = ("予算が取れない", "競合を採用", "時期尚早", "決裁が下りない", "担当者の異動")
_REASON_SHARE = (0.24, 0.27, 0.22, 0.19, 0.08)


@dataclass(frozen=True, slots=True)
class Opportunities:
    """One row per deal; `closes` is midnight of a day, LATER while open."""

    account: NDArray[np.int32]
    stay: NDArray[np.int32]  # of CONSIDER, −1 for a cross-sell
    offering: NDArray[np.int8]
    opens: Seconds
    closes: Seconds
    status: NDArray[np.int8]
    monthly: NDArray[np.float64]  # JPY a month
    reason: NDArray[np.int8]  # why lost, −1 otherwise
    owner: NDArray[np.int8]
    quiet: NDArray[np.bool_]  # the customer has fallen silent, the deal stands open


def monthly_fee(
    employees: NDArray[np.int64], offering: NDArray[np.int8], rng: np.random.Generator
) -> NDArray[np.float64]:
    """JPY a month: a base and a fee per employee that falls with size, in steps of 1,000."""
    per_head = np.where(offering == 0, 420.0, 250.0) * (1 + employees / 300.0) ** -0.25
    fee = (28_000 + per_head * employees) * rng.lognormal(0, 0.12, len(employees))
    return np.asarray(np.round(fee, -3))


def draw_opportunities(
    timeline: Timeline, by_deal: NDArray[np.bool_], employees: NDArray[np.int64], world: World, rng: np.random.Generator
) -> Opportunities:
    """All deals of a block, the first ones of each attempt before the cross-sales.

    `by_deal` marks the stays that begin with the deal; the other deals are opened in the days after."""
    first = _first_deals(timeline, by_deal, employees, rng)
    second = _cross_sales(timeline, employees, world, rng)
    return Opportunities(*(np.concatenate([getattr(first, f), getattr(second, f)]) for f in Opportunities.__slots__))


def _first_deals(
    timeline: Timeline, by_deal: NDArray[np.bool_], employees: NDArray[np.int64], rng: np.random.Generator
) -> Opportunities:
    stays = timeline.stays
    rows = stays.rows(CONSIDER)
    n, account, enters = len(rows), stays.account[rows], stays.enters[rows]
    monday = int(timeline.clock.week_start(np.zeros(1, np.int32))[0])
    week_ends = monday + ((enters - monday) // WEEK + 1) * WEEK
    later = enters + (rng.uniform(0.02, 0.9, n) * (week_ends - enters)).astype(np.int64)
    later = in_office_hours(later, enters, week_ends, rng)
    outcome = stays.outcome[rows]
    status = np.select([outcome == ADVANCED, outcome == LOST], [WON, LOST_DEAL], OPENED).astype(np.int8)
    offering = np.zeros(n, np.int8)
    return Opportunities(
        account, rows.astype(np.int32), offering, np.where(by_deal[rows], enters, later),
        np.where(status == OPENED, LATER, stays.leaves[rows]), status, monthly_fee(employees[account], offering, rng),
        _reasons(status, rng), _owners(account), outcome == SILENT,
    )  # fmt: skip


def _cross_sales(
    timeline: Timeline, employees: NDArray[np.int64], world: World, rng: np.random.Generator
) -> Opportunities:
    stays, came = timeline.stays, timeline.treatments
    column = [t.kind for t in world.stays[CONTINUE].treatments].index("cross_sell_opened")
    of = np.flatnonzero((stays.stage[came.stay] == CONTINUE) & (came.which == column))
    n, stay, opens = len(of), came.stay[of], came.at[of]
    account = stays.account[stay]
    closes = (opens + rng.integers(40, 130, n) * DAY) // DAY * DAY
    point = rng.random(n)
    won, lost = point < world.cross_sell_won, point < world.cross_sell_won + world.cross_sell_lost
    open_ = (closes >= stays.leaves[stay]) | ~lost
    status = np.select([open_, won], [OPENED, WON], LOST_DEAL).astype(np.int8)
    offering = np.ones(n, np.int8)
    return Opportunities(
        account, np.full(n, -1, np.int32), offering, opens, np.where(open_, LATER, closes), status,
        monthly_fee(employees[account], offering, rng), _reasons(status, rng), _owners(account), np.zeros(n, np.bool_),
    )  # fmt: skip


def _reasons(status: NDArray[np.int8], rng: np.random.Generator) -> NDArray[np.int8]:
    drawn = rng.choice(len(REASONS), len(status), p=_REASON_SHARE)
    return np.where(status == LOST_DEAL, drawn, -1).astype(np.int8)


def _owners(account: NDArray[np.int32]) -> NDArray[np.int8]:
    return (account % len(OWNERS)).astype(np.int8)
