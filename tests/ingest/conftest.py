from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tabiji.ingest import ImportReport, import_mapping, load_mapping
from tabiji.lake import Lake
from tabiji.settings import Settings

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


@dataclass
class Bench:
    """A folder with files to import, and a workspace to import them into."""

    folder: Path
    lake: Lake
    settings: Settings

    def file(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def run(self, mapping: str, *, now: datetime = NOW, **options: Any) -> ImportReport:
        path = self.file("mapping.yaml", mapping)
        return import_mapping(self.lake, load_mapping(path), self.settings, now=now, **options)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.lake.connect() as con:
            return con.execute(query).fetchall()

    def row(self, query: str) -> tuple[Any, ...]:
        [found] = self.rows(query)
        return found


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Bench]:
    def build(name: str = "ws", **settings: Any) -> Bench:
        chosen = Settings(**{"threads": 2, "memory_mb": 500, "timezone": "UTC", **settings})
        folder = tmp_path / f"{name}-files"
        folder.mkdir()
        return Bench(folder, Lake(tmp_path / name / "lake", chosen), chosen)

    return build


@pytest.fixture
def bench(make: Callable[..., Bench]) -> Bench:
    return make()
