"""What was worked out last, kept for whoever asks the same next."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Latest(Generic[Value]):
    """One value, with the key that it was made for. For callers that hold a lock."""

    def __init__(self) -> None:
        self._kept: tuple[Hashable, Value] | None = None

    def of(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key: as it was kept, else made, which takes the place of the one before."""
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, make())
        return self._kept[1]
