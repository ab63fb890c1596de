"""What credit is given to: the touchpoints of the map, the channels or the campaigns that events name.

A *touch* at the level of touchpoints is an event that a touchpoint matches; one that several match is a touch of each, in the
order of the map. At the level of channels or campaigns it is every event that names one. Events of another offering are none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from tabiji.errors import TabijiError
from tabiji.i18n import N_
from tabiji.index.firing import alike
from tabiji.index.jit import readonly
from tabiji.index.layout import I4, U1, Index
from tabiji.index.store import Coded
from tabiji.journeymap.model import JourneyMap

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

LEVELS = ("touchpoint", "channel", "campaign")
MOST_KEYS = 5_000
NONE, SEVERAL = -1, -2  # in Touching.lone
DIRECT = ("direct", "(direct)", "(none)")  # channels of somebody who came by herself


class TooManyKeysError(TabijiError):
    """Credit over more keys than anybody could read."""

    code = "too_many_keys"
    message = N_(
        "{n} different keys at the level {level!r}; at most {most} can share the credit: choose a coarser level"
    )


@dataclass(frozen=True, slots=True)
class Key:
    """Something that may earn credit. channel: of the touchpoint, or the channel itself; None where it is not known."""

    id: str
    channel: str | None
    name: Mapping[str, str] = field(default_factory=dict)


class Touching(NamedTuple):
    """Which keys an event touches, ready for the kernel.

    of_kind: unsigned[n_kinds], class of a kind · lone: int32[n_classes], the one key that the class touches whoever acts (NONE, or
    SEVERAL where it must be looked at) · off: int32[n_classes + 1], with key: int32 and bits: uint8 per (class, key) ·
    of_roles: uint8[K, n_role_sets], bits that a role set fulfils."""

    of_kind: npt.NDArray[np.unsignedinteger]
    lone: I4
    off: I4
    key: I4
    bits: U1
    of_roles: U1


@dataclass(frozen=True, slots=True)
class Level:
    """The keys of a level, in a stable order, and how events touch them. most: keys that one event touches at most."""

    name: str
    keys: tuple[Key, ...]
    touching: Touching
    most: int

    @property
    def direct(self) -> U1:
        """uint8[K]: keys that `last_non_direct` passes over."""
        return readonly(np.array([(k.channel or "").lower() in DIRECT for k in self.keys], np.uint8))


def level_of(name: str, index: Index, journey_map: JourneyMap, rules: "Rules") -> Level:
    """The keys of `touchpoint`, `channel` or `campaign`. Raises TooManyKeysError."""
    if name == "touchpoint":
        masks = [np.asarray(m, np.uint8) for m in rules.touchpoint_mask.values()]
        keys = tuple(Key(t.id, t.channel, t.name) for t in journey_map.touchpoints)
        anyone = np.full(len(index.role_sets), 255, np.uint8)
        of_roles = [rules.touchpoint_role_mask.get(t, anyone) for t in rules.touchpoint_mask]
        return _level(name, keys, masks, of_roles, len(index.kinds), len(index.role_sets))
    codes, texts = _coded(getattr(index.kinds, name))
    member = np.asarray(rules.member) != 0
    used = [c for c in np.unique(codes[member]).tolist() if texts[c]]
    if len(used) > MOST_KEYS:
        raise TooManyKeysError(n=len(used), level=name, most=MOST_KEYS)
    used.sort(key=lambda c: texts[c] or "")
    values = [texts[c] or "" for c in used]
    number = np.full(len(texts), -1, np.int32)
    number[used] = np.arange(len(used), dtype=np.int32)
    code = np.where(member, number[codes], np.int32(-1))
    keys = tuple(Key(v, v if name == "channel" else None) for v in values)
    found, classes = np.unique(code, return_inverse=True)
    touched = [[(int(k), 255)] if k >= 0 else [] for k in found]
    everybody = np.full((len(keys), len(index.role_sets)), 255, np.uint8)
    return Level(name, keys, _tables(classes, touched, everybody), 1)


def _coded(column: Sequence[str | None]) -> tuple[npt.NDArray[np.int64], list[str | None]]:
    """(codes, distinct texts) of a column of the dictionary; every text is looked at once."""
    if isinstance(column, Coded):
        return column.codes.astype(np.int64), [None, *column.values]
    texts = list(dict.fromkeys(column))
    place = {text: x for x, text in enumerate(texts)}
    return np.fromiter((place[text] for text in column), np.int64, len(column)), texts


def _level(
    name: str, keys: tuple[Key, ...], masks: Sequence[U1], of_roles: Sequence[U1], n_kinds: int, n_sets: int
) -> Level:
    if len(keys) > MOST_KEYS:
        raise TooManyKeysError(n=len(keys), level=name, most=MOST_KEYS)
    example, classes = alike([np.zeros(n_kinds, np.uint8), *masks])
    touched = [[(k, int(mask[e])) for k, mask in enumerate(masks) if mask[e]] for e in example]
    roles = np.array(of_roles, np.uint8).reshape(len(keys), n_sets)
    return Level(name, keys, _tables(classes, touched, roles), max((len(t) for t in touched), default=0))


def _tables(classes: npt.NDArray[np.int64], touched: list[list[tuple[int, int]]], of_roles: U1) -> Touching:
    flat = [pair for pairs in touched for pair in pairs]
    anyone = [bool((of_roles[k] & b).all()) for k, b in flat]
    starts = np.cumsum([0, *(len(t) for t in touched)])
    lone = [
        NONE if not pairs else pairs[0][0] if len(pairs) == 1 and anyone[at] else SEVERAL
        for pairs, at in zip(touched, starts, strict=False)
    ]
    return Touching(
        of_kind=readonly(classes.astype(np.uint16 if len(touched) <= 1 << 16 else np.uint32)),
        lone=readonly(np.array(lone, np.int32)),
        off=readonly(starts.astype(np.int32)),
        key=readonly(np.array([k for k, _ in flat], np.int32)),
        bits=readonly(np.array([b for _, b in flat], np.uint8)),
        of_roles=readonly(of_roles),
    )


def restricted(level: Level, keep: npt.NDArray[np.bool_]) -> Level:
    """The same level with some of its keys only (bool[K]); the others must never be touched."""
    number = np.cumsum(keep) - 1
    t = level.touching
    mine = keep[t.key]
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(mine)])
    lone = t.lone.copy()
    one = lone >= 0
    lone[one] = np.where(keep[lone[one]], number[lone[one]], NONE)
    touching = t._replace(
        lone=readonly(lone),
        off=readonly(before[t.off].astype(np.int32)),
        key=readonly(number[t.key[mine]].astype(np.int32)),
        bits=readonly(t.bits[mine]),
        of_roles=readonly(t.of_roles[keep]),
    )
    return Level(level.name, tuple(k for k, kept in zip(level.keys, keep, strict=True) if kept), touching, level.most)
