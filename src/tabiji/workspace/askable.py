"""A workspace of which questions can be asked: its data, and maps laid on them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tabiji.workspace.data import Data
from tabiji.workspace.folder import Folder
from tabiji.workspace.maps import MapStore, MapVersion

if TYPE_CHECKING:
    from tabiji.journeymap import JourneyMap, Problem
    from tabiji.journeymap.model import Unit
    from tabiji.workspace.measured import MeasuredMap


class Askable(Data):
    """The data of a workspace with its maps."""

    def __init__(self, folder: Folder, **flags: Any) -> None:
        super().__init__(folder, **flags)
        self.maps = MapStore(self._database)

    def map(self, map_id: str, version: int | None = None) -> "MeasuredMap":
        """A map, ready to be asked. Raises NotFoundError."""
        from tabiji.workspace.measured import MeasuredMap

        return MeasuredMap(self, self.maps.get(map_id, version))

    def measured(self, journey_map: "JourneyMap") -> "MeasuredMap":
        """A map that is not (yet) kept in the workspace, ready to be asked: a draft, a what-if."""
        from tabiji.workspace.measured import MeasuredMap

        return MeasuredMap(self, MapVersion(journey_map, 0, "", datetime.now(UTC), 0))

    def check(self, text: str) -> "list[Problem]":
        """Every problem of a map's YAML, compared with the names that occur in the data."""
        from tabiji.journeymap import check
        from tabiji.workspace.known import known_data

        return check(text, known_data(self.lake))

    def draft(self, map_id: str, unit: "Unit" = "account") -> str:
        """YAML of a first map, drafted from the events in the lake."""
        from tabiji.workspace.known import draft_from

        return draft_from(self.lake, map_id, unit)
