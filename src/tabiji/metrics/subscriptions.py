"""Subscriptions, as events tell them: which events start, renew, expand, reduce and end one, and what is in force when.

A *subscription* is a unit × offering; a unit is a *customer* while at least one of its subscriptions is in force. By the name of
its event (globs, whatever the case) a movement means:

=========== ================================================================================================================
start       in force from now on, with this value; while it is in force: the value is replaced
renewal     stays in force, with this value (the old one where it tells none); a start where it was not in force
expansion   this value comes on top; a start where the offering named was not in force
contraction this value is taken off, never below 0
end         no longer in force
=========== ================================================================================================================

A movement that names no offering is of the subscription that began last; an end of all of them. What was never ended is taken to
be in force. Values are taken as they are told (of a term, a year, a month): ratios need them to be of one sort per customer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.layout import F8, I4, I8, U1, Index, Tier
from tabiji.index.sweep import Events
from tabiji.index.tasks import ranges
from tabiji.journeymap.model import JourneyMap

NAMES = ("start", "renewal", "expansion", "contraction", "end")
START, RENEWAL, EXPANSION, CONTRACTION, END = range(1, 6)
WORDS: Mapping[str, tuple[str, ...]] = {
    "start": ("subscription_started", "subscription_created", "subscription_activated", "contract_started"),
    "renewal": ("subscription_renewed", "contract_renewed", "renewed", "renewal_won"),
    "expansion": ("subscription_expanded", "subscription_upgraded", "contract_expanded", "expansion*", "upsell*"),
    "contraction": (
        "subscription_contracted", "subscription_reduced", "subscription_downgraded", "contract_reduced", "contraction*", "downsell*",
    ),
    "end": (
        "subscription_cancelled", "subscription_canceled", "subscription_ended", "subscription_expired", "contract_cancelled",
        "contract_canceled", "contract_terminated", "churned",
    ),
}  # fmt: skip
STAGES: Mapping[str, tuple[str, ...]] = {  # ids of stages whose entry events mean the same
    "renewal": ("renew*",),
    "expansion": ("expan*", "upsell*"),
    "contraction": ("contraction*", "downgrade*", "reduc*"),
    "end": ("churn*", "cancel*"),
}
NO_CURRENCY = -1
SEVERAL = -2  # currencies


def meanings(journey_map: JourneyMap, named: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Globs of event names by what they mean: those that were named, else those that the map's stages and `WORDS` give."""
    out = {}
    for name in NAMES:
        given = [glob for glob in named.get(name, ()) if glob]
        if not given:
            wanted = STAGES.get(name, ())
            stages = [s for s in journey_map.stages if any(fnmatchcase(s.id.lower(), glob) for glob in wanted)]
            # A clause that names an offering or a count says more than the event's name: `WORDS` know the plain ones.
            plain = [
                c for s in stages for c in s.enters_when if c.event and not (c.offering or c.counts or c.properties)
            ]
            given = [*WORDS[name], *(event for clause in plain for event in clause.event if event.strip("*"))]
        out[name] = tuple(dict.fromkeys(given))
    return out


def classes(index: Index, globs: Mapping[str, Sequence[str]], member: npt.NDArray[np.bool_]) -> U1:
    """uint8[n_kinds]: what an event of a kind means, 0 = nothing. member: bool[n_kinds], kinds of the map's offering.

    A name that fits several meanings has the first one in the order of `NAMES`."""
    by_name: dict[str, int] = {}
    out = np.zeros(len(index.kinds), np.uint8)
    for kind in np.flatnonzero(member & ~index.kinds.inherited).tolist():
        name = (index.kinds.name[kind] or "").lower()
        if name not in by_name:
            fits = [
                code
                for code, meaning in enumerate(NAMES, 1)
                for glob in globs[meaning]
                if fnmatchcase(name, glob.lower())
            ]
            by_name[name] = fits[0] if fits else 0
        out[kind] = by_name[name]
    return out


@dataclass(frozen=True, slots=True)
class Movements:
    """What happened to subscriptions, m of them, ordered by unit, then time (an end last): unit: int64[m] · at: int32[m] · means:
    uint8[m], START…END · offering: int32[m], place in a list of names, −1 = none named · value: float64[m], NaN where none is told ·
    currency: int32[m], place in `currencies`, NO_CURRENCY where none is told."""

    unit: I8
    at: I4
    means: U1
    offering: I4
    value: F8
    currency: I4
    currencies: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.unit)

    def only(self, keep: npt.NDArray[np.bool_]) -> "Movements":
        """The movements for which `keep` (bool[m]) holds."""
        return self.take(np.flatnonzero(keep))

    def take(self, at: npt.NDArray[np.intp]) -> "Movements":
        """The movements at some places."""
        return Movements(
            self.unit[at],
            self.at[at],
            self.means[at],
            self.offering[at],
            self.value[at],
            self.currency[at],
            self.currencies,
        )


@kernel
def _find(events: Events, begin: int, end: int, means: U1, as_of: int, known: int) -> tuple[I8, I8]:
    """(row, event) of the movements of the live rows `begin`…`end` by `as_of`, received by `known`."""
    off, kind, at, received = events.off, events.kind, events.at, events.received
    n = 0
    for row in range(begin, end):
        if events.live[row]:
            for i in range(off[row], off[row + 1]):
                if at[i] > as_of:
                    break
                n += (means[kind[i]] != 0) & (received[i] <= known)
    rows, found = np.empty(n, np.int64), np.empty(n, np.int64)
    n = 0
    for row in range(begin, end):
        if events.live[row]:
            for i in range(off[row], off[row + 1]):
                if at[i] > as_of:
                    break
                if means[kind[i]] != 0 and received[i] <= known:
                    rows[n], found[n] = row, i
                    n += 1
    return rows, found


def movements(index: Index, means: U1, as_of: int, known: int, executor: Executor) -> Movements:
    """All movements by `as_of`, received by `known` (seconds since EPOCH). means: see `classes`."""
    offerings = [x for x in dict.fromkeys(index.kinds.offering) if x is not None]
    place = {name: code for code, name in enumerate(offerings)}
    of_kind = np.array([-1 if x is None else place[x] for x in index.kinds.offering], np.int32)
    currencies = tuple(dict.fromkeys(c for c in index.currencies if c))
    of_code = np.array([*(currencies.index(c) if c else NO_CURRENCY for c in index.currencies), NO_CURRENCY], np.int32)
    wanted = readonly(means)
    tasks = [
        (partition.first, tier, a, b)
        for partition in index.partitions
        for tier in partition.tiers
        for a, b in ranges(tier.off, executor.workers * 2)
    ]

    def partial(task: tuple[int, Tier, int, int]) -> tuple[npt.NDArray[np.generic], ...]:
        first, tier, begin, end = task
        row, event = _find(events_of(tier), begin, end, wanted, as_of, known)
        spot = np.searchsorted(tier.value_at, event)
        told = spot < len(tier.value_at)
        told[told] = tier.value_at[spot[told]] == event[told]
        value, currency = np.full(len(event), np.nan), np.full(len(event), NO_CURRENCY, np.int32)
        value[told], currency[told] = (
            tier.value[spot[told]],
            of_code[np.minimum(tier.currency[spot[told]], len(of_code) - 1)],
        )
        kind = tier.kind[event]
        return tier.unit[row] + first, tier.at[event], means[kind], of_kind[kind], value, currency

    parts = executor.map(partial, tasks)
    dtypes = (np.int64, np.int32, np.uint8, np.int32, np.float64, np.int32)
    columns: list[Any] = [np.concatenate([np.empty(0, d), *(p[c] for p in parts)]) for c, d in enumerate(dtypes)]
    # One number per unit, instant and meaning; tiers are sorted already, so a sort that uses runs is a pass.
    key = columns[0] << 35 | (columns[1].astype(np.int64) + NEVER) << 3 | columns[2]
    unit, at, code, offering, value, currency = columns
    found = Movements(unit, at, code, offering, value, currency, currencies)
    return found.take(np.argsort(key, kind="stable"))


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
