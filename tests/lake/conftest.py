from pathlib import Path

import duckdb
import pytest

from tabiji.lake import Lake
from tabiji.settings import Settings


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake", Settings(threads=2, memory_mb=500))


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()
