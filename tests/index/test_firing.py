"""Which kinds rules tell apart."""

import numpy as np
import pytest

from tabiji.index.firing import alike


@pytest.mark.parametrize("seed", range(6))
def test_two_kinds_are_alike_where_they_agree_in_every_column(seed: int) -> None:
    chance = np.random.default_rng(seed)
    n = int(chance.integers(0, 40))
    columns = [
        chance.random(n) < 0.3,
        chance.integers(0, 2, n).astype(np.uint8),
        chance.integers(0, 2, n).astype(np.uint64) << np.uint64(40),
    ]
    example, group = alike(columns)
    rows = [tuple(column[k] for column in columns) for k in range(n)]
    assert len(example) == len(set(rows))
    assert all((group[a] == group[b]) == (rows[a] == rows[b]) for a in range(n) for b in range(n))
    assert all(group[k] == g for g, k in enumerate(example))
