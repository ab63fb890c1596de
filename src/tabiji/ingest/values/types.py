"""Types of the columns of a file: the names that `types:` knows, and what the engine's types count as."""

from typing import Literal

Kind = Literal["text", "integer", "number", "boolean", "date", "timestamp"]

# What may be written under `types:`, and the kind it stands for.
TYPE_NAMES: dict[str, Kind] = {
    "text": "text", "string": "text", "varchar": "text", "integer": "integer", "int": "integer", "bigint": "integer",
    "number": "number", "double": "number", "float": "number", "decimal": "number", "boolean": "boolean",
    "bool": "boolean", "date": "date", "timestamp": "timestamp", "datetime": "timestamp", "timestamptz": "timestamp",
}  # fmt: skip

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_TIMES = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE")


def is_text(sql_type: str) -> bool:
    """Whether values of an engine type are text."""
    return sql_type in ("VARCHAR", "JSON", "UUID") or sql_type.startswith("ENUM")


def is_number(sql_type: str) -> bool:
    """Whether values of an engine type are numbers."""
    return sql_type in _INTEGERS or sql_type in ("DOUBLE", "FLOAT", "UHUGEINT") or sql_type.startswith("DECIMAL")


def is_time(sql_type: str) -> bool:
    """Whether values of an engine type are days or instants."""
    return sql_type in _TIMES
