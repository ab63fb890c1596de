"""Which factors of a transition are looked at: touchpoints, roles, channels, and the contents with most touches."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tabiji.index.layout import F8, I4, Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.bottleneck.presence import Wanted
from tabiji.metrics.roles import role_names

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

MOST_CONTENTS = 20  # contents looked at, those with most touches


def candidates(index: Index, journey_map: JourneyMap, rules: "Rules") -> list[Wanted]:
    """The factors that are looked at; of several that the same events make be there, the first."""
    kinds, member = index.kinds, np.asarray(rules.member) != 0
    named = {t.id: t.name for t in journey_map.touchpoints}
    found = [
        Wanted(
            "touchpoint", name, named.get(name, {}), np.asarray(mask, np.uint8), rules.touchpoint_role_mask.get(name)
        )
        for name, mask in rules.touchpoint_mask.items()
    ]
    found += [Wanted("role", r, journey_map.roles.get(r, {})) for r in role_names(index, journey_map)]
    touches = _touches(index, len(kinds)) * member
    for kind, column, most in (("channel", kinds.channel, None), ("content", kinds.content, MOST_CONTENTS)):
        codes, values = coded(column)
        size = np.bincount(codes[codes >= 0], weights=touches[codes >= 0], minlength=len(values))
        for x in np.argsort(-size, kind="stable")[:most]:
            if size[x] > 0:
                found.append(Wanted(kind, values[x], {}, ((codes == x) & member).astype(np.uint8)))
    seen: set[bytes] = set()
    out = []
    for w in found:
        key = f"role {w.key}".encode() if w.mask is None else (w.mask != 0).tobytes()
        if w.roles is not None:
            key += w.roles.tobytes()
        if key not in seen and (w.mask is None or w.mask.any()):
            seen.add(key)
            out.append(w)
    return out


def _touches(index: Index, n_kinds: int) -> F8:
    """Events of each kind."""
    out = np.zeros(n_kinds)
    for partition in index.partitions:
        for tier in partition.tiers:
            out += np.bincount(tier.kind, minlength=n_kinds)
    return out


def coded(column: Sequence[str | None]) -> tuple[I4, list[str]]:
    """Codes of the values of a column (−1 = none), and the values."""
    values = list(dict.fromkeys(v for v in column if v))
    number = {v: x for x, v in enumerate(values)}
    return np.array([number.get(v or "", -1) for v in column], np.int32), values
