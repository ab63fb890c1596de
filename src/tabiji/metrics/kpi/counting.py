"""How many events match a clause between two instants: one pass over the dictionaries, one over the events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import run
from tabiji.index.firing import alike
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.layout import U1, Index, Tier
from tabiji.index.sweep import Events
from tabiji.journeymap.masks import Masks, Match
from tabiji.journeymap.model import Clause, JourneyMap
from tabiji.metrics.provenance import Units
from tabiji.metrics.scope import Scope, seconds

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules


@kernel
def _count(
    events: Events, begin: int, end: int, of_kind: U1, hits: U1, wanted: U1, after: int, until: int, known: int
) -> int:
    """Events with after < at ≤ until, received by `known`, of the live rows whose unit is wanted, that hit.

    of_kind: class of a kind · hits: uint8[n_classes, n_role_sets]."""
    off, kind, role, at, received = events.off, events.kind, events.role, events.at, events.received
    n = 0
    for row in range(begin, end):
        if events.live[row] and wanted[events.unit[row]]:
            for i in range(off[row], off[row + 1]):
                inside = (at[i] > after) & (at[i] <= until) & (received[i] <= known)
                n += inside & (hits[of_kind[kind[i]], role[i]] != 0)
    return n


class _Hits(NamedTuple):
    of_kind: U1
    hits: U1


@dataclass(frozen=True, slots=True)
class _Counting:
    """Kernel of `count_events`. A source is (tier, wanted units of its partition)."""

    matches: Sequence[Match]
    n_kinds: int
    n_role_sets: int
    after: int
    until: int
    known: int

    def prepare(self) -> _Hits:
        kinds = [m.kinds for m in self.matches]
        example, of_kind = alike([np.zeros(self.n_kinds, bool), *kinds])
        hits = np.zeros((len(example), self.n_role_sets), np.uint8)
        for m in self.matches:
            hits[m.kinds[example]] |= np.ones(self.n_role_sets, bool) if m.roles is None else m.roles
        return _Hits(readonly(of_kind.astype(np.min_scalar_type(len(example)))), readonly(hits))

    def zero(self, tables: _Hits) -> int:
        return 0

    def partial(self, tables: _Hits, source: tuple[Tier, U1], begin: int, end: int) -> int:
        tier, wanted = source
        return _count(events_of(tier), begin, end, *tables, readonly(wanted), self.after, self.until, self.known)

    def merge(self, a: int, b: int) -> int:
        return a + b

    def finish(self, total: int) -> int:
        return total


def count_events(
    index: Index, journey_map: JourneyMap, rules: "Rules", scope: Scope, clause: Clause, after: int, executor: Executor
) -> int:
    """Events of the selected units that match a clause (its counting fields aside), later than `after` (seconds since EPOCH)
    and by the scope's as-of. Inherited events count where the clause says so."""
    masks = Masks(index.kinds, index.role_sets, journey_map.touchpoints)
    allowed = np.asarray(rules.member) != 0
    if not clause.inherited:
        allowed &= np.asarray(rules.inherited) == 0
    matches = [Match(m.kinds & allowed, m.roles) for m in masks.clause(clause)]
    known = NEVER if scope.known_as_of is None else seconds(scope.known_as_of)
    selected: Units = np.ones(index.n_units, bool) if scope.selection is None else scope.selection
    sources = [
        ((tier, selected[p.first : p.first + p.n].astype(np.uint8)), tier.off)
        for p in index.partitions
        for tier in p.tiers
    ]
    counting = _Counting(matches, len(index.kinds), len(index.role_sets), after, seconds(scope.as_of), known)
    return run(counting, sources, executor)
