"""From the order on: adoption, renewals and churn of one block's customers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.process.prospects import StageStays, present_after
from tabiji.demo.process.stay import ADVANCED, LOST, NEVER, OPEN, Entrants, Leaving, draw_roles, draw_treatments
from tabiji.demo.world.clock import Weeks
from tabiji.demo.world.parameters import CONTINUE, World

HALF_YEAR, YEAR = 26, 52  # weeks


@dataclass(frozen=True, slots=True)
class Customers:
    """Contracts of one group of orders; a row per order, as in `ordered.entrants`."""

    ordered: StageStays  # stays in ORDER, churn at a renewal included
    continued: StageStays  # stays in CONTINUE
    term_weeks: Weeks
    renewed: NDArray[np.int16]  # how many renewals were made
    churned_at_term: NDArray[np.int16]  # number of the renewal that was refused, 0 = none
    negative: NDArray[np.bool_]  # (n, terms) a negative ticket in the term


def serve(ordered: StageStays, n_weeks: int, world: World, rng: np.random.Generator) -> Customers:
    """Live through the contracts that begin with the stays `ordered`."""
    e, leaving = ordered.entrants, ordered.leaving
    n = len(e.week)
    adopted = np.where(leaving.outcome == ADVANCED, leaving.week, NEVER).astype(np.int32)
    cancelled = np.where(leaving.outcome == LOST, leaving.week, NEVER).astype(np.int32)
    rows = np.flatnonzero(leaving.outcome == ADVANCED)
    candidates = _adopters(ordered, rows)
    stay = world.stays[CONTINUE]
    treated, joined = draw_treatments(stay, candidates, rng), draw_roles(stay, candidates, rng)
    reviewed = np.full(n, NEVER, np.int32)
    reviewed[rows] = treated[:, [t.kind for t in stay.treatments].index("qbr_held")]
    term = np.where(rng.random(n) < world.half_year_terms, HALF_YEAR, YEAR).astype(np.int32)
    terms = max(1, n_weeks // HALF_YEAR + 1)
    negative = rng.random((n, terms)) < world.negative_ticket
    refused = _refusals(e, term, adopted, reviewed, negative, world, rng.random((n, terms)))
    due = e.week + refused * term
    churned_at_term = np.where((refused > 0) & (due < np.minimum(cancelled, n_weeks)), refused, 0).astype(np.int16)
    churn = np.where(churned_at_term > 0, due, cancelled).astype(np.int32)
    adopted = np.where(adopted < churn, adopted, NEVER).astype(np.int32)
    until = np.minimum(churn, n_weeks)
    renewed = np.maximum((until - 1 - e.week) // term, 0).astype(np.int16)
    stays = _order_stays(ordered, adopted, churn, n_weeks)
    keep = np.flatnonzero(adopted[rows] < NEVER)
    rows = rows[keep]
    ended = churn[rows] < n_weeks
    end = Leaving(until[rows].astype(np.int32), np.where(ended, LOST, OPEN).astype(np.int8))
    continued = StageStays(CONTINUE, candidates.take(keep), treated[keep], joined[keep], end)
    return Customers(stays, continued, term, renewed, churned_at_term, negative)


def _adopters(ordered: StageStays, rows: NDArray[np.intp]) -> Entrants:
    joined, gone = present_after(ordered, rows)
    e = ordered.entrants.take(rows)
    return Entrants(e.account, e.attempt, ordered.leaving.week[rows], e.size, e.source, joined, gone)


def _refusals(
    e: Entrants, term: Weeks, adopted: Weeks, reviewed: Weeks, negative: NDArray[np.bool_], world: World,
    chance: NDArray[np.float64],
) -> Weeks:  # fmt: skip
    """Number of the first renewal that each customer refuses, 0 where none of the drawn terms is."""
    number = np.arange(1, negative.shape[1] + 1)
    due = e.week[:, None] + number * term[:, None]
    hazard = world.churn * np.exp(world.churn_size * e.size)[:, None] * np.where(negative, world.churn_negative, 1.0)
    hazard = hazard * np.where(reviewed[:, None] < due, world.churn_qbr, 1.0)
    hazard = hazard * np.where(adopted[:, None] < due, 1.0, world.churn_unused)
    refuses = chance < -np.expm1(-hazard)
    return np.where(refuses.any(axis=1), refuses.argmax(axis=1) + 1, 0).astype(np.int32)


def _order_stays(ordered: StageStays, adopted: Weeks, churn: Weeks, n_weeks: int) -> StageStays:
    end = np.minimum(np.minimum(adopted, churn), n_weeks)
    outcome = np.where(adopted < NEVER, ADVANCED, np.where(churn < n_weeks, LOST, OPEN))
    leaving = Leaving(end.astype(np.int32), outcome.astype(np.int8))
    return StageStays(ordered.stage, ordered.entrants, ordered.treated, ordered.joined, leaving)
