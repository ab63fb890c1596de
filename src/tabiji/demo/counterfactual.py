"""The true share that advances, and what would become of it if everybody or nobody received a touch or had a role.

A fresh population of the same world is followed `horizon` days beyond the end, so that nobody is censored. For each
entrant the probability of advancing is exact given what is drawn for him (`process.stay.incidence`); only what is drawn
is averaged. Forcing one arrival and leaving all others as drawn is the causal contrast.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabiji.demo.block import BLOCK, exhibitions
from tabiji.demo.process.prospects import StageStays, calendar, draw_prospects, live
from tabiji.demo.process.stay import ADVANCED, NEVER, Calendar, hazards, incidence
from tabiji.demo.world.clock import Clock, Weeks
from tabiji.demo.world.parameters import CONSIDER, INITIATIVES, ORDER, ROLES, STAGES, UNKNOWN, World

POPULATION = 20_000
_STREAM = 1 << 32  # apart from the numbers of blocks


@dataclass(frozen=True, slots=True)
class Contrasts:
    """True shares by stage, by touch and by role; None where nobody entered. See `Truth` for the layout."""

    advance: dict[str, float | None]
    advance_reached: dict[str, float | None]
    interventions: dict[str, dict[str, Any]]
    roles: dict[str, dict[str, float | None]]


def contrasts(seed: int, clock: Clock, world: World, horizon_days: int, population: int = POPULATION) -> Contrasts:
    """Compute them from `population` fresh accounts."""
    weeks = horizon_days // 7 + 2
    longer = clock.longer(weeks)
    factors = calendar(longer, world)
    by_stage: dict[int, list[StageStays]] = {stage: [] for stage in range(UNKNOWN, ORDER + 1)}
    for block in range(-(-population // BLOCK)):
        rng = np.random.default_rng(np.random.SeedSequence([seed, _STREAM + block]))
        n = min(BLOCK, population - block * BLOCK)
        size = rng.standard_normal(n).clip(-2.4, 3.2).astype(np.float32)
        for stays in live(draw_prospects(size, world, rng), longer, world, exhibitions(clock), rng):
            by_stage[stays.stage].append(_until(stays, clock.n_weeks))

    def share(stage: int, column: int | None = None, role: int | None = None, forced: bool = False) -> float | None:
        return _share(by_stage[stage], world, factors, weeks, horizon_days, column, role, forced)

    interventions = {}
    for stage in range(UNKNOWN, ORDER + 1):
        for column, treatment in enumerate(world.stays[stage].treatments):
            everybody, nobody = share(stage, column=column, forced=True), share(stage, column=column)
            interventions[treatment.kind] = {
                "stage": STAGES[stage], "verdict": INITIATIVES.get(treatment.kind, ""),
                "hazard_ratio": treatment.hazard_ratio, "advance_if_everybody": everybody,
                "advance_if_nobody": nobody, "difference": None if everybody is None or nobody is None else everybody - nobody,
            }  # fmt: skip
    roles = {
        ROLES[r]: {"with": share(CONSIDER, role=r, forced=True), "without": share(CONSIDER, role=r)}
        for r in world.stays[CONSIDER].role_ratio
    }
    advance = {STAGES[s]: share(s) for s in by_stage}
    return Contrasts(advance, _with_skips(by_stage, advance, clock.n_weeks), interventions, roles)


def _with_skips(
    by_stage: dict[int, list[StageStays]], advance: dict[str, float | None], n_weeks: int
) -> dict[str, float | None]:
    """The share among all journeys that reached a stage: those that began further on have gone on at once."""
    entered = {s: sum(len(g.entrants.week) for g in groups) for s, groups in by_stage.items()}
    moved = {s: sum(_moved(g, n_weeks) for g in groups) for s, groups in by_stage.items()}
    begun = {s: entered[s] - moved.get(s - 1, 0) for s in entered}
    out: dict[str, float | None] = {}
    for s, n in entered.items():
        skipped = sum(begun[later] for later in begun if later > s)
        share = advance[STAGES[s]]
        out[STAGES[s]] = None if share is None else (n * share + skipped) / (n + skipped)
    return out


def _moved(group: StageStays, n_weeks: int) -> int:
    """Stays that ended by advancing while the period lasted."""
    return int(((group.leaving.outcome == ADVANCED) & (group.leaving.week < n_weeks)).sum())


def _share(
    groups: list[StageStays], world: World, factors: Calendar, weeks: int, days: int, column: int | None,
    role: int | None, forced: bool,
) -> float | None:  # fmt: skip
    parts: list[NDArray[np.float64]] = []
    for s in groups:
        e = s.entrants
        treated, joined, gone = s.treated, s.joined, e.champion_gone
        if column is not None:
            treated = _force(treated, column, e.week + 1, forced)
        if role is not None:
            joined = _force(joined, role, e.week, forced)
            gone = np.full_like(gone, NEVER)
        rates = hazards(world.stays[s.stage], replace(e, champion_gone=gone), treated, joined, factors, weeks)
        parts.append(incidence(*rates, days))
    found = np.concatenate([np.empty(0), *parts])
    return float(found.mean()) if len(found) else None


def _force(weeks: Weeks, column: int, first: Weeks, forced: bool) -> Weeks:
    out = weeks.copy()
    out[:, column] = first if forced else NEVER
    return out


def _until(stays: StageStays, n_weeks: int) -> StageStays:
    """Only those who entered before the period ended."""
    rows = np.flatnonzero(stays.entrants.week < n_weeks)
    leaving = type(stays.leaving)(stays.leaving.week[rows], stays.leaving.outcome[rows])
    return StageStays(stays.stage, stays.entrants.take(rows), stays.treated[rows], stays.joined[rows], leaving)
