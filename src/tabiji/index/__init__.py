"""The journey index: events of every unit as sorted arrays, dictionaries of what they say, journals of their journeys.

Names are loaded when they are first used, because kernels take a while to load."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tabiji.index.layout import Index, Kinds, Partition, Tier

if TYPE_CHECKING:
    from tabiji.index.opening import generation_folder, open_index
    from tabiji.index.refresh import build_index, index_known_at, refresh_index
    from tabiji.index.store.manifest import MissingIndexError, TornIndexError

_PLACES = {
    "MissingIndexError": "store.manifest",
    "TornIndexError": "store.manifest",
    "build_index": "refresh",
    "generation_folder": "opening",
    "index_known_at": "refresh",
    "open_index": "opening",
    "refresh_index": "refresh",
}

__all__ = [
    "Index",
    "Kinds",
    "MissingIndexError",
    "Partition",
    "Tier",
    "TornIndexError",
    "build_index",
    "generation_folder",
    "index_known_at",
    "open_index",
    "refresh_index",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"tabiji.index.{_PLACES[name]}"), name)
