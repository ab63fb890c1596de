"""Formats of an exported map, as data: what the command line, the pages and an error message list."""

from dataclasses import dataclass

from tabiji.errors import UsageError, nearest
from tabiji.i18n import N_, text


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a map. `ready` = it works in this version; the others are named so that nobody looks for them in vain."""

    extension: str  # without the leading dot
    label: str
    media_type: str
    ready: bool = True

    @property
    def is_picture(self) -> bool:
        """Whether it shows what was measured; the others carry the map alone."""
        return self.extension in ("svg", "png")


FORMATS = (
    Format("svg", "SVG", "image/svg+xml"),
    Format("png", "PNG", "image/png"),
    Format("yaml", "YAML", "application/yaml"),
    Format("json", "JSON", "application/json"),
    Format("pdf", "PDF", "application/pdf", ready=False),
    Format(
        "pptx", "PowerPoint", "application/vnd.openxmlformats-officedocument.presentationml.presentation", ready=False
    ),
    Format("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ready=False),
    Format("cjml.xml", "CJML 2.0", "application/xml", ready=False),
)
_SAME = {"yml": "yaml"}


class NotYetError(UsageError):
    """This version cannot write that format yet; use one that the message lists."""

    code = "format_not_yet"
    message = N_("a map cannot be written as .{extension} yet; what works: {working}")


class UnknownFormatError(UsageError):
    """Give the file one of the endings that the message lists."""

    code = "unknown_format"
    message = N_("a map cannot be written as {name!r}{hint}; what works: {working}")


def working() -> str:
    """The endings that work, as they stand in a sentence: .svg, .png, .yaml, .json."""
    return ", ".join(f".{f.extension}" for f in FORMATS if f.ready)


def format_of(name: str) -> Format:
    """The format of a file name or of an ending (`map.svg`, `svg`, `map.cjml.xml`).

    Raises NotYetError for one that is planned, UnknownFormatError for anything else."""
    lowered = name.lower()
    for wrong, right in _SAME.items():
        lowered = lowered.removesuffix(wrong) + right if lowered == wrong or lowered.endswith(f".{wrong}") else lowered
    for found in FORMATS:
        if lowered == found.extension or lowered.endswith(f".{found.extension}"):
            if not found.ready:
                raise NotYetError(extension=found.extension, working=working())
            return found
    near = nearest(lowered.rpartition(".")[2], [f.extension for f in FORMATS if f.ready]) if "." in lowered else None
    hint = "" if near is None else text(N_("; did you mean {best!r}?"), best=near)
    raise UnknownFormatError(name=name, hint=hint, working=working())
