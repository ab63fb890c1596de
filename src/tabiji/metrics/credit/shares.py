"""How a conversion is shared among the touches before it: the pieces of the kernel.

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
from tabiji.index.jit import NEVER, inlined
from tabiji.index.layout import F8, I4, I8, U1
from tabiji.metrics.credit.cells import ONE

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


@inlined
def latest_before(at: I4, begin: int, end: int, instant: int) -> int:
    """Place of the latest touch before an instant, counted from `begin`; −1 where there is none."""
    if instant == NEVER:
        return -1
    x = end - 1
    while x >= begin and at[x] >= instant:
        x -= 1
    return x - begin


FINE = 14  # bits of an age in seconds that are looked up in the second table


class Decay(NamedTuple):
    """2^(−age ÷ half-life) as a product of two looked-up factors: coarse: float64[…], per 2¹⁴ seconds · fine: float64[2¹⁴]."""

    coarse: F8
    fine: F8


def decay_of(half_life: float, longest: int) -> Decay:
    """The tables for ages up to `longest` seconds."""
    coarse = np.exp2(-np.arange((longest >> FINE) + 2, dtype=np.float64) * (1 << FINE) / half_life)
    return Decay(coarse, np.exp2(-np.arange(1 << FINE, dtype=np.float64) / half_life))


class Tally(NamedTuple):
    """A path by key; only the places of its keys are valid. seen: int64[K], number of the journey that a place was last used
    for · key: int32[K], the distinct keys · every, inside: int32[K], touches, and those inside the dates · aged: float64[K],
    weight by age of the latter."""

    seen: I8
    key: I4
    every: I4
    inside: I4
    aged: F8


@inlined
def empty_tally(keys: int) -> Tally:
    """Room for paths over K keys."""
    return Tally(
        np.full(keys, -1, np.int64),
        np.empty(keys, np.int32),
        np.empty(keys, np.int32),
        np.empty(keys, np.int32),
        np.empty(keys),
    )


@inlined
def tallied(
    key: I4, at: I4, begin: int, end: int, number: int, since: int, until: int, decay: Decay, tally: Tally
) -> tuple[int, int, float]:  # fmt: skip
    """Count the touches `begin`…`end`. Returns how many distinct keys, how many touches inside the dates, and the weight of all
    touches by age (the latest one is 0 old, so that nothing underflows)."""
    seen, distinct, every, inside, aged = tally
    coarse, fine = decay
    newest = at[end - 1]
    n = within = 0
    whole = 0.0
    for i in range(begin, end):
        k, t = key[i], at[i]
        if seen[k] != number:
            seen[k], every[k], inside[k], aged[k], distinct[n] = number, 0, 0, 0.0, k
            n += 1
        age = np.uint64(newest - t)
        weight = coarse[age >> np.uint64(FINE)] * fine[age & np.uint64((1 << FINE) - 1)]
        whole += weight
        every[k] += 1
        if since <= t <= until:
            inside[k] += 1
            aged[k] += weight
            within += 1
    return n, within, whole


@inlined
def give(credit: I8, worth: I8, k: int, share: float, value: int) -> tuple[int, int]:
    """Add a share of a conversion and of its value to the cells of a key. Returns what was added."""
    part, money = int(np.rint(share * ONE)), int(np.rint(share * value))
    credit[k] += part
    worth[k] += money
    return part, money


@inlined
def last_that_is_not_direct(key: I4, begin: int, end: int, direct: U1) -> int:
    """Place of the last touch whose key is not direct; of the last one where all are."""
    x = end - 1
    while x >= begin and direct[key[x]]:
        x -= 1
    return x if x >= begin else end - 1


@inlined
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
