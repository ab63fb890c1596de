"""Which touchpoints an event meets, as tables over classes of kinds that the touchpoints cannot tell apart."""

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from tabiji.index.firing import alike
from tabiji.index.jit import readonly
from tabiji.metrics.paths.walks import MANY, NO_TOUCH, Touches

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules


def touches_of(rules: "Rules", n_role_sets: int) -> Touches:
    """The touchpoints as tables over classes of kinds that they cannot tell apart."""
    masks = [np.asarray(m, np.uint8) for m in rules.touchpoint_mask.values()]
    member = np.asarray(rules.member, np.uint8)
    example, of_kind = alike([member, *masks])
    n_roles = n_role_sets if rules.touchpoint_role_mask else 1
    anyone = np.full(n_roles, 255, np.uint8)
    roles = [np.asarray(rules.touchpoint_role_mask.get(t, anyone), np.uint8) for t in rules.touchpoint_mask]
    wanted = np.array(roles, np.uint8).reshape(len(roles), n_roles)
    bits = np.array(masks, np.uint8).reshape(len(masks), len(member))[:, example]
    lone = np.full((len(example), n_roles), NO_TOUCH, np.uint16)
    several: dict[int, list[int]] = {}
    for r in range(n_roles if masks else 0):
        met = (bits & wanted[:, r, None]) != 0
        n = met.sum(axis=0)
        lone[:, r] = np.where(n == 1, met.argmax(axis=0), np.where(n > 1, MANY, NO_TOUCH))
        several |= {int(x) * n_roles + r: np.flatnonzero(met[:, x]).tolist() for x in np.flatnonzero(n > 1)}
    listed = [several.get(pair, []) for pair in range(lone.size)]
    return Touches(
        of_kind=readonly(of_kind.astype(np.min_scalar_type(len(example)))),
        member=readonly(member[example]),
        lone=readonly(lone),
        off=readonly(np.cumsum([0, *map(len, listed)]).astype(np.int32)),
        touchpoint=readonly(np.array([t for some in listed for t in some], np.uint16)),
        most=max([1, *map(len, listed)]),
    )


def digest_of(rules: "Rules") -> str:
    """A hash of what decides which events are touches."""
    digest = blake2b(digest_size=8)
    for touchpoint, mask in rules.touchpoint_mask.items():
        digest.update(touchpoint.encode() + b"\0" + np.asarray(mask).tobytes())
        if touchpoint in rules.touchpoint_role_mask:
            digest.update(np.asarray(rules.touchpoint_role_mask[touchpoint]).tobytes())
    return digest.hexdigest()
