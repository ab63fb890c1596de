"""How many events match clauses, each between two instants: one pass over the dictionaries, one over the events for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import run
from tabiji.index.firing import U8, alike
from tabiji.index.jit import kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.layout import I8, U1, Index, Tier
from tabiji.index.sweep import Events
from tabiji.journeymap.masks import Masks, Match
from tabiji.journeymap.model import Clause, JourneyMap
from tabiji.metrics.provenance import Units
from tabiji.metrics.scope import Scope

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules


MOST = 64  # countings of one pass: a bit of a word each


class Counting(NamedTuple):
    """What is counted: events that match a clause (its counting fields aside) with after < at ≤ until, seconds since EPOCH."""

    clause: Clause
    after: int
    until: int


@kernel
def _count(
    events: Events, begin: int, end: int, of_kind: U1, hits: U8, wanted: U1, after: I8, until: I8, known: int, counts: I8
) -> None:  # fmt: skip
    """Add to `counts` (int64[m]) the events received by `known`, of the live rows whose unit is wanted, that hit.

    of_kind: class of a kind · hits: uint64[n_classes, n_role_sets], bit per counting · after, until: int64[m]. Events of a row stand
    in time, so it is read from its end, as far back as anything is counted."""
    off, kind, role, at, received = events.off, events.kind, events.role, events.at, events.received
    earliest = after.min()
    for row in range(begin, end):
        if not (events.live[row] and wanted[events.unit[row]]):
            continue
        i = off[row + 1] - 1
        while i >= off[row] and at[i] > earliest:
            bits = hits[of_kind[kind[i]], role[i]]
            if bits and received[i] <= known:
                for x in range(counts.size):
                    counts[x] += (bits >> np.uint64(x) & np.uint64(1)) & (at[i] > after[x]) & (at[i] <= until[x])
            i -= 1


class _Hits(NamedTuple):
    of_kind: U1
    hits: U8


@dataclass(frozen=True, slots=True)
class _Counting:
    """Kernel of `count_events`. A source is (tier, wanted units of its partition) · matches: of each counting."""

    matches: Sequence[Sequence[Match]]
    n_kinds: int
    n_role_sets: int
    after: I8
    until: I8
    known: int

    def prepare(self) -> _Hits:
        kinds = [m.kinds for found in self.matches for m in found]
        example, of_kind = alike([np.zeros(self.n_kinds, bool), *kinds])
        hits = np.zeros((len(example), self.n_role_sets), np.uint64)
        for bit, found in enumerate(self.matches):
            for m in found:
                roles = np.ones(self.n_role_sets, bool) if m.roles is None else np.asarray(m.roles) != 0
                hits[np.ix_(m.kinds[example], roles)] |= np.uint64(1) << np.uint64(bit)
        return _Hits(readonly(of_kind.astype(np.min_scalar_type(len(example)))), readonly(hits))

    def zero(self, tables: _Hits) -> I8:
        return np.zeros(len(self.matches), np.int64)

    def partial(self, tables: _Hits, source: tuple[Tier, U1], begin: int, end: int) -> I8:
        (tier, wanted), counts = source, self.zero(tables)
        after, until = readonly(self.after), readonly(self.until)
        _count(
            events_of(tier), begin, end, tables.of_kind, tables.hits, readonly(wanted), after, until, self.known, counts
        )
        return counts

    def merge(self, a: I8, b: I8) -> I8:
        return a + b

    def finish(self, total: I8) -> I8:
        return total


def count_events(
    index: Index, journey_map: JourneyMap, rules: "Rules", scope: Scope, asked: Sequence[Counting], executor: Executor
) -> list[int]:
    """How many events of the selected units each counting has. Inherited events count where its clause says so."""
    masks = Masks(index.kinds, index.role_sets, journey_map.touchpoints)
    member, own = np.asarray(rules.member) != 0, np.asarray(rules.inherited) == 0
    matches = []
    for counting in asked:
        allowed = member if counting.clause.inherited else member & own
        matches.append([Match(m.kinds & allowed, m.roles) for m in masks.clause(counting.clause)])
    known = scope.known
    selected: Units = np.ones(index.n_units, bool) if scope.selection is None else scope.selection
    sources = [
        ((tier, selected[p.first : p.first + p.n].astype(np.uint8)), tier.off)
        for p in index.partitions
        for tier in p.tiers
    ]
    out: list[int] = []
    for first in range(0, len(asked), MOST):
        some = slice(first, first + MOST)
        after, until = (
            np.array(column, np.int64) for column in zip(*((c.after, c.until) for c in asked[some]), strict=True)
        )
        kernel_of = _Counting(matches[some], len(index.kinds), len(index.role_sets), after, until, known)
        out += run(kernel_of, sources, executor).tolist()
    return out
