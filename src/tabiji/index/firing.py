"""Which stages an event fires: the rules of a map as small tables over the dictionary of kinds.

A *code* is a class of kinds that the rules cannot tell apart: 0 = not of the journey's offering, 1 = a touch that fires
nothing, above = may fire. Simple clauses are a bit mask per code. Clauses with a role, a count, a window or people hold
state that lives as long as an attempt: the last `at_least` matching events (a ring), and the `people` persons seen last,
latest first, with the time of each (the p-th of them is inside the window exactly when p distinct persons are).
"""

from collections.abc import Sequence
from itertools import pairwise
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
MANY = 255


class Codes(NamedTuple):
    """of_kind: unsigned int[n_kinds], code of a kind · fires: uint64[n_codes], stages fired by simple clauses ·
    lone: uint8[n_codes], the one stage that a code without clauses fires, else MANY · clause_off: int32[n_codes+1], code x
    feeds the clauses clause[clause_off[x]…clause_off[x+1]]."""

    of_kind: npt.NDArray[np.unsignedinteger]
    fires: U8
    lone: U1
    clause_off: I4
    clause: I4


# Columns of Clauses.table.
STAGE, AT_LEAST, PEOPLE, WINDOW, MEMORY = range(5)


class Clauses(NamedTuple):
    """Clauses that look at more than the kind, c of them.

    table: int64[c+1, 5]: stage, at_least, people (0 = any), window in seconds (-1 = the whole attempt), and where the clause's
    memory begins (the last row: where all memory ends) · roles: uint8[c, n_role_sets], role sets that match.

    The memory of a clause with `least` and `people`, int64: [0] matching events so far, [1] persons on the list, [2] the next
    place of the ring, then instants and event positions of the ring (`least` each), persons, instants and positions of the
    list (`people` each)."""

    table: I8
    roles: U1


class FiringTables(NamedTuple):
    """Rules made ready for the kernels. `most` bounds how many stages one event can fire."""

    codes: Codes
    clauses: Clauses
    most: int


def alike(columns: Sequence[npt.NDArray[np.generic]]) -> tuple[I8, I8]:
    """Which kinds no column tells apart: (a kind of each class: int64[n_classes], class of each kind: int64[n_kinds]).

    columns: at least one, each of n_kinds values."""
    n = len(columns[0])
    told = np.concatenate([np.ascontiguousarray(c).view(np.uint8).reshape(n, c.itemsize) for c in columns], axis=1)
    first, group = np.unique(
        told.view(np.dtype((np.void, told.shape[1])))[:, 0], return_index=True, return_inverse=True
    )[1:]
    return first, group


def firing_tables(rules: "Rules", n_role_sets: int) -> FiringTables:
    """Prepare the rules of a map.

    Kinds that agree in every mask share a code, so the table that is read once per event stays in the cache."""
    clauses, masks = _clauses(rules, n_role_sets)
    member = np.asarray(rules.member) != 0
    fires = np.where(member, np.asarray(rules.simple_mask, np.uint64), np.uint64(0))
    fed = [mask & member for mask in masks]
    example, group = alike([member, fires, *fed])
    # Codes 0 and 1 are taken, so the classes that may fire are numbered from 2.
    speaks = np.array([fires[k] != 0 or any(mask[k] for mask in fed) for k in example], bool)
    code = np.where(speaks, np.cumsum(speaks) + TOUCH, np.where(member[example], TOUCH, NOT_MEMBER))
    speaking = example[speaks]
    feeds = [[c for c, mask in enumerate(fed) if mask[k]] for k in speaking]
    code_fires = np.concatenate([np.zeros(2, np.uint64), fires[speaking]])
    clause_off = np.cumsum([0, 0, 0, *(len(f) for f in feeds)]).astype(np.int32)
    flat = np.array([c for f in feeds for c in f], np.int32)
    lone = [
        int(m).bit_length() - 1 if int(m).bit_count() == 1 and not int(m) & int(rules.failure_bits) and a == b else MANY
        for m, (a, b) in zip(code_fires, pairwise(clause_off), strict=True)
    ]
    of_kind = code[group].astype(np.min_scalar_type(len(code_fires)))
    tables = code_fires, np.array(lone, np.uint8), clause_off, flat
    most = max((int(m).bit_count() + len(f) for m, f in zip(fires[speaking], feeds, strict=True)), default=1)
    return FiringTables(Codes(readonly(of_kind), *(readonly(t) for t in tables)), clauses, max(most, 1))


def _clauses(rules: "Rules", n_role_sets: int) -> tuple[Clauses, list[npt.NDArray[np.bool_]]]:
    """Arrays of the stateful clauses, and the kinds that each of them looks at."""
    anyone = np.ones(n_role_sets, np.uint8)
    rows = [(stage, kinds, roles, 1, -1, 0) for stage, kinds, roles in rules.role_simple]
    rows += [
        (c.stage, c.kind_mask, anyone if c.role_mask is None else c.role_mask, c.at_least, c.window_seconds, c.people)
        for c in rules.counting
    ]
    table = np.zeros((len(rows) + 1, 5), np.int64)
    for x, (stage, _, _, at_least, window, people) in enumerate(rows):
        least, most = max(at_least, 1), people or 0
        table[x, :MEMORY] = stage, least, most, window
        table[x + 1, MEMORY] = table[x, MEMORY] + 3 + 2 * least + 3 * most
    roles = np.array([np.asarray(r[2]) != 0 for r in rows], np.uint8).reshape(len(rows), n_role_sets)
    return Clauses(readonly(table), readonly(roles)), [np.asarray(r[1]) != 0 for r in rows]


@kernel
def forget(table: I8, memory: I8) -> None:
    """Start the counting windows anew (an attempt has ended, or another unit begins)."""
    for c in range(table.shape[0] - 1):
        m = table[c, MEMORY]
        memory[m], memory[m + 1], memory[m + 2] = 0, 0, 0


@kernel
def _see(memory: I8, at: int, n: int, most: int, event: int, t: int, who: int) -> int:
    """Move a person to the front of a list of `n` that begins at `at`; it keeps `most`. Returns its new length."""
    x = 0
    while x < n and memory[at + x] != who:
        x += 1
    if x == n:
        n = min(n + 1, most)
        x = n - 1
    for column in range(at, at + 3 * most, most):
        for y in range(column + x, column, -1):
            memory[y] = memory[y - 1]
    memory[at], memory[at + most], memory[at + 2 * most] = who, t, event
    return n


@kernel
def holds(table: I8, memory: I8, c: int, event: int, t: int, who: int) -> bool:
    """Take in an event that matches clause `c`, and tell whether the clause holds at it.

    Windows end at the event and are inclusive at both ends; an event without a person counts for `at_least` only."""
    m, least, most, window = table[c, MEMORY], table[c, AT_LEAST], table[c, PEOPLE], table[c, WINDOW]
    ring, seen = m + 3, m + 3 + 2 * least
    place = memory[m + 2]
    memory[ring + place], memory[ring + place + least] = t, event
    place = place + 1 if place + 1 < least else 0  # of the oldest event of the ring, once it is full
    memory[m], memory[m + 2] = memory[m] + 1, place
    if most > 0 and who != NO_PERSON:
        memory[m + 1] = _see(memory, seen, memory[m + 1], most, event, t, who)
    if memory[m] < least or memory[m + 1] < most:
        return False
    if window < 0:
        return True
    if t - memory[ring + place] > window:
        return False
    return bool(most == 0 or t - memory[seen + most + most - 1] <= window)
