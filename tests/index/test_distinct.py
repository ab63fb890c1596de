"""Different numbers, and numbers among others, as NumPy's own functions find them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from tabiji.index.dictionary.hashing import among, distinct

NUMBERS = stn.arrays(np.uint64, st.integers(0, 40), elements=st.integers(0, 30) | st.just(2**64 - 1))


@given(NUMBERS)
def test_distinct_numbers_are_those_of_unique(numbers: np.ndarray) -> None:
    assert distinct(numbers).tolist() == np.unique(numbers).tolist()
    assert distinct(numbers).dtype == np.uint64


@given(NUMBERS, NUMBERS)
def test_among_finds_the_numbers_that_are_in_both(numbers: np.ndarray, others: np.ndarray) -> None:
    ordered = np.unique(others)
    assert among(numbers, ordered).tolist() == np.isin(numbers, ordered).tolist()


@pytest.mark.parametrize("dtype", [np.uint64, np.int64])
def test_signed_numbers_are_ordered_as_numbers(dtype: type) -> None:
    assert distinct(np.array([3, 1, 3], dtype)).dtype == dtype
