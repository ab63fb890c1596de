"""A map as a file."""

from tabiji.exports.export import export_bytes, export_map, export_measured, png
from tabiji.exports.formats import FORMATS, Format, NotYetError, UnknownFormatError, format_of, working

__all__ = [
    "FORMATS",
    "Format",
    "NotYetError",
    "UnknownFormatError",
    "export_bytes",
    "export_map",
    "export_measured",
    "format_of",
    "png",
    "working",
]
