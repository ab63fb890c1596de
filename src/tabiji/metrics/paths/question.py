"""Paths: what journeys really do, step after step.

*Directly-follows*: how often b is the next step after a, and the exact median time between the two (van der Aalst, *Process
Mining*, 2nd ed. 2016, §6.2). At stage level the steps are the stage entries of a journey, returns included, runs of one
stage taken as one; at touch level the touches of the map's touchpoints inside the journey, and what follows itself is an
edge of its own unless repeats are collapsed. Time is from arrival to arrival. A journey begins at (start) and ends at how
it stands at as-of: (won) = reached success and was not lost later, (lost), (dormant), (open). *Variants* are whole
sequences, repeats left out. A *way back* is left and come back to. All are counts of what has happened so far: a path of an
open journey may go on. Not for effect: that most winners passed somewhere does not say that passing there helps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.i18n import N_
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import Entries, entries, main_line
from tabiji.metrics.intervals import refused, wilson, wilson_share
from tabiji.metrics.means import share_over
from tabiji.metrics.ordering import order_of
from tabiji.metrics.paths.result import (
    NO_SUCCESS,
    Edges,
    Loop,
    PathFigures,
    PathsResult,
    Rest,
    Variant,
)
from tabiji.metrics.paths.sequences import Counted, Sequences
from tabiji.metrics.paths.steps import ENDED_DORMANT, ENDED_LOST, ENDED_OPEN, ENDED_WON, EXTRA
from tabiji.metrics.paths.variants import Places, variants
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.scope import DAY, Scope, seconds
from tabiji.metrics.transitions import repeated
from tabiji.result import Notice, Question, Share

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["LEVELS", "PathFigures", "PathsResult", "paths"]

LEVELS = ("stage", "touch")
MAX_VARIANTS = 20
MOST_LOOPS = 100
MOST_CELLS = 1 << 18  # of groups that are counted at the same time
_CLUSTERED = {
    "account": N_("Some accounts have several journeys: intervals treat the journeys of one account as alike."),
    "opportunity": N_("Some opportunities have several journeys: intervals treat the journeys of one opportunity as alike."),
    "person": N_("Some persons have several journeys: intervals treat the journeys of one person as alike."),
}  # fmt: skip
_NO_TOUCHPOINTS = N_("This map has no touchpoints; there is nothing to follow at touch level.")


@dataclass(frozen=True, slots=True)
class Limits:
    """What is listed and from how many on a share is told."""

    max_variants: int
    top: int | None
    min_n: int
    has_success: bool


def paths(
    index: Index,
    journey_map: JourneyMap,
    rules: "Rules",
    journals: Sequence[Journal],
    scope: Scope,
    *,
    executor: Executor,
    question: Question | None = None,
    level: str = "stage",
    collapse: bool = False,
    once: bool = False,
    max_variants: int = MAX_VARIANTS,
    top: int | None = None,
) -> PathsResult:
    """Paths of a map over an index (arguments as those of `funnel`).

    level: `stage` or `touch` · collapse: at touch level, take touches of one touchpoint in a row as one · once: only the first
    time that a journey comes to a stage or touchpoint is a step (there are no ways back then) · max_variants: how
    many are listed; the rest is summed · top: how many edges and ways back are listed (None = all edges, 100
    ways back)."""
    if level not in LEVELS:
        raise ValueError(f"level {level!r}: {' or '.join(LEVELS)}")
    found = entries(journals, main_line(journey_map, rules), seconds(scope.as_of), executor)
    kept = chosen(found, scope)
    touch = level == "touch"
    collapse = collapse or not touch
    sequences = Sequences.of(index, journey_map, rules, journals, scope, executor, touch, collapse, once)
    has_success = any(s.kind == "success" for s in journey_map.stages)
    limits = Limits(max_variants, top, scope.min_n, has_success)
    total = _figures(None, sequences, sequences.counted(sequences.wanted, 1)[0], kept.unit, limits)
    asked = question or Question("paths", journey_map.id)
    named = journey_map.touchpoints if touch else journey_map.stages
    return PathsResult(
        question=asked,
        provenance=provenance(
            index, rules, journals, scope, found, kept, asked, executor,
            verb="paths", level=level, collapse=collapse, once=once, max_variants=max_variants,
            top=top, touchpoints=sequences.digest,
        ),
        notices=tuple(_notices(journey_map, kept, index.unit, touch)),
        level=level,
        collapse=collapse,
        once=once,
        total=total,
        names={x.id: x.name for x in named},
        planned=() if touch else planned(journey_map),
        failures=() if touch else tuple(s.id for s in journey_map.failures),
        groups=tuple(_groups(sequences, kept, scope, limits)),
    )  # fmt: skip


def planned(journey_map: JourneyMap) -> tuple[tuple[str, str], ...]:
    """The pairs of stages that the map plans to follow each other: its branches, else the stage written next; stages that may
    be left out are passed over, too."""
    line = journey_map.main_line
    out = []
    for k, stage in enumerate(line):
        following = [*stage.next]
        for later in line[k + 1 :] if not following else ():
            following.append(later.id)
            if not later.optional:
                break
        out += [(stage.id, to) for to in following]
    return tuple(dict.fromkeys(out))


def _notices(journey_map: JourneyMap, kept: Entries, unit: str, touch: bool) -> Iterator[Notice]:
    if repeated(kept.unit):
        yield Notice("clustered_units", _CLUSTERED[unit])
    if touch and not journey_map.touchpoints:
        yield Notice("no_touchpoints", _NO_TOUCHPOINTS)


def _groups(sequences: Sequences, kept: Entries, scope: Scope, limits: Limits) -> Iterator[PathFigures]:
    """One per value, the largest first; as many are counted at the same time as fit in bounded memory."""
    if scope.groups is None:
        return
    codes, labels = scope.groups
    mine = codes[kept.unit]
    size = np.bincount(mine[mine >= 0], minlength=len(labels))
    order = sorted(np.flatnonzero(size).tolist(), key=lambda g: (-int(size[g]), str(labels[g])))
    at_once = max(1, MOST_CELLS // (2 * len(sequences.nodes) ** 2))
    for begin in range(0, len(order), at_once):
        some = order[begin : begin + at_once]
        part_of = np.full(len(labels) + 1, -1, np.int32)
        part_of[some] = np.arange(len(some), dtype=np.int32)
        parts = [_part(journal, wanted, codes, part_of) for journal, wanted in sequences.by_journal()]
        counted = sequences.counted(parts, len(some))
        for x, g in enumerate(some):
            yield _figures(str(labels[g]), sequences, counted[x], kept.unit[mine == g], limits)


def _part(journal: Journal, wanted: I4, codes: I4, part_of: I4) -> I4:
    """The part of each journey of a journal (-1 = none); a unit without a group has the code -1, the last of `part_of`."""
    return np.where(wanted >= 0, part_of[codes[journal.unit]], np.int32(-1)).astype(np.int32)


def _figures(value: str | None, sequences: Sequences, counted: Counted, unit: I8, limits: Limits) -> PathFigures:
    nodes, n = sequences.nodes, len(counted.told.steps)
    edges = _edges(counted, nodes)
    owners = Owners.of(unit)
    loops, loops_rest = _loops(counted, nodes, owners, limits.top or MOST_LOOPS, limits.min_n)
    listed, rest = _variants(sequences, counted, unit, owners, limits)
    cut = len(edges) if limits.top is None else limits.top
    return PathFigures(
        value=value,
        n=n,
        edges=edges[:cut],
        edges_rest=(len(edges[cut:]), sum(edges.n[cut:])),
        variants=listed,
        rest=rest,
        loops=loops,
        loops_rest=loops_rest,
        touches=counted.touches if sequences.touch else None,
        other_events=counted.others if sequences.touch else None,
    )


def _edges(counted: Counted, nodes: Sequence[str]) -> Edges:
    """Edges, the most frequent first, then in the order of the nodes."""
    a, b = np.nonzero(counted.follows)
    n = counted.follows[a, b]
    order = order_of(n.max(initial=0) - n)
    a, b, n = a[order], b[order], n[order]
    timed = (b < len(nodes) - EXTRA) | (b == len(nodes) - EXTRA + ENDED_LOST)
    days: list[float | None] = (counted.follows_twice[a, b] / (2 * DAY)).tolist()
    for x in np.flatnonzero(~timed):
        days[x] = None
    names = np.array(nodes, object)
    return Edges(names[a].tolist(), names[b].tolist(), n.tolist(), days)


def _loops(
    counted: Counted, nodes: Sequence[str], owners: "Owners", most: int, min_n: int
) -> tuple[tuple[Loop, ...], tuple[int, int]]:
    """The ways back of most journeys, and how many others there are and how often they were gone."""
    a, b = np.nonzero(counted.returns)
    order = np.argsort(-counted.journeys[a, b], kind="stable")
    out, n = [], len(counted.told.steps)
    for x, y in zip(a[order][:most].tolist(), b[order][:most].tolist(), strict=True):
        journeys = int(counted.journeys[x, y])
        # Which journeys came back is not kept: where units have several, all of a unit are taken to be alike (the widest).
        share = refused(n, min_n) if n < max(min_n, 1) else _wilson_of(journeys, n, owners.worth)
        days = float(counted.returns_twice[x, y]) / (2 * DAY)
        times, direct = int(counted.returns[x, y]), int(counted.direct[x, y])
        out.append(Loop(nodes[x], nodes[y], times, direct, journeys, share, days))
    return tuple(out), (len(a) - len(out), int(counted.returns.sum()) - sum(x.n for x in out))


def _wilson_of(successes: int, n: int, worth: float) -> Share:
    """A share of `n` journeys that are worth `worth` independent ones."""
    low, high = wilson(successes / n * worth, worth)
    return Share(successes / n, low, high, n)


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose the journeys are. owner: intp[n], 0…g−1 · count: intp[g], journeys of each · clustered: whether any has several ·
    worth: how many independent journeys they are worth if those of one unit are all alike, (Σm)² ÷ Σm²."""

    owner: Places
    count: Places
    clustered: bool
    worth: float

    @classmethod
    def of(cls, unit: I8) -> "Owners":
        """From the units (int64[n], ascending)."""
        owner = np.cumsum(np.diff(unit, prepend=unit[:1]) != 0)
        count = np.bincount(owner)
        worth = len(unit) ** 2 / float((count * count).sum()) if len(unit) else 0.0
        return cls(owner, count, repeated(unit), worth)

    def share(self, hits: npt.NDArray[np.bool_], min_n: int) -> Share:
        """Share of the journeys that hit, with its interval."""
        if self.clustered:
            return share_over(hits, self.owner, self.count, min_n)
        return wilson_share(int(np.count_nonzero(hits)), len(hits), min_n)


def _variants(
    sequences: Sequences, counted: Counted, unit: I8, owners: Owners, limits: Limits
) -> tuple[tuple[Variant, ...], Rest]:  # fmt: skip
    told, n = counted.told, len(counted.told.steps)
    alike = variants(told.hash_1, told.hash_2, told.steps, limits.max_variants, sequences.executor)
    listed = [_variant(sequences, counted, unit, members, owners, limits) for members in alike.members]
    ordered = sorted(listed, key=lambda v: (-v.n, len(v.path), [sequences.nodes.index(x) for x in v.path]))
    hidden = np.ones(n, bool)
    for members in alike.members:
        hidden[members] = False
    rest = Rest(alike.n - len(listed), alike.rest, owners.share(hidden, limits.min_n))
    return tuple(ordered), rest


def _variant(
    sequences: Sequences, counted: Counted, unit: I8, members: Places, owners: Owners, limits: Limits
) -> Variant:  # fmt: skip
    told = counted.told
    hits = np.zeros(len(told.steps), bool)
    hits[members] = True
    ends = np.bincount(told.end[members], minlength=EXTRA).tolist()
    success = Share(None, None, None, len(members), NO_SUCCESS)
    if limits.has_success:
        success = Owners.of(unit[members]).share(told.won[members] != 0, limits.min_n)
    path = sequences.path(int(counted.place[members[0]]))
    return Variant(
        path=path,
        n=len(members),
        share=owners.share(hits, limits.min_n),
        success=success,
        median_days=float(np.median(told.took[members])) / DAY if path else None,
        won=ends[ENDED_WON],
        lost=ends[ENDED_LOST],
        dormant=ends[ENDED_DORMANT],
        open=ends[ENDED_OPEN],
    )
