"""A batch of uploaded files: a folder under `uploads/` with the files, the mapping file that reads them, and the reader's choices.

The mapping file is written as YAML beside the files, so that `tabiji import uploads/<batch>/mapping.yaml` does the same again.
"""

import hashlib
import json
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from tabiji.errors import NotFoundError, TabijiError
from tabiji.i18n import N_
from tabiji.ingest.guess import (
    EventGuess,
    LookupGuess,
    Note,
    Sample,
    TableGuess,
    TimeFormat,
    guess,
    read_head,
    to_mapping,
    to_yaml,
)
from tabiji.room import write_whole
from tabiji.settings import Settings

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".jsonl", ".ndjson")
OWN = ("mapping.yaml", "choices.json", "report.json")
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")


class FileKindError(TabijiError):
    """Export the file as CSV, XLSX, Parquet or JSON lines. HTTP 422."""

    code = "file_kind"
    message = N_("{name}: this kind of file cannot be read; bring one of {kinds}")


class NoFileError(TabijiError):
    """Choose at least one file. HTTP 422."""

    code = "no_file"
    message = N_("no file was chosen")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the reader settled: the name of the source, and what each file is. A file with `to` empty is left out."""

    source: str
    tables: tuple[TableGuess, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch."""

    folder: Path
    settings: Settings

    @classmethod
    def create(cls, uploads: Path, settings: Settings) -> "Batch":
        """A new empty batch, named by the time."""
        name = f"{datetime.now(settings.zone):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        folder = uploads / name
        folder.mkdir(parents=True)
        return cls(folder, settings)

    @classmethod
    def find(cls, uploads: Path, batch_id: str, settings: Settings) -> "Batch":
        """A batch by its id. Raises NotFoundError."""
        if not _ID.fullmatch(batch_id) or not (uploads / batch_id).is_dir():
            raise NotFoundError("upload", batch_id)
        return cls(uploads / batch_id, settings)

    @property
    def id(self) -> str:
        """Name of the folder."""
        return self.folder.name

    @property
    def files(self) -> list[Path]:
        """The uploaded files, by name."""
        return sorted(f for f in self.folder.iterdir() if f.name not in OWN and not f.name.startswith("."))

    @property
    def mapping(self) -> Path:
        """The mapping file."""
        return self.folder / "mapping.yaml"

    def keep(self, name: str, content: IO[bytes]) -> None:
        """Keep an uploaded file under a safe form of its name. Raises FileKindError."""
        safe = safe_name(name)
        path = self.folder / safe
        if path.suffix.lower() not in SUFFIXES:
            raise FileKindError(name=safe, kinds=", ".join(SUFFIXES))
        for n in range(2, 1000):
            if not path.exists() and path.name not in OWN:
                break
            path = self.folder / f"{Path(safe).stem}-{n}{Path(safe).suffix}"
        with path.open("xb") as out:
            shutil.copyfileobj(content, out, 1024 * 1024)

    def samples(self) -> list[Sample]:
        """The heads of the files."""
        return [read_head(f) for f in self.files]

    def choices(self, samples: Iterable[Sample]) -> Choices:
        """What was settled so far; a guess where nothing was."""
        kept = self.folder / "choices.json"
        if kept.exists():
            return _choices(json.loads(kept.read_text("utf-8")))
        return Choices("files", guess(list(samples)))

    def settle(self, choices: Choices) -> None:
        """Keep the choices, and write the mapping file that says them."""
        kept = json.dumps(asdict(choices), ensure_ascii=False, indent=1)
        write_whole(self.folder / "choices.json", kept.encode())
        used = [t for t in choices.tables if t.to]
        head = f"Import it again with: tabiji import uploads/{self.id}/{self.mapping.name}"
        written = to_yaml(to_mapping(choices.source, used, self.settings.timezone), head, choices.tables)
        write_whole(self.mapping, written.encode())

    @property
    def digest(self) -> str:
        """Digest of the mapping file: a report belongs to the mapping that it was made with."""
        return hashlib.sha256(self.mapping.read_bytes()).hexdigest() if self.mapping.exists() else ""

    def remember(self, report: dict[str, Any] | None, error: str | None = None) -> None:
        """Keep what a dry run found, or why there was none."""
        text = json.dumps({"report": report, "error": error, "digest": self.digest}, ensure_ascii=False)
        write_whole(self.folder / "report.json", text.encode())

    def report(self) -> dict[str, Any] | None:
        """{"report", "error"} of the dry run of the mapping as it is now; None where there was none since it changed."""
        kept = self.folder / "report.json"
        if not kept.exists():
            return None
        report: dict[str, Any] = json.loads(kept.read_text("utf-8"))
        return report if report["digest"] == self.digest else None


def safe_name(name: str) -> str:
    """The last part of a file's name without what a file system may take amiss."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    clean = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", last).strip(" .")
    stem, suffix = Path(clean).stem[:100], Path(clean).suffix[:12]
    return (stem or "file") + suffix


def _choices(kept: dict[str, Any]) -> Choices:
    tables = tuple(
        TableGuess(
            file=t["file"],
            to=t["to"],
            key=t["key"],
            fields={name: tuple(columns) for name, columns in t["fields"].items()},
            properties=tuple(t["properties"]),
            events=tuple(EventGuess(**e) for e in t["events"]),
            times={c: TimeFormat(f["format"], tuple(f["choices"])) for c, f in t["times"].items()},
            expressions=t["expressions"],
            constants=t["constants"],
            when=t.get("when", ""),
            lookups=tuple(LookupGuess(**k) for k in t.get("lookups", ())),
            found=t.get("found", {}),
            named=t.get("named", {}),
            notes=tuple(Note(**n) for n in t.get("notes", ())),
        )
        for t in kept["tables"]
    )
    return Choices(kept["source"], tables)
