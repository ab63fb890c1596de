"""How a conversion is shared among the touches before it: one piece of the kernel per model.

Shares of the models with anchors (U, W, full path): each milestone goes to the latest touch before its transition; the share of
a milestone without such a touch, and that of the middle where there is no middle touch, spreads evenly over the anchors there
are. Weights need not add up to 1: `passing` divides by their sum.
"""

from tabiji.i18n import N_
from tabiji.index.jit import NEVER, inlined
from tabiji.index.layout import F8, I4, I8, U1

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


@inlined
def single(model: int, key: I4, begin: int, end: int, direct: U1, weight: F8) -> None:
    """All credit to one touch: first, last, last that is not direct (the last one where all are)."""
    n = end - begin
    x = 0
    if model >= LAST:
        x = n - 1
    if model == LAST_NON_DIRECT:
        y = n - 1
        while y >= 0 and direct[key[begin + y]]:
            y -= 1
        x = y if y >= 0 else x
    for i in range(n):
        weight[i] = 0.0
    weight[x] = 1.0


@inlined
def spread(model: int, at: I4, begin: int, end: int, stop: int, half_life: float, weight: F8) -> None:
    """Linear, time decay (2^(−age ÷ half-life), the age of the latest touch as 0, so that nothing underflows), position."""
    n = end - begin
    newest = at[end - 1]
    for i in range(n):
        weight[i] = 1.0
        if model == TIME_DECAY:
            weight[i] = 2.0 ** (-(float(newest) - at[begin + i]) / half_life)
        elif model == POSITION and n > 2:
            weight[i] = 0.4 if i == 0 or i == n - 1 else 0.2 / (n - 2)


@inlined
def anchored(n: int, anchor: I4, n_anchors: int, middle: float, weight: F8, marked: U1) -> None:
    """Credit of milestones: `anchor` holds the places of the touches (−1: none), the first touch being the first anchor."""
    for i in range(n):
        weight[i], marked[i] = 0.0, 0
    there = distinct = 0
    for x in range(n_anchors):
        if anchor[x] >= 0:
            there += 1
            distinct += marked[anchor[x]] == 0
            marked[anchor[x]] = 1
    between = n - distinct
    each = (1.0 - middle if between > 0 else 1.0) / there
    for x in range(n_anchors):
        if anchor[x] >= 0:
            weight[anchor[x]] += each
    if between > 0:
        for i in range(n):
            if marked[i] == 0:
                weight[i] = middle / between


@inlined
def distinct_keys(key: I4, begin: int, end: int, number: int, seen: I8, count: I4, weight: F8) -> None:
    """An equal share to every distinct key, spread evenly over its touches (seen: int64[K], number of the journey in which a
    key was met last; count: int32[K])."""
    for i in range(begin, end):
        k = key[i]
        if seen[k] != number:
            seen[k], count[k] = number, 0
        count[k] += 1
    for i in range(begin, end):
        weight[i - begin] = 1.0 / count[key[i]]
