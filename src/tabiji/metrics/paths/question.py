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
from typing import TYPE_CHECKING

import numpy as np

from tabiji.compute.executor import Executor
from tabiji.i18n import N_
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, Index
from tabiji.journeymap.model import JourneyMap
from tabiji.metrics.entries import Entries, entries, main_line
from tabiji.metrics.paths.figures import Limits, figures_of
from tabiji.metrics.paths.result import (
    PathFigures,
    PathsResult,
)
from tabiji.metrics.paths.sequences import Sequences
from tabiji.metrics.provenance import chosen, provenance
from tabiji.metrics.scope import Scope, seconds
from tabiji.metrics.transitions import repeated
from tabiji.result import Notice, Question

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

__all__ = ["LEVELS", "PathFigures", "PathsResult", "paths"]

LEVELS = ("stage", "touch")
MAX_VARIANTS = 20
MOST_CELLS = 1 << 18  # of groups that are counted at the same time
_CLUSTERED = {
    "account": N_("Some accounts have several journeys: intervals treat the journeys of one account as alike."),
    "opportunity": N_("Some opportunities have several journeys: intervals treat the journeys of one opportunity as alike."),
    "person": N_("Some persons have several journeys: intervals treat the journeys of one person as alike."),
}  # fmt: skip
_NO_TOUCHPOINTS = N_("This map has no touchpoints; there is nothing to follow at touch level.")


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
    total = figures_of(None, sequences, sequences.counted(sequences.wanted, 1)[0], kept.unit, limits)
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
            yield figures_of(str(labels[g]), sequences, counted[x], kept.unit[mine == g], limits)


def _part(journal: Journal, wanted: I4, codes: I4, part_of: I4) -> I4:
    """The part of each journey of a journal (-1 = none); a unit without a group has the code -1, the last of `part_of`."""
    return np.where(wanted >= 0, part_of[codes[journal.unit]], np.int32(-1)).astype(np.int32)
