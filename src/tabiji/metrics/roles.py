"""The roles that a metric tells apart."""

from tabiji.index.layout import Index
from tabiji.journeymap.model import JourneyMap


def role_names(index: Index, journey_map: JourneyMap) -> list[str]:
    """Roles that the data or the map names, sorted."""
    named = {role for names in index.role_sets for role in names}
    named |= {role for stage in journey_map.stages for role in stage.roles}
    named |= {g.role for g in journey_map.buying_group} | {c.role for c in journey_map.cells if c.role}
    return sorted(named | set(journey_map.roles))
