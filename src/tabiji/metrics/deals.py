"""What a won journey is worth: the value of the event at which it reached the success stage, else the amount of the
opportunity, with its currency."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tabiji.index.jit import NEVER
from tabiji.index.layout import F8, I4, I8, U1, U2, U4, Index

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

NO_CURRENCY = -1


@dataclass(frozen=True, slots=True)
class Amounts:
    """Money of the units of an index: value: float64[n], NaN where none is known · currency: int32[n], place in `names`,
    NO_CURRENCY where none is named."""

    value: F8
    currency: I4
    names: tuple[str, ...]


def no_amounts(n_units: int) -> Amounts:
    """The amounts of units that have none of their own (accounts, persons)."""
    return Amounts(np.full(n_units, np.nan), np.full(n_units, NO_CURRENCY, np.int32), ())


def deal_values(
    index: Index, rules: "Rules", unit: I8, won_at: I4, amounts: Amounts, default_currency: str, known: int = NEVER
) -> Amounts:
    """What journeys are worth, j of them; NaN where they are not won or nothing tells their value.

    unit: int64[j] · won_at: int32[j], when they reached the success stage, NEVER = not won · amounts: of the units · known:
    only events received by then. A value whose event names no currency is in that of the unit's amount, else in
    `default_currency`."""
    names = list(dict.fromkeys([default_currency, *amounts.names, *(c for c in index.currencies if c)]))
    of_amount = np.array([*(names.index(c) for c in amounts.names), NO_CURRENCY], np.int32)
    of_event = np.array([*(names.index(c) if c else NO_CURRENCY for c in index.currencies), NO_CURRENCY], np.int32)
    value, currency = amounts.value[unit].copy(), of_amount[amounts.currency[unit]]
    at, money, code = _at_success(index, rules, unit, won_at, known)
    value[at] = money
    named = of_event[code]
    currency[at] = np.where(named == NO_CURRENCY, currency[at], named)
    value[won_at == NEVER] = np.nan
    return Amounts(value, np.where(currency == NO_CURRENCY, np.int32(0), currency), tuple(names))


def _at_success(
    index: Index, rules: "Rules", unit: I8, won_at: I4, known: int
) -> tuple[npt.NDArray[np.intp], F8, npt.NDArray[np.intp]]:
    """(journey, value, code of currency) of the first valued event that fires the success stage at its instant."""
    journeys = np.flatnonzero(won_at != NEVER)
    keys = _keys(unit[journeys], won_at[journeys])
    order = np.argsort(keys, kind="stable")
    keys, journeys = keys[order], journeys[order]
    found: list[tuple[npt.NDArray[np.intp], F8, npt.NDArray[np.intp]]] = []
    for partition in index.partitions:
        for tier in partition.tiers:
            at = tier.value_at
            row = np.searchsorted(tier.off, at, side="right") - 1
            seen = (tier.live[row] != 0) & _fires(rules, tier.kind[at], tier.role[at]) & (tier.received[at] <= known)
            key = _keys(tier.unit[row] + partition.first, tier.at[at])
            place = np.searchsorted(keys, key)
            seen &= (place < len(keys)) & (keys[np.minimum(place, len(keys) - 1)] == key) if len(keys) else False
            hit, first = np.unique(place[seen], return_index=True)
            of_event = np.flatnonzero(seen)[first]
            found.append((journeys[hit], tier.value[of_event], tier.currency[of_event].astype(np.intp)))
    if not found:
        return np.empty(0, np.intp), np.empty(0), np.empty(0, np.intp)
    places, values, codes = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return places, values, codes


def _fires(rules: "Rules", kind: U4, role: U2) -> npt.NDArray[np.bool_]:
    """bool[m]: events, of these kinds by persons in these role sets, that may fire the success stage."""
    fires: npt.NDArray[np.bool_] = (rules.simple_mask[kind] >> np.uint64(rules.success)) & np.uint64(1) != 0
    conditions: list[tuple[U1, U1 | None]] = [
        (kinds, roles) for stage, kinds, roles in rules.role_simple if stage == rules.success
    ]
    conditions += [(c.kind_mask, c.role_mask) for c in rules.counting if c.stage == rules.success]
    for kinds, roles in conditions:
        fires |= (kinds[kind] != 0) & (True if roles is None else roles[role] != 0)
    fires &= rules.member[kind] != 0
    return fires


def _keys(unit: I8, at: I4) -> I8:
    """One number for a unit and an instant, in the order of units, then instants."""
    return (unit.astype(np.int64) << 32) + at.astype(np.int64) + (1 << 31)
