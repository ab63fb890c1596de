"""What is at stake at every transition of some journeys: the total's, or one value of `--by`.

See `question` for the formula; everything is worked out from these journeys alone, the best segment and the mean deal included.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.index.layout import F8
from tabiji.journeymap.model import Stage
from tabiji.metrics.bottleneck.result import (
    AFTER_SUCCESS,
    BEST_SEGMENT,
    FEW_DEAL_VALUES,
    MIXED_CURRENCIES,
    NO_DEAL_VALUES,
    NO_REFERENCE,
    NO_SUCCESS_STAGE,
    UNKNOWN_ONWARD,
    Reference,
    Stake,
    StakeFigures,
    TransitionStake,
)
from tabiji.metrics.bottleneck.stakes import Attribute, Replicates, Sample, interval, replicates, sample_of, whole
from tabiji.metrics.deals import Amounts
from tabiji.metrics.entries import Entries
from tabiji.metrics.funnel.result import Transition
from tabiji.metrics.scope import DAY
from tabiji.metrics.transitions import advance
from tabiji.result import Notice, Share

YEAR = 365 * DAY
LEAST_SEGMENT = 50  # journeys that a segment needs to be the one to hold others against


class Step(NamedTuple):
    """A transition: journeys that entered, the censoring-aware share that goes on, the share lost or silent by then."""

    n: int
    share: Share
    gone: float | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is the same for the total and for every value of `--by`. line: the main line · end: place of the success stage, up to
    which something is at stake · segments: called where a stage has no target_share."""

    line: Sequence[Stage]
    end: int
    horizon_days: int
    min_n: int
    segments: Callable[[], Sequence[Attribute]]


def figures_of(
    label: str | None, kept: Entries, worth: Amounts | None, terms: Terms, steps: Sequence[Step], executor: Executor
) -> StakeFigures:
    """The figures of some journeys. worth: of each of them, None where the map has no success stage."""
    value, paid_in, notices = np.full(len(kept), np.nan), None, [Notice("no_success", NO_SUCCESS_STAGE)]
    if worth is not None:
        value, paid_in, notices = _money(worth, terms.min_n)
    told, more = _stakes(kept, terms, steps, value, paid_in, executor)
    return StakeFigures(
        value=label,
        n=len(kept),
        transitions=ranked(told),
        mean_deal=None if paid_in is None else float(value[~np.isnan(value)].mean()),
        n_valued=int(np.count_nonzero(~np.isnan(value))),
        currency=paid_in,
        notices=(*notices, *more) if len(kept) else (),
    )


def steps_of(
    kept: Entries, n: int, horizon_days: int, min_n: int, transitions: Sequence[Transition] | None, executor: Executor
) -> list[Step]:
    """The first `n` transitions of some journeys; `transitions`: the funnel's, where they are known."""
    if transitions is not None:
        return [Step(t.n_from, t.censoring_aware, t.gone_share) for t in transitions]
    advances = executor.map(lambda k: advance(kept, k, horizon_days, min_n, with_incidence=True), range(n))
    return [Step(a.n, a.aware, a.gone) for a in advances]


def _money(worth: Amounts, min_n: int) -> tuple[F8, str | None, list[Notice]]:
    """The values of won deals, their currency (None where they cannot be used), and why not."""
    valued = ~np.isnan(worth.value)
    named = sorted({worth.names[c] for c in np.unique(worth.currency[valued])})
    n, least = int(valued.sum()), max(min_n, 1)
    if n == 0:
        return worth.value, None, [Notice("no_values", NO_DEAL_VALUES)]
    if len(named) > 1:
        return worth.value, None, [Notice("mixed_currencies", MIXED_CURRENCIES, {"currencies": ", ".join(named)})]
    if n < least:
        return worth.value, None, [Notice("few_values", FEW_DEAL_VALUES, {"n": n, "least": least})]
    return worth.value, named[0], []


def _stakes(
    kept: Entries, terms: Terms, steps: Sequence[Step], value: F8, paid_in: str | None, executor: Executor
) -> tuple[list[TransitionStake], list[Notice]]:
    """Every transition with what is at stake at it."""
    line, end = terms.line, terms.end
    target = np.array([np.nan if s.target_share is None else s.target_share for s in line[:end]], np.float64)
    wanted = np.isnan(target)
    attributes = terms.segments() if wanted.any() and len(kept) else ()
    sample, named = sample_of(kept, end, wanted, attributes, kept.as_of - YEAR, value)
    horizon, notices = terms.horizon_days * DAY, []
    points = whole(sample, horizon, LEAST_SEGMENT)
    spread = _spread(sample, horizon, points, target, executor) if len(kept) else {}
    if wanted.any() and named:
        n = len({(attribute, label) for _, attribute, label, _ in named})
        notices.append(Notice("best_segment", BEST_SEGMENT, {"n": n}))
    out = []
    for k, (here, there) in enumerate(pairwise(line)):
        n = int(np.count_nonzero((kept.reached_at[k] > kept.as_of - YEAR) & (kept.reached_at[k] <= kept.as_of)))
        told = TransitionStake(here.id, there.id, n, steps[k].share, from_name=here.name, to_name=there.name)
        if k >= end:
            out.append(replace(told, reason=AFTER_SUCCESS))
            continue
        reference = _reference(k, target, points, named, spread.get("best"))
        lacking = steps[k].share.reason or (NO_REFERENCE if reference is None else None)
        onward = float(np.prod(points.share[-1, k + 1 :]))
        if lacking is None and np.isnan(onward):
            lacking = UNKNOWN_ONWARD
        told = replace(told, reference=reference, onward=None if np.isnan(onward) else onward, reason=lacking)
        if lacking is None:
            journeys = _stake(spread["journeys"], k, None)
            at_stake = journeys if paid_in is None else _stake(spread["money"], k, paid_in)
            lacking = None if at_stake is not None else UNKNOWN_ONWARD
            told = replace(told, at_stake=at_stake, journeys=journeys, reason=lacking)
        out.append(told)
    return out, notices


def _signed(rows: Replicates, target: F8) -> dict[str, F8]:
    """What is at stake in each replicate, not yet cut at 0: float64[R + 1, K] in journeys and in money; and the best shares."""
    reference = np.where(np.isnan(target), rows.best, target)
    after = np.concatenate([rows.share[:, 1:], np.ones((len(rows.share), 1))], axis=1)
    onward = np.cumprod(after[:, ::-1], axis=1)[:, ::-1]
    journeys = rows.entries * (reference - rows.share) * onward
    return {"journeys": journeys, "money": journeys * rows.mean[:, None], "best": rows.best}


def _spread(
    sample: Sample, horizon: int, points: Replicates, target: F8, executor: Executor
) -> dict[str, tuple[F8, F8]]:  # fmt: skip
    """Of each figure: its replicates float64[R, K], and the figure itself float64[K]."""
    centre = {name: rows[-1] for name, rows in _signed(points, target).items()}
    sets: dict[str, list[F8]] = {name: [] for name in centre}
    for rows, scale in replicates(sample, horizon, LEAST_SEGMENT, executor):
        for name, found in _signed(rows, target).items():
            sets[name].append(found[:-1] if scale == 1 else centre[name] + (found[:-1] - found[-1]) * scale)
    return {name: (np.concatenate(parts), centre[name]) for name, parts in sets.items()}


def _stake(spread: tuple[F8, F8], k: int, currency: str | None) -> Stake | None:
    values, centre = spread[0][:, k], float(spread[1][k])
    found = interval(values, centre)
    return None if found is None else Stake(max(0.0, centre), max(0.0, found[0]), max(0.0, found[1]), currency)


def _reference(
    k: int, target: F8, points: Replicates, named: Sequence[tuple[int, str, str, int]], best: tuple[F8, F8] | None
) -> Reference | None:
    if not np.isnan(target[k]):
        return Reference(float(target[k]), "target")
    which = int(points.which[-1, k])
    if which < 0 or best is None:
        return None
    _, attribute, value, n = named[which]
    found = interval(best[0][:, k], float(best[1][k]))
    low, high = (None, None) if found is None else (max(0.0, found[0]), min(1.0, found[1]))
    return Reference(float(points.best[-1, k]), "segment", attribute, value, n, low, high)


def ranked(told: Sequence[TransitionStake]) -> tuple[TransitionStake, ...]:
    """The transitions in their order, each with its rank: by the lower bound, then the figure, the upper bound, the order."""
    known = [(t.at_stake, x) for x, t in enumerate(told) if t.at_stake is not None]
    places = [x for _, x in sorted(known, key=lambda s: (-s[0].low, -s[0].value, -s[0].high, s[1]))]
    rank = {x: r for r, x in enumerate(places, 1)}
    return tuple(replace(t, rank=rank.get(x)) for x, t in enumerate(told))
