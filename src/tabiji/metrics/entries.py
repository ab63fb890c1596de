"""When each journey reached each stage of the main line, as seen at an as-of.

τ_k = the earliest entry to stage k or to any later stage of the main line, so reached(k) ⊇ reached(k+1). A journey that has
τ_k without having entered k itself by then passed over k (*skipped*).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.compute.kernel import parts_of
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journeys import Journal
from tabiji.index.layout import I4, I8, U1
from tabiji.index.tasks import ranges
from tabiji.journeymap.model import JourneyMap

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

U8 = npt.NDArray[np.uint64]
NO_LINE = 255  # a stage that is not of the main line (a failure)


@dataclass(frozen=True, slots=True)
class Moves:
    """Moves of j journeys along the main line, those back included: journey x moves at at[off[x]:off[x + 1]], ascending, to the
    stages of `to`. off: int64[j + 1] · at: int32[m] · to: uint8[m], places on the main line."""

    off: I8
    at: I4
    to: U1

    def take(self, at: I8) -> "Moves":
        """Those of the journeys at some places."""
        n = np.diff(self.off)[at]
        off = np.concatenate([np.zeros(1, np.int64), np.cumsum(n)])
        place = np.repeat(self.off[:-1][at] - off[:-1], n) + np.arange(int(off[-1]))
        return Moves(off, self.at[place], self.to[place])


@dataclass(frozen=True, slots=True)
class Entries:
    """Journeys that had started by `as_of` (seconds since EPOCH), j of them, and the K stages of the main line.

    unit: int64[j], ordinals of the index, ascending · start: int32[j] · ended: int32[j], NEVER where the journey is open at
    as-of · outcome: uint8[j], 0 open, 1 lost, 2 dormant, at as-of · reached_at: int32[K, j], τ, NEVER where not reached ·
    skipped: uint64[j], bit k where stage k was passed over · moves: None where nothing takes a journey back, or nobody asked
    (see `with_moves`)."""

    as_of: int
    unit: I8
    start: I4
    ended: I4
    outcome: U1
    reached_at: I4
    skipped: U8
    moves: Moves | None = field(default=None, kw_only=True)

    def __len__(self) -> int:
        return len(self.unit)

    def only(self, keep: npt.NDArray[np.bool_]) -> "Entries":
        """The journeys for which `keep` (bool[j]) holds."""
        return self if keep.all() else self.take(np.flatnonzero(keep))

    def take(self, at: I8) -> "Entries":
        """The journeys at some places (int64, ascending)."""
        columns = {name: getattr(self, name)[at] for name in ("unit", "start", "ended", "outcome", "skipped")}
        moves = None if self.moves is None else self.moves.take(at)
        return replace(self, reached_at=self.reached_at[:, at], moves=moves, **columns)


def main_line(journey_map: JourneyMap, rules: "Rules") -> U1:
    """uint8[n_stages]: where a stage of the rules stands on the main line; NO_LINE for failure stages."""
    position = {s.id: k for k, s in enumerate(journey_map.main_line)}
    return readonly(np.array([position.get(stage, NO_LINE) for stage in rules.stage_ids], np.uint8))


@kernel
def _reach(
    off: I8, stage: U1, first: I4, last: I4, ends: I4, line: U1, begin: int, end: int, as_of: int, window: int,
    reached_at: I4, skipped: U8, to: int,
) -> None:  # fmt: skip
    """τ of the journeys `begin`…`end`, and what they passed over, into the columns from `to` on (`ends` and `window` are unused:
    the port is that of `ordered`)."""
    n_line = reached_at.shape[0]
    own = np.empty(n_line, np.int32)
    for j in range(begin, end):
        for level in range(n_line):
            own[level] = NEVER
        for e in range(np.uint64(off[j]), np.uint64(off[j + 1])):
            if first[e] > as_of:
                break
            k = np.uint64(line[np.uint64(stage[e])])
            if k != np.uint64(NO_LINE):
                own[k] = min(own[k], first[e])  # entries stand in the order of their first firing
        earliest = np.int32(NEVER)
        passed = np.uint64(0)
        for level in range(n_line - 1, -1, -1):
            if own[level] <= earliest:
                earliest = own[level]
            else:
                passed |= np.uint64(1) << np.uint64(level)
            reached_at[level, to + j - begin] = earliest
        skipped[to + j - begin] = passed


Reach = Callable[..., None]


def entries(
    journals: Sequence[Journal],
    line: U1,
    as_of: int,
    executor: Executor,
    reach: Reach = _reach,
    window: int = NEVER,
) -> Entries:
    """The entries of all journeys, as seen at `as_of` (seconds since EPOCH).

    line: see `main_line` · reach: which entries count (`_reach`, or that of `ordered`, within `window` seconds)."""
    n_line = int((line != NO_LINE).sum())

    n = sum(len(journal.unit) for journal in journals)
    found = Entries(
        as_of=as_of,
        unit=np.empty(n, np.int64),
        start=np.empty(n, np.int32),
        ended=np.empty(n, np.int32),
        outcome=np.empty(n, np.uint8),
        reached_at=np.empty((n_line, n), np.int32),
        skipped=np.zeros(n, np.uint64),
    )

    def partial(task: tuple[Journal, int, int, int]) -> None:
        journal, begin, end, to = task
        there, here = slice(to, to + end - begin), slice(begin, end)
        reach(
            journal.off, journal.stage, journal.first, journal.last, journal.end, line, begin, end, as_of, window,
            found.reached_at, found.skipped, to,
        )  # fmt: skip
        open_ = journal.end[here] > as_of
        found.unit[there], found.start[there] = journal.unit[here], journal.start[here]
        found.ended[there] = np.where(open_, np.int32(NEVER), journal.end[here])
        found.outcome[there] = np.where(open_, np.uint8(0), journal.outcome[here])

    parts = parts_of(executor, len(journals))
    firsts = np.cumsum([0, *(len(journal.unit) for journal in journals)])
    executor.map(
        partial,
        [
            (journal, a, b, int(first) + a)
            for journal, first in zip(journals, firsts, strict=False)
            for a, b in ranges(journal.off, parts)
        ],
    )
    return found.only(found.start <= as_of)


def of_groups(found: Entries, codes: I4, labels: Sequence[str]) -> list[tuple[str, Entries]]:
    """Journeys by the group of their unit, the largest group first; groups without a journey are left out.

    codes: int32[n_units], -1 = in no group · labels: by code."""
    code = codes[found.unit]
    order = np.argsort(code, kind="stable")
    off = np.searchsorted(code[order], np.arange(len(labels) + 1))
    size = np.diff(off)
    largest = sorted(np.flatnonzero(size).tolist(), key=lambda g: (-int(size[g]), str(labels[g])))
    return [(str(labels[g]), found.take(order[off[g] : off[g + 1]])) for g in largest]
