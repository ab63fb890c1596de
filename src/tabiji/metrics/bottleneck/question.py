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
from typing import TYPE_CHECKING

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.errors import NotFoundError
from tabiji.index.journeys import Journal
from tabiji.index.layout import Index
from tabiji.journeymap.model import JourneyMap, Stage
from tabiji.metrics.bootstrap import REPLICATES, SEED
from tabiji.metrics.bottleneck.factors import Gathered, Traits, gather
from tabiji.metrics.bottleneck.figures import YEAR, Step, Terms, figures_of, steps_of
from tabiji.metrics.bottleneck.result import SHORT_YEAR, BottleneckResult, StakeFigures
from tabiji.metrics.bottleneck.stakes import Attribute
from tabiji.metrics.deals import Amounts, deal_values, no_amounts
from tabiji.metrics.entries import Entries, entries, main_line, of_groups
from tabiji.metrics.funnel.result import Transition
from tabiji.metrics.moves import with_moves
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.resampling import resampled_notice
from tabiji.metrics.scope import DAY, Scope, seconds
from tabiji.metrics.transitions import repeated
from tabiji.result import Notice, Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["BottleneckResult", "bottleneck"]


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
    terms = Terms(line, end, scope.horizon_of(journey_map), scope.min_n, segments)
    steps = steps_of(kept, len(line) - 1, terms.horizon_days, scope.min_n, transitions, executor)
    known = scope.known
    worth = None
    if success is not None:
        money = amounts or no_amounts(index.n_units)
        worth = deal_values(index, rules, kept.unit, kept.reached_at[success], money, currency, known)
    total = figures_of(None, kept, worth, terms, steps, executor)
    asked = question or Question("bottleneck", journey_map.id)
    result = BottleneckResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, found, kept, asked, executor,
            verb="bottleneck", currency=currency, horizon_days=terms.horizon_days, targets=[s.target_share for s in line],
        ),
        notices=(*total.notices, *_about(kept, index.unit)) if len(kept) else (),
        horizon_days=terms.horizon_days,
        total=total,
        groups=_groups(kept, worth, scope, terms, executor),
        replicates=REPLICATES,
        seed=SEED,
    )  # fmt: skip
    of = stage or _narrowest(result, steps)
    if traits is None or of is None:
        return result
    k = next(x for x, s in enumerate(line) if s.id == of)
    moved = chosen(with_moves(found, journals, main_line(journey_map, rules), rules, executor), scope)
    gathered = gather(index, journey_map, rules, scope, moved, k, traits(), executor)
    return replace(result, factors=gathered.factors(), groups=_with_factors(result.groups, gathered, scope))


def _with_factors(groups: Sequence[StakeFigures], gathered: Gathered, scope: Scope) -> tuple[StakeFigures, ...]:
    """The groups with the factors of each, all of the transition that is asked about in total, so that they can be compared."""
    if scope.groups is None:
        return ()
    codes, labels = scope.groups
    code, place = codes[gathered.stays.unit], {str(label): g for g, label in enumerate(labels)}
    return tuple(replace(g, factors=gathered.factors(np.flatnonzero(code == place[g.value or ""]))) for g in groups)


def _groups(
    kept: Entries, worth: Amounts | None, scope: Scope, terms: Terms, executor: Executor
) -> tuple[StakeFigures, ...]:
    """The figures of each value of `--by`, as if it had been asked about alone."""
    if scope.groups is None:
        return ()
    codes, labels = scope.groups
    code, place, out = codes[kept.unit], {str(label): g for g, label in enumerate(labels)}, []
    for label, part in of_groups(kept, codes, labels):
        mine = np.flatnonzero(code == place[label])
        money = None if worth is None else Amounts(worth.value[mine], worth.currency[mine], worth.names)
        steps = steps_of(part, len(terms.line) - 1, terms.horizon_days, terms.min_n, None, executor)
        out.append(figures_of(label, part, money, terms, steps, executor))
    return tuple(out)


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


def _narrowest(result: BottleneckResult, steps: Sequence[Step]) -> str | None:
    """The bottleneck; where nothing is at stake, the transition that most leave by being lost or going silent."""
    if result.top is not None:
        return result.top.from_
    gone = [(step.n * (step.gone or 0.0), -k) for k, step in enumerate(steps)]
    most = max(gone, default=(0.0, 0))
    return result.transitions[-most[1]].from_ if most[0] > 0 else None
