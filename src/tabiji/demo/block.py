"""A block of accounts from firmographics to events: the unit in which the simulation streams.

A block depends on the seed and its own number only, so the same accounts come out however many blocks there are.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.process.customers import serve
from tabiji.demo.process.prospects import Prospects, StageStays, draw_prospects, live
from tabiji.demo.records.activity import add_activity
from tabiji.demo.records.contracts import Contracts, add_contracts, add_reviews, churn_dates, contracts_of
from tabiji.demo.records.entries import add_entries
from tabiji.demo.records.events import Events
from tabiji.demo.records.opportunities import Opportunities, draw_opportunities
from tabiji.demo.records.timeline import Scheduler, Timeline
from tabiji.demo.records.touches import add_first_appearances, add_treatments
from tabiji.demo.records.voices import Surveys, draw_surveys
from tabiji.demo.world.clock import Clock
from tabiji.demo.world.companies import Companies, draw_companies
from tabiji.demo.world.parameters import ORDER, World

BLOCK = 4000  # accounts; part of what a seed means


@dataclass(frozen=True, slots=True)
class Block:
    """Everything that happened to the accounts `first` … of one block."""

    companies: Companies
    prospects: Prospects
    timeline: Timeline
    opportunities: Opportunities
    surveys: Surveys
    events: dict[str, NDArray[np.generic]]


def exhibitions(clock: Clock) -> list[int]:
    """Weeks of the trade fairs: late in May and in October."""
    years = range(clock.start_on.year, clock.end_on.year + 1)
    days = [date(year, month, 20) for year in years for month in (5, 10)]
    return [clock.week_of(d) for d in days if clock.start_on + timedelta(days=7) < d <= clock.end_on]


def streams(seed: int, block: int) -> list[np.random.Generator]:
    """Independent generators of a block: companies, process, instants, entries, deals, activity, surveys."""
    return [np.random.default_rng(s) for s in np.random.SeedSequence([seed, block]).spawn(7)]


def draw_block(seed: int, block: int, n: int, clock: Clock, world: World) -> Block:
    """Simulate `n` accounts (all of the block, or its first ones where it is the last)."""
    by_company, by_process, by_instant, by_entry, by_deal, by_activity, by_survey = streams(seed, block)
    companies = draw_companies(block * BLOCK + 1, n, world, by_company)
    prospects = draw_prospects(companies.size, world, by_process)
    scheduler = Scheduler(clock, prospects, by_instant)
    contracts: list[Contracts] = []
    expos = exhibitions(clock)
    for stays in live(prospects, clock, world, expos, by_process):
        if stays.stage == ORDER:
            contracts.append(_serve(stays, scheduler, clock, world, by_process))
        else:
            scheduler.add(stays)
    timeline = scheduler.finish()
    events = Events()
    first_by_deal = add_entries(events, timeline, prospects.contact, expos, by_entry)
    add_treatments(events, timeline, world, by_entry)
    add_first_appearances(events, timeline)
    deals = draw_opportunities(timeline, first_by_deal, companies.employees, world, by_deal)
    for part in contracts:
        add_contracts(events, timeline, part, deals, world, by_deal)
    add_reviews(events, timeline, world, by_deal)
    add_activity(events, timeline, prospects.contact, prospects.size, by_activity)
    return Block(companies, prospects, timeline, deals, draw_surveys(timeline, by_survey), events.table(clock.end))


def _serve(stays: StageStays, scheduler: Scheduler, clock: Clock, world: World, rng: np.random.Generator) -> Contracts:
    customers = serve(stays, clock.n_weeks, world, rng)
    starts = scheduler.upcoming(stays.entrants.account)
    in_order, in_use = churn_dates(customers, starts)
    ordered = scheduler.add(customers.ordered, in_order)
    continued = scheduler.add(customers.continued, in_use)
    return contracts_of(customers, ordered, continued)
