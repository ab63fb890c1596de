"""The durable store of what the sources told: append-only, versioned, read at one committed head."""

from tabiji.lake.batch import Batch
from tabiji.lake.head import DamagedHeadError, Head, TableStats
from tabiji.lake.store import DamagedLakeError, Lake

__all__ = ["Batch", "DamagedHeadError", "DamagedLakeError", "Head", "Lake", "TableStats"]
