"""How a conversion is shared among the touches before it: the kernel.

All models are told from the same tally of a path: how many touches every key has (inside the dates that are credited), and how
much they weigh by age. Parts are rounded to fixed point; what is left of the whole goes to the last touch, or, where touches
lie outside the dates, to them: so the parts always add up to the whole.

Shares of the models with anchors (U, W, full path): each milestone goes to the latest touch before its transition; the share of
a milestone without such a touch, and that of the middle where there is no middle touch, spreads evenly over the anchors there
are.
"""

from typing import NamedTuple

import numpy as np

from tabiji.i18n import N_
from tabiji.index.jit import NEVER, kernel, readonly
from tabiji.index.layout import F8, I4, I8, U1
from tabiji.metrics.credit.gathering.cells import ONE

# The models of one pass, in the order of its cells. Shapley is here with the value function `sum`, whose values are known
# in closed form: every conversion is shared equally among the distinct keys of its path.
PASSED = (
    "first", "last", "last_non_direct", "linear", "time_decay", "position", "u", "w", "full_path", "shapley",
)  # fmt: skip
FIRST, LAST, LAST_NON_DIRECT, LINEAR, TIME_DECAY, POSITION, U_SHAPED, W_SHAPED, FULL_PATH, SHAPLEY = range(len(PASSED))
MODELS = (*PASSED[:-1], "markov", "shapley")
VARIANTS = {  # what exactly each name means here
    "first": N_("First touch: all credit to the first touch inside the lookback."),
    "last": N_("Last touch: all credit to the last touch before the conversion."),
    "last_non_direct": N_("Last touch that is not direct: as last touch, passing over touches of the channel direct."),
    "linear": N_("Linear: every touch the same."),
    "time_decay": N_("Time decay: half as much for every {days:g} days before the conversion."),
    "position": N_("Position 40/20/40: first and last touch 40 % each, those between share 20 %."),
    "u": N_("U-shaped 50/50: first touch and lead creation."),
    "w": N_("W-shaped 30/30/30/10: first touch, lead creation, opportunity creation; the others share 10 %."),
    "full_path": N_(
        "Full path 22.5 × 4 + 10: first touch, lead creation, opportunity creation, win; the others share 10 %."
    ),
    "markov": N_(
        "Markov chain of order {order}: how many conversions the chain loses when a touch of the key ends the journey, exactly"
        " solved, scaled to all conversions; repeated touches {repeats}."
    ),
    "shapley": N_("Shapley value, value function {function}."),
}


FINE = 9  # bits of an age in seconds that are looked up in one table
MIDDLE, OLD = 1 << FINE, 2 << FINE  # where the second and the third table of an age begin


def decay_of(half_life: float, longest: int) -> F8:
    """2^(−age ÷ half-life) for ages up to `longest` seconds, as a product of three looked-up factors: per second below 2⁹, per
    2⁹ seconds below 2¹⁸, per 2¹⁸ seconds. float64, the three tables one after the other, small enough for the first-level
    cache."""
    below = np.arange(1 << FINE, dtype=np.float64)
    old = np.arange((longest >> 2 * FINE) + 2, dtype=np.float64) * (1 << 2 * FINE)
    return readonly(np.exp2(-np.concatenate([below, below * (1 << FINE), old]) / half_life))


class Tally(NamedTuple):
    """A path by key; only the places of its keys are valid.

    place: int64[K], where a key stands among the distinct ones, counted from (number of the journey) × K; a lower one is of
    a journey before · distinct: int64[K], these keys · every, inside: float64[K], touches, and those inside the dates · aged:
    float64[K], weight by age of the latter · parts: float64[models, K], the share of each · held: int64[4], extra: float64[4],
    touches that milestones go to, and their weights beyond that of a middle touch."""

    place: I8
    distinct: I8
    every: F8
    inside: F8
    aged: F8
    parts: F8
    held: I8
    extra: F8


def empty_tally(keys: int) -> Tally:
    """Room for paths over K keys."""
    parts = np.empty((len(PASSED), keys))
    counts = (np.empty(keys), np.empty(keys), np.empty(keys))
    return Tally(
        np.full(keys, -1), np.empty(keys, np.int64), *counts, parts, np.empty(4, np.int64), np.empty(4),
    )  # fmt: skip


@kernel
def latest_before(at: I4, begin: int, end: int, instant: int) -> int:
    """Place of the latest touch before an instant, counted from `begin`; −1 where there is none."""
    if instant == NEVER:
        return -1
    x = end - 1
    while x >= begin and at[x] >= instant:
        x -= 1
    return x - begin


@kernel
def anchors_of(place: I8, n_anchors: int, size: int, middle: float, at: I8, weight: F8) -> tuple[int, float]:
    """Touches that milestones go to, and their weights beyond that of a middle touch.

    place: the touch of each milestone (−1: none), the first touch first · at, weight: where the distinct ones are written.
    Returns how many they are, and the weight of each touch between them."""
    n = there = 0
    for x in range(n_anchors):
        if place[x] >= 0:
            there += 1
            y = 0
            while y < n and at[y] != place[x]:
                y += 1
            if y == n:
                at[n], weight[n] = place[x], 0.0
                n += 1
            weight[y] += 1.0
    between = middle / (size - n) if size > n else 0.0
    each = (1.0 - middle if size > n else 1.0) / there
    for y in range(n):
        weight[y] = weight[y] * each - between
    return n, between


@kernel
def _tally(
    key: I4, at: I4, begin: int, end: int, low: int, high: int, base: int, decay: F8,
    place: I8, distinct: I8, every: F8, inside: F8, aged: F8,
) -> tuple[int, float]:  # fmt: skip
    """Tally the touches `begin`…`end` of a journey by key; those at `low`…`high` lie inside the dates. Returns how many keys there
    are, and the weight by age of all touches.

    base: of the places of this journey's keys (`Tally.place`)."""
    below = np.uint64((1 << FINE) - 1)
    newest, n, whole = np.int64(at[end - 1]), 0, 0.0
    for i in range(np.uint64(begin), np.uint64(end)):
        k = np.uint64(key[i])
        x, age = place[k] - base, np.uint64(newest - at[i])
        if x < 0:
            x = n
            place[k] = base + n
            distinct[n], every[n], inside[n], aged[n] = k, 0.0, 0.0, 0.0
            n += 1
        old, middle = (
            np.uint64(OLD) + (age >> np.uint64(2 * FINE)),
            np.uint64(MIDDLE) + (age >> np.uint64(FINE) & below),
        )
        weight = decay[old] * decay[middle] * decay[age & below]
        whole += weight  # the latest touch is 0 old, so that nothing underflows
        every[np.uint64(x)] += 1.0
        if np.uint64(low) <= i < np.uint64(high):
            aged[np.uint64(x)] += weight
    if high - low == end - begin:
        inside[:n] = every[:n]
    else:
        for i in range(low, high):
            inside[place[key[i]] - base] += 1.0
    return n, whole


@kernel
def _divide(n: int, size: int, whole: float, every: F8, inside: F8, aged: F8, parts: F8) -> None:
    """The parts of `n` keys of a path of `size` touches under the models that look at every touch alike; nothing for the others."""
    for x in range(np.uint64(n)):
        parts[FIRST, x] = parts[LAST, x] = parts[LAST_NON_DIRECT, x] = 0.0
        parts[LINEAR, x] = inside[x] / size
        parts[TIME_DECAY, x] = aged[x] / whole
        parts[SHAPLEY, x] = inside[x] / (every[x] * n)


@kernel
def _settle(n: int, parts: F8, distinct: I8, rest: int, whole: int, unit: float, cells: I8) -> None:
    """Add the parts, in fixed point, to the cells of each model (int64[models, K + 2]), and what is left of the whole to `rest`."""
    for model in range(np.uint64(parts.shape[0])):
        given = 0
        for x in range(np.uint64(n)):
            part = int(np.floor(parts[model, x] * unit + 0.5))
            cells[model, np.uint64(distinct[x])] += part
            given += part
        cells[model, rest] += whole - given


@kernel
def share(
    key: I4, at: I4, begin: int, end: int, number: int, value: int, anchor: I8, direct: U1, since: int, until: int,
    decay: F8, tally: Tally, credit: I8, worth: I8,
) -> None:  # fmt: skip
    """Credit the conversion `number`, worth `value`, with the touches `begin`…`end` under all models (credit, worth: int64[models,
    K + 2], see `Cells`).

    anchor: places of the milestones' touches, counted from `begin` · decay: see `decay_of`."""
    place, distinct, every, inside, aged, parts, held, extra = tally
    size, outside = end - begin, credit.shape[1] - 1
    low, high = begin, end
    while low < end and at[low] < since:
        low += 1
    while high > low and at[high - 1] > until:
        high -= 1
    base = number * len(place)
    n, whole = _tally(key, at, begin, end, low, high, base, decay, place, distinct, every, inside, aged)
    _divide(n, size, whole, every, inside, aged, parts)
    for model in (FIRST, LAST, LAST_NON_DIRECT):
        i = begin if model == FIRST else end - 1
        if model == LAST_NON_DIRECT:
            while i > begin and direct[key[i]]:
                i -= 1
            i = end - 1 if direct[key[i]] else i
        if low <= i < high:
            parts[model, place[key[i]] - base] = 1.0
    for model in (POSITION, U_SHAPED, W_SHAPED, FULL_PATH):
        if model == POSITION:
            n_held, between = (2, 0.2 / (size - 2)) if size > 2 else (0, 1.0 / size)
            held[0], held[1] = 0, size - 1
            extra[0] = extra[1] = 0.4 - between
        elif model == U_SHAPED:
            n_held, between = anchors_of(anchor, 2, size, 0.0, held, extra)
        else:
            n_held, between = anchors_of(anchor, 3 if model == W_SHAPED else 4, size, 0.1, held, extra)
        for x in range(np.uint64(n)):
            parts[model, x] = inside[x] * between
        for y in range(n_held):
            i = begin + held[y]
            if low <= i < high:
                parts[model, place[key[i]] - base] += extra[y]
    rest = int(key[end - 1]) if high - low == size else outside
    _settle(n, parts, distinct, rest, ONE, float(ONE), credit)
    if value != 0:
        _settle(n, parts, distinct, rest, value, float(value), worth)
