"""One stage, lived through by many accounts at once: who leaves it in which week, and how.

Arrivals (touches with an effect, people who join) depend on what is fixed at entry only, so their weeks are drawn first;
the hazards of leaving are then known for every week, and leaving is drawn by inversion. The same hazards give the exact
probability of advancing, with arrivals as drawn or forced, which is where the truth of `counterfactual` comes from.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.world.clock import Weeks
from tabiji.demo.world.parameters import CHAMPION, ROLES, Arrival, Stay

NEVER = np.int32(1 << 20)
ADVANCED, LOST, SILENT, OPEN = range(4)
OUTCOMES = ("advanced", "lost", "silent", "open")

Rates = NDArray[np.float32]  # (entrants, weeks after entry)


@dataclass(frozen=True, slots=True)
class Entrants:
    """Accounts that enter a stage. One row each; weeks are those of the clock."""

    account: NDArray[np.int32]  # row in the block
    attempt: NDArray[np.int8]
    week: Weeks  # of entry
    size: NDArray[np.float32]  # standardised log employees
    source: NDArray[np.int8]
    joined: Weeks  # (n, roles): week since which somebody in the role is there, NEVER
    champion_gone: Weeks  # week from which the champion is gone, NEVER

    def take(self, rows: NDArray[np.intp]) -> "Entrants":
        """Some of them."""
        return Entrants(
            self.account[rows], self.attempt[rows], self.week[rows], self.size[rows], self.source[rows],
            self.joined[rows], self.champion_gone[rows],
        )  # fmt: skip

    @staticmethod
    def together(*parts: "Entrants") -> "Entrants":
        """All of several groups."""
        return Entrants(*(np.concatenate([getattr(p, name) for p in parts]) for name in Entrants.__slots__))


class Calendar(NamedTuple):
    """Factors per week of the clock on the hazard of advancing."""

    n_weeks: int
    fiscal: NDArray[np.float32]
    growth: NDArray[np.float32]


class Leaving(NamedTuple):
    """Outcome of a stay: the week it ends (`n_weeks` while open) and how."""

    week: Weeks
    outcome: NDArray[np.int8]


def draw_arrival(arrival: Arrival, size: NDArray[np.float32], rng: np.random.Generator) -> Weeks:
    """Weeks after entry (≥ 1) at which something first comes; NEVER where it does not."""
    left = rng.standard_exponential(len(size)) / (arrival.total * np.exp(arrival.size * size))
    comes = left < 1
    weeks = np.ceil(-arrival.weeks * np.log1p(-np.where(comes, left, 0.0)))
    return np.where(comes, np.maximum(weeks, 1), NEVER).astype(np.int32)


def draw_treatments(stay: Stay, entrants: Entrants, rng: np.random.Generator) -> Weeks:
    """(n, treatments): the clock week in which each treatment of the stage would come."""
    offsets = [draw_arrival(t.arrival, entrants.size, rng) for t in stay.treatments]
    return _columns(offsets, entrants)


def draw_roles(stay: Stay, entrants: Entrants, rng: np.random.Generator) -> Weeks:
    """(n, roles): as `joined`, with those who would join in this stage; a champion who has gone may be succeeded."""
    joined = entrants.joined.copy()
    for role, arrival in stay.roles.items():
        comes = np.minimum(draw_arrival(arrival, entrants.size, rng) + entrants.week, NEVER)
        absent = joined[:, role] > entrants.week
        if role == CHAMPION:
            absent |= entrants.champion_gone <= entrants.week
        joined[:, role] = np.where(absent, np.minimum(comes, NEVER), joined[:, role])
    return joined


def hazards(
    stay: Stay, entrants: Entrants, treated: Weeks, joined: Weeks, calendar: Calendar, weeks: int
) -> tuple[Rates, Rates, Rates]:
    """Hazards of advancing, being lost and falling silent in weeks 1 … `weeks` after entry; 0 after the clock's end."""
    after = np.arange(1, weeks + 1, dtype=np.int32)
    when = entrants.week[:, None] + after[None, :]
    inside = when < calendar.n_weeks
    advance = np.outer(np.exp(stay.advance.size * entrants.size), _baseline(stay.advance, weeks, stay.floor))
    advance *= np.array(stay.source_ratio)[entrants.source][:, None]
    advance = advance.astype(np.float32)
    if stay.fiscal_lift != 1 or stay.growth:
        bounded = np.minimum(when, calendar.n_weeks - 1)
        advance *= calendar.fiscal[bounded] if stay.fiscal_lift != 1 else calendar.growth[bounded]
    for column, treatment in enumerate(stay.treatments):
        if treatment.hazard_ratio != 1:
            advance[when >= treated[:, column, None]] *= np.float32(treatment.hazard_ratio)
    lost = np.broadcast_to(_baseline(stay.lost, weeks, stay.lost_floor), when.shape).astype(np.float32)
    for ratios, rate in ((stay.role_ratio, advance), (stay.lost_ratio, lost)):
        for role, ratio in ratios.items():
            there = when >= joined[:, role, None]
            if role == CHAMPION:
                succeeded = joined[:, CHAMPION] >= entrants.champion_gone
                there &= (when < entrants.champion_gone[:, None]) | succeeded[:, None]
            rate[there] *= np.float32(ratio)
    silent = np.full(when.shape, stay.silent, np.float32)
    for rate in (advance, lost, silent):
        rate *= inside
    return advance, lost, silent


def draw_leaving(
    advance: Rates, lost: Rates, silent: Rates, entrants: Entrants, n_weeks: int, rng: np.random.Generator
) -> Leaving:
    """When and how each stay ends, by inversion of the cumulative hazard."""
    total = advance + lost + silent
    threshold = rng.standard_exponential(len(total)).astype(np.float32)
    after = (np.cumsum(total, axis=1) < threshold[:, None]).sum(axis=1)
    left = after < total.shape[1]
    at = np.minimum(after, total.shape[1] - 1)
    rows = np.arange(len(total))
    point = rng.random(len(total)) * total[rows, at]
    by_advance, by_lost = advance[rows, at], advance[rows, at] + lost[rows, at]
    outcome = np.select([~left, point < by_advance, point < by_lost], [OPEN, ADVANCED, LOST], SILENT)
    week = np.where(left, entrants.week + after + 1, n_weeks)
    return Leaving(week.astype(np.int32), outcome.astype(np.int8))


def incidence(advance: Rates, lost: Rates, silent: Rates, days: int) -> NDArray[np.float64]:
    """Probability of having advanced `days` after entry, per entrant.

    Entry and advance fall on weekdays Monday to Friday alike, so that a week that the horizon cuts counts in part."""
    total = (advance + lost + silent).astype(np.float64)
    before = np.exp(-(np.cumsum(total, axis=1) - total))
    moved = before * -np.expm1(-total) * np.divide(advance, total, out=np.zeros_like(total), where=total > 0)
    gaps = np.subtract.outer(np.arange(5), np.arange(5)).ravel()  # day of advance − day of entry
    weights = [(7 * d + gaps <= days).mean() for d in range(1, total.shape[1] + 1)]
    return np.asarray(moved @ np.array(weights))


def nobody(n: int) -> Weeks:
    """`joined` of accounts where nobody is known yet."""
    return np.full((n, len(ROLES)), NEVER, np.int32)


def _columns(offsets: list[Weeks], entrants: Entrants) -> Weeks:
    if not offsets:
        return np.empty((len(entrants.week), 0), np.int32)
    when = np.stack(offsets, axis=1) + entrants.week[:, None]
    return np.asarray(np.minimum(when, NEVER), np.int32)


def _baseline(arrival: Arrival, weeks: int, floor: float) -> NDArray[np.float64]:
    edges = np.exp(-np.arange(weeks + 1) / arrival.weeks)
    return arrival.total * (edges[:-1] - edges[1:]) + floor
