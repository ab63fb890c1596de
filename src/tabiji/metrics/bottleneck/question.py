"""Bottleneck: what each transition costs a year, because fewer go on than could.

Value at stake of k → k+1 = max(0, N_k × (p_ref − p_k) × Π p_j (j after k, up to the success stage)) × mean value of won
deals. N_k: entries to k in the last 365 days; p: censoring-aware share that goes on within the horizon; p_ref: the stage's
`target_share`, else the share of the best segment with at least 50 journeys. Without usable values: in journeys. The interval
comes from resampled units (`stakes`); transitions are ranked by its lower bound. Assumes that those who would go on in addition
do as well afterwards as those who go on now, and that entries stay as they were: it says where to look, not what a
measure will bring. Not for stages after the success stage.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.errors import NotFoundError
from tabiji.index.jit import NEVER
from tabiji.index.journeys import Journal
from tabiji.index.layout import F8, Index
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.bootstrap import REPLICATES, SEED
from tabiji.metrics.bottleneck.factors import Traits, factors
from tabiji.metrics.bottleneck.result import (
    AFTER_SUCCESS,
    BEST_SEGMENT,
    FEW_DEAL_VALUES,
    MIXED_CURRENCIES,
    NO_DEAL_VALUES,
    NO_REFERENCE,
    NO_SUCCESS_STAGE,
    SHORT_YEAR,
    UNKNOWN_ONWARD,
    BottleneckResult,
    Reference,
    Stake,
    TransitionStake,
)
from tabiji.metrics.bottleneck.stakes import Attribute, Replicates, Sample, interval, replicates, sample_of, whole
from tabiji.metrics.deals import Amounts, deal_values, no_amounts
from tabiji.metrics.entries import Entries, entries, main_line
from tabiji.metrics.funnel.result import Transition
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.resampling import resampled_notice
from tabiji.metrics.scope import DAY, Scope, seconds
from tabiji.metrics.transitions import advance, repeated
from tabiji.result import Notice, Question, Share

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["BottleneckResult", "bottleneck"]

YEAR = 365 * DAY
LEAST_SEGMENT = 50  # journeys that a segment needs to be the one to hold others against


class Step(NamedTuple):
    """A transition: journeys that entered, the censoring-aware share that goes on, the share lost or silent by then."""

    n: int
    share: Share
    gone: float | None


def bottleneck(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    currency: str,
    amounts: Amounts | None = None,
    segments: Callable[[], Sequence[Attribute]] = tuple,
    traits: Callable[[], Traits] | None = None,
    stage: str | None = None,
    transitions: Sequence[Transition] | None = None,
    question: Question | None = None,
) -> BottleneckResult:
    """What every transition of a map costs a year (first arguments as those of `funnel`).

    currency: of values that name none · amounts: of the units, where they have some (opportunities) · segments: called where
    a stage has no target_share · traits: what factors are adjusted for; None = no factors · stage: of which the factors are
    asked for, None = of the bottleneck · transitions: the funnel's, under the same question, where they are known.
    Raises NotFoundError for a stage that leads to none."""
    line = journey_map.main_line
    _check(stage, line)
    found = entries(journals, main_line(journey_map, rules), seconds(scope.as_of), executor)
    kept = chosen(found, scope)
    success = next((k for k, s in enumerate(line) if s.kind == "success"), None)
    end = max(0, len(line) - 1) if success is None else success
    horizon = scope.horizon_of(journey_map)
    steps = _steps(kept, len(line) - 1, horizon, scope.min_n, transitions, executor)
    known = NEVER if scope.known_as_of is None else seconds(scope.known_as_of)
    value, paid_in, notices = np.full(len(kept), np.nan), None, [Notice("no_success", NO_SUCCESS_STAGE)]
    if success is not None:
        money = amounts or no_amounts(index.n_units)
        worth = deal_values(index, rules, kept.unit, kept.reached_at[success], money, currency, known)
        value, paid_in, notices = _money(worth, scope.min_n)
    told, more = _stakes(kept, line, end, steps, horizon, value, paid_in, segments, executor)
    notices += [*more, *_about(kept, index.unit)]
    asked = question or Question("bottleneck", journey_map.id)
    result = BottleneckResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, found, kept, asked, executor,
            verb="bottleneck", currency=currency, horizon_days=horizon, targets=[s.target_share for s in line],
        ),
        notices=tuple(notices) if len(kept) else (),
        horizon_days=horizon,
        transitions=_ranked(told),
        mean_deal=None if paid_in is None else float(value[~np.isnan(value)].mean()),
        n_valued=int(np.count_nonzero(~np.isnan(value))),
        currency=paid_in,
        replicates=REPLICATES,
        seed=SEED,
    )  # fmt: skip
    of = stage or _narrowest(result, steps)
    if traits is None or of is None:
        return result
    k = next(x for x, s in enumerate(line) if s.id == of)
    return replace(result, factors=factors(index, journey_map, rules, journals, scope, kept, k, traits(), executor))


def _steps(
    kept: Entries, n: int, horizon: int, min_n: int, transitions: Sequence[Transition] | None, executor: Executor
) -> list[Step]:
    if transitions is not None:
        return [Step(t.n_from, t.censoring_aware, t.gone_share) for t in transitions]
    advances = executor.map(lambda k: advance(kept, k, horizon, min_n, with_incidence=True), range(n))
    return [Step(a.n, a.aware, a.gone) for a in advances]


def _about(kept: Entries, unit: str) -> list[Notice]:
    """What a reader must know of these journeys."""
    out = []
    if len(kept) and (days := (kept.as_of - int(kept.start.min())) // DAY) < YEAR // DAY:
        out.append(Notice("short_year", SHORT_YEAR, {"days": days}))
    return [*out, resampled_notice(unit)] if repeated(kept.unit) else out


def _check(stage: str | None, line: Sequence[Stage]) -> None:
    known = [s.id for s in line[:-1]]
    if stage is not None and stage not in known:
        raise NotFoundError("stage", stage, known)


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
    kept: Entries, line: Sequence[Stage], end: int, steps: Sequence[Step], horizon_days: int, value: F8,
    paid_in: str | None, segments: Callable[[], Sequence[Attribute]], executor: Executor,
) -> tuple[list[TransitionStake], list[Notice]]:  # fmt: skip
    """Every transition with what is at stake at it."""
    target = np.array([np.nan if s.target_share is None else s.target_share for s in line[:end]], np.float64)
    wanted = np.isnan(target)
    attributes = segments() if wanted.any() and len(kept) else ()
    sample, named = sample_of(kept, end, wanted, attributes, kept.as_of - YEAR, value)
    horizon, notices = horizon_days * DAY, []
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


def _ranked(told: Sequence[TransitionStake]) -> tuple[TransitionStake, ...]:
    """The transitions in their order, each with its rank: by the lower bound, then the figure, the upper bound, the order."""
    known = [(t.at_stake, x) for x, t in enumerate(told) if t.at_stake is not None]
    places = [x for _, x in sorted(known, key=lambda s: (-s[0].low, -s[0].value, -s[0].high, s[1]))]
    rank = {x: r for r, x in enumerate(places, 1)}
    return tuple(replace(t, rank=rank.get(x)) for x, t in enumerate(told))


def _narrowest(result: BottleneckResult, steps: Sequence[Step]) -> str | None:
    """The bottleneck; where nothing is at stake, the transition that most leave by being lost or going silent."""
    if result.top is not None:
        return result.top.from_
    gone = [(step.n * (step.gone or 0.0), -k) for k, step in enumerate(steps)]
    most = max(gone, default=(0.0, 0))
    return result.transitions[-most[1]].from_ if most[0] > 0 else None
