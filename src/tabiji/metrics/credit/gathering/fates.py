"""What became of each journey as to a goal: it entered the goal stage (a *conversion*), it ended without (a *null*), or it is
still open; and when it passed the milestones before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.journeys import Journal
from tabiji.index.layout import F8, I4, I8, U1, Index
from tabiji.metrics.bootstrap import SEED
from tabiji.metrics.deals import Amounts, deal_values
from tabiji.metrics.provenance import inside
from tabiji.metrics.scope import Scope, seconds

if TYPE_CHECKING:
    from tabiji.journeymap.rules import Rules

LEFT_OUT, CONVERTED, NULL = 0, 1, 2  # fate of a journey
ANCHORS = 3  # lead, opportunity, won


@kernel
def _first_entries(off: I8, stage: U1, first: I4, wanted: U1, as_of: int, out: I4) -> None:
    """First entry by `as_of` to the stages of each bit of `wanted` (uint8[n_stages]) into out: int32[bits, j] (NEVER)."""
    for j in range(off.size - 1):
        for b in range(out.shape[0]):
            out[b, j] = NEVER
        for e in range(off[j], off[j + 1]):
            if first[e] > as_of:
                break
            bits = wanted[stage[e]]
            for b in range(out.shape[0]):
                if bits >> b & 1 and first[e] < out[b, j]:
                    out[b, j] = first[e]


class Fates(NamedTuple):
    """The journeys of one partition, j of them.

    fate: uint8[j] · start: int32[j] · stop: int64[j], touches before it count (the conversion, the loss, …) · anchors:
    int32[3, j], when the milestones lead, opportunity, won were first entered (NEVER) · value: int64[j], of a conversion, in
    fixed point · bucket: int32[j], group of its unit in the resamples."""

    fate: U1
    start: I4
    stop: I8
    anchors: I4
    value: I8
    bucket: I4


@dataclass(frozen=True, slots=True)
class Toward:
    """All journeys as to a goal. conversions, nulls, open: how many journeys · units: with a conversion · value: of all
    conversions together, None where none tells one or they are in several `currencies` · valued: conversions that tell one ·
    scale: fixed-point steps of a unit of money · buckets: groups of units, of `in_play` units that converted or ended."""

    parts: tuple[Fates, ...]
    conversions: int
    nulls: int
    open: int
    units: int
    value: float | None
    valued: int
    currencies: tuple[str, ...]
    scale: float
    buckets: int
    in_play: int


def toward(
    index: Index, rules: "Rules", journals: Sequence[Journal], scope: Scope, goal: int, milestones: Sequence[int],
    open_as_null: bool, most_buckets: int, amounts: Amounts, currency: str,
) -> Toward:  # fmt: skip
    """The fates of all journeys asked about.

    goal: number of a stage of the rules · milestones: bits (1 lead, 2 opportunity, 4 won) per stage · amounts, currency: see
    `deals.deal_values`."""
    as_of = seconds(scope.as_of)
    known = scope.known
    wanted = np.array([(s == goal) | m << 1 for s, m in enumerate(milestones)], np.uint8)
    found = [_entries(j, wanted, as_of) for j in journals]
    fates = [
        _fate(j, at[0], inside(j.unit, j.start, scope), as_of, open_as_null)
        for j, at in zip(journals, found, strict=True)
    ]
    unit = np.concatenate([np.empty(0, np.int64), *(j.unit for j in journals)])
    fate = np.concatenate([np.empty(0, np.uint8), *(f for f, _, _ in fates)])
    entered = np.concatenate([np.empty(0, np.int32), *(at[0] for at in found)])
    converted = fate == CONVERTED
    worth, currencies = _worth(index, rules, goal, unit[converted], entered[converted], amounts, currency, known)
    total = float(np.nansum(np.abs(worth)))
    scale = 2.0 ** np.floor(np.log2(2.0**52 / total)) if total > 0 else 1.0
    value = np.zeros(len(unit), np.int64)
    value[converted] = np.round(np.nan_to_num(worth) * scale).astype(np.int64)
    bucket, buckets, in_play = _buckets(unit, fate != LEFT_OUT, most_buckets)
    cuts = np.cumsum([0, *(len(j) for j in journals)])
    parts = tuple(
        Fates(
            readonly(f),
            readonly(j.start),
            readonly(stop),
            readonly(at[1:]),
            readonly(value[a:b]),
            readonly(bucket[a:b]),
        )
        for j, (f, stop, _), at, a, b in zip(journals, fates, found, cuts[:-1], cuts[1:], strict=True)
    )
    known_worth = worth[~np.isnan(worth)]
    return Toward(
        parts=parts,
        conversions=int(converted.sum()),
        nulls=int((fate == NULL).sum()),
        open=sum(n for _, _, n in fates),
        units=len(np.unique(unit[converted])),
        value=float(known_worth.sum()) if len(known_worth) and len(currencies) == 1 else None,
        valued=len(known_worth),
        currencies=currencies,
        scale=float(scale),
        buckets=buckets,
        in_play=in_play,
    )


def _entries(journal: Journal, wanted: U1, as_of: int) -> I4:
    out = np.empty((1 + ANCHORS, len(journal)), np.int32)
    _first_entries(journal.off, journal.stage, journal.first, readonly(wanted), as_of, out)
    return out


def _fate(
    journal: Journal,
    entered: I4,
    asked: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]",
    as_of: int,
    open_as_null: bool,
) -> tuple[U1, I8, int]:
    """(fate, stop, how many are open) of the journeys of a partition."""
    asked = asked & (journal.start <= as_of)
    converted, ended = entered != NEVER, journal.end <= as_of
    is_open = asked & ~converted & ~ended
    fate = np.where(converted, CONVERTED, np.where(ended | open_as_null, NULL, LEFT_OUT)).astype(np.uint8)
    fate[~asked] = LEFT_OUT
    end = np.where(ended, journal.end.astype(np.int64), as_of + 1)
    return fate, np.where(converted, entered.astype(np.int64), end), int(is_open.sum())


def _worth(
    index: Index, rules: "Rules", goal: int, unit: I8, at: I4, amounts: Amounts, currency: str, known: int
) -> tuple[F8, tuple[str, ...]]:
    """(what each conversion is worth, the currencies): the value of the event that entered the goal, else the amount of the
    opportunity; NaN where nothing tells it."""
    found = deal_values(index, replace(rules, success=goal), unit, at, amounts, currency, known)
    valued = ~np.isnan(found.value)
    return found.value, tuple(sorted({found.names[c] for c in np.unique(found.currency[valued])}))


def _buckets(unit: I8, asked: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]", most: int) -> tuple[I4, int, int]:
    """Group of every journey's unit: a group of its own where there are few units, else a random one of `most`."""
    units = np.unique(unit[asked])
    place = np.arange(len(units))
    if len(units) > most:
        place = np.random.default_rng(SEED).permutation(len(units)) % most
    out = np.zeros(len(unit), np.int32)
    if len(units):
        out[asked] = place[np.searchsorted(units, unit[asked])]
    return out, max(1, min(len(units), most)), len(units)
