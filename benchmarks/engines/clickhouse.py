"""ClickHouse inside the process (chdb): windowFunnel over a sorted MergeTree, and over the same Parquet files.

The MergeTree gets every advantage: sorted by account and time, numbers instead of texts, merged into one part, as many
threads as we use. Of the ways to write the query the fastest is taken."""

from pathlib import Path
from typing import Any

from benchmarks.data import DataSet
from benchmarks.plan import WINDOW_DAYS, steps

_EPOCH = 946684800  # 2000-01-01 in Unix seconds


class ClickHouse:
    """A session with the events loaded."""

    def __init__(self, data: DataSet, threads: int) -> None:
        self._open(data.scratch("clickhouse"), data, threads)
        self._ask("CREATE DATABASE bench")
        texts = [f"'{name}'" for name in _names()]
        self._ask(
            "CREATE TABLE bench.event (account UInt32, at UInt32, name UInt16) ENGINE = MergeTree ORDER BY (account, at)"
        )
        self._ask(f"""
            INSERT INTO bench.event SELECT toUInt32(substring(assumeNotNull(account), 2)), toUnixTimestamp(assumeNotNull(at)),
                transform(assumeNotNull(name), [{", ".join(texts)}], range({len(texts)})::Array(UInt16), 65535::UInt16)
            FROM file('{self._files}', 'Parquet') WHERE account IS NOT NULL""")
        self._ask("OPTIMIZE TABLE bench.event FINAL")

    @classmethod
    def opened(cls, folder: Path, data: DataSet, threads: int) -> "ClickHouse":
        """The tables that another process left in its folder."""
        self = cls.__new__(cls)
        self._open(folder, data, threads)
        return self

    def _open(self, folder: Path, data: DataSet, threads: int) -> None:
        from chdb import session

        files = [Path(str(f).removeprefix("file://")) for f in data.files]
        names = ",".join(f.name for f in files)
        self._files = str(files[0].parent / (names if len(files) == 1 else "{" + names + "}"))
        self._session: Any = session.Session(str(folder))
        self._ask(f"SET max_threads = {threads}")

    def close(self) -> None:
        """Give memory and files back."""
        self._session.close()

    def sorted_table(self) -> list[int]:
        """Accounts that got at least to step 1 … 5, from the MergeTree; only rows that matter are read."""
        return self._funnel("bench.event", "account", "at", "name", in_order=False)

    def sorted_table_in_order(self) -> list[int]:
        """The same, aggregating in the order of the table."""
        return self._funnel("bench.event", "account", "at", "name", in_order=True)

    def parquet(self) -> list[int]:
        """The same, from the Parquet files of the lake."""
        table = f"file('{self._files}', 'Parquet')"
        return self._funnel(table, "account", "toUnixTimestamp(assumeNotNull(at))", None, in_order=False)

    def follows(self) -> tuple[int, list[tuple[int, int, int, float]]]:
        """How many different whole sequences there are (repeats left out), and per pair of names that follow each other how
        often and the median seconds between them. Arrays per account are faster than its window functions."""
        pairs = self._ask("""
            SELECT pair.1, pair.2, count(), quantileExactLow(0.5)(pair.3), quantileExactHigh(0.5)(pair.3) FROM (
                SELECT arrayJoin(arrayMap((a, b, s, t) -> (a, b, t - s), arrayPopBack(names), arrayPopFront(names),
                    arrayPopBack(times), arrayPopFront(times))) AS pair
                FROM (SELECT groupArray(name) AS names, groupArray(at) AS times
                    FROM (SELECT account, name, at FROM bench.event ORDER BY account, at) GROUP BY account))
            GROUP BY pair.1, pair.2""")
        rows = [line.split(",") for line in pairs.splitlines()]
        found = [(int(a), int(b), int(n), (float(low) + float(high)) / 2) for a, b, n, low, high in rows]
        variants = self._ask("""
            SELECT uniqExact(arrayCompact(names)) FROM (
                SELECT groupArray(name) AS names
                FROM (SELECT account, name FROM bench.event ORDER BY account, at) GROUP BY account)""")
        return int(variants), sorted(found)

    def _funnel(self, table: str, account: str, at: str, code: str | None, in_order: bool) -> list[int]:
        conditions = [_condition(codes, code) for codes in steps()]
        everything = _condition([c for codes in steps() for c in codes], code)
        window = WINDOW_DAYS * 86400
        setting = "SETTINGS optimize_aggregation_in_order = 1" if in_order else ""
        answer = self._ask(f"""
            SELECT level, count() FROM (
                SELECT {account} AS who, windowFunnel({window})({at}, {", ".join(conditions)}) AS level
                FROM {table} WHERE {everything} GROUP BY who)
            GROUP BY level ORDER BY level {setting}""")
        at_level = {int(a): int(b) for a, b in (line.split(",") for line in answer.splitlines())}
        return [sum(n for level, n in at_level.items() if level >= k) for k in range(1, len(conditions) + 1)]

    def _ask(self, query: str) -> str:
        result: Any = self._session.query(query, "CSV")
        return str(result.bytes().decode())


def _names() -> list[str]:
    from benchmarks.data import event_name
    from benchmarks.events import NAMES

    return [event_name(code) for code in range(NAMES)]


def _condition(codes: list[int], code: str | None) -> str:
    from benchmarks.plan import step_condition

    return step_condition("name", codes) if code is None else f"{code} IN ({', '.join(map(str, codes))})"
