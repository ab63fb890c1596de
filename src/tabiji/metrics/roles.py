"""The roles that a metric tells apart."""

from collections.abc import Mapping

import numpy as np

from tabiji.i18n import N_, pick, text
from tabiji.index.layout import Index, Tier
from tabiji.journeymap.model import ROLES, JourneyMap, Text
from tabiji.metrics.scope import Scope, seconds

ROLE_NAMES = {
    "decision_maker": N_("Decision maker"),
    "champion": N_("Champion"),
    "influencer": N_("Influencer"),
    "user": N_("User"),
    "purchasing": N_("Purchasing"),
    "it_security": N_("IT and security"),
    "executive": N_("Executive"),
}
NO_ROLE_KNOWN = N_("no role is known for anybody who took part")
NOBODY_IS_MISSING = N_(
    "No role is known for anybody who took part, so who is missing cannot be told: bring in who has which role (a table of memberships)."
)
_CHUNK = 1 << 20  # events looked at at once
assert set(ROLE_NAMES) == set(ROLES)


def knows_roles(index: Index, scope: Scope) -> bool:
    """Whether any event that the question may see is by somebody in a role. Where none is, nobody is missing: nobody was looked
    for.

    The list of role sets alone does not tell: it may name roles of people who did nothing, or did it later."""
    as_of, known = seconds(scope.as_of), scope.known
    tiers = [tier for partition in index.partitions for tier in partition.tiers]
    return len(index.role_sets) > 1 and any(
        _in_a_role(tier, slice(begin, begin + _CHUNK), as_of, known)
        for tier in tiers
        for begin in range(0, len(tier.role), _CHUNK)
    )


def _in_a_role(tier: Tier, some: slice, as_of: int, known: int) -> bool:
    with_role = np.flatnonzero(tier.role[some])
    return bool(((tier.at[some][with_role] <= as_of) & (tier.received[some][with_role] <= known)).any())


def role_names(index: Index, journey_map: JourneyMap) -> list[str]:
    """Roles that the data or the map names, sorted."""
    named = {role for names in index.role_sets for role in names}
    named |= {role for stage in journey_map.stages for role in stage.roles}
    named |= {g.role for g in journey_map.buying_group} | {c.role for c in journey_map.cells if c.role}
    return sorted(named | set(journey_map.roles))


def called(names: Mapping[str, Text], role: str, lang: str | None = None) -> str:
    """A role as the map calls it (`names`: its own roles), else as everybody does, else its id."""
    own = pick(names.get(role), lang)
    return own or (text(ROLE_NAMES[role], lang) if role in ROLE_NAMES else role)
