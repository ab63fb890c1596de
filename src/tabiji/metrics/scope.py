"""Who, and when, a question is about. Every metric takes a scope, so the same flags mean the same everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from tabiji.index.jit import NEVER
from tabiji.index.layout import I4
from tabiji.journeymap.model import JourneyMap
from tabiji.lake.schema import EPOCH

_EPOCH = datetime.fromisoformat(EPOCH).replace(tzinfo=UTC)
DAY = 86_400
DEFAULT_HORIZON_DAYS = 180


@dataclass(frozen=True, slots=True)
class Scope:
    """The journeys and instants of a question; instants are aware, and inclusive.

    as_of: nothing that happened later counts · known_as_of: nothing that was received later counts (the journal must have
    been swept for it) · from_at, to_at: journeys whose start lies between the two · selection: bool[n_units], units
    asked about (None = all) · groups: code of each unit (int32[n_units], -1 = none) and the label of each code ·
    horizon_days: None = the map's, else 180 · min_n: a rate of fewer is refused."""

    as_of: datetime
    known_as_of: datetime | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    selection: npt.NDArray[np.bool_] | None = None
    groups: tuple[I4, Sequence[str]] | None = None
    horizon_days: int | None = None
    min_n: int = 10

    @property
    def known(self) -> int:
        """The last second (of the index) by which records that count had been received; NEVER where all do."""
        return NEVER if self.known_as_of is None else seconds(self.known_as_of)

    def horizon_of(self, journey_map: JourneyMap) -> int:
        """Days within which an advance counts: the question's, else the map's, else 180."""
        return self.horizon_days or journey_map.horizon_days or DEFAULT_HORIZON_DAYS

    def of_group(self, g: int) -> "Scope":
        """The same question about the units of the group with code `g` alone."""
        assert self.groups is not None
        mine = self.groups[0] == g
        return replace(self, groups=None, selection=mine if self.selection is None else self.selection & mine)


def seconds(at: datetime) -> int:
    """An instant as the index counts it: whole seconds since EPOCH, rounded down, inside int32.

    Raises ValueError for an instant without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return int(np.clip((at - _EPOCH) // timedelta(seconds=1), -NEVER, NEVER - 1))


def instant(at: int) -> datetime:
    """The instant of a second of the index, in UTC."""
    return _EPOCH + timedelta(seconds=int(at))


def in_days(duration: int | None) -> float | None:
    """Seconds as days; None stays None."""
    return None if duration is None else duration / DAY
