"""Where figures come from: units and events behind them, what was left out and why, and a fingerprint."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import run
from tabiji.index.jit import kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, U1, Index, Tier
from tabiji.index.sweep import Events
from tabiji.metrics.entries import Entries
from tabiji.metrics.scope import Scope, seconds
from tabiji.result import Provenance, Question
from tabiji.version import __version__

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

Units = npt.NDArray[np.bool_]


@kernel
def _touches(events: Events, begin: int, end: int, member: U1, wanted: U1, as_of: int, known: int) -> int:
    """Touches by `as_of`, received by `known`, of the live rows `begin`…`end` whose unit is wanted."""
    off, kind, at, received = events.off, events.kind, events.at, events.received
    n = 0
    for row in range(begin, end):
        if events.live[row] and wanted[events.unit[row]]:
            for i in range(off[row], off[row + 1]):
                if at[i] > as_of:
                    break
                n += member[kind[i]] != 0 and received[i] <= known
    return n


@dataclass(frozen=True, slots=True)
class _Touches:
    """Kernel: touches of some units by an as-of. A source is (tier, wanted units of its partition)."""

    member: U1
    as_of: int
    known: int

    def prepare(self) -> U1:
        return readonly(np.asarray(self.member, np.uint8))

    def zero(self, tables: U1) -> int:
        return 0

    def partial(self, tables: U1, source: tuple[Tier, U1], begin: int, end: int) -> int:
        return _touches(events_of(source[0]), begin, end, tables, readonly(source[1]), self.as_of, self.known)

    def merge(self, a: int, b: int) -> int:
        return a + b

    def finish(self, total: int) -> int:
        return total


def n_touches(
    index: Index, rules: "Rules", journals: Sequence[Journal], scope: Scope, selected: Units, executor: Executor
) -> int:
    """Touches of the selected units by as-of. The journals have counted them; only units with touches both before and after
    the as-of are read again."""
    as_of = seconds(scope.as_of)
    known = scope.known
    total, sources = 0, []
    for partition, journal in zip(index.partitions, journals, strict=True):
        mine = selected[partition.first : partition.first + partition.n]
        total += int(journal.n_touches[mine & (journal.last_touch <= as_of)].sum(dtype=np.int64))
        cut = mine & (journal.first_touch <= as_of) & (journal.last_touch > as_of)
        if cut.any():
            sources += [((tier, cut.astype(np.uint8)), tier.off) for tier in partition.tiers]
    return total + (run(_Touches(rules.member, as_of, known), sources, executor) if sources else 0)


def provenance(
    index: Index,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    found: Entries,
    kept: Entries,
    question: Question,
    executor: Executor,
    **more: Any,
) -> Provenance:
    """Counts behind the journeys `kept` out of those `found` by as-of; `more` = what else decides the figures."""
    selected = np.ones(index.n_units, bool) if scope.selection is None else scope.selection
    first = np.concatenate([np.empty(0, np.int32), *(j.first_touch for j in journals)])
    seen = selected & (first <= seconds(scope.as_of))
    with_journey = _distinct(found.unit[selected[found.unit]])
    excluded = {"no_event": int(selected.sum() - seen.sum()), "no_stage": int(seen.sum()) - with_journey}
    if scope.from_at is not None or scope.to_at is not None:
        excluded["outside_window"] = with_journey - _distinct(kept.unit)
    return Provenance(
        unit=index.unit,
        accounts=int(seen.sum()),
        journeys=len(kept),
        events=n_touches(index, rules, journals, scope, selected, executor),
        as_of=scope.as_of,
        known_as_of=scope.known_as_of,
        fingerprint=fingerprint(index, rules, scope, **more),
        excluded=excluded,
        map_version=question.map_version,
        software=f"tabiji {__version__}",
    )


def _distinct(unit: I8) -> int:
    """How many units there are (they ascend)."""
    return int(np.count_nonzero(np.diff(unit, prepend=-1)))


def fingerprint(index: Index, rules: "Rules", scope: Scope, **more: Any) -> str:
    """A hash of all that decides the figures: equal fingerprints, equal figures."""
    digest = blake2b(digest_size=12)
    instants = [str(at) for at in (scope.as_of, scope.known_as_of, scope.from_at, scope.to_at)]
    said = [index.unit, index.version, rules.digest, *instants, scope.horizon_days, scope.min_n, more]
    digest.update(json.dumps(said, sort_keys=True, default=str).encode())
    if scope.selection is not None:
        digest.update(b"selection" + np.packbits(scope.selection).tobytes())
    if scope.groups is not None:
        digest.update(b"groups" + scope.groups[0].tobytes() + json.dumps(list(scope.groups[1]), default=str).encode())
    return digest.hexdigest()


def inside(unit: I8, start: I4, scope: Scope) -> Units:
    """bool[j]: journeys of the selected units that started inside the window (unit: int64[j], start: int32[j])."""
    keep = np.ones(len(unit), bool) if scope.selection is None else scope.selection[unit]
    if scope.from_at is not None:
        keep &= start >= seconds(scope.from_at)
    if scope.to_at is not None:
        keep &= start <= seconds(scope.to_at)
    return keep


def chosen(found: Entries, scope: Scope) -> Entries:
    """The journeys of the selected units that started inside the window."""
    return found.only(inside(found.unit, found.start, scope))
