"""The mapping file: what it may say, and how it is read."""

from tabiji.ingest.mapping.file import load_mapping
from tabiji.ingest.mapping.model import Expr, Mapping, NestedEvent, Table

__all__ = ["Expr", "Mapping", "NestedEvent", "Table", "load_mapping"]
