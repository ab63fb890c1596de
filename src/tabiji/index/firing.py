"""Which stages an event fires: the rules of a map as small tables over the dictionary of kinds.

A *code* is a class of kinds that the rules cannot tell apart: 0 = not of the journey's offering, 1 = a touch that fires
nothing, above = may fire. Simple clauses are a bit mask per code. Clauses with a role, a count, a window or people hold
state that lives as long as an attempt: the last `at_least` matching events (a ring), and the `people` persons seen last,
latest first, with the time of each (the p-th of them is inside the window exactly when p distinct persons are).
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from tabiji.index.jit import kernel, readonly
from tabiji.index.layout import I4, I8, NO_PERSON, U1

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

U8 = npt.NDArray[np.uint64]

NOT_MEMBER = 0
TOUCH = 1  # codes above it may fire


class Codes(NamedTuple):
    """of_kind: unsigned int[n_kinds], code of a kind · fires: uint64[n_codes], stages fired by simple clauses ·
    clause_off: int32[n_codes+1], code x feeds the clauses clause[clause_off[x]…clause_off[x+1]]."""

    of_kind: npt.NDArray[np.unsignedinteger]
    fires: U8
    clause_off: I4
    clause: I4


class Clauses(NamedTuple):
    """Clauses that look at more than the kind, c of them.

    stage, at_least, people: int32[c] (people 0 = any) · window: int64[c] seconds, -1 = the whole attempt · roles:
    uint8[c, n_role_sets] · ring_off, seen_off: int64[c+1], where a clause's state lies in the buffers of `State`."""

    stage: I4
    at_least: I4
    people: I4
    window: I8
    roles: U1
    ring_off: I8
    seen_off: I8


class State(NamedTuple):
    """What the clauses remember of the running attempt (see `Clauses`); positions are event positions in the tier."""

    matched: I4
    ring_at: I4
    ring_event: I8
    n_seen: I4
    seen_person: I4
    seen_at: I4
    seen_event: I8


class FiringTables(NamedTuple):
    """Rules made ready for the kernels. `most` bounds how many stages one event can fire."""

    codes: Codes
    clauses: Clauses
    most: int


def firing_tables(rules: "Rules", n_role_sets: int) -> FiringTables:
    """Prepare the rules of a map.

    Kinds that agree in every mask share a code, so the table that is read once per event stays in the cache."""
    clauses, masks = _clauses(rules, n_role_sets)
    member = np.asarray(rules.member, np.uint8) != 0
    fires = np.where(member, np.asarray(rules.simple_mask, np.uint64), np.uint64(0))
    group = np.unique(fires, return_inverse=True)[1].astype(np.int64)
    for mask in masks:
        group = np.unique(group * 2 + (mask & member), return_inverse=True)[1].astype(np.int64)
    silent = fires == 0
    for mask in masks:
        silent &= ~(mask & member)
    # Codes 0 and 1 are taken, so the classes that may fire are numbered from 2.
    speaking, first, number = np.unique(group[~silent], return_index=True, return_inverse=True)
    of_kind = np.where(member, TOUCH, NOT_MEMBER).astype(np.int64)
    of_kind[~silent] = number + TOUCH + 1
    example = np.flatnonzero(~silent)[first]
    fed = [[c for c, mask in enumerate(masks) if mask[kind]] for kind in example]
    code_fires = np.concatenate([np.zeros(2, np.uint64), fires[example]])
    clause_off = np.cumsum([0, 0, 0, *(len(f) for f in fed)]).astype(np.int32)
    flat = np.array([c for f in fed for c in f], np.int32)
    width = np.min_scalar_type(len(speaking) + TOUCH)
    codes = Codes(readonly(of_kind.astype(width)), readonly(code_fires), readonly(clause_off), readonly(flat))
    most = max((int(m).bit_count() + len(f) for m, f in zip(fires[example], fed, strict=True)), default=1)
    return FiringTables(codes, clauses, max(most, 1))


def _clauses(rules: "Rules", n_role_sets: int) -> tuple[Clauses, list[npt.NDArray[np.bool_]]]:
    """Arrays of the stateful clauses, and the kinds that each of them looks at."""
    anyone = np.ones(n_role_sets, np.uint8)
    rows = [(stage, kinds, roles, 1, -1, 0) for stage, kinds, roles in rules.role_simple]
    rows += [
        (c.stage, c.kind_mask, anyone if c.role_mask is None else c.role_mask, c.at_least, c.window_seconds, c.people)
        for c in rules.counting
    ]
    at_least = np.array([max(r[3], 1) for r in rows], np.int32)
    people = np.array([r[5] or 0 for r in rows], np.int32)
    roles = np.array([np.asarray(r[2]) != 0 for r in rows], np.uint8).reshape(len(rows), n_role_sets)
    return Clauses(
        stage=readonly(np.array([r[0] for r in rows], np.int32)),
        at_least=readonly(at_least),
        people=readonly(people),
        window=readonly(np.array([r[4] for r in rows], np.int64)),
        roles=readonly(roles),
        ring_off=readonly(np.concatenate([[0], np.cumsum(at_least)]).astype(np.int64)),
        seen_off=readonly(np.concatenate([[0], np.cumsum(people)]).astype(np.int64)),
    ), [np.asarray(r[1]) != 0 for r in rows]


@kernel
def new_state(clauses: Clauses) -> State:
    """State of clauses that have seen nothing."""
    c = clauses.stage.size
    ring, seen = clauses.ring_off[c], clauses.seen_off[c]
    return State(
        np.zeros(c, np.int32),
        np.empty(ring, np.int32),
        np.empty(ring, np.int64),
        np.zeros(c, np.int32),
        np.empty(seen, np.int32),
        np.empty(seen, np.int32),
        np.empty(seen, np.int64),
    )


@kernel
def forget(state: State) -> None:
    """Start the counting windows anew (an attempt has ended, or another unit begins)."""
    for c in range(state.matched.size):
        state.matched[c] = 0
        state.n_seen[c] = 0


@kernel
def _see(clauses: Clauses, state: State, c: int, event: int, t: int, who: int) -> None:
    """Move a person to the front of those seen last; beyond `people` the list forgets."""
    a, most, n = clauses.seen_off[c], clauses.people[c], state.n_seen[c]
    at = 0
    while at < n and state.seen_person[a + at] != who:
        at += 1
    if at == n:
        if n < most:
            state.n_seen[c] = n + 1
        else:
            at = n - 1
    for x in range(a + at, a, -1):
        state.seen_person[x] = state.seen_person[x - 1]
        state.seen_at[x] = state.seen_at[x - 1]
        state.seen_event[x] = state.seen_event[x - 1]
    state.seen_person[a] = who
    state.seen_at[a] = t
    state.seen_event[a] = event


@kernel
def holds(clauses: Clauses, state: State, c: int, event: int, t: int, who: int) -> bool:
    """Take in an event that matches clause `c`, and tell whether the clause holds at it.

    Windows end at the event and are inclusive at both ends; an event without a person counts for `at_least` only."""
    a, least, most = clauses.ring_off[c], clauses.at_least[c], clauses.people[c]
    slot = a + state.matched[c] % least
    state.ring_at[slot] = t
    state.ring_event[slot] = event
    state.matched[c] += 1
    if most > 0 and who != NO_PERSON:
        _see(clauses, state, c, event, t, who)
    if state.matched[c] < least or (most > 0 and state.n_seen[c] < most):
        return False
    window = clauses.window[c]
    if window < 0:
        return True
    oldest = state.ring_at[a + state.matched[c] % least]
    if t - oldest > window:
        return False
    return bool(most == 0 or t - state.seen_at[clauses.seen_off[c] + most - 1] <= window)


@kernel
def fired(
    codes: Codes, clauses: Clauses, state: State, event: int, code: int, t: int, who: int, role: int
) -> np.uint64:
    """Stages that an event of class `code` fires, as a bit mask; the clauses take the event in."""
    stages: np.uint64 = codes.fires[code]
    for x in range(codes.clause_off[code], codes.clause_off[code + 1]):
        c = codes.clause[x]
        if clauses.roles[c, role] and holds(clauses, state, c, event, t, who):
            stages = stages | (np.uint64(1) << np.uint64(clauses.stage[c]))
    return stages
