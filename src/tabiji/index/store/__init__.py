"""The files of an index: arrays, texts, the manifest that names them, the lock of whoever writes them."""

from tabiji.index.store.arrays import ArrayFile, open_array, save_array
from tabiji.index.store.lock import builder_lock
from tabiji.index.store.manifest import Manifest, MissingIndexError, TornIndexError
from tabiji.index.store.texts import Coded, Texts, TextsFile, open_texts, save_texts

__all__ = [
    "ArrayFile",
    "Coded",
    "Manifest",
    "MissingIndexError",
    "Texts",
    "TextsFile",
    "TornIndexError",
    "builder_lock",
    "open_array",
    "open_texts",
    "save_array",
    "save_texts",
]
