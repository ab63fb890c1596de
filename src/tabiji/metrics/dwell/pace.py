"""The median stay in every stage, to compare one journey with: that of `dwell`, without its interval."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tabiji.compute.executor import Executor
from tabiji.journeymap.model import JourneyMap, Text
from tabiji.metrics.dwell.result import NOT_REACHED
from tabiji.metrics.entries import Entries
from tabiji.metrics.ordering import ascending
from tabiji.metrics.scope import DAY
from tabiji.metrics.stays import stays_in
from tabiji.metrics.survival import exits_of


@dataclass(frozen=True, slots=True)
class StagePace:
    """Of `n` stays in a stage half had ended after `median_days` (Kaplan–Meier, any cause; those that are
    still there counted as such); None with its `reason`."""

    id: str
    n: int
    median_days: float | None
    reason: str | None = None
    name: Text = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """{"id", "n", "median_days"}; `reason` where the median is null."""
        out: dict[str, Any] = {"id": self.id, "n": self.n, "median_days": self.median_days}
        return out if self.reason is None else {**out, "reason": self.reason}


def stage_pace(found: Entries, journey_map: JourneyMap, min_n: int, executor: Executor) -> tuple[StagePace, ...]:
    """The pace of every stage of the main line over some journeys; refused below `min_n`."""
    stages: Sequence[Any] = journey_map.main_line

    def pace(k: int) -> StagePace:
        packed = stays_in(found, k).packed
        stage, n, least = stages[k], len(packed), max(min_n, 1)
        if n < least:
            return StagePace(stage.id, n, None, f"n<{least}", stage.name)
        at = exits_of(ascending(packed)).quantile_at(0.5)
        if at is None:
            return StagePace(stage.id, n, None, NOT_REACHED, stage.name)
        return StagePace(stage.id, n, at / DAY, None, stage.name)

    return tuple(executor.map(pace, range(len(stages))))
