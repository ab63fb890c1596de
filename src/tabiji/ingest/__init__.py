"""Bringing data in: a mapping file says what the files of a source are, and the lake receives them."""

from tabiji.ingest.errors import MappingError
from tabiji.ingest.mapping import Mapping, load_mapping
from tabiji.ingest.report import ImportReport, RecordCount, TableReport
from tabiji.ingest.run import import_mapping

__all__ = ["ImportReport", "Mapping", "MappingError", "RecordCount", "TableReport", "import_mapping", "load_mapping"]
