"""Reach: which share of the journeys in a stage met a touchpoint there, and in which share a role showed up.

*Touchpoint reach* of stage × touchpoint: of the journeys that reached the stage, the share with at least one touch of the
touchpoint while they were in it (from entering it to leaving it, or to as-of; see `position`). *Role presence*: of the
journeys (that reached the stage), the share with an event of a person in that role (while in it). Wilson intervals, at the effective
size where units have several journeys (see `means`). Not for effect: who stays longer has more time to be reached.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import run
from tabiji.index.journeys import Journal
from tabiji.index.layout import I8, U1, Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import entries, main_line, of_groups
from tabiji.metrics.means import share_of_sums
from tabiji.metrics.position import first_journeys
from tabiji.metrics.provenance import chosen, inside, provenance
from tabiji.metrics.reach.meetings import MeetingsKernel, Met, Source
from tabiji.metrics.reach.result import ReachFigures, ReachResult, RolePresence, TouchpointReach
from tabiji.metrics.roles import NO_ROLE_KNOWN, knows_roles, role_names
from tabiji.metrics.scope import Scope, seconds
from tabiji.result import Question, Share

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules


__all__ = ["ReachResult", "RolePresence", "TouchpointReach", "reach"]


def reach(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    question: Question | None = None,
) -> ReachResult:
    """Touchpoint reach and role presence of a map over an index (arguments as those of `funnel`)."""
    line, as_of = main_line(journey_map, rules), seconds(scope.as_of)
    known = scope.known
    roles, knows = role_names(index, journey_map), knows_roles(index, scope)
    kernel = MeetingsKernel(rules, index.role_sets, roles, line, as_of, known)
    at = entries(journals, line, as_of, executor)
    kept = chosen(at, scope)

    def figures(part: Scope) -> tuple[tuple[TouchpointReach, ...], tuple[RolePresence, ...]]:
        found = run(kernel, _sources(index, journals, part), executor)
        present = _presence(journey_map, roles, len(rules.touchpoint_mask), found, scope.min_n, knows)
        return _touchpoints(journey_map, rules, found, scope.min_n), present

    groups: list[ReachFigures] = []
    if scope.groups is not None:
        # Only the events of its own journeys are read for a group, so all groups cost about one more pass.
        parts = {str(label): scope.of_group(g) for g, label in enumerate(scope.groups[1])}
        groups = [
            ReachFigures(label, len(mine), *figures(parts[label])) for label, mine in of_groups(kept, *scope.groups)
        ]
    asked = question or Question("reach", journey_map.id)
    met, present = figures(scope)
    return ReachResult(
        question=asked,
        provenance=provenance(index, rules, journals, scope, at, kept, asked, executor, verb="reach"),
        notices=(),
        touchpoints=met,
        roles=present,
        names={t.id: t.name for t in journey_map.touchpoints},
        stages={s.id: s.name for s in journey_map.main_line},
        called=dict(journey_map.roles),
        groups=tuple(groups),
    )


def _sources(index: Index, journals: Sequence[Journal], scope: Scope) -> list[tuple[Source, I8]]:
    out: list[tuple[Source, I8]] = []
    for partition, journal in zip(index.partitions, journals, strict=True):
        kept: U1 = inside(journal.unit, journal.start, scope).astype(np.uint8)
        first = first_journeys(journal, partition.n)
        out += [(Source(tier, journal, first, kept), tier.off) for tier in partition.tiers]
    return out


def _touchpoints(journey_map: JourneyMap, rules: "Rules", met: Met, min_n: int) -> tuple[TouchpointReach, ...]:
    return tuple(
        TouchpointReach(stage.id, touchpoint, _share(met, k, p, min_n))
        for k, stage in enumerate(journey_map.main_line)
        for p, touchpoint in enumerate(rules.touchpoint_mask)
    )


def _presence(
    journey_map: JourneyMap, roles: Sequence[str], n_touch: int, met: Met, min_n: int, known: bool
) -> tuple[RolePresence, ...]:
    stages = [*(stage.id for stage in journey_map.main_line), None]
    rows = [len(stages) - 1, *range(len(stages) - 1)]  # over all stages first
    return tuple(
        RolePresence(
            stages[k],
            role,
            _share(met, k, n_touch + r, min_n)
            if known
            else Share(None, None, None, int(met.reached[k]), NO_ROLE_KNOWN),
        )
        for k in rows
        for r, role in enumerate(roles)
    )


def _share(met: Met, k: int, bit: int, min_n: int) -> Share:
    """The share of the journeys in a row of `met` with a bit, with an interval over units."""
    n, hit = int(met.reached[k]), int(met.bits[k, bit])
    squares, products = hit + int(met.squares[k, bit]), hit + int(met.products[k, bit])
    return share_of_sums(n, hit, n - int(met.again[k]), squares, products, n + int(met.sizes[k]), min_n)
