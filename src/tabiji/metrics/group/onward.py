"""How much more often journeys go on from a stage when a role is there: a comparison at a landmark.

A journey that goes on quickly has had little time to meet anybody, and one that stays long has had much; comparing "role ever
seen in the stage" with "never seen" would mix that in (immortal-time bias). So everybody is looked at on one day: `landmark_days`
after first entering the stage (Anderson, Cain & Gelber, J. Clin. Oncol. 1, 1983, 710). Compared are journeys that are still in
the stage on that day, have not gone back from it either, and entered it at least the horizon before as-of; *with* = the role had shown up by then; outcome = going on
later, within the horizon of entering. Who shows up later counts as without, which tends to make differences smaller.
Time in the stage is the same for all; size and source are adjusted for by strata (`stratified`). Of a unit the first such journey
counts. It is an association: what else differs between the two is not adjusted for.
"""

from dataclasses import dataclass

import numpy as np

from tabiji.i18n import N_
from tabiji.index.jit import NEVER
from tabiji.index.layout import I4, I8
from tabiji.metrics.entries import Entries
from tabiji.metrics.intervals import wilson_share
from tabiji.metrics.scope import DAY
from tabiji.metrics.stays import first_stay
from tabiji.metrics.stratified import NOTHING, Compared, compared, false_discovery, newcombe
from tabiji.result import Share

LANDMARK_DAYS = 30.0
NO_COMMON_STRATUM = N_("nowhere are journeys with and without it alike in size and source")
LATE_LANDMARK = N_("the landmark lies beyond the horizon")
DIFFERENT = 0.05  # q up to which a difference is taken to be more than chance


@dataclass(frozen=True, slots=True)
class Onward:
    """Of a stage and a role (by number): shares that go on, with and without the role, and the adjusted comparison."""

    stage: int
    role: int
    with_role: Share
    without: Share
    crude: tuple[float, float, float] | None  # unadjusted difference, low, high
    adjusted: Compared
    q: float | None
    reason: str | None


def onward(found: Entries, first: I4, stratum: I8, horizon_days: int, landmark_days: float, min_n: int) -> list[Onward]:
    """Every stage but the last, every role. first: int32[j, R] · stratum: int64[j], 0…."""
    out: list[Onward] = []
    for k in range(len(found.reached_at) - 1):
        at, went = landmark(found, k, horizon_days, landmark_days)
        when = found.reached_at[k][at].astype(np.int64) + int(landmark_days * DAY)
        for r in range(first.shape[1]):
            out.append(_compare(k, r, first[at, r] <= when, went, stratum[at], min_n))
    if landmark_days >= horizon_days:
        return [Onward(o.stage, o.role, o.with_role, o.without, None, NOTHING, None, LATE_LANDMARK) for o in out]
    adjusted = false_discovery([o.adjusted.p for o in out])
    return [
        Onward(o.stage, o.role, o.with_role, o.without, o.crude, o.adjusted, q, o.reason)
        for o, q in zip(out, adjusted, strict=True)
    ]


def landmark(found: Entries, k: int, horizon_days: int, landmark_days: float) -> tuple[I8, np.ndarray]:
    """(places of the journeys compared in stage `k`: int64[n], whether each goes on in time: bool[n])."""
    here = found.reached_at[k].astype(np.int64)
    there = found.reached_at[k + 1].astype(np.int64)
    when = here + int(landmark_days * DAY)
    mature = (here != NEVER) & (found.as_of - here >= horizon_days * DAY)
    entered, left = first_stay(found, k)
    still = (entered == here) & (left > when)  # NEVER lies after everything
    places = np.flatnonzero(mature & still)
    _, firsts = np.unique(found.unit[places], return_index=True)
    places = places[firsts]
    went = (there[places] != NEVER) & (there[places] - here[places] <= horizon_days * DAY)
    return places, went


def _compare(
    k: int, r: int, present: np.ndarray, went: np.ndarray, stratum: I8, min_n: int
) -> Onward:  # fmt: skip
    n1, a = int(present.sum()), int((present & went).sum())
    n0, c = int((~present).sum()), int((~present & went).sum())
    shares = wilson_share(a, n1, min_n), wilson_share(c, n0, min_n)
    if shares[0].share is None or shares[1].share is None:
        return Onward(k, r, *shares, None, NOTHING, None, f"n<{max(min_n, 1)}")
    crude, adjusted = newcombe(a, n1, c, n0), compared(present, went, stratum)
    reason = NO_COMMON_STRATUM if adjusted.difference is None else None
    return Onward(k, r, *shares, crude, adjusted, None, reason)
