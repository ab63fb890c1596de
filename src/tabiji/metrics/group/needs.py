"""What the map asks of a buying group: which roles, how many of each, how much each weighs; and which roles there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tabiji.errors import NotFoundError
from tabiji.index.layout import F8, I4, Index
from tabiji.journeymap.model import ROLES, JourneyMap
from tabiji.metrics.roles import knows_roles, role_names
from tabiji.metrics.scope import Scope

FROM_GROUP, FROM_STAGES, FROM_NOWHERE = "buying_group", "stages", "none"
STARTERS = ("champion", "influencer", "user")  # who usually begins, in this order
DECIDERS = ("decision_maker", "executive")  # who usually decides


@dataclass(frozen=True, slots=True)
class Needs:
    """roles: all that are told apart, R of them, the required ones first · source: where the requirement comes from ·
    required: int32[K + 1, R], persons needed by the end of a stage, the last row in total · weight: float64[R], 0 for roles that
    the map does not weigh (all 1 where it weighs none) · planned: bool[K, R], expected in the stage · names: of the workspace's
    own roles · decider: the role that decides, or None · starter: the role from which the way to it is timed, or None · known:
    whether the data tell anybody's role."""

    roles: tuple[str, ...]
    source: str
    required: I4
    weight: F8
    planned: np.ndarray
    names: Mapping[str, Mapping[str, str]]
    decider: int | None
    starter: int | None
    known: bool = True


def needs(
    index: Index, journey_map: JourneyMap, scope: Scope, starter: str | None = None, decider: str | None = None
) -> Needs:
    """Of a map over an index, as a question sees it. starter, decider: roles named by the question, in place of those of the map. Raises NotFoundError
    for one that neither the data nor the map names."""
    stages, group = journey_map.main_line, journey_map.buying_group
    known = role_names(index, journey_map)
    for asked in (starter, decider):
        if asked is not None and asked not in known:
            raise NotFoundError("role", asked, known)
    named = [*(g.role for g in group), *(r for s in stages for r in s.roles), *ROLES, *known]
    roles = tuple(dict.fromkeys(role for role in named if role in known))
    place = {role: r for r, role in enumerate(roles)}
    planned = np.zeros((len(stages), len(roles)), bool)
    for k, stage in enumerate(stages):
        planned[k, [place[role] for role in stage.roles]] = True
    required = np.zeros((len(stages) + 1, len(roles)), np.int32)
    weight = np.zeros(len(roles))
    if group:
        for g in group:
            required[:, place[g.role]], weight[place[g.role]] = g.required, g.weight
    else:
        required[:-1] = planned
        required[-1] = planned.any(0)
    if not weight.any():
        weight[:] = 1.0
    source = FROM_GROUP if group else FROM_STAGES if planned.any() else FROM_NOWHERE
    starts = _role(starter, STARTERS, place, weight, None)
    decides = _role(decider, DECIDERS, place, weight, starts)
    if starts is None and decides is not None:
        starts = next((r for r in range(len(roles)) if r != decides and required[-1, r]), None)
    seen = knows_roles(index, scope)
    return Needs(roles, source, required, weight, planned, journey_map.roles, decides, starts, seen)


def _role(
    asked: str | None, usual: Sequence[str], place: Mapping[str, int], weight: F8, not_this: int | None
) -> int | None:
    """The role that was asked for, else the first usual one that there is, else (for who decides) the heaviest other one."""
    if asked is not None:
        return place[asked]
    found = next((place[role] for role in usual if role in place), None)
    if found is not None or usual is STARTERS or not place:
        return found
    others = [r for r in place.values() if r != not_this and weight[r] > 0]
    return max(others, key=lambda r: (weight[r], -r), default=None)
