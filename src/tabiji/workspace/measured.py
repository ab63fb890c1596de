"""A map with the data laid on it: each method asks one question and answers with a result."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import tabiji
from tabiji.result import Question
from tabiji.workspace.ask import COMMON, FUNNEL, Asked, end_of_day, read_flags, start_of_day
from tabiji.workspace.maps import MapVersion

if TYPE_CHECKING:
    from tabiji.index import Index
    from tabiji.index.journal import Journal
    from tabiji.journeymap import JourneyMap
    from tabiji.journeymap.rules import Rules
    from tabiji.metrics.funnel import FunnelResult
    from tabiji.metrics.scope import Scope
    from tabiji.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Ground:
    """What every metric stands on: the index, the compiled rules, the journal, and who and when is asked about."""

    index: "Index"
    rules: "Rules"
    journal: "Journal"
    scope: "Scope"


class MeasuredMap:
    """A version of a map in a workspace, ready to be asked."""

    def __init__(self, workspace: "Workspace", version: MapVersion) -> None:
        self._workspace = workspace
        self.version = version

    @property
    def workspace(self) -> "Workspace":
        """The workspace whose data is laid on it."""
        return self._workspace

    @property
    def map(self) -> "JourneyMap":
        """The map itself."""
        return self.version.map

    @property
    def text(self) -> str:
        """Its YAML as written."""
        return self.version.text

    def funnel(self, **flags: Any) -> "FunnelResult":
        """How many journeys reach each stage, and which share goes on.

        Flags as on the command line, with underscores (`as_of`, `from_`, `to`, `segment`, `by`, `horizon_days`, `min_n`,
        `mode`, `window_days`, `known_as_of`). Raises FlagError, ExpressionError."""
        from tabiji.metrics.funnel import funnel

        asked = read_flags(flags, FUNNEL)
        ground = self._ground(asked)
        return funnel(
            ground.index, self.map, ground.rules, ground.journal, ground.scope,
            question=self._question("funnel", asked), mode=asked.mode, window_days=asked.window_days,
            executor=self._workspace.executor,
        )  # fmt: skip
