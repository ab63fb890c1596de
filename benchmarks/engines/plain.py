"""The bound: a plain pass over memory. Nothing that looks at these bytes can be faster than adding them up."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def _sum32(words: np.ndarray) -> np.uint32:
    total = np.uint32(0)
    for i in range(words.size):
        total += words[i]
    return total


class PlainSum:
    """Adds up arrays of 32-bit words, on as many threads as we use."""

    def __init__(self, arrays: list[np.ndarray], threads: int) -> None:
        words = [np.ascontiguousarray(a).view(np.uint32) for a in arrays]
        pieces = [piece for w in words for piece in np.array_split(w, max(1, w.size // 2**21))]
        self._pieces = [piece for piece in pieces if piece.size]
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads)

    @property
    def n_bytes(self) -> int:
        """How much is read."""
        return sum(piece.nbytes for piece in self._pieces)

    def run(self) -> int:
        """One pass; the sum keeps the compiler honest."""
        sums = self._pool.map(_sum32, self._pieces) if self._threads > 1 else map(_sum32, self._pieces)
        return int(sum(int(s) for s in sums) % 2**32)

    def close(self) -> None:
        """Give the threads back."""
        self._pool.shutdown()
