"""Journeys beside the plan: their entries, their alignments, and when what the plan expects first came."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tabiji.index.layout import F8, I4
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.conformance.alignment import Alignments
from tabiji.metrics.entries import Entries, Moves

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules


@dataclass(frozen=True, slots=True)
class Walks(Entries):
    """Entries, with the alignments of the same journeys, what they were worth, and when expected roles and touchpoints first
    came. seen: int32[j, X] · worth: float64[j], NaN where a won one tells none · currency: int32[j]."""

    aligned: Alignments
    seen: I4
    worth: F8
    currency: I4

    def take(self, at: npt.NDArray[np.int64]) -> "Walks":
        """The journeys at some places (int64, ascending)."""
        columns: dict[str, Any] = {
            f.name: getattr(self, f.name)[:, at] if f.name == "reached_at" else _taken(getattr(self, f.name), at)
            for f in fields(self)
            if f.name != "as_of"
        }
        return Walks(as_of=self.as_of, **columns)

    @classmethod
    def of(cls, found: Entries, aligned: Alignments, seen: I4, worth: F8, currency: I4) -> "Walks":
        """Entries with the rest, all of the same journeys."""
        columns: dict[str, Any] = {f.name: getattr(found, f.name) for f in fields(Entries)}
        return cls(**columns, aligned=aligned, seen=seen, worth=worth, currency=currency)


def _taken(column: Any, at: npt.NDArray[np.int64]) -> Any:
    if column is None:
        return None
    return column.take(at) if isinstance(column, Alignments | Moves) else column[at]


@dataclass(frozen=True, slots=True)
class Expected:
    """What stages of the main line expect, in the order of the columns of `Walks.seen`; `absent`: expected roles that nobody in
    the data has, and touchpoints that no event in the data is. Nothing can be said about those."""

    touchpoints: tuple[str, ...]
    roles: tuple[str, ...]
    absent: tuple[str, ...] = ()

    @classmethod
    def of(cls, journey_map: JourneyMap, rules: "Rules", role_sets: Sequence[tuple[str, ...]]) -> "Expected":
        """Those of a map, over the dictionaries of an index."""
        line = journey_map.main_line
        present = {role for names in role_sets for role in names}
        present |= {t for t, mask in rules.touchpoint_mask.items() if mask.any()}
        known = {t.id for t in journey_map.touchpoints}
        touchpoints = dict.fromkeys(t for s in line for t in s.touchpoints if t in known)
        roles = dict.fromkeys(r for s in line for r in s.roles)
        return cls(
            tuple(t for t in touchpoints if t in present),
            tuple(r for r in roles if r in present),
            tuple(name for name in (*roles, *touchpoints) if name not in present),
        )
