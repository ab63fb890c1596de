"""A map as a file: its YAML as written, the same as JSON, and its picture as SVG or PNG."""

from pathlib import Path
from typing import TYPE_CHECKING

from tabiji.charts.fontfile import BOLD, FAMILY, REGULAR
from tabiji.charts.map import About, Measured, draw
from tabiji.exports.formats import Format, format_of
from tabiji.journeymap.model import JourneyMap
from tabiji.journeymap.yaml_file import to_json
from tabiji.room import write_whole

if TYPE_CHECKING:
    from tabiji.workspace import MeasuredMap

PIXELS_PER_UNIT = 2  # of a PNG: sharp on paper (A3 at about 200 dpi) and on dense screens


def export_map(
    journey_map: JourneyMap,
    text: str,
    target: Path,
    *,
    measured: Measured | None = None,
    about: About | None = None,
    lang: str | None = None,
) -> Path:
    """Write a map to `target`, whose ending says how; an older file of that name is replaced at once or not at all.

    text: the map's YAML as written. Raises NotYetError, UnknownFormatError, OSError."""
    kind = format_of(target.name)
    content = export_bytes(journey_map, text, kind, measured=measured, about=about, lang=lang)
    write_whole(target, content)
    return target


def export_measured(chosen: "MeasuredMap", target: Path, lang: str | None = None) -> Path:
    """Write a map of a workspace to `target`; a picture carries what was measured on it.

    Raises NotYetError, UnknownFormatError, OSError."""
    from tabiji.charts.map import asked

    figures = asked.measured(chosen) if format_of(target.name).is_picture else None
    return export_map(chosen.map, chosen.text, target, measured=figures, about=asked.about(chosen), lang=lang)


def export_bytes(
    journey_map: JourneyMap,
    text: str,
    kind: Format,
    *,
    measured: Measured | None = None,
    about: About | None = None,
    lang: str | None = None,
) -> bytes:
    """The content of the file of that format."""
    if kind.extension == "yaml":
        return text.encode()
    if kind.extension == "json":
        return to_json(journey_map).encode()
    svg = draw(journey_map, measured, about, lang).svg
    return svg.encode() if kind.extension == "svg" else png(svg)


def png(svg: str) -> bytes:
    """The picture of an SVG text, drawn with the bundled font and no other."""
    import resvg_py

    files = [str(REGULAR), str(BOLD)]
    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=PIXELS_PER_UNIT,
        font_files=files,
        skip_system_fonts=True,
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
    return drawn
