"""Coverage of roles by stage, completeness of groups by its two published definitions, and who comes when."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tabiji.i18n import N_
from tabiji.index.jit import NEVER
from tabiji.index.layout import F8, I4, I8, U1
from tabiji.metrics.bootstrap import resampled
from tabiji.metrics.entries import Entries
from tabiji.metrics.group.figures import Appearance, Completeness, Coverage, Handover, RoleOrder
from tabiji.metrics.group.needs import Needs
from tabiji.metrics.group.presence import Presence
from tabiji.metrics.intervals import refused, wilson, wilson_share
from tabiji.metrics.means import Mean, mean_of
from tabiji.metrics.ordering import ascending, order_of
from tabiji.metrics.roles import NO_ROLE_KNOWN
from tabiji.metrics.scope import DAY, in_days
from tabiji.metrics.survival import CAUSE_BITS, CAUSE_MASK, exits_of
from tabiji.metrics.transitions import aware_share, repeated
from tabiji.result import Share

NO_ROLE_REQUIRED = N_("the map requires no role here")
NOT_REACHED = N_("not reached")
MOST_SEQUENCES = 5


def coverage(
    found: Entries, present: Presence, needed: Needs, stages: tuple[str, ...], min_n: int
) -> tuple[Coverage, ...]:
    """Per stage and role: of the journeys that reached the stage, the shares in which the role had shown up before they went on
    from it, and was active in it. Undefined where no role is known for anybody."""
    out = []
    for k, stage in enumerate(stages):
        there = found.reached_at[k] != NEVER
        unit = found.unit[there]
        by_end = _known(needed, shares(present.people[there, k] != 0, unit, min_n))
        during = _known(needed, shares(present.active[there, k] != 0, unit, min_n))
        for r, role in enumerate(needed.roles):
            planned, required = bool(needed.planned[k, r]), int(needed.required[k, r])
            out.append(Coverage(stage, role, planned, required, by_end[r], during[r]))
    return tuple(out)


def _known(needed: Needs, told: list[Share]) -> list[Share]:
    """Shares of those who have a role; undefined where no role is known for anybody."""
    return told if needed.known else [Share(None, None, None, s.n, NO_ROLE_KNOWN) for s in told]


def shares(hits: npt.NDArray[np.bool_], unit: I8, min_n: int) -> list[Share]:
    """The share of `hits` (bool[n, R]) in each column; units ascend. Where a unit has several, the interval is that of
    `means.share_of`: Wilson's at the effective size."""
    n, n_hits = len(hits), np.count_nonzero(hits, axis=0).tolist()
    if n < max(min_n, 1) or not repeated(unit):
        return [wilson_share(hit, n, min_n) for hit in n_hits]
    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    count, g = np.diff(np.append(starts, n)), len(starts)
    p = np.array(n_hits) / n
    again = np.repeat(count > 1, count)
    rows, owner = hits[again], count[count > 1]
    alone, alone_hits = n - len(rows), np.array(n_hits) - np.count_nonzero(rows, axis=0)
    firsts = np.cumsum(owner) - owner
    residual = np.add.reduceat(rows, firsts, axis=0, dtype=np.float64) - owner[:, None] * p
    squares = (residual**2).sum(0) + alone_hits * (1 - p) ** 2 + (alone - alone_hits) * p**2
    variance = g / max(g - 1, 1) * squares / n**2
    out = []
    for hit, spread in zip(n_hits, variance.tolist(), strict=True):
        share, effective = hit / n, float(g)
        if 0 < hit < n and g > 1:
            effective = min(float(n), share * (1 - share) / spread) if spread > 0 else float(n)
        low, high = wilson(share * effective, effective)
        out.append(Share(share, 0.0 if hit == 0 else low, 1.0 if hit == n else high, n))
    return out


def completeness(
    found: Entries, present: Presence, needed: Needs, stages: tuple[str, ...], min_n: int
) -> tuple[Completeness, ...]:
    """In total (by the end of the journey, or as-of), then by the end of each stage. Undefined where no role is required, or none
    is known for anybody."""
    everybody = np.ones(len(found), bool)
    rows: list[tuple[str | None, npt.NDArray[np.bool_], int, I4]] = [
        (None, everybody, len(stages) - 1, needed.required[-1])
    ]
    rows += [(s, found.reached_at[k] != NEVER, k, needed.required[k]) for k, s in enumerate(stages)]
    return tuple(
        _completeness(stage, present.people[there, k], required, found.unit[there], min_n, needed.known)
        for stage, there, k, required in rows
    )


def _completeness(stage: str | None, people: U1, required: I4, unit: I8, min_n: int, known: bool) -> Completeness:
    if not required.any() or not known:
        nothing = Share(None, None, None, len(people), NO_ROLE_KNOWN if required.any() else NO_ROLE_REQUIRED)
        return Completeness(stage, nothing, nothing)
    adobe, salesforce = complete(people, required)
    return Completeness(stage, *(_share(mean_of(x, unit, min_n, (0.0, 1.0))) for x in (adobe, salesforce)))


def complete(people: U1, required: I4) -> tuple[F8, F8]:
    """Per group (float64[j] each): mean over the required roles of min(1, assigned ÷ required), and the share of required roles
    that are filled (people: [j, R] assigned · required: int32[R], 0 = not required)."""
    wanted = required > 0
    ratio = people[:, wanted] / required[wanted]
    return np.minimum(ratio, 1.0).mean(1), (ratio >= 1).mean(1)


def _share(mean: Mean) -> Share:
    return Share(mean.mean, mean.low, mean.high, mean.n, mean.reason)


def appearances(found: Entries, present: Presence, needed: Needs, min_n: int) -> tuple[Appearance, ...]:
    """When roles show up: of all journeys the share in which they do; of those days and place in the order, and share first."""
    first, there = present.first, present.first != NEVER
    place = places(first)
    any_role = there.any(1)
    out = []
    all_shown = _known(needed, shares(there, found.unit, min_n))
    begun = first[any_role]
    all_first = shares(begun == begun.min(1, initial=NEVER, keepdims=True), found.unit[any_role], min_n)
    for r, role in enumerate(needed.roles):
        mine = there[:, r]
        n, shown, share_first = int(mine.sum()), all_shown[r], all_first[r]
        if n < max(min_n, 1):
            out.append(Appearance(role, n, shown, share_first, None, None, (None, None, None), f"n<{max(min_n, 1)}"))
            continue
        days = (first[mine, r].astype(np.int64) - found.start[mine]) / DAY
        q = np.quantile(days, [0.25, 0.5, 0.75])
        position = float(np.median(place[mine, r]))
        out.append(
            Appearance(role, n, shown, share_first, position, float(q[1]), (float(q[0]), float(q[1]), float(q[2])))
        )
    return tuple(out)


def places(first: I4) -> F8:
    """Place of each role in the order of its journey, from 1 (float64[j, R]; those at one instant share the mean place; NaN where
    the role did not show up). first: int32[j, R]."""
    out = np.full(first.shape, np.nan)
    for r in range(first.shape[1]):
        mine = first[:, r] != NEVER
        own = first[mine, r, None]
        others = first[mine]
        out[mine, r] = 1 + (others < own).sum(1) + ((others == own).sum(1) - 1) / 2
    return out


def sequences(present: Presence, needed: Needs, min_n: int) -> tuple[RoleOrder, ...]:
    """The most frequent orders in which roles showed up, of the journeys in which any did."""
    first = present.first[(present.first != NEVER).any(1)]
    order = np.argsort(first, axis=1, kind="stable")
    told = np.where(np.take_along_axis(first, order, 1) != NEVER, order + 1, 0).astype(np.uint8)
    if not len(told):
        return ()
    base = first.shape[1] + 1
    most = min(first.shape[1], int(63 / np.log2(base + 1)))  # places that fit into one number
    code = told[:, :most].astype(np.int64) @ base ** np.arange(most)
    _, example, n = np.unique(code, return_index=True, return_counts=True)
    found = told[example, :most]
    largest = np.lexsort((np.arange(len(n)), -n))[:MOST_SEQUENCES]
    return tuple(
        RoleOrder(
            tuple(needed.roles[r - 1] for r in found[x] if r), wilson_share(int(n[x]), len(told), min_n), int(n[x])
        )
        for x in largest.tolist()
    )


def handover(found: Entries, present: Presence, needed: Needs, horizon_days: int, min_n: int) -> Handover | None:
    """From the first appearance of who starts to that of who decides: Kaplan–Meier; journeys that end first are censored at
    their end. None where the map has no such pair."""
    a, b = needed.starter, needed.decider
    if a is None or b is None or a == b:
        return None
    since, until = present.first[:, a].astype(np.int64), present.first[:, b].astype(np.int64)
    begun = since != NEVER
    already = begun & (until <= since)
    waits = begun & ~already
    came = waits & (until != NEVER)
    ends = np.where(came, until, np.minimum(found.ended, found.as_of))
    cause = np.where(came, 1, np.where(found.ended != NEVER, 2, 0))
    packed = ((ends - since) << CAUSE_BITS | cause)[waits]
    order = order_of(packed)
    n, least = int(waits.sum()), max(min_n, 1)
    told = Handover(
        needed.roles[a], needed.roles[b], n, int(came.sum()), int(already.sum()), refused(n, min_n, horizon_days)
    )
    if n < least:
        return replace(told, reason=f"n<{least}")
    # How many meet the second within the horizon: losing the journey or its falling silent first compete.
    within = aware_share(exits_of(packed[order]), n, horizon_days, min_n)
    # As if the lost and the dormant were still to come: only the role's coming is an end.
    alone = ascending((packed >> CAUSE_BITS) << CAUSE_BITS | (packed & CAUSE_MASK == 1))
    curve = exits_of(alone)
    quartiles = [curve.quantile(q) for q in (0.25, 0.5, 0.75)]
    low, high = quartiles[1].low, quartiles[1].high
    unit = found.unit[waits]
    if repeated(unit) and quartiles[1].at is not None:
        low, high = _over_units(packed, unit)
    return replace(
        told, median_days=in_days(quartiles[1].at), low_days=in_days(low), high_days=in_days(high),
        quartiles_days=(in_days(quartiles[0].at), in_days(quartiles[1].at), in_days(quartiles[2].at)),
        within=within, reason=None if quartiles[1].at is not None else NOT_REACHED,
    )  # fmt: skip


def _over_units(packed: I8, unit: I8) -> tuple[int | None, int | None]:
    """Interval of the median from resampled units (units ascend)."""
    alone = (packed >> CAUSE_BITS) << CAUSE_BITS | (packed & CAUSE_MASK == 1)
    owner = np.cumsum(np.diff(unit, prepend=unit[0]) != 0)
    order = order_of(alone)
    again = resampled(
        alone[order], owner[order].astype(np.int32), np.zeros(len(alone), np.uint8), int(owner[-1]) + 1, 0
    )
    if again.median is None:
        return None, None
    low, high = (int(x) if np.isfinite(x) else None for x in again.median)
    return low, high
