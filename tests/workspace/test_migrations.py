"""A database of an earlier version is brought up to date, and keeps what it held."""

import sqlite3
from pathlib import Path

import tabiji
from tabiji.workspace.database import HEAD
from tabiji.workspace.models import Base
from web_cast import MAP


def tables(file: Path) -> dict[str, list[tuple[str, str, int]]]:
    """Table → (column, type, not null) of each column."""
    with sqlite3.connect(file) as con:
        names = [n for (n,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {n: [(c[1], c[2], c[3]) for c in con.execute(f'PRAGMA table_info("{n}")')] for n in names}


def test_the_first_schema_becomes_the_newest_one(tmp_path: Path) -> None:
    with tabiji.init(tmp_path / "ws") as made:
        made.maps.add(MAP)
        file = made.folder.database
    newest = tables(file)
    with sqlite3.connect(file) as con:
        con.executescript("DROP TABLE segment; DROP TABLE study; UPDATE alembic_version SET version_num = '0001';")
    with tabiji.open(tmp_path / "ws") as opened:
        assert [m.id for m in opened.maps.list()] == ["new-business"]
        opened.segments.add("big", "employees >= 300")
        assert opened.studies.list() == []
    assert tables(file) == newest
    with sqlite3.connect(file) as con:
        assert con.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]


def test_the_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    with tabiji.init(tmp_path / "ws") as made:
        found = tables(made.folder.database)
    assert set(found) == {*Base.metadata.tables, "alembic_version"}
    for name, table in Base.metadata.tables.items():
        assert [(c, bool(nn)) for c, _, nn in found[name]] == [(c.name, not c.nullable) for c in table.columns]
