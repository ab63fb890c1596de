"""How kernels are compiled.

Arrays that kernels only read are passed as read-only views (`readonly`): Numba compiles a function anew for writable and
for read-only arrays, and memory-mapped files are read-only anyway.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

F = TypeVar("F", bound=Callable[..., Any])
A = TypeVar("A", bound=np.generic)

NEVER = 2**31 - 1  # an int32 instant that does not come


def kernel(function: F) -> F:
    """Compile a function on bare arrays: it runs without the interpreter lock, and is cached on disk."""
    return cast(F, numba.njit(nogil=True, cache=True)(function))


def inlined(function: F) -> F:
    """Compile a piece of a kernel into its callers, where a call would count the references of every array it takes."""
    return cast(F, numba.njit(nogil=True, cache=True, inline="always")(function))


def readonly(array: npt.NDArray[A]) -> npt.NDArray[A]:
    """A contiguous view that cannot be written, as kernels expect their inputs."""
    view = np.ascontiguousarray(array).view(np.ndarray)
    view.flags.writeable = False
    return view
