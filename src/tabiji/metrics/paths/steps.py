"""What the steps of one journey tell: what follows what, what is come back to, and after how long. Kernels.

Nodes are stages or touchpoints (0 … k−1), then START and the ends. The *collapsed* sequence leaves out what repeats its
predecessor; what comes back, and the hash by which equal journeys are found, are those of the collapsed sequence. The steps lie in
the first-level cache: several plain loops over them are faster than one that does everything.
"""

import numpy as np

from tabiji.index.jit import inlined, kernel
from tabiji.index.layout import I4, I8, U2, U4

START, ENDED_WON, ENDED_LOST, ENDED_DORMANT, ENDED_OPEN = range(5)  # nodes, counted from the first that is no stage
EXTRA = 5
SEED_1, SEED_2 = 0x243F6A8885A308D3, 0x13198A2E03707344
FACTOR_1, FACTOR_2 = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93


@inlined
def without_repeats(node: U2, when: I4, n: int) -> int:
    """Leave out, in place, what repeats its predecessor. Returns how many steps are left."""
    size = np.uint64(0)
    for i in range(np.uint64(n)):
        new = i == np.uint64(0) or node[i] != node[i - np.uint64(1)]
        x, t = node[i], when[i]
        node[size], when[size] = x, t
        size += np.uint64(new)
    return int(np.int64(size))


@inlined
def first_times(node: U2, when: I4, n: int, visit: I4, one: np.int32) -> int:
    """Leave out, in place, every step to a node that the journey has been at. Returns how many steps are left."""
    size = 0
    for i in range(n):
        x = node[i]
        if visit[x, 0] != one:
            visit[x, 0] = one
            node[size], when[size] = x, when[i]
            size += 1
    return size


@kernel
def count(
    node: U2, when: I4, n: int, nodes: int, last: int, collapsed: bool, base: int, own: int, one: np.int32,
    times: U4, direct: U4, journeys: U4, visit: I4, stamp: I4,
) -> tuple[int, np.uint64, np.uint64]:  # fmt: skip
    """Count what follows what and what is come back to among `n` steps; `last`: the node after them. Returns how many steps the
    collapsed sequence has, which is left in `node` and `when`, and its hashes.

    base, own: first cell of the part of the answer in `times`, and in `direct` and `journeys`."""
    size, start = np.uint64(nodes), np.uint64(nodes - EXTRA + START)
    follows, back, own_ = np.uint64(base), np.uint64(base + nodes * nodes), np.uint64(own)
    previous = start
    for i in range(np.uint64(n)):
        x = np.uint64(node[i])
        times[follows + previous * size + x] += np.uint32(1)
        previous = x
    times[follows + previous * size + np.uint64(last)] += np.uint32(1)
    steps = n if collapsed else without_repeats(node, when, n)
    h1, h2 = np.uint64(SEED_1), np.uint64(SEED_2)
    for i in range(np.uint64(steps)):
        x = np.uint64(node[i])
        h1 = (h1 ^ x) * np.uint64(FACTOR_1)
        h1 ^= h1 >> np.uint64(32)
        h2 = (h2 ^ x) * np.uint64(FACTOR_2)
        h2 ^= h2 >> np.uint64(29)
    top, before = start, start
    for i in range(np.uint64(steps)):
        x = np.uint64(node[i])
        if visit[x, 0] == one:
            turn = x * size + np.uint64(visit[x, 2])
            times[back + turn] += np.uint32(1)
            direct[own_ + turn] += np.uint32(before == x)
            journeys[own_ + turn] += np.uint32(stamp[turn] != one)
            stamp[turn] = one
        visit[x, 0], visit[top, 2] = one, np.int32(x)
        before, top = top, x
    return steps, h1, h2


@kernel
def durations(
    node: U2, when: I4, n: int, nodes: int, begun: int, last: int, ended: int, collapsed: bool, base: int, one: np.int32,
    visit: I4, cells: I8, gaps: I8,
) -> int:  # fmt: skip
    """The durations between `n` steps with their cells, into `cells` and `gaps`; `last`: the node after them, arrived at `ended`.
    Returns how many there are."""
    size, start = np.uint64(nodes), np.uint64(nodes - EXTRA + START)
    follows, back = np.uint64(base), np.uint64(base + nodes * nodes)
    previous, since = start, np.int64(begun)
    for i in range(np.uint64(n)):
        x, t = np.uint64(node[i]), np.int64(when[i])
        cells[i], gaps[i] = np.int64(follows + previous * size + x), t - since
        previous, since = x, t
    cells[n], gaps[n] = np.int64(follows + previous * size + np.uint64(last)), np.int64(ended) - since
    steps = n if collapsed else without_repeats(node, when, n)
    top, m = start, np.uint64(n + 1)
    for i in range(np.uint64(steps)):
        x, t = np.uint64(node[i]), np.int64(when[i])
        cells[m], gaps[m] = np.int64(back + x * size + np.uint64(visit[x, 2])), t - np.int64(visit[x, 1])
        m += np.uint64(visit[x, 0] == one)
        visit[x, 0], visit[x, 1], visit[top, 2] = one, np.int32(t), np.int32(x)
        top = x
    return int(np.int64(m))
