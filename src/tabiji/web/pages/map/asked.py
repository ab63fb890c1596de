"""What a map's page asks of the workspace."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tabiji.charts.map import About, Measured

if TYPE_CHECKING:
    from tabiji.workspace import MeasuredMap, Workspace


def measured(chosen: "MeasuredMap", flags: Mapping[str, Any]) -> Measured:
    """Everything that was measured on the map under these flags."""
    return Measured(funnel=chosen.funnel(**flags))


def about(workspace: "Workspace", chosen: "MeasuredMap") -> About:
    """Version, since when there is data, and how many people it knows."""
    zone = workspace.settings.zone
    head = workspace.lake.head()
    first = head.of("event").first_at
    return About(
        version=chosen.version.number,
        changed_on=chosen.version.created_at.astimezone(zone).date(),
        began_on=None if first is None else first.astimezone(zone).date(),
        n_persons=head.of("person").current or None,
    )
