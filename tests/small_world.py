"""Small indexes written by hand, and rules over them, for the tests of the journal and of the metrics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from tabiji.index.layout import NO_PERSON, Index, Kinds, Partition, Tier
from tabiji.journeymap.rules import CountingClause, Rules
from tabiji.metrics.feelings.answers import Answers

DAY = 86_400


@dataclass(frozen=True)
class E:
    """An event of unit `unit`: instants in seconds, `kind` and `role` as numbers of the dictionaries."""

    unit: int
    at: int
    kind: int
    person: int | None = None
    role: int = 0
    received: int | None = None
    value: float | None = None


def tier(events: Sequence[E], units: Iterable[int], first: int, dead: Iterable[int] = ()) -> Tier:
    """Events of some units as a tier; `units` are ordinals of the index, `dead` are replaced by a later tier."""
    rows = sorted(units)
    of_unit: dict[int, list[E]] = {u: [] for u in rows}
    for event in events:
        of_unit[event.unit].append(event)
    ordered = [e for u in rows for e in sorted(of_unit[u], key=lambda e: e.at)]
    valued = [(i, e.value) for i, e in enumerate(ordered) if e.value is not None]
    return Tier(
        unit=np.array([u - first for u in rows], np.int64),
        live=np.array([u not in set(dead) for u in rows], np.uint8),
        off=np.cumsum([0, *(len(of_unit[u]) for u in rows)]).astype(np.int64),
        kind=np.array([e.kind for e in ordered], np.uint32),
        person=np.array([NO_PERSON if e.person is None else e.person for e in ordered], np.uint16),
        role=np.array([e.role for e in ordered], np.uint16),
        at=np.array([e.at for e in ordered], np.int32),
        received=np.array([e.at if e.received is None else e.received for e in ordered], np.int32),
        value_at=np.array([i for i, _ in valued], np.int64),
        value=np.array([v for _, v in valued], np.float64),
        currency=np.zeros(len(valued), np.uint8),
    )


def index(
    events: Sequence[E],
    n_units: int,
    kinds: Sequence[str],
    role_sets: Sequence[tuple[str, ...]] = ((),),
    cuts: Sequence[int] = (),
    overlay: Iterable[int] = (),
    version: str = "1",
) -> Index:
    """An index of units 0…n_units−1, cut into partitions before the units of `cuts`; units of `overlay` have their events
    in the overlay tier and an outdated first half of them in the base."""
    bounds = [0, *cuts, n_units]
    late = set(overlay)
    partitions = []
    for number, (a, b) in enumerate(pairwise(bounds)):
        units = range(a, b)
        mine = [e for e in events if a <= e.unit < b]
        moved = [u for u in units if u in late]
        outdated = [e for u in moved for e in _first_half([e for e in mine if e.unit == u])]
        base = tier([e for e in mine if e.unit not in late] + outdated, units, a, dead=moved)
        tiers = (base, tier([e for e in mine if e.unit in late], moved, a)) if moved else (base,)
        partitions.append(Partition(number, a, b - a, tiers))
    empty: list[str | None] = [None] * len(kinds)
    return Index(
        unit="account",
        version=version,
        manifest={"events": len(events)},
        units=[f"u{u}" for u in range(n_units)],
        kinds=Kinds(list(kinds), empty, empty, empty, empty, empty, np.zeros(len(kinds), bool), {}),
        role_sets=tuple(role_sets),
        currencies=(),
        partitions=tuple(partitions),
    )


def _first_half(events: Sequence[E]) -> list[E]:
    return sorted(events, key=lambda e: e.at)[: len(events) // 2]


@dataclass(frozen=True)
class Count:
    """A counting clause in the words of a test: matching kinds, and how often."""

    stage: int
    kinds: tuple[int, ...]
    at_least: int = 1
    window: int = -1
    people: int = 0
    roles: tuple[int, ...] | None = None


def rules(
    n_kinds: int,
    n_stages: int,
    simple: dict[int, Iterable[int]],
    failures: Iterable[int] = (),
    regress: Iterable[int] = (),
    success: int = -1,
    counts: Sequence[Count] = (),
    roles: Sequence[tuple[int, Iterable[int], Iterable[int]]] = (),
    n_role_sets: int = 1,
    strangers: Iterable[int] = (),
    inactive: int = -1,
    touchpoints: dict[str, Iterable[int]] | None = None,
    touchpoint_roles: dict[str, Iterable[int]] | None = None,
    stage_ids: Sequence[str] = (),
    digest: str = "rules",
) -> Rules:
    """Rules written by hand: `simple` gives the kinds of each stage; `strangers` are kinds of another offering."""

    def mask(chosen: Iterable[int], n: int) -> np.ndarray:
        out = np.zeros(n, np.uint8)
        out[list(chosen)] = 1
        return out

    fires = np.zeros(n_kinds, np.uint64)
    for stage, kinds in simple.items():
        for kind in kinds:
            fires[kind] |= np.uint64(1 << stage)
    lost = set(failures)
    order = [-1 if s in lost else s - sum(f < s for f in lost) for s in range(n_stages)]
    return Rules(
        digest=digest,
        n_stages=n_stages,
        stage_ids=tuple(stage_ids or (f"s{x}" for x in range(n_stages))),
        failure_bits=np.uint64(sum(1 << s for s in lost)),
        stage_order=np.array(order, np.int16),
        regress_bits=np.uint64(sum(1 << s for s in regress)),
        success=success,
        member=1 - mask(strangers, n_kinds),
        inherited=np.zeros(n_kinds, np.uint8),
        simple_mask=fires,
        role_simple=tuple((stage, mask(kinds, n_kinds), mask(sets, n_role_sets)) for stage, kinds, sets in roles),
        counting=tuple(
            CountingClause(
                stage=c.stage,
                kind_mask=mask(c.kinds, n_kinds),
                role_mask=None if c.roles is None else mask(c.roles, n_role_sets),
                at_least=c.at_least,
                window_seconds=c.window,
                people=c.people,
            )
            for c in counts
        ),
        inactive_seconds=inactive,
        touchpoint_mask={name: mask(kinds, n_kinds) for name, kinds in (touchpoints or {}).items()},
        touchpoint_role_mask={name: mask(sets, n_role_sets) for name, sets in (touchpoint_roles or {}).items()},
    )


def answers(*given: tuple[int, int, int, int, float]) -> Answers:
    """(unit, at, role set, kind, score) each."""
    columns: Any = list(zip(*given, strict=True)) if given else [[]] * 5
    return Answers(
        np.array(columns[0], np.int64), np.array(columns[1], np.int32), np.array(columns[2], np.int32),
        np.array(columns[3], np.uint8), np.array(columns[4], np.float64), np.full(len(columns[0]), np.nan),
    )  # fmt: skip
