"""Shapley values of keys where the value of a set of them is a conversion rate.

v(S) = conversions ÷ paths (conversions and nulls) among those whose keys all lie in S; 0 where there is no such path. A key's
value is its mean marginal contribution over all orders in which the keys could join (Shapley 1953), exactly, over all 2ⁿ sets.
With `sum`, v(S) = conversions of those paths, no set needs to be looked at: a conversion is shared equally among its keys.
A rate may fall when a key joins, so a key may have a negative value.
"""

from math import factorial

import numpy as np

from tabiji.index.layout import F8, I8

MOST_PLAYERS = 15


def rate_values(sets: I8 | F8) -> F8:
    """Shapley values of n keys: float64[..., n], which add up to the rate of all paths.

    sets: [..., 2ⁿ, 2], conversions and nulls of the paths with exactly these keys (bit k = key k); one game per leading index."""
    n = sets.shape[-2].bit_length() - 1
    within = sets.astype(np.float64)
    for k in range(n):  # sums over subsets, one key after the other
        halves = within.reshape(-1, 2, 1 << k, 2)
        halves[:, 1] += halves[:, 0]
    paths = within.sum(axis=-1)
    rate = np.divide(within[..., 0], paths, out=np.zeros(paths.shape), where=paths > 0)
    size = np.array([x.bit_count() for x in range(1 << n)])
    weight = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)] or [0.0])
    out: F8 = np.empty((*paths.shape[:-1], n))
    for k in range(n):
        without = np.flatnonzero(np.arange(1 << n) >> k & 1 == 0)
        out[..., k] = ((rate[..., without | 1 << k] - rate[..., without]) * weight[size[without]]).sum(axis=-1)
    return out
