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
from tabiji.index.jit import NEVER, kernel
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


FINE = 10  # bits of an age in seconds that are looked up in one table


class Decay(NamedTuple):
    """2^(−age ÷ half-life) as a product of three looked-up factors, in tables that stay in the first-level cache: old, middle,
    young: float64, per 2²⁰ seconds, per 2¹⁰ seconds below, per second below."""

    old: F8
    middle: F8
    young: F8


def decay_of(half_life: float, longest: int) -> Decay:
    """The tables for ages up to `longest` seconds."""
    old = np.arange((longest >> 2 * FINE) + 2, dtype=np.float64) * (1 << 2 * FINE)
    below = np.arange(1 << FINE, dtype=np.float64)
    return Decay(*(np.exp2(-age / half_life) for age in (old, below * (1 << FINE), below)))


class Tally(NamedTuple):
    """A path by key; only the places of its keys are valid. place: int64[K, 2], number of the journey that a key was last met in,
    and its place among the distinct keys · key: int32[K], the distinct keys · every, inside: float64[K], touches, and those
    inside the dates · aged: float64[K], weight by age of the latter · parts: float64[models, K + 1], the share of each · held:
    int32[4], extra: float64[4], touches that milestones go to, and their weights beyond that of a middle touch."""

    place: I8
    key: I4
    every: F8
    inside: F8
    aged: F8
    parts: F8
    held: I4
    extra: F8


def empty_tally(keys: int) -> Tally:
    """Room for paths over K keys."""
    counts = (np.empty(keys), np.empty(keys), np.empty(keys))
    parts = np.empty((len(PASSED), keys + 1))
    return Tally(np.full((keys, 2), -1), np.empty(keys, np.int32), *counts, parts, np.empty(4, np.int32), np.empty(4))


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
def anchors_of(place: I4, n_anchors: int, size: int, middle: float, at: I4, weight: F8) -> tuple[int, float]:
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
def share(
    key: I4, at: I4, begin: int, end: int, number: int, value: int, anchor: I4, direct: U1, since: int, until: int,
    old: F8, middle: F8, young: F8, place: I8, distinct: I4, every: F8, inside: F8, aged: F8, parts: F8, held: I4, extra: F8,
    bucket: int, credit: I8, worth: I8,
) -> None:  # fmt: skip
    """Credit the conversion `number`, worth `value`, with the touches `begin`…`end` under all models (credit, worth: see `Cells`).

    anchor: places of the milestones' touches, counted from `begin` · old … young: see `Decay` · place … extra: see `Tally`. Bare
    arrays, for a tuple that is taken apart in a loop costs more than the work."""
    size, outside = end - begin, credit.shape[2] - 1
    low = np.uint64((1 << FINE) - 1)
    newest, n, within, whole = at[end - 1], 0, 0, 0.0
    for i in range(begin, end):
        k, t = key[i], at[i]
        if place[k, 0] != number:
            place[k, 0], place[k, 1] = number, n
            distinct[n], every[n], inside[n], aged[n] = k, 0.0, 0.0, 0.0
            n += 1
        x, age = place[k, 1], np.uint64(newest - t)
        weight = old[age >> np.uint64(2 * FINE)] * middle[age >> np.uint64(FINE) & low] * young[age & low]
        whole += weight  # the latest touch is 0 old, so that nothing underflows
        every[x] += 1.0
        if since <= t <= until:
            inside[x] += 1.0
            aged[x] += weight
            within += 1
    for x in range(n):
        even = inside[x] / size
        for model in range(parts.shape[0]):
            parts[model, x] = 0.0
        parts[LINEAR, x] = parts[POSITION, x] = even
        parts[TIME_DECAY, x] = aged[x] / whole
        parts[SHAPLEY, x] = inside[x] / (every[x] * n)
    for model in (FIRST, LAST, LAST_NON_DIRECT):
        i = begin if model == FIRST else end - 1
        if model == LAST_NON_DIRECT:
            while i > begin and direct[key[i]]:
                i -= 1
            i = end - 1 if direct[key[i]] else i
        if since <= at[i] <= until:
            parts[model, place[key[i], 1]] = 1.0
    for model in (POSITION, U_SHAPED, W_SHAPED, FULL_PATH):
        if model == POSITION:
            if size < 3:
                continue
            n_held, between = 2, 0.2 / (size - 2)
            held[0], held[1] = 0, size - 1
            extra[0] = extra[1] = 0.4 - between
        elif model == U_SHAPED:
            n_held, between = anchors_of(anchor, 2, size, 0.0, held, extra)
        else:
            n_held, between = anchors_of(anchor, 3 if model == W_SHAPED else 4, size, 0.1, held, extra)
        for x in range(n):
            parts[model, x] = inside[x] * between
        for y in range(n_held):
            i = begin + held[y]
            if since <= at[i] <= until:
                parts[model, place[key[i], 1]] += extra[y]
    rest = key[end - 1] if within == size else outside
    for model in range(parts.shape[0]):
        given = paid = 0
        for x in range(n):
            part = int(parts[model, x] * ONE + 0.5)
            credit[bucket, model, distinct[x]] += part
            given += part
        credit[bucket, model, rest] += ONE - given
        if value != 0:
            for x in range(n):
                money = int(np.floor(parts[model, x] * value + 0.5))
                worth[bucket, model, distinct[x]] += money
                paid += money
            worth[bucket, model, rest] += value - paid
