"""Events of a block as columns, and the small steps by which they are made."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tabiji.demo.records.catalogue import CODE, NONE
from tabiji.demo.records.timeline import Timeline
from tabiji.demo.world.clock import Seconds

Rows = NDArray[np.int32]

_COLUMNS: dict[str, tuple[type, float]] = {
    "account": (np.int32, NONE),
    "slot": (np.int8, NONE),  # person within the account, NONE = nobody known
    "kind": (np.int16, NONE),
    "offering": (np.int8, NONE),
    "opportunity": (np.int32, NONE),  # row of the block's opportunities
    "value": (np.float64, np.nan),  # JPY
    "at": (np.int64, 0),
}


@dataclass(slots=True)
class Events:
    """Chunks of events; `table` puts them together."""

    _chunks: dict[str, list[NDArray[np.generic]]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})

    def add(self, kind: str | NDArray[np.int16], account: Rows, at: Seconds, **columns: ArrayLike) -> None:
        """Append events; columns that are not given are empty."""
        given: dict[str, ArrayLike] = {
            "account": account, "at": at, "kind": CODE[kind] if isinstance(kind, str) else kind, **columns,
        }  # fmt: skip
        for name, (dtype, empty) in _COLUMNS.items():
            column: NDArray[np.generic] = np.broadcast_to(np.asarray(given.get(name, empty)).astype(dtype), at.shape)
            self._chunks[name].append(column)

    def table(self, end: int) -> dict[str, NDArray[np.generic]]:
        """All events before `end`, by time (then account and kind, so that the order is always the same)."""
        columns = {name: np.concatenate(chunks) for name, chunks in self._chunks.items()}
        keep = np.flatnonzero(columns["at"] < end)
        order = keep[np.lexsort((columns["kind"][keep], columns["account"][keep], columns["at"][keep]))]
        return {name: column[order] for name, column in columns.items()}


def whoever_is_there(
    timeline: Timeline, account: Rows, at: Seconds, slots: tuple[int, ...], rng: np.random.Generator,
    fade: float = 0.55,
) -> NDArray[np.int8]:  # fmt: skip
    """One of the people of `slots` who are with the account at that time, earlier slots more likely; NONE if nobody."""
    if not slots:
        return np.full(len(account), NONE, np.int8)
    chosen = np.array(slots, np.int8)
    there = timeline.present_from[:, chosen][account] <= at[:, None]
    there &= timeline.present_to[:, chosen][account] > at[:, None]
    weight = there * fade ** np.arange(len(slots))
    edges = np.cumsum(weight, axis=1)
    point = rng.random(len(account)) * edges[:, -1]
    return np.where(edges[:, -1] > 0, chosen[(edges <= point[:, None]).sum(axis=1).clip(max=len(slots) - 1)], NONE)


def between(low: Seconds, high: Seconds, rng: np.random.Generator) -> Seconds:
    """An instant strictly inside (low, high), evenly; `low` where there is no room."""
    room = np.maximum(high - low - 1, 0)
    return np.asarray(low + np.ceil(rng.random(len(low)) * room), np.int64)
