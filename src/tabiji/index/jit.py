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
    return cast(F, _forgiving(numba.njit(nogil=True, cache=True)(function)))


def inlined(function: F) -> F:
    """Compile a piece of a kernel into its callers, where a call would count the references of every array it takes."""
    return cast(F, _forgiving(numba.njit(nogil=True, cache=True, inline="always")(function)))


def _forgiving(compiled: Any) -> Any:
    """Take a cache that cannot be read for no cache. Numba does not: after an upgrade that moved or changed a NamedTuple
    which kernels take, the files left in `__pycache__` would end every question with a TypeError."""
    file = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if file is not None:
        load = file._load_index

        def load_index() -> Any:
            try:
                return load()
            except Exception:  # whatever unpickling classes that are gone may raise
                return {}

        file._load_index = load_index
    return compiled


def readonly(array: npt.NDArray[A]) -> npt.NDArray[A]:
    """A contiguous view that cannot be written, as kernels expect their inputs."""
    view = np.ascontiguousarray(array).view(np.ndarray)
    view.flags.writeable = False
    return view
