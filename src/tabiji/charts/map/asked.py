"""What the living map asks of a workspace, for its page and its picture alike."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tabiji.charts.map.measured import About, Measured
from tabiji.workspace.overview import span

if TYPE_CHECKING:
    from tabiji.workspace import MeasuredMap


def measured(chosen: "MeasuredMap", flags: Mapping[str, Any] | None = None) -> Measured:
    """Everything that was measured on the map under these flags."""
    return Measured(funnel=chosen.funnel(**(flags or {})))


def about(chosen: "MeasuredMap") -> About:
    """Version, since when there is data, and how many people it knows."""
    workspace = chosen.workspace
    zone, lake = workspace.settings.zone, workspace.lake
    first = span(lake)
    return About(
        version=chosen.version.number or None,
        changed_on=chosen.version.created_at.astimezone(zone).date(),
        began_on=None if first is None else first[0].astimezone(zone).date(),
        n_persons=lake.head().of("person").current or None,
        zone=zone,
    )
