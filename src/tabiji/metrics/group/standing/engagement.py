"""Engagement: how active the groups of open journeys were in the last 30 days, 0–100.

Person: √(Σ count × normalised weight of the activity), scaled so that the most active person at as-of has 100. Group: √(Σ
person × normalised weight of the role), scaled likewise (after the published description of Adobe Journey Optimizer B2B Edition,
where scores are scaled within one customer's data). Weights of roles are those of the map's `buying_group`, divided by their
sum over the group's members; a person with several roles has the heaviest. All activities weigh alike. The scale moves
with the most active group, so scores of two dates do not compare; use them to rank groups at one date.
"""

import numpy as np

from tabiji.i18n import N_
from tabiji.index.layout import F8, I8, Index
from tabiji.metrics.group.needs import FROM_GROUP, Needs
from tabiji.metrics.group.standing.members import Members
from tabiji.metrics.group.standing.state import Engagement, RoleEngagement
from tabiji.metrics.intervals import wilson_share

TOUCHPOINTS_ALIKE = N_("every touchpoint of the map weighs alike")
EVENTS_ALIKE = N_("every kind of event weighs alike")
OF_THE_MAP = N_("the weights of the map's buying group")
ROLES_ALIKE = N_("every role weighs alike")


def weighed(scores: F8, weights: F8, group: I8, n_groups: int) -> F8:
    """Per group Σ score × weight ÷ Σ weight of its members (float64[n_groups], NaN where nobody weighs anything).

    scores, weights: float64[m] · group: int64[m]."""
    total = np.bincount(group, weights=weights, minlength=n_groups)
    summed = np.bincount(group, weights=scores * weights, minlength=n_groups)
    out: F8 = np.divide(summed, total, out=np.full(n_groups, np.nan), where=total > 0)
    return out


def scaled(raw: F8) -> F8:
    """Square roots, the largest of which is 100; all 0 where nobody did anything. NaN stays."""
    root = np.sqrt(raw)
    largest = np.nanmax(root, initial=0.0)
    return 100 * root / largest if largest > 0 else root


def person_weights(index: Index, members: Members, needed: Needs) -> F8:
    """Weight of every member: that of the heaviest of the roles, 0 without one (float64[m])."""
    weight = dict(zip(needed.roles, needed.weight.tolist(), strict=True))
    of_set = np.array([max((weight.get(role, 0.0) for role in names), default=0.0) for names in index.role_sets])
    return of_set[members.role]


def engagement(
    index: Index, members: Members, persons: F8, groups: F8, needed: Needs, touchpoints: bool, min_n: int
) -> Engagement:
    """Of some open groups: persons: float64[m], score of each of `members` · groups: float64[g], of each group."""
    known = groups[~np.isnan(groups)]
    n, least = len(known), max(min_n, 1)
    few = n < least
    q = (None, None, None) if few else tuple(float(x) for x in np.quantile(known, [0.25, 0.5, 0.75]))
    return Engagement(
        n=n,
        mean=None if few else float(known.mean()),
        quartiles=(q[0], q[1], q[2]),
        roles=tuple(_role(index, members, persons, role, min_n) for role in needed.roles),
        activities=TOUCHPOINTS_ALIKE if touchpoints else EVENTS_ALIKE,
        role_weights=OF_THE_MAP if needed.source == FROM_GROUP else ROLES_ALIKE,
        reason=f"n<{least}" if few else None,
    )


def _role(index: Index, members: Members, persons: F8, role: str, min_n: int) -> RoleEngagement:
    mine = np.array([role in names for names in index.role_sets], bool)[members.role]
    n, least = int(mine.sum()), max(min_n, 1)
    active = wilson_share(int((members.activity[mine] > 0).sum()), n, min_n)
    if n < least:
        return RoleEngagement(role, n, None, active, f"n<{least}")
    return RoleEngagement(role, n, float(persons[mine].mean()), active)
