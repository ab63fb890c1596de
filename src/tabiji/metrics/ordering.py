"""Putting very many durations in order: by their digits, without comparing any two.

Radix sort from the last digit on (Knuth, *The Art of Computer Programming* 3, §5.2.5, algorithm R). A duration in seconds with
its cause has some thirty bits, so three passes do; comparing takes twenty rounds for a million, most of them guessed wrong."""

import numpy as np

from tabiji.index.jit import kernel, readonly
from tabiji.index.layout import I8

DIGIT = 11  # bits: the places that a pass writes to fit the second-level cache
FEW = 1 << 12  # up to which comparing is as fast


@kernel
def _places(keys: I8, bits: int) -> I8:
    """int64[digits, 2^DIGIT]: where the first key with each value of each digit is to stand."""
    first = np.zeros(((bits + DIGIT - 1) // DIGIT, 1 << DIGIT), np.int64)
    mask = np.uint64((1 << DIGIT) - 1)
    for i in range(np.uint64(keys.size)):
        key = np.uint64(keys[i])
        for d in range(np.uint64(first.shape[0])):
            first[d, key & mask] += 1
            key >>= np.uint64(DIGIT)
    for d in range(first.shape[0]):
        before = np.int64(0)
        for value in range(1 << DIGIT):
            n = first[d, value]
            first[d, value] = before
            before += n
    return first


@kernel
def _ascending(keys: I8, bits: int) -> I8:
    to, a, b = _places(keys, bits), keys.copy(), np.empty_like(keys)
    mask = np.uint64((1 << DIGIT) - 1)
    for d in range(to.shape[0]):
        place, shift = to[d], np.uint64(d * DIGIT)
        for i in range(np.uint64(a.size)):
            value = np.uint64(a[i]) >> shift & mask
            at = place[value]
            b[np.uint64(at)] = a[i]
            place[value] = at + 1
        a, b = b, a
    return a


@kernel
def _order(keys: I8, bits: int) -> I8:
    to, a, b = _places(keys, bits), np.arange(keys.size), np.empty_like(keys)
    mask = np.uint64((1 << DIGIT) - 1)
    for d in range(to.shape[0]):
        place, shift = to[d], np.uint64(d * DIGIT)
        for i in range(np.uint64(a.size)):
            value = np.uint64(keys[np.uint64(a[i])]) >> shift & mask
            at = place[value]
            b[np.uint64(at)] = a[i]
            place[value] = at + 1
        a, b = b, a
    return a


def ascending(keys: I8) -> I8:
    """The keys (int64[n]) in ascending order."""
    bits = _bits(keys)
    return np.sort(keys) if bits is None else _ascending(readonly(keys), bits)


def order_of(keys: I8) -> I8:
    """The places of the keys (int64[n]) in ascending order of the keys; of equal keys in the order in which they stand."""
    bits = _bits(keys)
    return np.argsort(keys, kind="stable") if bits is None else _order(readonly(keys), bits)


def _bits(keys: I8) -> int | None:
    """How many bits the largest key takes; None where the keys are few, or one of them is negative."""
    if len(keys) <= FEW or keys.min() < 0:
        return None
    return max(1, int(keys.max()).bit_length())
