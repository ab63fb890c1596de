"""Further passes over groups of units, for models whose cells are too many to be kept by group in the first pass.

A chain of order 2 and more is counted once more by group, where it has few enough transitions. The sets of keys behind Shapley
values of a rate are counted group by group. Both are bounded in room and time; beyond the bounds a reason says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tabiji.i18n import N_
from tabiji.index.jit import readonly
from tabiji.index.layout import I8
from tabiji.metrics.credit.gathering.cells import MOST_DENSE, MOST_TRANSITIONS, Cells
from tabiji.metrics.credit.gathering.fates import LEFT_OUT, Toward

FEWEST_GROUPS = 100
MOST_RESAMPLED_STATES = 300
MOST_RESAMPLED_PLAYERS = 12  # 2¹² sets in each of the resamples
MOST_ROWS = 100_000_000  # units looked at in all passes together
TOO_MANY_STATES = N_("a chain of more than 300 states is not resampled")
TOO_MANY_TRANSITIONS = N_("the chain has too many transitions to be counted by groups of units")
TOO_MANY_SETS = N_("rates of the sets of more than 12 keys are not resampled")
TOO_MANY_UNITS = N_("there are too many units to go through them once for every group of a resample")


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What is resampled, or the `reason` why not. groups: of units · transition, times: int64[t], codes with the group above them
    (see `passing`) · sets: int64[groups, 2ⁿ, 2]."""

    groups: int = 0
    transition: I8 | None = None
    times: I8 | None = None
    sets: I8 | None = None
    reason: str | None = None


def fewest(fates: Toward) -> int:
    """Groups without which a resample says nothing."""
    return min(FEWEST_GROUPS, max(1, fates.in_play))


def chain_by_group(
    cells: Cells, states: int, places: int, fates: Toward, again: Callable[[Toward], Cells]
) -> Regrouped:
    """The transitions of a chain with so many `states` by group. cells: of the first pass, without groups · places: of an array of
    its transitions · again: a pass in which they are told apart."""
    if states > MOST_RESAMPLED_STATES:
        return Regrouped(reason=TOO_MANY_STATES)
    # Half of what a table holds, so that it cannot run over.
    groups = min(fates.buckets, MOST_TRANSITIONS // 2 // max(1, len(cells.transition)))
    plain = MOST_DENSE // places  # groups that are counted in a plain array, which is much faster
    groups = min(groups, plain) if plain >= fewest(fates) else groups
    if groups < fewest(fates):
        return Regrouped(reason=TOO_MANY_TRANSITIONS)
    found = again(_folded(fates, groups))
    return Regrouped(groups, found.transition, found.times)


def sets_by_group(keys: int, n_units: int, fates: Toward, once: Callable[[Toward], Cells]) -> Regrouped:
    """The sets of so many keys by group. n_units: of the index · once: a pass that counts sets."""
    if keys > MOST_RESAMPLED_PLAYERS:
        return Regrouped(reason=TOO_MANY_SETS)
    groups = min(fates.buckets, FEWEST_GROUPS)
    if groups < fewest(fates) or groups * n_units > MOST_ROWS:
        return Regrouped(reason=TOO_MANY_UNITS)
    folded = _folded(fates, groups)
    return Regrouped(groups, sets=np.stack([once(_only(folded, g)).sets for g in range(groups)]))


def _folded(fates: Toward, groups: int) -> Toward:
    """The same with fewer groups of units."""
    parts = tuple(p._replace(bucket=readonly((p.bucket % groups).astype(np.int32))) for p in fates.parts)
    return replace(fates, parts=parts, buckets=groups)


def _only(fates: Toward, group: int) -> Toward:
    """The journeys of one group; all in one bucket."""
    parts = tuple(
        p._replace(
            fate=readonly(np.where(p.bucket == group, p.fate, np.uint8(LEFT_OUT)).astype(np.uint8)),
            bucket=readonly(np.zeros_like(p.bucket)),
        )
        for p in fates.parts
    )
    return replace(fates, parts=parts, buckets=1)
