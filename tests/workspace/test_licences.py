"""Licences as they were known on a day, over a lake in which the account was told several times."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import tabiji
from tabiji.metrics.scope import seconds
from tabiji.workspace.laid.licences import licences_of

MAPPING = """\
source: {source}
tables:
  - {{file: accounts.csv, to: account, key: id, columns: {{name: name, received_at: told}}, properties: [{word}]}}
"""
EVENTS = """\
source: events
tables: [{file: events.csv, to: event, key: id, columns: {account: account, name: name, at: at}}]
"""


def told(folder: Path, source: str, word: str, rows: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "accounts.csv").write_text(f"id,name,told,{word}\n{rows}", "utf-8")
    (folder / "mapping.yaml").write_text(MAPPING.format(source=source, word=word), "utf-8")
    return folder / "mapping.yaml"


def on(*days: str) -> np.ndarray:
    return np.array([seconds(datetime.fromisoformat(day).replace(tzinfo=UTC)) for day in days], np.int64)


def test_what_had_been_received_by_then(tmp_path: Path) -> None:
    with tabiji.init(tmp_path / "ws") as made:
        (tmp_path / "events.csv").write_text(
            "id,account,name,at\n1,A,x,2026-01-01\n2,B,x,2026-01-01\n3,C,x,2026-01-01\n", "utf-8"
        )
        (tmp_path / "events.yaml").write_text(EVENTS, "utf-8")
        made.import_(tmp_path / "events.yaml")
        made.maps.add("id: m\nstages: [{id: a, enters_when: [{event: x}]}]\n")
        index = made.index(made.map("m").map)
        assert licences_of(made.lake, index, on("2026-06-01")) is None  # nobody tells any
        made.import_(
            told(tmp_path / "crm", "crm", "licences", "A,a,2026-02-01,10\nB,b,2026-02-01,\nZ,z,2026-02-01,9\n")
        )
        made.import_(
            told(tmp_path / "crm", "crm", "licences", "A,a,2026-04-01,25\nB,b,2026-04-01,7\nZ,z,2026-02-01,9\n")
        )
        made.import_(told(tmp_path / "bill", "billing", "seats", "A,a,2026-05-01,30\n"))
        index = made.index(made.map("m").map)
        place = {unit: x for x, unit in enumerate(index.units[u] for u in range(index.n_units))}
        found = licences_of(made.lake, index, on("2026-01-15", "2026-02-15", "2026-04-15", "2026-06-01"))
        assert found is not None
        assert found[place["A"]].tolist() == [10, 10, 25, 30]  # before the first word, the first one
        assert found[place["B"]].tolist() == [7, 7, 7, 7] and np.isnan(found[place["C"]]).all()
        known = licences_of(made.lake, index, on("2026-06-01"), datetime(2026, 3, 1, tzinfo=UTC))
        assert known is not None and known[place["A"]].tolist() == [10]
