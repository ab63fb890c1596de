"""A map as a file."""

from tabiji.exports.export import export_bytes, export_map, png
from tabiji.exports.formats import FORMATS, Format, NotYetError, UnknownFormatError, format_of, working

__all__ = [
    "FORMATS",
    "Format",
    "NotYetError",
    "UnknownFormatError",
    "export_bytes",
    "export_map",
    "format_of",
    "png",
    "working",
]
