"""Finding equal sequences by their hashes, and the most frequent ones among them."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabiji.compute import LocalExecutor
from tabiji.metrics.paths import variants as module
from tabiji.metrics.paths.steps import FACTOR_1, FACTOR_2, SEED_1, SEED_2
from tabiji.metrics.paths.variants import variants

LANES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)), max_size=60)


@settings(max_examples=100, deadline=None)
@given(LANES, st.integers(1, 8))
def test_sequences_are_equal_where_both_lanes_and_the_length_are(rows: list[tuple[int, int, int]], most: int) -> None:
    """Few values, so that one lane alone, and the place in the table, collide all the time."""
    columns = np.array(rows, np.uint64).reshape(-1, 3)
    found = variants(columns[:, 0], columns[:, 1], columns[:, 2].astype(np.int32), most, LocalExecutor(1))
    groups: dict[tuple[int, int, int], list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(row, []).append(place)
    expected = sorted(groups.items(), key=lambda g: (-len(g[1]), g[0][2], g[0][0]))[:most]
    assert found.n == len(groups)
    assert [len(m) for m in found.members] == [len(places) for _, places in expected]
    assert all(groups[rows[m[0]]] == m.tolist() for m in found.members)
    assert found.rest == len(rows) - sum(len(m) for m in found.members)
    steps = [(len(m), rows[m[0]][2]) for m in found.members]
    assert steps == sorted(steps, key=lambda s: (-s[0], s[1]))


def test_many_threads_find_the_same_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    kind = np.minimum(rng.geometric(0.01, 20_000), 900)
    hashes = [rng.integers(0, 2**64, 1000, np.uint64)[kind] for _ in range(2)]
    steps = (kind % 7).astype(np.int32)
    whole = variants(*hashes, steps, 12, LocalExecutor(1))
    monkeypatch.setattr(module, "FEW", 10)
    with LocalExecutor(3) as executor:
        parts = variants(*hashes, steps, 12, executor)
    assert (
        (parts.n, parts.rest) == (whole.n, whole.rest) == (len(np.unique(kind)), 20_000 - sum(map(len, whole.members)))
    )
    assert [m.tolist() for m in parts.members] == [m.tolist() for m in whole.members]


def lanes(sequence: tuple[int, ...]) -> tuple[int, int]:
    """The hashes of a sequence as the kernel makes them, in whole numbers."""
    h1, h2 = SEED_1, SEED_2
    for x in sequence:
        h1 = (h1 ^ x) * FACTOR_1 % 2**64
        h2 = (h2 ^ x) * FACTOR_2 % 2**64
        h1, h2 = h1 ^ h1 >> 32, h2 ^ h2 >> 29
    return h1, h2


def test_no_two_short_sequences_share_a_hash_in_either_lane() -> None:
    """All sequences of up to six of six nodes, and long ones that trip polynomial hashes (Thue–Morse and its complement)."""
    short = [s for n in range(7) for s in itertools.product(range(6), repeat=n)]
    long = [tuple((i.bit_count() + flip) % 2 for i in range(4096)) for flip in (0, 1)]
    for lane in zip(*map(lanes, [*short, *long]), strict=True):
        assert len(set(lane)) == len(short) + 2
