"""The books of customers: what is in force when, from the movements of their subscriptions (see `subscriptions`)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.layout import F8, I4, I8, U1
from tabiji.metrics.retention.subscriptions import CONTRACTION, END, EXPANSION, NO_CURRENCY, RENEWAL, START, Movements
from tabiji.metrics.scope import Scope, seconds

SEVERAL = -2  # currencies


@dataclass(frozen=True, slots=True)
class Book:
    """What is in force, c customers (units with a movement), and m instants asked about.

    unit: int64[c] · first: int32[c], when it first became a customer (NEVER: never) · value: float64[c, m], in force at the instants,
    0 where nothing is, NaN where it is not told · active: bool[c, m] · value_first, value_later: float64[c], right after `first`,
    and a period later (NaN where that has not come yet or is not told) · currency: int32[c], NO_CURRENCY, or SEVERAL.
    Spells as customer, s of them: spell_of: int64[s], place among customers · spell_begin, spell_end: int32[s] (NEVER = not ended).
    Subscriptions: sub_of, sub_begin, sub_end likewise. Decisions (renewals and ends of subscriptions), d of them: decided_by:
    int64[d] · decided_at: int32[d] · renewed: uint8[d] · before, after: float64[d], value in force."""

    unit: I8
    first: I4
    value: F8
    active: npt.NDArray[np.bool_]
    value_first: F8
    value_later: F8
    currency: I4
    spell_of: I8
    spell_begin: I4
    spell_end: I4
    sub_of: I8
    sub_begin: I4
    sub_end: I4
    decided_by: I8
    decided_at: I4
    renewed: U1
    before: F8
    after: F8

    def only(self, keep: npt.NDArray[np.bool_]) -> "Book":
        """The customers for which `keep` (bool[c]) holds."""
        if keep.all():
            return self
        place = np.cumsum(keep) - 1
        out: list[Any] = [getattr(self, name)[keep] for name in _OF_CUSTOMER]
        for group in (_OF_SPELL, _OF_SUBSCRIPTION, _OF_DECISION):
            owner = getattr(self, group[0])
            mine = keep[owner]
            out += [place[owner[mine]], *(getattr(self, name)[mine] for name in group[1:])]
        return Book(*out)


def began_inside(kept: Book, scope: Scope) -> npt.NDArray[np.bool_]:
    """bool[c]: those who first became a customer inside the window of the scope."""
    inside: npt.NDArray[np.bool_] = kept.first != NEVER
    if scope.from_at is not None:
        inside &= kept.first >= seconds(scope.from_at)
    if scope.to_at is not None:
        inside &= kept.first <= seconds(scope.to_at)
    return inside


_OF_CUSTOMER = ("unit", "first", "value", "active", "value_first", "value_later", "currency")
_OF_SPELL = ("spell_of", "spell_begin", "spell_end")
_OF_SUBSCRIPTION = ("sub_of", "sub_begin", "sub_end")
_OF_DECISION = ("decided_by", "decided_at", "renewed", "before", "after")


@kernel
def _keep_books(
    off: I8, at: I4, means: U1, offering: I4, told: F8, n_slots: int, instants: I8, period: int, as_of: int,
    first: I4, value: F8, active: U1, value_first: F8, value_later: F8,
) -> tuple[I8, I4, I4, I8, I4, I4, I8, I4, U1, F8, F8]:  # fmt: skip
    """Live through the movements of each customer (off: int64[c + 1]). A subscription without a name has the last slot."""
    n_instants, most = instants.size, at.size
    spell_of, spell_begin, spell_end = np.empty(most, np.int64), np.empty(most, np.int32), np.empty(most, np.int32)
    sub_of, sub_begin, sub_end = np.empty(most, np.int64), np.empty(most, np.int32), np.empty(most, np.int32)
    room = most * 2 + n_slots
    by, when = np.empty(room, np.int64), np.empty(room, np.int32)
    renewed, before, after = np.empty(room, np.uint8), np.empty(room, np.float64), np.empty(room, np.float64)
    worth, number = (
        np.zeros(n_slots),
        np.full(n_slots, -1, np.int64),
    )  # value in force, its subscription (−1: not in force)
    spells = subs = decided = 0
    for c in range(off.size - 1):
        number[:] = -1
        worth[:] = 0.0
        n_active, seen = 0, 0
        later = np.int64(NEVER)
        fresh = later_done = False
        first[c] = NEVER
        value_first[c] = value_later[c] = np.nan
        for i in range(off[c], off[c + 1] + 1):
            now = np.int64(NEVER) if i == off[c + 1] else np.int64(at[i])
            total = 0.0
            for k in range(n_slots):
                if number[k] >= 0:
                    total += worth[k]
            if fresh and now > first[c]:
                value_first[c], fresh = total, False
            while seen < n_instants and instants[seen] < now:
                value[c, seen], active[c, seen] = total, n_active > 0
                seen += 1
            if not later_done and later < now:
                later_done = True
                if later <= as_of:
                    value_later[c] = total
            if i == off[c + 1]:
                break
            slot, m = offering[i], means[i]
            if slot < 0:
                slot = n_slots - 1
                if number[slot] < 0 and m != START:
                    for k in range(n_slots):
                        if number[k] >= 0 and (number[slot] < 0 or number[k] > number[slot]):
                            slot = k
                if m == END:
                    for k in range(n_slots):
                        if number[k] >= 0:
                            by[decided], when[decided], renewed[decided] = c, now, 0
                            before[decided], after[decided] = worth[k], 0.0
                            decided += 1
                            sub_end[number[k]] = now
                            number[k] = -1
                    if n_active > 0:
                        spell_end[spells - 1] = now
                    n_active = 0
                    continue
            if m == END:
                if number[slot] >= 0:
                    by[decided], when[decided], renewed[decided] = c, now, 0
                    before[decided], after[decided] = worth[slot], 0.0
                    decided += 1
                    sub_end[number[slot]] = now
                    number[slot] = -1
                    n_active -= 1
                    if n_active == 0:
                        spell_end[spells - 1] = now
                continue
            if number[slot] < 0:
                if m == CONTRACTION or (m == EXPANSION and offering[i] < 0):
                    continue
                sub_of[subs], sub_begin[subs], sub_end[subs] = c, now, NEVER
                number[slot] = subs
                worth[slot] = told[i]
                subs += 1
                n_active += 1
                if n_active == 1:
                    if spells > 0 and spell_of[spells - 1] == c and spell_end[spells - 1] == now:
                        spell_end[spells - 1] = NEVER
                    else:
                        spell_of[spells], spell_begin[spells], spell_end[spells] = c, now, NEVER
                        spells += 1
                if first[c] == NEVER:
                    first[c], later, fresh = now, now + period, True
                continue
            old = worth[slot]
            if m == EXPANSION and not np.isnan(told[i]):
                worth[slot] = old + told[i]
            elif m == CONTRACTION and not np.isnan(told[i]):
                worth[slot] = max(0.0, old - abs(told[i]))
            elif m <= RENEWAL and not np.isnan(told[i]):
                worth[slot] = told[i]
            if m == RENEWAL:
                by[decided], when[decided], renewed[decided] = c, now, 1
                before[decided], after[decided] = old, worth[slot]
                decided += 1
    return (
        spell_of[:spells], spell_begin[:spells], spell_end[:spells], sub_of[:subs], sub_begin[:subs], sub_end[:subs],
        by[:decided], when[:decided], renewed[:decided], before[:decided], after[:decided],
    )  # fmt: skip


def book(moves: Movements, instants: I8, period: int, as_of: int) -> Book:
    """What the movements amount to at `instants` (int64[m], ascending); period: seconds until `value_later`."""
    unit, start = np.unique(moves.unit, return_index=True)
    off = np.append(start, len(moves)).astype(np.int64)
    c, m = len(unit), len(instants)
    first, value, active = np.full(c, NEVER, np.int32), np.zeros((c, m)), np.zeros((c, m), np.uint8)
    begun, later = np.full(c, np.nan), np.full(c, np.nan)
    n_slots = int(moves.offering.max(initial=-1)) + 2
    rest = _keep_books(
        readonly(off), readonly(moves.at), readonly(moves.means), readonly(moves.offering), readonly(moves.value), n_slots,
        readonly(instants), period, as_of, first, value, active, begun, later,
    )  # fmt: skip
    return Book(unit, first, value, active != 0, begun, later, _currencies(moves, start), *rest)


def _currencies(moves: Movements, start: npt.NDArray[np.intp]) -> I4:
    """The currency of each customer's values."""
    if not len(moves):
        return np.empty(0, np.int32)
    told = ~np.isnan(moves.value)
    low = np.minimum.reduceat(np.where(told & (moves.currency != NO_CURRENCY), moves.currency, np.int32(NEVER)), start)
    high = np.maximum.reduceat(np.where(told, moves.currency, np.int32(NO_CURRENCY)), start)
    return np.where(high == NO_CURRENCY, NO_CURRENCY, np.where(low == high, low, SEVERAL)).astype(np.int32)
