"""The period that a question about retention is about, and what all its figures share."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from tabiji.index.layout import I8
from tabiji.index.sweep import LOST
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import Entries
from tabiji.metrics.retention.subscriptions import END, START, Movements

STEPS = 12  # into which the period is cut


@dataclass(frozen=True, slots=True)
class Period:
    """moves: of the customers asked about · instants: int64[STEPS + 1], the ends of the twelfths · as_of: the last of them · currency: of values
    that name none · zone: of the quarters · failed: int64, units whose journey entered a failure stage in the period, None where
    the map has none · told: codes of the movements that anybody's events tell · horizon_days: at which survival and lifetime value are told too."""

    moves: Movements
    instants: I8
    days: int
    as_of: int
    min_n: int
    currency: str
    zone: ZoneInfo
    failed: I8 | None
    told: frozenset[int]
    horizon_days: int | None = None

    @property
    def begin(self) -> int:
        """The instant at which it begins."""
        return int(self.instants[0])

    def days_of(self, usual: tuple[int, ...]) -> tuple[int, ...]:
        """Days at which something is told: the usual ones, and the horizon where the question names one; ascending."""
        return tuple(sorted({*usual, *(() if self.horizon_days is None else (self.horizon_days,))}))

    @property
    def has_starts(self) -> bool:
        """Whether any event starts a subscription."""
        return START in self.told

    @property
    def has_ends(self) -> bool:
        """Whether any event ends one."""
        return END in self.told


def twelfths(as_of: int, seconds: int) -> I8:
    """The instants between the twelfths of a period that ends at as-of."""
    return as_of - seconds + np.arange(STEPS + 1, dtype=np.int64) * seconds // STEPS


def failed_in(journey_map: JourneyMap, found: Entries, begin: int, end: int) -> I8 | None:
    """Units (int64, ascending) whose journey entered a failure stage after `begin`, by `end`; None where the map has none."""
    if not journey_map.failures:
        return None
    return np.unique(found.unit[(found.outcome == LOST) & (found.ended > begin) & (found.ended <= end)])
