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
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.index.journeys import Journal
from tabiji.index.layout import F8, I8, U1, Index, Tier
from tabiji.journeymap.masks import Masks, coded
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import entries, main_line
from tabiji.metrics.means import Mean, mean_of
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.retention.bookkeeping import Book, began_inside, book
from tabiji.metrics.retention.concordance import auc
from tabiji.metrics.retention.health_result import (
    BANDS,
    BY_DAYS,
    BY_FEATURES,
    BY_LICENCES,
    BY_OUTCOMES,
    BY_PEOPLE,
    COMPONENTS,
    NO_CUSTOMERS,
    NO_OUTCOMES,
    NO_USE,
    NOT_MEASURED,
    Component,
    CustomerHealth,
    HealthResult,
    Validation,
)
from tabiji.metrics.retention.result import NO_STARTS
from tabiji.metrics.retention.subscriptions import classes, fits, meanings, movements, must_occur
from tabiji.metrics.retention.usage import MOST_FEATURES, Windows, usage
from tabiji.metrics.scope import DAY, Scope, seconds
from tabiji.result import Question, Share

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["HealthResult", "health"]

CHANNELS = ("product",)
OUTCOMES = (
    "value_confirmed", "value_realized", "value_realised", "roi_confirmed", "roi_reported", "outcome_achieved", "outcome_reported",
)  # fmt: skip
OUTCOME_STAGES = ("value*", "outcome*", "proof*")
PEOPLE_DAYS, USE_DAYS, WORKING_DAYS, OUTCOME_DAYS = 90, 28, 20, 180
CHURN_DAYS = 90
LANDMARKS = 8
LISTED = 50
_CHUNK = 1 << 20  # events looked at at once
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
    member = (np.asarray(rules.member) != 0) & _happened(index, as_of, known, executor)
    instants = as_of - np.arange(LANDMARKS, -1, -1, dtype=np.int64) * churn_days * DAY
    must_occur(index, {**(named or {}), "outcome": outcomes or ()})
    means = classes(index, meanings(journey_map, named or {}), member)
    moves = movements(index, means, as_of, known, executor)
    kept = book(moves if scope.selection is None else moves.only(scope.selection[moves.unit]), instants, DAY, as_of)
    kept = kept.only(began_inside(kept, scope))
    feature, n_features = _features(index, channels or CHANNELS, member)
    proves = _outcomes(index, journey_map, outcomes, member)
    offset = zone.utcoffset(scope.as_of.astimezone(zone).replace(tzinfo=None)) or timedelta()
    windows = Windows(PEOPLE_DAYS * DAY, USE_DAYS * DAY, OUTCOME_DAYS * DAY, int(offset.total_seconds()))
    wanted = np.zeros(index.n_units, bool)
    wanted[kept.unit] = True
    seen = usage(index, wanted, feature, proves, instants, windows, known, executor)[kept.unit]
    told_then = None if licences is None else licences(instants)
    licensed = None if told_then is None else told_then[kept.unit]
    by_licences = licensed is not None and bool((licensed > 0).any())
    parts = _parts(seen, licensed if by_licences else None, n_features, bool(proves.any()))
    measures = _measures(by_licences, n_features, bool(proves.any()))
    now = kept.active[:, -1]
    found = entries(journals, main_line(journey_map, rules), as_of, executor)
    asked = question or Question("health", journey_map.id)
    unit, today = kept.unit[now], parts[now, -1]
    components = _components(today, unit, measures, scope.min_n)
    by_group = {}
    if scope.groups is not None:
        codes, labels = scope.groups
        by_group = {
            str(label): _components(today[codes[unit] == code], unit[codes[unit] == code], measures, scope.min_n)
            for code, label in enumerate(labels)
            if (codes[unit] == code).any()
        }
    whole = ~np.isnan(today).any(axis=1)
    of_measured = _mean_of_measured(today)
    told = ~np.isnan(of_measured)
    missing = [c.id for c in components if c.measure is None]
    overall = mean_of(today[whole].mean(axis=1), unit[whole], scope.min_n, (0.0, 1.0))
    if missing:
        overall = Mean(None, None, None, 0, NOT_MEASURED.format(parts=", ".join(missing)))
    return HealthResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, found, chosen(found, scope), asked, executor,
            verb="health", days=churn_days, kinds=blake2b(feature.tobytes() + proves.tobytes() + means.tobytes()).hexdigest(),
        ),
        notices=(),
        customers=int(now.sum()),
        components=components,
        overall=overall,
        of_measured=mean_of(of_measured[told], unit[told], scope.min_n, (0.0, 1.0)),
        lowest=_lowest(index, unit, today, of_measured, names),
        validation=_validated(kept, parts, instants, churn_days, scope.min_n) if measures else None,
        by_group=by_group,
        reason=(NO_CUSTOMERS if len(moves) else NO_STARTS) if not now.any() else None,
    )  # fmt: skip


def _happened(index: Index, as_of: int, known: int, executor: Executor) -> npt.NDArray[np.bool_]:
    """bool[n_kinds]: kinds with an event by `as_of`, received by `known`: what nobody has done yet is no measure of use."""
    n = len(index.kinds)

    def seen(task: tuple[Tier, int]) -> npt.NDArray[np.bool_]:
        tier, begin = task
        some = slice(begin, begin + _CHUNK)
        there = (tier.at[some] <= as_of) & (tier.received[some] <= known)
        return np.bincount(tier.kind[some][there], minlength=n) > 0

    tasks = [(t, begin) for p in index.partitions for t in p.tiers for begin in range(0, len(t.kind), _CHUNK)]
    found: npt.NDArray[np.bool_] = np.any([np.zeros(n, bool), *executor.map(seen, tasks)], axis=0)
    return found


def _features(index: Index, channels: Sequence[str], member: npt.NDArray[np.bool_]) -> tuple[U1, int]:
    """uint8[n_kinds]: the number of the kind of use, from 1 (0: no use), and how many there are."""
    codes, values = coded(index.kinds.channel)
    used = np.array([fits(value, channels) for value in values], bool)[codes] & member & ~index.kinds.inherited
    names, _ = coded(index.kinds.name)
    told = np.unique(names[used])
    number = np.minimum(np.searchsorted(told, names) + 1, MOST_FEATURES)
    return np.where(used, number, 0).astype(np.uint8), min(MOST_FEATURES, len(told))


def _outcomes(index: Index, journey_map: JourneyMap, named: Sequence[str], member: npt.NDArray[np.bool_]) -> U1:
    """uint8[n_kinds]: events that confirm an outcome."""
    codes, values = coded(index.kinds.name)
    out = np.array([fits(value, named or OUTCOMES) for value in values], bool)[codes]
    if not named:
        masks = Masks(index.kinds, index.role_sets, journey_map.touchpoints)
        for stage in journey_map.stages:
            if fits(stage.id, OUTCOME_STAGES):
                for clause in stage.enters_when:
                    for match in masks.clause(clause):
                        out |= match.kinds
    return (out & member & ~index.kinds.inherited).astype(np.uint8)


def _parts(seen: npt.NDArray[np.int32], licensed: F8 | None, n_features: int, proves: bool) -> F8:
    """float64[c, instants, COMPONENTS], NaN where not measured. licensed: float64[c, instants]."""
    people, known, days, features, outcome = (seen[..., x].astype(np.float64) for x in range(seen.shape[-1]))
    nothing = np.full(people.shape, np.nan)
    base = known if licensed is None else licensed
    used = n_features > 0
    deployment = np.divide(people, base, out=nothing.copy(), where=base > 0) if used else nothing
    engagement = days / WORKING_DAYS if used else nothing
    adoption = features / n_features if used else nothing
    stacked = np.stack([deployment, engagement, adoption, outcome if proves else nothing], axis=-1)
    return np.asarray(np.minimum(stacked, 1.0), np.float64)


def _measures(by_licences: bool, n_features: int, proves: bool) -> dict[str, tuple[str, dict[str, int]]]:
    """Template and values of the measure of each component that is measured."""
    out: dict[str, tuple[str, dict[str, int]]] = {}
    if n_features:
        out["deployment"] = BY_LICENCES if by_licences else BY_PEOPLE, {"days": PEOPLE_DAYS}
        out["engagement"] = BY_DAYS, {"days": USE_DAYS, "most": WORKING_DAYS}
        out["adoption"] = BY_FEATURES, {"days": PEOPLE_DAYS, "most": n_features}
    if proves:
        out["roi"] = BY_OUTCOMES, {"days": OUTCOME_DAYS}
    return out


def _components(
    today: F8, unit: I8, measures: Mapping[str, tuple[str, dict[str, int]]], min_n: int
) -> tuple[Component, ...]:
    out = []
    for x, name in enumerate(COMPONENTS):
        if name not in measures:
            out.append(Component(name, Mean(None, None, None, 0, NO_OUTCOMES if name == "roi" else NO_USE)))
            continue
        told = ~np.isnan(today[:, x])
        values = today[told, x]
        bands = np.bincount(np.minimum((values * BANDS).astype(np.int64), BANDS - 1), minlength=BANDS).tolist()
        template, given = measures[name]
        out.append(Component(name, mean_of(values, unit[told], min_n, (0.0, 1.0)), tuple(bands), template, given))
    return tuple(out)


def _mean_of_measured(parts: F8) -> F8:
    """Mean over the last axis of what is measured; NaN where nothing is."""
    told = ~np.isnan(parts)
    n = told.sum(axis=-1)
    total = np.where(told, parts, 0.0).sum(axis=-1)
    return np.asarray(np.divide(total, n, out=np.full(n.shape, np.nan), where=n > 0), np.float64)


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
    scores = _mean_of_measured(parts[:, :-1])
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
