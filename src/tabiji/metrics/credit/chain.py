"""The Markov chain of paths, and what it loses without a key.

States are the last `order` keys (fewer at the beginning of a path); start is no key at all. Every transition is weighted by
the conversions and nulls whose paths have it. *Removal* of a key redirects every transition into a state that ends in it to
null. With h = probability of conversion from a state and N = (I − Q)⁻¹, the probability of converting without entering the
states C of a key is h(start) − u·h(C), where u = N(start, C) N(C, C)⁻¹ is where C is entered first (Kemeny & Snell, *Finite
Markov Chains*, 1960, ch. III): one inverse serves all keys. Source of the model: Anderl, Becker, von Wangenheim & Schumann,
*Mapping the customer journey*, Int. J. Research in Marketing 33 (2016).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tabiji.index.layout import F8, I8

MOST_STATES = 3_000  # beyond it an exact solution takes longer than anybody waits


@dataclass(frozen=True, slots=True)
class Chain:
    """Transitions between states, S of them (0 = start).

    origin: int64[t] · to: int64[t], a state; S = conversion, S + 1 = null · last: int64[S], key in which a state ends (−1 of
    the start)."""

    origin: I8
    to: I8
    last: I8

    @property
    def n_states(self) -> int:
        """How many states there are, the start included."""
        return len(self.last)


def chain_of(code: I8, keys: int, order: int) -> Chain:
    """The chain of transition codes (see `passing`: state in base keys + 1, times keys + 2, plus the next key)."""
    base = keys + 1
    state, to = code // (base + 1), code % (base + 1)
    entered = (state * base + to + 1) % base**order
    ends = to >= keys
    known = np.unique(np.concatenate([np.zeros(1, np.int64), state, entered[~ends]]))
    place = np.searchsorted(known, entered)
    target = np.where(ends, len(known) + to - keys, place)
    return Chain(np.searchsorted(known, state), target, known % base - 1)


def removal_effects(chain: Chain, times: F8, keys: int) -> F8:
    """Share of the conversions that the chain loses without each key: float64[..., keys].

    times: float64[..., t], how often each transition was seen; one chain per leading index. Zero where the chain has no
    conversion at all."""
    n = chain.n_states
    flat = np.atleast_2d(times)
    matrix = np.zeros((len(flat), n * (n + 2)))
    at = chain.origin * (n + 2) + chain.to
    for row, seen in zip(matrix, flat, strict=True):
        row += np.bincount(at, seen, minlength=n * (n + 2))
    step = matrix.reshape(len(flat), n, n + 2)
    total = step.sum(axis=2, keepdims=True)
    step = np.divide(step, total, out=np.zeros_like(step), where=total > 0)
    visits = np.linalg.inv(np.eye(n) - step[:, :, :n])
    converts = (visits @ step[:, :, n, None])[:, :, 0]
    out = np.zeros((len(flat), keys))
    base = converts[:, 0]
    for k in np.unique(chain.last[chain.last >= 0]):
        of_key = np.flatnonzero(chain.last == k)
        inner = visits[:, of_key[:, None], of_key[None, :]]
        entered = np.linalg.solve(inner.transpose(0, 2, 1), visits[:, 0, of_key, None])[:, :, 0]
        out[:, k] = (entered * converts[:, of_key]).sum(axis=1)
    out = np.divide(out, base[:, None], out=np.zeros_like(out), where=base[:, None] > 0)
    effects: F8 = np.maximum(out, 0.0).reshape(*times.shape[:-1], keys)
    return effects


def shares_of(effects: F8) -> F8:
    """Removal effects scaled to 1 (float64[..., keys]); zeros where nothing is lost without any key."""
    total: npt.NDArray[np.float64] = effects.sum(axis=-1, keepdims=True)
    shares: F8 = np.divide(effects, total, out=np.zeros_like(effects), where=total > 0)
    return shares
