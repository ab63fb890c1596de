"""Which files a mapping means, and what kind each is. Only files of this machine are read, never an address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import Literal

from tabiji.i18n import N_, text
from tabiji.ingest.errors import MissingFileError, UnreadableFileError
from tabiji.ingest.sources.plain import plain_kind

Kind = Literal["text", "parquet", "workbook", "records"]

_ENDINGS: dict[str, Kind] = {
    ".csv": "text", ".tsv": "text", ".tab": "text", ".txt": "text", ".parquet": "parquet", ".pq": "parquet",
    ".xlsx": "workbook", ".xlsm": "workbook", ".jsonl": "records", ".ndjson": "records", ".json": "records",
}  # fmt: skip
FORMATS: dict[str, Kind] = {"csv": "text", "json": "records", "xlsx": "workbook", "parquet": "parquet"}
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


UNKNOWN_ENDING = N_(
    "the ending {ending} does not say what kind of file it is; what works: {known}. Rename it, or say it in the mapping with format: ({formats})"
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. `name` is how the lake and the report call it; `gz` = it is compressed with gzip; `by_lines` = nothing but
    its first lines tells its kind."""

    path: Path
    name: str
    kind: Kind
    gz: bool
    by_lines: bool = False


def resolve(file: str, folder: Path, said: str | None = None) -> Sequence[SourceFile]:
    """The files that `file:` of a mapping in `folder` means; a pattern may mean several, in the order of their names.

    said: what the mapping says that they are (a name of FORMATS), for names that do not end so. Raises MissingFileError, naming the nearest file; UnreadableFileError for an address or a kind that is not read."""
    if _ADDRESS.match(file):
        problem = text(N_("an address cannot be imported; download it and name the file"))
        raise UnreadableFileError(file=file, problem=problem)
    path = folder / file
    if path.is_file():
        return [source_file(path, file, said)]
    if has_magic(file):
        # Not Path.glob: that refuses absolute patterns.
        found = sorted(name for name in glob(file, root_dir=folder, recursive=True) if (folder / name).is_file())  # noqa: PTH207
        if found:
            return [source_file(folder / name, name, said) for name in found]
    if path.is_dir():
        problem = text(
            N_("this is a folder; name its files, for example {example!r}"), example=f"{file.rstrip('/')}/*.csv"
        )
        raise UnreadableFileError(file=file, problem=problem)
    siblings = sorted(p.name for p in path.parent.glob("*") if p.is_file()) if path.parent.is_dir() else []
    raise MissingFileError(path.name, str(path.parent), siblings)


def is_data(name: str) -> bool:
    """Whether a name ends as files of data do, and as no file of YAML would."""
    ending = Path(name.lower().removesuffix(".gz")).suffix
    return ending in (*_ENDINGS, ".xls") and ending not in (".json", ".txt")


def source_file(path: Path, name: str, said: str | None = None) -> SourceFile:
    """One file that is there, as `resolve` tells its kind. Raises UnreadableFileError for a kind that is not read."""
    with path.open("rb") as handle:
        head = handle.read(512)
    endings = [ending.lower() for ending in path.suffixes]
    gz = head.startswith(b"\x1f\x8b")
    if gz and endings and endings[-1] == ".gz":
        endings.pop()
    ending = endings[-1] if endings else ""
    kind = _kind(path, name, ending, head, gz, said)
    by_lines = bool(ending) and ending not in _ENDINGS and said is None and kind in ("text", "records")
    return SourceFile(path, name, kind, gz, by_lines)


def _kind(path: Path, name: str, ending: str, head: bytes, gz: bool, said: str | None) -> Kind:
    """By what the file begins with where that is certain, else by the ending of its name, else by what the mapping says, else by
    what its first lines look like. A name without an ending is of text or of JSON lines."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        if ending in (".xlsx", ".xlsm") or said == "xlsx":
            return "workbook"
        problem = text(N_("this is a ZIP archive; unpack it and name the files in it"))
        raise UnreadableFileError(file=name, problem=problem)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        problem = text(N_("this is an old Excel workbook (.xls); save it as .xlsx or CSV"))
        raise UnreadableFileError(file=name, problem=problem)
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if said is not None:
        return FORMATS[said]
    if ending:
        plain = plain_kind(path, gz)
        if plain == "page":
            problem = text(
                N_(
                    "this is a page of HTML under the name of another kind of file; open it in Excel and save it as .xlsx or CSV"
                )
            )
            raise UnreadableFileError(file=name, problem=problem)
        if plain:
            return plain
        problem = text(UNKNOWN_ENDING, ending=ending, known=", ".join(_ENDINGS), formats=", ".join(FORMATS))
        raise UnreadableFileError(file=name, problem=problem)
    return "records" if not gz and head.lstrip()[:1] == b"{" else "text"
