"""The way to the first order: attempt after attempt, stage after stage, for one block of accounts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.process.stay import (
    ADVANCED,
    LOST,
    NEVER,
    SILENT,
    Calendar,
    Entrants,
    Leaving,
    draw_leaving,
    draw_roles,
    draw_treatments,
    hazards,
    nobody,
)  # fmt: skip
from tabiji.demo.world.clock import Clock, Weeks, fiscal_year_end, trend
from tabiji.demo.world.parameters import (
    AWARE,
    CHAMPION,
    CONSIDER,
    EXHIBITION,
    INFLUENCER,
    INTEREST,
    LIST,
    ORDER,
    UNKNOWN,
    USER,
    World,
)  # fmt: skip

MAX_ATTEMPTS = 4
CONTACTS = (CHAMPION, INFLUENCER, USER)
CONTACT_SHARE = (0.62, 0.18, 0.20)


@dataclass(frozen=True, slots=True)
class Prospects:
    """What is fixed about the accounts of a block before anything happens."""

    size: NDArray[np.float32]  # standardised log employees
    source: NDArray[np.int8]
    contact: NDArray[np.int8]  # role of the first person that we learn of


@dataclass(frozen=True, slots=True)
class StageStays:
    """All stays of one stage in one attempt round."""

    stage: int
    entrants: Entrants
    treated: Weeks  # (n, treatments of the stage)
    joined: Weeks  # (n, roles) who is or would be there, this stage included
    leaving: Leaving


def calendar(clock: Clock, world: World) -> Calendar:
    """Calendar factors of the period."""
    lift = max(stay.fiscal_lift for stay in world.stays.values())
    growth = max(stay.growth for stay in world.stays.values())
    n = clock.n_weeks
    return Calendar(n, fiscal_year_end(clock, n, lift), trend(clock, n, growth))


def draw_prospects(size: NDArray[np.float32], world: World, rng: np.random.Generator) -> Prospects:
    """Lead source and first contact of each account."""
    n = len(size)
    source = rng.choice(len(world.source_share), n, p=world.source_share).astype(np.int8)
    contact = rng.choice(CONTACTS, n, p=CONTACT_SHARE).astype(np.int8)
    return Prospects(size, source, contact)


def live(
    prospects: Prospects, clock: Clock, world: World, expo_weeks: list[int], rng: np.random.Generator
) -> Iterator[StageStays]:
    """Every stay up to the order, attempts in order; the entrants of ORDER come out as stays of that stage."""
    factors = calendar(clock, world)
    starting = _beginnings(prospects, factors.n_weeks, world, expo_weeks, rng)
    for _ in range(MAX_ATTEMPTS):
        ended: list[Entrants] = []
        advanced: Entrants | None = None
        for stage in range(UNKNOWN, ORDER + 1):
            groups = [g for g in (advanced, starting.get(stage)) if g is not None]
            if not groups:
                continue
            stays = _stay(stage, Entrants.together(*groups), prospects, factors, world, rng)
            yield stays
            advanced = _onward(stays, factors.n_weeks, world, clock, rng)
            if stage < ORDER:
                ended.append(_revived(stays, factors.n_weeks, world, rng))
        again = Entrants.together(*ended)
        if not len(again.account):
            return
        starting = {AWARE: again}


def _beginnings(
    p: Prospects, n_weeks: int, world: World, expo_weeks: list[int], rng: np.random.Generator
) -> dict[int, Entrants]:
    n = len(p.size)
    listed = np.where(
        rng.random(n) < world.listed_at_start, 0, rng.integers(1, max(2, int(n_weeks * world.list_until)), n)
    )
    week = np.where(p.source == LIST, listed, rng.integers(1, n_weeks, n))
    if expo_weeks:
        week = np.where(p.source == EXHIBITION, rng.choice(expo_weeks, n), week)
    straight = rng.random(n) < np.array([0.0, 0.25, 0.0, 0.5])[p.source]
    stage = np.where(p.source == LIST, UNKNOWN, np.where(straight, INTEREST, AWARE))
    everyone = Entrants(
        np.arange(n, dtype=np.int32), np.zeros(n, np.int8), week.astype(np.int32), p.size, p.source, nobody(n),
        np.full(n, NEVER, np.int32),
    )  # fmt: skip
    return {s: everyone.take(np.flatnonzero(stage == s)) for s in (UNKNOWN, AWARE, INTEREST) if (stage == s).any()}


def _stay(
    stage: int, entrants: Entrants, p: Prospects, factors: Calendar, world: World, rng: np.random.Generator
) -> StageStays:
    if stage >= INTEREST:  # whoever asks for something is known by name
        rows, contact = np.arange(len(entrants.account)), p.contact[entrants.account]
        entrants.joined[rows, contact] = np.minimum(entrants.joined[rows, contact], entrants.week)
    stay = world.stays[stage]
    treated = draw_treatments(stay, entrants, rng)
    joined = draw_roles(stay, entrants, rng)
    weeks = max(1, factors.n_weeks - int(entrants.week.min(initial=factors.n_weeks)))
    rates = hazards(stay, entrants, treated, joined, factors, weeks)
    return StageStays(stage, entrants, treated, joined, draw_leaving(*rates, entrants, factors.n_weeks, rng))


def _onward(s: StageStays, n_weeks: int, world: World, clock: Clock, rng: np.random.Generator) -> Entrants:
    """Those who advanced, with who had joined by then; staff is transferred between the stages."""
    rows = np.flatnonzero(s.leaving.outcome == ADVANCED)
    week = s.leaving.week[rows]
    joined, gone = present_after(s, rows)
    if s.stage in (INTEREST, CONSIDER):
        soon = _next_transfer(clock, n_weeks)[np.minimum(week, n_weeks - 1)]
        leaves = (joined[:, CHAMPION] <= week) & (gone == NEVER) & (rng.random(len(rows)) < world.champion_leaves)
        gone = np.where(leaves, soon, gone)
    e = s.entrants.take(rows)
    return Entrants(e.account, e.attempt, week, e.size, e.source, joined, gone)


def _revived(s: StageStays, n_weeks: int, world: World, rng: np.random.Generator) -> Entrants:
    """Lost and silent accounts that come back as a new attempt."""
    pause = np.select([s.leaving.outcome == LOST, s.leaving.outcome == SILENT], world.revival_after_weeks, NEVER)
    week = s.leaving.week + pause + rng.geometric(world.revival, len(pause))
    rows = np.flatnonzero(week < n_weeks)
    joined, gone = present_after(s, rows)
    e = s.entrants.take(rows)
    return Entrants(
        e.account, (e.attempt + 1).astype(np.int8), week[rows].astype(np.int32), e.size, e.source, joined, gone
    )


def present_after(s: StageStays, rows: NDArray[np.intp]) -> tuple[Weeks, Weeks]:
    """`joined` and `champion_gone` as they stand when the stays of `rows` end."""
    joined = np.where(s.joined[rows] <= s.leaving.week[rows, None], s.joined[rows], NEVER)
    gone = s.entrants.champion_gone[rows]
    succeeded = (joined[:, CHAMPION] >= gone) & (joined[:, CHAMPION] < NEVER)
    return joined, np.where(succeeded, NEVER, gone).astype(np.int32)


def _next_transfer(clock: Clock, n_weeks: int) -> Weeks:
    """For each week the first later week that holds 1 April or 1 October, NEVER after the last one."""
    years = range(clock.start_on.year, clock.end_on.year + 1)
    weeks = sorted(clock.week_of(date(year, month, 1)) for year in years for month in (4, 10))
    inside = np.array([w for w in weeks if 0 < w < n_weeks] + [NEVER], np.int32)
    return inside[np.searchsorted(inside[:-1], np.arange(n_weeks), side="right")]
