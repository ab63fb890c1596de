"""What the filter bar offers: values that occur in the data, and what holds where nothing is chosen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tabiji.i18n import pick
from tabiji.web.filters import SIZE_LABELS
from tabiji.workspace.overview import account_values

if TYPE_CHECKING:
    from tabiji.journeymap import JourneyMap
    from tabiji.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Choices:
    """Values for the picks of the filter bar; an empty tuple means that the pick is not shown."""

    industries: tuple[str, ...]
    regions: tuple[str, ...]
    has_sizes: bool
    horizon_days: int  # where the address names none
    segments: tuple[tuple[str, str], ...] = ()  # saved ones: id, what they are called

    @property
    def sizes(self) -> dict[str, str]:
        """Code → label of the employee bands."""
        return SIZE_LABELS

    def offers(self, name: str) -> bool:
        """Whether the data can be divided by industry, region or size."""
        return bool({"industry": self.industries, "region": self.regions, "size": self.has_sizes}[name])


def choices(workspace: "Workspace", journey_map: "JourneyMap") -> Choices:
    """The choices for a map's page."""
    values = account_values(workspace.lake)
    horizon = journey_map.horizon_days or workspace.settings.horizon_days
    segments = tuple((s.id, pick(s.name) or s.id) for s in workspace.segments.list())
    return Choices(values.industries, values.regions, values.has_employees, horizon, segments)
