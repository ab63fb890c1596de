"""What can go wrong while files are brought in. Every message names the file, the value and what would work."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tabiji.errors import NotFoundError, TabijiError
from tabiji.i18n import N_, text
from tabiji.journeymap.problems import Problem, lines


class MappingError(TabijiError):
    """The mapping file cannot be used; mend the lines that the message names."""

    code = "bad_mapping"
    message = N_("{file} has errors:\n{listed}")

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda p: (p.line, p.column)))
        super().__init__(file=path.name)

    def render(self, lang: str | None = None) -> str:
        """Every problem on a line of its own, in the reader's language."""
        return text(self.message, lang, file=self.file, listed="\n".join(lines(self.problems, lang)))

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of an error, with `problems` in its details."""
        details = {"file": self.file, "problems": [p.to_dict() for p in self.problems]}
        return {"error": {"code": self.code, "message": self.render(), "details": details}}


class MissingFileError(NotFoundError):
    """A file that the mapping names is not there; the message names the nearest one in that folder."""

    code = "missing_file"
    message = N_("there is no {what} {name!r} in {folder}{hint}")

    def __init__(self, name: str, folder: str, known: Sequence[str]) -> None:
        super().__init__(N_("file"), name, known)
        self.details["folder"] = folder


class UnreadableFileError(TabijiError):
    """A file cannot be read as what it claims to be; the message says where and what would work."""

    code = "unreadable_file"
    message = N_("{file}: {problem}")


class EncodingError(UnreadableFileError):
    """The bytes of a text file fit no encoding; name it with `encoding:` in the mapping."""

    code = "wrong_encoding"


class LineTooLongError(UnreadableFileError):
    """A line is longer than the setting `max_line_mb` allows; is it really a file of lines?"""

    code = "line_too_long"
    message = N_("{file}: line {line} is longer than {limit_mb} MB (setting max_line_mb)")


class DamagedFileError(UnreadableFileError):
    """A Parquet, XLSX or gzip file is cut off or damaged; export it again."""

    code = "damaged_file"


class TooLargeFileError(UnreadableFileError):
    """A file exceeds a limit that guards memory and disk; the message names the limit."""

    code = "too_large"


class AmbiguousDateError(TabijiError):
    """Dates of a column can be read in two ways; say which with `date_format:` in the mapping."""

    code = "ambiguous_date"
    message = N_("{file}: column {column!r}: {problem}; say which with date_format, for example {suggestion}")


class MemoryLimitError(TabijiError):
    """The import needs more memory than the setting `memory_mb` gives it, even with spilling; raise the setting."""

    code = "memory_limit"
    message = N_("the import needs more memory than {memory_mb} MB (setting memory_mb); nothing was imported")
