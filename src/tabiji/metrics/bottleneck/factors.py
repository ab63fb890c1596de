"""Factors: what separates the journeys that went on from a stage from those that stalled there.

Of every factor (touchpoint, role, channel, content) it is asked whether journeys go on at another pace once it was there,
among journeys alike in size, in where they came from, and in the time they had already spent in the stage: a discrete-time
logistic hazard by weeks, the presence of the factor changing with time. A factor is there from the week after it happened,
never before, so that who stays longer does not look as if staying had been good for it. One regression per factor; errors
robust within units (Liang & Zeger 1986; G ÷ (G − 1)); Benjamini & Hochberg over all that were tested. What separates need not
be the cause: whoever was going to go on may have asked for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.index.layout import F8, I4, U1, U2, Index
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.bootstrap import ADVANCED
from tabiji.metrics.bottleneck.candidates import candidates, coded
from tabiji.metrics.bottleneck.factor_result import ALL_WENT, FEW_WENT, LEAST_WENT, Factor, Factors
from tabiji.metrics.bottleneck.hazard import corrected, fit, two_sided
from tabiji.metrics.bottleneck.presence import NEVER_THERE, NO_ORIGIN, WEEK, Stays, Wanted, lookup, since_when
from tabiji.metrics.bottleneck.stakes import Attribute
from tabiji.metrics.bottleneck.weeks import BANDS, Cells, Weeks, cells_of, squared_scores
from tabiji.metrics.entries import Entries
from tabiji.metrics.intervals import z_value
from tabiji.metrics.means import ONE_UNIT
from tabiji.metrics.scope import Scope
from tabiji.metrics.stays import stays_in
from tabiji.metrics.survival import CAUSE_MASK, CENSORED

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

MOST_LEVELS = 7  # of an attribute, the largest; the others are one level together
FIRST_CHANNEL = "first_channel"
TIME_SPENT = "weeks_in_stage"


@dataclass(frozen=True, slots=True)
class Traits:
    """What journeys are made alike in. source: None = the channel of the journey's first touch."""

    size: Attribute | None
    source: Attribute | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The stays of a transition with what was there in them: stays, weeks, whether they went on (see `weeks`), since: uint16[s, F] of
    the factors `wanted`, alike: columns of codes (int32[s]), named by `adjusted_for`."""

    from_: Stage
    to: Stage
    stays: Stays
    n: I4
    went: U1
    since: U2
    wanted: Sequence[Wanted]
    alike: Sequence[I4]
    adjusted_for: tuple[str, ...]
    least: int
    executor: Executor

    def factors(self, mine: npt.NDArray[np.intp] | None = None) -> Factors:
        """The factors among the stays at some places (None: all), as if these had been asked about alone."""
        at = np.arange(len(self.n)) if mine is None else mine
        since, n, went = self.since[at], self.n[at], self.went[at]
        alone = _told_apart(since)
        since, wanted = np.ascontiguousarray(since[:, alone]), [self.wanted[f] for f in alone]
        code, levels = _combined([_levels(column[at]) for column in self.alike])
        weeks = Weeks(self.stays.unit[at], n, went, code, since, len(levels))
        cells = cells_of(weeks, self.executor)
        n_units = int(np.count_nonzero(np.diff(weeks.owner, prepend=-1)))
        items = [_counted(f, w, cells, len(n), n_units, self.least) for f, w in enumerate(wanted)]
        items = _tested(items, weeks, cells, levels, self.executor)
        return Factors(
            from_=self.from_.id, to=self.to.id, n=len(n), went=int(went.sum()), adjusted_for=self.adjusted_for,
            items=tuple(sorted(items, key=_order)), from_name=self.from_.name, to_name=self.to.name,
        )  # fmt: skip


def gather(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    scope: Scope,
    kept: Entries,
    k: int,
    traits: Traits,
    executor: Executor,
) -> Gathered:
    """What was there in the stays of the transition from stage `k` of the main line, among the journeys `kept` (with their moves)."""
    stays, n, went = _stays(kept, k)
    wanted = candidates(index, journey_map, rules)
    known = scope.known
    tables = lookup(wanted, rules.member, index.role_sets)
    since, origin = since_when(index, stays, tables, len(wanted), known, executor)
    columns = [] if traits.size is None else [traits.size.codes[stays.unit]]
    columns.append(_channels(index, origin) if traits.source is None else traits.source.codes[stays.unit])
    alike = [] if traits.size is None else [traits.size.name]
    source = FIRST_CHANNEL if traits.source is None else traits.source.name
    here, there = journey_map.main_line[k], journey_map.main_line[k + 1]
    return Gathered(
        here, there, stays, n, went, since, wanted, columns, (*alike, source, TIME_SPENT), max(scope.min_n, 1), executor
    )


def _stays(kept: Entries, k: int) -> tuple[Stays, I4, U1]:
    """The stays in stage `k` that were at risk for a week or more: themselves, their weeks, and whether they went on.

    A week that an open stay has not finished is left out; the last week of an ended one counts whole. Where journeys go back, each
    stay is one of its own: weeks elsewhere are not weeks here, and going back ends a stay without going on."""
    there = stays_in(kept, k)
    lasted, cause = there.duration, there.packed & CAUSE_MASK
    n = np.where(cause == CENSORED, lasted // WEEK, -(-lasted // WEEK))
    inside = np.flatnonzero(n > 0)
    mine, here = there.journey[inside], there.entered[inside]
    stays = Stays(kept.unit[mine], kept.start[mine], here, (here + lasted[inside]).astype(np.int32))
    return stays, n[inside].astype(np.int32), (cause[inside] == ADVANCED).astype(np.uint8)


def _told_apart(since: U2) -> list[int]:
    """Places of the factors that were there at all, and not in the very same weeks as one before them."""
    seen = {np.full(len(since), NEVER_THERE, np.uint16).tobytes()}
    out = []
    for f, column in enumerate(np.ascontiguousarray(since.T)):
        key = column.tobytes()
        if key not in seen:
            seen.add(key)
            out.append(f)
    return out


def _channels(index: Index, origin: I4) -> I4:
    codes, _ = coded(index.kinds.channel)
    return np.where(origin == NO_ORIGIN, -1, np.concatenate([codes, [-1]])[origin]).astype(np.int32)


def _levels(codes: I4) -> I4:
    """Codes as levels 0…, the largest first; the smallest beyond `MOST_LEVELS` together, the unknown (−1) like any other."""
    values, place, size = np.unique(codes, return_inverse=True, return_counts=True)
    rank = np.empty(len(values), np.int32)
    rank[np.argsort(-size, kind="stable")] = np.arange(len(values), dtype=np.int32)
    return np.minimum(rank, MOST_LEVELS - 1)[place].astype(np.int32)


def _combined(columns: Sequence[I4]) -> tuple[I4, I4]:
    """One code for the levels of all columns together (int32[s]), and the levels of each code (int32[codes, columns])."""
    levels, code = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    return code.reshape(-1).astype(np.int32), levels.astype(np.int32)


def _design(levels: I4) -> F8:
    """float64[2 × codes × bands, p] in the order of the cells: intercept, levels, bands (the first of each is the measure), and
    last whether the factor was there."""
    n_codes, n_bands = len(levels), len(BANDS)
    there, code, band = (a.ravel() for a in np.meshgrid(range(2), range(n_codes), range(n_bands), indexing="ij"))
    columns = [np.ones(len(there))]
    for column in levels.T:
        columns += [column[code] == x for x in range(1, int(column.max(initial=0)) + 1)]
    columns += [band == x for x in range(1, n_bands)]
    return np.stack([*columns, there == 1], axis=1).astype(np.float64)


def _counted(f: int, w: Wanted, cells: Cells, n: int, n_units: int, least: int) -> Factor:
    """A factor with its counts, and why it is refused."""
    went, weeks = cells.went[f].sum(axis=(1, 2)), cells.weeks[f].sum(axis=(1, 2))
    n_with = int(cells.n_with[f])
    few = min(n_with, n - n_with) < least
    # Errors are taken between units: the many stays of one that goes back again and again tell nothing of others.
    # Where all weeks of one kind ended by going on, the odds are infinite, and whatever a fit stops at is no figure.
    refused = (
        (few, f"n<{least}"),
        (n_units == 1, ONE_UNIT),
        (went.min() < LEAST_WENT, FEW_WENT),
        ((went == weeks).any(), ALL_WENT),
    )
    reason = next((why for holds, why in refused if holds), None)
    return Factor(
        w.kind, w.key, n_with, n - n_with, int(went[1]), int(went[0]), int(weeks[1]), int(weeks[0]),
        reason=reason, name=w.name,
    )  # fmt: skip


def _tested(items: Sequence[Factor], weeks: Weeks, cells: Cells, levels: I4, executor: Executor) -> list[Factor]:
    """The factors that are not refused, with their ratios."""
    at = [f for f, item in enumerate(items) if item.reason is None]
    out = list(items)
    if not at:
        return out
    x, shape = _design(levels), (len(at), 2, len(levels), len(BANDS))
    trials, events = (c[at].reshape(len(at), -1).astype(np.float64) for c in (cells.weeks, cells.went))
    used: npt.NDArray[np.bool_] = np.any(trials > 0, axis=0)
    x = x[:, [c for c in range(x.shape[1]) if x[used, c].any()]]
    found = fit(x[used], trials[:, used], events[:, used])
    mu, pull = np.zeros((len(at), len(used))), np.zeros((len(at), len(used)))
    mu[:, used] = found.mu
    pull[:, used] = found.inverse[:, -1, :] @ x[used].T
    tested = replace(weeks, since=np.ascontiguousarray(weeks.since[:, at]))
    n_units = int(np.count_nonzero(np.diff(weeks.owner, prepend=-1)))
    squares = squared_scores(tested, mu.reshape(shape), pull.reshape(shape), executor)
    error = [sqrt(s * n_units / (n_units - 1)) for s in squares.tolist()]
    p = np.array([two_sided(b / e) for b, e in zip(found.beta[:, -1].tolist(), error, strict=True)])
    z = z_value()
    for f, b, e, one, q in zip(at, found.beta[:, -1].tolist(), error, p.tolist(), corrected(p).tolist(), strict=True):
        out[f] = replace(items[f], odds_ratio=exp(b), low=exp(b - z * e), high=exp(b + z * e), p=one, q=q)
    return out


def _order(f: Factor) -> tuple[int, float, str, str]:
    """Those that separate, the surest first; then the tested by q; then the refused."""
    if f.odds_ratio is None or f.low is None or f.high is None:
        return 3, -float(f.n_with), f.kind, f.key
    if f.separates:
        return (0, -f.low, f.kind, f.key) if f.forward else (1, f.high, f.kind, f.key)
    return 2, f.q or 0.0, f.kind, f.key
