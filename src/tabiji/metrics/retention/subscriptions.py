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

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tabiji.compute.executor import Executor
from tabiji.errors import NotFoundError
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journal import events_of
from tabiji.index.layout import F8, I4, I8, U1, Index, Tier
from tabiji.index.sweep import Events
from tabiji.index.tasks import ranges
from tabiji.journeymap.masks import coded
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


def must_occur(index: Index, named: Mapping[str, Sequence[str]], happened: npt.NDArray[np.bool_]) -> None:
    """Refuse a name of an event that no event has: a slip of the pen would count nobody, and look like an answer.

    named: globs, by what they were given for · happened: bool[n_kinds], kinds with an event that is known: what comes later is
    neither found nor offered. Raises NotFoundError."""
    names = sorted({name for name, there in zip(index.kinds.name, happened, strict=True) if there and name is not None})
    for glob in (glob for globs in named.values() for glob in globs):
        if names and not any(fits(name, (glob,)) for name in names):
            raise NotFoundError("event", glob, names)


def classes(index: Index, globs: Mapping[str, Sequence[str]], member: npt.NDArray[np.bool_]) -> U1:
    """uint8[n_kinds]: what an event of a kind means, 0 = nothing. member: bool[n_kinds], kinds of the map's offering.

    A name that fits several meanings has the first one in the order of `NAMES`."""
    code_of = {code: globs[meaning] for code, meaning in enumerate(NAMES, 1)}
    codes, names = coded(index.kinds.name)
    of_name = [next((code for code, given in code_of.items() if fits(name, given)), 0) for name in names]
    return np.where(member & ~index.kinds.inherited, np.array(of_name, np.uint8)[codes], np.uint8(0))


def fits(word: str | None, globs: Sequence[str]) -> bool:
    """Whether a word matches one of some globs, whatever the case; None matches none."""
    return word is not None and _pattern(tuple(globs)).match(word.lower()) is not None


@lru_cache(64)
def _pattern(globs: tuple[str, ...]) -> "re.Pattern[str]":
    return re.compile("|".join(translate(glob.lower()) for glob in globs) or "(?!)")


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
    _, live, off, kind, _, _, at, received = events
    most = np.int64(0)
    for i in range(np.uint64(off[begin]), np.uint64(off[end])):
        most += np.int64(means[kind[i]] != 0)
    rows, found = np.empty(most + 1, np.int64), np.empty(most + 1, np.int64)
    n = np.uint64(0)
    for row in range(begin, end):
        first, a, b = n, off[row], off[row + 1] if live[row] else off[row]
        # Written always, kept only on a match: a loop without branches. What is too late is given back.
        for i in range(np.uint64(a), np.uint64(b)):
            found[n] = np.int64(i)
            n += np.uint64(means[kind[i]] != 0)
        while n > first and at[found[n - np.uint64(1)]] > as_of:
            n -= np.uint64(1)
        if known != NEVER:
            last, n = n, first
            for x in range(first, last):
                found[n] = found[x]
                n += np.uint64(received[found[x]] <= known)
        for x in range(first, n):
            rows[x] = row
    return rows[:n], found[:n]


def movements(index: Index, means: U1, as_of: int, known: int, executor: Executor) -> Movements:
    """All movements by `as_of`, received by `known` (seconds since EPOCH). means: see `classes`."""
    codes, offerings = coded(index.kinds.offering)
    of_kind = np.array([-1 if x is None else place for place, x in enumerate(offerings)], np.int32)[codes]
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
