"""DuckDB: the funnel with window functions over a table that is already sorted, and its ORDER BY as a way to build one."""

import time
from pathlib import Path

import duckdb

from benchmarks.data import DataSet
from benchmarks.events import NAMES
from benchmarks.plan import WINDOW_DAYS, steps


def build(files: list[str], target: Path, threads: int) -> float:
    """Sort the events of the lake by account and time into a table of a database file; seconds.

    What a careful person would write by hand: only the columns that questions need, names and accounts as they are."""
    listed = ", ".join(f"'{f}'" for f in files)
    with duckdb.connect(str(target), config={"threads": threads, "temp_directory": str(target.parent)}) as con:
        began = time.perf_counter()
        con.execute(f"""
            CREATE TABLE event AS
            SELECT account, "at", name, channel, source, campaign, content, person, "value", received_at
            FROM read_parquet([{listed}]) ORDER BY account, "at", id""")
        con.execute("CHECKPOINT")
        return time.perf_counter() - began


class Duck:
    """A database with the events sorted by account and time, as numbers."""

    def __init__(self, data: DataSet, threads: int) -> None:
        from benchmarks.data import event_name

        folder = data.scratch("duckdb")
        self._con = duckdb.connect(
            str(folder / "events.duckdb"), config={"threads": threads, "temp_directory": str(folder)}
        )
        self._con.execute("SET enable_progress_bar = false")
        listed = ", ".join(f"'{f}'" for f in data.files)
        self._con.execute("CREATE TABLE code (name VARCHAR, code USMALLINT)")
        self._con.executemany("INSERT INTO code VALUES (?, ?)", [(event_name(c), c) for c in range(NAMES)])
        self._con.execute(f"""
            CREATE TABLE event AS
            SELECT substring(account, 2)::UINTEGER AS account, epoch("at")::BIGINT AS "at", code
            FROM read_parquet([{listed}]) JOIN code USING (name) ORDER BY account, "at" """)
        self._con.execute("CREATE TABLE step (code USMALLINT, s TINYINT)")
        self._con.executemany(
            "INSERT INTO step VALUES (?, ?)", [(c, s) for s, codes in enumerate(steps()) for c in codes]
        )

    def close(self) -> None:
        """Give memory and files back."""
        self._con.close()

    def funnel(self) -> list[int]:
        """Accounts that got at least to step 1 … 5: per event the latest start of a chain that has come to each step."""
        window, k = WINDOW_DAYS * 86400, len(steps())
        query = """WITH matching AS (SELECT account, "at", s FROM event JOIN step USING (code)),
            w1 AS (SELECT account, "at", s, max(CASE WHEN s = 0 THEN "at" END) OVER w AS l1 FROM matching
                WINDOW w AS (PARTITION BY account ORDER BY "at"))"""
        for j in range(2, k + 1):
            kept = ", ".join(f"l{i}" for i in range(1, j))
            query += f""", w{j} AS (SELECT account, "at", s, {kept},
                max(CASE WHEN s = {j - 1} AND "at" <= l{j - 1} + {window} THEN l{j - 1} END) OVER w AS l{j}
                FROM w{j - 1} WINDOW w AS (PARTITION BY account ORDER BY "at"))"""
        level = " ".join(f"WHEN l{j} IS NOT NULL THEN {j}" for j in range(k, 0, -1))
        query += f""" SELECT level, count(*) FROM
            (SELECT account, max(CASE {level} ELSE 0 END) AS level FROM w{k} GROUP BY account) GROUP BY level"""
        at_level = dict(self._con.execute(query).fetchall())
        return [sum(n for level, n in at_level.items() if level >= j) for j in range(1, k + 1)]

    def follows(self) -> tuple[int, list[tuple[int, int, int, float]]]:
        """How many different whole sequences there are (repeats left out), and per pair of names that follow each other how
        often and the median seconds between them."""
        pairs = self._con.execute("""
            SELECT code, after, count(*), median(gap) FROM (
                SELECT code, lead(code) OVER w AS after, lead("at") OVER w - "at" AS gap
                FROM event WINDOW w AS (PARTITION BY account ORDER BY "at"))
            WHERE after IS NOT NULL GROUP BY ALL""").fetchall()
        (variants,) = self._con.execute("""
            SELECT count(DISTINCT path) FROM (
                SELECT list(code ORDER BY "at") AS path FROM (
                    SELECT account, "at", code FROM event
                    QUALIFY code IS DISTINCT FROM lag(code) OVER (PARTITION BY account ORDER BY "at"))
                GROUP BY account)""").fetchall()[0]
        return variants, sorted((a, b, n, float(gap)) for a, b, n, gap in pairs)
