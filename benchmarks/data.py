"""The one data set of a size: a lake that holds the events in order of arrival, as its only copy.

Every engine reads these same Parquet files."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np

from benchmarks.events import CHANNELS, EVENTS_PER_ACCOUNT, FAMILIES, NAMES, RANKS, Day, join, stream
from tabiji.lake import Batch, Lake
from tabiji.settings import Settings

FAMILY_NAMES = ("search", "page", "seminar", "paper", "demo", "meeting", "quote", "contract")
CHANNEL_NAMES = (
    "web", "search_ad", "email", "webinar", "exhibition", "meeting", "chat", "social", "video", "phone", "partner", "print",
)  # fmt: skip
INDUSTRIES = ("manufacturing", "software", "retail", "finance", "construction", "logistics", "healthcare", "education")
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
ROWS_PER_APPEND = 2_000_000

_EVENTS = f"""
    SELECT 'e' || lpad((n::BIGINT)::VARCHAR, 10, '0') AS id, 'bench' AS origin, 'events' AS file,
        TIMESTAMP '2000-01-01' + to_seconds("at") AS "at", TIMESTAMP '2000-01-01' + to_seconds(received) AS received_at,
        {list(FAMILY_NAMES)}[name // {RANKS} + 1] || '_' || lpad((name % {RANKS})::VARCHAR, 2, '0') AS name,
        'a' || lpad(account::VARCHAR, 7, '0') AS account,
        'a' || lpad(account::VARCHAR, 7, '0') || 'p' || person AS person,
        {list(CHANNEL_NAMES)}[channel + 1] AS channel,
        CASE WHEN NOT isnan("value") THEN "value" END AS "value", CASE WHEN NOT isnan("value") THEN 'JPY' END AS currency
    FROM arrived ORDER BY n
"""
_ACCOUNTS = f"""
    SELECT 'a' || lpad(n::VARCHAR, 7, '0') AS id, 'bench' AS origin, 'accounts' AS file, 'Company ' || n AS name,
        {list(INDUSTRIES)}[(hash(n) % {len(INDUSTRIES)})::BIGINT + 1] AS industry, (10 * pow(2, hash(n, 1) % 10))::BIGINT AS employees
    FROM range({{n}}) t(n)
"""

assert len(FAMILY_NAMES) == FAMILIES and len(CHANNEL_NAMES) == CHANNELS


@dataclass(frozen=True, slots=True)
class DataSet:
    """A generated data set: its folder, and how many events and accounts are in it."""

    folder: Path
    events: int
    accounts: int

    @property
    def lake(self) -> Lake:
        """The lake."""
        return Lake(self.folder / "lake", Settings())

    @property
    def files(self) -> list[str]:
        """Parquet files of the event table."""
        return self.lake.files("event")

    def scratch(self, name: str) -> Path:
        """An empty folder beside the lake for what an engine writes."""
        folder = self.folder / "scratch" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def event_name(code: int) -> str:
    """The name that stands in the lake for a code of the generator."""
    return f"{FAMILY_NAMES[code // RANKS]}_{code % RANKS:02d}"


def prepare(root: Path, n_events: int, seed: int = 7) -> DataSet:
    """The data set of a size, generated where it is not there yet."""
    folder = root / f"{n_events}-{seed}"
    note = folder / "dataset.json"
    if not note.exists():
        shutil.rmtree(folder, ignore_errors=True)
        found = _generate(folder, n_events, seed)
        note.write_text(json.dumps(found), "utf-8")
    return opened(folder)


def opened(folder: Path) -> DataSet:
    """The data set in a folder that was prepared."""
    told = json.loads((folder / "dataset.json").read_text("utf-8"))
    return DataSet(folder, told["events"], told["accounts"])


def _generate(folder: Path, n_events: int, seed: int) -> dict[str, int]:
    accounts = max(1, n_events // EVENTS_PER_ACCOUNT)
    written = 0
    folder.mkdir(parents=True)
    with Lake(folder / "lake", Settings()).write() as batch, duckdb.connect() as con:
        batch.append("account", con.sql(_ACCOUNTS.format(n=accounts)))
        for days in _large_enough(stream(n_events, seed)):
            append_events(batch, con, days, written)
            written += len(days)
    return {"events": written, "accounts": accounts}


def append_events(batch: Batch, con: duckdb.DuckDBPyConnection, days: Day, first: int) -> None:
    """Append events to the lake, numbered from `first`."""
    columns = {field: getattr(days, field) for field in Day.__slots__}
    con.register("arrived", {"n": np.arange(first, first + len(days)), **columns})
    batch.append("event", con.sql(_EVENTS))
    con.unregister("arrived")


def next_day(data: DataSet, number: int, n_events: int, seed: int = 99) -> Day:
    """The `number`-th day after the data set: `n_events` events of its accounts, a few of them late."""
    chance = np.random.default_rng(seed + number)
    with data.lake.connect() as con:
        last = con.execute("SELECT max(received_at) FROM event").fetchall()[0][0]
    midnight = int((last.replace(tzinfo=UTC) - EPOCH) / timedelta(seconds=1)) // 86400 * 86400 + 86400
    received = np.sort(midnight + chance.integers(0, 86400, n_events))
    late = np.where(chance.random(n_events) < 0.01, chance.integers(1, 14, n_events), 0)
    return Day(
        account=chance.integers(0, data.accounts, n_events).astype(np.uint32),
        name=chance.integers(0, NAMES, n_events).astype(np.uint16),
        channel=chance.integers(0, CHANNELS, n_events).astype(np.uint8),
        person=np.zeros(n_events, np.uint16),
        at=received - late * 86400,
        received=received,
        value=np.full(n_events, np.nan),
    )


def _large_enough(days: Iterator[Day]) -> Iterator[Day]:
    """Days joined to at least `ROWS_PER_APPEND` events each, so that the lake gets few large files."""
    waiting: list[Day] = []
    for day in days:
        waiting.append(day)
        if sum(map(len, waiting)) >= ROWS_PER_APPEND:
            yield join(waiting)
            waiting = []
    if waiting:
        yield join(waiting)
