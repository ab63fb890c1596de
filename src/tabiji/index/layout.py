"""The journey index in memory: what the builder writes, the kernels read.

Units (accounts, opportunities or persons) are numbered 0…n−1 over the whole index. A partition holds a contiguous
range of them, whole units only. Inside a partition a *tier* holds events sorted by (unit, at); the overlay tier
replaces the units that received events after the base was built, so every unit is *live* in exactly one tier.
Events of one instant stand in a fixed order of what they say (name, channel, …, person), never of their arrival.

Instants are int32 seconds since `lake.schema.EPOCH` (UTC).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

NO_PERSON = 0xFFFF  # in Tier.person
NO_ROLE = 0  # role set 0 is the empty set

U1 = npt.NDArray[np.uint8]
U2 = npt.NDArray[np.uint16]
U4 = npt.NDArray[np.uint32]
I4 = npt.NDArray[np.int32]
I8 = npt.NDArray[np.int64]
F8 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tier:
    """Events of a set of units, sorted by (unit, at) and then by what they say.

    unit: int64[r], partition-local ordinals, ascending · live: uint8[r], 0 where a later tier replaces the unit ·
    off: int64[r+1], row x owns events off[x]…off[x+1] · kind: uint32[e] · person: uint16[e], ordinal within the unit
    or NO_PERSON · role: uint16[e], id of a role set · at, received: int32[e].
    Values are sparse: value_at: int64[v] event positions ascending, value: float64[v], currency: uint8[v]."""

    unit: I8
    live: U1
    off: I8
    kind: U4
    person: U2
    role: U2
    at: I4
    received: I4
    value_at: I8
    value: F8
    currency: U1


@dataclass(frozen=True, slots=True)
class Partition:
    """Units `first` … `first + n - 1` of the index, in one or two tiers (base, overlay)."""

    number: int
    first: int
    n: int
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Kinds:
    """Dictionary of distinct (name, channel, source, campaign, content, offering, inherited, properties named by a map).

    Columns are equal-length sequences; None = the event did not say. `properties[name]` are the values of a property."""

    name: Sequence[str | None]
    channel: Sequence[str | None]
    source: Sequence[str | None]
    campaign: Sequence[str | None]
    content: Sequence[str | None]
    offering: Sequence[str | None]
    inherited: npt.NDArray[np.bool_]
    properties: Mapping[str, Sequence[str | None]]

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True)
class Index:
    """One generation of the index of one unit.

    units: ids by ordinal · role_sets: tuple of role names by role-set id (0 = empty) · currencies by code ·
    version: names the generation (equal versions, equal content) · manifest: what the builder wrote down
    (lake version, events, as-of of the data, notices)."""

    unit: str
    version: str
    manifest: Mapping[str, Any]
    units: Sequence[str]
    kinds: Kinds
    role_sets: Sequence[tuple[str, ...]]
    currencies: Sequence[str]
    partitions: tuple[Partition, ...]

    @property
    def n_units(self) -> int:
        """How many units the index knows, units without any event included."""
        return len(self.units)

    @property
    def n_events(self) -> int:
        """Live events."""
        return int(self.manifest["events"])
