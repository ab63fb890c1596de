"""What is told of the paths of some journeys: what follows what, whole paths, ways back, each with its share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tabiji.index.layout import I8
from tabiji.metrics.intervals import refused, wilson, wilson_share
from tabiji.metrics.means import share_over
from tabiji.metrics.ordering import order_of
from tabiji.metrics.paths.result import NO_SUCCESS, Edges, Loop, PathFigures, Rest, Variant
from tabiji.metrics.paths.sequences import Counted, Sequences
from tabiji.metrics.paths.steps import ENDED_DORMANT, ENDED_LOST, ENDED_OPEN, ENDED_WON, EXTRA
from tabiji.metrics.paths.variants import Places, variants
from tabiji.metrics.scope import DAY
from tabiji.metrics.transitions import repeated
from tabiji.result import Share

MOST_LOOPS = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """What is listed and from how many on a share is told."""

    max_variants: int
    top: int | None
    min_n: int
    has_success: bool


def figures_of(value: str | None, sequences: Sequences, counted: Counted, unit: I8, limits: Limits) -> PathFigures:
    """The figures of the journeys that were counted, under a value of `--by`. unit: int64[n], whose they are, ascending."""
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
