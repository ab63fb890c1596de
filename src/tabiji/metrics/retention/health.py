"""Health of customers: deployment, engagement, adoption, ROI (DEAR), each from 0 to 1 by a stated measure.

========== ===============================================================================================================
deployment people who used the product in the last 90 days ÷ licences (attribute `licences`, `licenses` or `seats` of the account);
           without licences ÷ people known at the account
engagement days with use in the last 28 days ÷ 20 working days
adoption   kinds of use (names of events) in the last 90 days ÷ the kinds that the data have
roi        1 where an outcome was confirmed in the last 180 days, else 0: an event named in `OUTCOMES`, or one that enters a stage of
           the map called value…, outcome… or proof…
========== ===============================================================================================================

Each is cut at 1. What is not measured is null, never 0; the overall health (the mean of the four) exists only where all are measured.
Use = events of the channel `product`. Customers: see `subscriptions`. *Validation*: every `churn_days` (90) back from as-of, health as it
stood then against who left in the next `churn_days`. Licences are those that were known on the day. A health score says nothing about why, and not that
raising it would keep anybody.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.index.journeys import Journal
from tabiji.index.layout import F8, I8, Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.means import Mean, mean_of
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.retention.bookkeeping import Book, began_inside, book
from tabiji.metrics.retention.dear.concordance import auc
from tabiji.metrics.retention.dear.parts import (
    CHANNELS,
    OUTCOME_DAYS,
    OUTCOME_STAGES,
    PEOPLE_DAYS,
    USE_DAYS,
    Measures,
    components_of,
    features_of,
    happened_by,
    mean_of_measured,
    measures_of,
    outcomes_of,
    parts_of,
)
from tabiji.metrics.retention.dear.usage import Windows, usage
from tabiji.metrics.retention.health_result import (
    COMPONENTS,
    NO_CUSTOMERS,
    NOT_MEASURED,
    Component,
    CustomerHealth,
    HealthResult,
    Validation,
)
from tabiji.metrics.retention.result import NO_STARTS
from tabiji.metrics.retention.subscriptions import classes, meanings, movements, must_occur
from tabiji.metrics.scope import DAY, Scope, seconds
from tabiji.result import Question, Share

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["OUTCOME_STAGES", "HealthResult", "health"]

CHURN_DAYS = 90
LANDMARKS = 8
LISTED = 50
Names = Callable[[Sequence[str]], Mapping[str, str]]
Licences = Callable[[I8], F8 | None]


def health(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    zone: ZoneInfo,
    licences: Licences | None = None,
    names: Names | None = None,
    channels: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    named: Mapping[str, Sequence[str]] | None = None,
    churn_days: int = CHURN_DAYS,
    question: Question | None = None,
) -> HealthResult:
    """Health of the customers among the units of an index (first arguments as those of `funnel`; a window is about when they
    became customers).

    licences: of the units at some instants (int64[x] → float64[n_units, x], NaN where not told; None where nobody tells any) · names: of units by id · channels, outcomes: globs of the channels of
    use and of the events that confirm an outcome; empty: the usual ones · named: as in `retention` · zone: of the days of use."""
    as_of = seconds(scope.as_of)
    known = scope.known
    happened = happened_by(index, as_of, known, executor)
    member = (np.asarray(rules.member) != 0) & happened
    instants = as_of - np.arange(LANDMARKS, -1, -1, dtype=np.int64) * churn_days * DAY
    must_occur(index, {**(named or {}), "outcome": outcomes or ()}, happened)
    means = classes(index, meanings(journey_map, named or {}), member)
    moves = movements(index, means, as_of, known, executor)
    kept = book(moves if scope.selection is None else moves.only(scope.selection[moves.unit]), instants, DAY, as_of)
    kept = kept.only(began_inside(kept, scope))
    feature, n_features = features_of(index, channels or CHANNELS, member)
    proving, proves = outcomes_of(index, journey_map, outcomes, member)
    offset = zone.utcoffset(scope.as_of.astimezone(zone).replace(tzinfo=None)) or timedelta()
    windows = Windows(PEOPLE_DAYS * DAY, USE_DAYS * DAY, OUTCOME_DAYS * DAY, int(offset.total_seconds()))
    wanted = np.zeros(index.n_units, bool)
    wanted[kept.unit] = True
    seen = usage(index, wanted, feature, proving, proves, instants, windows, known, executor)[kept.unit]
    told_then = None if licences is None else licences(instants)
    licensed = None if told_then is None else told_then[kept.unit]
    by_licences = licensed is not None and bool((licensed > 0).any())
    parts = parts_of(seen, licensed if by_licences else None, n_features, bool(proves.any()))
    measures = measures_of(by_licences, n_features, bool(proves.any()))
    now = kept.active[:, -1]
    found = entries(journals, main_line(journey_map, rules), as_of, executor)
    asked = question or Question("health", journey_map.id)
    unit, today = kept.unit[now], parts[now, -1]
    components = components_of(today, unit, measures, scope.min_n)
    of_measured = mean_of_measured(today)
    told = ~np.isnan(of_measured)
    return HealthResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, found, chosen(found, scope), asked, executor,
            verb="health", days=churn_days, kinds=blake2b(feature.tobytes() + proving.tobytes() + proves.tobytes() + means.tobytes()).hexdigest(),
        ),
        notices=(),
        customers=int(now.sum()),
        components=components,
        overall=_overall(today, unit, components, scope.min_n),
        of_measured=mean_of(of_measured[told], unit[told], scope.min_n, (0.0, 1.0)),
        lowest=_lowest(index, unit, today, of_measured, names),
        validation=_validated(kept, parts, instants, churn_days, scope.min_n) if measures else None,
        by_group=_by_group(today, unit, measures, scope),
        reason=(NO_CUSTOMERS if len(moves) else NO_STARTS) if not now.any() else None,
    )  # fmt: skip


def _overall(today: F8, unit: I8, components: Sequence[Component], min_n: int) -> Mean:
    """Mean health of the customers of whom all four components are measured."""
    missing = [c.id for c in components if c.measure is None]
    if missing:
        return Mean(None, None, None, 0, NOT_MEASURED.format(parts=", ".join(missing)))
    whole = ~np.isnan(today).any(axis=1)
    return mean_of(today[whole].mean(axis=1), unit[whole], min_n, (0.0, 1.0))


def _by_group(today: F8, unit: I8, measures: Measures, scope: Scope) -> dict[str, tuple[Component, ...]]:
    """The components of the customers of each group that has any."""
    if scope.groups is None:
        return {}
    codes, labels = scope.groups
    of = codes[unit]
    return {
        str(label): components_of(today[of == code], unit[of == code], measures, scope.min_n)
        for code, label in enumerate(labels)
        if (of == code).any()
    }


def _lowest(index: Index, unit: I8, today: F8, of_measured: F8, names: Names | None) -> tuple[CustomerHealth, ...]:
    """The customers with the lowest mean of what is measured, those with nothing measured last."""
    order = np.lexsort((unit, np.where(np.isnan(of_measured), np.inf, of_measured)))[:LISTED].tolist()
    ids = [index.units[int(unit[x])] for x in order]
    named = names(ids) if names is not None and ids else {}
    out = []
    for x, id_ in zip(order, ids, strict=True):
        parts = {name: _or_none(today[x, c]) for c, name in enumerate(COMPONENTS)}
        out.append(CustomerHealth(id_, parts, _or_none(of_measured[x]), named.get(id_)))
    return tuple(out)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _validated(kept: Book, parts: F8, instants: I8, days: int, min_n: int) -> Validation:
    """Health at every date but the last against leaving until the next one."""
    left_at = np.full((len(kept.unit), len(instants) - 1), False)
    for x in range(len(instants) - 1):
        gone = (kept.spell_end > instants[x]) & (kept.spell_end <= instants[x + 1])
        left_at[kept.spell_of[gone], x] = True
    scores = mean_of_measured(parts[:, :-1])
    there = kept.active[:, :-1] & ~np.isnan(scores)
    customer = np.nonzero(there)[0]
    left = left_at[there]

    def area(score: F8) -> Share:
        told = ~np.isnan(score)
        return auc(score[told], left[told], customer[told].astype(np.int64), min_n)

    measured = [x for x in range(len(COMPONENTS)) if not np.isnan(parts[..., x]).all()]
    by_component = {COMPONENTS[x]: area(parts[:, :-1, x][there]) for x in measured}
    landmarks = int(there.any(axis=0).sum())
    return Validation(days, landmarks, int(there.sum()), int(left.sum()), area(scores[there]), by_component)
