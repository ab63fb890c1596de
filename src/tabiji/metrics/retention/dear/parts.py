"""The four parts of the health of customers, each from 0 to 1: what is measured in the data, and by what (see `health`)."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.index.firing import alike
from tabiji.index.layout import F8, I8, U1, U2, Index, Tier
from tabiji.journeymap.masks import Masks, Match, coded
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.means import Mean, mean_of
from tabiji.metrics.retention.dear.usage import MOST_FEATURES
from tabiji.metrics.retention.health_result import (
    BANDS,
    BY_DAYS,
    BY_FEATURES,
    BY_LICENCES,
    BY_OUTCOMES,
    BY_PEOPLE,
    COMPONENTS,
    NO_OUTCOMES,
    NO_USE,
    Component,
)
from tabiji.metrics.retention.subscriptions import fits

CHANNELS = ("product",)
OUTCOMES = (
    "value_confirmed", "value_realized", "value_realised", "roi_confirmed", "roi_reported", "outcome_achieved", "outcome_reported",
)  # fmt: skip
OUTCOME_STAGES = ("value*", "outcome*", "proof*")
PEOPLE_DAYS, USE_DAYS, WORKING_DAYS, OUTCOME_DAYS = 90, 28, 20, 180
_CHUNK = 1 << 20  # events looked at at once
# Of the components that are measured: template and values of the measure.
Measures = Mapping[str, tuple[str, dict[str, int]]]


def happened_by(index: Index, as_of: int, known: int, executor: Executor) -> npt.NDArray[np.bool_]:
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


def features_of(index: Index, channels: Sequence[str], member: npt.NDArray[np.bool_]) -> tuple[U1, int]:
    """uint8[n_kinds]: the number of the kind of use, from 1 (0: no use), and how many there are."""
    codes, values = coded(index.kinds.channel)
    used = np.array([fits(value, channels) for value in values], bool)[codes] & member & ~index.kinds.inherited
    names, _ = coded(index.kinds.name)
    told = np.unique(names[used])
    number = np.minimum(np.searchsorted(told, names) + 1, MOST_FEATURES)
    return np.where(used, number, 0).astype(np.uint8), min(MOST_FEATURES, len(told))


def outcomes_of(
    index: Index, journey_map: JourneyMap, named: Sequence[str], member: npt.NDArray[np.bool_]
) -> tuple[U2, U1]:
    """Events that confirm an outcome: the class of each kind (uint16[n_kinds]), and whether its events do where their person is in
    a role set (uint8[n_classes, n_role_sets]). Counting keys of clauses are left aside."""
    codes, values = coded(index.kinds.name)
    found = [Match(np.array([fits(value, named or OUTCOMES) for value in values], bool)[codes], None)]
    if not named:
        masks = Masks(index.kinds, index.role_sets, journey_map.touchpoints)
        stages = [stage for stage in journey_map.stages if fits(stage.id, OUTCOME_STAGES)]
        found += [match for stage in stages for clause in stage.enters_when for match in masks.clause(clause)]
    found = [Match(match.kinds & member & ~index.kinds.inherited, match.roles) for match in found]
    example, of_kind = alike([match.kinds for match in found])
    proves = np.zeros((len(example), len(index.role_sets)), np.uint8)
    for match in found:
        roles = np.ones(len(index.role_sets), bool) if match.roles is None else match.roles
        proves[np.ix_(match.kinds[example], roles)] = 1
    return of_kind.astype(np.uint16), proves


def parts_of(seen: npt.NDArray[np.int32], licensed: F8 | None, n_features: int, proves: bool) -> F8:
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


def measures_of(by_licences: bool, n_features: int, proves: bool) -> Measures:
    """Template and values of the measure of each component that is measured.

    n_features: kinds of use in the data · proves: whether any event confirms an outcome."""
    out: dict[str, tuple[str, dict[str, int]]] = {}
    if n_features:
        out["deployment"] = BY_LICENCES if by_licences else BY_PEOPLE, {"days": PEOPLE_DAYS}
        out["engagement"] = BY_DAYS, {"days": USE_DAYS, "most": WORKING_DAYS}
        out["adoption"] = BY_FEATURES, {"days": PEOPLE_DAYS, "most": n_features}
    if proves:
        out["roi"] = BY_OUTCOMES, {"days": OUTCOME_DAYS}
    return out


def components_of(today: F8, unit: I8, measures: Measures, min_n: int) -> tuple[Component, ...]:
    """The components over some customers. today: float64[c, COMPONENTS], NaN where not measured · unit: int64[c]."""
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


def mean_of_measured(parts: F8) -> F8:
    """Mean over the last axis of what is measured; NaN where nothing is."""
    told = ~np.isnan(parts)
    n = told.sum(axis=-1)
    total = np.where(told, parts, 0.0).sum(axis=-1)
    return np.asarray(np.divide(total, n, out=np.full(n.shape, np.nan), where=n > 0), np.float64)
